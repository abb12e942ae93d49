"""What the stages find in one parsed document, by token, before it becomes records.

Token indices count from the start of the spaCy ``Doc``; ``end`` is exclusive. Claims are known by their index in
``Found.attributions`` until the pipeline gives them identifiers.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kg.model import (
    ActorKind,
    Certainty,
    ClaimMedium,
    ClaimType,
    Confidence,
    Direction,
    Document,
    OrganisationKind,
    Proposition,
    TimeReference,
)


class TokenSpan(NamedTuple):
    """A contiguous run of tokens, ``end`` exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Attribution:
    """What ties content to an actor: the content, who puts it forward, and the words that say so.

    Attributes:
        content: the spans of the assertion, in text order, at least one; parts of one quotation around its frame
            ("..., said X, ...") are one attribution.
        actor: the words that name the actor ("er", "der Minister", "Experten"); None where the text names nobody.
        cue: the words that introduce the report ("sagte", "laut", "nach Ansicht"), in text order.
        frame: the whole clause or phrase around cue and actor ("sagte der Minister am Freitag").
        addressee: to whom it was said.
        medium: spoken, written, thought.
        parent: index of the attribution in whose content this one is nested.
        score: 0-1, how sure the finder is of the whole.
        method: ``tagger`` or the name of the rule.
    """

    content: tuple[TokenSpan, ...]
    type: ClaimType
    actor: TokenSpan | None = None
    cue: tuple[TokenSpan, ...] = ()
    frame: tuple[TokenSpan, ...] = ()
    addressee: TokenSpan | None = None
    medium: ClaimMedium | None = None
    parent: int | None = None
    score: float = 1.0
    method: str = "rule"


class BlockKind(StrEnum):
    """What part of an article a paragraph is."""

    HEADLINE = "headline"
    DATELINE = "dateline"
    BODY = "body"
    BYLINE = "byline"


@dataclass(frozen=True)
class Block:
    """One paragraph, the dateline before it ("BERLIN, 5. März –"), the headline, or the byline."""

    span: TokenSpan
    kind: BlockKind


@dataclass(frozen=True)
class ActorMention:
    """Words that speak of one actor: a name, a role, a group, a pronoun. ``head`` is the token of the syntactic head."""

    span: TokenSpan
    head: int


@dataclass(frozen=True)
class FoundActor:
    """One actor of the document with all its mentions, in text order."""

    kind: ActorKind
    name: str
    named: bool
    description: str | None
    affiliation: str | None
    stands_for: str | None
    mentions: tuple[ActorMention, ...]
    organisation_kind: OrganisationKind | None = None


@dataclass(frozen=True)
class FoundEvidence:
    """What is offered for or against a claim."""

    kind: str
    description: str
    span: TokenSpan
    producer: TokenSpan | None = None
    date: TimeReference | None = None


@dataclass(frozen=True)
class FoundLink:
    """Ties the claim with index ``claim`` to evidence (index) or to another claim (index): exactly one of the two is set."""

    claim: int
    direction: Direction
    strength: float
    evidence: int | None = None
    evidence_claim: int | None = None
    cue: TokenSpan | None = None


@dataclass(frozen=True)
class Found:
    """What the stages have found so far; each stage fills its own field and reads those of earlier stages.

    ``quoted``: spans between quotation marks, marks excluded. ``actor_of``, ``certainties``, ``spoken``, ``publications``,
    ``propositions`` and ``confidences`` have one entry per attribution.
    """

    document: Document
    blocks: tuple[Block, ...] = ()
    quoted: tuple[TokenSpan, ...] = ()
    entities: tuple[ActorMention, ...] = ()
    actors: tuple[FoundActor, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    actor_of: tuple[int | None, ...] = ()
    certainties: tuple[Certainty, ...] = ()
    spoken: tuple[TimeReference | None, ...] = ()
    publications: tuple[TokenSpan | None, ...] = ()
    propositions: tuple[tuple[Proposition, ...], ...] = ()
    evidence: tuple[FoundEvidence, ...] = ()
    links: tuple[FoundLink, ...] = ()
    confidences: tuple[Confidence, ...] = ()
