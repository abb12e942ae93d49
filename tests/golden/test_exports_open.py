"""Every export is opened by the tool that its readers use: Chromium, Graphviz, networkx, rdflib, a CSV reader."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
import rdflib
from rdflib.namespace import PROV, RDF, SDO

from kg.exporters import EXPORTERS, export
from kg.model import Direction, Extraction
from kg.vocab import record_iri

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DOT = shutil.which("dot")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
needs_dot = pytest.mark.skipif(DOT is None, reason="Graphviz is not installed")

Write = Callable[..., Path]

# opens a page in a frame, does something there, and writes what came of it into its own text
DRIVER = """<!doctype html><meta charset="utf-8"><iframe id="frame" src="{page}" width="{width}" height="900"></iframe>
<pre id="result"></pre><script>
const tell = (value) => {{ document.getElementById("result").textContent = JSON.stringify(value); }};
document.getElementById("frame").addEventListener("load", () => {{
  try {{ tell((({action}))(document.getElementById("frame").contentWindow)); }} catch (error) {{ tell(String(error)); }}
}});
</script>"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an export into a file and return its path."""

    def to_file(extractions: list[Extraction], format_name: str, **options: object) -> Path:
        path = tmp_path / f"map{EXPORTERS[format_name].suffix}"
        with path.open("wb") as out:
            export(extractions, out, format_name, **options)  # type: ignore[arg-type]
        return path

    return to_file


def load(path: Path, fragment: str = "", *flags: str) -> str:
    """Open a page in Chromium without a network and return its elements as they are then; nothing may be complained of."""
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            f"--user-data-dir={path.parent / 'profile'}",
            "--virtual-time-budget=10000",
            *flags,
            "--dump-dom",
            path.as_uri() + fragment,
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    complaints = [line for line in done.stderr.decode(errors="replace").splitlines() if ":CONSOLE" in line]
    assert complaints == []
    return done.stdout.decode()


def act(path: Path, action: str, width: int = 1400) -> object:
    """Run a function on an opened page's window and return what it returns."""
    driver = path.parent / "driver.html"
    driver.write_text(DRIVER.format(page=path.name, action=action, width=width), encoding="utf-8")
    found = re.search(r'<pre id="result">(.*?)</pre>', load(driver, "", "--allow-file-access-from-files"), re.DOTALL)
    assert found is not None
    return json.loads(unescape(found[1]))


def bearing(extraction: Extraction) -> dict[str, Direction]:
    """Let one claim bear on the question in each way; the last, in the outlet's own voice, is left out."""
    return dict(zip((claim.claim_id for claim in extraction.claims), Direction, strict=False))


@needs_chromium
@pytest.mark.parametrize("language", ["de", "en"])
def test_html_address_of_a_claim_shows_its_passage(language: str, write: Write, request: pytest.FixtureRequest) -> None:
    extraction: Extraction = request.getfixturevalue(f"extraction_{language}")
    told = extraction.claims[1]
    dom = load(write([extraction], "html", question="?", directions=bearing(extraction)), f"#{told.claim_id}")
    assert f'data-selected="{told.claim_id}"' in dom
    marks = re.findall(r'<mark class="content[^"]*">(.*?)</mark>', dom)
    assert "".join(marks[:3]).startswith(told.assertion.passages[0].exact)
    assert f'lang="{language}"' in dom


@needs_chromium
def test_html_click_on_a_card_shows_its_passage_and_escape_leaves_it(extraction_de: Extraction, write: Write) -> None:
    path = write([extraction_de], "html")
    picture = extraction_de.evidence[0]
    action = f"""(page) => {{
      const detail = page.document.getElementById("detail");
      page.document.querySelector('a.hit[href="#{picture.evidence_id}"]').click();
      const marked = [...detail.querySelectorAll("mark.content")].map((mark) => mark.textContent).join("");
      const hash = page.location.hash;
      page.document.dispatchEvent(new page.KeyboardEvent("keydown", {{ key: "Escape", bubbles: true }}));
      return [marked, hash, detail.hidden, detail.textContent];
    }}"""
    # the key press is sent to an element, as a browser does
    action = action.replace("page.document.dispatchEvent", "page.document.activeElement.dispatchEvent")
    marked, hash_, hidden, text = act(path, action)  # type: ignore[misc]
    assert marked.startswith(picture.passage.exact)
    assert hash_ == f"#{picture.evidence_id}"
    assert (hidden, text) == (True, "")


@needs_chromium
def test_html_filter_leaves_what_fits(extraction_en: Extraction, write: Write) -> None:
    path = write([extraction_en], "html", question="?", directions=bearing(extraction_en))
    action = """(page) => {
      const form = page.document.querySelector(".filters");
      const visible = () => [...page.document.querySelectorAll(".row:not([hidden])")].length;
      const counts = [visible()];
      form.elements.search.value = "jana VOSS";
      form.dispatchEvent(new page.Event("input"));
      counts.push(visible());
      page.document.getElementById("reset-filters").click();
      form.querySelector("[value=supports]").click();
      counts.push(visible());
      return [...counts, page.document.getElementById("shown").textContent];
    }"""
    assert act(path, action) == [4, 2, 3, "3 of 4 claims"]


