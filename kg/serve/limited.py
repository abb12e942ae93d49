"""Evaluating SPARQL under limits: a few processes, each with one query at a time, ended when a query takes too long.

A query that has run for a moment counts as long: its process is put behind the others, and another takes its place, so
that short queries stay quick however many long ones run.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kg.query_worker import HEAD, READY, Job, Reply, pack
from kg.serve.http_errors import RequestError

_LONG_AFTER_S = 0.1
_LONG_NICENESS = 15  # of 19: gets what the short queries leave
_CHUNK = 1 << 18
_START_S = 30.0  # a process starts within a tenth of a second on an idle machine
_CPU_CLOCK = 2  # Linux: the clock of a process's processor time is named by its number and this
_LATER = {"Retry-After": "5"}
_ENDED = "the query was ended: it is nested too deeply, or needs more than {} MB of memory; ask for less"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueryLimits:
    """What one SPARQL query may cost.

    Attributes:
        timeout_s: seconds until a query or an update is ended.
        max_rows: rows or triples of an answer; a longer one is refused, never shortened.
        max_bytes: size of an answer; a larger one is refused, never shortened.
        max_memory: bytes of memory of one query.
        max_running: short queries at once; more wait.
        max_long: queries at once that take longer than a moment; more are ended.
        max_waiting: queries that wait at once; more are refused.
        max_query_bytes: size of a query or an update.
        max_graph_bytes: size of a graph that is sent to the graph store.
    """

    timeout_s: float = 30.0
    max_rows: int = 1_000_000
    max_bytes: int = 64_000_000
    max_memory: int = 2_000_000_000
    max_running: int = max(2, os.cpu_count() or 1)
    max_long: int = 8
    max_waiting: int = 256
    max_query_bytes: int = 1_000_000
    max_graph_bytes: int = 64_000_000


DEFAULT_QUERY_LIMITS = QueryLimits()


class ClientGoneError(Exception):
    """Whoever asked does not wait any more."""


class Worker:
    """A process of ``kg.query_worker``, and the socket to it."""

    def __init__(self, location: str, max_memory: int) -> None:
        """Start it."""
        self._is_ready = False
        self.socket, theirs = socket.socketpair()
        self.socket.setblocking(False)
        command = [sys.executable, "-m", "kg.query_worker", str(theirs.fileno()), location, str(max_memory)]
        path = os.pathsep.join((str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")))
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if _log.isEnabledFor(logging.DEBUG) else subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )
        theirs.close()

    async def wait_until_ready(self, timeout_s: float) -> None:
        """Wait until the process has started; that does not count as time of a query.

        Raises:
            RequestError: 503; it does not start.
        """
        if self._is_ready:
            return
        receiving = asyncio.get_running_loop().sock_recv(self.socket, len(READY))
        try:
            self._is_ready = await asyncio.wait_for(receiving, timeout_s + _START_S) == READY
        except (TimeoutError, ConnectionError):
            self._is_ready = False
        if not self._is_ready:
            _log.warning("a query process does not start")
            raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "the server is too busy; try again later", _LATER)

    def used_s(self) -> float:
        """Return the processor time of the process so far, in seconds."""
        try:
            return time.clock_gettime((~self._process.pid << 3) | _CPU_CLOCK)
        except OSError:  # it has ended, or this is not Linux
            return time.monotonic()

    async def send(self, message: bytes) -> None:
        """Send a job."""
        with suppress(ConnectionError):  # it has ended; receiving says so
            await asyncio.get_running_loop().sock_sendall(self.socket, message)

    async def receive(self) -> Reply | None:
        """Receive the reply; None where the process has ended."""
        loop = asyncio.get_running_loop()
        data = bytearray()
        n_head = n_body = -1
        while True:
            if n_head < 0 and len(data) >= HEAD.size:
                n_head, n_body = HEAD.unpack_from(data)
            if n_head >= 0 and len(data) == HEAD.size + n_head + n_body:
                break
            try:
                part = await loop.sock_recv(self.socket, _CHUNK)
            except ConnectionError:
                return None
            if not part:
                return None
            data += part
        return _read_reply(data, n_head)

    def put_behind(self) -> None:
        """Let the other processes go first."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _LONG_NICENESS)

    def end(self) -> None:
        """End the process at once."""
        self.socket.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        # the memory of a large process takes a while to be given back
        threading.Thread(target=self._process.wait, daemon=True).start()

    def end_and_wait(self) -> None:
        """End the process and wait until it is gone."""
        self.socket.close()
        self._process.kill()
        self._process.wait()

    @property
    def exit_signal(self) -> int | None:
        """The signal that ended the process, where one did."""
        with suppress(subprocess.TimeoutExpired):
            return -min(self._process.wait(1), 0)
        return None


