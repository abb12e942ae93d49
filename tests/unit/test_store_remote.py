"""A store on a SPARQL server gives the same answers as one in a folder: Oxigraph's server, and Virtuoso where it is."""

import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import QueryError, StoreError
from kg.model import Extraction, Review
from kg.store import Store
from kg.store_remote import RemoteBackend, is_address

pytestmark = pytest.mark.enable_socket

_COUNT = "SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
MaxClientConnections = 10
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, "the server has ended"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError as err:
            err.close()
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{address} does not answer")


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    port = _free_port()
    with subprocess.Popen([program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL) as process:
        _wait_for(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}/query"
        process.kill()


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("virtuoso-t") is None:
        pytest.skip("Debian's virtuoso-opensource is not installed")
    folder = tmp_path_factory.mktemp("virtuoso")
    port = _free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO.format(folder=folder, port=port, sql_port=_free_port()))
    command = ["virtuoso-t", "+foreground", "+configfile", str(settings), "+pwddba", "secret", "+pwddav", "secret"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait_for(f"http://127.0.0.1:{port}/sparql", process)
        yield f"http://127.0.0.1:{port}/sparql-auth"
        process.kill()


@pytest.fixture(params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    address = request.getfixturevalue(request.param)
    if request.param == "virtuoso":
        monkeypatch.setenv("KG_STORE_USER", "dba")
        monkeypatch.setenv("KG_STORE_PASSWORD", "dba")
    with Store(address) as store:
        yield store
        for document_id in store.documents():
            store.remove(document_id)
        for review in list(store.reviews()):
            store.remove_review(review.review_id)


def test_everything_comes_back_as_it_was(
    remote: Store, extraction_de: Extraction, extraction_en: Extraction, review: Review
) -> None:
    embedded = Store()
    for store in (embedded, remote):
        assert store.add(extraction_de)
        assert store.add(extraction_en)
        store.add_review(review)
    assert remote.documents() == embedded.documents()
    assert list(remote.extractions()) == list(embedded.extractions())
    assert list(remote.reviews()) == [review]
    assert remote.holds(extraction_de.document, extraction_de.provenance)
    assert not remote.add(extraction_de)
    assert [str(row["n"]) for row in remote.query(_COUNT)] == [  # type: ignore[union-attr]
        str(row["n"])
        for row in embedded.query(_COUNT)  # type: ignore[union-attr]
    ]
    assert remote.remove(extraction_de.document.document_id)
    assert not remote.remove(extraction_de.document.document_id)
    assert list(remote.extractions()) == [extraction_en]
    assert list(remote.reviews()) == [review]


def test_a_bad_query_says_so(remote: Store) -> None:
    with pytest.raises(QueryError, match=r"^query: "):
        remote.query("SELEC")


def test_a_large_document_takes_several_requests(
    oxigraph: str, extraction_de: Extraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store_remote._MAX_TRIPLES", 100)
    with Store(oxigraph) as store:
        store.add(extraction_de)
        assert store.get(extraction_de.document.document_id) == extraction_de
        store.remove(extraction_de.document.document_id)


def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(StoreError, match=r"^http://127.0.0.1:9/query: the server cannot be reached"):
        Store("http://127.0.0.1:9/query").documents()


@pytest.mark.parametrize("address", ["http://user:secret@example.org/q", "https:///q", "http://example.org/q#x"])
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(StoreError, match="KG_STORE_USER") as caught:
        Store(address)
    assert "secret" not in str(caught.value)


def test_updates_go_to_their_own_address() -> None:
    assert is_address("https://example.org/query")
    assert not is_address("folder/query")
    assert RemoteBackend("https://example.org/query", {})._update_address == "https://example.org/update"
    assert RemoteBackend("https://example.org/ds", {})._update_address == "https://example.org/ds"
    given = {"KG_STORE_UPDATE": "https://example.org/statements"}
    assert RemoteBackend("https://example.org/ds", given)._update_address == "https://example.org/statements"
