"""What the JSON API takes and gives, beyond the records of the model."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kg.model import (
    Actor,
    Claim,
    ClaimType,
    Evidence,
    EvidenceLink,
    Language,
    Offset,
    PartialDate,
    Provenance,
    Record,
    Review,
    Text,
)

MAX_QUESTION_CHARACTERS = 500
MAX_PAGE = 200

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
Question = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS)]


class Parameters(BaseModel):
    """Base class of what a request may ask: an unknown parameter is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TraceParameters(Parameters):
    """A question to trace."""

    q: Question = Field(description="The question, in German or English.")
    lang: Language | None = Field(
        default=None, description="The language of the question and of the answer's words; else found by its words."
    )


class PageParameters(Parameters):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = Field(default=50, description="How many at most.")
    offset: Offset = Field(default=0, description="How many of the first to leave out.")


class ListParameters(PageParameters):
    """Which part of a list that may change while it is gone through."""

    cursor: Text | None = Field(
        default=None, description="Go on after this item: next_cursor of the reply before, in place of an offset."
    )


class ClaimParameters(ListParameters):
    """Which claims."""

    actor: Text | None = Field(default=None, description="The key or the name of an actor, case ignored.")
    document: Text | None = Field(default=None, description="The identifier of a document.")
    type: ClaimType | None = Field(default=None, description="How the claim reached the page.")
    q: Annotated[str, Field(max_length=MAX_QUESTION_CHARACTERS)] | None = Field(
        default=None,
        description="Words that the claim, its actor or its headline must hold, all of them, case ignored.",
    )


class DocumentParameters(ListParameters):
    """Which documents."""

    language: Language | None = Field(default=None, description="The language of the text.")
    publisher: Text | None = Field(default=None, description="The publisher, case ignored.")
    actor: Text | None = Field(default=None, description="The key or the name of an actor in the text, case ignored.")
    since: Day | None = Field(default=None, description="Published on this day or later.")
    until: Day | None = Field(default=None, description="Published on this day or earlier.")
    q: Annotated[str, Field(max_length=MAX_QUESTION_CHARACTERS)] | None = Field(
        default=None, description="Words that the text must hold, all of them, case ignored."
    )


class SearchParameters(PageParameters):
    """What to look for."""

    q: Question = Field(description="Words that must be there, all of them, case ignored.")


class DocumentSummary(Record):
    """A document without its text."""

    document_id: Text
    title: Text | None
    publisher: Text | None
    authors: tuple[Text, ...]
    published: PartialDate | None
    url: Text | None
    language: Language
    n_claims: int
    n_characters: int


class ClaimSummary(Record):
    """A claim with who makes it, through whom it reached us (outermost first), and where it was read."""

    claim: Claim
    text: Text
    actor: Actor
    through: tuple[Actor, ...]
    document: DocumentSummary


class LinkedEvidence(Record):
    """What bears on a claim: the link, and the evidence or the claim at its other end."""

    link: EvidenceLink
    evidence: Evidence | None = None
    claim: ClaimSummary | None = None


class ClaimDetail(Record):
    """A claim with all that hangs on it."""

    claim: ClaimSummary
    bearing: tuple[LinkedEvidence, ...]
    nested: tuple[ClaimSummary, ...]
    same_proposition: tuple[ClaimSummary, ...]
    provenance: Provenance
    reviews: tuple[Review, ...]


class ClaimPage(Record):
    """Some of the claims that fit; ``total`` counts all. ``next_cursor`` leads on; it is null at the end."""

    total: int
    limit: int
    offset: int
    next_cursor: Text | None
    items: tuple[ClaimSummary, ...]


class DocumentPage(Record):
    """Some of the documents that fit; ``total`` counts all. ``next_cursor`` leads on; it is null at the end."""

    total: int
    limit: int
    offset: int
    next_cursor: Text | None
    items: tuple[DocumentSummary, ...]


class SearchReply(Record):
    """Documents and claims that hold the words; the totals count all."""

    n_documents: int
    n_claims: int
    documents: tuple[DocumentSummary, ...]
    claims: tuple[ClaimSummary, ...]
