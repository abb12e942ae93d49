"""Templates of the pages: their words and numbers in the reader's language, and addresses that keep it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg.graph import agent_id
from kg.labels import load_labels, write_date, write_moment, write_number
from kg.lang import LANGUAGES
from kg.model import DatePrecision, Language, PartialDate
from kg.rdf.formats import PREFIXES
from kg.serve.api_records import PageParameters
from kg.serve.negotiation import choose_language
from kg.serve.words import load_words
from kg.vocab import record_iri


class Renderer:
    """Fills templates."""

    def __init__(self) -> None:
        """Load the templates."""
        self._templates = Environment(
            loader=PackageLoader("kg.serve", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["agent"] = agent_id

    def render(self, request: Request, name: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
        """Fill a template."""
        language = Language(language_of(request))
        explicit = request.query_params.get("lang") in LANGUAGES
        others = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
        words = load_words(language)
        other = f"{request.url.path}?{urlencode([*others, ('lang', words['other_language_code'])])}"
        html = self._templates.get_template(name).render(
            language=language.value,
            explicit_language=explicit,
            words=words,
            labels=load_labels(language),
            link=linker(request),
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


def linker(request: Request) -> Callable[..., str]:
    """Return what makes addresses on this server that keep the language that was asked for."""
    asked = request.query_params.get("lang", "")

    def link(path: str, **parameters: object) -> str:
        kept = {key: value for key, value in parameters.items() if value not in (None, "")}
        if asked in LANGUAGES:
            kept.setdefault("lang", asked)
        return f"{path}?{urlencode(kept)}" if kept else path

    return link


def language_of(request: Request) -> str:
    """Return the language of the page: the one in the address, else the one the browser prefers."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else choose_language(request.headers.get("accept-language"))


def paging_of(request: Request, asked: PageParameters, total: int) -> dict[str, str | None]:
    """Return the addresses of the pages before and after."""

    def address(offset: int) -> str:
        kept = [(key, value) for key, value in request.query_params.multi_items() if key != "offset" and value]
        return f"{request.url.path}?{urlencode([*kept, ('offset', str(offset))])}"

    before, after = asked.offset - asked.limit, asked.offset + asked.limit
    return {
        "previous": address(max(before, 0)) if asked.offset > 0 else None,
        "next": address(after) if after < total else None,
    }


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
