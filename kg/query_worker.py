"""One process that evaluates SPARQL for the server: Oxigraph cannot be told to stop, but a process can be ended.

``python -m kg.query_worker FD LOCATION MAX_MEMORY`` answers the jobs that come through the socket FD, one after another,
until the other end closes it; first it sends READY. A job and a reply are each two lengths (4 bytes, big-endian), a JSON object, and bytes.
"""

import gzip
import io
import json
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat
from typing_extensions import Buffer

from kg.errors import KgError, QueryError, StoreError
from kg.sparql_text import then
from kg.store_backends import Backend, EmbeddedBackend
from kg.store_remote import RemoteBackend, is_address

HEAD = struct.Struct("!II")
READY = b"+"  # what a worker sends once it has started
GRACE_S = 2.0  # after a job's time a worker ends itself, in case nobody is left to end it
_MIN_ZIPPED = 1_000  # bytes; less is not worth it
_ZIP_LEVEL = 1  # the time counts more than the last bytes
_RISKY = ("clear", "drop", "delete", "move", "copy", "load", "insert", "add")
_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kg": "https://w3id.org/kg-claims/ns#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Job(TypedDict):
    """What a worker is to do. ``kind`` is "query", "graph" (write out one), "update" or "put"."""

    kind: str
    text: NotRequired[str]
    media_type: NotRequired[str]
    default_graphs: NotRequired[list[str]]
    named_graphs: NotRequired[list[str]]
    base_iri: NotRequired[str | None]
    union: NotRequired[bool]
    graph: NotRequired[str | None]  # None is the default graph
    replaces: NotRequired[bool]  # a put: what the graph held goes
    parts: NotRequired[list[tuple[str, int]]]  # media type and length of each graph in the body
    log: NotRequired[str]  # an update that notes the write; the graph it notes it in follows
    log_graph: NotRequired[str]
    zips: NotRequired[bool]
    state: int  # of the store: where it is another than last time, the store is opened anew
    timeout_s: float
    max_rows: int
    max_bytes: int


@dataclass(frozen=True)
class Reply:
    """What came of a job: ``status`` as in HTTP, ``error`` a line where it is not 200, 201 or 204."""

    status: int
    body: bytes = b""
    error: str = ""
    zipped: bool = False
    verdict: bool | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def pack(self) -> bytes:
        """Write it for the socket."""
        head = {"status": self.status, "error": self.error, "zipped": self.zipped, "verdict": self.verdict}
        return pack(head | self.facts, self.body)


class _TooLargeError(Exception):
    """An answer goes beyond a limit."""


