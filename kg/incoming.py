"""Takes back what people edit elsewhere: the graph of another ``kg`` (TriG, N-Quads), and attributes in GraphML.

Extractions are never changed by hand: what was edited in a graph tool becomes reviews, beside the records.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx
import pyoxigraph

from kg import rdf
from kg.errors import InputError
from kg.graph import ClaimGraph, EdgeKind, NodeKind
from kg.ids import make_id, sha256_of
from kg.model import (
    ActorKind,
    CertaintyLevel,
    ClaimType,
    Direction,
    Extraction,
    OrganisationKind,
    Review,
    ReviewDecision,
)
from kg.store import Store
from kg.vocab import CLAIMS, DATA, PROVENANCE, REVIEWS_GRAPH

RDF_SUFFIXES = {".trig": pyoxigraph.RdfFormat.TRIG, ".nq": pyoxigraph.RdfFormat.N_QUADS}
GRAPHML_SUFFIX = ".graphml"
_MAX_SHOWN = 60


@dataclass
class Merged:
    """What came of taking in another graph.

    Attributes:
        added: documents that were not there.
        known: documents that were there, read by the same version.
        kept: documents that were there, read by another version; the store's own reading stays.
        replaced: the same where the other's reading was asked for.
        reviews: reviews that were not there.
    """

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Edit:
    """One value that somebody changed: of which record, from what, to what."""

    record_id: str
    attribute: str
    before: str
    after: str


@dataclass(frozen=True)
class Verdict:
    """A decision that somebody wrote into the attributes ``review`` and ``note`` of a node or edge."""

    record_id: str
    decision: ReviewDecision
    note: str | None


def read_rdf(data: bytes, name: str) -> tuple[list[Extraction], list[Review]]:
    """Read the documents and reviews of another graph.

    Args:
        data: TriG or N-Quads in UTF-8, as ``kg export`` writes them.
        name: of the file; its suffix says which.

    Raises:
        InputError: it cannot be parsed, is no ``kg`` graph, or its texts are not those that were read.
    """
    form = RDF_SUFFIXES.get(Path(name).suffix.lower())
    if form is None:
        msg = f"{name}: expected a file that ends in {', '.join(RDF_SUFFIXES)} or {GRAPHML_SUFFIX}"
        raise InputError(msg)
    try:
        ours = (quad for quad in pyoxigraph.parse(data, format=form) if _is_ours(quad))
        lines = pyoxigraph.serialize(ours, format=pyoxigraph.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError, OSError) as err:
        msg = f"{name}: {' '.join(str(err).split())[:300]}"
        raise InputError(msg) from err
    text = (lines or b"").decode("utf-8")
    try:
        extractions = list(rdf.read_nquads(text))
        reviews = list(rdf.read_reviews(rdf.split_lines(text)))
    except InputError as err:
        msg = f"{name}: {err}"
        raise InputError(msg) from err
    if not extractions and not reviews:
        msg = f"{name}: holds no document and no review of a kg graph"
        raise InputError(msg)
    for extraction in extractions:
        document = extraction.document
        if sha256_of(document.text) != document.sha256:
            msg = f"{name}: document {document.document_id}: the text is not the one that was read (SHA-256 differs)"
            raise InputError(msg)
    return extractions, reviews


def _is_ours(quad: pyoxigraph.Quad) -> bool:
    """Tell whether a quad stands in a graph of a document or of reviews; whatever else a file holds is passed over."""
    graph = quad.graph_name.value if isinstance(quad.graph_name, pyoxigraph.NamedNode) else ""
    return graph == REVIEWS_GRAPH or (graph.startswith(DATA) and graph.endswith((CLAIMS, PROVENANCE)))


def merge(
    store: Store, extractions: Iterable[Extraction], reviews: Iterable[Review], *, replace: bool = False
) -> Merged:
    """Add another graph to a store: the same documents once, the reviews of both.

    Args:
        store: open for writing.
        extractions: of the other graph.
        reviews: of the other graph.
        replace: take the other's reading of a document that both have.

    Raises:
        InputError: a passage is not what its document's text says.
        StoreError: the store cannot be written.
    """
    merged = Merged()
    for extraction in extractions:
        document_id = extraction.document.document_id
        if store.get(document_id) is None:
            store.add(extraction)
            merged.added.append(document_id)
        elif store.holds(extraction.document, extraction.provenance):
            merged.known.append(document_id)
        elif replace:
            store.add(extraction)
            merged.replaced.append(document_id)
        else:
            merged.kept.append(document_id)
    merged.reviews += add_reviews(store, reviews)
    return merged


def add_reviews(store: Store, reviews: Iterable[Review]) -> list[str]:
    """Store reviews that are not there yet, and return their identifiers.

    Raises:
        StoreError: the store cannot be written.
    """
    known = {review.review_id for review in store.reviews()}
    added = []
    for review in reviews:
        if review.review_id not in known:
            store.add_review(review)
            known.add(review.review_id)
            added.append(review.review_id)
    return added


# What can be edited in a graph tool, by kind of node; the closed sets that values must be from.
_EDITABLE: dict[NodeKind, dict[str, type[StrEnum] | None]] = {
    NodeKind.CLAIM: {"type": ClaimType, "certainty": CertaintyLevel},
    NodeKind.ACTOR: {
        "label": None,
        "actor_kind": ActorKind,
        "organisation_kind": OrganisationKind,
        "description": None,
    },
    NodeKind.EVIDENCE: {"evidence_kind": None, "description": None},
}


def read_graphml(data: bytes, name: str, extractions: Iterable[Extraction]) -> tuple[list[Edit], list[Verdict]]:
    """Compare a GraphML file that was edited with the records it was made of.

    Nodes and edges that are missing from it, and attributes that it lacks, were not edited; those that are new are
    passed over. What can be edited: type and certainty of claims; label, kinds and description of actors; kind and
    description of evidence; kind (the direction) of the edges between evidence and claims. ``review`` (accept, reject,
    correct) and ``note`` may be added to any node or edge.

    Args:
        data: the file.
        name: of the file, for messages.
        extractions: what is in the store.

    Raises:
        InputError: it is no GraphML, holds none of the records, or a value is not one of those that it may be.
    """
    try:
        network: nx.MultiDiGraph[str] = nx.MultiDiGraph(nx.read_graphml(io.BytesIO(data), force_multigraph=True))
    except (ParseError, nx.NetworkXError, KeyError, ValueError, TypeError) as err:
        msg = f"{name}: is not GraphML: {' '.join(str(err).split())[:200]}"
        raise InputError(msg) from err
    graph = ClaimGraph(extractions)
    edits: list[Edit] = []
    verdicts: list[Verdict] = []
    n_known = 0
    for node, values in network.nodes(data=True):
        if node not in graph.network:
            continue
        n_known += 1
        kind = NodeKind(graph.network.nodes[node]["kind"])
        records = _values(graph, str(node), kind)
        for attribute, allowed in _EDITABLE.get(kind, {}).items():
            after = _read_value(values, attribute, allowed, f"{name}: node {node}")
            if after is not None and all(after != present.get(attribute) for present in records.values()):
                edits += [
                    Edit(record_id, attribute, present.get(attribute) or "", after)
                    for record_id, present in records.items()
                ]
        verdicts += _verdicts(values, records, f"{name}: node {node}")
    for _, _, key, values in network.edges(keys=True, data=True):
        link_id = next((part for part in str(key).split() if part in graph.links), None)
        if link_id is None:
            continue
        before = graph.links[link_id].direction
        after = _read_value(values, "kind", Direction, f"{name}: edge {link_id}")
        if after is not None and after != before:
            edits.append(Edit(link_id, "direction", before, after))
        verdicts += _verdicts(values, [link_id], f"{name}: edge {link_id}")
    if not n_known:
        msg = f"{name}: none of its {network.number_of_nodes()} nodes is in the store"
        raise InputError(msg)
    return edits, verdicts


def as_reviews(
    edits: Iterable[Edit], verdicts: Iterable[Verdict], *, reviewer: str, time: datetime
) -> Iterator[Review]:
    """Make reviews of what was edited: one a record for its edits, one for each decision.

    Reading the same file twice gives reviews with the same identifiers.
    """
    by_record: dict[str, list[str]] = {}
    for edit in edits:
        change = f"{edit.attribute}: {edit.before or '–'} → {edit.after}"
        by_record.setdefault(edit.record_id, []).append(change)
    found = [Verdict(record_id, ReviewDecision.CORRECT, "; ".join(changes)) for record_id, changes in by_record.items()]
    for verdict in (*found, *verdicts):
        yield Review(
            review_id=make_id("review", verdict.record_id, reviewer, verdict.decision, verdict.note),
            record_id=verdict.record_id,
            reviewer=reviewer,
            decision=verdict.decision,
            note=verdict.note,
            time=time,
        )


def _values(graph: ClaimGraph, node: str, kind: NodeKind) -> dict[str, dict[str, str | None]]:
    """Return the records behind a node by identifier, each with its values as they were exported."""
    if kind is NodeKind.CLAIM:
        claim = graph.claims[node]
        return {node: {"type": claim.type, "certainty": claim.certainty.level}}
    if kind is NodeKind.EVIDENCE:
        evidence = graph.evidence[node]
        return {node: {"evidence_kind": evidence.kind, "description": evidence.description}}
    if kind is NodeKind.ACTOR:
        return {
            actor.actor_id: {
                "label": actor.name,
                "actor_kind": actor.kind,
                "organisation_kind": actor.organisation_kind,
                "description": actor.description,
            }
            for actor in graph.agent_records(node)
        }
    return {node: {}}


def _read_value(values: Mapping[str, Any], attribute: str, allowed: type[StrEnum] | None, where: str) -> str | None:
    """Return a value, or None where it is missing or empty."""
    value = values.get(attribute)
    text = "" if value is None else " ".join(str(value).split())
    if not text:
        return None
    members = set(map(str, allowed)) if allowed is not None else None
    if allowed is Direction and text in set(EdgeKind) - set(Direction):
        members = None
    if members is not None and text not in members:
        msg = f'{where}: {attribute} is "{text[:_MAX_SHOWN]}", expected one of {", ".join(sorted(members))}'
        raise InputError(msg)
    return text


def _verdicts(values: Mapping[str, Any], records: Iterable[str], where: str) -> list[Verdict]:
    decision = _read_value(values, "review", ReviewDecision, where)
    note = _read_value(values, "note", None, where)
    if decision is None:
        if note is not None:
            msg = f"{where}: has a note but no review, expected one of {', '.join(ReviewDecision)}"
            raise InputError(msg)
        return []
    return [Verdict(record_id, ReviewDecision(decision), note) for record_id in records]
