"""Web addresses, against a server in this process."""

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kg.config import Limits
from kg.errors import InputError
from kg.ingest import ingest

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TEXT = "More trains at the border\n\nTraffic has risen sharply – the minister said on Friday."
HTML = "<html><head><title>Mehr Züge</title></head><body><article><h1>Mehr Züge</h1>" + (
    "<p>Der Verkehr über die Grenze hat stark zugenommen, sagte der Minister am Freitag in Berlin.</p>" * 3
)


class Handler(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    def do_GET(self) -> None:
        """Answer."""
        headers, body, status = {"Content-Type": "text/plain; charset=utf-8"}, TEXT.encode(), 200
        match self.path.split("?")[0]:
            case "/page":
                headers, body = {"Content-Type": "text/html"}, HTML.encode()
            case "/latin":
                headers, body = {"Content-Type": "text/html; charset=iso-8859-1"}, HTML.encode("cp1252")
            case "/gzip":
                headers["Content-Encoding"], body = "gzip", gzip.compress(body)
            case "/bomb":
                headers["Content-Encoding"], body = "gzip", gzip.compress(b"x" * 100_000)
            case "/brotli":
                headers["Content-Encoding"] = "br"
            case "/moved":
                headers, body, status = {"Location": "/text"}, b"", 301
            case "/loop":
                headers, body, status = {"Location": f"/loop?{time.monotonic()}"}, b"", 302
            case "/to-file":
                headers, body, status = {"Location": "file:///etc/passwd"}, b"", 302
            case "/to-ftp":
                headers, body, status = {"Location": "ftp://example.org/a"}, b"", 302
            case "/missing":
                status = 404
            case "/image":
                headers = {"Content-Type": "image/png"}
            case "/large":
                body = b"x" * 20_000
            case "/slow":
                time.sleep(1)
            case "/agent":
                body = f"The agent that asked for this page was called {self.headers['User-Agent']}, he said.".encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # who asked may have hung up
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http_server.daemon_threads = False  # closing the server waits for them
    thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{http_server.server_port}"
    http_server.shutdown()
    thread.join()
    http_server.server_close()


LIMITS = Limits(max_bytes=10_000, timeout_s=0.5, max_redirects=3)


def fetch(url: str):
    return next(ingest([url], limits=LIMITS))


def test_page_has_its_address_and_the_time_it_was_read(server, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    document = fetch(f"{server}/page")
    assert document.url == f"{server}/page"
    assert document.retrieved is not None
    assert document.retrieved.isoformat() == "2023-11-14T22:13:20+00:00"
    assert document.title == "Mehr Züge"


def test_time_of_reading_does_not_change_the_identifier(server, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    first = fetch(f"{server}/text")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    second = fetch(f"{server}/text")
    assert first.document_id == second.document_id
    assert first.retrieved != second.retrieved


@pytest.mark.parametrize("path", ["/text", "/gzip", "/moved", "/text?q=ü&r=a b"])
def test_plain_text_is_read(server, path):
    assert fetch(server + path).text == TEXT


def test_charset_of_the_header_is_heeded(server):
    assert "über die Grenze" in fetch(f"{server}/latin").text


def test_redirect_changes_the_address(server):
    assert fetch(f"{server}/moved").url == f"{server}/text"


def test_requests_say_who_asks(server):
    assert "called kg/" in fetch(f"{server}/agent").text


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/missing", "the server answered 404"),
        ("/image", "answered with image/png, expected HTML"),
        ("/large", "larger than the limit of 10,000 bytes"),
        ("/bomb", "larger than the limit of 10,000 bytes"),
        ("/brotli", 'content encoding "br" is not supported'),
        ("/slow", "no answer within 0.5 s"),
        ("/loop", "redirects more than 3 times, or to what is not http or https"),
        ("/to-file", "redirects more than 3 times, or to what is not http or https"),
        ("/to-ftp", 'leads to ftp://example.org/a: addresses with "ftp:" are not read'),
    ],
)
def test_bad_answers_are_one_line(server, path, message):
    with pytest.raises(InputError) as caught:
        fetch(server + path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(server + path)
    assert "\n" not in str(caught.value)


def test_nobody_listening(server):
    with pytest.raises(InputError, match="cannot be reached: Connection refused"):
        fetch("http://127.0.0.1:9/")
