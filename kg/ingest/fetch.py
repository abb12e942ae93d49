"""Web addresses: one GET with limits on size, time and redirects; HTTP and HTTPS only."""

import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from datetime import UTC, datetime
from email.message import Message
from typing import IO, Any, NamedTuple

from kg import __version__
from kg.config import Limits
from kg.errors import InputError

_SCHEMES = ("http", "https")
_USER_AGENT = f"kg/{__version__} (claim and evidence graph; reads single articles)"
# By format, the content types it comes under; an address that answers with another is refused
_FORMATS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "auto",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/jsonl": "jsonl",
    "application/x-jsonlines": "jsonl",
    "application/json-lines": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/ndjson": "jsonl",
}
_REDIRECTS = range(300, 400)
_CHUNK = 65_536
# A server that sends a byte now and then never runs into the socket's timeout
_WHOLE_PER_TIMEOUT = 4


class Fetched(NamedTuple):
    """What an address answered. ``url`` is the address after redirects; ``format_name`` one of ``InputFormat``."""

    url: str
    raw: bytes
    format_name: str
    charset: str | None


def is_address(text: str) -> bool:
    """Say whether an argument is meant as an address rather than a path: it has a scheme and ``://``."""
    return "://" in text and text.split("://", 1)[0].replace("+", "").replace("-", "").isalnum()


def fetch(url: str, limits: Limits) -> Fetched:
    """Fetch a web page.

    Raises:
        InputError: the scheme is not http or https, the server cannot be reached, answers with an error, too slowly, with
            too much, or with something that is not text.
    """
    _check_scheme(url, url)
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(limits.max_redirects),
    ):
        opener.add_handler(handler)
    headers = {"User-Agent": _USER_AGENT, "Accept": "text/html, application/xhtml+xml, text/plain, text/markdown;q=0.9"}
    try:
        request = urllib.request.Request(_quote(url), headers=headers)
        with opener.open(request, timeout=limits.timeout_s) as response:
            media_type = response.headers.get_content_type()
            if media_type not in _FORMATS:
                raise InputError(
                    f"{url}: answered with {media_type}, expected HTML, plain text, Markdown or JSON Lines"
                )
            raw = _read(response, url, limits)
            return Fetched(
                url=response.url,
                raw=_unpack(raw, response.headers.get("Content-Encoding"), url, limits),
                format_name=_FORMATS[media_type],
                charset=response.headers.get_content_charset(),
            )
    except urllib.error.HTTPError as err:
        err.close()
        if err.code in _REDIRECTS:
            raise InputError(
                f"{url}: redirects more than {limits.max_redirects} times, or to what is not http or https"
            ) from err
        raise InputError(f"{url}: the server answered {err.code} {err.reason}") from err
    except TimeoutError as err:
        raise InputError(f"{url}: no answer within {limits.timeout_s:g} s") from err
    except urllib.error.URLError as err:
        if isinstance(err.reason, TimeoutError):
            raise InputError(f"{url}: no answer within {limits.timeout_s:g} s") from err
        reason = getattr(err.reason, "strerror", None) or err.reason
        raise InputError(f"{url}: cannot be reached: {reason}") from err
    except (http.client.HTTPException, OSError, ValueError) as err:
        raise InputError(f"{url}: cannot be fetched: {str(err) or type(err).__name__}") from err


def retrieval_time() -> datetime:
    """Return the time for "retrieved": now in UTC, or ``SOURCE_DATE_EPOCH`` for a run that can be repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but to http and https only and not for ever."""

    def __init__(self, max_redirects: int) -> None:
        # set by name: the class declares it a class variable, its code reads it from the instance
        self.__dict__["max_redirections"] = max_redirects

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        try:
            _check_scheme(newurl, req.full_url)
        except InputError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # typeshed says HTTPMessage


def _check_scheme(url: str, where: str) -> None:
    to = "" if url == where else f" leads to {url}:"
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
    except ValueError as err:
        raise InputError(f"{where}:{to} not a web address: {err}") from err
    if parts.scheme.lower() not in _SCHEMES:
        raise InputError(f'{where}:{to} addresses with "{parts.scheme}:" are not read, expected http or https')
    if not host:
        raise InputError(f"{where}:{to} names no host, expected an address such as https://example.org/article.html")


def _quote(url: str) -> str:
    """Make an address of ASCII: the host in IDNA, the rest percent-encoded."""
    parts = urllib.parse.urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    netloc = f"[{host}]" if ":" in host else host
    if parts.port:
        netloc = f"{netloc}:{parts.port}"
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return urllib.parse.urlunsplit((parts.scheme, netloc, path, query, ""))


def _read(response: Any, url: str, limits: Limits) -> bytes:
    deadline = time.monotonic() + _WHOLE_PER_TIMEOUT * limits.timeout_s
    chunks = []
    n_bytes = 0
    while chunk := response.read1(_CHUNK):
        n_bytes += len(chunk)
        if n_bytes > limits.max_bytes:
            raise _size_error(url, limits)
        if time.monotonic() > deadline:
            raise InputError(f"{url}: not complete within {_WHOLE_PER_TIMEOUT * limits.timeout_s:g} s")
        chunks.append(chunk)
    return b"".join(chunks)


def _unpack(raw: bytes, encoding: str | None, url: str, limits: Limits) -> bytes:
    """Undo a compression that was not asked for, without unpacking more than the limit."""
    if encoding is None or encoding.lower() == "identity":
        return raw
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise InputError(f'{url}: content encoding "{encoding}" is not supported (gzip, deflate)')
    window = zlib.MAX_WBITS | 32  # gzip or zlib, by its header
    try:
        text = zlib.decompressobj(window).decompress(raw, limits.max_bytes + 1)
    except zlib.error as err:
        raise InputError(f"{url}: broken {encoding} data") from err
    if len(text) > limits.max_bytes:
        raise _size_error(url, limits)
    return text


def _size_error(url: str, limits: Limits) -> InputError:
    return InputError(f"{url}: larger than the limit of {limits.max_bytes:,} bytes")
