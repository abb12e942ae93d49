"""Running the server: one port, until it is stopped."""

import errno
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from kg.config import ServeSettings
from kg.errors import InputError
from kg.serve.app import create_app
from kg.serve.asking import prepare
from kg.serve.keys import KeyRing, keys_path
from kg.serve.limited import QueryLimits
from kg.serve.snapshot import Library
from kg.serve.sparql import EndpointSettings
from kg.store import Store

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
_BACKLOG = 128
_REASONS = {
    errno.EADDRINUSE: "the port is in use; choose another, or 0 for any free one",
    errno.EACCES: "not allowed to listen on this port; choose one from 1024 on",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
}


def serve(
    store: Store | Path,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    *,
    settings: ServeSettings | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a store over HTTP until the process is told to stop.

    Args:
        store: a store, or its folder, which is then opened read-only.
        host: the name or address to listen on.
        port: 0 takes any free one.
        settings: what is allowed; host and port in it do not count.
        on_ready: is given the address of the start page once the server can be reached.

    Raises:
        InputError: the port is in use, or the host is none of this machine.
        StoreError: the store cannot be opened or read.
    """
    listener = _listen(host, port)
    try:
        if isinstance(store, Store):
            _run(store, listener, settings or ServeSettings(), on_ready)
        else:
            with Store(store, read_only=True) as opened:
                _run(opened, listener, settings or ServeSettings(), on_ready)
    finally:
        listener.close()


def _run(
    store: Store,
    listener: socket.socket,
    settings: ServeSettings,
    on_ready: Callable[[str], None] | None,
) -> None:
    library = Library(store)
    keys = KeyRing(keys_path(store.path) if store.path is not None else None)
    app = create_app(library, settings=_endpoint_settings(settings), keys=keys, shared_with=settings.shared_with)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # kg.serve.address reads them
        timeout_graceful_shutdown=2,
    )
    if on_ready is not None:
        host, port = listener.getsockname()[:2]
        on_ready(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
    stopped = threading.Event()
    preparing = threading.Thread(target=prepare, args=(library.current(), stopped))
    preparing.start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        # models that are being loaded while the interpreter ends abort the process
        stopped.set()
        preparing.join()


def _endpoint_settings(settings: ServeSettings) -> EndpointSettings:
    return EndpointSettings(
        limits=QueryLimits(
            timeout_s=settings.timeout_s,
            max_rows=settings.max_rows,
            max_bytes=settings.max_answer_bytes,
            max_memory=settings.max_memory_bytes,
        ),
        union_default_graph=settings.union_default_graph,
        allowed_hosts=settings.allowed_hosts,
        public_url=settings.public_url,
    )


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is read, so that a port in use is known at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as err:
        msg = f"{host}:{port}: cannot be listened on: {getattr(err, 'strerror', None) or err}"
        raise InputError(msg) from err
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as err:
        listener.close()
        reason = _REASONS.get(err.errno or 0, f"cannot be listened on: {err.strerror or err}")
        msg = f"{host}:{port}: {reason}"
        raise InputError(msg) from err
    return listener
