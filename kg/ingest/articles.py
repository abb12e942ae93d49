"""Articles as they are found: plain text, Markdown and JSON Lines; HTML has a module of its own."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from kg.errors import InputError
from kg.ids import sha256_of
from kg.ingest.article import Article
from kg.ingest.dates import parse_date
from kg.ingest.html import read_html
from kg.ingest.normalise import normalise_paragraph, split_paragraphs
from kg.model import Document, PartialDate

_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.IGNORECASE | re.DOTALL
)
_JSON_START = re.compile(r'\s*\{\s*"')
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_MARKDOWN_START = re.compile(r"\s*#{1,3} \S")

# A headline is a line, not a paragraph
_MAX_HEADLINE = 200
_NOT_A_HEADLINE = re.compile(r"(?:[.,;:–—]|\s-)[“”\"»«’)]?$")


class InputFormat(StrEnum):
    """How an input is to be read. ``auto`` goes by the suffix of its name, else by how it begins."""

    AUTO = "auto"
    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"
    JSONL = "jsonl"


def format_of_name(name: str) -> InputFormat | None:
    """Return the format that a file name's suffix stands for, None for any other suffix."""
    found = _SUFFIXES.get(PurePath(name).suffix.lower())
    return InputFormat(found) if found else None


def format_of_text(text: str) -> InputFormat:
    """Tell the format by how a text begins; plain text where it begins like no other."""
    if _HTML_START.match(text):
        return InputFormat.HTML
    if _JSON_START.match(text):
        return InputFormat.JSONL
    if _FRONT_MATTER.match(text) or _MARKDOWN_START.match(text):
        return InputFormat.MARKDOWN
    return InputFormat.TEXT


def read_article(text: str, input_format: InputFormat, where: str, url: str | None = None) -> Article:
    """Read one article.

    Args:
        text: the decoded input.
        input_format: not ``jsonl``, whose lines are articles each.
        where: stands in the error messages.
        url: the web address it was fetched from.

    Raises:
        InputError: no article is found in it.
    """
    if input_format is InputFormat.AUTO:
        input_format = format_of_text(text)
    if not text.strip():
        raise InputError(f"{where}: empty, expected an article")
    if input_format is InputFormat.HTML:
        return read_html(text, where, url)
    article = read_markdown(text, where, url) if input_format is InputFormat.MARKDOWN else read_text(text, url)
    if not article.paragraphs:
        raise InputError(f"{where}: holds no words, expected an article")
    return article


def read_text(text: str, url: str | None = None) -> Article:
    """Read a plain text. Its first paragraph is the headline if it is short, not the only one and has no final stop."""
    paragraphs = split_paragraphs(text)
    title = paragraphs[0] if len(paragraphs) > 1 and _is_headline(paragraphs[0]) else None
    return Article(paragraphs=paragraphs, title=title, url=url)


def read_markdown(text: str, where: str, url: str | None = None) -> Article:
    """Read Markdown: formatting goes, paragraphs stay; YAML front matter is heeded.

    Of the front matter the keys ``title``, ``date`` or ``published``, ``author`` or ``authors``, ``publisher``, ``url``
    and ``language`` or ``lang`` are read. Code blocks, tables and HTML blocks are left out.

    Raises:
        InputError: the front matter is not YAML, or one of its values does not fit.
    """
    front: Mapping[str, Any] = {}
    if match := _FRONT_MATTER.match(text):
        front = _read_front_matter(match[1], where)
        text = text[match.end() :]
    paragraphs, title = _markdown_paragraphs(text)
    fields = {
        "title": front.get("title")
        or title
        or (paragraphs[0] if len(paragraphs) > 1 and _is_headline(paragraphs[0]) else None),
        "publisher": front.get("publisher"),
        "authors": front.get("authors", front.get("author")),
        "published": front.get("published", front.get("date")),
        "language": front.get("language", front.get("lang")),
        "url": front.get("url") or url,
    }
    return article_of(fields, paragraphs, where)


def parse_row(line: str, where: str) -> dict[str, Any]:
    """Parse one line of JSON Lines.

    Raises:
        InputError: it is not a JSON object.
    """
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as err:
        reason = f"{err.msg} (column {err.colno})" if isinstance(err, json.JSONDecodeError) else "nested too deeply"
        raise InputError(f"{where}: not JSON: {reason}") from err
    if not isinstance(row, dict):
        raise InputError(f"{where}: expected a JSON object, found {type(row).__name__}")
    return row


