"""The persistent store: Oxigraph in a folder on disk, or in memory.

A folder is open for writing in one process at a time; any number may read it. A reader sees the store as it was when
it opened it. Every change is one transaction: it happens as a whole or not at all.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pyoxigraph
from rdflib.namespace import PROV

from kg.errors import InputError, QueryError, StoreError
from kg.model import Document, Extraction, Provenance, Review
from kg.rdf import (
    extraction_lines,
    read_extraction,
    read_reviews,
    review_lines,
    split_lines,
    write_jsonld,
    write_nquads,
    write_trig,
)
from kg.rdf.terms import Nodes, add_triples
from kg.vocab import CLAIMS, KG, REVIEWS_GRAPH, claims_graph, provenance_graph, record_id_of, record_iri

Solutions = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

DUMPERS: Mapping[str, Callable[[Iterable[Extraction], IO[bytes], Iterable[Review]], None]] = {
    "nquads": write_nquads,
    "trig": write_trig,
    "jsonld": write_jsonld,
}

_NEWLINE = "\n"
_MARK = "CURRENT"  # the file that every RocksDB folder has
_WHEN = (f" <{KG.retrieved}> ", f" <{PROV.endedAtTime}> ")
# where no keyword can stand: strings, IRIs, comments
_OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*+"|\'(?:[^\'\\\n\r]|\\.)*+\'|<[^<>"{}|^`\\\x00-\x20]*+>|#[^\n\r]*+',
    re.DOTALL,
)
_FROM = re.compile(r"(?<![\w?$:@.-])from(?![\w:-])", re.IGNORECASE)
_REASONS = (
    ("lock", "is open for writing elsewhere; wait for that to end, or open it read-only"),
    ("No space left", "cannot be written: the disk is full"),
    ("File too large", "cannot be written: the disk is full"),
    ("quota", "cannot be written: the disk quota is used up"),
    ("Read-only file system", "cannot be written: the disk is read-only"),
    ("Permission denied", "cannot be opened: permission denied"),
    ("Corruption", "is broken; build it anew"),
    ("No such file", "is broken or was changed while it was read; open it again or build it anew"),
)


class Store:
    """Extractions and reviews, each document in its two named graphs."""

    def __init__(self, path: Path | str | None = None, *, read_only: bool = False) -> None:
        """Open a store; one that is opened for writing is made where there is none.

        Args:
            path: its folder; None keeps it in memory.
            read_only: also works while another process writes, and on a read-only disk.

        Raises:
            StoreError: there is something else at the path, the store is broken or open for writing elsewhere, or the
                disk does not let us.
        """
        self.path = None if path is None else Path(path)
        self.read_only = read_only
        if self.path is None:
            self._store = pyoxigraph.Store()
            return
        self._check_folder(self.path)
        with self._errors():
            if read_only:
                self._store = pyoxigraph.Store.read_only(str(self.path))
            else:
                self.path.mkdir(parents=True, exist_ok=True)
                self._store = pyoxigraph.Store(str(self.path))

    def _check_folder(self, path: Path) -> None:
        expected = "expected the folder of a store"
        try:
            if not path.exists():
                if self.read_only:
                    msg = f"{path}: no such folder, {expected}"
                    raise StoreError(msg)
                return
            if not path.is_dir():
                msg = f"{path}: is a file, {expected}"
                raise StoreError(msg)
            if not (path / _MARK).exists() and (self.read_only or any(path.iterdir())):
                msg = f"{path}: is not a store, {expected}"
                raise StoreError(msg)
        except OSError as err:
            msg = f"{path}: {err.strerror}, {expected}"
            raise StoreError(msg) from err

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Write everything to disk and let go of the folder; the store cannot be used afterwards."""
        if self.path is not None:
            if not self.read_only:
                with self._errors():
                    self._store.flush()
            del self._store

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn the errors of Oxigraph into one clear line."""
        try:
            yield
        except (OSError, RuntimeError) as err:
            said = " ".join(str(err).split())
            reason = next((reason for sign, reason in _REASONS if sign in said), "cannot be used")
            msg = f"{self.path or 'store in memory'}: the store {reason} ({said[:200]})"
            raise StoreError(msg) from err

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            msg = f"{self.path}: the store is open read-only"
            raise StoreError(msg)

    # documents

    def add(self, extraction: Extraction) -> bool:
        """Store what was read from a document, in place of what the store has of it.

        Returns:
            False where the store has exactly this already, times of retrieval and extraction aside: nothing changes.

        Raises:
            InputError: the records cannot be told apart or traced back, see ``extraction_lines``.
            StoreError: the store cannot be written; it is as it was before.
        """
        self._refuse_if_read_only()
        document_id = extraction.document.document_id
        graphs: dict[str, list[str]] = {claims_graph(document_id): [], provenance_graph(document_id): []}
        for line in extraction_lines(extraction):
            triple, graph, _dot = line.rsplit(" ", 2)
            graphs[graph[1:-1]].append(f"{triple} .")
        with self._errors():
            if all(_timeless(lines) == _timeless(self._triples(graph)) for graph, lines in graphs.items()):
                return False
            data = " ".join(f"GRAPH <{graph}> {{\n{_NEWLINE.join(lines)}\n}}" for graph, lines in graphs.items())
            self._store.update(f"{_drop(graphs)} INSERT DATA {{ {data} }}")
        return True

    def holds(self, document: Document, provenance: Provenance) -> bool:
        """Tell whether the store has this document, unchanged, extracted by the same software, pipeline and stages.

        Ask before extracting again. Times of retrieval and extraction do not count.
        """
        stored = self.get(document.document_id)
        return (
            stored is not None
            and stored.document.model_dump(exclude={"retrieved"}) == document.model_dump(exclude={"retrieved"})
            and stored.provenance.model_dump(exclude={"extracted"}) == provenance.model_dump(exclude={"extracted"})
        )

    def remove(self, document_id: str) -> bool:
        """Remove a document and all that was read from it; reviews stay.

        Returns:
            False where there was no such document.

        Raises:
            StoreError: the store cannot be written; it is as it was before.
        """
        self._refuse_if_read_only()
        graphs = (claims_graph(document_id), provenance_graph(document_id))
        with self._errors():
            if not any(self._store.contains_named_graph(pyoxigraph.NamedNode(graph)) for graph in graphs):
                return False
            self._store.update(_drop(graphs))
        return True

    def documents(self) -> tuple[str, ...]:
        """Return the identifiers of all documents, sorted."""
        with self._errors():
            names = [graph.value for graph in self._store.named_graphs()]
        return tuple(sorted(record_id_of(name) for name in names if name.endswith(CLAIMS)))

    def get(self, document_id: str) -> Extraction | None:
        """Return what the store has of a document, or None where it has nothing.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        nodes: Nodes = {}
        for graph in (claims_graph(document_id), provenance_graph(document_id)):
            add_triples(nodes, self._graph_text(graph))
        if not nodes:
            return None
        try:
            return read_extraction(document_id, nodes)
        except InputError as err:
            msg = f"{self.path or 'store in memory'}: {err}"
            raise StoreError(msg) from err

    def extractions(self) -> Iterator[Extraction]:
        """Yield what the store has of every document, by identifier.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        for document_id in self.documents():
            extraction = self.get(document_id)
            if extraction is not None:
                yield extraction

    def lines(self, document_id: str) -> list[str]:
        """Return the N-Quads lines of a document as they stand in the store, sorted; empty where there are none."""
        return sorted(
            f"{triple.removesuffix(' .')} <{graph}> ."
            for graph in (claims_graph(document_id), provenance_graph(document_id))
            for triple in self._triples(graph)
        )

    def _graph_text(self, graph: str) -> str:
        with self._errors():
            data = self._store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))
        return (data or b"").decode("utf-8")

    def _triples(self, graph: str) -> list[str]:
        return self._graph_text(graph).split("\n")[:-1]

    # reviews

    def add_review(self, review: Review) -> None:
        """Store a review, in place of one with the same identifier.

        Raises:
            StoreError: the store cannot be written; it is as it was before.
        """
        triples = [f"{line.rsplit(' ', 2)[0]} ." for line in review_lines(review)]
        insert = f"INSERT DATA {{ GRAPH <{REVIEWS_GRAPH}> {{\n{_NEWLINE.join(triples)}\n}} }}"
        self._refuse_if_read_only()
        with self._errors():
            self._store.update(f"{_delete_review(review.review_id)} {insert}")

    def remove_review(self, review_id: str) -> None:
        """Remove a review, if it is there.

        Raises:
            StoreError: the store cannot be written; it is as it was before.
        """
        self._refuse_if_read_only()
        with self._errors():
            self._store.update(_delete_review(review_id))

    def reviews(self, record_id: str | None = None) -> Iterator[Review]:
        """Yield all reviews, or those of one record, by time.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        lines = "\n".join(f"{triple.removesuffix(' .')} <{REVIEWS_GRAPH}> ." for triple in self._triples(REVIEWS_GRAPH))
        try:
            for review in read_reviews(split_lines(lines)):
                if record_id is None or review.record_id == record_id:
                    yield review
        except InputError as err:
            msg = f"{self.path or 'store in memory'}: {err}"
            raise StoreError(msg) from err

    # all of it

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base_iri: str | None = None,
    ) -> Solutions:
        """Answer a SPARQL 1.1 query.

        Args:
            sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
            default_graphs: names of the graphs to ask; without any, and without ``FROM``, the union of all.
            named_graphs: names of the graphs that ``GRAPH`` may reach; all, where neither argument names any.
            base_iri: what relative IRIs in the query are resolved against; without one they are an error.

        Raises:
            QueryError: the query is not SPARQL.
            StoreError: the store cannot be read.
        """
        try:
            defaults = [pyoxigraph.NamedNode(graph) for graph in default_graphs]
            named = [pyoxigraph.NamedNode(graph) for graph in named_graphs]
        except ValueError as err:
            msg = f"graph name: {err}"
            raise QueryError(msg) from err
        with self._errors():
            try:
                return self._store.query(
                    sparql,
                    base_iri=base_iri,
                    use_default_graph_as_union=not defaults and not named and not _names_dataset(sparql),
                    default_graph=list(defaults) or None,
                    named_graphs=list(named) if defaults or named else None,
                )
            except (SyntaxError, ValueError) as err:
                msg = f"query: {' '.join(str(err).split())}"
                raise QueryError(msg) from err

    def dump(self, out: IO[bytes], format: str = "nquads") -> None:
        """Write everything in the store, documents by identifier, then reviews; the same store gives the same bytes.

        Args:
            out: a binary stream.
            format: a key of ``DUMPERS``.

        Raises:
            InputError: there is no such format.
            StoreError: the store cannot be read.
        """
        write = DUMPERS.get(format)
        if write is None:
            msg = f'format "{format}" is not known ({", ".join(DUMPERS)})'
            raise InputError(msg)
        write(self.extractions(), out, self.reviews())


def _names_dataset(sparql: str) -> bool:
    """Tell whether a query has a FROM clause; Oxigraph asks the union of all graphs even then, if told to."""
    bare = _OPAQUE.sub(lambda found: "<>" if found[0].startswith("<") else " ", sparql)
    return _FROM.search(bare) is not None


def _timeless(triples: Iterable[str]) -> set[str]:
    """Return the triples that do not say when a document was retrieved or extracted."""
    return {triple for triple in triples if not any(prop in triple for prop in _WHEN)}


def _drop(graphs: Iterable[str]) -> str:
    return " ".join(f"DROP SILENT GRAPH <{graph}> ;" for graph in graphs)


def _delete_review(review_id: str) -> str:
    subject = record_iri(review_id)
    return f"""DELETE {{ GRAPH <{REVIEWS_GRAPH}> {{ ?node ?property ?value }} }}
        WHERE {{
            VALUES ?node {{ <{subject}> <{subject}#reviewer> }}
            GRAPH <{REVIEWS_GRAPH}> {{ ?node ?property ?value }}
        }} ;"""
