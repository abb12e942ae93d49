"""Work under limits: a thread that is given up after a time, and a buffer that refuses to grow too large."""

import asyncio
import contextlib
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar, cast

from typing_extensions import Buffer

from kg.serve.http_errors import RequestError

Result = TypeVar("Result")


@dataclass(frozen=True)
class QueryLimits:
    """What one SPARQL query may cost.

    Attributes:
        timeout_s: seconds until a query is given up.
        max_bytes: size of an answer; a larger one is refused, never shortened.
        max_running: queries at once, those given up that still run included; more are refused.
        max_query_bytes: size of a request.
    """

    timeout_s: float = 30.0
    max_bytes: int = 64_000_000
    max_running: int = 16
    max_query_bytes: int = 1_000_000


class LimitedBuffer(io.BytesIO):
    """Collects an answer until it is too large or too late; then writing raises ``RequestError``."""

    def __init__(self, limits: QueryLimits) -> None:
        """Start the clock."""
        super().__init__()
        self._limits = limits
        self._deadline = time.monotonic() + limits.timeout_s

    def write(self, data: Buffer) -> int:
        """Collect some bytes."""
        if time.monotonic() > self._deadline:
            raise too_slow(self._limits)
        if self.tell() + memoryview(data).nbytes > self._limits.max_bytes:
            msg = f"the answer is larger than {self._limits.max_bytes} bytes; ask for less, for instance with LIMIT"
            raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg)
        return super().write(data)


class LimitedThreads:
    """Runs work in threads, so many at once. Work that takes too long is given up, though its thread runs on.

    The threads do not keep the process from ending.
    """

    def __init__(self, limits: QueryLimits) -> None:
        """Prepare for work under these limits."""
        self.limits = limits
        self._free = threading.BoundedSemaphore(limits.max_running)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do some work in a thread and return what it returns.

        Raises:
            RequestError: 503; it took too long, or too much is running already.
        """
        if not self._free.acquire(blocking=False):
            msg = f"{self.limits.max_running} queries are running already; try again in a moment"
            raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg, {"Retry-After": "5"})
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()

        def finish(result: Result | None, error: BaseException | None) -> None:
            if done.done():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(cast("Result", result))

        def work_and_free() -> None:
            result, error = None, None
            try:
                result = work()
            except BaseException as err:  # noqa: BLE001 - raised again where it is awaited
                error = err
            finally:
                self._free.release()
            with contextlib.suppress(RuntimeError):  # nobody waits any more: the server has ended
                loop.call_soon_threadsafe(finish, result, error)

        threading.Thread(target=work_and_free, name="query", daemon=True).start()
        try:
            return await asyncio.wait_for(done, self.limits.timeout_s)
        except TimeoutError as err:
            raise too_slow(self.limits) from err


def too_slow(limits: QueryLimits) -> RequestError:
    """Return the error of a query that is given up."""
    msg = f"the query took longer than {limits.timeout_s:g} s and was given up; ask for less"
    return RequestError(HTTPStatus.SERVICE_UNAVAILABLE, msg)
