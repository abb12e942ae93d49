"""Which field of a record is which property: the one table that writing and reading follow.

A field is one of

- ``Value``: a literal or the IRI of another record or concept;
- ``Passages``: one passage or several;
- ``Date``: a date with its precision;
- ``Parts``: records without an identifier of their own; each is a node, named as a fragment of the node above;
- ``Inline``: a record whose fields are properties of the node above;
- ``Aside``: fields of this record that are properties of a node of their own;
- ``Shares``: named numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rdflib import URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, SDO, TIME

from kg import model
from kg.rdf import terms
from kg.vocab import CLAIMS, KG, PROVENANCE, concept_iri, notation_of, record_id_of, record_iri


@dataclass(frozen=True)
class Codec:
    """How one value becomes a term, and back."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


class _OfProperty:
    """What is the object of a property: its IRI as a plain string, for rdflib's terms never equal strings."""

    prop: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "prop", str(self.prop))


@dataclass(frozen=True)
class Value(_OfProperty):
    """A literal, or the IRI of a record or concept. ``many``: a tuple of them; ``graph``: where other than its record."""

    name: str
    prop: str
    codec: Codec
    many: bool = False
    graph: str | None = None


@dataclass(frozen=True)
class Passages(_OfProperty):
    """One passage, or with ``many`` a tuple of them."""

    name: str
    prop: str
    many: bool = False


@dataclass(frozen=True)
class Date(_OfProperty):
    """A date with its precision."""

    name: str
    prop: str


@dataclass(frozen=True)
class Parts(_OfProperty):
    """A record without identifier, or with ``many`` a tuple of them; the node's name ends in ``suffix``."""

    name: str
    prop: str
    shape: "Shape"
    suffix: str
    many: bool = False


@dataclass(frozen=True)
class Inline:
    """A record whose fields are properties of the node above."""

    name: str
    shape: "Shape"


@dataclass(frozen=True)
class Aside(_OfProperty):
    """Fields of this record that are properties of a node of their own; no such node when all are None."""

    prop: str
    suffix: str
    types: tuple[URIRef, ...]
    fields: tuple[Value | Passages, ...]


@dataclass(frozen=True)
class Texts(_OfProperty):
    """Names in order, each a node with a ``schema:name``."""

    name: str
    prop: str
    suffix: str
    types: tuple[URIRef, ...]


@dataclass(frozen=True)
class Shares(_OfProperty):
    """Numbers by name, each a ``schema:PropertyValue``."""

    name: str
    prop: str
    suffix: str


Field = Value | Passages | Date | Parts | Inline | Aside | Texts | Shares


@dataclass(frozen=True)
class Shape:
    """A record class, its RDF classes and its fields; ``id_field``: the field that the node's IRI is made from."""

    record: type[model.Record]
    types: tuple[URIRef, ...]
    fields: tuple[Field, ...]
    id_field: str | None = None
    graph: str = CLAIMS


TEXT = Codec(terms.text, terms.text_of)
ADDRESS = Codec(terms.uri, terms.text_of)
BOOLEAN = Codec(terms.boolean, terms.boolean_of)
DOUBLE = Codec(terms.double, terms.double_of)
MOMENT = Codec(terms.moment, terms.moment_of)
RECORD = Codec(lambda record_id: terms.iri(record_iri(record_id)), lambda term: record_id_of(terms.iri_of(term)))


def _concept(name: str, prop: URIRef) -> Value:
    """Declare a field whose value is a notation of the property's concept scheme."""
    return Value(
        name,
        prop,
        Codec(lambda notation: terms.iri(concept_iri(prop, notation)), lambda term: notation_of(terms.iri_of(term))),
    )


_REVIEWED = Value(
    "reviewed",
    KG.reviewedAs,
    Codec(lambda decision: terms.iri(concept_iri(KG.decision, decision)), lambda term: notation_of(terms.iri_of(term))),
)
_RECORDS = Codec(
    lambda records: terms.text(records.model_dump_json(exclude_defaults=True)),
    lambda term: model.ReviewedRecords.model_validate_json(terms.text_of(term)),
)

