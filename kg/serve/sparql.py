"""The SPARQL 1.1 protocol: queries by GET and POST, updates by POST with a key, datasets, content negotiation."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.errors import KgError, QueryError
from kg.query_worker import Job, Reply
from kg.serve.address import address_of
from kg.serve.description import Describer
from kg.serve.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, ResultFormat, by_media_type, with_charset
from kg.serve.http_errors import RequestError, as_http_error, text_error
from kg.serve.keys import KeyRing
from kg.serve.limited import DEFAULT_QUERY_LIMITS, ClientGoneError, QueryLimits, Workers
from kg.serve.negotiation import choose_media_type, takes_gzip
from kg.serve.snapshot import Library, Recent
from kg.serve.writes import note_write
from kg.sparql_text import asks_elsewhere, is_repeatable, is_update, query_form, with_dataset
from kg.vocab import WRITES_GRAPH

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_PARAMETERS = ("query", "default-graph-uri", "named-graph-uri", "format")
_ON_PAGE = {"select": "text/csv", "ask": "text/csv", "construct": "text/turtle", "describe": "text/turtle"}
_VARY = "Accept, Accept-Encoding"
_MAX_FIELDS = 10_000
_N_KEPT, _MAX_KEPT_BYTES = 256, 250_000  # answers that are given again while the store stays as it is: 64 MB at most
_ELSEWHERE = "SERVICE and LOAD reach only hosts that the owner of this endpoint has named, given as IRIs"


@dataclass(frozen=True)
class QueryRequest:
    """A query as a request puts it; ``format`` is the name of a format, which outweighs the Accept header."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    base_iri: str | None = None


@dataclass(frozen=True)
class UpdateRequest:
    """An update as a request puts it."""

    update: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueryAnswer:
    """A written answer. For a page, a table is written as CSV, a graph as Turtle; ``verdict`` is the answer to ASK."""

    body: bytes
    media_type: str
    is_table: bool
    verdict: bool | None = None


@dataclass(frozen=True)
class EndpointSettings:
    """How the owner set up the endpoint.

    Attributes:
        limits: what a query may cost.
        union_default_graph: queries that name no dataset ask all graphs at once; else the default graph alone.
        allowed_hosts: hosts that SERVICE and LOAD may reach.
        public_url: the address of the server as its clients know it, without a slash at the end.
    """

    limits: QueryLimits = DEFAULT_QUERY_LIMITS
    union_default_graph: bool = True
    allowed_hosts: tuple[str, ...] = ()
    public_url: str | None = None


