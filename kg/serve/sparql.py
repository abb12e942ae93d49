"""The SPARQL 1.1 protocol, query part: GET and POST, datasets, content negotiation, and a description of the service."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import KgError, QueryError
from kg.serve.description import describe_service
from kg.serve.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, ResultFormat, by_media_type, with_charset
from kg.serve.http_errors import RequestError, as_http_error, text_error
from kg.serve.limited import LimitedBuffer, LimitedThreads, QueryLimits
from kg.serve.negotiation import choose_media_type
from kg.serve.query_text import asks_elsewhere, is_update
from kg.serve.snapshot import Library, Snapshot
from kg.store import Solutions

METHODS = ["GET", "HEAD", "POST"]
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_PARAMETERS = ("query", "default-graph-uri", "named-graph-uri", "format")
_ON_PAGE = "text/csv"
_READ_ONLY = "this endpoint is read-only: expected a query, found an update"


@dataclass(frozen=True)
class QueryRequest:
    """A query as a request puts it; ``format`` is the name of a format, which outweighs the Accept header."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    base_iri: str | None = None


@dataclass(frozen=True)
class QueryAnswer:
    """A written answer. For a page, a table is written as CSV, a graph as Turtle; ``verdict`` is the answer to ASK."""

    body: bytes
    media_type: str
    is_table: bool
    verdict: bool | None = None


class SparqlEndpoint:
    """Answers SPARQL requests; ``page`` shows the query page to browsers."""

    def __init__(
        self,
        library: Library,
        limits: QueryLimits,
        page: Callable[[Request, QueryRequest | None, QueryAnswer | None, RequestError | None], Response],
    ) -> None:
        """Keep what answers come from."""
        self._library = library
        self._threads = LimitedThreads(limits)
        self._page = page

    async def handle(self, request: Request) -> Response:
        """Answer a request; what is wrong with it is said in a line of text, or on the page in a browser."""
        asked: QueryRequest | None = None
        try:
            asked = await self._read(request)
            if asked is None:
                return self._describe(request)
            answer = await self._answer(request, asked)
        except RequestError as err:
            if _prefers_html(request, asked):
                return self._page(request, asked, None, err)
            response: Response = text_error(err)
            response.headers["Vary"] = "Accept"
            return response
        if answer.media_type == HTML:
            return self._page(request, asked, answer, None)
        return Response(answer.body, media_type=with_charset(answer.media_type), headers={"Vary": "Accept"})

    def _describe(self, request: Request) -> Response:
        formats = by_media_type(GRAPH_FORMATS)
        media_type = choose_media_type(request.headers.get("accept"), [*formats, HTML])
        if media_type is None:
            raise _not_acceptable([*formats, HTML])
        if media_type == HTML:
            return self._page(request, None, None, None)
        writer = formats[media_type].writer
        body = describe_service(_address_of(request), self._library.current().n_quads, _rdf(writer))
        return Response(body, media_type=with_charset(media_type), headers={"Vary": "Accept"})

    async def _read(self, request: Request) -> QueryRequest | None:
        """Read what is asked; None where nothing is, which asks for the description of the service."""
        in_url = _read_pairs(request.url.query)
        if request.method in ("GET", "HEAD"):
            if any(name == "update" for name, _ in in_url):
                raise RequestError(HTTPStatus.FORBIDDEN, _READ_ONLY)
            if not any(name in _PARAMETERS for name, _ in in_url):
                return None
            return _build(in_url, request)
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        media_type = media_type.strip().casefold()
        if media_type == _UPDATE:
            raise RequestError(HTTPStatus.FORBIDDEN, _READ_ONLY)
        if media_type not in (_FORM, _DIRECT):
            msg = f'Content-Type is "{media_type}", expected {_DIRECT} or {_FORM}'
            raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, msg)
        text = _decode(await _read_body(request, self._threads.limits.max_query_bytes), parameters)
        if media_type == _FORM:
            return _build([*in_url, *_read_pairs(text)], request)
        return _build([*in_url, ("query", text)], request)

    async def _answer(self, request: Request, asked: QueryRequest) -> QueryAnswer:
        snapshot = self._library.current()
        accept = request.headers.get("accept")
        buffer = LimitedBuffer(self._threads.limits)
        answer = await self._threads.run(lambda: _try_to_evaluate(snapshot, asked, accept, buffer))
        if isinstance(answer, RequestError):
            raise answer
        return answer


