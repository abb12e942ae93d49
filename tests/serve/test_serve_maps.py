"""Claim maps, actors and files of what is shown: what they hold, and that nothing sent to them breaks them."""

import io
import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

import networkx as nx
import pytest
from starlette.testclient import TestClient

from kg.graph import agent_id
from kg.model import Extraction
from kg.serve.map_pages import SHOWN_FORMATS


def agent_of(extraction: Extraction, name: str) -> str:
    return next(agent_id(actor.key) for actor in extraction.actors if actor.name == name)


def claims_in(client: TestClient, **asked: str) -> set[str]:
    """Return the claims that a map shows; an export has them and those around them."""
    answer = client.get("/map", params=asked)
    assert answer.status_code == 200, answer.text
    shown = set(re.findall(r'<div class="node is-claim" id="(claim-\w+)"', answer.text))
    saved = client.get("/export", params={"format": "graphml", **asked})
    network = nx.read_graphml(io.BytesIO(saved.content), force_multigraph=True)
    assert shown <= {node for node, data in network.nodes(data=True) if data["kind"] == "claim"}
    return shown


def test_map_of_a_document_holds_its_claims_and_their_evidence(client: TestClient, extraction_de: Extraction) -> None:
    document_id = extraction_de.document.document_id
    page = client.get("/map", params={"document": document_id, "lang": "de"}).text
    for claim in extraction_de.claims:
        assert f'id="{claim.claim_id}"' in page
        assert f"/documents/{document_id}?lang=de#{claim.claim_id}" in page
    for link in extraction_de.links:
        assert f'id="{link.link_id}' in page
    assert claims_in(client, document=document_id) == {claim.claim_id for claim in extraction_de.claims}


def test_map_of_an_actor_reaches_over_documents(
    client: TestClient, extraction_de: Extraction, extraction_en: Extraction
) -> None:
    agent = agent_of(extraction_de, "Jana Voss")
    expected = {
        claim.claim_id
        for item in (extraction_de, extraction_en)
        for claim in item.claims
        if agent_id(next(a.key for a in item.actors if a.actor_id == claim.actor_id)) == agent
    }
    page = client.get("/map", params={"actor": agent}).text
    assert all(f'id="{claim_id}"' in page for claim_id in expected)
    assert expected <= claims_in(client, actor=agent)
    assert (
        "Jana Voss"
        in json.loads(client.get("/export", params={"actor": agent, "format": "canvas"}).text)["nodes"][0]["text"]
    )


def test_filters_leave_what_fits(client: TestClient, extraction_de: Extraction, extraction_en: Extraction) -> None:
    everything = claims_in(client)
    assert len(everything) == len(extraction_de.claims) + len(extraction_en.claims)
    day = extraction_de.document.published
    assert day is not None
    assert claims_in(client, until="1999-01-01") == set()
    assert claims_in(client, since=day.value[:10]) == everything
    speaker = agent_id(next(a.key for a in extraction_de.actors if a.actor_id == extraction_de.claims[3].actor_id))
    assert 0 < len(claims_in(client, speaker=speaker)) < len(everything)
    with_pictures, without = claims_in(client, evidence="imagery"), claims_in(client, evidence="none")
    assert with_pictures
    assert without
    assert not with_pictures & without


def test_copies_of_one_origin_are_one_node(
    client_of: Callable[..., TestClient], make_extraction: Callable[[str], Extraction]
) -> None:
    client = client_of(*(make_extraction(ending) for ending in ("Eins.", "Zwei.", "Drei.")))
    page = client.get("/map", params={"q": "Taucher haben Risse im Damm fotografiert", "lang": "de"}).text
    origins = page.count('class="node is-origin"')
    assert origins >= 1
    assert "3 Artikel" in page.partition('class="node is-origin"')[2].partition("</div>")[0]


@pytest.mark.parametrize("format_name", SHOWN_FORMATS)
def test_each_file_is_handed_out_with_its_type_and_name(client: TestClient, format_name: str) -> None:
    answer = client.get("/export", params={"format": format_name, "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="claims.')
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert len(answer.content) > 100


def test_actor_page_names_whom_it_cites(client: TestClient, extraction_en: Extraction) -> None:
    authority = agent_of(extraction_en, "The water authority")
    page = client.get(f"/actors/{authority}?lang=en").text
    assert f"/actors/{agent_of(extraction_en, 'Jana Voss')}" in page
    listed = client.get("/actors", params={"q": "WATER authority", "lang": "en"}).text
    assert f"/actors/{authority}?lang=en" in listed


HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE claims; --",
    "../../etc/passwd",
    "%00",
    "\u0000",
    "a" * 40_000,
    "😀" * 400,
    "{{ 7 * 7 }}",
    "\u202e\u2066 \ufeff",
    "-1",
    "javascript:alert(1)",
    "\r\nSet-Cookie: x=1",
)


@pytest.mark.parametrize("path", ["/map", "/export", "/actors", "/documents"])
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_parameters_are_answered_calmly(client: TestClient, path: str, words: str) -> None:
    for name in ("q", "document", "actor", "direction", "speaker", "since", "evidence", "lang", "format", "nonsense"):
        answer = client.get(f"{path}?{urlencode({name: words})}")
        assert answer.status_code in (200, 400, 404), (name, answer.status_code)
        assert "Traceback" not in answer.text
        assert "<script>alert" not in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("words", HOSTILE[:5])
def test_hostile_addresses_are_answered_calmly(client: TestClient, words: str) -> None:
    answer = client.get(f"/actors/{urlencode({'x': words})[2:]}")
    assert answer.status_code in (400, 404)
    assert "<script>alert" not in answer.text


def test_words_of_an_article_are_escaped_on_the_map(
    client_of: Callable[..., TestClient], extraction_de: Extraction
) -> None:
    words = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    data = json.loads(extraction_de.model_dump_json())
    data["document"] |= {"title": words, "publisher": words, "url": "javascript:alert(1)"}
    data["actors"][0] |= {"name": words, "description": words}
    data["evidence"][0]["description"] = words
    client = client_of(Extraction.model_validate(data))
    agent = agent_id(extraction_de.actors[0].key)
    for path in ("/map", f"/map?document={extraction_de.document.document_id}", "/actors", f"/actors/{agent}"):
        page = client.get(path).text
        assert "&lt;script&gt;alert" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