def read_row(row: Mapping[str, Any], where: str) -> Article | Document:
    """Read one object of a JSON Lines file: a ``Document`` as ``kg ingest`` writes it, or one with at least ``text``.

    Beside ``text``, the keys ``title``, ``url``, ``publisher``, ``authors`` (or ``author``), ``published`` (or ``date``)
    and ``language`` are read; others are not looked at.

    Raises:
        InputError: it has no text, or a value does not fit.
    """
    if "document_id" in row:
        return _read_document(row, where)
    text = row.get("text")
    if not isinstance(text, str):
        raise InputError(f'{where}: expected a string "text"')
    article = read_text(text)
    if not article.paragraphs:
        raise InputError(f'{where}: "text" is empty, expected an article')
    fields = {
        "title": row.get("title") or article.title,
        "publisher": row.get("publisher"),
        "authors": row.get("authors", row.get("author")),
        "published": row.get("published", row.get("date")),
        "language": row.get("language"),
        "url": row.get("url"),
    }
    return article_of(fields, article.paragraphs, where)


def article_of(fields: Mapping[str, Any], paragraphs: tuple[str, ...], where: str) -> Article:
    """Build an article from values as files give them.

    Args:
        fields: title, publisher, authors (a string or a list of strings), published (a string, a number for a year, or
            an object with ``value`` and ``precision``), language, url; each may be absent or None.
        paragraphs: normalised.
        where: stands in the error messages.

    Raises:
        InputError: a value does not fit.
    """
    return Article(
        paragraphs=paragraphs,
        title=_as_line(fields.get("title"), "title", where),
        publisher=_as_line(fields.get("publisher"), "publisher", where),
        authors=_as_authors(fields.get("authors"), where),
        published=_as_date(fields.get("published"), where),
        language=_as_line(fields.get("language"), "language", where),
        url=_as_line(fields.get("url"), "url", where),
    )


def _is_headline(paragraph: str) -> bool:
    return len(paragraph) <= _MAX_HEADLINE and not _NOT_A_HEADLINE.search(paragraph)


def _read_front_matter(text: str, where: str) -> Mapping[str, Any]:
    import yaml

    try:
        front = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as err:
        raise InputError(f"{where}: the front matter is not YAML: {str(err).splitlines()[0]}") from err
    if front is None:
        return {}
    if not isinstance(front, dict):
        raise InputError(f"{where}: expected keys and values in the front matter, found {type(front).__name__}")
    return front


def _markdown_paragraphs(text: str) -> tuple[tuple[str, ...], str | None]:
    """Return the paragraphs, and the first-level heading if it comes first."""
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    def plain(token: Token) -> str:
        parts = []
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                parts.append(" ")
            elif child.type in ("text", "code_inline"):
                parts.append(child.content)
        return "".join(parts)

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    paragraphs: list[str] = []
    title = None
    in_table = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type != "inline" or in_table:
            continue
        paragraph = normalise_paragraph(plain(token))
        if paragraph and not paragraphs and before is not None and before.tag == "h1":
            title = paragraph
        if paragraph:
            paragraphs.append(paragraph)
    return tuple(paragraphs), title


def _read_document(row: Mapping[str, Any], where: str) -> Document:
    try:
        document = Document.model_validate(row)
    except ValidationError as err:
        problem = err.errors()[0]
        key = ".".join(map(str, problem["loc"]))
        raise InputError(f'{where}: not a document: "{key}": {problem["msg"]}') from err
    if sha256_of(document.text) != document.sha256:
        raise InputError(f'{where}: the "sha256" of document {document.document_id} is not that of its text')
    return document


def _as_line(value: object, key: str, where: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f'{where}: expected a string for "{key}", found {type(value).__name__}')
    return normalise_paragraph(value) or None


def _as_authors(value: object, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        raise InputError(f'{where}: expected a string or a list of strings for "authors", found {type(value).__name__}')
    lines = (_as_line(name, "authors", where) for name in names)
    return tuple(line for line in lines if line)


def _as_date(value: object, where: str) -> PartialDate | None:
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        value = value.get("value")
    # YAML reads dates by itself: a date or a datetime, whose str is ISO 8601
    date = parse_date(str(value))
    if date is None:
        raise InputError(f'{where}: cannot read the date "{value}", expected one such as 2024-03-05 or 2024-03')
    return date
