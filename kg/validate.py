"""Validation: SHACL shapes over the graph, and what shapes cannot say about the records behind it."""

from collections.abc import Container, Iterable, Iterator
from enum import StrEnum
from functools import cache

import pyshacl
from rdflib import Graph, Literal, Node
from rdflib.namespace import RDF, SH

from kg.errors import InputError, StoreError
from kg.graph import ancestors
from kg.ids import sha256_of
from kg.model import Claim, Extraction, Passage, Record
from kg.rdf import extraction_lines, review_lines
from kg.store import Store
from kg.vocab import ontology_file


class Severity(StrEnum):
    """How bad a violation is; only ``violation`` makes a graph invalid."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


class Violation(Record):
    """Something that a record or graph should not have, or lacks. ``focus`` is the record or node it is about."""

    severity: Severity = Severity.VIOLATION
    focus: str
    message: str
    document_id: str


def validate(extractions: Iterable[Extraction]) -> Iterator[Violation]:
    """Check records, and the graph that they make, document by document. Nothing is yielded where all is well."""
    for extraction in extractions:
        found = check_records(extraction)
        yield from found
        try:
            lines = extraction_lines(extraction)
        except InputError:  # two records with one identifier, or an inexact passage: already said
            continue
        yield from check_shapes(extraction.document.document_id, lines)


def validate_store(store: Store) -> Iterator[Violation]:
    """Check everything in a store as it stands there, also what cannot be read as records.

    Raises:
        StoreError: the store cannot be read at all.
    """
    for document_id in store.documents():
        yield from check_shapes(document_id, store.lines(document_id))
        try:
            extraction = store.get(document_id)
        except StoreError as err:
            yield Violation(focus=document_id, message=str(err), document_id=document_id)
            continue
        if extraction is not None:
            yield from check_records(extraction)
    reviews = [line for review in store.reviews() for line in review_lines(review)]
    if reviews:
        yield from check_shapes("reviews", reviews)


def check_shapes(document_id: str, lines: Iterable[str]) -> Iterator[Violation]:
    """Check the N-Quads lines of one document against ``ontology/shapes.ttl``, by focus node and message."""
    graph = Graph()
    triples = (f"{line.rsplit(' ', 2)[0]} .\n" for line in lines)
    graph.parse(data="".join(triples), format="nt")
    _conforms, report, _text = pyshacl.validate(
        graph, shacl_graph=_shapes(), inference="none", meta_shacl=False, advanced=False, inplace=True
    )
    if not isinstance(report, Graph):
        msg = f"document {document_id}: the shapes cannot be checked: {report}"
        raise InputError(msg)
    violations = [_violation(report, result, document_id) for result in report.subjects(RDF.type, SH.ValidationResult)]
    yield from sorted(violations, key=lambda violation: (violation.focus, violation.message))


@cache
def _shapes() -> Graph:
    return Graph().parse(data=ontology_file("shapes.ttl").read_text(encoding="utf-8"), format="turtle")


def _violation(report: Graph, result: Node, document_id: str) -> Violation:
    severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2].lower()
    path = str(report.value(result, SH.resultPath) or "")
    messages = [said for said in report.objects(result, SH.resultMessage) if isinstance(said, Literal)]
    message = " ".join(str(min(messages, key=lambda said: said.language not in (None, "en"))).split())
    return Violation(
        severity=Severity(severity),
        focus=str(report.value(result, SH.focusNode)),
        message=f"{path.rpartition('#')[2].rpartition('/')[2]}: {message}" if path else message,
        document_id=document_id,
    )


def check_records(extraction: Extraction) -> tuple[Violation, ...]:
    """Check what ties the records of one document together.

    Every identifier that is named exists, and only once; passages are what the text says; a claim's chain is the line
    of its parents and has no circle; a link has both its ends; the text has the digest that the document states.
    """
    checker = _Checker(extraction)
    checker.check()
    return tuple(checker.found)


class _Checker:
    """Gathers the violations of one document."""

    def __init__(self, extraction: Extraction) -> None:
        self.found: list[Violation] = []
        self._extraction = extraction
        self._document = extraction.document
        self._actors = {actor.actor_id for actor in extraction.actors}
        self._claims = {claim.claim_id: claim for claim in extraction.claims}
        self._evidence = {item.evidence_id for item in extraction.evidence}
        self._parents = {claim.claim_id: claim.parent_id for claim in extraction.claims}

    def _report(self, focus: str, message: str, severity: Severity = Severity.VIOLATION) -> None:
        self.found.append(
            Violation(severity=severity, focus=focus, message=message, document_id=self._document.document_id)
        )

    def check(self) -> None:
        """Check everything."""
        if sha256_of(self._document.text) != self._document.sha256:
            self._report(self._document.document_id, "sha256 is not the digest of the text")
        self._check_identifiers()
        for actor in self._extraction.actors:
            self._check_passages(actor.actor_id, actor)
        for claim in self._extraction.claims:
            self._check_claim(claim)
        for item in self._extraction.evidence:
            self._check_passages(item.evidence_id, item)
            self._check_exists(item.evidence_id, "producer", item.producer_id, self._actors)
        for link in self._extraction.links:
            self._check_passages(link.link_id, link)
            self._check_exists(link.link_id, "claim", link.claim_id, self._claims)
            self._check_exists(link.link_id, "evidence", link.evidence_id, self._evidence)
            self._check_exists(link.link_id, "evidence claim", link.evidence_claim_id, self._claims)
            if link.claim_id == link.evidence_claim_id:
                self._report(link.link_id, "ties a claim to itself")

    def _check_identifiers(self) -> None:
        seen = {self._document.document_id}
        for record_id in (
            *(actor.actor_id for actor in self._extraction.actors),
            *(claim.claim_id for claim in self._extraction.claims),
            *(item.evidence_id for item in self._extraction.evidence),
            *(link.link_id for link in self._extraction.links),
        ):
            if record_id in seen:
                self._report(record_id, "two records have this identifier")
            seen.add(record_id)

    def _check_exists(self, focus: str, role: str, record_id: str | None, known: Container[str]) -> None:
        if record_id is not None and record_id not in known:
            self._report(focus, f"{role} {record_id} does not exist")

    def _check_claim(self, claim: Claim) -> None:
        self._check_passages(claim.claim_id, claim)
        self._check_exists(claim.claim_id, "actor", claim.actor_id, self._actors)
        self._check_exists(claim.claim_id, "publication actor", claim.source.publication_actor_id, self._actors)
        self._check_exists(claim.claim_id, "parent", claim.parent_id, self._claims)
        for member in claim.source.chain:
            self._check_exists(claim.claim_id, "claim of the chain", member, self._claims)
        if claim.source.document_id != self._document.document_id:
            self._report(claim.claim_id, f"was read in document {claim.source.document_id}, not in this one")
        line = ancestors(claim.claim_id, self._parents)
        outermost = line[0] if line else claim.claim_id
        if self._parents.get(outermost) is not None:  # the walk ended although there is one more
            self._report(claim.claim_id, "the claims around it go in a circle")
        elif claim.source.chain != line:
            expected, given = (" > ".join(ids) or "none" for ids in (line, claim.source.chain))
            self._report(claim.claim_id, f"its chain is {given}, by its parents it should be {expected}")

    def _check_passages(self, focus: str, record: Record) -> None:
        for passage in _passages(record):
            if passage.document_id != self._document.document_id:
                self._report(focus, f"passage {passage.start}:{passage.end} is of document {passage.document_id}")
            elif self._document.text[passage.start : passage.end] != passage.exact:
                words = self._document.text[passage.start : passage.end]
                self._report(
                    focus, f'passage {passage.start}:{passage.end} is "{passage.exact}", the text has "{words}"'
                )


def _passages(value: object) -> Iterator[Passage]:
    """Yield the passages anywhere inside a record."""
    if isinstance(value, Passage):
        yield value
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from _passages(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _passages(item)
