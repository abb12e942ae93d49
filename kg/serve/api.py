"""The JSON API: traces, claims, documents and search, with one shape of error and an OpenAPI description."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.model import Extraction, Record
from kg.serve.api_records import (
    ClaimDetail,
    ClaimPage,
    ClaimParameters,
    DocumentPage,
    DocumentParameters,
    ListParameters,
    PageParameters,
    Parameters,
    SearchParameters,
    SearchReply,
    TraceParameters,
)
from kg.serve.asking import trace_question
from kg.serve.http_errors import RequestError
from kg.serve.lookup import find_claim, find_claims, find_documents, summarise_claim, summarise_document
from kg.serve.openapi import describe_api
from kg.serve.snapshot import Library, Snapshot
from kg.trace.records import Trace

Asked = TypeVar("Asked", bound=Parameters)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Operation:
    """One address of the API: what it takes and gives, and the function that answers."""

    path: str
    name: str
    summary: str
    reply: type[Record]
    answer: Callable[[Snapshot, Request], Record]
    parameters: type[Parameters] = Parameters
    in_path: str | None = None


def read_parameters(request: Request, record: type[Asked]) -> Asked:
    """Read the parameters of a request's address; an empty one counts as absent.

    Raises:
        RequestError: 400; one is missing, unknown, given twice or does not fit.
    """
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        twice = next(name for name in names if names.count(name) > 1)
        raise RequestError(
            HTTPStatus.BAD_REQUEST, f'parameter "{twice}" is given {names.count(twice)} times, expected once'
        )
    try:
        return record.model_validate(dict(pairs))
    except ValidationError as err:
        raise RequestError(HTTPStatus.BAD_REQUEST, _first_problem(err, record)) from err


def _first_problem(err: ValidationError, record: type[Parameters]) -> str:
    problem = err.errors()[0]
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return f'parameter "{name}" is missing'
    if problem["type"] == "extra_forbidden":
        return f'parameter "{name}" is not known ({", ".join(record.model_fields)})'
    if problem["type"] == "string_too_long":
        longest = problem["ctx"]["max_length"]
        return f'parameter "{name}" has {len(problem["input"])} characters, expected at most {longest}'
    return f'parameter "{name}": {problem["msg"]}, found "{str(problem["input"])[:80]}"'


def _cut(items: list[Item], asked: PageParameters) -> list[Item]:
    return list(islice(items, asked.offset, asked.offset + asked.limit))


def _page(items: list[Item], asked: ListParameters, identify: Callable[[Item], str]) -> tuple[list[Item], str | None]:
    """Return one page, and the cursor of the next; a cursor holds its place when others are added before it."""
    start = asked.offset
    if asked.cursor is not None:
        if asked.offset:
            raise RequestError(HTTPStatus.BAD_REQUEST, "expected one of the parameters cursor and offset")
        places = (place for place, item in enumerate(items, start=1) if identify(item) == asked.cursor)
        found = next(places, None)
        if found is None:
            raise RequestError(
                HTTPStatus.BAD_REQUEST, f'parameter "cursor": nothing in this list is called "{asked.cursor[:80]}"'
            )
        start = found
    shown = items[start : start + asked.limit]
    return shown, identify(shown[-1]) if shown and start + len(shown) < len(items) else None


def _trace(snapshot: Snapshot, request: Request) -> Trace:
    asked = read_parameters(request, TraceParameters)
    return trace_question(snapshot, asked.q, asked.lang)


def _claims(snapshot: Snapshot, request: Request) -> ClaimPage:
    asked = read_parameters(request, ClaimParameters)
    found = list(find_claims(snapshot, asked))
    shown, cursor = _page(found, asked, lambda claim: claim.claim_id)
    items = tuple(summarise_claim(snapshot, claim) for claim in shown)
    return ClaimPage(total=len(found), limit=asked.limit, offset=asked.offset, next_cursor=cursor, items=items)


def _claim(snapshot: Snapshot, request: Request) -> ClaimDetail:
    read_parameters(request, Parameters)
    claim_id = request.path_params["claim_id"]
    found = find_claim(snapshot, claim_id)
    if found is None:
        raise RequestError(HTTPStatus.NOT_FOUND, f'there is no claim "{claim_id[:80]}"')
    return found


def _documents(snapshot: Snapshot, request: Request) -> DocumentPage:
    asked = read_parameters(request, DocumentParameters)
    found = list(find_documents(snapshot, asked))
    shown, cursor = _page(found, asked, lambda extraction: extraction.document.document_id)
    items = tuple(summarise_document(extraction) for extraction in shown)
    return DocumentPage(total=len(found), limit=asked.limit, offset=asked.offset, next_cursor=cursor, items=items)


def _document(snapshot: Snapshot, request: Request) -> Extraction:
    read_parameters(request, Parameters)
    document_id = request.path_params["document_id"]
    found = snapshot.extractions.get(document_id)
    if found is None:
        raise RequestError(HTTPStatus.NOT_FOUND, f'there is no document "{document_id[:80]}"')
    return found


def _search(snapshot: Snapshot, request: Request) -> SearchReply:
    asked = read_parameters(request, SearchParameters)
    documents = list(find_documents(snapshot, DocumentParameters(q=asked.q)))
    claims = list(find_claims(snapshot, ClaimParameters(q=asked.q)))
    return SearchReply(
        n_documents=len(documents),
        n_claims=len(claims),
        documents=tuple(summarise_document(extraction) for extraction in _cut(documents, asked)),
        claims=tuple(summarise_claim(snapshot, claim) for claim in _cut(claims, asked)),
    )


OPERATIONS = (
    Operation("/api/trace", "trace", "Trace a question: who claims what about it", Trace, _trace, TraceParameters),
    Operation("/api/claims", "listClaims", "List claims", ClaimPage, _claims, ClaimParameters),
    Operation("/api/claims/{claim_id}", "getClaim", "Read one claim", ClaimDetail, _claim, in_path="claim_id"),
    Operation("/api/documents", "listDocuments", "List documents", DocumentPage, _documents, DocumentParameters),
    Operation(
        "/api/documents/{document_id}",
        "getDocument",
        "Read one document and all that was read from it",
        Extraction,
        _document,
        in_path="document_id",
    ),
    Operation("/api/search", "search", "Find words in documents and claims", SearchReply, _search, SearchParameters),
)


def api_routes(library: Library) -> list[Route]:
    """Return the routes of the API."""
    description = describe_api(OPERATIONS)

    def describe(request: Request) -> Response:
        return JSONResponse({**description, "servers": [{"url": str(request.base_url)}]})

    routes = [Route("/api/openapi.json", describe, name="openapi")]
    routes += [Route(item.path, _endpoint(library, item), name=item.name) for item in OPERATIONS]
    return routes


def _endpoint(library: Library, operation: Operation) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        reply = operation.answer(library.current(), request)
        return Response(reply.model_dump_json(), media_type="application/json")

    return answer
