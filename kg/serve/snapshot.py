"""What the server answers from: the store as it is, its records in memory, and reading both anew when the store changes."""

import logging
import shutil
import threading
import time
import weakref
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Generic, TypeVar

from kg.errors import StoreError
from kg.graph import ClaimGraph
from kg.model import Extraction, Review
from kg.reviews import AppliedReviews
from kg.store import Store
from kg.store_backends import folder_state

_CHECK_EVERY_S = 2.0  # a store that is being built changes all the time
_CHECK_SERVER_EVERY_S = 60.0  # asking a server for the sizes of all graphs is not free
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
        added_to: documents that reviews added claims to.
    """

    store: Store
    extractions: dict[str, Extraction]
    graph: ClaimGraph
    reviews: dict[str, tuple[Review, ...]]
    numbers: dict[str, int]
    n_quads: int
    n_actors: int
    added_to: frozenset[str] = frozenset()
    traces: Recent[tuple[str, str | None], object] = field(default_factory=lambda: Recent(_KEPT_TRACES))

    def reviewed(self, extraction: Extraction) -> Extraction:
        """Return what was read from a document with all reviews applied."""
        return self.extractions.get(extraction.document.document_id, extraction)


def take_snapshot(store: Store) -> Snapshot:
    """Read all records of a store.

    Raises:
        StoreError: the store cannot be read, or its records are not ours.
    """
    applied = AppliedReviews(store.reviews())
    found = sorted(
        map(applied.to, store.extractions()),
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
        added_to=applied.added_to,
    )


class Library:
    """Keeps the snapshot of a store up to date: a store on disk is read anew when another process has changed it."""

    def __init__(self, store: Store) -> None:
        """Take the first snapshot.

        Raises:
            StoreError: the store cannot be read, or its records are not ours.
        """
        self.store = store
        self._path = store.path if store.read_only else None
        self._lock = threading.Lock()
        self._state = _state_of(store)
        self._seen, self._version = self._state, 0
        self._checked = self._looked = time.monotonic()
        self._snapshot = take_snapshot(store)

    @cached_property
    def location(self) -> str:
        """Where other processes find the store: a folder or an address. One in memory is copied to a folder."""
        if self.store.path is not None or self.store.is_remote:
            return self.store.name
        folder = mkdtemp(prefix="kg-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.store.copy_to(Path(folder) / "store")
        return str(Path(folder) / "store")

    @property
    def is_watched(self) -> bool:
        """Whether ``version`` tells every change: of a store on a server it does not."""
        return not self.store.is_remote

    def version(self) -> int:
        """Return a number that changes with the store; a store on disk is looked at every other second."""
        if self.store.path is not None and time.monotonic() - self._looked > _CHECK_EVERY_S:
            self._looked = time.monotonic()
            state = _state_of(self.store)
            if state != self._seen:
                self._seen = state
                self._version += 1
        return self._version

    def note_change(self) -> None:
        """Take note that the store was changed just now."""
        self._version += 1
        self._seen = _state_of(self.store)
        self._checked = -_CHECK_EVERY_S

    def current(self) -> Snapshot:
        """Return the newest snapshot; the one before while the store cannot be read."""
        every_s = _CHECK_EVERY_S if self._path is not None else _CHECK_SERVER_EVERY_S
        may_change = self._path is not None or self.store.is_remote
        if may_change and time.monotonic() - self._checked > every_s and self._lock.acquire(False):
            try:
                self._refresh()
            finally:
                self._checked = time.monotonic()
                self._lock.release()
        return self._snapshot

    def _refresh(self) -> None:
        try:
            state = _state_of(self.store)
            if state == self._state:
                return
            self._snapshot = take_snapshot(Store(self._path, read_only=True) if self._path else self.store)
        except StoreError as err:
            _log.warning("%s; what was read before is served", err)
        else:
            self._state = state


def _state_of(store: Store) -> frozenset[tuple[str, int, int]]:
    """Return what tells one state of a store from another: its files, or on a server the graphs and their sizes."""
    if store.path is not None:
        return folder_state(store.path)
    if not store.is_remote:
        return frozenset()
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", named_graphs=())
    return frozenset((row["g"].value, int(row["n"].value), 0) for row in rows)  # type: ignore[union-attr]
