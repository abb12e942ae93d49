"""Time the SPARQL endpoint against Oxigraph's own server on the same store, in one run; or under a mixed load.

    .venv/bin/python scripts/bench endpoint [--store out/kg] [--seconds 3] [--clients 4]
    .venv/bin/python scripts/bench endpoint --load [--requests 400]

Prints queries per second of both servers and their ratio, by kind of query. No two queries of a kind are the same text,
so that nothing can be answered from memory; "repeated" is the ratio where 20 queries are asked again and again. With --load, 16 clients send short queries while some of them send heavy
ones; prints how long the short ones took, alone and beside the heavy ones. Both servers listen on 127.0.0.1 alone and
are stopped in the end.
"""

import argparse
import http.client
import re
import socket
import statistics
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from kg.store import Store

_PREFIXES = """PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX kg: <https://w3id.org/kg-claims/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX schema: <https://schema.org/> """
_HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?c)) + STRLEN(STR(?f)) = 1) }"
_N_LOAD_CLIENTS = 16
_N_HEAVY_CLIENTS = 4
_WARM_UP_S = 15  # `kg serve` loads its language pipelines when it starts
_ACCEPT = {"Accept": "application/sparql-results+json"}

Kinds = dict[str, Callable[[int], str]]


def kinds(claims: list[str], words: list[str]) -> Kinds:
    """Return the queries of each kind, by number."""

    def claim(number: int) -> str:
        return claims[number % len(claims)]

    return {
        "lookups": lambda i: f"SELECT ?p ?o {{ <{claim(i)}> ?p ?o }} # {i}",
        "joins": lambda i: (
            "SELECT ?text ?name ?title { ?c a kg:Claim ; schema:text ?text ; prov:wasQuotedFrom ?d ; "
            f"prov:wasAttributedTo/foaf:name ?name . ?d schema:headline ?title }} LIMIT {20 + i % 50} OFFSET {i % 300}"
        ),
        "property paths": lambda i: (
            f"SELECT ?n {{ <{claim(i)}> (kg:within|kg:expresses|^kg:expresses|prov:wasAttributedTo)+ ?n }} LIMIT {50 + i % 50}"
        ),
        "aggregates": lambda i: (
            "SELECT ?agent (COUNT(DISTINCT ?c) AS ?n) { ?c prov:wasAttributedTo/prov:specializationOf ?agent } "
            f"GROUP BY ?agent HAVING (COUNT(DISTINCT ?c) > {i % 7}) ORDER BY DESC(?n) LIMIT {20 + i % 30}"
        ),
        "text filters": lambda i: (
            "SELECT ?c ?text { ?c a kg:Claim ; schema:text ?text "
            f'FILTER(CONTAINS(LCASE(?text), "{words[i % len(words)]}")) }} LIMIT {50 + i // len(words)}'
        ),
    }


@contextmanager
def _running(command: list[object], said: str | None, address: str | None) -> Iterator[str]:
    with subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, text=True) as process:
        try:
            if said is not None:
                address = re.search(said, process.stderr.readline())[1]
            yield address
        finally:
            process.kill()


@contextmanager
def our_server(store: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "kg", "serve", "--store", store, "--port", 0]
    with _running(command, r"at (http\S+)/", None) as address:
        yield f"{address}/sparql"


