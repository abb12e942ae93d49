from collections.abc import Callable
from typing import Any

import pytest

from kg.model import Extraction, Review
from kg.rdf import extraction_lines, review_lines
from kg.store import Store
from kg.validate import Severity, Violation, check_records, check_shapes, validate, validate_store

Values = dict[str, Any]


def test_sound_records_have_no_violations(extraction_de: Extraction, extraction_en: Extraction) -> None:
    assert list(validate([extraction_de, extraction_en])) == []
    assert list(validate([])) == []


def test_a_sound_store_has_no_violations(extraction_de: Extraction, review: Review) -> None:
    store = Store()
    assert list(validate_store(store)) == []
    store.add(extraction_de)
    store.add_review(review)
    assert list(validate_store(store)) == []
    assert list(check_shapes("reviews", review_lines(review))) == []


def _unknown_actor(values: Values) -> None:
    values["claims"][0]["actor_id"] = "actor-gone"


def _unknown_publication_actor(values: Values) -> None:
    values["claims"][0]["source"]["publication_actor_id"] = "actor-gone"


def _unknown_producer(values: Values) -> None:
    values["evidence"][0]["producer_id"] = "actor-gone"


def _unknown_parent(values: Values) -> None:
    values["claims"][1]["parent_id"] = "claim-gone"


def _unknown_link_ends(values: Values) -> None:
    values["links"][0]["evidence_id"] = "evidence-gone"
    values["links"][1]["evidence_claim_id"] = "claim-gone"
    values["links"][2]["claim_id"] = "claim-gone"


def _chain_without_parent(values: Values) -> None:
    values["claims"][1]["parent_id"] = None


def _parent_without_chain(values: Values) -> None:
    values["claims"][1]["source"]["chain"] = ()


def _circle(values: Values) -> None:
    values["claims"][0]["parent_id"] = values["claims"][1]["claim_id"]


def _own_parent(values: Values) -> None:
    values["claims"][0]["parent_id"] = values["claims"][0]["claim_id"]


def _link_to_itself(values: Values) -> None:
    values["links"][1]["evidence_claim_id"] = values["links"][1]["claim_id"]


def _inexact_passage(values: Values) -> None:
    values["claims"][0]["assertion"]["passages"][1]["exact"] = "nicht Sicher."


def _foreign_passage(values: Values) -> None:
    values["actors"][0]["mentions"][0]["document_id"] = "document-other"


def _same_identifier(values: Values) -> None:
    values["evidence"][1]["evidence_id"] = values["evidence"][0]["evidence_id"]


def _wrong_digest(values: Values) -> None:
    values["document"]["sha256"] = "0" * 64


def _foreign_source(values: Values) -> None:
    values["claims"][0]["source"]["document_id"] = "document-other"


@pytest.mark.parametrize(
    ("spoil", "messages"),
    [
        (_unknown_actor, {"actor actor-gone does not exist"}),
        (_unknown_publication_actor, {"publication actor actor-gone does not exist"}),
        (_unknown_producer, {"producer actor-gone does not exist"}),
        (_unknown_parent, {"parent claim-gone does not exist", "by its parents it should be claim-gone"}),
        (
            _unknown_link_ends,
            {
                "evidence evidence-gone does not exist",
                "evidence claim claim-gone does not exist",
                "claim claim-gone does not exist",
            },
        ),
        (_chain_without_parent, {"by its parents it should be none"}),
        (_parent_without_chain, {"its chain is none, by its parents it should be claim-"}),
        (_circle, {"the claims around it go in a circle"}),
        (_own_parent, {"the claims around it go in a circle"}),
        (_link_to_itself, {"ties a claim to itself"}),
        (_inexact_passage, {'is "nicht Sicher.", the text has "nicht sicher."'}),
        (_foreign_passage, {"is of document document-other"}),
        (_same_identifier, {"two records have this identifier"}),
        (_wrong_digest, {"sha256 is not the digest of the text"}),
        (_foreign_source, {"was read in document document-other, not in this one"}),
    ],
)
def test_each_fault_in_the_records_is_reported(
    spoil: Callable[[Values], None], messages: set[str], extraction_de: Extraction
) -> None:
    values = extraction_de.model_dump()
    spoil(values)
    extraction = Extraction.model_validate(values)
    found = check_records(extraction)
    for message in messages:
        assert any(message in violation.message for violation in found), found
    assert all(violation.severity is Severity.VIOLATION for violation in found)
    assert all(violation.document_id == extraction_de.document.document_id for violation in found)
    assert set(found) <= set(validate([extraction]))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("claimType-direct>", "claimType-shouted>", "claimType: "),
        ('"0.9"', '"1.9"', "confidence: "),
        ("kg-claims/ns#Hedge>", "kg-claims/ns#Other>", "hedge: "),
        ("ns#evidence> ", "ns#other> ", "an evidence link ties a claim to either evidence or another claim"),
        ("schema.org/inLanguage> ", "schema.org/other> ", "inLanguage: "),
    ],
)
def test_each_fault_in_the_graph_is_reported(old: str, new: str, message: str, extraction_de: Extraction) -> None:
    lines = [line.replace(old, new) for line in extraction_lines(extraction_de)]
    found = list(check_shapes(extraction_de.document.document_id, lines))
    assert any(violation.message.startswith(message) for violation in found), found
    assert all(violation.focus.startswith("urn:kg:") for violation in found)


def test_a_claim_without_actor_is_named_in_plain_words(extraction_de: Extraction) -> None:
    lines = [
        line
        for line in extraction_lines(extraction_de)
        if not line.startswith("<urn:kg:claim-") or "AttributedTo" not in line
    ]
    found = list(check_shapes("d", lines))
    assert [violation.message for violation in found] == ["wasAttributedTo: a claim has exactly one actor"] * len(
        extraction_de.claims
    )


def test_an_extraction_without_stages_is_a_warning(extraction_de: Extraction) -> None:
    values = extraction_de.model_dump()
    values["provenance"]["stages"] = ()
    found = list(validate([Extraction.model_validate(values)]))
    assert [(violation.severity, violation.message) for violation in found] == [
        (Severity.WARNING, "stage: no stage is named that made these records")
    ]


def test_a_store_that_cannot_be_read_as_records_is_reported(extraction_de: Extraction) -> None:
    store = Store()
    store.add(extraction_de)
    store._store.update("DELETE WHERE { GRAPH ?g { ?claim <https://w3id.org/kg-claims/ns#claimType> ?type } }")
    found: list[Violation] = list(validate_store(store))
    assert any("type: Field required" in violation.message for violation in found)
    assert sum(violation.message.startswith("claimType: ") for violation in found) == len(extraction_de.claims)
