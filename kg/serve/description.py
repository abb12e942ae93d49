"""The description of the SPARQL endpoint (SPARQL 1.1 Service Description), without blank nodes."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.serve.formats import GRAPH_FORMATS, SOLUTION_FORMATS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_PREFIXES = {"sd": _SD, "void": _VOID}


def describe_service(endpoint: str, n_triples: int, media_format: RdfFormat) -> bytes:
    """Write the description of the endpoint.

    Args:
        endpoint: its address.
        n_triples: how many quads the store holds.
        media_format: the RDF format to write.
    """
    quads = list(_describe(endpoint, n_triples))
    written = serialize(quads, format=media_format, prefixes=_PREFIXES)
    return written or b""


def _describe(endpoint: str, n_triples: int) -> Iterator[Triple]:
    service, dataset, graph = (NamedNode(f"{endpoint}#{part}") for part in ("service", "dataset", "default-graph"))
    yield Triple(service, _RDF_TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for item in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, _sd("resultFormat"), NamedNode(item.uri))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, _RDF_TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), graph)
    yield Triple(graph, _RDF_TYPE, _sd("Graph"))
    yield Triple(graph, NamedNode(f"{_VOID}triples"), Literal(str(n_triples), datatype=_INTEGER))


def _sd(name: str) -> NamedNode:
    return NamedNode(f"{_SD}{name}")
