import pytest

from kg.graph import ClaimGraph, EdgeKind, NodeKind, agent_id, ancestors
from kg.model import Direction, Extraction


@pytest.fixture
def graph(extraction_de: Extraction, extraction_en: Extraction) -> ClaimGraph:
    return ClaimGraph([extraction_de, extraction_en])


def test_no_records_no_nodes() -> None:
    graph = ClaimGraph()
    assert len(graph.network) == 0
    assert graph.claims_by("agent-none") == ()
    assert graph.claims_expressing("none") == ()
    assert graph.links_on("claim-none") == ()
    assert graph.agent_records("agent-none") == ()


@pytest.mark.parametrize(
    ("claim_id", "expected"),
    [("c", ("a", "b")), ("a", ()), ("none", ()), ("x", ("y",)), ("self", ()), ("orphan", ("gone",))],
)
def test_ancestors_stand_outermost_first_and_circles_end(claim_id: str, expected: tuple[str, ...]) -> None:
    parents = {"a": None, "b": "a", "c": "b", "x": "y", "y": "x", "self": "self", "orphan": "gone"}
    assert ancestors(claim_id, parents) == expected


def test_chain_and_origin_of_a_nested_claim(graph: ClaimGraph, extraction_de: Extraction) -> None:
    said, told = extraction_de.claims[:2]
    assert graph.chain(told.claim_id) == (said, told)
    assert graph.chain(said.claim_id) == (said,)
    assert graph.origin(told.claim_id).name == "Jana Voss"
    assert graph.origin(said.claim_id).name == "Die Wasserbehörde"
    assert graph.nested(said.claim_id) == (told,)
    with pytest.raises(KeyError):
        graph.chain("claim-none")


def test_nodes_and_edges_have_kinds_and_labels(graph: ClaimGraph, extraction_de: Extraction) -> None:
    kinds = {data["kind"] for _node, data in graph.network.nodes(data=True)}
    assert kinds == {str(kind) for kind in NodeKind}
    assert all(0 < len(data["label"]) <= 60 for _node, data in graph.network.nodes(data=True))
    edges = {data["kind"] for _start, _end, data in graph.network.edges(data=True)}
    assert edges == {str(kind) for kind in EdgeKind}
    assert {str(direction) for direction in Direction} <= {str(kind) for kind in EdgeKind}
    assert graph.network.nodes[extraction_de.document.document_id]["label"] == extraction_de.document.title


def test_an_actor_is_one_node_in_all_documents_and_languages(
    graph: ClaimGraph, extraction_de: Extraction, extraction_en: Extraction
) -> None:
    german, english = extraction_de.actors[0], extraction_en.actors[0]
    agent = graph.agent_of(german.actor_id)
    assert agent == graph.agent_of(english.actor_id) == agent_id(german.key)
    assert graph.agent_records(agent) == (german, english)
    assert graph.claims_by(agent) == (extraction_de.claims[0], extraction_en.claims[0])


def test_claims_are_found_by_proposition_in_both_languages(
    graph: ClaimGraph, extraction_de: Extraction, extraction_en: Extraction
) -> None:
    found = graph.claims_expressing("photograph(diver,crack)")
    assert found == (*extraction_de.claims[:2], *extraction_en.claims[:2])


def test_links_on_a_claim_stand_in_document_order(graph: ClaimGraph, extraction_de: Extraction) -> None:
    rumoured = extraction_de.claims[2]
    assert graph.links_on(rumoured.claim_id) == (extraction_de.links[1], extraction_de.links[3])
    edge = graph.network.edges[extraction_de.claims[3].claim_id, rumoured.claim_id, extraction_de.links[1].link_id]
    assert edge == {"kind": "disputes", "strength": 1.0}
