"""The JSON API."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from kg.model import Extraction
from kg.serve.api import OPERATIONS
from kg.trace.records import Trace


def test_documents_and_their_claims(client: TestClient, extraction_de: Extraction) -> None:
    listed = client.get("/api/documents", params={"language": "de"}).json()
    assert listed["total"] == 1
    document_id = listed["items"][0]["document_id"]
    found = Extraction.model_validate_json(client.get(f"/api/documents/{document_id}").content)
    assert found.document == extraction_de.document
    passage = found.claims[0].assertion.passages[0]
    assert found.document.text[passage.start : passage.end] == passage.exact


@pytest.mark.parametrize(
    ("parameters", "total"),
    [
        ({}, 10),
        ({"type": "own"}, 2),
        ({"actor": "jana voss"}, 2),
        ({"actor": "person:jana voss"}, 2),
        ({"q": "RISSE damm"}, 5),
        ({"q": "safe", "type": "direct"}, 1),
        ({"document": "nowhere"}, 0),
        ({"q": ""}, 10),
    ],
)
def test_claims_are_filtered(client: TestClient, parameters: dict[str, str], total: int) -> None:
    assert client.get("/api/claims", params=parameters).json()["total"] == total


def test_claims_come_in_pages(client: TestClient) -> None:
    pages = [client.get("/api/claims", params={"limit": 4, "offset": offset}).json() for offset in (0, 4, 8)]
    ids = [item["claim"]["claim_id"] for page in pages for item in page["items"]]
    assert [len(page["items"]) for page in pages] == [4, 4, 2]
    assert len(set(ids)) == 10


def test_claim_with_chain_evidence_and_reviews(client: TestClient, extraction_de: Extraction) -> None:
    said, told = extraction_de.claims[:2]
    outer = client.get(f"/api/claims/{said.claim_id}").json()
    inner = client.get(f"/api/claims/{told.claim_id}").json()
    assert [actor["name"] for actor in inner["claim"]["through"]] == ["Die Wasserbehörde"]
    assert inner["bearing"][0]["evidence"]["kind"] == "absence"
    assert [item["claim"]["claim_id"] for item in outer["nested"]] == [told.claim_id]
    assert outer["reviews"][0]["reviewer"] == "Ana Prüfer"
    assert outer["same_proposition"]


def test_search(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "cracks"}).json()
    assert (found["n_documents"], len(found["documents"])) == (1, 1)
    assert found["n_claims"] == len(found["claims"]) > 0


def test_trace_is_the_record(client: TestClient, monkeypatch: pytest.MonkeyPatch, damage_trace: Trace) -> None:
    monkeypatch.setattr("kg.serve.asking.trace", lambda *_, **__: damage_trace)
    response = client.get("/api/trace", params={"q": "  Risse  im Damm "})
    assert Trace.model_validate_json(response.content) == damage_trace


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/trace", 400, 'parameter "q" is missing'),
        ("/api/trace?q=%20%20", 400, 'parameter "q" is missing'),
        (f"/api/trace?q={'x' * 10000}", 400, "has 10000 characters, expected at most 500"),
        ("/api/trace?q=x&lang=fr", 400, "'de' or 'en'"),
        ("/api/claims?type=rumour", 400, "rumour"),
        ("/api/claims?limit=0", 400, "greater than or equal to 1"),
        ("/api/claims?limit=1&limit=2", 400, "given 2 times"),
        ("/api/claims?colour=red", 400, 'parameter "colour" is not known'),
        ("/api/claims/claim-x", 404, 'no claim "claim-x"'),
        ("/api/documents/%3Cscript%3E", 404, "no document"),
        ("/api/nothing", 404, "Not Found"),
    ],
)
def test_every_error_has_one_shape(client: TestClient, address: str, status: int, words: str) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"status", "code", "message"}
    assert response.json()["error"]["status"] == status
    assert words in response.json()["error"]["message"]


def test_other_methods_have_the_same_shape(client: TestClient) -> None:
    assert client.post("/api/claims").json()["error"]["code"] == "method_not_allowed"


def test_description_is_openapi_and_complete(client: TestClient) -> None:
    description = client.get("/api/openapi.json").json()
    OpenAPIV31SpecValidator(description).validate()
    assert set(description["paths"]) == {operation.path for operation in OPERATIONS}
    assert "Extraction" in description["components"]["schemas"]


@pytest.mark.parametrize(("path", "key"), [("/api/claims", "claim"), ("/api/documents", "document_id")])
def test_cursors_lead_through_a_list_once(client: TestClient, path: str, key: str) -> None:
    def identify(item: dict[str, Any]) -> str:
        return item["claim"]["claim_id"] if key == "claim" else item[key]

    everything = [identify(item) for item in client.get(path, params={"limit": 200}).json()["items"]]
    seen: list[str] = []
    asked: dict[str, str | int] = {"limit": 3 if key == "claim" else 1}
    while True:
        reply = client.get(path, params=asked).json()
        seen += [identify(item) for item in reply["items"]]
        if reply["next_cursor"] is None:
            break
        asked["cursor"] = reply["next_cursor"]
    assert seen == everything
    assert client.get(path, params={"cursor": "nobody"}).status_code == 400
    assert client.get(path, params={"cursor": everything[0], "offset": 1}).status_code == 400
