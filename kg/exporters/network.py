"""The claim graph with what tools filter, colour and label by, as plain attributes: for GraphML, GEXF and tables."""

from collections.abc import Iterator, Mapping

import networkx as nx

from kg.exporters.appearance import LOOKS, PLAIN, Look, look_of
from kg.exporters.characters import xml_text
from kg.exporters.claim_map import ClaimMap, ClaimNode, joined_words
from kg.graph import NodeKind
from kg.model import Direction

Attributes = dict[str, str | int | float | bool]
_LABEL_CHARACTERS = 90
NODE_COLOURS = {
    NodeKind.ACTOR: "#8a5a00",
    NodeKind.EVIDENCE: "#2f6b3a",
    NodeKind.DOCUMENT: "#6b7580",
}
"""Of nodes that are no claims; claims have the colour of their direction. Dark enough for white text (4.5 to 1)."""


def build_network(claim_map: ClaimMap) -> "nx.MultiDiGraph[str]":
    """Return ``ClaimGraph.network`` with typed attributes; what is not known is left out.

    Nodes have a ``kind`` (claim, actor, evidence, document), a ``label`` to read, a ``color`` (``#rrggbb``); edges
    a ``kind``, a ``label``, a ``color`` and, where evidence bears on a claim, a ``strength``. Offsets are code points of
    the document's text. The graph itself says its title, scope, date, software and how to cite it.
    """
    imprint = claim_map.imprint
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    about = {
        "title": claim_map.title,
        "question": claim_map.question,
        "scope": imprint.scope,
        "date": imprint.made,
        "cite_as": imprint.citation,
        "disclaimer": claim_map.labels["disclaimer"],
    }
    network.graph.update(_clean(about))
    known = dict(_attributes(claim_map))
    for node, data in claim_map.graph.network.nodes(data=True):
        network.add_node(node, **_clean({"color": NODE_COLOURS.get(data["kind"]), **data, **known.get(node, {})}))
    for start, end, key, data in claim_map.graph.network.edges(keys=True, data=True):
        look = _edge_look(data["kind"])
        label = claim_map.labels.edge_kinds.get(data["kind"]) or claim_map.labels.directions[Direction(data["kind"])]
        network.add_edge(
            start, end, key=f"{start} {key} {end}", **_clean({**data, "label": label, "color": look.colour})
        )
    return network


def rgb(colour: str) -> tuple[int, int, int]:
    """Return a colour ``#rrggbb`` as three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _edge_look(kind: str) -> Look:
    return LOOKS[Direction(kind)] if kind in set(Direction) else PLAIN


def _attributes(claim_map: ClaimMap) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the attributes of each node; None where a value is not known."""
    for extraction in claim_map.extractions:
        document = extraction.document
        yield (
            document.document_id,
            {
                "label": _short(document.title or document.document_id),
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
                    "label": actor.name,
                    "actor_kind": actor.kind,
                    "organisation_kind": actor.organisation_kind,
                    "named": actor.named,
                    "description": actor.description,
                },
            )
    for node in claim_map.claims:
        yield node.claim.claim_id, _claim(claim_map, node)
    for item in claim_map.evidence:
        evidence = item.evidence
        words = joined_words([evidence.passage])
        yield (
            evidence.evidence_id,
            {
                "label": _short(f"{item.number} {item.kind}: {words}"),
                "number": item.number,
                "content": words,
                "evidence_kind": evidence.kind,
                "description": evidence.description,
                "start": evidence.passage.start,
                "end": evidence.passage.end,
                "language": item.document.language,
            },
        )


def _claim(claim_map: ClaimMap, node: ClaimNode) -> dict[str, object]:
    claim, passages = node.claim, node.claim.assertion.passages
    return {
        "label": _short(f"{node.number} {node.voices[0].name}: {node.content}"),
        "color": look_of(node.direction).colour,
        "number": node.number,
        "content": node.content,
        "actor": node.voices[0].name,
        "chain": claim_map.chain_words(node),
        "type": claim.type,
        "certainty": claim.certainty.level,
        "confidence": claim.confidence.value,
        "direction": node.direction,
        "published": node.document.published.value if node.document.published else None,
        "start": passages[0].start,
        "end": passages[-1].end,
        "language": node.document.language,
    }


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_CHARACTERS else text[: _LABEL_CHARACTERS - 1].rstrip() + "…"


def _clean(values: Mapping[str, object]) -> Attributes:
    """Keep what is known, as the plain types that graph formats have."""
    cleaned: Attributes = {}
    for name, value in values.items():
        if isinstance(value, str):
            cleaned[name] = xml_text(str(value))
        elif isinstance(value, bool | int | float):
            cleaned[name] = value
    return cleaned