DOCUMENT = Shape(
    model.Document,
    (SDO.NewsArticle, PROV.Entity),
    (
        Value("url", SDO.url, ADDRESS),
        Value("title", SDO.headline, TEXT),
        Aside(SDO.publisher, "publisher", (SDO.Organization,), (Value("publisher", SDO.name, TEXT),)),
        Texts("authors", SDO.author, "author", (SDO.Person,)),
        Date("published", SDO.datePublished),
        Value("retrieved", KG.retrieved, MOMENT, graph=PROVENANCE),
        Value("language", SDO.inLanguage, TEXT),
        Value("text", SDO.articleBody, TEXT),
        Value("sha256", SDO.sha256, TEXT),
    ),
    "document_id",
)

ACTOR = Shape(
    model.Actor,
    (KG.Actor, PROV.Agent),
    (
        Value("key", KG.key, TEXT),
        _concept("kind", KG.actorKind),
        _concept("organisation_kind", KG.organisationKind),
        Value("name", FOAF.name, TEXT),
        Value("named", KG.named, BOOLEAN),
        Value("description", DCTERMS.description, TEXT),
        Value("affiliation", KG.affiliation, TEXT),
        Value("stands_for", KG.standsFor, TEXT),
        Passages("mentions", KG.mention, many=True),
        Value("external_ids", DCTERMS.identifier, TEXT, many=True),
        _REVIEWED,
    ),
    "actor_id",
)

TIME_REFERENCE = Shape(
    model.TimeReference,
    (KG.TimeReference, TIME.TemporalEntity),
    (Passages("passage", KG.passage), Date("date", DCTERMS.date)),
)

HEDGE = Shape(model.Hedge, (KG.Hedge,), (_concept("hedge_class", KG.hedgeClass), Passages("passage", KG.passage)))

CERTAINTY = Shape(
    model.Certainty,
    (),
    (_concept("level", KG.certainty), Parts("hedges", KG.hedge, HEDGE, "hedge", many=True)),
)

ROLE_FILLER = Shape(
    model.RoleFiller,
    (KG.RoleFiller,),
    (
        _concept("role", KG.playsRole),
        Value("text", SDO.text, TEXT),
        Value("concepts", KG.concept, TEXT, many=True),
    ),
)

PROPOSITION = Shape(
    model.Proposition,
    (KG.PropositionExpression,),
    (
        Value("key", KG.key, TEXT),
        Value("predicate", KG.predicate, TEXT),
        Value("concepts", KG.concept, TEXT, many=True),
        Parts("roles", KG.role, ROLE_FILLER, "role", many=True),
        _concept("polarity", KG.polarity),
        _concept("modality", KG.modality),
        Value("presupposed", KG.presupposed, BOOLEAN),
        Passages("passage", KG.passage),
    ),
)

ASSERTION = Shape(
    model.Assertion,
    (),
    (
        Passages("passages", KG.content, many=True),
        Parts("propositions", KG.expression, PROPOSITION, "proposition", many=True),
    ),
)

SOURCE = Shape(
    model.Source,
    (),
    (
        Value("document_id", PROV.wasQuotedFrom, RECORD),
        Aside(
            PROV.hadPrimarySource,
            "publication",
            (KG.Publication, PROV.Entity),
            (
                Passages("publication", KG.passage),
                Value("publication_actor_id", PROV.wasAttributedTo, RECORD),
            ),
        ),
        Value("chain", KG.within, RECORD, many=True),
    ),
)

CONFIDENCE = Shape(
    model.Confidence,
    (),
    (Value("value", KG.confidence, DOUBLE), Shares("parts", KG.confidencePart, "confidence")),
)

CLAIM = Shape(
    model.Claim,
    (KG.Claim, SDO.Claim, PROV.Entity),
    (
        Value("actor_id", PROV.wasAttributedTo, RECORD),
        Inline("assertion", ASSERTION),
        Inline("source", SOURCE),
        Inline("confidence", CONFIDENCE),
        _concept("type", KG.claimType),
        _concept("medium", KG.medium),
        Passages("mention", KG.mention),
        Passages("cue", KG.cue),
        Passages("frame", KG.frame),
        Passages("addressee", KG.addressee),
        Inline("certainty", CERTAINTY),
        Parts("spoken", KG.spoken, TIME_REFERENCE, "spoken"),
        Value("parent_id", KG.parent, RECORD),
        _REVIEWED,
    ),
    "claim_id",
)