@needs_chromium
def test_html_runs_nothing_from_an_article(extraction_de: Extraction, write: Write) -> None:
    words = "</script><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\"> "
    data = json.loads(extraction_de.model_dump_json())
    data["document"] |= {"title": words, "publisher": words, "text": data["document"]["text"] + words}
    data["actors"][0] |= {"name": words, "description": words}
    hostile = Extraction.model_validate(data)
    dom = load(write([hostile], "html"), f"#{hostile.claims[0].claim_id}")
    assert "pwned" not in dom.partition("<title>")[2].partition("</title>")[0].replace("document.title='pwned'", "")
    assert not re.search(r"<img|<script>document", dom)
    assert "data-selected" in dom


@needs_chromium
def test_html_with_many_claims_opens_the_group_that_is_asked_for(
    make_extraction: Callable[[str], Extraction], write: Write
) -> None:
    many = [make_extraction(str(number)) for number in range(40)]
    asked = many[-1].claims[0].claim_id
    dom = load(write(many, "html"), f"#{asked}")
    assert f'data-selected="{asked}"' in dom
    assert len(re.findall(r'<details class="group plain" open=""', dom)) == 2


@needs_chromium
def test_html_offsets_count_code_points_in_the_browser_too(extraction_de: Extraction, write: Write) -> None:
    data = json.loads(extraction_de.model_dump_json())
    text = data["document"]["text"] + " \U0001f600\U0001f600 Ende"
    start = text.index("Ende")
    data["document"]["text"] = text
    passage = {"document_id": data["document"]["document_id"], "start": start, "end": start + 4, "exact": "Ende"}
    data["evidence"][0]["passage"] = passage
    changed = Extraction.model_validate(data)
    dom = load(write([changed], "html"), f"#{changed.evidence[0].evidence_id}")
    assert '<mark class="content">Ende</mark>' in dom


@needs_chromium
@pytest.mark.parametrize("language", ["de", "en"])
def test_svg_text_stays_on_its_card(language: str, write: Write, request: pytest.FixtureRequest) -> None:
    extraction: Extraction = request.getfixturevalue(f"extraction_{language}")
    path = write([extraction], "svg", question="Sind Risse im Damm?", directions=bearing(extraction))
    action = """(page) => [...page.document.querySelectorAll("g[id]")].map((card) => {
      const frame = card.querySelector("rect").getBoundingClientRect();
      const texts = [...card.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
      return texts.length > 1 && texts.every((text) => text.right <= frame.right && text.bottom <= frame.bottom);
    })"""
    assert act(path, action) == [True] * (len(Direction) + len(extraction.evidence))


@needs_dot
@pytest.mark.parametrize("language", ["de", "en"])
def test_dot_is_drawn_by_graphviz(language: str, write: Write, request: pytest.FixtureRequest) -> None:
    extraction: Extraction = request.getfixturevalue(f"extraction_{language}")
    data = json.loads(extraction.model_dump_json())
    data["actors"][1]["name"] = 'A "quoted" \\N & &amp; name'
    changed = Extraction.model_validate(data)
    path = write([changed], "dot", question='"?"', directions=bearing(changed))
    done = subprocess.run([str(DOT), "-Tsvg", str(path)], capture_output=True, timeout=60, check=True)
    assert done.stderr == b""
    root = ET.fromstring(done.stdout)
    space = "{http://www.w3.org/2000/svg}"
    classes = [group.get("class") for group in root.iter(f"{space}g")]
    assert classes.count("node") == len(Direction) + len(changed.evidence) + 1
    assert classes.count("cluster") == len(Direction)
    words = " ".join(text.text or "" for text in root.iter(f"{space}text"))
    assert 'A "quoted" \\N & &amp; name' in words


def test_graphml_is_read_by_networkx(extraction_de: Extraction, extraction_en: Extraction, write: Write) -> None:
    network = nx.read_graphml(write([extraction_de, extraction_en], "graphml"), force_multigraph=True)
    kinds = [data["kind"] for _node, data in network.nodes(data=True)]
    assert (kinds.count("claim"), kinds.count("document"), kinds.count("evidence")) == (10, 2, 4)
    assert {data["kind"] for _start, _end, data in network.edges(data=True)} >= set(Direction) | {
        "claimed_by",
        "read_in",
    }


@pytest.mark.parametrize(("format_name", "parser"), [("jsonld", "json-ld"), ("trig", "trig")])
def test_rdf_is_parsed_by_rdflib_without_a_network(
    format_name: str, parser: str, extraction_de: Extraction, write: Write
) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(write([extraction_de], format_name), format=parser)
    quads = {(subject, prop, item) for subject, prop, item, _graph in dataset.quads()}
    document = rdflib.URIRef(record_iri(extraction_de.document.document_id))
    for claim in extraction_de.claims:
        subject = rdflib.URIRef(record_iri(claim.claim_id))
        assert (subject, RDF.type, SDO.Claim) in quads
        assert (subject, SDO.appearance, document) in quads
        assert (subject, SDO.author, rdflib.URIRef(record_iri(claim.actor_id))) in quads
        assert (subject, PROV.wasQuotedFrom, document) in quads


def test_both_rdf_formats_hold_the_same_quads(extraction_en: Extraction, write: Write) -> None:
    found = []
    for format_name, parser in (("jsonld", "json-ld"), ("trig", "trig")):
        dataset = rdflib.Dataset()
        dataset.parse(write([extraction_en], format_name), format=parser)
        found.append(set(dataset.quads()))
    assert found[0] == found[1]


def test_csv_is_read_by_the_csv_module(extraction_de: Extraction, write: Write) -> None:
    text = write([extraction_de], "csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["number"] for row in table] == ["C1", "C2", "C3", "C4", "C5"]
    assert {row["type"] for row in table} == {claim.type for claim in extraction_de.claims}
