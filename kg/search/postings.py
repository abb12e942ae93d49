"""An inverted index of sparse vectors, in a SQLite file or in memory: which rows have a concept, and how much of it.

Rows are numbered in the order in which they come. What is added is written in segments; neighbours of like size are
merged, so that there are few of them (O'Neil et al. 1996, *The log-structured merge-tree*) and adding to a large index
costs no more than adding to a small one. Names and words that no table has are found by their letters as well.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kg.search.vectors import Bag, document_vector, letters_of, query_vector

Integers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS segment (number INTEGER PRIMARY KEY, n_rows INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS posting (
    key TEXT NOT NULL, segment INTEGER NOT NULL, n INTEGER NOT NULL, rows BLOB NOT NULL, weights BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS posting_of ON posting (key, segment, n);
CREATE INDEX IF NOT EXISTS posting_in ON posting (segment);
CREATE TABLE IF NOT EXISTS name (number INTEGER PRIMARY KEY, concept TEXT NOT NULL UNIQUE, n_grams INTEGER NOT NULL);
"""
_FLUSH_ROWS = 5_000
_MERGE_RATIO = 2
_KEYS_A_QUERY = 500
_BUDGET = 60_000  # rows looked at for candidates, the rarest concepts first
_CANDIDATES = 1_000
_GRAM = "#"  # before the letters of a name, so that they are no concept
_LEAST_ALIKE = 0.4
_GRAM_BUDGET = 30_000


