"""What the server answers from: the store as it is, its records in memory, and reading both anew when the store changes."""

import logging
import threading
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from kg.errors import StoreError
from kg.graph import ClaimGraph
from kg.model import Extraction, Review
from kg.store import Store

_CHECK_EVERY_S = 2.0  # a store that is being built changes all the time
_KEPT_TRACES = 128

Key = TypeVar("Key")
Value = TypeVar("Value")

_log = logging.getLogger(__name__)


class Recent(Generic[Key, Value]):
    """The last answers, by question; for use by several threads."""

    def __init__(self, n_kept: int) -> None:
        """Start empty, to keep that many."""
        self._n_kept = n_kept
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """Return what is kept for a key."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value; the one that was asked for longest ago goes."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._n_kept:
                self._values.popitem(last=False)


@dataclass(frozen=True)
class Snapshot:
    """A store as it was at one moment, with its records in memory.

    Attributes:
        extractions: by document identifier, the newest document first.
        numbers: the number of each claim within its document, from 1, in text order.
    """

    store: Store
    extractions: dict[str, Extraction]
    graph: ClaimGraph
    reviews: dict[str, tuple[Review, ...]]
    numbers: dict[str, int]
    n_quads: int
    n_actors: int
    traces: Recent[tuple[str, str | None], object] = field(default_factory=lambda: Recent(_KEPT_TRACES))


def take_snapshot(store: Store) -> Snapshot:
    """Read all records of a store.

    Raises:
        StoreError: the store cannot be read, or its records are not ours.
    """
    found = sorted(
        store.extractions(),
        key=lambda e: (e.document.published.value if e.document.published else "", e.document.document_id),
        reverse=True,
    )
    reviews: dict[str, list[Review]] = defaultdict(list)
    for review in store.reviews():
        reviews[review.record_id].append(review)
    n_quads = sum(len(store.lines(extraction.document.document_id)) for extraction in found)
    return Snapshot(
        store=store,
        extractions={extraction.document.document_id: extraction for extraction in found},
        graph=ClaimGraph(found),
        reviews={record_id: tuple(items) for record_id, items in reviews.items()},
        numbers={c.claim_id: i for extraction in found for i, c in enumerate(extraction.claims, start=1)},
        n_quads=n_quads,
        n_actors=len({actor.key for extraction in found for actor in extraction.actors}),
    )


class Library:
    """Keeps the snapshot of a store up to date: a store on disk is read anew when another process has changed it."""

    def __init__(self, store: Store) -> None:
        """Take the first snapshot.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        self._path = store.path if store.read_only else None
        self._lock = threading.Lock()
        self._state = _state_of(self._path)
        self._checked = time.monotonic()
        self._snapshot = take_snapshot(store)

    def current(self) -> Snapshot:
        """Return the newest snapshot; the one before while the store cannot be read."""
        if self._path is not None and time.monotonic() - self._checked > _CHECK_EVERY_S and self._lock.acquire(False):
            try:
                self._refresh(self._path)
            finally:
                self._checked = time.monotonic()
                self._lock.release()
        return self._snapshot

    def _refresh(self, path: Path) -> None:
        state = _state_of(path)
        if state == self._state:
            return
        try:
            self._snapshot = take_snapshot(Store(path, read_only=True))
        except StoreError as err:
            _log.warning("%s; what was read before is served", err)
        else:
            self._state = state


def _state_of(path: Path | None) -> frozenset[tuple[str, int, int]]:
    """Return what tells one state of a store's folder from another: names, sizes and times of its data files."""
    if path is None:
        return frozenset()
    state = set()
    try:
        for file in path.iterdir():
            if not file.name.startswith(("LOG", "LOCK")):
                stat = file.stat()
                state.add((file.name, stat.st_size, stat.st_mtime_ns))
    except OSError as err:
        _log.warning("%s: %s", path, err.strerror)
    return frozenset(state)
