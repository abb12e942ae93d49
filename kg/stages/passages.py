"""Paragraphs, headline and byline of an article, and what stands between quotation marks."""

from collections.abc import Iterator, Mapping
from typing import Any

from spacy.tokens import Doc, Token

from kg.bylines import dateline_length, is_byline
from kg.found import Block, BlockKind, Found, TokenSpan
from kg.stages import Stage

_DIRECTED = {
    "„": '"',
    "“": '"',
    "”": '"',
    "‟": '"',
    "»": "»",
    "«": "»",
    "‚": "'",
    "‘": "'",
    "’": "'",
    "›": "›",
    "‹": "›",
}
"""Typographic marks and the family each belongs to; within a family either mark may open, by language and house style."""
_STRAIGHT = {'"': '"', "``": '"', "''": '"', "'": "'"}
_FAMILY = _DIRECTED | _STRAIGHT
_ONLY_OPENS = {"„", "‚", "``"}
_MAX_HEADLINE_TOKENS = 30  # a first paragraph that is longer is no headline


def find_passages(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find paragraphs and quoted spans.

    Args:
        doc: a tokenised document; a whitespace token with two line feeds ends a paragraph.
        found: only ``document`` is read (its title and language).

    Returns:
        ``blocks``, which cover all tokens but the white space between them, and ``quoted``, the spans between
        quotation marks, marks excluded, in order of their start; a quoted span can lie within another.
    """
    spans = list(_find_paragraphs(doc))
    blocks = [
        block for index, span in enumerate(spans) for block in _split_dateline(doc, span, found, is_first=index == 0)
    ]
    quoted = sorted(quote for span in spans for quote in _find_quoted(doc, span))
    return {"blocks": tuple(blocks), "quoted": tuple(quoted)}


def _split_dateline(doc: Doc, span: TokenSpan, found: Found, *, is_first: bool) -> Iterator[Block]:
    kind = _kind_of(doc, span, found, is_first=is_first)
    text = doc[span.start : span.end].text
    length = dateline_length(text, found.document.language) if kind is BlockKind.BODY else 0
    end = span.start
    while end < span.end and doc[end].idx < doc[span.start].idx + length:
        end += 1
    if span.start < end < span.end:
        yield Block(TokenSpan(span.start, end), BlockKind.DATELINE)
        yield Block(TokenSpan(end, span.end), kind)
    else:
        yield Block(span, kind)


def _find_paragraphs(doc: Doc) -> Iterator[TokenSpan]:
    start = None
    for token in doc:
        if token.is_space and token.text.count("\n") > 1:
            if start is not None:
                yield TokenSpan(start, token.i)
            start = None
        elif start is None:
            start = token.i
    if start is not None:
        yield TokenSpan(start, len(doc))


def _kind_of(doc: Doc, span: TokenSpan, found: Found, *, is_first: bool) -> BlockKind:
    text = doc[span.start : span.end].text.strip()
    if is_first and span.end < len(doc):
        title = found.document.title
        looks_like_headline = span.end - span.start <= _MAX_HEADLINE_TOKENS and not text.endswith((".", "…"))
        if text == title or looks_like_headline:
            return BlockKind.HEADLINE
    return BlockKind.BYLINE if is_byline(text, found.document.language) else BlockKind.BODY


def _find_quoted(doc: Doc, block: TokenSpan) -> Iterator[TokenSpan]:
    """Pair the quotation marks of one paragraph; a mark left open closes with the paragraph."""
    open_marks: list[Token] = []
    for token in doc[block.start : block.end]:
        family = _FAMILY.get(token.text)
        if family is None or (family == "'" and _is_apostrophe(token)):
            continue
        partner = next((mark for mark in reversed(open_marks) if _FAMILY[mark.text] == family), None)
        if partner is not None and not _must_open(token, partner):
            del open_marks[open_marks.index(partner) :]
            if token.i > partner.i + 1:
                yield TokenSpan(partner.i + 1, token.i)
        elif partner is None or _must_open(token, partner):
            if partner is None and not _may_open(token):
                continue
            open_marks.append(token)
    for mark in open_marks:
        if _FAMILY[mark.text] != "'" and mark.i + 1 < block.end:
            yield TokenSpan(mark.i + 1, block.end)


def _must_open(token: Token, partner: Token) -> bool:
    """Tell whether a mark opens a quotation although one of its family is open already."""
    if token.text in _ONLY_OPENS:
        return True
    # “a ‘b’ c” in one family: the same mark again, glued to the next word and not to the last
    return token.text == partner.text and token.text in _DIRECTED and _space_before(token) and not token.whitespace_


def _may_open(token: Token) -> bool:
    return token.i + 1 < len(token.doc) and (not token.whitespace_ or _space_before(token))


def _is_apostrophe(token: Token) -> bool:
    """A single mark counts as a quotation mark only at the edge of a word group, never within or after a short word."""
    opens = _space_before(token) and not token.whitespace_
    closes = not _space_before(token) and bool(
        token.whitespace_ or token.i + 1 == len(token.doc) or token.nbor().is_punct
    )
    return not (opens or closes)


def _space_before(token: Token) -> bool:
    return token.i == 0 or bool(token.nbor(-1).whitespace_) or token.nbor(-1).is_space or token.nbor(-1).text in "([-–—"


PASSAGES = Stage(name="passages", version="1", needs=(), fills=("blocks", "quoted"), run=find_passages)
