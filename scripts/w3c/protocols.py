"""The W3C's tests of the protocol, the graph store protocol and the service description."""

import http.client
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic

from w3c.server import KeyProxy, RunningServer

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_CODES = {"OK": 200, "Created": 201, "NoContent": 204, "BadRequest": 400, "NotFound": 404}

Outcome = tuple[list[str], int]


def run_protocol(tests: Path, server: RunningServer) -> Outcome:
    """Run the protocol tests with the runner that comes with them."""
    with KeyProxy(server) as proxy:
        address = f"{proxy.address}/sparql"
        ran = subprocess.run(
            [sys.executable, tests / "run_protocol.py", address, address], capture_output=True, text=True, check=False
        )
    *failed, total = ran.stdout.strip().splitlines() or ["nothing printed", "0/0"]
    found = re.search(r"/(\d+) passed", total)
    return (failed, int(found[1])) if found else ([ran.stderr], 1)


def run_graph_store(tests: Path, server: RunningServer) -> Outcome:
    """Run the graph store tests of both kinds of naming graphs."""
    failed, n_tests = [], 0
    for name in ("manifest-direct.ttl", "manifest-indirect.ttl"):
        path = tests / "sparql11/graph-store-protocol" / name
        manifest = Graph().parse(path, publicID=path.resolve().as_uri())
        entries = next(manifest.objects(None, MF.entries))
        for test in Collection(manifest, entries):
            n_tests += 1
            server.update("CLEAR ALL")
            why = _run_requests(manifest, test, server)
            if why:
                failed.append(f"{str(test).rpartition('#')[2]}: {why}")
    return failed, n_tests


def _run_requests(manifest: Graph, test: URIRef, server: RunningServer) -> str | None:
    """Run the requests of a test; return what is wrong. $LOCATION$ stands for what the server answered."""
    requests = manifest.value(manifest.value(test, MF.action), HT.requests)
    locations: dict[str, str] = {}
    for request in Collection(manifest, requests):
        target = str(manifest.value(request, HT.absolutePath))
        body = _body(manifest, request)
        for name, value in locations.items():
            target = target.replace(f"={name}", f"={quote(value, safe='')}")
            target = target.replace(name, urlsplit(value).path)
            body = body.replace(name, value) if body is not None else None
        if target.startswith("/gsp"):
            target = "/graphs" + target.removeprefix("/gsp")
        method = str(manifest.value(request, HT.methodName))
        headers = _headers(manifest, request) | {"Host": "www.example"}
        headers |= {"Content-Length": "0"} if body is None and method in ("PUT", "POST") else {}
        status, media_type, data, location = _send(server, method, target, body, headers)
        response = manifest.value(request, HT.resp)
        expected = [str(item).rpartition("#")[2] for item in manifest.objects(response, MF.expectedStatus)]
        if expected and not any(_fits(status, code) for code in expected):
            return f"{method} {target}: status {status}, expected {expected}: {data[:200]!r}"
        template = manifest.value(response, MF.expectedLocation)
        if template is not None:
            if not location:
                return f"{method} {target}: no Location"
            locations[str(template)] = location
        wanted = _body(manifest, response)
        if wanted is not None and "turtle" in media_type:
            if not isomorphic(Graph().parse(data=data, format="turtle"), Graph().parse(data=wanted, format="turtle")):
                return f"{method} {target}: another graph: {data[:300]!r}"
        elif wanted is not None:
            return f"{method} {target}: {media_type}, expected text/turtle"
    return None


def _fits(status: int, code: str) -> bool:
    if code.startswith("StatusCode"):
        return str(status)[0] == code[10]
    return _CODES.get(code) == status


def _body(manifest: Graph, node: URIRef | None) -> str | None:
    content = manifest.value(node, HT.body)
    chars = None if content is None else manifest.value(content, CNT.chars)
    return None if chars is None else str(chars)


def _headers(manifest: Graph, node: URIRef) -> dict[str, str]:
    listed = manifest.value(node, HT.headers)
    items = Collection(manifest, listed) if listed is not None else ()
    return {str(manifest.value(h, HT.fieldName)): str(manifest.value(h, HT.fieldValue)) for h in items}


def _send(
    server: RunningServer, method: str, target: str, body: str | None, headers: dict[str, str]
) -> tuple[int, str, bytes, str | None]:
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.request(
        method, target, None if body is None else body.encode(), headers | {"Authorization": f"Bearer {server.key}"}
    )
    response = connection.getresponse()
    media_type, location = response.getheader("content-type") or "", response.getheader("location")
    answer = response.status, media_type, response.read(), location
    connection.close()
    return answer


def run_description(server: RunningServer) -> Outcome:
    """Run the three tests of the service description, directly and behind a proxy of another name."""
    failed = []
    for headers, address in (
        ({}, server.sparql),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "kg.example"}, "https://kg.example/sparql"),
    ):
        _, media_type, data = server.request("GET", "/sparql", headers=headers | {"Accept": "text/turtle"})
        if "turtle" not in media_type:
            failed.append(f"returns-rdf: {media_type}")
            continue
        graph = Graph().parse(data=data, format="turtle")
        services = list(graph.subjects(RDF.type, SD.Service))
        if (None, SD.endpoint, URIRef(address)) not in graph:
            failed.append(f"has-endpoint-triple: not {address}")
        known = Graph().parse(data=_SCHEMA, format="turtle")
        terms = {term for term in known.subjects()}
        used = {term for triple in graph for term in triple if str(term).startswith(str(SD))}
        if len(services) != 1 or not used <= terms:
            failed.append(f"conforms-to-schema: {sorted(used - terms)}")
    return sorted(set(failed)), 3


_NAMES = """Service Language Feature EntailmentRegime EntailmentProfile Function Aggregate GraphCollection Dataset Graph
    NamedGraph endpoint feature defaultEntailmentRegime entailmentRegime defaultSupportedEntailmentProfile
    supportedEntailmentProfile extensionFunction extensionAggregate languageExtension supportedLanguage
    propertyFeature defaultDataset availableGraphs resultFormat inputFormat defaultGraph namedGraph name graph
    SPARQL10Query SPARQL11Query SPARQL11Update DereferencesURIs UnionDefaultGraph RequiresDataset EmptyGraphs
    BasicFederatedQuery"""
# the terms of the W3C's schema, https://www.w3.org/ns/sparql-service-description
_SCHEMA = "\n".join(f"<{SD[name]}> a <http://www.w3.org/2000/01/rdf-schema#Resource> ." for name in _NAMES.split())
