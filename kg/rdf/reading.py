"""N-Quads lines to records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from rdflib.namespace import RDF, SDO

from kg.errors import InputError
from kg.graph import ancestors
from kg.model import Extraction, Passage, Record, Review
from kg.rdf import terms
from kg.rdf.mapping import (
    ACTOR,
    CLAIM,
    DOCUMENT,
    EVIDENCE,
    LINK,
    REVIEW,
    RUN,
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
from kg.rdf.order import natural_chain, natural_passages, natural_words, restore_order
from kg.vocab import CLAIMS, KG, OA, PROVENANCE, REVIEWS_GRAPH, record_id_of, record_iri

_ENDINGS = (CLAIMS.removeprefix("#"), PROVENANCE.removeprefix("#"))
_TYPE = str(RDF.type)
_WITHIN = str(KG.within)
_INDEX = str(KG.index)
_AS_WRITTEN = str(KG.asWritten)
_ORDER = str(KG.order)
_PARENT = str(KG.parent)
_NAME = str(SDO.name)
_VALUE = str(SDO.value)
_SOURCE = str(OA.hasSource)
_SELECTOR = str(OA.hasSelector)
_START = str(OA.start)
_END = str(OA.end)
_EXACT = str(OA.exact)


def read_extractions(quads: Iterable[terms.Quad]) -> Iterator[Extraction]:
    """Read the records of every document, in the order of document identifiers.

    Args:
        quads: from ``terms.split_lines``, in any order. Other graphs than those of documents are skipped.

    Raises:
        InputError: the quads are not what ``writing.extraction_lines`` writes; the message names document and record.
    """
    documents: dict[str, terms.Nodes] = {}
    for subject, prop, term, graph in quads:
        document, _hash, ending = graph.partition("#")
        if ending in _ENDINGS:
            nodes = documents.setdefault(document, {})
            nodes.setdefault(subject, {}).setdefault(prop, []).append(term)
    for document_id, document in sorted((record_id_of(document), document) for document in documents):
        yield read_extraction(document_id, documents.pop(document))


def read_extraction(document_id: str, nodes: terms.Nodes) -> Extraction:
    """Read the records of one document from the nodes of its two graphs.

    Raises:
        InputError: a record is missing, or lacks something; the message names document and record.
    """
    reader = _Reader(nodes, f"document {document_id}")
    document = record_iri(document_id)
    extraction: Extraction = reader.build(
        Extraction,
        document,
        {
            "document": reader.record(document, DOCUMENT),
            "actors": reader.all_of(ACTOR),
            "claims": reader.all_of(CLAIM),
            "evidence": reader.all_of(EVIDENCE),
            "links": reader.all_of(LINK),
            "provenance": reader.record(f"{document}#extraction", RUN),
        },
    )
    return extraction


def read_reviews(quads: Iterable[terms.Quad]) -> Iterator[Review]:
    """Read all reviews, by time and identifier.

    Raises:
        InputError: a review lacks something; the message names it.
    """
    nodes: terms.Nodes = {}
    for subject, prop, term, graph in quads:
        if graph == REVIEWS_GRAPH:
            nodes.setdefault(subject, {}).setdefault(prop, []).append(term)
    reader = _Reader(nodes, "reviews")
    reviews: list[Review] = list(reader.all_of(REVIEW))
    yield from sorted(reviews, key=lambda review: (review.time.isoformat(), review.review_id))


class _Reader:
    """Builds records from the nodes of one document, or of all reviews."""

    def __init__(self, nodes: terms.Nodes, where: str) -> None:
        self._nodes = nodes
        self._where = where
        self._passages: dict[str, Passage] = {}
        self._parents: dict[str, str | None] = {
            record_id_of(subject): record_id_of(terms.iri_of(node[_PARENT][0]))
            for subject, node in nodes.items()
            if _PARENT in node
        }

    def build(self, record: type[Any], subject: str, values: dict[str, Any]) -> Any:
        """Make a record, or say which one lacks what."""
        try:
            return record(**values)
        except ValidationError as err:
            first = err.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            msg = f"{self._where}: {record.__name__} <{subject}>: {place}: {first['msg']}"
            raise InputError(msg) from err

    def all_of(self, shape: Shape) -> tuple[Any, ...]:
        """Read all records of a class, in the order of their index."""
        rdf_class = terms.iri(shape.types[0])
        return tuple(
            self.record(subject, shape)
            for subject in self._indexed(
                subject for subject, node in self._nodes.items() if rdf_class in node.get(_TYPE, ())
            )
        )

    def record(self, subject: str, shape: Shape) -> Record:
        """Read one record.

        Raises:
            InputError: something is missing or is not what it should be.
        """
        node = self._nodes.get(subject)
        if node is None:
            msg = f"{self._where}: <{subject}> is missing ({shape.record.__name__})"
            raise InputError(msg)
        values: dict[str, Any] = {}
        if shape.id_field is not None:
            values[shape.id_field] = record_id_of(subject)
        try:
            self._fields(subject, node, shape.fields, values)
        except (ValueError, IndexError) as err:
            msg = f"{self._where}: {shape.record.__name__} <{subject}>: {err}"
            raise InputError(msg) from err
        made: Record = self.build(shape.record, subject, values)
        return made

    def _indexed(self, subjects: Iterable[str]) -> list[str]:
        keyed = [(self._index(subject), subject) for subject in subjects]
        return [subject for _index, subject in sorted(keyed)]

    def _index(self, subject: str) -> int:
        values = self._nodes.get(subject, {}).get(_INDEX)
        return terms.integer_of(values[0]) if values else 0

    def _fields(
        self, subject: str, node: dict[str, list[str]], fields: Sequence[Field], values: dict[str, Any]
    ) -> None:
        for field in fields:
            if isinstance(field, Inline):
                inner: dict[str, Any] = {}
                self._fields(subject, node, field.shape.fields, inner)
                values[field.name] = self.build(field.shape.record, subject, inner)
                continue
            found = node.get(field.prop)
            if found is None:
                if isinstance(field, Value | Passages | Parts) and field.many:
                    values[field.name] = ()
                continue
            if isinstance(field, Aside):
                beside = terms.iri_of(found[0])
                self._fields(beside, self._nodes.get(beside, {}), field.fields, values)
            else:
                values[field.name] = self._value(subject, node, field, found)

    def _value(
        self,
        subject: str,
        node: dict[str, list[str]],
        field: Value | Passages | Date | Parts | Texts | Shares,
        found: list[str],
    ) -> Any:
        match field:
            case Value(many=True):
                items = [field.codec.read(term) for term in found]
                if field.prop == _WITHIN:
                    natural = natural_chain(items, ancestors(record_id_of(subject), self._parents))
                else:
                    natural = natural_words(items)
                return self._ordered(node, field.prop, natural)
            case Value():
                return field.codec.read(self._single(field.prop, found))
            case Passages(many=True):
                passages = natural_passages(self._passage(terms.iri_of(term)) for term in found)
                return self._ordered(node, field.prop, passages)
            case Passages():
                return self._passage(terms.iri_of(self._single(field.prop, found)))
            case Date():
                words = node.get(_AS_WRITTEN)
                return terms.date_of(
                    self._single(field.prop, found), self._single(_AS_WRITTEN, words) if words else None
                )
            case Parts(many=True):
                parts = self._indexed(terms.iri_of(term) for term in found)
                return tuple(self.record(part, field.shape) for part in parts)
            case Parts():
                return self.record(terms.iri_of(self._single(field.prop, found)), field.shape)
            case Texts():
                names = self._indexed(terms.iri_of(term) for term in found)
                return tuple(terms.text_of(self._property(name, _NAME)) for name in names)
            case Shares():
                nodes = [terms.iri_of(term) for term in sorted(found)]
                return {
                    terms.text_of(self._property(share, _NAME)): terms.double_of(self._property(share, _VALUE))
                    for share in nodes
                }

    def _ordered(self, node: dict[str, list[str]], prop: str, natural: list[Any]) -> tuple[Any, ...]:
        notes = node.get(_ORDER)
        if notes is None:
            return tuple(natural)
        return restore_order(prop, natural, (terms.text_of(note) for note in notes))

    def _single(self, prop: str, found: list[str]) -> str:
        if len(found) > 1:
            msg = f"{prop} has {len(found)} values, one was expected"
            raise InputError(msg)
        return found[0]

    def _property(self, subject: str, prop: str) -> str:
        found = self._nodes.get(subject, {}).get(prop)
        if found is None:
            msg = f"{self._where}: <{subject}> has no {prop}"
            raise InputError(msg)
        return self._single(prop, found)

    def _passage(self, subject: str) -> Passage:
        passage = self._passages.get(subject)
        if passage is None:
            selectors: dict[str, list[str]] = {}
            for selector in self._nodes.get(subject, {}).get(_SELECTOR, ()):
                selectors |= self._nodes.get(terms.iri_of(selector), {})
            missing = [prop for prop in (_START, _END, _EXACT) if prop not in selectors]
            if missing:
                msg = f"{self._where}: passage <{subject}> has no {missing[0]}"
                raise InputError(msg)
            passage = self._passages[subject] = self.build(
                Passage,
                subject,
                {
                    "document_id": record_id_of(terms.iri_of(self._property(subject, _SOURCE))),
                    "start": terms.integer_of(self._single(_START, selectors[_START])),
                    "end": terms.integer_of(self._single(_END, selectors[_END])),
                    "exact": terms.text_of(self._single(_EXACT, selectors[_EXACT])),
                },
            )
        return passage
