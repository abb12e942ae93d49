"""The main paths through the pages in a real browser, and what assistive technology finds there: Chromium, axe-core."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.exporters import export
from kg.model import Direction, Extraction
from kg.store import Store

playwright_api = pytest.importorskip("playwright.sync_api")

_CHROMIUM = shutil.which("chromium")
_AXE = Path(sys.prefix) / "node" / "node_modules" / "axe-core" / "axe.min.js"
_SERVER = """
import sys
from pathlib import Path
from kg.serve import serve
serve(Path(sys.argv[1]), port=0, on_ready=lambda address: print(address, flush=True))
"""
_PHONE = {"width": 390, "height": 844}
_DESK = {"width": 1400, "height": 900}
QUESTION = "Taucher haben Risse im Damm fotografiert"

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(_CHROMIUM is None, reason="Chromium is not installed"),
    # the browser's driver leaves its own loop's sockets to the end of the process
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, story: tuple[Extraction, Extraction]) -> Iterator[str]:
    """The address of a server that holds one story in both languages."""
    path = tmp_path_factory.mktemp("paths") / "store"
    with Store(path) as store:
        for extraction in story:
            store.add(extraction)
    with subprocess.Popen([sys.executable, "-c", _SERVER, str(path)], stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip().rstrip("/") if server.stdout else ""
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One Chromium for all paths."""
    with playwright_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "playwright_api.Browser", address: str) -> Iterator["playwright_api.Page"]:
    """A page that fails the test when a script complains or anything is fetched from elsewhere."""
    context = browser.new_context(viewport=_DESK, locale="de", base_url=address)
    context.set_default_timeout(60_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on(
        "request", lambda asked: None if asked.url.startswith((address, "data:")) else complaints.append(asked.url)
    )
    yield opened
    context.close()
    # a query that is no SPARQL is answered with 400, which the browser tells
    assert [text for text in complaints if "status of 400" not in text] == []


def test_question_is_asked_and_leads_to_the_words_in_the_article(
    page: "playwright_api.Page", story: tuple[Extraction, Extraction]
) -> None:
    told = story[0].claims[1]
    page.goto("/")
    page.get_by_role("searchbox").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(f"#{told.claim_id} .source a").first.click()
    page.wait_for_selector(f"#{told.claim_id}.card.selected")
    chosen = "".join(page.locator(".text .selected").all_text_contents())
    assert chosen == told.assertion.passages[0].exact


def test_trace_leads_to_its_map_and_the_map_unfolds(
    page: "playwright_api.Page", story: tuple[Extraction, Extraction]
) -> None:
    page.goto(f"/?q={quote(QUESTION)}")
    page.get_by_role("link", name="Als Behauptungskarte zeigen").click()
    page.get_by_role("button", name="Alles zuklappen").click()
    claims = page.locator(".node.is-claim:visible")
    assert claims.count() == 0
    page.get_by_role("button", name="Alles aufklappen").click()
    assert claims.count() > 0
    assert page.locator(".node.is-evidence:visible").count() > 0
    claims.first.locator(".said a").click()
    page.wait_for_url(f"**/documents/*#{story[0].claims[1].claim_id[:6]}*")


def test_map_is_walked_by_keys_and_zoomed(page: "playwright_api.Page") -> None:
    page.goto("/map?lang=en")
    page.locator(".node.is-question .fold").focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("document.activeElement.closest('.node').id")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.node').id") != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('.node').id") == "map-root"
    page.keyboard.press("+")
    assert float(page.evaluate("document.querySelector('.tree').dataset.zoom")) > 1
    page.keyboard.press("0")
    assert float(page.evaluate("document.querySelector('.tree').dataset.zoom")) <= 1


def test_map_filters_have_an_address_and_the_table_agrees(page: "playwright_api.Page") -> None:
    page.goto("/map?lang=en")
    page.locator("select[name=speaker]").select_option(index=1)
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**speaker=agent-*")
    shown = page.locator(".node.is-claim").count()
    assert 0 < shown == page.locator(".maptable tbody tr").count()
    assert page.get_by_role("status").inner_text().startswith(f"{shown} of 10")
    page.reload()
    assert page.locator(".node.is-claim").count() == shown


def test_node_of_the_map_is_reached_by_its_address(
    page: "playwright_api.Page", story: tuple[Extraction, Extraction]
) -> None:
    claim = story[1].claims[0]
    page.goto("/map?lang=en")
    page.get_by_role("button", name="Fold all", exact=True).click()
    page.goto(f"/map?lang=en#{claim.claim_id}")
    page.wait_for_selector(f"#{claim.claim_id}.chosen")
    assert page.locator(f"#{claim.claim_id}").is_visible()


def test_what_is_shown_is_what_is_saved(page: "playwright_api.Page") -> None:
    page.goto("/map?lang=en")
    page.locator("select[name=speaker]").select_option(index=1)
    page.get_by_role("button", name="Filter").click()
    shown = page.locator(".node.is-claim").count()
    page.get_by_text("Save what is shown").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="canvas").click()
    canvas = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert saved.value.suggested_filename == "claims.canvas"
    assert sum(node["id"].startswith("claim-") for node in canvas["nodes"]) == shown


def test_articles_are_found_by_word_day_and_actor(page: "playwright_api.Page") -> None:
    page.goto("/documents?lang=en")
    assert page.locator(".documents li").count() == 2
    page.locator("input[name=actor]").fill("Jana Voss")
    page.locator("select[name=language]").select_option("de")
    page.get_by_role("button", name="Filter").click()
    assert page.locator(".documents .title").all_inner_texts() == ["Hallbach: Behörde meldet Risse im Damm"]
    page.locator("input[name=until]").fill("1999-01-01")
    page.get_by_role("button", name="Filter").click()
    assert page.locator(".documents .title").count() == 0


