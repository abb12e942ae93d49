"""The records: what is read from an article, and how it hangs together.

All offsets count Unicode code points from the start of ``Document.text``; ``end`` is exclusive. Records are immutable
and an unknown field is an error. Collections are tuples, a missing value is ``None``. Identifiers come from content
(``kg.ids``), so a second run over the same text gives the same records.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Offset = Annotated[int, Field(ge=0)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, StringConstraints(min_length=1)]
EvidenceKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A notation of the SKOS scheme in ``ontology/kg.ttl``; open, so that users can add their own."""

# ISO 8601, cut where the precision ends
_DATE_LENGTH = {"year": 4, "month": 7, "day": 10}


class Record(BaseModel):
    """Base class of all records: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Language(StrEnum):
    """The languages we read (ISO 639-1)."""

    DE = "de"
    EN = "en"


class DatePrecision(StrEnum):
    """How much of a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    SECOND = "second"


class PartialDate(Record):
    """A date as precise as it is known: ``2023``, ``2023-10``, ``2023-10-05`` or ``2023-10-05T12:30:00+02:00``."""

    value: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?)?)?$")]
    precision: DatePrecision

    @model_validator(mode="after")
    def _length_fits_precision(self) -> Self:
        length = _DATE_LENGTH.get(self.precision)
        if (length is None and len(self.value) < 19) or (length is not None and len(self.value) != length):
            msg = f'date "{self.value}" does not have the precision "{self.precision}"'
            raise ValueError(msg)
        return self


class Document(Record):
    """One article as it was ingested. ``text`` is normalised once and starts with the headline where there is one."""

    document_id: Text
    url: Text | None = None
    title: Text | None = None
    publisher: Text | None = None
    authors: tuple[Text, ...] = ()
    published: PartialDate | None = None
    retrieved: datetime | None = None
    language: Language
    text: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Passage(Record):
    """A contiguous span of one document's text: ``document.text[start:end] == exact``."""

    document_id: Text
    start: Offset
    end: Offset
    exact: Text

    @model_validator(mode="after")
    def _span_fits_text(self) -> Self:
        if self.end - self.start != len(self.exact):
            msg = f"passage {self.start}:{self.end} has {self.end - self.start} characters, its text has {len(self.exact)}"
            raise ValueError(msg)
        return self


class ReviewDecision(StrEnum):
    """What a human reviewer decided about a record; ``undo`` takes back another review, also one that undid something."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"
    ADD = "add"
    MERGE = "merge"
    SPLIT = "split"
    UNDO = "undo"


class ActorKind(StrEnum):
    """What sort of agent an actor is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    STATE = "state"
    MEDIUM = "medium"
    GROUP = "group"
    ROLE = "role"


class OrganisationKind(StrEnum):
    """What an organisation is: the state's, in business, of a party, armed, or there for research and learning."""

    GOVERNMENT_BODY = "government_body"
    COMPANY = "company"
    PARTY = "party"
    MILITARY = "military"
    RESEARCH_BODY = "research_body"


class Actor(Record):
    """Who makes a claim, as one document speaks of them; ``key`` joins the same actor across documents and languages.

    ``reviewed``, here and in other records, is what a human decided last; only ``kg.reviews`` sets it. ``organisation_kind`` is set for organisations of which the text says it. ``stands_for`` is set for metonymy: "Moskau"
    stands for the government of Russia.
    """

    actor_id: Text
    key: Text
    kind: ActorKind
    organisation_kind: OrganisationKind | None = None
    name: Text
    named: bool
    description: Text | None = None
    affiliation: Text | None = None
    stands_for: Text | None = None
    mentions: tuple[Passage, ...] = ()
    external_ids: tuple[Text, ...] = ()
    reviewed: ReviewDecision | None = None


class HedgeClass(StrEnum):
    """What a hedge word does. Only the first is a probability."""

    PROBABILITY = "probability"
    DISTANCING = "distancing"
    INFERENTIAL = "inferential"
    LEGAL = "legal"


class Hedge(Record):
    """A word by which a speaker, or whoever reports them, qualifies an assertion."""

    hedge_class: HedgeClass
    passage: Passage


class CertaintyLevel(StrEnum):
    """How sure the actor sounds."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


class Certainty(Record):
    """How sure the actor sounds, and the words that say so."""

    level: CertaintyLevel
    hedges: tuple[Hedge, ...] = ()


class Role(StrEnum):
    """What part something plays in a proposition."""

    AGENT = "agent"
    THEME = "theme"
    RECIPIENT = "recipient"
    PLACE = "place"
    ORIGIN = "origin"
    TIME = "time"
    QUANTITY = "quantity"
    PURPOSE = "purpose"
    MANNER = "manner"


class RoleFiller(Record):
    """One participant: the words, and the language-independent concepts they stand for (possibly none)."""

    role: Role
    text: Text
    concepts: tuple[Text, ...] = ()


class Polarity(StrEnum):
    """Whether a proposition is put forward or its negation."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Modality(StrEnum):
    """Whether a proposition is put forward as so, or as possible, intended, required, conditional or asked."""

    ACTUAL = "actual"
    POSSIBLE = "possible"
    INTENDED = "intended"
    REQUIRED = "required"
    CONDITIONAL = "conditional"
    QUESTION = "question"


