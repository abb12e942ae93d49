"""Cuts a text into segments that each lie in the same claims and marks, so that nested passages can be highlighted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from kg.model import ClaimType, Extraction, Passage

_PARAGRAPH = "\n\n"


class Mark(StrEnum):
    """What some words do for a claim; the pages draw each in its own way."""

    OWN = "own"
    ACTOR = "actor"
    CUE = "cue"
    HEDGE = "hedge"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Segment:
    """Words that lie in the same claims.

    Attributes:
        claims: identifiers of these claims, the longest first.
        starts: those of them that begin here.
        marks: what the words do besides.
    """

    text: str
    claims: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


def cut_paragraphs(extraction: Extraction) -> tuple[tuple[Segment, ...], ...]:
    """Cut a document's text into paragraphs, and these into segments.

    Returns:
        The paragraphs in order. Their segments hold all characters but the blank lines between paragraphs.
    """
    text = extraction.document.text
    claim_spans = _claim_spans(extraction)
    marks = list(_marks(extraction))
    cuts = {0, len(text)}
    cuts |= {offset for passage in claim_spans for offset in passage[:2]}
    cuts |= {offset for _, start, end in marks for offset in (start, end)}
    gaps = list(_gaps(text))
    cuts |= {offset for gap in gaps for offset in gap}
    edges = sorted(offset for offset in cuts if 0 <= offset <= len(text))
    paragraphs: list[list[Segment]] = [[]]
    gap_starts = {start for start, _ in gaps}
    first_start: dict[str, int] = {}
    for start, _, claim_id in claim_spans:
        first_start[claim_id] = min(start, first_start.get(claim_id, start))
    for start, end in pairwise(edges):
        if start in gap_starts:
            paragraphs.append([])
            continue
        covering = [span for span in claim_spans if span[0] <= start and end <= span[1]]
        covering.sort(key=lambda span: (span[0] - span[1], span[0], span[2]))
        claims = tuple(dict.fromkeys(claim_id for _, _, claim_id in covering))
        paragraphs[-1].append(
            Segment(
                text=text[start:end],
                claims=claims,
                starts=tuple(claim_id for claim_id in claims if first_start[claim_id] == start),
                marks=tuple(dict.fromkeys(mark for mark, left, right in marks if left <= start and end <= right)),
            )
        )
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)


def _claim_spans(extraction: Extraction) -> list[tuple[int, int, str]]:
    return [
        (passage.start, passage.end, claim.claim_id)
        for claim in extraction.claims
        for passage in claim.assertion.passages
    ]


def _marks(extraction: Extraction) -> Iterator[tuple[Mark, int, int]]:
    found: dict[Mark, list[Passage | None]] = defaultdict(list)
    for claim in extraction.claims:
        if claim.type is ClaimType.OWN:
            found[Mark.OWN] += claim.assertion.passages
        found[Mark.ACTOR].append(claim.mention)
        found[Mark.CUE].append(claim.cue)
        found[Mark.HEDGE] += (hedge.passage for hedge in claim.certainty.hedges)
    found[Mark.EVIDENCE] += (item.passage for item in extraction.evidence)
    for mark, passages in found.items():
        yield from ((mark, passage.start, passage.end) for passage in _present(passages))


def _present(passages: Iterable[Passage | None]) -> Iterator[Passage]:
    return (passage for passage in passages if passage is not None)


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """Yield the blank lines between paragraphs."""
    start = text.find(_PARAGRAPH)
    while start >= 0:
        yield start, start + len(_PARAGRAPH)
        start = text.find(_PARAGRAPH, start + len(_PARAGRAPH))