def test_actor_leads_to_claims_and_those_cited(page: "playwright_api.Page") -> None:
    page.goto("/actors?lang=en&q=authority")
    page.locator(".documents .title").first.click()
    assert "Jana Voss" in page.locator("dl.facts").first.inner_text()
    page.locator("dl.facts a", has_text="Jana Voss").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Jana Voss"
    assert page.locator(".claim-row").count() > 0


def test_query_with_an_error_shows_its_line_and_one_without_a_table(page: "playwright_api.Page") -> None:
    page.goto("/sparql?lang=en")
    page.locator("#query").fill("SELECT ?claim WHERE {\n ?claim a nosuch:Claim\n}")
    page.keyboard.press("Control+Enter")
    told = page.get_by_role("alert").inner_text()
    assert "Line 2, column" in told
    assert told.endswith("Prefix not found")
    assert page.locator(".problem pre").inner_text().strip() == "?claim a nosuch:Claim"
    page.locator("#query").fill("SELECT ?c WHERE { ?c a <https://w3id.org/kg-claims/ns#Claim> } LIMIT 3")
    page.get_by_role("button", name="Run").click()
    assert page.locator("tbody tr").count() == 3
    with page.expect_download() as saved:
        page.evaluate("document.querySelector('a[href*=\"format=csv\"]').setAttribute('download', '')")
        page.get_by_role("link", name="csv").click()
    assert len(Path(saved.value.path()).read_text(encoding="utf-8").splitlines()) == 4


def test_interface_changes_its_language_and_keeps_the_place(page: "playwright_api.Page") -> None:
    page.goto("/map?q=dam")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "q=dam" in page.url
    assert page.get_by_role("heading", level=1).inner_text() == "dam"


PLACES = [
    "/",
    f"/?q={quote(QUESTION)}",
    "/documents",
    "/claims",
    "/actors",
    "/map",
    f"/map?q={quote(QUESTION)}",
    "/sparql",
]


@pytest.mark.parametrize("place", PLACES)
def test_pages_fit_a_phone(page: "playwright_api.Page", place: str) -> None:
    page.set_viewport_size(_PHONE)
    page.goto(place)
    assert page.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]


@pytest.mark.skipif(not _AXE.is_file(), reason="axe-core is not installed: scripts/check installs it where npm is")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(
    browser: "playwright_api.Browser", address: str, story: tuple[Extraction, Extraction], scheme: str
) -> None:
    context = browser.new_context(viewport=_DESK, color_scheme=scheme, locale="en", base_url=address, bypass_csp=True)
    page = context.new_page()
    document, claim = story[0].document.document_id, story[0].claims[0].claim_id
    found = {}
    for place in (*PLACES, f"/documents/{document}", f"/claims/{claim}", f"/map?document={document}", "/nowhere"):
        page.goto(place)
        page.add_script_tag(path=str(_AXE))
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        found[place] = [
            (item["id"], item["nodes"][0]["html"][:120])
            for item in result["violations"]
            if item["impact"] in ("serious", "critical")
        ]
    context.close()
    assert {place: items for place, items in found.items() if items} == {}


@pytest.mark.skipif(not _AXE.is_file(), reason="axe-core is not installed: scripts/check installs it where npm is")
def test_exported_map_has_no_serious_barrier(
    browser: "playwright_api.Browser", tmp_path: Path, story: tuple[Extraction, Extraction]
) -> None:
    with (tmp_path / "map.html").open("wb") as out:
        export(story, out, "html", question="?", directions={c.claim_id: Direction.SUPPORTS for c in story[0].claims})
    context = browser.new_context(viewport=_DESK, bypass_csp=True)
    page = context.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    page.add_script_tag(path=str(_AXE))
    result = page.evaluate("axe.run({resultTypes: ['violations']})")
    context.close()
    assert [i["id"] for i in result["violations"] if i["impact"] in ("serious", "critical")] == []


def test_five_hundred_nodes_open_without_stutter(
    browser: "playwright_api.Browser",
    tmp_path: Path,
    make_extraction: Callable[[str], Extraction],
) -> None:
    path = tmp_path / "large"
    with Store(path) as store:
        for number in range(70):
            store.add(make_extraction(str(number)))
    with subprocess.Popen([sys.executable, "-c", _SERVER, str(path)], stdout=subprocess.PIPE, text=True) as server:
        try:
            base = server.stdout.readline().strip().rstrip("/") if server.stdout else ""
            page = browser.new_page()
            page.goto(f"{base}/map?lang=en")
            assert page.locator(".node").count() > 500
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})  # its own time, whatever else runs

            def spent(script: str) -> float:
                before = session.send("Performance.getMetrics")["metrics"]
                page.evaluate(f"() => {{ {script}; document.body.getBoundingClientRect(); }}")
                after = session.send("Performance.getMetrics")["metrics"]
                names = ("LayoutDuration", "RecalcStyleDuration", "ScriptDuration")
                return sum(
                    new["value"] - old["value"] for old, new in zip(before, after, strict=True) if new["name"] in names
                )

            assert spent("document.querySelector('[data-fold=open]').click()") < 1.0  # seconds, once
            for movement in ("[data-zoom=out]').click()", ".canvas').scrollTo(200, 4000)", "[data-zoom=in]').click()"):
                assert spent(f"document.querySelector('{movement}") < 0.1
        finally:
            server.terminate()
