"""A store on a SPARQL 1.1 server, reached by the SPARQL protocol alone.

The user and the password come from the environment, ``KG_STORE_USER`` and ``KG_STORE_PASSWORD``, and are sent as Basic
or Digest authentication where the server asks for it. Updates go to the address in ``KG_STORE_UPDATE``; without it to the
same address as queries, its last part "query" replaced by "update".

A server makes each request a transaction, or not; a document of more than some thousand triples takes several requests.
Its claims come last, so that a document that was half written counts as not there.
"""

import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, NoReturn
from urllib.parse import urlencode, urlsplit

import pyoxigraph
from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat

from kg.errors import QueryError, StoreError
from kg.sparql_text import names_dataset, query_form
from kg.store_backends import Solutions

USER_VARIABLE, PASSWORD_VARIABLE, UPDATE_VARIABLE = "KG_STORE_USER", "KG_STORE_PASSWORD", "KG_STORE_UPDATE"

_TIMEOUT_S = 120.0  # a server may need long for one query
_MAX_TRIPLES = 2_000  # in one request; Virtuoso takes 10,000 lines of what it makes of them
_UNION = "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?o)) } } LIMIT 1"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_BAD_REQUEST = range(400, 401)


def is_address(location: object) -> bool:
    """Tell whether a store is named by an address rather than a folder."""
    return isinstance(location, str) and location.startswith(("http://", "https://"))


class RemoteBackend:
    """The quads on a server."""

    def __init__(self, address: str, environ: Mapping[str, str] = os.environ) -> None:
        """Prepare to ask a server; the first request is made when something is asked.

        Args:
            address: where it takes queries.
            environ: where user, password and the address for updates are looked up.

        Raises:
            StoreError: the address cannot be read, or has a user or password in it.
        """
        parts = urlsplit(address)
        if not parts.hostname or parts.username or parts.password or parts.fragment:
            msg = f"{parts._replace(netloc=parts.hostname or '').geturl()}: expected http(s)://HOST/PATH; user and password come from {USER_VARIABLE} and {PASSWORD_VARIABLE}"
            raise StoreError(msg)
        self._address = address
        self._update_address = environ.get(UPDATE_VARIABLE) or re.sub(r"/query/?$", "/update", address)
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if user := environ.get(USER_VARIABLE):
            for place in {self._address, self._update_address}:
                passwords.add_password(None, place, user, environ.get(PASSWORD_VARIABLE, ""))
        self._opener = urllib.request.build_opener(
            _NoRedirects,
            urllib.request.HTTPDigestAuthHandler(passwords),
            urllib.request.HTTPBasicAuthHandler(passwords),
        )
        self._is_union: bool | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return self._address

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base_iri: str | None = None,
        union: bool = True,
    ) -> Solutions:
        """Answer a query. The union of all graphs is named graph by graph where the server does not ask it anyway."""
        if base_iri is not None:
            sparql = f"BASE <{base_iri}> {sparql}"
        defaults, named = list(default_graphs), list(named_graphs)
        if union and not defaults and not named and not names_dataset(sparql) and not self._asks_union():
            defaults = named = self.graphs()
        return self._query(sparql, defaults, named)

    def _query(self, sparql: str, defaults: Iterable[str] = (), named: Iterable[str] = ()) -> Solutions:
        is_graph = query_form(sparql) in ("construct", "describe")
        accept = "application/n-triples, text/turtle;q=0.5" if is_graph else "application/sparql-results+json"
        pairs = [("query", sparql), *(("default-graph-uri", graph) for graph in defaults)]
        pairs += [("named-graph-uri", graph) for graph in named]
        media_type, body = self._post(self._address, urlencode(pairs).encode(), accept, "query")
        try:
            if not is_graph:
                return pyoxigraph.parse_query_results(body, QueryResultsFormat.JSON)
            store = pyoxigraph.Store()
            form = RdfFormat.TURTLE if media_type == "text/turtle" else RdfFormat.N_TRIPLES
            store.bulk_load(body, form)
            triples = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        except (SyntaxError, ValueError) as err:
            self._fail(f"answers what is no result of a query: {' '.join(str(err).split())}", err)
        if not isinstance(triples, QueryTriples):
            raise TypeError(type(triples))
        return triples

    def _asks_union(self) -> bool:
        """Tell whether the server's default graph is the union of all: whether it has a triple of a named graph."""
        if self._is_union is None:
            rows = self._query(_UNION)
            row = next(iter(rows), None)  # type: ignore[arg-type]  # a SELECT
            if row is None:
                return True
            self._is_union = bool(self._query(f"ASK {{ {row['s']} {row['p']} {row['o']} }}"))
        return self._is_union

    def replace(self, graphs: dict[str, list[str]]) -> None:
        """Put other lines into graphs: all of them are dropped first, the first graph is filled last."""
        drops = " ; ".join(f"DROP SILENT GRAPH <{graph}>" for graph in graphs)
        n_lines = sum(map(len, graphs.values()))
        if n_lines <= _MAX_TRIPLES:
            blocks = " ".join(_block(graph, lines) for graph, lines in graphs.items() if lines)
            self.update(f"{drops} ; INSERT DATA {{ {blocks} }}" if blocks else drops)
            return
        self.update(drops)
        for graph in reversed(graphs):
            lines = iter(graphs[graph])
            while part := list(islice(lines, _MAX_TRIPLES)):
                self.update(f"INSERT DATA {{ {_block(graph, part)} }}")

    def update(self, sparql: str) -> None:
        """Carry out an update."""
        self._post(self._update_address, urlencode({"update": sparql}).encode(), "*/*", "update")

    def triples(self, graph: str) -> list[str]:
        """Return the lines of a graph."""
        found = self._query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return [f"{triple} ." for triple in found]  # type: ignore[union-attr]  # a CONSTRUCT

    def graphs(self) -> list[str]:
        """Return the names of all graphs that hold something."""
        rows: Iterator[pyoxigraph.QuerySolution] = iter(self._query(_GRAPHS))  # type: ignore[arg-type]  # a SELECT
        return [row["g"].value for row in rows if isinstance(row["g"], NamedNode)]

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _post(self, address: str, body: bytes, accept: str, what: str) -> tuple[str, bytes]:
        """Send a request; return the media type and the body of the answer."""
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "kg"}
        request = urllib.request.Request(address, body, headers, method="POST")
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as response:
                return response.headers.get_content_type(), response.read()
        except urllib.error.HTTPError as err:
            with err:
                said = " ".join(err.read(2_000).decode("utf-8", "replace").split())[:300]
            if err.code in _BAD_REQUEST:
                raise QueryError(f"{what}: {said}") from err
            hint = ""
            if err.code in (401, 403):
                hint = f"; user and password are read from {USER_VARIABLE} and {PASSWORD_VARIABLE}"
            self._fail(f"answers {err.code} {err.reason}{hint}{': ' if said else ''}{said}", err)
        except ValueError as err:  # an authentication that urllib does not know
            self._fail(f"cannot be asked: {err}", err)
        except (OSError, http.client.HTTPException) as err:
            self._fail(f"cannot be reached: {getattr(err, 'reason', None) or err}", err)

    def _fail(self, reason: str, err: Exception) -> NoReturn:
        msg = f"{self._address}: the server {reason}"
        raise StoreError(msg) from err


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows none: what is sent, and the password, are for one server."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow none."""


def _block(graph: str, lines: list[str]) -> str:
    return "GRAPH <{}> {{\n{}\n}}".format(graph, "\n".join(lines))