def _try_to_evaluate(
    snapshot: Snapshot, asked: QueryRequest, accept: str | None, buffer: LimitedBuffer
) -> QueryAnswer | RequestError:
    """Answer a query, in a thread of its own.

    Errors are returned, without their traceback: it would keep Oxigraph's results, which must not leave the thread.
    """
    try:
        return _evaluate(snapshot, asked, accept, buffer)
    except RequestError as err:
        return RequestError(HTTPStatus(err.status_code), err.detail)


def _evaluate(snapshot: Snapshot, asked: QueryRequest, accept: str | None, buffer: LimitedBuffer) -> QueryAnswer:
    if is_update(asked.query):
        raise RequestError(HTTPStatus.FORBIDDEN, _READ_ONLY)
    if asks_elsewhere(asked.query):
        raise RequestError(HTTPStatus.FORBIDDEN, "SERVICE is switched off: this endpoint asks no other server")
    try:
        results = snapshot.store.query(
            asked.query,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base_iri=asked.base_iri,
        )
        formats = GRAPH_FORMATS if isinstance(results, QueryTriples) else SOLUTION_FORMATS
        media_type, chosen = _choose(formats, accept, asked.format)
        _write(results, buffer, chosen)
    except KgError as err:
        raise as_http_error(err) from err
    except (OSError, RuntimeError, ValueError) as err:
        msg = f"the query failed: {' '.join(str(err).split())}"
        raise as_http_error(QueryError(msg)) from err
    verdict = bool(results) if isinstance(results, QueryBoolean) else None
    return QueryAnswer(buffer.getvalue(), media_type, formats is SOLUTION_FORMATS, verdict)


def _write(results: Solutions, buffer: LimitedBuffer, chosen: ResultFormat) -> None:
    if isinstance(results, QueryTriples):
        results.serialize(buffer, _rdf(chosen.writer))
    elif isinstance(chosen.writer, QueryResultsFormat):
        results.serialize(buffer, chosen.writer)


def _rdf(writer: QueryResultsFormat | RdfFormat) -> RdfFormat:
    if not isinstance(writer, RdfFormat):
        msg = f"{writer} is no RDF format"
        raise TypeError(msg)
    return writer


def _choose(formats: tuple[ResultFormat, ...], accept: str | None, name: str | None) -> tuple[str, ResultFormat]:
    """Choose a format; a page shows a table from CSV, a graph from Turtle.

    Raises:
        RequestError: 406; none is acceptable. 400; there is none of that name.
    """
    if name is not None:
        for item in formats:
            if item.name == name:
                return item.media_types[0], item
        msg = f'this answer has no format "{name}" ({", ".join(item.name for item in formats)})'
        raise RequestError(HTTPStatus.BAD_REQUEST, msg)
    known = by_media_type(formats)
    media_type = choose_media_type(accept, [*known, HTML])
    if media_type is None:
        raise _not_acceptable(list(known))
    return media_type, known.get(media_type) or known[_ON_PAGE if _ON_PAGE in known else formats[0].media_types[0]]


def _not_acceptable(offered: list[str]) -> RequestError:
    return RequestError(HTTPStatus.NOT_ACCEPTABLE, f"none of the accepted formats is there ({', '.join(offered)})")


def _address_of(request: Request) -> str:
    """Return the address of the endpoint, as the client knows it."""
    return str(request.url.replace(query="", fragment="")).removesuffix("/")


def _prefers_html(request: Request, asked: QueryRequest | None) -> bool:
    offered = [*by_media_type(SOLUTION_FORMATS), *by_media_type(GRAPH_FORMATS), HTML]
    named = asked is not None and asked.format is not None
    return not named and choose_media_type(request.headers.get("accept"), offered) == HTML


def _read_pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as err:
        msg = "the parameters cannot be read, expected UTF-8, percent-encoded"
        raise RequestError(HTTPStatus.BAD_REQUEST, msg) from err


def _build(pairs: list[tuple[str, str]], request: Request) -> QueryRequest:
    """Build the request from its parameters, those of the address first."""
    if any(name == "update" for name, _ in pairs):
        raise RequestError(HTTPStatus.FORBIDDEN, _READ_ONLY)
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise RequestError(HTTPStatus.BAD_REQUEST, f'expected one parameter "query", found {len(queries)}')
    formats = [value for name, value in pairs if name == "format" and value]
    return QueryRequest(
        query=queries[0],
        default_graphs=tuple(value for name, value in pairs if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in pairs if name == "named-graph-uri"),
        format=formats[0] if formats else None,
        base_iri=_address_of(request),
    )


async def _read_body(request: Request, max_bytes: int) -> bytes:
    """Read the body, up to a size; 413 beyond it."""
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
