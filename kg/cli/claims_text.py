"""The claims of one article as text to read: who says what, in text order, what is reported within it indented below."""

import textwrap
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model import Claim, EvidenceLink, Extraction

_INDENT = "  "
_MIN_WIDTH = 30  # however deep the nesting
_MAX_EVIDENCE = 90  # characters; the other formats have all of them
_QUOTES = {"de": ("„", "“"), "en": ("“", "”")}
_SINGLE_QUOTES = {"de": str.maketrans("„“”", "‚‘’"), "en": str.maketrans("„“”", "‘‘’")}


def extraction_lines(extraction: "Extraction", width: int) -> Iterator[str]:
    """Write the claims of an article, each with its certainty, our confidence, and its evidence; then a blank line.

    A line is longer than ``width`` only where a single word is.
    """
    document = extraction.document
    yield from textwrap.wrap(document.title or document.document_id, width)
    published = document.published.value if document.published else None
    n_claims = len(extraction.claims)
    found = "no claims" if not n_claims else "1 claim" if n_claims == 1 else f"{n_claims} claims"
    parts = [document.publisher, published, document.document_id if document.title else None, found]
    yield from textwrap.wrap(" · ".join(part for part in parts if part), width)
    yield ""
    page = _Page(extraction, width)
    for claim in extraction.claims:
        if claim.parent_id not in page.claims:
            yield from page.claim_lines(claim, 1)
            yield ""


class _Page:
    """The records of an article, by what they are looked up by."""

    def __init__(self, extraction: "Extraction", width: int) -> None:
        from kg.labels import load_labels
        from kg.model import Language

        self.labels = load_labels(Language.EN)  # that of the whole command line
        self.width = width
        self.language = extraction.document.language
        self.actors = {actor.actor_id: actor for actor in extraction.actors}
        self.claims = {claim.claim_id: claim for claim in extraction.claims}
        self.evidence = {item.evidence_id: item for item in extraction.evidence}
        self.within: dict[str, list[Claim]] = defaultdict(list)
        self.links: dict[str, list[EvidenceLink]] = defaultdict(list)
        for claim in extraction.claims:
            if claim.parent_id:
                self.within[claim.parent_id].append(claim)
        for link in extraction.links:
            self.links[link.claim_id].append(link)

    def claim_lines(self, claim: "Claim", depth: int) -> Iterator[str]:
        """Write a claim and those reported within it."""
        mark = "↳ " if depth > 1 else ""
        yield from self._wrap(mark + self._actor(claim), depth, hanging=len(mark))
        depth += 1
        opening, closing = _QUOTES[self.language]
        yield from self._wrap(f"{opening}{self._words(claim)}{closing}", depth, hanging=1)
        yield from self._wrap(self._sureness(claim), depth)
        for link in self.links[claim.claim_id]:
            yield from self._wrap(self._link(link), depth, hanging=len(_INDENT))
        for inner in self.within[claim.claim_id]:
            yield from self.claim_lines(inner, depth)

    def _wrap(self, text: str, depth: int, hanging: int = 0) -> list[str]:
        first = _INDENT * (depth - 1)
        width = max(self.width, len(first) + hanging + _MIN_WIDTH)
        return textwrap.wrap(
            text,
            width,
            initial_indent=first,
            subsequent_indent=first + " " * hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _actor(self, claim: "Claim") -> str:
        actor = self.actors[claim.actor_id]
        if claim.type == "own":
            return f"{actor.name}, {self.labels['own_voice']}"
        return actor.name if actor.named else f"{actor.name} ({self.labels['unnamed']})"

    def _words(self, claim: "Claim") -> str:
        content = " … ".join(" ".join(passage.exact.split()) for passage in claim.assertion.passages)
        return content.translate(_SINGLE_QUOTES[self.language])

    def _sureness(self, claim: "Claim") -> str:
        hedges = ", ".join(" ".join(hedge.passage.exact.split()) for hedge in claim.certainty.hedges)
        certainty = self.labels.certainty[claim.certainty.level] + (f" ({hedges})" if hedges else "")
        confidence = f"we read it so with {claim.confidence.value:.2f}"
        if claim.type == "own":
            return f"{certainty} · {confidence}"
        return f"{self.labels.types[claim.type]} · speaker: {certainty} · {confidence}"

    def _link(self, link: "EvidenceLink") -> str:
        direction = self.labels.directions[link.direction]
        if link.evidence_id:
            item = self.evidence[link.evidence_id]
            return f"{direction}: {self.labels.evidence_kind(item.kind)}: {_shorten(item.description)}"
        other = self.claims[link.evidence_claim_id or ""]
        return f"{direction}: {self._actor(other)}: {_shorten(self._words(other))}"


def _shorten(text: str) -> str:
    return textwrap.shorten(text, _MAX_EVIDENCE, placeholder=" …")