EVIDENCE = Shape(
    model.Evidence,
    (KG.Evidence, PROV.Entity),
    (
        _concept("kind", KG.evidenceKind),
        Value("description", DCTERMS.description, TEXT),
        Passages("passage", KG.passage),
        Value("producer_id", PROV.wasAttributedTo, RECORD),
        Parts("date", KG.dated, TIME_REFERENCE, "date"),
        _REVIEWED,
    ),
    "evidence_id",
)

LINK = Shape(
    model.EvidenceLink,
    (KG.EvidenceLink,),
    (
        Value("claim_id", KG.claim, RECORD),
        Value("evidence_id", KG.evidence, RECORD),
        Value("evidence_claim_id", KG.evidenceClaim, RECORD),
        _concept("direction", KG.direction),
        Value("strength", KG.strength, DOUBLE),
        Passages("cue", KG.cue),
        _REVIEWED,
    ),
    "link_id",
)

STAGE_RUN = Shape(
    model.StageRun,
    (KG.StageRun, PROV.Activity),
    (Value("name", SDO.name, TEXT), Value("version", SDO.softwareVersion, TEXT)),
    graph=PROVENANCE,
)

RUN = Shape(
    model.Provenance,
    (KG.Extraction, PROV.Activity),
    (
        Value("software", KG.software, TEXT),
        Value("pipeline", KG.pipeline, TEXT),
        Parts("stages", KG.stage, STAGE_RUN, "stage", many=True),
        Value("extracted", PROV.endedAtTime, MOMENT),
    ),
    graph=PROVENANCE,
)

CHANGE = Shape(
    model.Change,
    (KG.Change,),
    (
        Value("field", KG.changedField, TEXT),
        Value("before", KG.valueBefore, TEXT),
        Value("after", KG.valueAfter, TEXT),
    ),
)

REVIEW = Shape(
    model.Review,
    (SDO.Review, PROV.Activity),
    (
        Value("record_id", SDO.itemReviewed, RECORD),
        Value("document_id", KG.reviewedIn, RECORD),
        Aside(SDO.author, "reviewer", (SDO.Person, PROV.Agent), (Value("reviewer", SDO.name, TEXT),)),
        _concept("decision", KG.decision),
        Value("others", KG.reviewedWith, RECORD, many=True),
        Parts("changes", KG.change, CHANGE, "change", many=True),
        Value("before", KG.recordsBefore, _RECORDS),
        Value("after", KG.recordsAfter, _RECORDS),
        Value("note", SDO.reviewBody, TEXT),
        Value("time", PROV.endedAtTime, MOMENT),
    ),
    "review_id",
)

ACTOR_CLASSES: dict[model.ActorKind, URIRef] = {
    model.ActorKind.PERSON: FOAF.Person,
    model.ActorKind.ORGANISATION: ORG.Organization,
    model.ActorKind.STATE: ORG.FormalOrganization,
    model.ActorKind.MEDIUM: SDO.NewsMediaOrganization,
    model.ActorKind.GROUP: FOAF.Group,
    model.ActorKind.ROLE: FOAF.Agent,
}
"""What each kind of actor is in the standard vocabularies."""

ORGANISATION_CLASSES: dict[model.OrganisationKind, URIRef] = {
    model.OrganisationKind.GOVERNMENT_BODY: SDO.GovernmentOrganization,
    model.OrganisationKind.COMPANY: SDO.Corporation,
    model.OrganisationKind.PARTY: URIRef(f"{SDO}PoliticalParty"),
    model.OrganisationKind.RESEARCH_BODY: SDO.ResearchOrganization,
}
"""What each kind of organisation is in schema.org, which has no armed forces."""

SHORTCUTS: dict[model.Direction, URIRef] = {
    model.Direction.SUPPORTS: KG.supports,
    model.Direction.DISPUTES: KG.disputes,
    model.Direction.UNDERCUTS: KG.undercuts,
    model.Direction.CONTEXT: KG.givesContext,
}
"""The property that ties evidence to a claim directly, by the direction of the evidence link."""
