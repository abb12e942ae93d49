"""GraphML: the whole graph of claims, actors, evidence and documents, for networkx, Gephi, yEd and Cytoscape."""

from collections.abc import Iterator
from typing import IO

import networkx as nx

from kg.exporters.characters import xml_text
from kg.exporters.claim_map import ClaimMap, joined_words

Attributes = dict[str, str | int | float | bool]


def write_graphml(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write nodes and edges of ``ClaimGraph.network`` with typed attributes; what is not known is left out.

    Nodes have a ``kind`` (claim, actor, evidence, document) and a ``label``; edges a ``kind`` and, where evidence bears on
    a claim, a ``strength``. Offsets are code points of the document's text.
    """
    known = dict(_attributes(claim_map))
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    if claim_map.title:
        network.graph["title"] = xml_text(claim_map.title)
    if claim_map.question:
        network.graph["question"] = xml_text(claim_map.question)
    for node, data in claim_map.graph.network.nodes(data=True):
        network.add_node(node, **_clean({**data, **known.get(node, {})}))
    for start, end, key, data in claim_map.graph.network.edges(keys=True, data=True):
        network.add_edge(start, end, key=f"{start} {key} {end}", **_clean(data))
    nx.write_graphml(network, out, encoding="utf-8", prettyprint=True)


def _attributes(claim_map: ClaimMap) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what a tool may want to filter or colour by, for each node; None where it is not known."""
    for extraction in claim_map.extractions:
        document = extraction.document
        yield (
            document.document_id,
            {
                "title": document.title,
                "publisher": document.publisher,
                "published": document.published.value if document.published else None,
                "url": document.url,
                "language": document.language,
            },
        )
        for actor in extraction.actors:
            yield (
                claim_map.graph.agent_of(actor.actor_id),
                {
                    "actor_kind": actor.kind,
                    "organisation_kind": actor.organisation_kind,
                    "named": actor.named,
                    "description": actor.description,
                },
            )
    for node in claim_map.claims:
        claim, passages = node.claim, node.claim.assertion.passages
        yield (
            claim.claim_id,
            {
                "number": node.number,
                "content": node.content,
                "actor": node.voices[0].name,
                "chain": claim_map.chain_words(node),
                "type": claim.type,
                "certainty": claim.certainty.level,
                "confidence": claim.confidence.value,
                "direction": node.direction,
                "start": passages[0].start,
                "end": passages[-1].end,
                "language": node.document.language,
            },
        )
    for item in claim_map.evidence:
        evidence = item.evidence
        yield (
            evidence.evidence_id,
            {
                "number": item.number,
                "content": joined_words([evidence.passage]),
                "evidence_kind": evidence.kind,
                "description": evidence.description,
                "start": evidence.passage.start,
                "end": evidence.passage.end,
                "language": item.document.language,
            },
        )


def _clean(values: dict[str, object]) -> Attributes:
    """Keep what is known, as the plain types that GraphML has."""
    cleaned: Attributes = {}
    for name, value in values.items():
        if isinstance(value, str):
            cleaned[name] = xml_text(str(value))
        elif isinstance(value, bool | int | float):
            cleaned[name] = value
    return cleaned