class PostingIndex:
    """Vectors by row, to be searched by cosine."""

    def __init__(self, database: sqlite3.Connection, *, writable: bool = True) -> None:
        """Use an open database; its tables are made where they are missing and it may be written."""
        self._db = database
        if writable:
            self._db.executescript(_SCHEMA)
        self._segments = dict(self._db.execute("SELECT number, n_rows FROM segment ORDER BY number"))
        self.n_rows: int = sum(self._segments.values())
        self._n_stored = self.n_rows
        self._pending: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        self._names: dict[str, int] = {}
        self._new_names: list[tuple[int, str, int]] = []
        self._n_names: int = self._db.execute("SELECT coalesce(max(number) + 1, 0) FROM name").fetchone()[0]

    # writing

    def add(self, bags: Iterable[Bag]) -> int:
        """Add a row for each bag; return the number of the first. ``flush`` makes them last."""
        first = self.n_rows
        for bag in bags:
            for concept, value in document_vector(bag).items():
                rows, weights = self._pending[concept]
                rows.append(self.n_rows)
                weights.append(value)
                if concept not in self._names:
                    self._add_name(concept)
            self.n_rows += 1
        return first

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be written that it should be."""
        return self.n_rows - self._n_stored >= _FLUSH_ROWS

    def _add_name(self, concept: str) -> None:
        letters = letters_of(concept)
        if not letters or self._db.execute("SELECT 1 FROM name WHERE concept = ?", (concept,)).fetchone():
            self._names[concept] = -1
            return
        grams = _grams(letters)
        self._names[concept] = self._n_names
        self._new_names.append((self._n_names, concept, len(grams)))
        for gram in grams:
            rows, weights = self._pending[_GRAM + gram]
            rows.append(self._n_names)
            weights.append(len(grams))
        self._n_names += 1

    def flush(self) -> None:
        """Write what was added, within the caller's transaction."""
        n_new = self.n_rows - self._n_stored
        if not n_new:
            return
        number = max(self._segments, default=0) + 1
        self._db.execute("INSERT INTO segment VALUES (?, ?)", (number, n_new))
        self._db.executemany("INSERT INTO name VALUES (?, ?, ?)", self._new_names)
        self._write(number, ((key, _rows(rows), _weights(weights)) for key, (rows, weights) in self._pending.items()))
        self._segments[number] = n_new
        self._n_stored = self.n_rows
        self._pending.clear()
        self._new_names.clear()
        self._names.clear()
        while len(self._segments) > 1:
            left, right = sorted(self._segments)[-2:]
            if self._segments[left] >= _MERGE_RATIO * self._segments[right]:
                break
            self._merge(left, right)

    def _write(self, number: int, postings: Iterable[tuple[str, Integers, Floats]]) -> None:
        self._db.executemany(
            "INSERT INTO posting VALUES (?, ?, ?, ?, ?)",
            ((key, number, len(rows), rows.tobytes(), weights.tobytes()) for key, rows, weights in postings),
        )

    def _merge(self, left: int, right: int) -> None:
        """Append one segment to the one before it."""
        shared = self._db.execute(
            """SELECT a.rowid, a.rows, b.rows, a.weights, b.weights FROM posting b
               JOIN posting a ON a.key = b.key AND a.segment = ? WHERE b.segment = ?""",
            (left, right),
        ).fetchall()
        self._db.execute(
            """DELETE FROM posting AS b WHERE segment = ? AND EXISTS (
               SELECT 1 FROM posting a WHERE a.key = b.key AND a.segment = ?)""",
            (right, left),
        )
        self._db.executemany(
            "UPDATE posting SET n = ?, rows = ?, weights = ? WHERE rowid = ?",
            ((len(r) + len(s) >> 2, r + s, v + w, rowid) for rowid, r, s, v, w in shared),
        )
        self._db.execute("UPDATE posting SET segment = ? WHERE segment = ?", (left, right))
        self._segments[left] += self._segments.pop(right)
        self._db.execute("DELETE FROM segment WHERE number = ?", (right,))
        self._db.execute("UPDATE segment SET n_rows = ? WHERE number = ?", (self._segments[left], left))

    # reading

    def search(self, bag: Bag, n: int) -> list[tuple[int, float]]:
        """Return the rows nearest to a question and their cosines, the nearest first; none that share nothing with it.

        Candidates come from the rarest concepts of the question, so that the time does not grow with the collection;
        those are compared in full.
        """
        vector = query_vector(bag, self.near_names)
        lengths = self._lengths(vector)
        order = sorted(lengths, key=lambda key: (lengths[key], key))
        total, n_rare = 0, 0
        for key in order:
            total += lengths[key]
            if total > _BUDGET and n_rare:
                break
            n_rare += 1
        candidates, scores = self._gather([(key, vector[key]) for key in order[:n_rare]])
        if not len(candidates):
            return []
        if len(candidates) > _CANDIDATES:
            best = np.argpartition(-scores, _CANDIDATES)[:_CANDIDATES]
            best.sort()
            candidates, scores = candidates[best], scores[best]
        for key in order[n_rare:]:
            rows, weights = self._posting(key)
            at = np.minimum(np.searchsorted(rows, candidates), len(rows) - 1)
            scores += np.where(rows[at] == candidates, np.float32(vector[key]) * weights[at], np.float32(0))
        ranked = np.lexsort((candidates, -scores))[:n]
        return [(int(candidates[i]), float(scores[i])) for i in ranked]

    def _gather(self, keys: Sequence[tuple[str, float]]) -> tuple[Integers, Floats]:
        """Add up what the rows of some keys have of them; rows in order."""
        if not keys:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        found = self._postings([key for key, _ in keys])
        rows = np.concatenate([found[key][0] for key, _ in keys])
        values = np.concatenate([np.float32(value) * found[key][1] for key, value in keys])
        unique, where = np.unique(rows, return_inverse=True)
        return unique, np.bincount(where, weights=values).astype(np.float32)

    def near_names(self, concept: str) -> Mapping[str, float]:
        """Find concepts by their letters: the share of pairs and triples that two have in common (Dice 1945)."""
        letters = letters_of(concept)
        if not letters:
            return {}
        grams = _grams(letters)
        lengths = self._lengths({_GRAM + gram: 1.0 for gram in grams})
        chosen: list[str] = []
        total = 0
        for key in sorted(lengths, key=lambda key: (lengths[key], key)):
            total += lengths[key]
            if total > _GRAM_BUDGET and chosen:
                break
            chosen.append(key)
        found = self._postings(chosen)
        if not found:
            return {}
        rows = np.concatenate([found[key][0] for key in chosen])
        sizes = np.concatenate([found[key][1] for key in chosen])
        unique, first, count = np.unique(rows, return_index=True, return_counts=True)
        alike = 2 * count / (len(grams) + sizes[first])
        kept = np.nonzero(alike >= _LEAST_ALIKE)[0]
        if not len(kept):
            return {}
        numbers = [int(unique[i]) for i in kept]
        marks = ",".join("?" * len(numbers))
        concepts = dict(self._db.execute(f"SELECT number, concept FROM name WHERE number IN ({marks})", numbers))
        return {concepts[number]: float(alike[i]) for number, i in zip(numbers, kept, strict=True)}

    def _lengths(self, vector: Mapping[str, float]) -> dict[str, int]:
        """Return how many rows have each of these keys; those that none has are left out."""
        found: dict[str, int] = {}
        for chunk in _chunks(list(vector)):
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT key, sum(n) FROM posting INDEXED BY posting_of WHERE key IN ({marks}) GROUP BY key"
            found.update(self._db.execute(sql, chunk))
        return found

    def _postings(self, keys: Sequence[str]) -> dict[str, tuple[Integers, Floats]]:
        parts: dict[str, list[tuple[Integers, Floats]]] = defaultdict(list)
        for chunk in _chunks(keys):
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT key, rows, weights FROM posting WHERE key IN ({marks}) ORDER BY key, segment"
            for key, rows, weights in self._db.execute(sql, chunk):
                parts[key].append(
                    (np.frombuffer(rows, np.int32), np.frombuffer(weights, np.float16).astype(np.float32))
                )
        return {
            key: found[0]
            if len(found) == 1
            else (np.concatenate([r for r, _ in found]), np.concatenate([w for _, w in found]))
            for key, found in parts.items()
        }

    def _posting(self, key: str) -> tuple[Integers, Floats]:
        return self._postings([key])[key]


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[i : i + _KEYS_A_QUERY] for i in range(0, len(keys), _KEYS_A_QUERY))


def _rows(rows: list[int]) -> Integers:
    return np.array(rows, dtype=np.int32)


def _weights(weights: list[float]) -> Floats:
    return np.array(weights, dtype=np.float16)


def _grams(letters: str) -> frozenset[str]:
    """Return the pairs and triples of letters of a word, its ends marked."""
    marked = f"^{letters}$"
    return frozenset(marked[i : i + size] for size in (2, 3) for i in range(len(marked) - size + 1))
