"""Running the server: one port, until it is stopped."""

import errno
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from kg.errors import InputError
from kg.serve.app import create_app
from kg.serve.asking import prepare
from kg.serve.snapshot import Library
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
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a store over HTTP until the process is told to stop.

    Args:
        store: a store, or its folder, which is then opened read-only.
        host: the name or address to listen on.
        port: 0 takes any free one.
        on_ready: is given the address of the start page once the server can be reached.

    Raises:
        InputError: the port is in use, or the host is none of this machine.
        StoreError: the store cannot be opened or read.
    """
    listener = _listen(host, port)
    try:
        if isinstance(store, Store):
            _run(store, listener, on_ready)
        else:
            with Store(store, read_only=True) as opened:
                _run(opened, listener, on_ready)
    finally:
        listener.close()


def _run(store: Store, listener: socket.socket, on_ready: Callable[[str], None] | None) -> None:
    library = Library(store)
    config = uvicorn.Config(
        create_app(library), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    if on_ready is not None:
        host, port = listener.getsockname()[:2]
        on_ready(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
    threading.Thread(target=prepare, args=(library.current(),), daemon=True).start()
    uvicorn.Server(config).run(sockets=[listener])


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