class SparqlEndpoint:
    """Answers SPARQL requests, as an ASGI application; ``page`` shows the query page to browsers."""

    def __init__(
        self,
        library: Library,
        workers: Workers,
        keys: KeyRing,
        settings: EndpointSettings,
        describer: Describer,
        page: Callable[[Request, QueryRequest | None, QueryAnswer | None, RequestError | None], Response],
    ) -> None:
        """Keep what answers come from."""
        self._library = library
        self._workers = workers
        self._keys = keys
        self._settings = settings
        self._describer = describer
        self._page = page
        self._recent: Recent[tuple[str, bool], Reply] = Recent(_N_KEPT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is wrong with it is said in a line of text, or on the page in a browser."""
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientGoneError:
            return
        except HTTPException as err:
            response = text_error(err)
            response.headers["Vary"] = _VARY
        except KgError as err:
            response = text_error(as_http_error(err))
        await send_response(response, scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method not in METHODS:
            allowed = ", ".join(METHODS)
            raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"expected one of {allowed}", {"Allow": allowed})
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(METHODS)})
        asked: QueryRequest | None = None
        try:
            read = await self._read(request)
            if read is None:
                return await self._describe(request)
            if isinstance(read, UpdateRequest):
                return await self._update(request, read)
            asked = read
            return await self._answer(request, asked)
        except RequestError as err:
            if _prefers_html(request, asked):
                return await run_in_threadpool(self._page, request, asked, None, err)
            raise

    async def _describe(self, request: Request) -> Response:
        formats = by_media_type(GRAPH_FORMATS)
        media_type = choose_media_type(request.headers.get("accept"), [*formats, HTML])
        if media_type is None:
            raise not_acceptable([*formats, HTML])
        if media_type == HTML:
            return await run_in_threadpool(self._page, request, None, None, None)
        body = await self._describer.describe_service(
            self._address(request), formats[media_type], is_writable=not self._keys.is_empty
        )
        return Response(body, media_type=with_charset(media_type), headers={"Vary": _VARY})

    def _address(self, request: Request) -> str:
        return address_of(request, self._settings.public_url).removesuffix("/")

    async def _read(self, request: Request) -> QueryRequest | UpdateRequest | None:
        """Read what is asked; None where nothing is, which asks for the description of the service."""
        in_url = read_pairs(request.url.query)
        if request.method in ("GET", "HEAD"):
            if any(name == "update" for name, _ in in_url):
                msg = "an update is sent by POST"
                raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, msg, {"Allow": "POST"})
            if not any(name in _PARAMETERS for name, _ in in_url):
                return None
            return self._build(in_url, request)
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        media_type = media_type.strip().casefold()
        if media_type not in (_FORM, _DIRECT, _UPDATE):
            msg = f'Content-Type is "{media_type}", expected {_DIRECT}, {_UPDATE} or {_FORM}'
            raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, msg)
        text = _decode(await read_body(request, self._settings.limits.max_query_bytes), parameters)
        if media_type == _FORM:
            return self._build([*in_url, *read_pairs(text)], request)
        return self._build([*in_url, ("query" if media_type == _DIRECT else "update", text)], request)

    def _build(self, pairs: list[tuple[str, str]], request: Request) -> QueryRequest | UpdateRequest:
        """Build the request from its parameters, those of the address first."""

        def all_of(wanted: str) -> tuple[str, ...]:
            return tuple(value for name, value in pairs if name == wanted)

        queries, updates = all_of("query"), all_of("update")
        if len(queries) + len(updates) != 1:
            found = f"{len(queries)} and {len(updates)}" if updates else str(len(queries))
            expected = 'one parameter "query"' + (' or one "update"' if updates else "")
            raise RequestError(HTTPStatus.BAD_REQUEST, f"expected {expected}, found {found}")
        if updates:
            return UpdateRequest(updates[0], all_of("using-graph-uri"), all_of("using-named-graph-uri"))
        return QueryRequest(
            query=queries[0],
            default_graphs=all_of("default-graph-uri"),
            named_graphs=all_of("named-graph-uri"),
            format=next(filter(None, all_of("format")), None),
            base_iri=self._address(request),
        )

    async def _answer(self, request: Request, asked: QueryRequest) -> Response:
        form = query_form(asked.query)
        if form is None and is_update(asked.query):
            raise RequestError(HTTPStatus.BAD_REQUEST, 'expected a query, found an update; those are sent as "update"')
        if asks_elsewhere(asked.query, self._settings.allowed_hosts):
            raise RequestError(HTTPStatus.FORBIDDEN, f"query: {_ELSEWHERE}")
        is_table = form not in ("construct", "describe")
        formats = SOLUTION_FORMATS if is_table else GRAPH_FORMATS
        media_type, written_as = _choose(formats, form, request.headers.get("accept"), asked.format)
        zips = media_type != HTML and takes_gzip(request.headers.get("accept-encoding"))
        version = self._library.version()
        headers = {"Vary": _VARY}
        tag = None
        if media_type != HTML and is_repeatable(asked.query) and self._library.is_watched:
            tag = _tag(version, asked, media_type)
            if request.method != "POST":
                headers |= {"ETag": tag, "Cache-Control": "no-cache"}
                if matches(request.headers.get("if-none-match"), tag):
                    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        reply = None if tag is None else self._recent.get((tag, zips))
        if reply is None:
            job: Job = {
                "kind": "query",
                "text": asked.query,
                "media_type": written_as,
                "default_graphs": list(asked.default_graphs),
                "named_graphs": list(asked.named_graphs),
                "base_iri": asked.base_iri,
                "union": self._settings.union_default_graph,
                "zips": zips,
                **job_limits(self._settings.limits, version),
            }
            reply = checked(await self._workers.run(job, waiting_for_end(request)))
            if tag is not None and len(reply.body) <= _MAX_KEPT_BYTES:
                self._recent.put((tag, zips), reply)
        if media_type == HTML:
            answer = QueryAnswer(reply.body, HTML, is_table, reply.verdict)
            return await run_in_threadpool(self._page, request, asked, answer, None)
        if reply.zipped:
            headers["Content-Encoding"] = "gzip"
        return Response(reply.body, media_type=with_charset(media_type), headers=headers)

    async def _update(self, request: Request, asked: UpdateRequest) -> Response:
        holder = self._keys.holder(request.headers.get("authorization"))
        if asks_elsewhere(asked.update, self._settings.allowed_hosts):
            raise RequestError(HTTPStatus.FORBIDDEN, f"update: {_ELSEWHERE}")
        try:
            text = with_dataset(asked.update, asked.default_graphs, asked.named_graphs)
        except QueryError as err:
            raise as_http_error(err) from err
        job: Job = {
            "kind": "update",
            "text": text,
            "base_iri": self._address(request),
            "log": note_write(holder, "update", asked.update, None, datetime.now(UTC)),
            "log_graph": WRITES_GRAPH,
            **job_limits(self._settings.limits, 0),
        }
        try:
            reply = await self._workers.write(job)
        finally:
            self._library.note_change()
        return Response(status_code=checked(reply).status)


def job_limits(limits: QueryLimits, version: int) -> Job:
    """Return the part of a job that says what it may cost, and on which state of the store."""
    return {  # type: ignore[typeddict-item]  # a part
        "state": version,
        "timeout_s": limits.timeout_s,
        "max_rows": limits.max_rows,
        "max_bytes": limits.max_bytes,
    }


def checked(reply: Reply) -> Reply:
    """Return a reply that is a good one.

    Raises:
        RequestError: it says what was wrong.
    """
    if reply.status >= HTTPStatus.BAD_REQUEST:
        headers = {"Retry-After": "5"} if "open for writing elsewhere" in reply.error else None
        raise RequestError(HTTPStatus(reply.status), reply.error, headers)
    return reply


def waiting_for_end(request: Request) -> Callable[[], Awaitable[object]]:
    """Return what waits until whoever sent the request has gone. Its body must have been read."""

    async def wait() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    return wait


async def send_response(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response; without its body to HEAD."""
    if scope["method"] == "HEAD":
        response.body = b""
    await response(scope, receive, send)


def _choose(
    formats: tuple[ResultFormat, ...], form: str | None, accept: str | None, name: str | None
) -> tuple[str, str]:
    """Choose the media type of the response, and that of the answer: a page shows a table from CSV, a graph from Turtle.

    Raises:
        RequestError: 406; none is acceptable. 400; there is none of that name.
    """
    if name is not None:
        for item in formats:
            if item.name == name:
                return item.media_types[0], item.media_types[0]
        if form is not None:
            msg = f'this answer has no format "{name}" ({", ".join(item.name for item in formats)})'
            raise RequestError(HTTPStatus.BAD_REQUEST, msg)
    known = by_media_type(formats)
    media_type = choose_media_type(accept, [*known, HTML])
    if media_type is None:
        if form is not None:
            raise not_acceptable(list(known))
        media_type = formats[0].media_types[0]  # it is no query, and the error says so
    if media_type == HTML:
        return HTML, _ON_PAGE.get(form or "", formats[0].media_types[0])
    return media_type, known[media_type].media_types[0]


def not_acceptable(offered: list[str]) -> RequestError:
    """Return the error where none of the accepted media types is offered."""
    return RequestError(HTTPStatus.NOT_ACCEPTABLE, f"none of the accepted formats is there ({', '.join(offered)})")


def _tag(version: int, asked: QueryRequest, media_type: str) -> str:
    """Return the entity tag of an answer: another store, query, dataset or format has another."""
    asked = replace(asked, format=None)
    return f'W/"{hashlib.sha256(repr((_STARTED, version, asked, media_type)).encode()).hexdigest()[:32]}"'


_STARTED = datetime.now(UTC).isoformat()  # the versions of a store count from there


def matches(if_none_match: str | None, tag: str) -> bool:
    """Tell whether an If-None-Match header has a tag (RFC 9110, section 13.1.2: weakly compared)."""
    if if_none_match is None:
        return False
    known = [item.strip().removeprefix("W/") for item in if_none_match.split(",")]
    return "*" in known or tag.removeprefix("W/") in known


def _prefers_html(request: Request, asked: QueryRequest | None) -> bool:
    offered = [*by_media_type(SOLUTION_FORMATS), *by_media_type(GRAPH_FORMATS), HTML]
    named = asked is not None and asked.format is not None
    return not named and choose_media_type(request.headers.get("accept"), offered) == HTML


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Read the parameters of an address or a form.

    Raises:
        RequestError: 400; they are not UTF-8, percent-encoded, or too many.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as err:
        msg = "the parameters cannot be read, expected UTF-8, percent-encoded"
        raise RequestError(HTTPStatus.BAD_REQUEST, msg) from err


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read the body of a request.

    Raises:
        RequestError: 413; it is larger than allowed.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            msg = f"the request is larger than {max_bytes} bytes"
            raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, msg)
    return bytes(body)


def _decode(body: bytes, parameters: str) -> str:
    name, _, value = parameters.strip().partition("=")
    charset = value.strip().strip('"').casefold() if name.strip().casefold() == "charset" else "utf-8"
    if charset not in ("utf-8", "utf8"):
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f'charset is "{charset}", expected utf-8')
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as err:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"byte {err.start} of the query is not UTF-8") from err
