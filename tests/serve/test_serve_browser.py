"""The pages in a real browser: Chromium, where it is installed."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.model import Extraction

_CHROMIUM = shutil.which("chromium")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
]
_SERVER = """
import sys
from pathlib import Path
from kg.serve import serve
serve(Path(sys.argv[1]), port=0, on_ready=lambda address: print(address, flush=True))
"""
_TIMEOUT_S = 120

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(_CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def address(store_path: Path) -> Iterator[str]:
    """The address of a running server."""
    command = [sys.executable, "-c", _SERVER, str(store_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip().rstrip("/") if server.stdout else ""
        finally:
            server.terminate()


@pytest.fixture
def browse(address: str, tmp_path: Path) -> Callable[[str], str]:
    """Open a page and return what the browser made of it, once scripts have run."""

    def open_page(path: str) -> str:
        command = [_CHROMIUM or "", *_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000"]
        done = subprocess.run(
            [*command, "--dump-dom", address + path], capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
        return done.stdout

    return open_page


def test_search_trace_and_article(browse: Callable[[str], str], extraction_de: Extraction) -> None:
    told = extraction_de.claims[1]
    results = browse(f"/?lang=de&q={quote('Taucher haben Risse im Damm fotografiert')}")
    assert told.assertion.passages[0].exact in results
    assert "Jana Voss" in results
    assert "Wasserbehörde" in results
    assert f"#{told.claim_id}" in results
    article = browse(f"/documents/{extraction_de.document.document_id}?lang=de#{told.claim_id}")
    assert 'class="reading scripted"' in article
    assert f'class="card selected" id="{told.claim_id}"' in article
    chosen = [part for part in article.split("<span ") if "selected" in part.partition(">")[0]]
    shown = "".join(part.partition(">")[2].partition("<")[0] for part in chosen)
    assert shown == told.assertion.passages[0].exact
