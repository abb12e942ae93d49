"""Updates and the graph store: only with a key, each one noted; and what the protocols ask for."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from kg.errors import InputError
from kg.serve import create_app
from kg.serve.keys import KeyRing, keys_path
from kg.serve.sparql import EndpointSettings
from kg.store import Store

_UPDATE = {"Content-Type": "application/sparql-update"}
_TURTLE = {"Content-Type": "text/turtle"}
_GRAPH = "/graphs?graph=" + quote("http://example.org/g")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store"
    Store(path).close()
    return path


@pytest.fixture
def key(path: Path) -> str:
    return KeyRing(keys_path(path)).add("anna")


@pytest.fixture
def anyone(path: Path, key: str) -> TestClient:
    """A client without a key, of a server that has given one out."""
    with Store(path, read_only=True) as store:
        return TestClient(create_app(store, keys=KeyRing(keys_path(path)), settings=EndpointSettings()))


@pytest.fixture
def anna(anyone: TestClient, key: str) -> TestClient:
    """The same, with the key."""
    anyone.headers["Authorization"] = f"Bearer {key}"
    return anyone


def _ask(client: TestClient, pattern: str, **parameters: str) -> bool:
    response = client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"} | parameters)
    return bool(json.loads(response.content)["boolean"])


def test_only_the_hash_of_a_key_is_kept(path: Path) -> None:
    ring = KeyRing(keys_path(path))
    key = ring.add("anna")
    kept = keys_path(path).read_text()
    assert key not in kept
    assert kept.startswith("anna sha256:")
    assert keys_path(path).stat().st_mode & 0o077 == 0
    assert ring.holder(f"bearer {key}") == "anna"
    assert ring.add("anna") != key
    ring.remove("anna")
    assert ring.is_empty
    with pytest.raises(InputError, match='no key is called "bo"'):
        ring.remove("bo")
    with pytest.raises(InputError, match="cannot be used"):
        ring.add("a b")


def test_a_broken_file_of_keys_names_the_line(path: Path) -> None:
    keys_path(path).write_text("anna sha256:12\n")
    with pytest.raises(InputError, match=r"store.keys:1: expected"):
        KeyRing(keys_path(path)).holder("Bearer x")


@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Basic YTpi", "Bearer", "Bearer \xff"])
def test_who_has_no_key_writes_nothing(anyone: TestClient, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent.encode("latin-1")}
    for method, target, more in (("POST", "/sparql", _UPDATE), ("PUT", _GRAPH, _TURTLE), ("DELETE", _GRAPH, {})):
        response = anyone.request(method, target, content=b"CLEAR ALL", headers=headers | more)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
    assert not _ask(anyone, "?s ?p ?o")


def test_without_keys_nobody_writes(client: TestClient) -> None:
    headers = {"Authorization": "Bearer x"} | _TURTLE
    assert client.put(_GRAPH, content=b"", headers=headers).status_code == 403


def test_an_update_is_seen_at_once_and_noted(anna: TestClient) -> None:
    assert not _ask(anna, "?s ?p 1")
    response = anna.post("/sparql", content=b"INSERT DATA { <a> <b> 1 } # done", headers=_UPDATE)
    assert response.status_code == 204
    assert anna.post("/sparql", data={"update": "INSERT DATA { <a> <b> 2 } ;"}).status_code == 204
    query = """SELECT ?who ?text WHERE { GRAPH <urn:kg:writes> { ?write a <http://www.w3.org/ns/prov#Activity> ;
        <http://www.w3.org/ns/prov#startedAtTime> ?when ; <http://purl.org/dc/terms/description> ?text ;
        <http://www.w3.org/ns/prov#wasAssociatedWith>/<https://schema.org/name> ?who } } ORDER BY ?when"""
    rows = json.loads(anna.get("/sparql", params={"query": query}).content)["results"]["bindings"]
    assert [(row["who"]["value"], row["text"]["value"][:11]) for row in rows] == [("anna", "INSERT DATA")] * 2


def test_what_was_noted_cannot_be_taken_away(anna: TestClient) -> None:
    for update in (
        "INSERT DATA { <a> <b> 1 }",
        "CLEAR ALL",
        "DROP GRAPH <urn:kg:writes>",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    ):
        assert anna.post("/sparql", data={"update": update}).status_code == 204
    assert anna.delete("/graphs?graph=urn:kg:writes").status_code == 403
    query = "SELECT (COUNT(?w) AS ?n) { GRAPH <urn:kg:writes> { ?w a <http://www.w3.org/ns/prov#Activity> } }"
    response = anna.get("/sparql", params={"query": query, "format": "csv"})
    assert response.text.split() == ["n", "4"]


@pytest.mark.parametrize(
    ("update", "more", "status", "words"),
    [
        ("INSERT DATA { <a> }", {}, 400, "update: error at 1:20"),
        ("INSERT DATA { <a> <b> 1 } ; ; CLEAR ALL", {}, 400, "update: error"),
        ("SELECT * { ?s ?p ?o }", {}, 400, "update: error at"),
        ("LOAD <http://127.0.0.1:1/x>", {}, 403, "LOAD"),
        ("INSERT { ?s ?p 1 } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", {}, 403, "SERVICE"),
        ("INSERT { <a> <b> 1 } USING <urn:g> WHERE {}", {"using-graph-uri": "urn:h"}, 400, "expected one of them"),
        ("INSERT { <a> <b> 1 } WHERE {}", {"using-graph-uri": "no iri"}, 400, "graph name"),
    ],
)
def test_bad_updates_get_one_line(anna: TestClient, update: str, more: dict[str, str], status: int, words: str) -> None:
    response = anna.post("/sparql", data={"update": update} | more)
    assert response.status_code == status
    assert words in response.text
    assert response.text.count("\n") == 1


def test_an_update_with_a_dataset_looks_only_there(anna: TestClient) -> None:
    data = "INSERT DATA { GRAPH <urn:a> { <urn:s> <urn:p> 1 } GRAPH <urn:b> { <urn:s> <urn:p> 2 } }"
    anna.post("/sparql", data={"update": data})
    copy = "INSERT { GRAPH <urn:c> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    anna.post("/sparql", data={"update": copy, "using-graph-uri": "urn:a"})
    assert _ask(anna, "GRAPH <urn:c> { <urn:s> <urn:p> 1 }")
    assert not _ask(anna, "GRAPH <urn:c> { <urn:s> <urn:p> 2 }")


def test_a_graph_is_put_read_added_to_and_deleted(anna: TestClient) -> None:
    assert anna.get(_GRAPH).status_code == 404
    assert anna.delete(_GRAPH).status_code == 404
    first = anna.put(_GRAPH, content=b"<s> <p> [ <q> 'x' ] .", headers=_TURTLE)
    assert (first.status_code, first.headers["location"]) == (201, "http://example.org/g")
    assert anna.post(_GRAPH, content=b"<s> <p> 2 .", headers=_TURTLE).status_code == 204
    wanted = Graph().parse(data="<s> <p> [ <q> 'x' ], 2 .", publicID="http://example.org/g", format="turtle")
    for accept, syntax in (
        ("text/turtle", "turtle"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ):
        found = anna.get(_GRAPH, headers={"Accept": accept})
        assert isomorphic(Graph().parse(data=found.text, format=syntax), wanted)
    head = anna.head(_GRAPH)
    assert (head.status_code, head.content) == (200, b"")
    assert anna.put(_GRAPH, content=b"", headers=_TURTLE).status_code == 204
    assert anna.get(_GRAPH, headers={"Accept": "application/n-triples"}).text == ""
    assert anna.delete(_GRAPH).status_code == 204
    assert anna.get(_GRAPH).status_code == 404


def test_graphs_at_their_own_address_and_new_ones(anna: TestClient) -> None:
    assert anna.put("/graphs/a/b.ttl", content=b"<> <p> 1 .", headers=_TURTLE).status_code == 201
    assert "http://testserver/graphs/a/b.ttl" in anna.get("/graphs/a/b.ttl").text
    made = anna.post("/graphs", content=b"<s> <p> 1 .", headers=_TURTLE)
    assert made.status_code == 201
    assert anna.get("/graphs", params={"graph": made.headers["location"]}).status_code == 200
    assert anna.put("/graphs?default", content=b"<s> <p> 3 .", headers=_TURTLE).status_code == 204
    assert "3" in anna.get("/graphs?default").text


@pytest.mark.parametrize(
    ("method", "target", "body", "media_type", "status", "words"),
    [
        ("PUT", _GRAPH, b"<s> <p>", "text/turtle", 400, "graph: "),
        ("PUT", _GRAPH, b"", "text/html", 415, "expected one of text/turtle"),
        ("PUT", _GRAPH, b"", "application/trig", 415, "application/trig"),
        ("PUT", "/graphs", b"", "text/turtle", 400, "which graph?"),
        ("PUT", "/graphs?graph=relative", b"", "text/turtle", 400, "expected an absolute IRI"),
        ("PUT", "/graphs?graph=urn:a&default", b"", "text/turtle", 400, "found several"),
        ("PUT", "/graphs?grpah=urn:a", b"", "text/turtle", 400, '"grpah"'),
        ("PATCH", _GRAPH, b"", "text/turtle", 405, "expected one of GET"),
        ("POST", _GRAPH, b"nothing", "multipart/form-data; boundary=x", 400, "the form cannot be read"),
        ("GET", "/graphs?default=1", b"", "", 400, '"default"'),
    ],
)
def test_bad_requests_to_the_graph_store_get_one_line(
    anna: TestClient, method: str, target: str, body: bytes, media_type: str, status: int, words: str
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = anna.request(method, target, content=body, headers=headers)
    assert response.status_code == status
    assert words in response.text
    assert response.text.count("\n") == 1
