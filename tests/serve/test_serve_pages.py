"""The pages, as they are without scripts."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from kg.ids import sha256_of
from kg.lang import LANGUAGES
from kg.model import Document, Extraction
from kg.serve.words import load_words
from kg.trace.records import Trace

_EVIL = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"
_VOID = {"meta", "link", "img", "input", "br"}


class _Balanced(HTMLParser):
    """Notes tags that are left open or closed twice, and identifiers that occur twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def _check(html: str) -> None:
    parser = _Balanced()
    parser.feed(html)
    assert (parser.open, parser.wrong) == ([], [])
    assert len(parser.ids) == len(set(parser.ids))
    assert not [name for name in parser.attributes if name == "style" or name.startswith("on")]
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/page.js" defer>']


def test_words_are_the_same_in_both_languages() -> None:
    german, english = (load_words(language).words for language in LANGUAGES)
    assert list(german) == list(english)
    gaps = {name: set(re.findall(r"{\w+}", text)) for name, text in german.items()}
    assert gaps == {name: set(re.findall(r"{\w+}", text)) for name, text in english.items()}


@pytest.mark.parametrize("path", ["/", "/documents", "/claims", "/sparql", "/documents/{d}", "/claims/{c}", "/nowhere"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(client: TestClient, extraction_de: Extraction, path: str, language: str) -> None:
    address = path.format(d=extraction_de.document.document_id, c=extraction_de.claims[1].claim_id)
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == (404 if path == "/nowhere" else 200)
    assert f'<html lang="{language}">' in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    _check(response.text)


def test_language_of_the_address_outweighs_the_browser(client: TestClient) -> None:
    page = client.get("/?lang=de", headers={"Accept-Language": "en"}).text
    assert '<html lang="de">' in page
    assert 'href="/documents?lang=de"' in page


def test_article_shows_nested_claims_and_their_cards(client: TestClient, extraction_de: Extraction) -> None:
    said, told = extraction_de.claims[:2]
    page = client.get(f"/documents/{extraction_de.document.document_id}?lang=de").text
    assert f'data-claims="{said.claim_id} {told.claim_id}"' in page
    assert f'id="{told.claim_id}"' in page
    assert "über" in page
    assert "wahrscheinlich" in page
    assert "kg_de 1" in page


def test_trace_shows_groups_origins_gaps_and_nearest(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, damage_trace: Trace
) -> None:
    monkeypatch.setattr("kg.serve.asking.trace", lambda *_, **__: damage_trace)
    page = client.get("/", params={"q": "Risse im Damm", "lang": "de"}).text
    _check(page)
    for words in ("Jana Voss", "Die Wasserbehörde", "Was fehlt", "Keine Augenzeugin.", "Keine Antwort", "0,75"):
        assert words in page


@pytest.mark.parametrize(
    ("question", "status"), [("", 200), ("   ", 200), ("x" * 10_000, 400), ("\U0001f600", 200), (_EVIL, 200)]
)
def test_odd_questions(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, damage_trace: Trace, question: str, status: int
) -> None:
    def trace(asked: str, *_: object, **__: object) -> Trace:
        return Trace.model_validate({**damage_trace.model_dump(), "question": asked})

    monkeypatch.setattr("kg.serve.asking.trace", trace)
    response = client.get("/", params={"q": question})
    assert response.status_code == status
    _check(response.text)


def test_hostile_article_is_escaped(client_of: Callable[..., TestClient], extraction_de: Extraction) -> None:
    text = f"{_EVIL}\n\n{_EVIL}"
    document = Document(
        document_id="document-evil",
        url="javascript:alert(1)",
        title=_EVIL,
        publisher=_EVIL,
        authors=(_EVIL,),
        language="de",
        text=text,
        sha256=sha256_of(text),
    )
    client = client_of(Extraction(document=document, provenance=extraction_de.provenance))
    for path in ("/documents/document-evil", "/documents", "/", "/claims"):
        response = client.get(path)
        assert response.status_code == 200
        _check(response.text)
        assert "<img src=x" not in response.text
        assert 'href="javascript:' not in response.text


def test_empty_store_has_pages(client_of: Callable[..., TestClient]) -> None:
    client = client_of()
    for path in ("/?lang=de", "/documents", "/claims", "/api/claims", "/api/documents"):
        assert client.get(path).status_code == 200
    assert "kg build" in client.get("/").text


def test_static_files_are_served(client: TestClient) -> None:
    for name in ("style.css", "page.js", "icon.svg"):
        response = client.get(f"/static/{name}")
        assert response.status_code == 200
        assert "http://" not in response.text.replace("http://www.w3.org/2000/svg", "")
    assert client.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize("place", ["/", "/map"])
@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Divers photographed cracks in the dam", "cracks in the dam"),
        ("Taucher haben Risse im Damm fotografiert", "Risse im Damm"),
    ],
)
def test_question_may_be_in_another_language_than_the_page(
    client: TestClient, place: str, question: str, found: str
) -> None:
    for language in ("de", "en"):
        page = client.get(place, params={"q": question, "lang": language}).text
        assert found in page.partition("<form")[2].partition("</form>")[2]
