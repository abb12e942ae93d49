"""Taking back what people edit: another graph in TriG, attributes in GraphML."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import networkx as nx
import pytest

from kg import rdf
from kg.errors import InputError
from kg.exporters import export
from kg.incoming import Edit, as_reviews, merge, read_graphml, read_rdf
from kg.model import Extraction, Review, ReviewDecision
from kg.store import Store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["de", "en"])
def extraction(request: pytest.FixtureRequest) -> Extraction:
    found: Extraction = request.getfixturevalue(f"extraction_{request.param}")
    return found


def trig(extractions: list[Extraction], reviews: list[Review] | None = None) -> bytes:
    out = io.BytesIO()
    export(extractions, out, "trig", reviews=reviews or ())
    return out.getvalue()


def edited(extractions: list[Extraction], change: Callable[[nx.MultiDiGraph], None]) -> bytes:
    """Export a graph, let somebody change it, and save it again as graph tools do."""
    out = io.BytesIO()
    export(extractions, out, "graphml")
    network = nx.read_graphml(io.BytesIO(out.getvalue()), force_multigraph=True)
    change(network)
    saved = io.BytesIO()
    nx.write_graphml(network, saved)
    return saved.getvalue()


def other_reading(extraction: Extraction) -> Extraction:
    data = json.loads(extraction.model_dump_json())
    data["provenance"]["software"] = "kg 99"
    data["claims"] = data["claims"][:1]
    data["links"], data["evidence"] = [], []
    return Extraction.model_validate(data)


def test_exported_trig_is_read_as_it_was(extraction: Extraction, review: Review) -> None:
    found, reviews = read_rdf(trig([extraction], [review]), "graph.trig")
    assert found == [extraction]
    assert reviews == ([review] if review.record_id in {c.claim_id for c in extraction.claims} else [])


def test_merging_keeps_documents_once_and_the_reviews_of_both(
    extraction_de: Extraction, extraction_en: Extraction, review: Review
) -> None:
    other_review = review.model_copy(update={"review_id": "review-other", "reviewer": "somebody else"})
    store = Store()
    store.add(extraction_de)
    store.add_review(review)
    merged = merge(store, [extraction_de, extraction_en], [review, other_review])
    assert merged.added == [extraction_en.document.document_id]
    assert merged.known == [extraction_de.document.document_id]
    assert merged.reviews == ["review-other"]
    assert set(store.documents()) == {extraction_de.document.document_id, extraction_en.document.document_id}
    assert {item.review_id for item in store.reviews()} == {review.review_id, "review-other"}
    assert merge(store, [extraction_de, extraction_en], [review, other_review]).reviews == []


def test_another_reading_of_a_document_replaces_ours_only_when_asked(extraction: Extraction) -> None:
    store = Store()
    store.add(extraction)
    other = other_reading(extraction)
    assert merge(store, [other], []).kept == [extraction.document.document_id]
    assert store.get(extraction.document.document_id) == extraction
    assert merge(store, [other], [], replace=True).replaced == [extraction.document.document_id]
    assert store.get(extraction.document.document_id) == other


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.trig", b"<a> <b>", r"a\.trig: "),
        ("a.trig", b"\xff\xfe", r"a\.trig: "),
        ("a.nq", b"", "holds no document and no review"),
        ("a.trig", b"<urn:x> <urn:y> <urn:z> .", "holds no document and no review"),
        ("a.docx", b"", r"expected a file that ends in \.trig"),
    ],
)
def test_files_that_hold_no_graph(name: str, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_rdf(data, name)


def test_changed_text_is_refused(extraction_de: Extraction) -> None:
    data = trig([extraction_de]).replace("Unabhängig prüfen".encode(), "Unabhängig Prüfen".encode())
    with pytest.raises(InputError, match=r"SHA-256 differs|not what the text says|passage"):
        merge(Store(), *read_rdf(data, "graph.trig"))


def test_unedited_graphml_says_nothing(extraction_de: Extraction, extraction_en: Extraction) -> None:
    both = [extraction_de, extraction_en]
    assert read_graphml(edited(both, lambda _: None), "g.graphml", both) == ([], [])


def test_edited_attributes_are_found(extraction: Extraction) -> None:
    claim, link = extraction.claims[0], extraction.links[0]

    def change(network: nx.MultiDiGraph) -> None:
        network.nodes[claim.claim_id]["certainty"] = "doubtful"
        for _, _, key, values in network.edges(keys=True, data=True):
            if link.link_id in key:
                values["kind"] = "context"

    edits, verdicts = read_graphml(edited([extraction], change), "g.graphml", [extraction])
    assert set(edits) == {
        Edit(claim.claim_id, "certainty", claim.certainty.level, "doubtful"),
        Edit(link.link_id, "direction", link.direction, "context"),
    }
    assert verdicts == []


def test_renamed_actor_is_renamed_in_each_document(extraction_de: Extraction, extraction_en: Extraction) -> None:
    both = [extraction_de, extraction_en]
    voss = {actor.actor_id for item in both for actor in item.actors if actor.name == "Jana Voss"}

    def change(network: nx.MultiDiGraph) -> None:
        for _, values in network.nodes(data=True):
            if values.get("label") == "Jana Voss":
                values["label"] = "Dr. Jana Voß"

    edits, _ = read_graphml(edited(both, change), "g.graphml", both)
    assert {edit.record_id for edit in edits} == voss
    assert {(edit.attribute, edit.before, edit.after) for edit in edits} == {("label", "Jana Voss", "Dr. Jana Voß")}


def test_decisions_in_attributes_become_reviews_and_only_once(extraction: Extraction) -> None:
    claim = extraction.claims[0]

    def change(network: nx.MultiDiGraph) -> None:
        network.nodes[claim.claim_id].update(review="reject", note="Says nothing of the kind", type="own")

    edits, verdicts = read_graphml(edited([extraction], change), "g.graphml", [extraction])
    reviews = list(as_reviews(edits, verdicts, reviewer="Kim", time=NOW))
    assert [(r.record_id, r.decision, r.reviewer) for r in reviews] == [
        (claim.claim_id, ReviewDecision.CORRECT, "Kim"),
        (claim.claim_id, ReviewDecision.REJECT, "Kim"),
    ]
    assert reviews[0].note == f"type: {claim.type} → own"
    store = Store()
    store.add(extraction)
    assert len(merge(store, [], reviews).reviews) == 2
    again = as_reviews(edits, verdicts, reviewer="Kim", time=NOW.replace(year=2027))
    assert merge(store, [], again).reviews == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"certainty": "sure"}, r'node claim-\w+: certainty is "sure", expected one of certain, doubtful'),
        ({"review": "yes"}, r'review is "yes", expected one of'),
        ({"note": "Hm"}, "has a note but no review"),
    ],
)
def test_values_that_cannot_be_are_named(extraction_de: Extraction, values: dict[str, str], message: str) -> None:
    claim_id = extraction_de.claims[0].claim_id
    data = edited([extraction_de], lambda network: network.nodes[claim_id].update(values))
    with pytest.raises(InputError, match=message):
        read_graphml(data, "g.graphml", [extraction_de])


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"no xml", b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph/></graphml>']
)
def test_what_is_no_graphml_of_ours_is_refused(extraction_de: Extraction, data: bytes) -> None:
    with pytest.raises(InputError, match=r"g\.graphml: "):
        read_graphml(data, "g.graphml", [extraction_de])


def test_nquads_are_read_too(extraction: Extraction) -> None:
    out = io.BytesIO()
    rdf.write_nquads([extraction], out)
    assert read_rdf(out.getvalue(), "graph.nq") == ([extraction], [])
