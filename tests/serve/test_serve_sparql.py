"""The SPARQL protocol."""

import csv
import io
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from rdflib import RDF, Graph, Namespace
from starlette.testclient import TestClient

from kg.model import Extraction
from kg.serve import QueryLimits, create_app
from kg.store import Store
from kg.vocab import claims_graph, record_iri

_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_COUNT = "PREFIX kg: <https://w3id.org/kg-claims/ns#> SELECT (COUNT(?c) AS ?n) {from} {{ ?c a kg:Claim }}"
_ALL = _COUNT.format(**{"from": ""})


def _count(response: object) -> int:
    return int(json.loads(response.content)["results"]["bindings"][0]["n"]["value"])  # type: ignore[attr-defined]


def test_query_by_get_and_both_posts(client: TestClient) -> None:
    direct = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    assert _count(client.get("/sparql", params={"query": _ALL})) == 10
    assert _count(client.post("/sparql", data={"query": _ALL})) == 10
    assert _count(client.post("/sparql/", content=_ALL, headers=direct)) == 10


def test_dataset_of_protocol_and_query(client: TestClient, extraction_de: Extraction) -> None:
    graph = claims_graph(extraction_de.document.document_id)
    in_query = _COUNT.format(**{"from": f"FROM <{graph}>"})
    assert _count(client.get("/sparql", params={"query": _ALL, "default-graph-uri": graph})) == 5
    assert _count(client.get("/sparql", params={"query": in_query})) == 5
    assert _count(client.get("/sparql", params={"query": in_query, "default-graph-uri": "urn:none"})) == 0
    assert _count(client.get("/sparql", params={"query": _ALL, "named-graph-uri": graph})) == 0


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values, text/csv;q=0.5", "text/tab-separated-values; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
    ],
)
def test_solutions_in_each_format(client: TestClient, accept: str, expected: str) -> None:
    response = client.get("/sparql", params={"query": _ALL}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == expected
    if "xml" in accept:
        assert ET.fromstring(response.content).tag.endswith("sparql")
    if accept == "text/csv":
        assert list(csv.reader(io.StringIO(response.text))) == [["n"], ["10"]]


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_graphs_in_each_format(client: TestClient, extraction_en: Extraction, accept: str, syntax: str) -> None:
    query = f"DESCRIBE <{record_iri(extraction_en.claims[0].claim_id)}>"
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.headers["content-type"].startswith(accept)
    assert len(Graph().parse(data=response.text, format=syntax)) > 5


def test_ask_and_named_format(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": "ASK {}", "format": "xml"}, headers={"Accept": "text/html"})
    assert response.headers["content-type"] == "application/sparql-results+xml"
    assert b"<boolean>true</boolean>" in response.content


@pytest.mark.parametrize(
    ("method", "arguments", "status", "words"),
    [
        ("GET", {"params": {"query": "SELEC"}}, 400, "query: error at 1:6"),
        ("GET", {"params": {"query": ["ASK {}", "ASK {}"]}}, 400, 'one parameter "query", found 2'),
        ("GET", {"params": {"default-graph-uri": "urn:x"}}, 400, "found 0"),
        ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400, "graph name"),
        ("GET", {"params": {"query": "ASK {}", "format": "pdf"}}, 400, 'no format "pdf"'),
        ("GET", {"params": {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}}, 400, "found an update"),
        ("POST", {"data": {"update": "CLEAR ALL"}}, 403, "read-only"),
        ("POST", {"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403, "read-only"),
        ("GET", {"params": {"query": "ASK { SERVICE <http://127.0.0.1/> {} }"}}, 403, "SERVICE"),
        ("POST", {"content": "ASK {}"}, 415, "expected application/sparql-query"),
        ("POST", {"content": "ASK {}", "headers": {"Content-Type": "text/plain"}}, 415, "text/plain"),
        ("POST", {"content": b"ASK {} #\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400, "UTF-8"),
        ("GET", {"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406, "none of the accepted"),
        ("PUT", {"params": {"query": "ASK {}"}}, 405, "expected one of GET"),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 405, "by POST"),
        ("POST", {"data": {"query": "ASK {}", "update": "CLEAR ALL"}}, 400, "found 1 and 1"),
    ],
)
def test_bad_requests_get_one_line(
    client: TestClient, method: str, arguments: dict[str, object], status: int, words: str
) -> None:
    response = client.request(method, "/sparql", **arguments)  # type: ignore[arg-type]
    assert response.status_code == status
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert words in response.text
    assert response.text.count("\n") == 1


def test_description_without_query(client: TestClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.text, format="turtle")
    service = graph.value(predicate=RDF.type, object=_SD.Service)
    assert str(graph.value(service, _SD.endpoint)) == "http://testserver/sparql"
    assert client.get("/sparql", headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")


def test_page_shows_errors_and_results(client: TestClient) -> None:
    html = {"Accept": "text/html"}
    wrong = client.get("/sparql", params={"query": "SELEC <script>"}, headers=html)
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    assert "<script>" not in wrong.text.replace('<script src="/static/page.js" defer></script>', "")
    assert "<td>10</td>" in client.get("/sparql", params={"query": _ALL}, headers=html).text


_PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?i && STR(?a) != STR(?g)) }"


@pytest.mark.parametrize(
    ("limits", "query", "words"),
    [
        (QueryLimits(timeout_s=1), _PRODUCT, "longer than 1 s"),
        (QueryLimits(max_bytes=1000), "SELECT * { ?a ?b ?c }", "larger than 1000 bytes"),
        (QueryLimits(max_rows=10), "SELECT * { ?a ?b ?c } LIMIT 11", "more than 10 rows"),
        (QueryLimits(max_rows=10), "CONSTRUCT { ?a ?b ?c } { ?a ?b ?c } LIMIT 11", "more than 10 rows"),
    ],
)
def test_limits_are_said(
    extraction_de: Extraction, make_extraction: Callable[[str], Extraction], limits: QueryLimits, query: str, words: str
) -> None:
    store = Store()
    store.add(extraction_de)
    response = TestClient(create_app(store, limits)).get("/sparql", params={"query": query})
    assert response.status_code == 503
    assert words in response.text


def test_large_request_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    response = client.post("/sparql", content=b"#" * 1_000_001, headers=headers)
    assert response.status_code == 413
