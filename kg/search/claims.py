"""The claims of a store, to be searched by meaning: an index in the store's folder that grows with it.

It holds what was read from each document too, ready to be used: reading a document's graphs takes forty times as long.
"""

import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kg.errors import StoreError
from kg.model import Claim, Extraction
from kg.search.postings import PostingIndex
from kg.search.vectors import Bag

_VERSION = 1  # of the tables and of the vectors in them
_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    document_id TEXT PRIMARY KEY, first INTEGER NOT NULL, n INTEGER NOT NULL, extraction BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS document_at ON document (first, n, document_id);
"""
_WAIT_S = 30.0
_N_KEPT = 1_000  # documents, ready to be used
_MOST_DEAD = 0.5  # share of rows of documents that are gone from which the index is written anew


@dataclass(frozen=True)
class Hit:
    """A claim near a question: its document, its place among the document's claims, and the cosine."""

    document_id: str
    position: int
    score: float


def bag_of_claim(claim: Claim) -> Bag:
    """Return the concepts of what a claim says."""
    return {
        concept: 1.0
        for proposition in claim.assertion.propositions
        for concept in (proposition.predicate, *proposition.concepts)
    }


class ClaimIndex:
    """Claims by meaning, and what was read from their documents."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        """Open an index.

        Args:
            path: its file, made where there is none; None keeps it in memory.
            read_only: also works while another process writes, and on a read-only disk.

        Raises:
            StoreError: there is no such file to read, or it cannot be used.
        """
        self.path = path
        with self._errors():
            if path is None:
                self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            else:
                mode = "ro" if read_only else "rwc"
                self._db = sqlite3.connect(
                    f"{path.resolve().as_uri()}?mode={mode}",
                    uri=True,
                    timeout=_WAIT_S,
                    check_same_thread=False,
                    isolation_level=None,
                )
            if not read_only:
                self._prepare()
            elif self._version() != _VERSION:
                msg = f"{path}: the index is of another version; build the store anew"
                raise StoreError(msg)
            self._postings = PostingIndex(self._db, writable=not read_only)
        self._waiting: dict[str, tuple[int, int, bytes]] = {}
        self._kept: OrderedDict[str, Extraction] = OrderedDict()

    @classmethod
    def of(cls, extractions: Iterable[Extraction]) -> Self:
        """Return an index in memory of these extractions."""
        index = cls()
        for extraction in extractions:
            index.put(extraction)
        index.flush()
        return index

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _prepare(self) -> None:
        if self._version() not in (0, _VERSION):
            for table in ("document", "posting", "segment", "name"):
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as err:
            msg = f"{self.path or 'index in memory'}: the index of the store cannot be used ({err})"
            raise StoreError(msg) from err

    # writing

    def put(self, extraction: Extraction) -> None:
        """Index what was read from a document, in place of what there is of it; ``flush`` makes it last.

        What there was of it is gone at once, so that nothing old is found where the new is never flushed.
        """
        document_id = extraction.document.document_id
        self.remove(document_id)
        with self._errors():
            first = self._postings.add(bag_of_claim(claim) for claim in extraction.claims)
        packed = zlib.compress(extraction.model_dump_json(exclude_defaults=True).encode(), 1)
        self._waiting[document_id] = (first, len(extraction.claims), packed)
        self._keep(extraction)
        if self._postings.is_full:
            self.flush()

    def remove(self, document_id: str) -> None:
        """Take a document out, if it is there."""
        self._waiting.pop(document_id, None)
        self._kept.pop(document_id, None)
        with self._errors():
            self._db.execute("DELETE FROM document WHERE document_id = ?", (document_id,))

    def flush(self) -> None:
        """Write what waits to be written."""
        if not self._waiting:
            return
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(
                    "INSERT INTO document VALUES (?, ?, ?, ?)",
                    ((document_id, *row) for document_id, row in self._waiting.items()),
                )
                self._postings.flush()
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        self._waiting.clear()

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self.flush()
        self._db.close()

    def tidy(self) -> None:
        """Write the index anew where much of it belongs to documents that are gone."""
        self.flush()
        if self._postings.n_rows - self.n_claims <= _MOST_DEAD * self._postings.n_rows:
            return
        kept = list(self.extractions())
        with self._errors():
            for table in ("document", "posting", "segment", "name"):
                self._db.execute(f"DELETE FROM {table}")
            self._postings = PostingIndex(self._db)
        for extraction in kept:
            self.put(extraction)
        self.flush()

    # reading

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        self.flush()
        with self._errors():
            return int(self._db.execute("SELECT count(*) FROM document").fetchone()[0])

    @property
    def n_claims(self) -> int:
        """Number of claims."""
        self.flush()
        with self._errors():
            return int(self._db.execute("SELECT coalesce(sum(n), 0) FROM document").fetchone()[0])

    def documents(self) -> frozenset[str]:
        """Return the identifiers of all documents."""
        self.flush()
        with self._errors():
            return frozenset(row[0] for row in self._db.execute("SELECT document_id FROM document"))

    def extraction(self, document_id: str) -> Extraction:
        """Return what was read from a document.

        Raises:
            StoreError: there is no such document.
        """
        if document_id in self._kept:
            self._kept.move_to_end(document_id)
            return self._kept[document_id]
        self.flush()
        with self._errors():
            row = self._db.execute("SELECT extraction FROM document WHERE document_id = ?", (document_id,)).fetchone()
        if row is None:
            msg = f"{self.path or 'index in memory'}: no document {document_id}"
            raise StoreError(msg)
        return self._keep(Extraction.model_validate_json(zlib.decompress(row[0])))

    def _keep(self, extraction: Extraction) -> Extraction:
        self._kept[extraction.document.document_id] = extraction
        while len(self._kept) > _N_KEPT:
            self._kept.popitem(last=False)
        return extraction

    def extractions(self) -> Iterator[Extraction]:
        """Yield what was read from all documents, by identifier."""
        for document_id in sorted(self.documents()):
            yield self.extraction(document_id)

    def near_names(self, concept: str) -> Mapping[str, float]:
        """Return the concepts in the index that are written like a name or an unknown word, and how alike they are."""
        self.flush()
        with self._errors():
            return self._postings.near_names(concept)

    def search(self, bag: Bag, n: int) -> list[Hit]:
        """Return the claims nearest to a question, the nearest first."""
        self.flush()
        hits = []
        with self._errors():
            for row, score in self._postings.search(bag, n):
                found = self._db.execute(
                    "SELECT document_id, first, n FROM document WHERE first <= ? AND n > 0 ORDER BY first DESC LIMIT 1",
                    (row,),
                ).fetchone()
                if found is not None and row < found[1] + found[2]:
                    hits.append(Hit(document_id=found[0], position=row - found[1], score=score))
        return hits
