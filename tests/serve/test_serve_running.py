"""Starting the server, and the store that changes beneath it."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import InputError, StoreError
from kg.model import Extraction
from kg.serve import serve
from kg.serve.snapshot import Library
from kg.store import Store


@pytest.mark.enable_socket
def test_port_in_use_is_one_line(store_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"^127\.0\.0\.1:{port}: the port is in use; choose another"):
            serve(store_path, port=port)


@pytest.mark.enable_socket
def test_missing_store_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such folder"):
        serve(tmp_path / "nothing", port=0)


@pytest.mark.enable_socket
def test_address_of_another_machine_is_one_line(store_path: Path) -> None:
    with pytest.raises(InputError, match=r"192\.0\.2\.1:0: this machine does not have that address"):
        serve(store_path, host="192.0.2.1", port=0)


def test_a_changed_store_is_read_anew(
    store_path: Path, make_extraction: Callable[[str], Extraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.serve.snapshot._CHECK_EVERY_S", 0.0)
    with Store(store_path, read_only=True) as reader:
        library = Library(reader)
        before = library.current()
        assert library.current() is before
        with Store(store_path) as writer:
            writer.add(make_extraction("Mehr folgt."))
        after = library.current()
    assert (len(before.extractions), len(after.extractions)) == (2, 3)
