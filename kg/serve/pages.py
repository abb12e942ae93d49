"""The web pages: asking, articles with their claims highlighted, lists, and the query page. They work without scripts."""

import csv
import io
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kg.errors import QueryError
from kg.labels import load_labels, write_date, write_moment, write_number
from kg.lang import LANGUAGES
from kg.model import ClaimType, DatePrecision, Direction, Language, PartialDate
from kg.rdf.formats import PREFIXES
from kg.serve.api import read_parameters
from kg.serve.api_records import MAX_QUESTION_CHARACTERS, ClaimParameters, DocumentParameters, PageParameters
from kg.serve.asking import trace_question
from kg.serve.examples import example_queries, example_questions
from kg.serve.highlight import Mark, cut_paragraphs
from kg.serve.http_errors import RequestError
from kg.serve.lookup import find_claim, find_claims, find_documents, summarise_claim, summarise_document
from kg.serve.negotiation import choose_language
from kg.serve.snapshot import Library
from kg.serve.sparql import QueryAnswer, QueryRequest
from kg.serve.words import load_words
from kg.vocab import record_iri

_PAGE_LENGTH = 40
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
        """Load the templates."""
        self._library = library
        self._templates = Environment(
            loader=PackageLoader("kg.serve", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> list[Route]:
        """Return the routes of the pages; the query page belongs to the SPARQL endpoint."""
        return [
            Route("/", self.ask),
            Route("/documents", self.documents),
            Route("/documents/{document_id}", self.document),
            Route("/claims", self.claims),
            Route("/claims/{claim_id}", self.claim),
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
                found = trace_question(snapshot, question, Language(language))
            except QueryError as err:
                problem = str(err)
        return self._render(
            request,
            "ask.html",
            HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK,
            question=question,
            trace=found,
            problem=problem,
            snapshot=snapshot,
            examples=example_questions(snapshot, language),
            directions=list(Direction),
        )

    def documents(self, request: Request) -> Response:
        """List articles."""
        snapshot = self._library.current()
        asked = read_parameters(request, ListedDocuments)
        found = list(find_documents(snapshot, asked))
        publishers = {e.document.publisher for e in snapshot.extractions.values() if e.document.publisher}
        return self._render(
            request,
            "documents.html",
            asked=asked,
            publishers=sorted(publishers, key=str.casefold),
            documents=[summarise_document(e) for e in found[asked.offset : asked.offset + asked.limit]],
            total=len(found),
            paging=_paging(request, asked, len(found)),
        )

    def document(self, request: Request) -> Response:
        """Show an article with its claims highlighted."""
        snapshot = self._library.current()
        extraction = snapshot.extractions.get(request.path_params["document_id"])
        if extraction is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        paragraphs = cut_paragraphs(extraction)
        has_headline = "".join(segment.text for segment in paragraphs[0]) == extraction.document.title
        return self._render(
            request,
            "document.html",
            extraction=extraction,
            paragraphs=paragraphs,
            has_headline=has_headline,
            details=[find_claim(snapshot, claim.claim_id) for claim in extraction.claims],
            snapshot=snapshot,
            marks=list(Mark),
        )

    def claims(self, request: Request) -> Response:
        """List claims."""
        snapshot = self._library.current()
        asked = read_parameters(request, ListedClaims)
        found = list(find_claims(snapshot, asked))
        shown = [summarise_claim(snapshot, claim) for claim in found[asked.offset : asked.offset + asked.limit]]
        return self._render(
            request,
            "claims.html",
            asked=asked,
            types=list(ClaimType),
            claims=shown,
            total=len(found),
            paging=_paging(request, asked, len(found)),
        )

    def claim(self, request: Request) -> Response:
        """Show one claim with all that hangs on it."""
        snapshot = self._library.current()
        detail = find_claim(snapshot, request.path_params["claim_id"])
        if detail is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self._render(request, "claim.html", detail=detail, snapshot=snapshot)

    def sparql(
        self, request: Request, asked: QueryRequest | None, answer: QueryAnswer | None, problem: RequestError | None
    ) -> Response:
        """Show the query page, with the answer to a query where there is one."""
        names, rows = _read_table(answer)
        downloads = {}
        if asked is not None and answer is not None:
            formats = ("json", "xml", "csv", "tsv") if answer.is_table else ("turtle", "ntriples", "rdfxml", "jsonld")
            downloads = {name: f"/sparql?{urlencode({'query': asked.query, 'format': name})}" for name in formats}
        return self._render(
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
            problem=problem.detail if problem else None,
            queries=example_queries(language_of(request)),
            endpoint=str(request.url.replace(query="", fragment="")).removesuffix("/"),
        )

    def error(self, request: Request, err: HTTPException) -> Response:
        """Show what went wrong."""
        words = load_words(language_of(request))
        message = err.detail if isinstance(err, RequestError) else HTTPStatus(err.status_code).phrase
        if err.status_code == HTTPStatus.NOT_FOUND:
            message = words["not_found"]
        response = self._render(request, "error.html", err.status_code, message=message)
        response.headers.update(dict(err.headers or {}))
        return response

    def _render(self, request: Request, name: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
        language = Language(language_of(request))
        explicit = request.query_params.get("lang") in LANGUAGES

        def link(path: str, **parameters: object) -> str:
            """Return an address on this server that keeps the language that was asked for."""
            kept = {key: value for key, value in parameters.items() if value not in (None, "")}
            if explicit:
                kept.setdefault("lang", language.value)
            return f"{path}?{urlencode(kept)}" if kept else path

        others = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
        words = load_words(language)
        other = f"{request.url.path}?{urlencode([*others, ('lang', words['other_language_code'])])}"
        html = self._templates.get_template(name).render(
            language=language.value,
            explicit_language=explicit,
            words=words,
            labels=load_labels(language),
            link=link,
            other_language_url=other,
            path=request.url.path,
            number=lambda value: write_number(value, language),
            date=lambda value: write_date(value, language),
            moment=lambda value: write_moment(value, language),
            short=_shorten,
            dates=lambda value: _write_any_date(value, language),
            record_iri=record_iri,
            **values,
        )
        headers = {"Content-Language": language.value, "Vary": "Accept, Accept-Language"}
        return HTMLResponse(html, status_code=int(status), headers=headers)


def language_of(request: Request) -> str:
    """Return the language of the page: the one in the address, else the one the browser prefers."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else choose_language(request.headers.get("accept-language"))


def _write_any_date(value: str, language: Language) -> str:
    """Write an ISO date that is as long as it is precise."""
    precision = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}.get(len(value))
    return write_date(PartialDate(value=value, precision=precision or DatePrecision.SECOND), language)


def _shorten(cell: str) -> str:
    """Write an IRI of a known vocabulary with its prefix."""
    for prefix, namespace in PREFIXES.items():
        if cell.startswith(namespace):
            return f"{prefix}:{cell.removeprefix(namespace)}"
    return cell


def _paging(request: Request, asked: PageParameters, total: int) -> dict[str, str | None]:
    """Return the addresses of the pages before and after."""

    def address(offset: int) -> str:
        kept = [(key, value) for key, value in request.query_params.multi_items() if key != "offset" and value]
        return f"{request.url.path}?{urlencode([*kept, ('offset', str(offset))])}"

    before, after = asked.offset - asked.limit, asked.offset + asked.limit
    return {
        "previous": address(max(before, 0)) if asked.offset > 0 else None,
        "next": address(after) if after < total else None,
    }


def _read_table(answer: QueryAnswer | None) -> tuple[list[str], list[list[str]]]:
    """Read a table for the page from its CSV."""
    if answer is None or not answer.is_table or answer.verdict is not None:
        return [], []
    reader = csv.reader(io.StringIO(answer.body.decode("utf-8")))
    names, *rows = list(reader) or [[]]
    return names, rows
