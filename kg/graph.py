"""The claim graph: who claims what, where, on which grounds, as a networkx graph that can be walked.

Nodes are identifiers; each has a ``kind`` and a short ``label``, edges have a ``kind``. The records behind the nodes
are reached through ``ClaimGraph``. Actors with the same key are one node, whatever document or language speaks of them, and so is
a bare surname with the one person of that name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

import networkx as nx

from kg.identities import full_names
from kg.ids import make_id
from kg.model import Actor, Claim, Document, Evidence, EvidenceLink, Extraction

_LABEL_CHARACTERS = 60


class NodeKind(StrEnum):
    """What a node of the claim graph stands for."""

    DOCUMENT = "document"
    ACTOR = "actor"
    CLAIM = "claim"
    EVIDENCE = "evidence"


class EdgeKind(StrEnum):
    """How two nodes of the claim graph hang together; directions of evidence have the names of the model."""

    CLAIMED_BY = "claimed_by"  # claim to actor
    READ_IN = "read_in"  # claim, evidence to document
    NESTED_IN = "nested_in"  # claim to the claim around it
    PRODUCED_BY = "produced_by"  # evidence to actor
    PUBLISHED_BY = "published_by"  # claim to the actor of the publication that it names
    SUPPORTS = "supports"  # evidence or claim to claim
    DISPUTES = "disputes"
    UNDERCUTS = "undercuts"
    CONTEXT = "context"


def agent_id(key: str) -> str:
    """Return the identifier that all actors with this key share, across documents and languages."""
    return make_id("agent", key)


def ancestors(claim_id: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """List the claims around a claim, outermost first.

    Args:
        claim_id: the innermost claim, not in the result.
        parents: from each claim to the one it is nested in. A circle is walked once; ``validate`` reports it.
    """
    line: list[str] = []
    parent = parents.get(claim_id)
    while parent is not None and parent != claim_id and parent not in line:
        line.append(parent)
        parent = parents.get(parent)
    return tuple(reversed(line))


class ClaimGraph:
    """Records of many documents, as a graph.

    Attributes:
        network: the networkx graph; edges are keyed by their ``kind`` (for evidence links, by the link's identifier).
        documents: by identifier, as are ``claims``, ``evidence``, ``links`` and ``actors`` (one for each document that
            speaks of them).
    """

    def __init__(self, extractions: Iterable[Extraction] = ()) -> None:
        """Build the graph of these records."""
        self.network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.documents: dict[str, Document] = {}
        self.actors: dict[str, Actor] = {}
        self.claims: dict[str, Claim] = {}
        self.evidence: dict[str, Evidence] = {}
        self.links: dict[str, EvidenceLink] = {}
        self._agents: dict[str, list[Actor]] = defaultdict(list)
        self._parents: dict[str, str | None] = {}
        self._nested: dict[str, list[str]] = defaultdict(list)
        self._links_on: dict[str, list[EvidenceLink]] = defaultdict(list)
        self._claims_by_proposition: dict[str, list[str]] = defaultdict(list)
        collected = list(extractions)
        self._full_names = full_names(actor for extraction in collected for actor in extraction.actors)
        for extraction in collected:
            self.add(extraction)

    def add(self, extraction: Extraction) -> None:
        """Add the records of one more document; each document once."""
        document = extraction.document
        self.documents[document.document_id] = document
        self._node(document.document_id, NodeKind.DOCUMENT, document.title or document.text)
        for actor in extraction.actors:
            self.actors[actor.actor_id] = actor
            node = self.agent_of(actor.actor_id)
            self._agents[node].append(actor)
            if node not in self.network:
                self._node(node, NodeKind.ACTOR, actor.name)
        for claim in extraction.claims:
            self._add_claim(claim)
        for item in extraction.evidence:
            self.evidence[item.evidence_id] = item
            self._node(item.evidence_id, NodeKind.EVIDENCE, item.description)
            self._edge(item.evidence_id, document.document_id, EdgeKind.READ_IN)
            if item.producer_id is not None:
                self._edge(item.evidence_id, self.agent_of(item.producer_id), EdgeKind.PRODUCED_BY)
        for link in extraction.links:
            self.links[link.link_id] = link
            self._links_on[link.claim_id].append(link)
            end = link.evidence_id or link.evidence_claim_id or ""
            self.network.add_edge(
                end, link.claim_id, key=link.link_id, kind=str(link.direction), strength=link.strength
            )

    def _add_claim(self, claim: Claim) -> None:
        self.claims[claim.claim_id] = claim
        self._parents[claim.claim_id] = claim.parent_id
        self._node(claim.claim_id, NodeKind.CLAIM, claim.assertion.passages[0].exact)
        self._edge(claim.claim_id, self.agent_of(claim.actor_id), EdgeKind.CLAIMED_BY)
        self._edge(claim.claim_id, claim.source.document_id, EdgeKind.READ_IN)
        if claim.source.publication_actor_id is not None:
            self._edge(claim.claim_id, self.agent_of(claim.source.publication_actor_id), EdgeKind.PUBLISHED_BY)
        if claim.parent_id is not None:
            self._edge(claim.claim_id, claim.parent_id, EdgeKind.NESTED_IN)
            self._nested[claim.parent_id].append(claim.claim_id)
        for proposition in claim.assertion.propositions:
            self._claims_by_proposition[proposition.key].append(claim.claim_id)

    def _node(self, node: str, kind: NodeKind, text: str) -> None:
        label = " ".join(text[: _LABEL_CHARACTERS + 1].split())
        if len(text) > _LABEL_CHARACTERS:
            label = label[: _LABEL_CHARACTERS - 1].rstrip() + "…"
        self.network.add_node(node, kind=str(kind), label=label)

    def _edge(self, start: str, end: str, kind: EdgeKind) -> None:
        self.network.add_edge(start, end, key=str(kind), kind=str(kind))

    def agent_of(self, actor_id: str) -> str:
        """Return the node of an actor: the identifier it shares with the same actor in other documents."""
        actor = self.actors.get(actor_id)
        return actor_id if actor is None else agent_id(self._full_names.get(actor.key, actor.key))

    def agent_records(self, agent: str) -> tuple[Actor, ...]:
        """Return what each document says of an actor, by the identifier from ``agent_of``; empty when unknown."""
        return tuple(self._agents.get(agent, ()))

    def chain(self, claim_id: str) -> tuple[Claim, ...]:
        """Return the claims from the outermost around this one to this one itself.

        Raises:
            KeyError: there is no such claim, or a claim around it is missing.
        """
        line = ancestors(claim_id, self._parents)
        return tuple(self.claims[item] for item in (*line, claim_id))

    def origin(self, claim_id: str) -> Actor:
        """Return who first made what this claim puts forward: the innermost actor of its chain.

        Raises:
            KeyError: there is no such claim or actor.
        """
        return self.actors[self.chain(claim_id)[-1].actor_id]

    def nested(self, claim_id: str) -> tuple[Claim, ...]:
        """Return the claims directly inside a claim, in the order of their document."""
        return tuple(self.claims[item] for item in self._nested.get(claim_id, ()))

    def links_on(self, claim_id: str) -> tuple[EvidenceLink, ...]:
        """Return the evidence links that bear on a claim, in the order of their document."""
        return tuple(self._links_on.get(claim_id, ()))

    def claims_by(self, agent: str) -> tuple[Claim, ...]:
        """Return the claims of an actor, in any document, by the identifier from ``agent_of``."""
        if agent not in self.network:
            return ()
        edges = self.network.in_edges(agent, keys=True)
        return tuple(self.claims[start] for start, _end, kind in edges if kind == EdgeKind.CLAIMED_BY)

    def claims_expressing(self, proposition_key: str) -> tuple[Claim, ...]:
        """Return the claims that express a proposition, in any language, each once."""
        return tuple(self.claims[item] for item in dict.fromkeys(self._claims_by_proposition.get(proposition_key, ())))
