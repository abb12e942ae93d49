"""The persistent store: Oxigraph in a folder on disk or in memory, or any SPARQL 1.1 server.

A folder is open for writing in one process at a time; any number may read it. A reader sees the store as it was when
it opened it. Every change is one transaction: it happens as a whole or not at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from rdflib.namespace import PROV

from kg.errors import InputError, StoreError
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
from kg.search import ClaimIndex
from kg.store_backends import Backend, EmbeddedBackend, Solutions
from kg.store_remote import RemoteBackend, is_address
from kg.vocab import CLAIMS, KG, REVIEWS_GRAPH, claims_graph, provenance_graph, record_id_of, record_iri

__all__ = ["DUMPERS", "Solutions", "Store"]

DUMPERS: Mapping[str, Callable[[Iterable[Extraction], IO[bytes], Iterable[Review]], None]] = {
    "nquads": write_nquads,
    "trig": write_trig,
    "jsonld": write_jsonld,
}

_NEWLINE = "\n"
_INDEX = "claims.sqlite"  # in the store's folder
_WHEN = (f" <{KG.retrieved}> ", f" <{PROV.endedAtTime}> ")


class Store:
    """Extractions and reviews, each document in its two named graphs."""

    def __init__(self, location: Path | str | None = None, *, read_only: bool = False) -> None:
        """Open a store; a folder that is opened for writing is made where there is none.

        Args:
            location: its folder, or the address of a SPARQL 1.1 server, see ``RemoteBackend``; None keeps it in memory.
            read_only: also works while another process writes, and on a read-only disk.

        Raises:
            StoreError: there is something else at the path, the store is broken or open for writing elsewhere, the
                disk does not let us, or the server cannot be reached.
        """
        self.read_only = read_only
        self._claims: ClaimIndex | None = None
        self.path = None if location is None or is_address(location) else Path(location)
        self._store: Backend
        if isinstance(location, str) and is_address(location):
            self._store = RemoteBackend(location)
        else:
            self._store = EmbeddedBackend(self.path, read_only=read_only)

    @property
    def name(self) -> str:
        """How messages call it: its folder or address."""
        return self._store.name

    @property
    def is_remote(self) -> bool:
        """Whether it lies on a SPARQL server."""
        return isinstance(self._store, RemoteBackend)

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
        if self._claims is not None:
            self._claims.close()
            self._claims = None
        self._store.close()

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            msg = f"{self.name}: the store is open read-only"
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
        if all(_timeless(lines) == _timeless(self._store.triples(graph)) for graph, lines in graphs.items()):
            return False
        self.claims.remove(document_id)  # what is not in the index is put there when the store is opened again
        self._store.replace(graphs)
        self.claims.put(extraction)
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
        if not any(self._store.triples(graph) for graph in graphs):
            return False
        self.claims.remove(document_id)
        self._store.replace({graph: [] for graph in graphs})
        return True

    @property
    def claims(self) -> ClaimIndex:
        """The claims of the store, to be searched by meaning.

        The index lies in the store's folder and is brought up to date when it is first asked for: one that is missing
        documents, as after a crash, gets them. Where a store that is open read-only has no such index, it is made in memory.

        Raises:
            StoreError: the store or its index cannot be read.
        """
        if self._claims is None:
            self._claims = self._open_claims()
        return self._claims

    def _open_claims(self) -> ClaimIndex:
        stored = frozenset(self.documents())
        if self.path is None or not self.read_only:
            index = ClaimIndex(None if self.path is None else self.path / _INDEX)
            for document_id in index.documents() - stored:
                index.remove(document_id)
            for document_id in sorted(stored - index.documents()):
                extraction = self.get(document_id)
                if extraction is not None:
                    index.put(extraction)
            index.tidy()
            return index
        if (self.path / _INDEX).exists():
            with suppress(StoreError):
                index = ClaimIndex(self.path / _INDEX, read_only=True)
                if stored <= index.documents():
                    return index
                index.close()
        return ClaimIndex.of(self.extractions())

    def documents(self) -> tuple[str, ...]:
        """Return the identifiers of all documents, sorted."""
        return tuple(sorted(record_id_of(name) for name in self._store.graphs() if name.endswith(CLAIMS)))

    def get(self, document_id: str) -> Extraction | None:
        """Return what the store has of a document, or None where it has nothing.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        nodes: Nodes = {}
        for graph in (claims_graph(document_id), provenance_graph(document_id)):
            add_triples(nodes, "".join(f"{line}\n" for line in self._store.triples(graph)))
        if not nodes:
            return None
        try:
            return read_extraction(document_id, nodes)
        except InputError as err:
            msg = f"{self.name}: {err}"
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
            for triple in self._store.triples(graph)
        )

    # reviews

    def add_review(self, review: Review) -> None:
        """Store a review, in place of one with the same identifier.

        Raises:
            StoreError: the store cannot be written; it is as it was before.
        """
        triples = [f"{line.rsplit(' ', 2)[0]} ." for line in review_lines(review)]
        insert = f"INSERT DATA {{ GRAPH <{REVIEWS_GRAPH}> {{\n{_NEWLINE.join(triples)}\n}} }}"
        self._refuse_if_read_only()
        self._store.update(f"{_delete_review(review.review_id)} {insert}")

    def remove_review(self, review_id: str) -> None:
        """Remove a review, if it is there.

        Raises:
            StoreError: the store cannot be written; it is as it was before.
        """
        self._refuse_if_read_only()
        self._store.update(_delete_review(review_id).removesuffix(" ;"))

    def reviews(self, record_id: str | None = None) -> Iterator[Review]:
        """Yield all reviews, or those of one record, by time.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        lines = "\n".join(
            f"{triple.removesuffix(' .')} <{REVIEWS_GRAPH}> ." for triple in self._store.triples(REVIEWS_GRAPH)
        )
        try:
            for review in read_reviews(split_lines(lines)):
                if record_id is None or review.record_id == record_id:
                    yield review
        except InputError as err:
            msg = f"{self.name}: {err}"
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
        return self._store.query(sparql, default_graphs=default_graphs, named_graphs=named_graphs, base_iri=base_iri)

    def copy_to(self, path: Path) -> None:
        """Copy a store in memory to a folder, which is made.

        Raises:
            StoreError: the folder cannot be written, or the store is not in memory.
        """
        if not isinstance(self._store, EmbeddedBackend) or self.path is not None:
            msg = f"{self.name}: only a store in memory can be copied"
            raise StoreError(msg)
        copy = EmbeddedBackend(path)
        copy.extend(self._store.quads)
        copy.close()

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


def _timeless(triples: Iterable[str]) -> set[str]:
    """Return the triples that do not say when a document was retrieved or extracted."""
    return {triple for triple in triples if not any(prop in triple for prop in _WHEN)}


def _delete_review(review_id: str) -> str:
    subject = record_iri(review_id)
    return f"""DELETE {{ GRAPH <{REVIEWS_GRAPH}> {{ ?node ?property ?value }} }}
        WHERE {{
            GRAPH <{REVIEWS_GRAPH}> {{ ?node ?property ?value }}
            FILTER(?node = <{subject}> || STRSTARTS(STR(?node), "{subject}#"))
        }} ;"""
