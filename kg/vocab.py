"""The ontology's terms as constants, the IRIs of our records, and where the ontology's files lie.

Record IRIs are ``urn:kg:`` and the percent-encoded identifier. What belongs to a record and has no identifier of its
own (a hedge, a selector, a proposition as one claim words it) is a fragment of it; a passage is a fragment of its
document, with its offsets written as in RFC 5147 (``#char=12,34``).
"""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from urllib.parse import quote, unquote

from rdflib import URIRef
from rdflib.namespace import DefinedNamespace, Namespace

NAMESPACE = "https://w3id.org/kg-claims/ns#"
DATA = "urn:kg:"
OA = Namespace("http://www.w3.org/ns/oa#")

CLAIMS = "#claims"
PROVENANCE = "#provenance"
REVIEWS_GRAPH = DATA + "reviews"
WRITES_GRAPH = DATA + "writes"


class KG(DefinedNamespace):
    """Our own classes, properties and concept schemes; defined in ``ontology/kg.ttl``."""

    _NS = Namespace(NAMESPACE)
    _fail = True  # a term that is not defined here is an error, not a warning

    # classes
    Actor: URIRef
    Change: URIRef
    Claim: URIRef
    Evidence: URIRef
    EvidenceLink: URIRef
    Extraction: URIRef
    Hedge: URIRef
    Proposition: URIRef
    PropositionExpression: URIRef
    Publication: URIRef
    RoleFiller: URIRef
    StageRun: URIRef
    TimeReference: URIRef

    # properties
    actorKind: URIRef  # noqa: N815 - the names are the ontology's
    addressee: URIRef
    affiliation: URIRef
    asWritten: URIRef  # noqa: N815
    certainty: URIRef
    change: URIRef
    changedField: URIRef  # noqa: N815
    claim: URIRef
    claimType: URIRef  # noqa: N815
    concept: URIRef
    confidence: URIRef
    confidencePart: URIRef  # noqa: N815
    content: URIRef
    cue: URIRef
    dated: URIRef
    decision: URIRef
    direction: URIRef
    disputes: URIRef
    evidence: URIRef
    evidenceClaim: URIRef  # noqa: N815
    evidenceKind: URIRef  # noqa: N815
    expresses: URIRef
    expression: URIRef
    frame: URIRef
    givesContext: URIRef  # noqa: N815
    hedge: URIRef
    hedgeClass: URIRef  # noqa: N815
    index: URIRef
    key: URIRef
    medium: URIRef
    mention: URIRef
    modality: URIRef
    named: URIRef
    order: URIRef
    organisationKind: URIRef  # noqa: N815
    parent: URIRef
    passage: URIRef
    pipeline: URIRef
    playsRole: URIRef  # noqa: N815
    polarity: URIRef
    predicate: URIRef
    presupposed: URIRef
    recordsAfter: URIRef  # noqa: N815
    recordsBefore: URIRef  # noqa: N815
    retrieved: URIRef
    reviewedAs: URIRef  # noqa: N815
    reviewedIn: URIRef  # noqa: N815
    reviewedWith: URIRef  # noqa: N815
    role: URIRef
    software: URIRef
    spoken: URIRef
    stage: URIRef
    standsFor: URIRef  # noqa: N815
    strength: URIRef
    supports: URIRef
    undercuts: URIRef
    valueAfter: URIRef  # noqa: N815
    valueBefore: URIRef  # noqa: N815
    within: URIRef

    # concept schemes
    actorKinds: URIRef  # noqa: N815
    certaintyLevels: URIRef  # noqa: N815
    claimMedia: URIRef  # noqa: N815
    claimTypes: URIRef  # noqa: N815
    directions: URIRef
    evidenceKinds: URIRef  # noqa: N815
    hedgeClasses: URIRef  # noqa: N815
    modalities: URIRef
    organisationKinds: URIRef  # noqa: N815
    participantRoles: URIRef  # noqa: N815
    polarities: URIRef
    reviewDecisions: URIRef  # noqa: N815


SCHEMES: dict[URIRef, URIRef] = {
    KG.actorKind: KG.actorKinds,
    KG.certainty: KG.certaintyLevels,
    KG.claimType: KG.claimTypes,
    KG.decision: KG.reviewDecisions,
    KG.direction: KG.directions,
    KG.evidenceKind: KG.evidenceKinds,
    KG.hedgeClass: KG.hedgeClasses,
    KG.medium: KG.claimMedia,
    KG.modality: KG.modalities,
    KG.organisationKind: KG.organisationKinds,
    KG.playsRole: KG.participantRoles,
    KG.polarity: KG.polarities,
}
"""Which concept scheme the values of a property come from."""


def concept_iri(prop: URIRef, notation: str) -> URIRef:
    """Return the concept that a notation stands for as the value of one of our properties.

    ``concept_iri(KG.certainty, "possible")`` and ``concept_iri(KG.modality, "possible")`` are two concepts.
    """
    return URIRef(f"{prop}-{notation}")


def notation_of(concept: str) -> str:
    """Return the notation of a concept IRI."""
    return concept.rpartition("-")[2]


def record_iri(record_id: str) -> str:
    """Return the IRI of a record."""
    return DATA + quote(record_id, safe="")


def record_id_of(iri: str) -> str:
    """Return the identifier of the record that an IRI, or a fragment of it, belongs to."""
    return unquote(iri.removeprefix(DATA).partition("#")[0])


def passage_iri(document_id: str, start: int, end: int) -> str:
    """Return the IRI of a passage; offsets in code points, as in RFC 5147."""
    return f"{record_iri(document_id)}#char={start},{end}"


def claims_graph(document_id: str) -> str:
    """Return the name of the graph with what was extracted from a document."""
    return record_iri(document_id) + CLAIMS


def provenance_graph(document_id: str) -> str:
    """Return the name of the graph that says how, when and by what a document was extracted."""
    return record_iri(document_id) + PROVENANCE


def ontology_file(name: str) -> Traversable:
    """Find a file of the ontology, such as ``kg.ttl`` or ``queries/disputed-claims.rq``.

    In the wheel the ontology lies inside the package, in a checkout beside it.
    """
    shipped = resources.files("kg") / "ontology"
    folder: Traversable = shipped if shipped.is_dir() else Path(__file__).resolve().parent.parent / "ontology"
    for part in name.split("/"):
        folder = folder / part
    return folder
