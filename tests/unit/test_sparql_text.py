"""Telling from its words what a query asks for."""

import pytest

from kg.sparql_text import asks_elsewhere, is_update


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?a ?b ?c } }",
        "SELECT * { service SILENT ?where{} }",
        "SELECT * { ?s ?p 1SERVICE ex:y # note {\n { } }",
        "SELECT * { FILTER(?a<b:c)SERVICE#>\n<http://x>{} }",
        f"SELECT * {{ service {'x' * 5000}:y {{}} }}",
    ],
)
def test_service_is_found(query: str) -> None:
    assert asks_elsewhere(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT ?service { ?service a ex:service } # at your service",
        "SELECT * { ?s rdfs:label 'secret service' }",
        "SELECT * { <http://x/service> ?p ?o { ?a ?b ?c } }",
    ],
)
def test_the_word_service_alone_is_no_clause(query: str) -> None:
    assert not asks_elsewhere(query)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA {}", True),
        ("# c\nPREFIX a: <urn:x>\nBASE <urn:y> delete where {}", True),
        ("SELECT * {}", False),
        ("PREFIX insert: <urn:x> ASK {}", False),
        ("", False),
    ],
)
def test_update_is_told_from_query(text: str, expected: bool) -> None:
    assert is_update(text) is expected
