"""The web pages: asking, articles with their claims highlighted, lists, and the query page. They work without scripts."""

import csv
import io
import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import QueryError
from kg.model import ClaimType, Direction, Language
from kg.serve.api import read_parameters
from kg.serve.api_records import MAX_QUESTION_CHARACTERS, ClaimParameters, DocumentParameters
from kg.serve.asking import trace_question
from kg.serve.examples import example_queries, example_questions
from kg.serve.highlight import Mark, cut_paragraphs
from kg.serve.http_errors import RequestError
from kg.serve.lookup import find_claim, find_claims, find_documents, summarise_claim, summarise_document
from kg.serve.map_pages import SHOWN_FORMATS, MapPages, export_query
from kg.serve.rendering import Renderer, language_of, paging_of
from kg.serve.snapshot import Library
from kg.serve.sparql import QueryAnswer, QueryRequest
from kg.serve.words import load_words

_PAGE_LENGTH = 40
_PLACE = re.compile(r"\bat (\d+):(\d+)")
_MAX_ROWS = 1000  # of a result on the page; a browser is slow to draw more


class ListedClaims(ClaimParameters):
    """Which claims a page lists, in which language it is."""

    lang: Language | None = None
    limit: int = _PAGE_LENGTH


class ListedDocuments(DocumentParameters):
    """Which documents a page lists, in which language it is."""

    lang: Language | None = None
    limit: int = _PAGE_LENGTH


