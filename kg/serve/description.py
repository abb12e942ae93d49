"""Descriptions for machines: of the endpoint (SPARQL 1.1 Service Description) and the data (VoID), without blank nodes."""

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple, parse_query_results, serialize

from kg.query_worker import Job
from kg.serve.formats import GRAPH_FORMATS, SOLUTION_FORMATS, ResultFormat
from kg.serve.http_errors import RequestError
from kg.serve.limited import QueryLimits, Workers
from kg.serve.snapshot import Library
from kg.vocab import DATA, NAMESPACE

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCTERMS = "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_PREFIXES = {"sd": _SD, "void": _VOID, "dcterms": _DCTERMS, "foaf": _FOAF, "kg": NAMESPACE}
_TITLES = {"en": "Claims and evidence in news", "de": "Behauptungen und Belege in Nachrichten"}
_TOTALS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
    (COUNT(DISTINCT ?p) AS ?properties) (COUNT(DISTINCT ?o) AS ?distinctObjects) WHERE { ?s ?p ?o }"""
_DOCUMENTS = "SELECT (COUNT(DISTINCT ?d) AS ?documents) WHERE { ?d a <https://schema.org/NewsArticle> }"
_CLASSES = "SELECT ?part (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?part } GROUP BY ?part ORDER BY ?part"
_PROPERTIES = "SELECT ?part (COUNT(*) AS ?n) WHERE { ?s ?part ?o } GROUP BY ?part ORDER BY ?part"


class Describer:
    """Describes the endpoint and its data; what is counted is kept until the store changes."""

    def __init__(self, library: Library, workers: Workers, limits: QueryLimits, *, union: bool) -> None:
        """Keep what is described."""
        self._library = library
        self._workers = workers
        self._limits = limits
        self._union = union
        self._kept: tuple[int, dict[str, Any]] | None = None

    async def describe_service(self, endpoint: str, written_as: ResultFormat, *, is_writable: bool) -> bytes:
        """Write the description of the endpoint.

        Args:
            endpoint: its address.
            written_as: the RDF format to write.
            is_writable: whether updates are taken, with a key.
        """
        counts = await self._counts()
        return _write(_describe_service(endpoint, counts, union=self._union, is_writable=is_writable), written_as)

    async def describe_data(self, address: str, endpoint: str, written_as: ResultFormat) -> bytes:
        """Write the description of the data.

        Args:
            address: of this description.
            endpoint: the address where the data can be queried.
            written_as: the RDF format to write.
        """
        return _write(_describe_data(address, endpoint, await self._counts()), written_as)

    async def _counts(self) -> dict[str, Any]:
        """Count what there is; what takes too long is left out."""
        version = self._library.version()
        if self._kept is None or self._kept[0] != version:
            counts: dict[str, Any] = {}
            for query in (_TOTALS, _DOCUMENTS):
                for row in await self._ask(query, version):
                    counts |= row
            for name, query in (("classes", _CLASSES), ("property_parts", _PROPERTIES)):
                counts[name] = [(row["part"], row["n"]) for row in await self._ask(query, version)]
            self._kept = version, counts
        return self._kept[1]

    async def _ask(self, query: str, version: int) -> list[dict[str, str]]:
        job: Job = {
            "kind": "query",
            "text": query,
            "media_type": "application/sparql-results+json",
            "default_graphs": [],
            "named_graphs": [],
            "base_iri": None,
            "union": self._union,
            "state": version,
            "timeout_s": self._limits.timeout_s,
            "max_rows": 100_000,
            "max_bytes": self._limits.max_bytes,
        }
        try:
            reply = await self._workers.run(job)
        except RequestError:
            return []
        if reply.error:
            return []
        solutions = parse_query_results(reply.body, QueryResultsFormat.JSON)
        names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr]
        return [{name: row[name].value for name in names} for row in solutions]  # type: ignore[union-attr]


def _write(triples: Iterator[Triple], written_as: ResultFormat) -> bytes:
    writer = written_as.writer
    if not isinstance(writer, RdfFormat):
        msg = f"{writer} is no RDF format"
        raise TypeError(msg)
    return serialize(list(triples), format=writer, prefixes=_PREFIXES) or b""


def _describe_service(endpoint: str, counts: dict[str, Any], *, union: bool, is_writable: bool) -> Iterator[Triple]:
    service, dataset, graph = (NamedNode(f"{endpoint}#{part}") for part in ("service", "dataset", "default-graph"))
    yield Triple(service, _RDF_TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if is_writable:
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update"))
    if union:
        yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for uri in dict.fromkeys(item.uri for item in (*SOLUTION_FORMATS, *GRAPH_FORMATS)):
        yield Triple(service, _sd("resultFormat"), NamedNode(uri))
    if is_writable:
        for item in GRAPH_FORMATS[:4]:
            yield Triple(service, _sd("inputFormat"), NamedNode(item.uri))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, _RDF_TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), graph)
    yield Triple(graph, _RDF_TYPE, _sd("Graph"))
    if "triples" in counts:
        yield _number(graph, "triples", counts["triples"])


def _describe_data(address: str, endpoint: str, counts: dict[str, Any]) -> Iterator[Triple]:
    dataset = NamedNode(f"{address}#dataset")
    yield Triple(NamedNode(address), _RDF_TYPE, _void("DatasetDescription"))
    yield Triple(NamedNode(address), NamedNode(f"{_FOAF}primaryTopic"), dataset)
    yield Triple(dataset, _RDF_TYPE, _void("Dataset"))
    for language, title in _TITLES.items():
        yield Triple(dataset, NamedNode(f"{_DCTERMS}title"), Literal(title, language=language))
    yield Triple(dataset, _void("sparqlEndpoint"), NamedNode(endpoint))
    yield Triple(dataset, _void("uriSpace"), Literal(DATA))
    for name in ("triples", "distinctSubjects", "distinctObjects", "properties", "documents"):
        if name in counts:
            yield _number(dataset, name, counts[name])
    if counts["classes"]:
        yield _number(dataset, "classes", len(counts["classes"]))
    for item in GRAPH_FORMATS:
        yield Triple(dataset, _void("feature"), NamedNode(item.uri))
    terms = [term for term, _ in (*counts["classes"], *counts["property_parts"])]
    for vocabulary in dict.fromkeys(term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms):
        if vocabulary:
            yield Triple(dataset, _void("vocabulary"), NamedNode(vocabulary))
    for kind, name, measure in (("class", "classes", "entities"), ("property", "property_parts", "triples")):
        for number, (term, n) in enumerate(counts[name], 1):
            part = NamedNode(f"{address}#{kind}-{number}")
            yield Triple(dataset, _void(f"{kind}Partition"), part)
            yield Triple(part, _void(kind), NamedNode(term))
            yield _number(part, measure, n)


def _number(subject: NamedNode, name: str, value: object) -> Triple:
    return Triple(subject, _void(name), Literal(str(value), datatype=_INTEGER))


def _sd(name: str) -> NamedNode:
    return NamedNode(f"{_SD}{name}")


def _void(name: str) -> NamedNode:
    return NamedNode(f"{_VOID}{name}")
