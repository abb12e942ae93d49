"""A server over an empty store for the W3C's tests, and a proxy before it that sends the key along."""

import http.client
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import pyoxigraph

from kg.serve.keys import KeyRing, keys_path
from kg.store import Store

DEFAULT = "urn:test:default"  # the graph that holds the data of the default graph
_SETTINGS = """
[serve]
port = 0
union_default_graph = false  # the tests mean the default graph alone
allowed_hosts = ["example.org", "example.com", "www.example.org"]  # what the syntax tests LOAD from; none has a graph
"""


class RunningServer:
    """`kg serve` in a process of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kg-w3c-")
        folder = Path(self._folder.name)
        store = folder / "store"
        Store(store).close()
        self.key = KeyRing(keys_path(store)).add("w3c")
        (folder / "kg.toml").write_text(_SETTINGS)
        command = [sys.executable, "-m", "kg", "--config", folder / "kg.toml", "serve", "--store", store]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        found = re.search(r"at (http\S+)/", self._process.stderr.readline())
        self.address = found[1]
        self.sparql = f"{self.address}/sparql"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stderr.close()
        self._folder.cleanup()

    def request(
        self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        """Send a request; return status, media type and body."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request(method, target, body, {"Authorization": f"Bearer {self.key}"} | (headers or {}))
        response = connection.getresponse()
        answer = response.status, response.getheader("content-type") or "", response.read()
        connection.close()
        return answer

    # as an engine of kg.w3c.suites

    def query(self, text: str, accept: str, graphs: tuple[str, ...] | None = None) -> bytes:
        """Answer a query.

        Raises:
            SyntaxError: it is none.
        """
        pairs = [("query", text)]
        if graphs is not None:
            pairs += [("default-graph-uri", DEFAULT), *(("named-graph-uri", graph) for graph in graphs)]
        status, _, body = self.request("GET", f"/sparql?{urlencode(pairs)}", headers={"Accept": accept})
        return _checked(status, body)

    def update(self, text: str) -> None:
        """Carry out an update.

        Raises:
            SyntaxError: it is none.
        """
        headers = {"Content-Type": "application/sparql-update"}
        _checked(*self.request("POST", "/sparql", text.encode(), headers)[::2])


def _checked(status: int, body: bytes) -> bytes:
    if status == http.HTTPStatus.BAD_REQUEST:
        raise SyntaxError(body.decode())
    if status >= http.HTTPStatus.MULTIPLE_CHOICES:
        raise RuntimeError(f"{status} {body.decode()}")
    return body


class BareEngine:
    """Oxigraph without a server."""

    def __init__(self) -> None:
        self._store = pyoxigraph.Store()

    def query(self, text: str, accept: str, graphs: tuple[str, ...] | None = None) -> bytes:
        dataset = {}
        if graphs is not None:
            named = [pyoxigraph.NamedNode(graph) for graph in graphs]
            dataset = {"default_graph": pyoxigraph.NamedNode(DEFAULT), "named_graphs": named}
        results = self._store.query(text, **dataset)
        if isinstance(results, pyoxigraph.QueryTriples):
            return results.serialize(format=pyoxigraph.RdfFormat.from_media_type(accept))
        return results.serialize(format=pyoxigraph.QueryResultsFormat.from_media_type(accept))

    def update(self, text: str) -> None:
        self._store.update(text)


class KeyProxy:
    """Passes requests on to a server with its key, as for a client that has none of its own."""

    def __init__(self, server: RunningServer) -> None:
        parts = urlsplit(server.address)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.putheader("Authorization", f"Bearer {server.key}")
                connection.endheaders(body or None)
                response = connection.getresponse()
                data = response.read()
                self.send_response(response.status)
                for name, value in response.getheaders():
                    if name.casefold() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                connection.close()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
