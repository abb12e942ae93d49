"""The address of a request as its client knows it, also where a proxy stands in between."""

import re
from http import HTTPStatus
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from kg.serve.http_errors import RequestError

_HOST = re.compile(r"[\w.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?", re.ASCII)
_PREFIX = re.compile(r"(?:/[\w.~-]+)*/?", re.ASCII)


def address_of(request: Request, public_url: str | None = None) -> str:
    """Return the address of a request without its query.

    Args:
        request: behind a proxy on this machine, ``X-Forwarded-Proto``, ``-Host`` and ``-Prefix`` count; from anywhere
            else they do not, since anyone could send them.
        public_url: the address of the server, as its owner gives it; then nothing else counts.

    Raises:
        RequestError: 400; the Host header cannot be read.
    """
    path = request.scope.get("raw_path", b"").decode("ascii", "replace").partition("?")[0] or request.url.path
    if public_url:
        return public_url.removesuffix("/") + path
    scheme, host, prefix = request.scope["scheme"], request.headers.get("host", ""), ""
    if is_from_here(request.scope):
        headers = Headers(scope=request.scope)
        forwarded = headers.get("x-forwarded-proto", "").split(",")[0].strip()
        scheme = forwarded if forwarded in ("http", "https") else scheme
        host = headers.get("x-forwarded-host", "").split(",")[0].strip() or host
        given = headers.get("x-forwarded-prefix", "").strip()
        prefix = given.rstrip("/") if _PREFIX.fullmatch(given) else ""
    if not host and request.scope.get("server"):
        name, port = request.scope["server"]
        host = f"{name}:{port}" if port else name
    if not _HOST.fullmatch(host):
        raise RequestError(HTTPStatus.BAD_REQUEST, "the header Host cannot be read, expected a name and a port")
    return f"{scheme}://{host}{prefix}{path}"


def is_from_here(scope: Scope) -> bool:
    """Tell whether a request comes from this machine."""
    client = scope.get("client")
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False