def _read_reply(data: bytearray, n_head: int) -> Reply:
    head: dict[str, Any] = json.loads(data[HEAD.size : HEAD.size + n_head])
    return Reply(head["status"], bytes(data[HEAD.size + n_head :]), head["error"], head["zipped"], head["verdict"])


class _Running:
    """A query that a worker is at."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.is_long = False
        self.started = self._used_before_s = 0.0
        self._reading: asyncio.Future[Reply | None] | None = None

    async def start(self, message: bytes) -> None:
        """Send the query, and wait for a moment."""
        self.started, self._used_before_s = time.monotonic(), self.worker.used_s()
        await self.worker.send(message)
        self._reading = asyncio.ensure_future(self.worker.receive())
        await self.wait(_LONG_AFTER_S)

    async def wait(self, seconds: float, other: asyncio.Future[object] | None = None) -> None:
        """Wait for the reply, or for something else."""
        waited: set[asyncio.Future[Any]] = {item for item in (self._reading, other) if item is not None}
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def used_s(self) -> float:
        """Return how much processor time it has taken: on a busy machine a short query takes its time too."""
        return self.worker.used_s() - self._used_before_s

    @property
    def is_done(self) -> bool:
        """Whether there is a reply, or the process has ended."""
        return self._reading is not None and self._reading.done()

    @property
    def reply(self) -> Reply | None:
        """The reply; None where the process has ended."""
        return self._reading.result() if self._reading is not None else None

    def cancel(self) -> None:
        """Wait no longer."""
        if self._reading is not None:
            self._reading.cancel()


class Workers:
    """Evaluates queries in processes, and updates in one more. Nothing runs before it is first needed."""

    def __init__(self, location: Callable[[], str], limits: QueryLimits) -> None:
        """Prepare for a store; where it is is asked when the first process starts."""
        self.limits = limits
        self._location = location
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._n_running = self._n_long = 0
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._writing = threading.Lock()
        self._finalizer = weakref.finalize(self, _end_all, self._all)

    def close(self) -> None:
        """End all processes."""
        self._finalizer()

    def start(self) -> None:
        """Start the processes for short queries, so that the first ones need not wait."""
        self._idle += [self._new() for _ in range(self.limits.max_running - len(self._idle))]

    async def run(self, job: Job, gone: Callable[[], Awaitable[object]] | None = None) -> Reply:
        """Evaluate a query.

        Args:
            job: a query, or a graph to write out.
            gone: returns when whoever asked has gone.

        Raises:
            RequestError: 503; it took too long or too much memory, or too much is running already.
            ClientGoneError: whoever asked has gone.
        """
        await self._take_place()
        worker = self._idle.pop() if self._idle else self._new()
        running = _Running(worker)
        reply = None
        try:
            await worker.wait_until_ready(self.limits.timeout_s)
            await running.start(pack(job))
            if not running.is_done:
                await self._wait_longer(running, gone)
            reply = running.reply
            if reply is None:
                raise self._explain(worker)
            return reply
        finally:
            running.cancel()
            if reply is None or running.is_long:
                self._discard(worker)
            else:
                self._idle.append(worker)
            if running.is_long:
                self._n_long -= 1
            else:
                self._pass_place()

    async def write(self, job: Job, body: bytes = b"") -> Reply:
        """Carry out an update or a change of a graph, one at a time, in a process of its own.

        It goes on when whoever asked has gone: half a wish is none.

        Raises:
            RequestError: 503; it took too long or too much memory, or too much is waiting.
        """
        end = time.monotonic() + self.limits.timeout_s
        while not self._writing.acquire(blocking=False):
            if time.monotonic() > end:
                raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "another update is running; try again", _LATER)
            await asyncio.sleep(0.01)
        worker = None
        try:
            worker = self._new()
            await worker.wait_until_ready(self.limits.timeout_s)
            await worker.send(pack(job, body))
            try:
                reply = await asyncio.wait_for(worker.receive(), self.limits.timeout_s)
            except TimeoutError as err:
                raise too_slow(self.limits) from err
            if reply is None:
                raise self._explain(worker)
            return reply
        finally:
            if worker is not None:
                self._discard(worker)
            self._writing.release()

    async def _take_place(self) -> None:
        if self._n_running < self.limits.max_running:
            self._n_running += 1
            return
        if len(self._waiting) >= self.limits.max_waiting:
            msg = f"{self.limits.max_waiting} queries are waiting already; try again in a moment"
            raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg, _LATER)
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append((loop, turn))
        try:
            await asyncio.wait_for(asyncio.shield(turn), self.limits.timeout_s)
        except (TimeoutError, asyncio.CancelledError) as err:
            if turn.done():
                self._pass_place()
            else:
                turn.cancel()
            if isinstance(err, TimeoutError):
                msg = f"the query waited for {self.limits.timeout_s:g} s for its turn; try again in a moment"
                raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg, _LATER) from err
            raise

    def _begin_long(self, running: "_Running") -> None:
        """Give the place of a short query away.

        Raises:
            RequestError: 503; as many long queries as may are running.
        """
        if self._n_long >= self.limits.max_long:
            msg = f"{self.limits.max_long} long queries are running already; try again later, or ask for less"
            raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg, _LATER)
        self._n_long += 1
        running.is_long = True
        running.worker.put_behind()
        self._pass_place()

    def _pass_place(self) -> None:
        """Give a place to whoever waits longest."""
        while self._waiting:
            loop, turn = self._waiting.popleft()
            if not turn.done() and not loop.is_closed():
                loop.call_soon_threadsafe(self._give_place, turn)
                return
        self._n_running -= 1

    def _give_place(self, turn: asyncio.Future[None]) -> None:
        if turn.done():  # gave up waiting just now
            self._pass_place()
        else:
            turn.set_result(None)

    async def _wait_longer(self, running: "_Running", gone: Callable[[], Awaitable[object]] | None) -> None:
        """Wait until a query has ended, or its time is up, or nobody waits for it any more."""
        leaving = None if gone is None else asyncio.ensure_future(gone())
        try:
            while not running.is_done:
                left_s = running.started + self.limits.timeout_s - time.monotonic()
                if left_s <= 0:
                    raise too_slow(self.limits)
                if not running.is_long and running.used_s() >= _LONG_AFTER_S:
                    self._begin_long(running)
                step_s = left_s if running.is_long else min(left_s, _LONG_AFTER_S)
                await running.wait(step_s, leaving)
                if leaving is not None and leaving.done() and not running.is_done:
                    raise ClientGoneError
        finally:
            if leaving is not None:
                leaving.cancel()

    def _new(self) -> Worker:
        worker = Worker(self._location(), self.limits.max_memory)
        self._all.add(worker)
        return worker

    def _discard(self, worker: Worker) -> None:
        self._all.discard(worker)
        worker.end()

    def _explain(self, worker: Worker) -> RequestError:
        """Say why a process has ended without being told to: memory, or nesting that is too deep for the stack."""
        number = worker.exit_signal
        if number in (signal.SIGABRT, signal.SIGSEGV):
            return RequestError(HTTPStatus.BAD_REQUEST, _ENDED.format(self.limits.max_memory // 1_000_000))
        if number == signal.SIGALRM:
            return too_slow(self.limits)
        _log.warning("a query process ended with signal %s", number)
        return RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "the query was ended; ask for less")


def _end_all(workers: set[Worker]) -> None:
    while workers:
        workers.pop().end_and_wait()


def too_slow(limits: QueryLimits) -> RequestError:
    """Return the error of a query that is ended."""
    msg = f"the query took longer than {limits.timeout_s:g} s and was ended; ask for less"
    return RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg)