class _LimitedBuffer(io.BytesIO):
    """Collects an answer until it is too large."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes

    def write(self, data: Buffer) -> int:
        """Collect some bytes."""
        if self.tell() + memoryview(data).nbytes > self._max_bytes:
            msg = f"the answer is larger than {self._max_bytes} bytes; ask for less, for instance with LIMIT"
            raise _TooLargeError(msg)
        return super().write(data)


class Evaluator:
    """Does the jobs, on a store that it opens anew whenever another state of it is asked for."""

    def __init__(self, location: str) -> None:
        """Remember where the store is."""
        self._location = location
        self._backend: Backend | None = None
        self._state = -1

    def do(self, job: Job, body: bytes) -> Reply:
        """Do a job; what is wrong with it becomes the reply."""
        work: dict[str, Callable[[Job, bytes], Reply]] = {
            "query": self._query,
            "graph": self._graph,
            "update": self._update,
            "put": self._put,
        }
        try:
            try:
                return work[job["kind"]](job, body)
            except (OSError, StoreError):  # the files of a store that was changed meanwhile may be gone
                if "log" in job or is_address(self._location):
                    raise
                self._backend = None
                return work[job["kind"]](job, body)
        except _TooLargeError as err:
            return Reply(503, error=str(err))
        except StoreError as err:
            return Reply(503, error=str(err))
        except KgError as err:
            return Reply(400, error=str(err))
        except (OSError, RuntimeError, ValueError, SyntaxError) as err:
            return Reply(400, error=f"{'query' if job['kind'] == 'query' else 'request'}: {' '.join(str(err).split())}")
        except RecursionError:
            return Reply(400, error="the request is nested too deeply")

    def _query(self, job: Job, _body: bytes) -> Reply:
        return self._answer(job)

    def _answer(self, job: Job) -> Reply:
        results = self._open(job).query(
            job["text"],
            default_graphs=job["default_graphs"],
            named_graphs=job["named_graphs"],
            base_iri=job["base_iri"],
            union=job["union"],
        )
        buffer = _LimitedBuffer(job["max_bytes"])
        if isinstance(results, QueryTriples):
            rdf_format = RdfFormat.from_media_type(job["media_type"])
            if rdf_format is None:
                return Reply(406, error=f"a graph cannot be written as {job['media_type']}")
            triples = list(islice(results, job["max_rows"] + 1))
            _check_rows(len(triples), job["max_rows"])
            pyoxigraph.serialize(triples, buffer, format=rdf_format, prefixes=_PREFIXES)
            return _reply(job, buffer.getvalue())
        table_format = QueryResultsFormat.from_media_type(job["media_type"])
        if table_format is None:
            return Reply(406, error=f"a table cannot be written as {job['media_type']}")
        results.serialize(buffer, table_format)
        written = buffer.getvalue()
        if isinstance(results, QuerySolutions):
            _check_rows(count_rows(written, table_format, job["max_rows"]), job["max_rows"])
        return _reply(job, written, bool(results) if isinstance(results, QueryBoolean) else None)

    def _graph(self, job: Job, _body: bytes) -> Reply:
        backend = self._open(job)
        graph = job["graph"]
        if graph is not None and not _holds(backend, graph):
            return Reply(404, error=f"there is no graph <{graph}>")
        pattern = "{ ?s ?p ?o }" if graph is None else f"{{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {pattern}"
        return self._answer(job | {"text": query, "default_graphs": [], "named_graphs": [], "base_iri": None})

    def _update(self, job: Job, _body: bytes) -> Reply:
        with self._writable() as backend:
            self._write(backend, job, job["text"])
        return Reply(204)

    def _put(self, job: Job, body: bytes) -> Reply:
        """Put triples into a graph: PUT and POST of the graph store protocol, and DELETE, which brings none."""
        graph, parts = job["graph"], job["parts"]
        target = "DEFAULT" if graph is None else f"GRAPH <{graph}>"
        with self._writable() as backend:
            existed = graph is None or _holds(backend, graph)
            text = ""
            if job["replaces"]:
                if not parts and not existed:
                    return Reply(404, error=f"there is no graph <{graph}>")
                text = f"DROP SILENT {target} ;\n"
            if parts:
                lines, start = "", 0
                for media_type, length in parts:
                    lines += _read_triples(body[start : start + length], media_type, job["base_iri"])
                    start += length
                text += f"CREATE SILENT {target} ;\n" if graph is not None else ""
                text += f"INSERT DATA {{ {lines if graph is None else f'GRAPH <{graph}> {{ {lines} }}'} }}"
            self._write(backend, job, text)
        return Reply(204 if existed else 201)

    def _write(self, backend: Backend, job: Job, text: str) -> None:
        """Carry out an update and note it, in one transaction; what was noted before cannot be taken away by it."""
        notes, graph = job["log"], job["log_graph"]
        kept = "\n".join(backend.triples(graph)) if any(word in text.casefold() for word in _RISKY) else ""
        data = f"INSERT DATA {{ GRAPH <{graph}> {{\n{kept}\n{notes}\n}} }}"
        base = job.get("base_iri")
        whole = then(text, data)
        if not isinstance(backend, EmbeddedBackend):
            backend.update(f"BASE <{base}> {whole}" if base else whole)
            return
        if whole is data:
            EmbeddedBackend(None).update(text, base)  # it may be no update at all
        try:
            backend.update(whole, base)
        except QueryError:
            # alone, on an empty store, it says where the mistake is in the text as it was sent
            EmbeddedBackend(None).update(text, base)
            raise

    def _open(self, job: Job) -> Backend:
        if self._backend is None or self._state != job["state"]:
            self._backend = _open(self._location, read_only=True)
            self._state = job["state"]
        return self._backend

    @contextmanager
    def _writable(self) -> Iterator[Backend]:
        backend = _open(self._location, read_only=False)
        try:
            yield backend
        finally:
            backend.close()


def _open(location: str, *, read_only: bool) -> Backend:
    if is_address(location):
        return RemoteBackend(location)
    return EmbeddedBackend(Path(location), read_only=read_only)


def _holds(backend: Backend, graph: str) -> bool:
    return graph in backend.graphs()


def _read_triples(body: bytes, media_type: str, base_iri: str | None) -> str:
    """Read a graph as N-Triples.

    Raises:
        QueryError: the body is not what its media type says.
    """
    rdf_format = RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        msg = f'Content-Type is "{media_type}", expected an RDF format'
        raise QueryError(msg)
    try:
        quads = pyoxigraph.parse(body, rdf_format, base_iri=base_iri, without_named_graphs=True)
        lines = pyoxigraph.serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as err:
        msg = f"graph: {' '.join(str(err).split())}"
        raise QueryError(msg) from err
    return (lines or b"").decode("utf-8")


def count_rows(written: bytes, table_format: QueryResultsFormat, enough: int) -> int:
    """Count the rows of a written table; where it surely has no more than ``enough``, the count may be too high."""
    if table_format == QueryResultsFormat.TSV:
        return written.count(b"\n") - 1
    if table_format == QueryResultsFormat.XML:
        return written.count(b"<result>")
    mark = b"\n" if table_format == QueryResultsFormat.CSV else b"},{"
    if written.count(mark) <= enough - 1:
        return enough
    if table_format == QueryResultsFormat.CSV:
        # a quoted field has an even number of quotes up to its end, so only what stands outside fields is left
        return b"".join(written.split(b'"')[::2]).count(b"\n") - 1
    return len(json.loads(written)["results"]["bindings"])


def _check_rows(n_rows: int, max_rows: int) -> None:
    if n_rows > max_rows:
        msg = f"the answer has more than {max_rows} rows; ask for less, for instance with LIMIT"
        raise _TooLargeError(msg)


def _reply(job: Job, body: bytes, verdict: bool | None = None) -> Reply:
    if job.get("zips") and len(body) >= _MIN_ZIPPED:
        return Reply(200, gzip.compress(body, _ZIP_LEVEL, mtime=0), zipped=True, verdict=verdict)
    return Reply(200, body, verdict=verdict)


def pack(head: object, body: bytes = b"") -> bytes:
    """Write a message for the socket."""
    packed = json.dumps(head).encode()
    return HEAD.pack(len(packed), len(body)) + packed + body


def _receive(sock: socket.socket, n_bytes: int) -> bytes:
    data = bytearray()
    while len(data) < n_bytes:
        part = sock.recv(min(n_bytes - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def run(sock: socket.socket, evaluator: Evaluator) -> None:
    """Answer jobs until the socket is closed."""
    while True:
        try:
            n_head, n_body = HEAD.unpack(_receive(sock, HEAD.size))
            job, body = json.loads(_receive(sock, n_head)), _receive(sock, n_body)
            # the default action of the signal ends the process, whatever it is doing
            signal.setitimer(signal.ITIMER_REAL, job["timeout_s"] + GRACE_S)
            reply = evaluator.do(job, body)
            signal.setitimer(signal.ITIMER_REAL, 0)
            sock.sendall(reply.pack())
        except (EOFError, ConnectionError):
            return


def main(fd: str, location: str, max_memory: str) -> None:
    """Prepare the process and answer jobs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    limit = int(max_memory)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sock = socket.socket(fileno=int(fd))
    sock.sendall(READY)
    run(sock, Evaluator(location))


if __name__ == "__main__":
    main(*sys.argv[1:4])