class Pages:
    """Renders the pages from what the library holds."""

    def __init__(self, library: Library) -> None:
        """Take the library, and load the templates."""
        self._library = library
        self._renderer = Renderer()
        self._maps = MapPages(library, self._renderer)

    def routes(self) -> list[Route]:
        """Return the routes of the pages; the query page belongs to the SPARQL endpoint."""
        return [
            Route("/", self.ask),
            Route("/documents", self.documents),
            Route("/documents/{document_id}", self.document),
            Route("/claims", self.claims),
            Route("/claims/{claim_id}", self.claim),
            *self._maps.routes(),
        ]

    def ask(self, request: Request) -> Response:
        """Show the question box, and the trace of a question."""
        snapshot = self._library.current()
        question = " ".join(request.query_params.get("q", "").split())
        language = language_of(request)
        found, problem = None, None
        if len(question) > MAX_QUESTION_CHARACTERS:
            problem = load_words(language).fill("too_long", n=len(question), max=MAX_QUESTION_CHARACTERS)
            question = question[:MAX_QUESTION_CHARACTERS]
        elif question:
            try:
                found = trace_question(snapshot, question)
            except QueryError as err:
                problem = str(err)
        return self._renderer.render(
            request,
            "ask.html",
            HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK,
            question=question,
            trace=found,
            problem=problem,
            snapshot=snapshot,
            examples=example_questions(snapshot, language),
            directions=list(Direction),
            formats=SHOWN_FORMATS,
            exported=export_query({"q": question}),
        )

    def documents(self, request: Request) -> Response:
        """List articles."""
        snapshot = self._library.current()
        asked = read_parameters(request, ListedDocuments)
        found = list(find_documents(snapshot, asked))
        publishers = {e.document.publisher for e in snapshot.extractions.values() if e.document.publisher}
        return self._renderer.render(
            request,
            "documents.html",
            asked=asked,
            publishers=sorted(publishers, key=str.casefold),
            documents=[summarise_document(e) for e in found[asked.offset : asked.offset + asked.limit]],
            total=len(found),
            paging=paging_of(request, asked, len(found)),
        )

    def document(self, request: Request) -> Response:
        """Show an article with its claims highlighted."""
        snapshot = self._library.current()
        extraction = snapshot.extractions.get(request.path_params["document_id"])
        if extraction is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        paragraphs = cut_paragraphs(extraction)
        has_headline = "".join(segment.text for segment in paragraphs[0]) == extraction.document.title
        return self._renderer.render(
            request,
            "document.html",
            extraction=extraction,
            paragraphs=paragraphs,
            has_headline=has_headline,
            details=[find_claim(snapshot, claim.claim_id) for claim in extraction.claims],
            snapshot=snapshot,
            marks=list(Mark),
            formats=SHOWN_FORMATS,
            exported=export_query({"document": extraction.document.document_id}),
        )

    def claims(self, request: Request) -> Response:
        """List claims."""
        snapshot = self._library.current()
        asked = read_parameters(request, ListedClaims)
        found = list(find_claims(snapshot, asked))
        shown = [summarise_claim(snapshot, claim) for claim in found[asked.offset : asked.offset + asked.limit]]
        return self._renderer.render(
            request,
            "claims.html",
            asked=asked,
            types=list(ClaimType),
            claims=shown,
            total=len(found),
            paging=paging_of(request, asked, len(found)),
        )

    def claim(self, request: Request) -> Response:
        """Show one claim with all that hangs on it."""
        snapshot = self._library.current()
        detail = find_claim(snapshot, request.path_params["claim_id"])
        if detail is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self._renderer.render(request, "claim.html", detail=detail, snapshot=snapshot)

    def sparql(
        self, request: Request, asked: QueryRequest | None, answer: QueryAnswer | None, problem: RequestError | None
    ) -> Response:
        """Show the query page, with the answer to a query where there is one."""
        names, rows = _read_table(answer)
        downloads = {}
        if asked is not None and answer is not None:
            formats = ("json", "xml", "csv", "tsv") if answer.is_table else ("turtle", "ntriples", "rdfxml", "jsonld")
            downloads = {name: f"/sparql?{urlencode({'query': asked.query, 'format': name})}" for name in formats}
        return self._renderer.render(
            request,
            "sparql.html",
            problem.status_code if problem else HTTPStatus.OK,
            query=asked.query if asked else "",
            answered=answer is not None,
            verdict=answer.verdict if answer else None,
            names=names,
            rows=rows[:_MAX_ROWS],
            n_rows=len(rows),
            graph=answer.body.decode("utf-8") if answer and not answer.is_table else None,
            downloads=downloads,
            problem=_readable(problem.detail) if problem else None,
            place=_place_of(problem.detail, asked.query) if problem and asked else None,
            queries=example_queries(language_of(request)),
            endpoint=str(request.url.replace(query="", fragment="")).removesuffix("/"),
        )

    def error(self, request: Request, err: HTTPException) -> Response:
        """Show what went wrong."""
        words = load_words(language_of(request))
        message = err.detail if isinstance(err, RequestError) else HTTPStatus(err.status_code).phrase
        if err.status_code == HTTPStatus.NOT_FOUND:
            message = words["not_found"]
        response = self._renderer.render(request, "error.html", err.status_code, message=message)
        response.headers.update(dict(err.headers or {}))
        return response


@dataclass(frozen=True)
class _Place:
    """Where a query cannot be read: its line in three parts, the middle one is at fault."""

    line: int
    column: int
    before: str
    at: str
    after: str


def _place_of(problem: str, query: str) -> _Place | None:
    """Find in a message where the query is at fault; lines and columns count from 1."""
    found = _PLACE.search(problem)
    if found is None:
        return None
    line, column = int(found[1]), int(found[2])
    lines = query.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    return _Place(line, column, text[: column - 1], text[column - 1 : column] or " ", text[column:])


def _readable(problem: str) -> str:
    """Leave out of a parser's message the characters that might have stood there, where it also says something in words."""
    head, expected, tail = problem.partition("expected one of ")
    words = [part for part in tail.split(", ") if part and not part.startswith(("[", "'", '"')) and "u{" not in part]
    return f"{head}{' / '.join(words)}" if expected and words else problem


def _read_table(answer: QueryAnswer | None) -> tuple[list[str], list[list[str]]]:
    """Read a table for the page from its CSV."""
    if answer is None or not answer.is_table or answer.verdict is not None:
        return [], []
    reader = csv.reader(io.StringIO(answer.body.decode("utf-8")))
    names, *rows = list(reader) or [[]]
    return names, rows
