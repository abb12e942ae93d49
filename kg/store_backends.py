"""Where a store's quads are: Oxigraph in a folder or in memory. The other backend, a SPARQL server, is ``store_remote``."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyoxigraph

from kg.errors import QueryError, StoreError
from kg.sparql_text import names_dataset

Solutions = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

_MARK = "CURRENT"  # the file that every RocksDB folder has
_MAX_WAIT_S = 8.0  # a writer that flushes, compacts or closes swaps its files one by one
_FIRST_PAUSE_S, _MAX_PAUSE_S = 0.02, 0.5
_MAX_UNCHANGED = 3  # attempts between which nothing moved
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


class Backend(Protocol):
    """What a store needs of the place where its quads are. Errors are ``StoreError``, of queries ``QueryError``."""

    @property
    def name(self) -> str:
        """How messages call it: its folder or address."""

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base_iri: str | None = None,
        union: bool = True,
    ) -> Solutions:
        """Answer a query, see ``Store.query``; ``union`` False asks the default graph alone, unless told otherwise."""

    def replace(self, graphs: dict[str, list[str]]) -> None:
        """Put these N-Triples lines in the place of what the graphs hold; a graph without lines goes."""

    def update(self, sparql: str) -> None:
        """Carry out an update."""

    def triples(self, graph: str) -> list[str]:
        """Return the N-Triples lines of a graph, in any order."""

    def graphs(self) -> list[str]:
        """Return the names of all graphs."""

    def close(self) -> None:
        """Write everything and let go."""


class EmbeddedBackend:
    """Oxigraph in a folder on disk, or in memory."""

    def __init__(self, path: Path | None, *, read_only: bool = False) -> None:
        """Open it; see ``Store``."""
        self._path = path
        self._read_only = read_only
        if path is None:
            self._store = pyoxigraph.Store()
            return
        _check_folder(path, read_only=read_only)
        with self._errors():
            if read_only:
                self._store = open_read_only(path)
            else:
                path.mkdir(parents=True, exist_ok=True)
                self._store = pyoxigraph.Store(str(path))

    @property
    def name(self) -> str:
        """How messages call it."""
        return str(self._path or "store in memory")

    @property
    def quads(self) -> Iterator[pyoxigraph.Quad]:
        """All quads."""
        return iter(self._store)

    def extend(self, quads: Iterator[pyoxigraph.Quad]) -> None:
        """Add quads."""
        with self._errors():
            self._store.extend(quads)

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base_iri: str | None = None,
        union: bool = True,
    ) -> Solutions:
        """Answer a query."""
        try:
            defaults = [pyoxigraph.NamedNode(graph) for graph in default_graphs]
            named = [pyoxigraph.NamedNode(graph) for graph in named_graphs]
        except ValueError as err:
            msg = f"graph name: {err}"
            raise QueryError(msg) from err
        has_dataset = bool(defaults or named)
        with self._errors():
            try:
                return self._store.query(
                    sparql,
                    base_iri=base_iri,
                    use_default_graph_as_union=union and not has_dataset and not names_dataset(sparql),
                    default_graph=list(defaults) if has_dataset else None,
                    named_graphs=list(named) if has_dataset else None,
                )
            except (SyntaxError, ValueError) as err:
                msg = f"query: {' '.join(str(err).split())}"
                raise QueryError(msg) from err

    def replace(self, graphs: dict[str, list[str]]) -> None:
        """Put other lines into graphs, in one transaction."""
        self.update(replacement(graphs))

    def update(self, sparql: str, base_iri: str | None = None) -> None:
        """Carry out an update, in one transaction."""
        if self._read_only:
            msg = f"{self.name}: the store is open read-only"
            raise StoreError(msg)
        with self._errors():
            try:
                self._store.update(sparql, base_iri=base_iri)
            except (SyntaxError, ValueError) as err:
                msg = f"update: {' '.join(str(err).split())}"
                raise QueryError(msg) from err

    def triples(self, graph: str) -> list[str]:
        """Return the lines of a graph."""
        with self._errors():
            data = self._store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))
        return (data or b"").decode("utf-8").split("\n")[:-1]

    def graphs(self) -> list[str]:
        """Return the names of all graphs."""
        with self._errors():
            return [graph.value for graph in self._store.named_graphs()]

    def close(self) -> None:
        """Write everything to disk and let go of the folder."""
        if self._path is not None:
            if not self._read_only:
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
            msg = f"{self.name}: the store {reason} ({said[:200]})"
            raise StoreError(msg) from err


def replacement(graphs: dict[str, list[str]]) -> str:
    """Write the update that puts N-Triples lines in the place of what graphs hold."""
    drops = " ".join(f"DROP SILENT GRAPH <{graph}> ;" for graph in graphs)
    blocks = ("GRAPH <{}> {{\n{}\n}}".format(graph, "\n".join(lines)) for graph, lines in graphs.items() if lines)
    data = " ".join(blocks)
    return f"{drops} INSERT DATA {{ {data} }}" if data else drops.removesuffix(" ;")


def open_read_only(path: Path) -> pyoxigraph.Store:
    """Open a folder for reading.

    A writer may be swapping files at that moment, so that one that was just listed is gone: as long as files change
    between attempts it is tried again, for up to 8 seconds. A store that nobody changes fails after a few attempts.

    Raises:
        OSError: it cannot be opened.
    """
    end, pause, n_unchanged = time.monotonic() + _MAX_WAIT_S, _FIRST_PAUSE_S, 0
    while True:
        before = folder_state(path)
        try:
            return pyoxigraph.Store.read_only(str(path))
        except OSError:
            time.sleep(pause)
            n_unchanged = n_unchanged + 1 if folder_state(path) == before else 0
            if time.monotonic() > end or n_unchanged == _MAX_UNCHANGED:
                raise
            pause = min(2 * pause, _MAX_PAUSE_S)


def folder_state(path: Path) -> frozenset[tuple[str, int, int]]:
    """Return what tells one state of a store's folder from another: names, sizes and times of its data files."""
    state = set()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if not entry.name.startswith(("LOG", "LOCK")):
                    try:
                        stat = entry.stat()
                    except FileNotFoundError:  # swapped meanwhile
                        state.add((entry.name, -1, -1))
                    else:
                        state.add((entry.name, stat.st_size, stat.st_mtime_ns))
    except OSError:
        return frozenset()
    return frozenset(state)


def _check_folder(path: Path, *, read_only: bool) -> None:
    expected = "expected the folder of a store"
    try:
        if not path.exists():
            if read_only:
                msg = f"{path}: no such folder, {expected}"
                raise StoreError(msg)
            return
        if not path.is_dir():
            msg = f"{path}: is a file, {expected}"
            raise StoreError(msg)
        if not (path / _MARK).exists() and (read_only or any(path.iterdir())):
            msg = f"{path}: is not a store, {expected}"
            raise StoreError(msg)
    except OSError as err:
        msg = f"{path}: {err.strerror}, {expected}"
        raise StoreError(msg) from err
