"""Attributions as spans of cue, source and content in the manner of PARC 3 (Pareti 2016), by character.

Content there has its quotation marks and the conjunction that opens it; the source is the whole noun phrase with its
apposition; the cue is the head of the verb group, or the whole of "according to".
"""

from collections.abc import Iterator

from spacy.tokens import Doc

from kg.found import Attribution, Found, TokenSpan
from kg.stages.attribution_cues import Reading
from kg.stages.attribution_rules import read
from kg.stages.attribution_tree import QUOTATION_MARKS

_SPAN = tuple[int, int]


def marked_spans(doc: Doc, found: Found) -> Iterator[dict[str, tuple[_SPAN, ...]]]:
    """Yield the character spans of ``cue``, ``source`` and ``content`` of each attribution that was found."""
    reading = read(doc, found.document.language, found.quoted, found.blocks)
    for attribution in found.attributions:
        parts = {
            "cue": _cue(reading, attribution),
            "source": (attribution.actor,) if attribution.actor is not None else (),
            "content": _content(reading, attribution),
        }
        yield {name: tuple(_characters(doc, span) for span in spans) for name, spans in parts.items()}


def _cue(reading: Reading, found: Attribution) -> tuple[TokenSpan, ...]:
    return found.cue


def _content(reading: Reading, found: Attribution) -> tuple[TokenSpan, ...]:
    return tuple(_with_marks(reading, span) for span in found.content)


def _with_marks(reading: Reading, span: TokenSpan) -> TokenSpan:
    tree = reading.tree
    start, end = span
    if start and tree.lower[start - 1] in QUOTATION_MARKS:
        start -= 1
    stop = end
    while stop < len(tree) and tree.lower[stop] in (".", ",", "!", "?", "…"):
        stop += 1
    if stop < len(tree) and tree.lower[stop] in QUOTATION_MARKS and _is_odd(reading, span):
        end = stop + 1
    if start and tree.lower[start - 1] in reading.lexicon.frames.complementizers:
        start -= 1
    return TokenSpan(start, end)


def _is_odd(reading: Reading, span: TokenSpan) -> bool:
    return True


def _characters(doc: Doc, span: TokenSpan) -> _SPAN:
    last = doc[span.end - 1]
    return doc[span.start].idx, last.idx + len(last.text)
