"""The answer to a question: what bears on it, who stands behind it, and what is missing. All records serialise to JSON."""

from pydantic import Field

from kg.model import (
    ActorKind,
    CertaintyLevel,
    ClaimType,
    Direction,
    HedgeClass,
    Language,
    Modality,
    Passage,
    Probability,
    Record,
    ReviewDecision,
    Text,
)


class TraceActor(Record):
    """Somebody in a chain of attribution."""

    name: Text
    kind: ActorKind
    named: bool
    key: Text
    description: Text | None = None


class TraceHedge(Record):
    """A hedge word and what it does."""

    words: Text
    hedge_class: HedgeClass


class TraceEvidence(Record):
    """Evidence, or a claim used as evidence, for or against a claim in the answer."""

    kind: Text
    description: Text
    direction: Direction
    producer: Text | None = None
    passage: Passage | None = None
    evidence_id: Text | None = None
    claim_id: Text | None = None


class TraceSource(Record):
    """The document a claim was read in."""

    document_id: Text
    title: Text | None = None
    publisher: Text | None = None
    published: Text | None = None
    url: Text | None = None
    language: Language
    publication: Text | None = None


class TraceItem(Record):
    """One claim that bears on the question.

    Attributes:
        chain: who reports whom, outermost first; the last is the claim's own actor, its origin.
        before: words of the sentence before the claim's content; ``after`` those after it.
        reasons: why the claim is in the answer, and why with this direction, in words.
        origin_id: the origin it counts for, where it supports or disputes.
        via: the claim through which it bears on the question, where it does not by itself.
        reviewed: what a person decided about the claim last.
        said: when the claim was made, ISO 8601 as precisely as it is known; else the article's date; None stays open.
    """

    claim_id: Text
    direction: Direction
    relevance: Probability
    reasons: tuple[Text, ...]
    actor: TraceActor
    chain: tuple[TraceActor, ...]
    source: TraceSource
    quote: Text
    passages: tuple[Passage, ...]
    before: str = ""
    after: str = ""
    claim_type: ClaimType
    certainty: CertaintyLevel
    hedges: tuple[TraceHedge, ...] = ()
    modality: Modality = Modality.ACTUAL
    confidence: Probability
    evidence: tuple[TraceEvidence, ...] = ()
    origin_id: Text | None = None
    via: Text | None = None
    reviewed: ReviewDecision | None = None
    said: Text | None = None


class Opinion(Record):
    """A subjective-logic opinion (Jøsang 2016, *Subjective Logic*, section 3.4): belief + disbelief + uncertainty = 1."""

    belief: Probability
    disbelief: Probability
    uncertainty: Probability
    base_rate: Probability = 0.5

    @property
    def projected(self) -> float:
        """Probability that the opinion comes to: belief, and the base rate's share of what is uncertain."""
        return self.belief + self.base_rate * self.uncertainty


class TraceOrigin(Record):
    """An independent origin: an innermost actor and occasion, with all claims that go back to it.

    ``copies`` counts documents that only print, rewrite or translate another one; ``circle`` names, once round, the outlets
    that have it from each other.
    """

    origin_id: Text
    name: Text
    kind: ActorKind
    named: bool
    direction: Direction
    claim_ids: tuple[Text, ...]
    document_ids: tuple[Text, ...]
    copies: int = 0
    circle: tuple[Text, ...] = ()
    opinion: Opinion
    words: Text


class Gap(Record):
    """Something that a careful editor would ask for next; ``about`` holds the identifiers it is about."""

    kind: Text
    text: Text
    about: tuple[Text, ...] = ()


class Trace(Record):
    """The answer to one question.

    Attributes:
        items: the claims that bear on it, most relevant first.
        origins: independent origins of the supporting claims; ``opposing`` those of the disputing ones.
        support: what all origins together come to, and ``support_words`` says it in words.
        hangs_on: the origin on which the support hangs most; ``without`` it is this, and ``with_one_more`` named,
            certain origin that.
        first: the earliest of the claims that support or dispute, and ``latest`` the last, where that can be told.
        nearest: claims that come nearest where nothing bears on the question; not an answer.
    """

    question: Text
    language: Language
    verdict: Text
    items: tuple[TraceItem, ...] = ()
    origins: tuple[TraceOrigin, ...] = ()
    opposing: tuple[TraceOrigin, ...] = ()
    support: Opinion
    support_words: Text
    gaps: tuple[Gap, ...] = ()
    hangs_on: Text | None = None
    without: Opinion | None = None
    with_one_more: Opinion | None = None
    first: Text | None = None
    latest: Text | None = None
    nearest: tuple[TraceItem, ...] = ()
    n_documents: int = Field(ge=0)
    n_claims: int = Field(ge=0)
    n_found: int = Field(default=0, ge=0)


def documents_of(trace: Trace) -> tuple[str, ...]:
    """Return the identifiers of the documents that an answer names, in its order."""
    return tuple(dict.fromkeys(item.source.document_id for item in (*trace.items, *trace.nearest)))
