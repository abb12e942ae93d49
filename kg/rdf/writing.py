"""Records to sorted N-Quads lines."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from rdflib import URIRef
from rdflib.namespace import PROV, RDF, SDO

from kg.errors import InputError
from kg.graph import agent_id, ancestors
from kg.ids import make_id
from kg.model import Actor, Claim, Document, EvidenceLink, Extraction, Passage, Record, Review
from kg.rdf import terms
from kg.rdf.mapping import (
    ACTOR,
    ACTOR_CLASSES,
    CLAIM,
    DOCUMENT,
    EVIDENCE,
    LINK,
    ORGANISATION_CLASSES,
    REVIEW,
    RUN,
    SHORTCUTS,
    Aside,
    Date,
    Field,
    Inline,
    Parts,
    Passages,
    Shape,
    Shares,
    Texts,
    Value,
)
from kg.rdf.order import natural_chain, natural_passages, natural_words, order_note
from kg.vocab import (
    CLAIMS,
    KG,
    OA,
    PROVENANCE,
    REVIEWS_GRAPH,
    claims_graph,
    passage_iri,
    provenance_graph,
    record_id_of,
    record_iri,
)

CONTEXT_CHARACTERS = 32
"""Length of the prefix and the suffix by which a quoted passage is found again when its document has changed."""

_TYPE = str(RDF.type)
_WITHIN = str(KG.within)
_INDEX = str(KG.index)
_SOURCE = str(OA.hasSource)
_SELECTOR = str(OA.hasSelector)
_START = str(OA.start)
_END = str(OA.end)
_EXACT = str(OA.exact)
_PREFIX = str(OA.prefix)
_SUFFIX = str(OA.suffix)
_PASSAGE_TYPES = (OA.SpecificResource,)
_POSITION_TYPES = (OA.TextPositionSelector,)
_QUOTE_TYPES = (OA.TextQuoteSelector,)
_PASSAGE_JOINT = " … "


def extraction_lines(extraction: Extraction) -> list[str]:
    """Write one document's records as N-Quads lines, sorted, without line ends.

    Raises:
        InputError: two records have the same identifier, or a passage is not what the document's text says: such
            records cannot be told apart, or traced back, once they are in a graph.
    """
    document = extraction.document
    _refuse_doubles(extraction)
    writer = _Writer(document, {claim.claim_id: claim.parent_id for claim in extraction.claims})
    writer.record(record_iri(document.document_id), document, DOCUMENT)
    for index, actor in enumerate(extraction.actors, 1):
        writer.record(record_iri(actor.actor_id), actor, ACTOR, index)
        _align_actor(writer, actor)
    for index, claim in enumerate(extraction.claims, 1):
        writer.record(record_iri(claim.claim_id), claim, CLAIM, index)
        _align_claim(writer, claim)
    for index, item in enumerate(extraction.evidence, 1):
        writer.record(record_iri(item.evidence_id), item, EVIDENCE, index)
    for index, link in enumerate(extraction.links, 1):
        writer.record(record_iri(link.link_id), link, LINK, index)
        _shorten_link(writer, link)
    _write_run(writer, extraction)
    return sorted(writer.lines)


def review_lines(review: Review) -> list[str]:
    """Write a review as N-Quads lines of the graph of reviews, sorted, without line ends."""
    writer = _Writer(None, {})
    subject = record_iri(review.review_id)
    writer.record(subject, review, REVIEW)
    writer.add(subject, PROV.used, terms.iri(record_iri(review.record_id)))
    writer.add(subject, PROV.wasAssociatedWith, terms.iri(part_iri(subject, "reviewer")))
    return sorted(writer.lines)


def part_iri(subject: str, suffix: str) -> str:
    """Name a node that belongs to another: a fragment of it, or a longer fragment where it is one already."""
    return f"{subject}{'-' if '#' in subject else '#'}{suffix}"


def _refuse_doubles(extraction: Extraction) -> None:
    seen = {extraction.document.document_id}
    for record_id in (
        *(actor.actor_id for actor in extraction.actors),
        *(claim.claim_id for claim in extraction.claims),
        *(item.evidence_id for item in extraction.evidence),
        *(link.link_id for link in extraction.links),
    ):
        if record_id in seen:
            msg = f"document {extraction.document.document_id}: two records have the identifier {record_id}"
            raise InputError(msg)
        seen.add(record_id)


class _Writer:
    """Collects the lines of one document, or of a review."""

    def __init__(self, document: Document | None, parents: dict[str, str | None]) -> None:
        self.lines: set[str] = set()
        self._document = document
        self._parents = parents
        self._passages: dict[Passage, str] = {}
        if document is None:
            self._graphs = {CLAIMS: REVIEWS_GRAPH}
        else:
            document_id = document.document_id
            self._graphs = {CLAIMS: claims_graph(document_id), PROVENANCE: provenance_graph(document_id)}

    def add(self, subject: str, prop: str, term: str, graph: str = CLAIMS) -> None:
        """Add one quad."""
        self.lines.add(f"<{subject}> <{prop}> {term} <{self._graphs[graph]}> .")

    def types(self, subject: str, types: Iterable[URIRef], graph: str = CLAIMS) -> None:
        """Add the classes of a node."""
        for rdf_class in types:
            self.add(subject, _TYPE, terms.iri(rdf_class), graph)

    def record(self, subject: str, record: Record, shape: Shape, index: int | None = None) -> None:
        """Add a record, its place among its like, and all that belongs to it."""
        self.types(subject, shape.types, shape.graph)
        if index is not None:
            self.add(subject, _INDEX, terms.integer(index), shape.graph)
        self._fields(subject, record, shape.fields, shape.graph)

    def _fields(self, subject: str, record: Record, fields: Sequence[Field], graph: str) -> None:
        for field in fields:
            if isinstance(field, Aside):
                if any(getattr(record, inner.name) is not None for inner in field.fields):
                    node = self._node(subject, field.prop, field.suffix, field.types, graph)
                    self._fields(node, record, field.fields, graph)
                continue
            value = getattr(record, field.name)
            if value is not None:
                self._field(subject, field, value, graph)

    def _field(self, subject: str, field: Field, value: Any, graph: str) -> None:
        match field:
            case Value(many=True):
                if field.prop == _WITHIN:
                    natural = natural_chain(value, ancestors(record_id_of(subject), self._parents))
                else:
                    natural = natural_words(value)
                for item in natural:
                    self.add(subject, field.prop, field.codec.write(item), graph)
                self._order(subject, field.prop, order_note(field.prop, value, natural), graph)
            case Value():
                self.add(subject, field.prop, field.codec.write(value), field.graph or graph)
            case Passages(many=True):
                passages = natural_passages(value)
                for passage in passages:
                    self.add(subject, field.prop, self._passage(passage), graph)
                self._order(subject, field.prop, order_note(field.prop, value, passages), graph)
            case Passages():
                self.add(subject, field.prop, self._passage(value), graph)
            case Date():
                term, as_written = terms.date(value)
                self.add(subject, field.prop, term, graph)
                if as_written is not None:
                    self.add(subject, KG.asWritten, as_written, graph)
            case Inline():
                self._fields(subject, value, field.shape.fields, graph)
            case Parts(many=True):
                for index, part in enumerate(value, 1):
                    node = part_iri(subject, f"{field.suffix}-{index}")
                    self.add(subject, field.prop, terms.iri(node), graph)
                    self.record(node, part, field.shape, index)
            case Parts():
                node = part_iri(subject, field.suffix)
                self.add(subject, field.prop, terms.iri(node), graph)
                self.record(node, value, field.shape)
            case Texts():
                for index, name in enumerate(value, 1):
                    node = self._node(subject, field.prop, f"{field.suffix}-{index}", field.types, graph)
                    self.add(node, _INDEX, terms.integer(index), graph)
                    self.add(node, SDO.name, terms.text(name), graph)
            case Shares():
                for name, share in value.items():
                    suffix = f"{field.suffix}-{quote(name, safe='')}"
                    node = self._node(subject, field.prop, suffix, (SDO.PropertyValue,), graph)
                    self.add(node, SDO.name, terms.text(name), graph)
                    self.add(node, SDO.value, terms.double(share), graph)

    def _node(self, subject: str, prop: str, suffix: str, types: Iterable[URIRef], graph: str) -> str:
        node = part_iri(subject, suffix)
        self.add(subject, prop, terms.iri(node), graph)
        self.types(node, types, graph)
        return node

    def _order(self, subject: str, prop: str, note: str | None, graph: str) -> None:
        if note is not None:
            self.add(subject, KG.order, terms.text(note), graph)

    def _passage(self, passage: Passage) -> str:
        """Add a passage as a Web Annotation resource (W3C 2017, section 4) and return its name."""
        if passage in self._passages:
            return self._passages[passage]
        document = self._document
        if document is None or passage.document_id != document.document_id:
            msg = f"passage {passage.start}:{passage.end} is of document {passage.document_id}, not of the one it was found in"
            raise InputError(msg)
        if document.text[passage.start : passage.end] != passage.exact:
            msg = f'document {document.document_id}: passage {passage.start}:{passage.end} is "{passage.exact}", not what the text says'
            raise InputError(msg)
        source = record_iri(document.document_id)
        node = passage_iri(document.document_id, passage.start, passage.end)
        self.types(node, _PASSAGE_TYPES)
        self.add(node, _SOURCE, terms.iri(source))
        position = f"{source}#position={passage.start},{passage.end}"
        self.add(node, _SELECTOR, terms.iri(position))
        self.types(position, _POSITION_TYPES)
        self.add(position, _START, terms.integer(passage.start))
        self.add(position, _END, terms.integer(passage.end))
        words = f"{source}#quote={passage.start},{passage.end}"
        self.add(node, _SELECTOR, terms.iri(words))
        self.types(words, _QUOTE_TYPES)
        self.add(words, _EXACT, terms.text(passage.exact))
        self.add(words, _PREFIX, terms.text(document.text[max(0, passage.start - CONTEXT_CHARACTERS) : passage.start]))
        self.add(words, _SUFFIX, terms.text(document.text[passage.end : passage.end + CONTEXT_CHARACTERS]))
        self._passages[passage] = terms.iri(node)
        return self._passages[passage]


# What follows says the same again in the words of standard vocabularies, for those who query with them. Reading
# skips it.


def _align_actor(writer: _Writer, actor: Actor) -> None:
    agent = record_iri(agent_id(actor.key))
    subject = record_iri(actor.actor_id)
    writer.types(subject, (ACTOR_CLASSES[actor.kind],))
    if actor.organisation_kind in ORGANISATION_CLASSES:
        writer.types(subject, (ORGANISATION_CLASSES[actor.organisation_kind],))
    writer.add(subject, PROV.specializationOf, terms.iri(agent))
    writer.types(agent, (PROV.Agent,))
    writer.add(agent, KG.key, terms.text(actor.key))


def _align_claim(writer: _Writer, claim: Claim) -> None:
    subject = record_iri(claim.claim_id)
    writer.add(subject, SDO.author, terms.iri(record_iri(claim.actor_id)))
    writer.add(subject, SDO.appearance, terms.iri(record_iri(claim.source.document_id)))
    words = _PASSAGE_JOINT.join(passage.exact for passage in claim.assertion.passages)
    writer.add(subject, SDO.text, terms.text(words))
    for index, proposition in enumerate(claim.assertion.propositions, 1):
        shared = record_iri(make_id("proposition", proposition.key))
        writer.add(part_iri(subject, f"proposition-{index}"), KG.expresses, terms.iri(shared))
        writer.add(subject, KG.expresses, terms.iri(shared))
        writer.types(shared, (KG.Proposition,))
        writer.add(shared, KG.key, terms.text(proposition.key))


def _shorten_link(writer: _Writer, link: EvidenceLink) -> None:
    evidence = record_iri(link.evidence_id or link.evidence_claim_id or "")
    writer.add(evidence, SHORTCUTS[link.direction], terms.iri(record_iri(link.claim_id)))


def _write_run(writer: _Writer, extraction: Extraction) -> None:
    document_id = extraction.document.document_id
    document = record_iri(document_id)
    run = part_iri(document, "extraction")
    writer.record(run, extraction.provenance, RUN)
    writer.add(run, PROV.used, terms.iri(document), PROVENANCE)
    for prefix, name in (("software", extraction.provenance.software), ("pipeline", extraction.provenance.pipeline)):
        agent = record_iri(make_id(prefix, name))
        writer.add(run, PROV.wasAssociatedWith, terms.iri(agent), PROVENANCE)
        writer.types(agent, (PROV.SoftwareAgent,), PROVENANCE)
        writer.add(agent, SDO.name, terms.text(name), PROVENANCE)
    graph = claims_graph(document_id)
    writer.types(graph, (PROV.Bundle, PROV.Entity), PROVENANCE)
    writer.add(graph, PROV.wasGeneratedBy, terms.iri(run), PROVENANCE)
    writer.add(graph, PROV.wasDerivedFrom, terms.iri(document), PROVENANCE)