@contextmanager
def oxigraph_server(store: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    bind = f"127.0.0.1:{port}"
    command = [program, "serve-read-only", "--location", store, "--bind", bind, "--union-default-graph"]
    with _running(command, None, f"http://{bind}/query") as address:
        yield address


class Client:
    """One connection that is kept open."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def ask(self, query: str) -> tuple[int, bytes]:
        self._connection.request("GET", f"{self._path}?{urlencode({'query': _PREFIXES + query})}", headers=_ACCEPT)
        response = self._connection.getresponse()
        return response.status, response.read()


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            if Client(address).ask("ASK {}")[0] == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{address} does not answer")


def rate(address: str, make: Callable[[int], str], seconds: float, n_clients: int, numbers: Iterator[int]) -> float:
    """Return the queries per second that some clients get answered."""
    end = time.perf_counter() + seconds
    done = [0] * n_clients

    def run(client_number: int) -> None:
        client = Client(address)
        while time.perf_counter() < end:
            status, body = client.ask(make(next(numbers)))
            if status != http.HTTPStatus.OK:
                sys.exit(f"{address} answers {status}: {body[:200]!r}")
            done[client_number] += 1

    start = time.perf_counter()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - start)


def compare(store: Path, queries: Kinds, seconds: float, n_clients: int) -> None:
    print(
        f"{'queries':16} {'kg serve':>10} {'oxigraph':>10} {'ratio':>6} {'repeated':>9} (queries/s, {n_clients} clients)"
    )
    with our_server(store) as ours, oxigraph_server(store) as theirs:
        for address in (ours, theirs):
            wait_for(address)
        time.sleep(_WARM_UP_S)
        ratios = []
        for name, make in queries.items():
            numbers = count()
            for address in (ours, theirs):
                if Client(ours).ask(make(0))[1].count(b"value") != Client(theirs).ask(make(0))[1].count(b"value"):
                    sys.exit(f"{name}: the two servers answer differently")
                rate(address, make, 0.5, n_clients, numbers)
            # by turns, so that what else the machine does falls on both
            turns = [
                [rate(address, make, seconds / 3, n_clients, numbers) for address in (ours, theirs)] for _ in range(3)
            ]
            mine, other = (statistics.median(column) for column in zip(*turns, strict=True))
            ratios.append(statistics.median(a / b for a, b in turns))
            again = [
                rate(address, lambda i, make=make: make(i % 20), seconds / 3, n_clients, count())
                for address in (ours, theirs)
            ]
            print(f"{name:16} {mine:10.0f} {other:10.0f} {ratios[-1]:6.2f} {again[0] / again[1]:9.2f}")
        print(f"{'geometric mean':38} {statistics.geometric_mean(ratios):6.2f}")


def load(store: Path, queries: Kinds, n_requests: int) -> None:
    """Measure short queries alone and beside heavy ones."""
    print(f"{'short queries':24} {'p50':>8} {'p95':>8} {'max':>8}   (milliseconds)")
    with our_server(store) as address:
        wait_for(address)
        time.sleep(_WARM_UP_S)
        for name, n_heavy in (("alone", 0), (f"beside {_N_HEAVY_CLIENTS} heavy", _N_HEAVY_CLIENTS)):
            times, statuses = _load(address, queries, n_requests, n_heavy)
            cuts = statistics.quantiles(times, n=20)
            print(f"{name:24} {statistics.median(times):8.1f} {cuts[18]:8.1f} {max(times):8.1f}   {statuses}")


def _load(address: str, queries: Kinds, n_requests: int, n_heavy: int) -> tuple[list[float], str]:
    numbers, makes = count(), list(queries.values())
    times: list[float] = []
    failed: list[int] = []
    over = threading.Event()

    def run_short() -> None:
        client = Client(address)
        while (number := next(numbers)) < n_requests:
            start = time.perf_counter()
            status, _ = client.ask(makes[number % len(makes)](number))
            times.append(1000 * (time.perf_counter() - start))
            if status != http.HTTPStatus.OK:
                failed.append(status)

    def run_heavy() -> None:
        while not over.is_set():
            parts = urlsplit(address)
            with socket.create_connection((parts.hostname, parts.port)) as connection:
                target = f"{parts.path}?{urlencode({'query': _HEAVY})}"
                connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
                over.wait(30)  # then the client goes away, and its worker is freed

    heavy = [threading.Thread(target=run_heavy) for _ in range(n_heavy)]
    for thread in heavy:
        thread.start()
    if heavy:
        time.sleep(1)
    short = [threading.Thread(target=run_short) for _ in range(_N_LOAD_CLIENTS - n_heavy)]
    for thread in short:
        thread.start()
    for thread in short:
        thread.join()
    over.set()
    for thread in heavy:
        thread.join()
    return times, f"{len(failed)} of {len(times)} failed"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="bench endpoint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, default=Path("out/kg"))
    parser.add_argument("--seconds", type=float, default=3.0, help="for each kind of query and server")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--load", action="store_true", help="measure short queries beside heavy ones")
    parser.add_argument("--requests", type=int, default=400, help="short queries under load")
    args = parser.parse_args(arguments)
    with Store(args.store, read_only=True) as store:
        rows = store.query(
            "SELECT DISTINCT ?c ?t { ?c a <https://w3id.org/kg-claims/ns#Claim> ; <https://schema.org/text> ?t } ORDER BY ?c"
        )
        found = [(row["c"].value, row["t"].value) for row in rows]
    words = sorted({word for _, text in found for word in re.findall(r"[a-zäöüß]{5,}", text.lower())})
    queries = kinds([claim for claim, _ in found], words)
    if args.load:
        load(args.store, queries, args.requests)
    else:
        compare(args.store, queries, args.seconds, args.clients)
