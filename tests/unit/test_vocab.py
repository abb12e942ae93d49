from pathlib import Path

import pytest
from rdflib import URIRef
from rdflib.namespace import XSD

from kg.vocab import (
    KG,
    claims_graph,
    concept_iri,
    notation_of,
    ontology_file,
    passage_iri,
    provenance_graph,
    record_id_of,
    record_iri,
)


@pytest.mark.parametrize("record_id", ["claim-abc234", "a b#c", "größe/ü?", "urn:kg:x", "100%", "­\n"])
def test_record_iri_gives_back_the_identifier_and_has_no_forbidden_characters(record_id: str) -> None:
    iri = record_iri(record_id)
    assert record_id_of(iri) == record_id
    assert record_id_of(f"{iri}#hedge-1") == record_id
    assert set(iri.removeprefix("urn:kg:")) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%"
    )


def test_names_of_graphs_and_passages_belong_to_the_document() -> None:
    assert claims_graph("document-a") == "urn:kg:document-a#claims"
    assert provenance_graph("document-a") == "urn:kg:document-a#provenance"
    assert passage_iri("document-a", 3, 7) == "urn:kg:document-a#char=3,7"


def test_concepts_of_different_schemes_do_not_collide() -> None:
    certainty, modality = concept_iri(KG.certainty, "possible"), concept_iri(KG.modality, "possible")
    assert certainty != modality
    assert notation_of(certainty) == notation_of(modality) == "possible"


def test_an_unknown_term_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = KG.statement


def test_ontology_files_are_found_in_a_checkout() -> None:
    assert isinstance(XSD.date, URIRef)
    for name in ("kg.ttl", "shapes.ttl", "context.jsonld", "queries/disputed-claims.rq"):
        assert ontology_file(name).is_file()


def test_ontology_files_are_found_in_the_wheel_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "kg.ttl").write_text("# shipped", encoding="utf-8")
    monkeypatch.setattr("kg.vocab.resources.files", lambda _package: tmp_path)
    assert ontology_file("kg.ttl").read_text(encoding="utf-8") == "# shipped"
