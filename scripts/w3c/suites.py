"""The W3C's tests of query and update evaluation and syntax, run on any engine that answers queries and updates."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pyoxigraph
import rdflib
from pyoxigraph import BlankNode, Dataset, DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection

from kg.sparql_text import is_update as is_update_text
from kg.sparql_text import names_dataset
from w3c.server import DEFAULT, BareEngine

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RDFS_LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")

# without "entailment", which asks for reasoning, and "service", which asks for several servers
SUITES = (
    *("aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping", "negation"),
    *("project-expression", "property-path", "subquery", "csv-tsv-res", "json-res", "syntax-query", "syntax-fed"),
    *("add", "basic-update", "clear", "copy", "delete-data", "delete-insert", "delete-where", "delete", "drop", "move"),
    *("update-silent", "syntax-update-1", "syntax-update-2"),
)
_RESULTS = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".tsv": QueryResultsFormat.TSV}
_RDF = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES, ".trig": RdfFormat.TRIG}
_OUR_OWN = NamedNode("urn:kg:writes")
_XSD = "http://www.w3.org/2001/XMLSchema#"


class Engine(Protocol):
    """What is tested."""

    def query(self, text: str, accept: str, graphs: tuple[str, ...] | None = None) -> bytes:
        """Ask ``DEFAULT`` as the default graph and these by name; None asks the store as it is."""

    def update(self, text: str) -> None:
        """Carry out an update."""


@dataclass(frozen=True)
class Test:
    """A test: what the store holds (by graph, None the default graph), what is sent, and what is expected."""

    name: str
    kind: str
    text: str
    before: dict[str | None, list[Path]]
    after: dict[str | None, list[Path]]
    result: Path | None


def read_suite(tests: Path, suite: str) -> Iterator[Test]:
    """Read a manifest."""
    path = (tests / "sparql11" / suite / "manifest.ttl").resolve()
    manifest = Graph().parse(path, publicID=path.as_uri())
    for entries in manifest.objects(None, MF.entries):
        for node in Collection(manifest, entries):
            yield _read_test(manifest, node)


def _path(iri: object) -> Path:
    return Path(str(iri).removeprefix("file://"))


def _read_test(manifest: Graph, node: URIRef) -> Test:
    action, result = manifest.value(node, MF.action), manifest.value(node, MF.result)
    text = next(
        (manifest.value(action, prop) for prop in (QT.query, UT.request) if (action, prop, None) in manifest), action
    )
    is_file = isinstance(result, URIRef) and str(result).startswith("file://")
    kind = str(manifest.value(node, RDF.type)).rpartition("#")[2]
    base = "http://example.org/tests/" if "Syntax" in kind else text  # whence nothing is loaded
    return Test(
        name=str(node).rpartition("#")[2],
        kind=kind,
        text=f"BASE <{base}>\n{_path(text).read_text(encoding='utf-8')}",
        before=_read_data(manifest, action),
        after=_read_data(manifest, result),
        result=_path(result) if is_file else None,
    )


def _read_data(manifest: Graph, node: URIRef | None) -> dict[str | None, list[Path]]:
    data: dict[str | None, list[Path]] = {}
    for prop in (QT.data, UT.data):
        for file in manifest.objects(node, prop):
            data.setdefault(None, []).append(_path(file))
    for file in manifest.objects(node, QT.graphData):
        data.setdefault(str(file), []).append(_path(file))
    for item in manifest.objects(node, UT.graphData):
        label = str(manifest.value(item, RDFS_LABEL))
        data.setdefault(label, []).append(_path(manifest.value(item, UT.graph)))
    return data


def run_suite(tests: list[Test], engine: Engine) -> list[str]:
    """Run tests; return a line for each that fails."""
    failed = []
    for test in tests:
        try:
            why = _run(test, engine)
        except (SyntaxError, ValueError, RuntimeError, OSError) as err:
            why = f"{type(err).__name__}: {' '.join(str(err).split())[:200]}"
        if why:
            failed.append(f"{test.name}: {why}")
    return failed


def _run(test: Test, engine: Engine) -> str | None:
    if "Syntax" in test.kind:
        return _run_syntax(test, engine)
    is_update = test.kind == "UpdateEvaluationTest"
    graphs = None
    if is_update or names_dataset(test.text):
        _load(test.before, engine)
    else:
        # the server notes every write in a graph of its own, so the tests' graphs are named by the protocol
        _load({DEFAULT if graph is None else graph: files for graph, files in test.before.items()}, engine)
        graphs = tuple(graph for graph in test.before if graph is not None)
    if test.kind == "UpdateEvaluationTest":
        engine.update(test.text)
        found, wanted = _dump(engine), _dump_of(test.after)
        return None if found == wanted else f"another dataset: {_difference(found, wanted)}"
    suffix = test.result.suffix if test.result else ""
    if suffix == ".csv":
        found, wanted = (
            _table_of_csv(data) for data in (engine.query(test.text, "text/csv", graphs), test.result.read_bytes())
        )
        return None if found == wanted else f"another table: {_difference(found, wanted)}"
    if suffix in _RESULTS:
        accept = {".tsv": "text/tab-separated-values"}.get(suffix, "application/sparql-results+json")
        as_written = QueryResultsFormat.TSV if suffix == ".tsv" else QueryResultsFormat.JSON
        got = pyoxigraph.parse_query_results(engine.query(test.text, accept, graphs), as_written)
        wanted_results = pyoxigraph.parse_query_results(test.result.read_bytes(), _RESULTS[suffix])
        found, wanted = _table(got), _table(wanted_results)
        return None if found == wanted else f"another table: {_difference(found, wanted)}"
    wanted = _graph(test.result)
    if any(quad.predicate.value.startswith(str(RS)) for quad in wanted):
        got = pyoxigraph.parse_query_results(
            engine.query(test.text, "application/sparql-results+json", graphs), QueryResultsFormat.JSON
        )
        found, wanted = _table(got), _table_of_graph(test.result)
    else:
        data = engine.query(test.text, "application/n-triples", graphs)
        found = _canonical(pyoxigraph.parse(data, RdfFormat.N_TRIPLES))
    return None if found == wanted else f"another graph: {_difference(found, wanted)}"


def _run_syntax(test: Test, engine: Engine) -> str | None:
    is_update, is_positive = "Update" in test.kind or "update" in test.kind, "Positive" in test.kind
    if not is_update and not is_positive and is_update_text(test.text):
        is_update = True
    try:
        if is_update:
            engine.update(test.text)
        else:
            form = test.text.upper()
            is_graph = "CONSTRUCT" in form or "DESCRIBE" in form
            engine.query(test.text, "application/n-triples" if is_graph else "application/sparql-results+json")
    except SyntaxError as err:
        return str(err) if is_positive else None
    except (RuntimeError, OSError):  # understood, but for instance nothing can be loaded from there
        pass
    return None if is_positive else "taken, though it is wrong"


def _load(data: dict[str | None, list[Path]], engine: Engine) -> None:
    """Make the store hold this and nothing else."""
    blocks = []
    for graph, files in data.items():
        for file in files:
            quads = pyoxigraph.parse(path=str(file), format=_RDF[file.suffix], base_iri=file.as_uri())
            lines = pyoxigraph.serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES).decode()
            blocks.append(lines if graph is None else f"GRAPH <{graph}> {{ {lines} }}")
    creates = " ".join(f"CREATE SILENT GRAPH <{graph}> ;" for graph in data if graph is not None)
    engine.update(f"DROP ALL ; {creates} " + " ; ".join(f"INSERT DATA {{ {block} }}" for block in blocks))


def _dump(engine: Engine) -> set[Quad]:
    rows = pyoxigraph.parse_query_results(
        engine.query(
            "SELECT * WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", "application/sparql-results+json"
        ),
        QueryResultsFormat.JSON,
    )
    quads = (Quad(row["s"], row["p"], row["o"], row["g"] or DefaultGraph()) for row in rows)
    return _canonical(quad for quad in quads if quad.graph_name != _OUR_OWN)


def _dump_of(data: dict[str | None, list[Path]]) -> set[Quad]:
    engine = BareEngine()
    _load(data, engine)
    return _dump(engine)


def _graph(file: Path) -> set[Quad]:
    return _canonical(pyoxigraph.parse(path=str(file), format=_RDF[file.suffix], base_iri=file.as_uri()))


def _canonical(quads: Iterator[Quad]) -> set[Quad]:
    dataset = Dataset(Quad(q.subject, q.predicate, _by_value(q.object), q.graph_name) for q in quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def _by_value(term: object) -> object:
    """Write a number in one way."""
    if not isinstance(term, Literal) or not term.datatype.value.startswith(_XSD):
        return term
    kind, value = term.datatype.value.removeprefix(_XSD), term.value
    try:
        if kind == "decimal":
            value = f"{Decimal(value).normalize():f}"
        elif kind in ("double", "float"):
            value = repr(float(value))
        elif kind.endswith(("nteger", "int", "long", "short", "byte")):
            value = str(int(value))
    except (ValueError, ArithmeticError):
        return term
    return Literal(value, datatype=term.datatype)


def _table_of_csv(data: bytes) -> set[Quad]:
    quads = []
    for number, row in enumerate(csv.DictReader(io.StringIO(data.decode("utf-8")))):
        node = BlankNode(f"row{number}")
        quads.append(Quad(node, NamedNode("urn:row"), Literal("row")))
        for name, cell in row.items():
            term = BlankNode(f"b{cell[2:]}") if cell.startswith("_:") else Literal(_plain(cell))
            quads.append(Quad(node, NamedNode(f"urn:var:{name}"), term))
    return _canonical(iter(quads))


def _plain(cell: str) -> str:
    try:
        return repr(float(cell))
    except ValueError:
        return cell


def _table(results: object) -> object:
    """Return a table as a graph with a node for each row, blank nodes renamed: equal graphs are equal tables."""
    if isinstance(results, pyoxigraph.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    quads = []
    for number, row in enumerate(results):
        node = BlankNode(f"row{number}")
        quads.append(Quad(node, NamedNode("urn:row"), Literal("row")))
        quads += [Quad(node, NamedNode(f"urn:var:{name}"), row[name]) for name in names if row[name] is not None]
    return _canonical(iter(quads))


def _table_of_graph(file: Path) -> object:
    """Read a table that is written as a graph, in the vocabulary of result sets."""
    graph = Graph().parse(file)
    verdict = graph.value(None, RS.boolean)
    if verdict is not None:
        return verdict.toPython()
    head = {"head": {"vars": [str(name) for name in graph.objects(None, RS.resultVariable)]}}
    rows = []
    for solution in graph.objects(None, RS.solution):
        row = {}
        for binding in graph.objects(solution, RS.binding):
            value = graph.value(binding, RS.value)
            row[str(graph.value(binding, RS.variable))] = _json_term(value)
        rows.append(row)
    text = json.dumps(head | {"results": {"bindings": rows}})
    return _table(pyoxigraph.parse_query_results(text, QueryResultsFormat.JSON))


def _json_term(term: object) -> dict[str, str]:
    if isinstance(term, rdflib.URIRef):
        return {"type": "uri", "value": str(term)}
    if isinstance(term, rdflib.BNode):
        return {"type": "bnode", "value": str(term)}
    described = {"type": "literal", "value": str(term)}
    if term.language:
        described["xml:lang"] = term.language
    elif term.datatype:
        described["datatype"] = str(term.datatype)
    return described


def _difference(found: object, wanted: object) -> str:
    if isinstance(found, set) and isinstance(wanted, set):
        return f"too much {[str(q) for q in found - wanted][:3]}, too little {[str(q) for q in wanted - found][:3]}"
    return f"{found}, expected {wanted}"
