"""Claims made by hand: words of a document, who says them, and what they mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.errors import InputError
from kg.found import Attribution, Found, TokenSpan
from kg.ids import make_id
from kg.model import (
    Actor,
    ActorKind,
    Assertion,
    Certainty,
    CertaintyLevel,
    Claim,
    ClaimType,
    Confidence,
    Document,
    Extraction,
    Passage,
    ReviewDecision,
    Source,
)
from kg.nlp import load_pipeline
from kg.reviews.records import changed
from kg.stages.certainty import CERTAINTY
from kg.stages.propositions import find_propositions

CONTENT_JOINT = " … "
"""Stands between parts of a content that stand apart in the text."""

_SPANS = re.compile(r"\d+\s*[-–]\s*\d+(?:[\s,;]+\d+\s*[-–]\s*\d+)*")
_SPAN = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_SHOWN = 60


@dataclass(frozen=True)
class Draft:
    """A claim as a reviewer describes it.

    Attributes:
        content: spans of characters (``12-45``, several with spaces between), or the exact words, parts of them with
            `` … `` between.
        actor: a name, or the identifier of an actor of the document.
        certainty: found from the words of the content where it is not given.
        parent: the claim in which this one is reported.
    """

    content: str
    actor: str
    actor_kind: ActorKind = ActorKind.PERSON
    named: bool = True
    type: ClaimType = ClaimType.INDIRECT
    certainty: CertaintyLevel | None = None
    parent: str | None = None


def read_content(content: str, document: Document, near: int = 0) -> tuple[Passage, ...]:
    """Find the passages that a reviewer means.

    Args:
        content: spans, or words, as in ``Draft``.
        document: where they stand.
        near: where the words are looked for first, if they stand in the text more than once.

    Raises:
        InputError: a span is empty or not within the text, or the words do not stand in it.
    """
    text = document.text
    if _SPANS.fullmatch(content.strip()):
        spans = [(int(start), int(end)) for start, end in _SPAN.findall(content)]
    else:
        spans = [_find_words(part, text, near) for part in content.split(CONTENT_JOINT.strip())]
    passages = []
    for start, end in sorted(spans):
        exact = text[start:end]
        if start >= end or end > len(text) or not exact.strip():
            msg = f"characters {start}-{end} hold no words; the text has characters 0-{len(text)}"
            raise InputError(msg)
        passages.append(Passage(document_id=document.document_id, start=start, end=end, exact=exact))
    for first, second in pairwise(passages):
        if second.start < first.end:
            msg = f"the spans {first.start}-{first.end} and {second.start}-{second.end} overlap"
            raise InputError(msg)
    return tuple(passages)


def _find_words(words: str, text: str, near: int) -> tuple[int, int]:
    """Find words in a text, whatever the white space between them; the place nearest to ``near``."""
    parts = words.split()
    if not parts:
        msg = "the content is empty; expected words of the article, or characters such as 120-180"
        raise InputError(msg)
    found = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, parts)), text)]
    if not found:
        shown = " ".join(parts)
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        msg = f'"{shown}" does not stand in the article; expected its exact words, or characters such as 120-180'
        raise InputError(msg)
    return min(found, key=lambda span: abs(span[0] - near))


def make_assertion(passages: Sequence[Passage], document: Document) -> tuple[Assertion, Certainty]:
    """Read what some passages of a document say, and how sure it sounds."""
    doc = load_pipeline(document.language)(document.text)
    spans = []
    for passage in passages:
        span = doc.char_span(passage.start, passage.end, alignment_mode="expand")
        if span is not None:
            spans.append(TokenSpan(span.start, span.end))
    (propositions,) = find_propositions(doc, [spans], document.document_id, str(document.language))
    said = Attribution(content=tuple(spans), type=ClaimType.INDIRECT)
    found = Found(document=document, attributions=(said,))
    (certainty,) = CERTAINTY.run(doc, found)["certainties"]
    return Assertion(passages=tuple(passages), propositions=propositions), certainty


def find_actor(extraction: Extraction, actor: str, kind: ActorKind = ActorKind.PERSON, *, named: bool = True) -> Actor:
    """Find an actor of a document by identifier or name, or make one with that name.

    Raises:
        InputError: the name is empty, or looks like an identifier that no actor has.
    """
    name = " ".join(actor.split())
    for other in extraction.actors:
        if other.actor_id == name or other.name.casefold() == name.casefold():
            return other
    if not name or re.fullmatch(r"actor-[a-z2-7]{16}", name):
        msg = f'no actor of this document is "{name}"; expected a name or an identifier'
        raise InputError(msg)
    document = extraction.document
    start = document.text.find(name)
    mentions = (
        ()
        if start < 0
        else (Passage(document_id=document.document_id, start=start, end=start + len(name), exact=name),)
    )
    key = name.casefold() if named else f"{document.document_id}:{name.casefold()}:{max(start, 0)}"
    return Actor(
        actor_id=make_id("actor", document.document_id, key),
        key=key,
        kind=kind,
        name=name,
        named=named,
        mentions=mentions,
    )


def claim_id_of(document_id: str, actor_id: str, passages: Sequence[Passage]) -> str:
    """Return the identifier that the extraction gives to a claim with these words and this actor."""
    return make_id("claim", document_id, actor_id, *(f"{passage.start}-{passage.end}" for passage in passages))


def draft_claim(extraction: Extraction, draft: Draft) -> tuple[Claim, tuple[Actor, ...]]:
    """Make a claim from a draft, and the actors it needs.

    Raises:
        InputError: its words, its actor or the claim around it are not to be found.
    """
    document = extraction.document
    passages = read_content(draft.content, document)
    actor = find_actor(extraction, draft.actor, draft.actor_kind, named=draft.named)
    parent = next((claim for claim in extraction.claims if claim.claim_id == draft.parent), None)
    if draft.parent is not None and parent is None:
        msg = f'no claim of this document is "{draft.parent}"'
        raise InputError(msg)
    assertion, certainty = make_assertion(passages, document)
    if draft.certainty is not None:
        certainty = Certainty(level=draft.certainty, hedges=certainty.hedges)
    claim = Claim(
        claim_id=claim_id_of(document.document_id, actor.actor_id, passages),
        actor_id=actor.actor_id,
        assertion=assertion,
        source=Source(
            document_id=document.document_id, chain=(*parent.source.chain, parent.claim_id) if parent else ()
        ),
        confidence=Confidence(value=1.0, parts={"review": 1.0}),
        type=draft.type,
        certainty=certainty,
        parent_id=parent.claim_id if parent else None,
        reviewed=ReviewDecision.ADD,
    )
    return claim, (actor,)


def draft_parts(extraction: Extraction, claim: Claim, spans: Sequence[str]) -> tuple[Claim, ...]:
    """Make the claims into which one is split, one for each content.

    Raises:
        InputError: a content does not fit.
    """
    document = extraction.document
    parts = []
    for content in spans:
        passages = read_content(content, document, near=claim.assertion.passages[0].start)
        assertion, certainty = make_assertion(passages, document)
        parts.append(
            changed(
                claim,
                claim_id=claim_id_of(document.document_id, claim.actor_id, passages),
                assertion=assertion,
                certainty=certainty,
                confidence=Confidence(value=1.0, parts={**claim.confidence.parts, "review": 1.0}),
            )
        )
    ids = [part.claim_id for part in parts]
    if len(set(ids)) < len(ids) or claim.claim_id in ids:
        msg = "the spans of the parts must differ from each other and from the whole"
        raise InputError(msg)
    return tuple(parts)
