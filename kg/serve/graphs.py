"""The SPARQL 1.1 graph store protocol: graphs by ``?graph=`` or ``?default``, or at their own address below /graphs/."""

import re
import secrets
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.errors import KgError
from kg.query_worker import Job
from kg.serve.address import address_of
from kg.serve.formats import GRAPH_FORMATS, by_media_type, with_charset
from kg.serve.http_errors import RequestError, as_http_error, text_error
from kg.serve.keys import KeyRing
from kg.serve.limited import ClientGoneError, Workers
from kg.serve.negotiation import choose_media_type, takes_gzip
from kg.serve.snapshot import Library
from kg.serve.sparql import (
    EndpointSettings,
    checked,
    job_limits,
    not_acceptable,
    read_body,
    read_pairs,
    send_response,
    waiting_for_end,
)
from kg.serve.writes import note_write
from kg.vocab import WRITES_GRAPH

PATH = "/graphs"
_READING = ("GET", "HEAD", "OPTIONS")
_WRITING = ("PUT", "POST", "DELETE")
_VARY = {"Vary": "Accept, Accept-Encoding"}
# what else the media types of graphs are called; those of several graphs at once are left out
_READABLE = {
    media_type: item.media_types[0]
    for item in GRAPH_FORMATS
    if item.name not in ("trig", "nquads")
    for media_type in item.media_types
} | {"text/n3": "text/turtle", "application/x-turtle": "text/turtle"}
_MULTIPART = "multipart/form-data"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


class GraphStore:
    """Answers requests of the graph store protocol, as an ASGI application."""

    def __init__(self, library: Library, workers: Workers, keys: KeyRing, settings: EndpointSettings) -> None:
        """Keep what answers come from."""
        self._library = library
        self._workers = workers
        self._keys = keys
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is wrong with it is said in a line of text."""
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientGoneError:
            return
        except HTTPException as err:
            response = text_error(err)
        except KgError as err:
            response = text_error(as_http_error(err))
        await send_response(response, scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        method = request.method
        allowed = ", ".join((*_READING, *_WRITING))
        if method not in (*_READING, *_WRITING):
            raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"expected one of {allowed}", {"Allow": allowed})
        if method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allowed})
        holder = self._keys.holder(request.headers.get("authorization")) if method in _WRITING else ""
        own = address_of(request, self._settings.public_url)
        graph, is_new = self._graph(request, own)
        if method in _WRITING:
            return await self._write(request, holder, graph, is_new=is_new)
        return await self._read(request, graph)

    def _graph(self, request: Request, own: str) -> tuple[str | None, bool]:
        """Tell which graph a request names; None is the default graph. The second says that it makes a new one.

        Raises:
            RequestError: 400; it names none, or several, or not by an IRI.
        """
        pairs = read_pairs(request.url.query)
        names = [value for name, value in pairs if name == "graph"]
        defaults = [value for name, value in pairs if name == "default"]
        unknown = next((name for name, _ in pairs if name not in ("graph", "default")), None)
        is_root = request.url.path.rstrip("/") == PATH
        if unknown is not None or any(defaults):
            msg = f'parameter "{unknown or "default"}" cannot be read, expected graph=IRI or default'
            raise RequestError(HTTPStatus.BAD_REQUEST, msg)
        if len(names) + len(defaults) > 1 or (pairs and not is_root):
            raise RequestError(HTTPStatus.BAD_REQUEST, "expected one graph, found several")
        if defaults:
            return None, False
        if names:
            if not _ABSOLUTE.fullmatch(names[0]):
                msg = f'the graph is named "{names[0][:80]}", expected an absolute IRI'
                raise RequestError(HTTPStatus.BAD_REQUEST, msg)
            return names[0], False
        if not is_root:
            if not _ABSOLUTE.fullmatch(own):
                raise RequestError(HTTPStatus.BAD_REQUEST, "the address is no IRI")
            return own, False
        if request.method == "POST":
            return f"{own.rstrip('/')}/{secrets.token_hex(8)}", True
        raise RequestError(
            HTTPStatus.BAD_REQUEST, f"which graph? expected {PATH}?graph=IRI, {PATH}?default or {PATH}/PATH"
        )

    async def _read(self, request: Request, graph: str | None) -> Response:
        offered = by_media_type(GRAPH_FORMATS)
        media_type = choose_media_type(request.headers.get("accept"), list(offered))
        if media_type is None:
            raise not_acceptable(list(offered))
        job: Job = {
            "kind": "graph",
            "graph": graph,
            "union": False,
            "media_type": offered[media_type].media_types[0],
            "zips": takes_gzip(request.headers.get("accept-encoding")),
            **job_limits(self._settings.limits, self._library.version()),
        }
        reply = checked(await self._workers.run(job, waiting_for_end(request)))
        headers = _VARY | ({"Content-Encoding": "gzip"} if reply.zipped else {})
        return Response(reply.body, media_type=with_charset(media_type), headers=headers)

    async def _write(self, request: Request, holder: str, graph: str | None, *, is_new: bool) -> Response:
        if graph == WRITES_GRAPH:
            raise RequestError(HTTPStatus.FORBIDDEN, "what was noted of writes cannot be changed")
        job: Job = {
            "kind": "put",
            "graph": graph,
            "replaces": request.method in ("PUT", "DELETE"),
            "base_iri": graph or address_of(request, self._settings.public_url),
            "log_graph": WRITES_GRAPH,
            **job_limits(self._settings.limits, 0),
        }
        parts: list[tuple[str, bytes]] = []
        if request.method != "DELETE":
            given = request.headers.get("content-type", "")
            _readable(given.partition(";")[0], _MULTIPART)  # said before anything is read
            parts = _parts(given, await read_body(request, self._settings.limits.max_graph_bytes))
        job["parts"] = [(media_type, len(data)) for media_type, data in parts]
        body = b"".join(data for _, data in parts)
        sent = body.decode("utf-8", "replace")
        job["log"] = note_write(holder, request.method, sent, graph, datetime.now(UTC))
        try:
            reply = checked(await self._workers.write(job, body))
        finally:
            self._library.note_change()
        headers = {"Location": graph} if reply.status == HTTPStatus.CREATED and graph is not None else {}
        status = HTTPStatus.CREATED if is_new else reply.status
        return Response(status_code=status, headers=headers)


def _parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return what is sent, with its media types: one graph, or the files of a form.

    Raises:
        RequestError: 400, the form has no file; 415, a media type is none of a graph.
    """
    media_type = _readable(content_type.partition(";")[0], _MULTIPART)
    if media_type != _MULTIPART:
        return [(media_type, body)]
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    files = [part for part in message.iter_parts() if not part.is_multipart()] if message.is_multipart() else []
    if not files:
        raise RequestError(HTTPStatus.BAD_REQUEST, "the form cannot be read, expected files with their Content-Type")
    return [(_readable(part.get_content_type()), _content(part)) for part in files]


def _readable(media_type: str, *others: str) -> str:
    """Return what a media type is called, or itself where it is one of the others; 415 where it is none of a graph."""
    media_type = media_type.strip().casefold()
    if media_type in others:
        return media_type
    if media_type not in _READABLE:
        msg = f'Content-Type is "{media_type[:80]}", expected one of {", ".join(_READABLE)}'
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, msg)
    return _READABLE[media_type]


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
