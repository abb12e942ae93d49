"""HTML pages: the article's paragraphs by trafilatura, and what the page says about itself."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.ingest.article import Article
from kg.ingest.dates import parse_date
from kg.ingest.normalise import normalise_paragraph
from kg.model import PartialDate

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = ("p", "head", "item", "quote", "code")
_ARTICLE_TYPES = (
    "Article",
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BlogPosting",
    "LiveBlogPosting",
)
_TITLE_SEPARATOR = r"\s+[|–—·:»-]\s+"
# Below this a page has a menu and a notice, not an article
_MIN_LETTERS = 60


def read_html(text: str, where: str, url: str | None = None) -> Article:
    """Read a page: title, publisher, authors and date from its metadata, paragraphs from its main text.

    JSON-LD is believed before ``meta`` elements, these before what trafilatura works out. Tables, comments, menus and
    notices are left out.

    Raises:
        InputError: no article is found in it.
    """
    from lxml import etree
    from lxml import html as lxml_html
    from trafilatura import bare_extraction

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses str input that declares an encoding
    try:
        tree = lxml_html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as err:
        raise InputError(f"{where}: not an HTML page: {str(err).splitlines()[0]}") from err
    data = _article_data(tree)
    found: Any = bare_extraction(
        text,
        url=url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    paragraphs = tuple(_paragraphs(found.body)) if found is not None and found.body is not None else ()
    if sum(sum(map(str.isalpha, paragraph)) for paragraph in paragraphs) < _MIN_LETTERS:
        raise InputError(f"{where}: no article found in this HTML page")
    publisher = _name(data.get("publisher")) or _meta(tree, "og:site_name") or _line(found.sitename)
    title = _line(data.get("headline")) or _meta(tree, "og:title") or _line(found.title)
    return Article(
        paragraphs=paragraphs,
        title=_bare_title(title, publisher, paragraphs[0]),
        publisher=publisher,
        authors=_names(data.get("author")) or _authors_in_meta(tree) or _split_authors(found.author),
        published=_published(tree, data, found.date),
        url=url or _canonical(tree),
    )


def _paragraphs(body: "HtmlElement") -> Iterator[str]:
    """Yield the paragraphs of trafilatura's tree; a nested block is its own paragraph."""
    for element in body.iter(*_BLOCKS):
        if any(True for _ in element.iterdescendants(*_BLOCKS)):
            own = element.text
        else:
            for line_break in element.iter("lb"):
                line_break.text = " "
            own = "".join(element.itertext())
        if paragraph := normalise_paragraph(own or ""):
            yield paragraph


def _article_data(tree: "HtmlElement") -> dict[str, Any]:
    """Return the first schema.org article of the page's JSON-LD, empty if there is none that can be read."""
    for script in tree.xpath('//script[@type="application/ld+json"]/text()'):
        try:
            data = json.loads(script, strict=False)
        except json.JSONDecodeError:
            continue  # broken markup of the page's owner; the meta elements still tell
        for item in _items(data):
            types = item.get("@type")
            if any(name in _ARTICLE_TYPES for name in (types if isinstance(types, list) else [types])):
                return item
    return {}


def _items(data: object) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for entry in data:
            yield from _items(entry)
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"))


def _meta(tree: "HtmlElement", *names: str) -> str | None:
    for name in names:
        for value in tree.xpath("//meta[@property=$name or @name=$name or @itemprop=$name]/@content", name=name):
            if line := _line(value):
                return line
    return None


def _line(value: object) -> str | None:
    return (normalise_paragraph(value) or None) if isinstance(value, str) else None


def _name(value: object) -> str | None:
    if isinstance(value, list):
        return next((name for name in map(_name, value) if name), None)
    return _line(value.get("name")) if isinstance(value, dict) else _line(value)


def _names(value: object) -> tuple[str, ...]:
    names = (_name(entry) for entry in (value if isinstance(value, list) else [value]))
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("http")))


def _authors_in_meta(tree: "HtmlElement") -> tuple[str, ...]:
    author = _meta(tree, "author", "article:author", "dc.creator", "DC.Creator")
    return () if author is None or author.startswith("http") else _split_authors(author)


def _split_authors(authors: object) -> tuple[str, ...]:
    line = _line(authors)
    return tuple(name.strip() for name in re.split(r"[;,]|\s(?:und|and|&)\s", line) if name.strip()) if line else ()


def _published(tree: "HtmlElement", data: dict[str, Any], fallback: object) -> PartialDate | None:
    times = tree.xpath("//article//time[@datetime]/@datetime | //header//time[@datetime]/@datetime")
    candidates = (
        data.get("datePublished"),
        _meta(tree, "article:published_time", "datePublished", "date", "dc.date", "DC.date.issued", "dcterms.issued"),
        times[0] if times else None,
        fallback,
    )
    dates = (parse_date(candidate) for candidate in candidates if isinstance(candidate, str))
    return next((date for date in dates if date), None)


def _canonical(tree: "HtmlElement") -> str | None:
    for value in tree.xpath('//link[@rel="canonical"]/@href'):
        if value.startswith(("http://", "https://")):
            return _line(value)
    return None


def _bare_title(title: str | None, publisher: str | None, first: str) -> str | None:
    """Take the outlet's name off the title: "Grenzverkehr nimmt zu - Digital" is "Grenzverkehr nimmt zu"."""
    if title is None:
        return None
    if title != first and re.match(re.escape(first) + _TITLE_SEPARATOR, title):
        return first
    if publisher and (match := re.search(_TITLE_SEPARATOR + re.escape(publisher) + "$", title)):
        return title[: match.start()] or title
    return title