class Proposition(Record):
    """Sharable meaning that can be true or false.

    ``key`` does not depend on the language: claims with the same key express the same proposition.
    ``predicate`` is a concept where one is known, else the lemma. ``presupposed`` marks what an assertion takes for granted.
    """

    key: Text
    predicate: Text
    concepts: tuple[Text, ...] = ()
    roles: tuple[RoleFiller, ...] = ()
    polarity: Polarity = Polarity.POSITIVE
    modality: Modality = Modality.ACTUAL
    presupposed: bool = False
    passage: Passage


class Assertion(Record):
    """What a claim puts forward: its content passages, in text order, and the propositions they express."""

    passages: Annotated[tuple[Passage, ...], Field(min_length=1)]
    propositions: tuple[Proposition, ...] = ()


class Source(Record):
    """Where a claim comes from: the document, the publication it names, and the claims around it, outermost first."""

    document_id: Text
    publication: Passage | None = None
    publication_actor_id: Text | None = None
    chain: tuple[Text, ...] = ()


class Confidence(Record):
    """Our probability that the record is what the text says, and its parts (each 0-1, by name)."""

    value: Probability
    parts: dict[str, Probability] = Field(default_factory=dict)


class ClaimType(StrEnum):
    """How the claim reached the page (Petersen-Frey & Biemann 2024); ``own`` is the outlet's own voice."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    REPORTED = "reported"
    FREE_INDIRECT = "free_indirect"
    INDIRECT_FREE_INDIRECT = "indirect_free_indirect"
    OWN = "own"


class ClaimMedium(StrEnum):
    """Whether the claim was spoken, written or thought, or left open between them (Petersen-Frey & Biemann 2024)."""

    SPEECH = "speech"
    WRITING = "writing"
    THOUGHT = "thought"
    SPEECH_OR_WRITING = "speech_or_writing"
    SPEECH_OR_THOUGHT = "speech_or_thought"
    THOUGHT_OR_WRITING = "thought_or_writing"


class TimeReference(Record):
    """A time the text names: the words, and the date they come to where that can be worked out."""

    passage: Passage
    date: PartialDate | None = None


class Claim(Record):
    """One actor's act of putting something forward: actor, assertion, source and our confidence."""

    claim_id: Text
    actor_id: Text
    assertion: Assertion
    source: Source
    confidence: Confidence
    type: ClaimType
    medium: ClaimMedium | None = None
    mention: Passage | None = None
    cue: Passage | None = None
    frame: Passage | None = None
    addressee: Passage | None = None
    certainty: Certainty
    spoken: TimeReference | None = None
    parent_id: Text | None = None
    reviewed: ReviewDecision | None = None


class Evidence(Record):
    """What is offered for or against a claim: an observation, a document, an expert's judgement."""

    evidence_id: Text
    kind: EvidenceKind
    description: Text
    passage: Passage
    producer_id: Text | None = None
    date: TimeReference | None = None
    reviewed: ReviewDecision | None = None


class Direction(StrEnum):
    """How evidence bears on a claim."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
    UNDERCUTS = "undercuts"
    CONTEXT = "context"


class EvidenceLink(Record):
    """A claim's tie to evidence or to another claim used as evidence: exactly one of the two is set."""

    link_id: Text
    claim_id: Text
    evidence_id: Text | None = None
    evidence_claim_id: Text | None = None
    direction: Direction
    strength: Probability
    cue: Passage | None = None
    reviewed: ReviewDecision | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.evidence_id is None) == (self.evidence_claim_id is None):
            msg = "an evidence link ties a claim to either evidence or another claim"
            raise ValueError(msg)
        return self


class Change(Record):
    """One thing that a reviewer changed about a record, in words; ``before`` or ``after`` is ``None`` where there is nothing."""

    field: Text
    before: Text | None = None
    after: Text | None = None


class ReviewedRecords(Record):
    """The records that a review is about, as they stood before it or stand after it."""

    actors: tuple[Actor, ...] = ()
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    links: tuple[EvidenceLink, ...] = ()


class Review(Record):
    """A human's judgement of one record; kept apart from what was extracted.

    Attributes:
        record_id: a claim, actor, evidence, evidence link or proposition; for ``undo`` the review that is taken back.
        document_id: the document of the record; ``None`` where a decision reaches over documents.
        others: what is merged into the record, or split off from it.
        changes: what was changed, in words.
        before: the records as the reviewer saw them, by which they are found again when a later version reads the
            document otherwise; ``after`` as the reviewer left them.
    """

    review_id: Text
    record_id: Text
    document_id: Text | None = None
    reviewer: Text
    decision: ReviewDecision
    others: tuple[Text, ...] = ()
    changes: tuple[Change, ...] = ()
    before: ReviewedRecords | None = None
    after: ReviewedRecords | None = None
    note: Text | None = None
    time: datetime


class StageRun(Record):
    """One stage that took part in an extraction."""

    name: Text
    version: Text


class Provenance(Record):
    """How an extraction came about: software, language pipeline and stages, each with its version, and when."""

    software: Text
    pipeline: Text
    stages: tuple[StageRun, ...]
    extracted: datetime | None = None


class Extraction(Record):
    """Everything read from one document."""

    document: Document
    actors: tuple[Actor, ...] = ()
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    links: tuple[EvidenceLink, ...] = ()
    provenance: Provenance
