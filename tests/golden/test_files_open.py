"""Files for other tools are opened by these: poppler, Argdown's parser, networkx, markdown-it, nanopub, SHACL, JSON Schema."""

import csv
import io
import json
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import jsonschema
import networkx as nx
import pyshacl
import pytest
import rdflib
from markdown_it import MarkdownIt

from kg.errors import InputError
from kg.exporters import EXPORTERS, FactCheck, build_claim_map, export
from kg.labels import load_labels
from kg.model import Direction, Extraction

HERE = Path(__file__).parent
NODE_MODULES = Path(sys.prefix) / "node" / "node_modules"
QUESTION = "Sind Risse im Damm?"
HOSTILE = (
    "</script><script>document.title=1</script> <img src=x onerror=alert(1)>",
    "[C1]: <C2>: {x: 1} } , # head #tag *bold* _it_ @[Q] // no /* no */ :smile: .x. -- == ===",
    "* item\n\n# head\n> quote\n```\ncode\n[a](javascript:alert(1)) | x | `y` ~~z~~ &amp; $x$ \\",
    '#set text(red) #panic("x") $ \\u{0} \u0000\u000b 😀 한국 "\'',
)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
needs_argdown = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE_MODULES / "@argdown" / "core").is_dir(),
    reason="Argdown's parser is not installed: scripts/check installs it where npm is",
)


@pytest.fixture(params=["de", "en"])
def extraction(request: pytest.FixtureRequest) -> Extraction:
    found: Extraction = request.getfixturevalue(f"extraction_{request.param}")
    return found


def exported(extractions: list[Extraction], format_name: str, **options: object) -> bytes:
    out = io.BytesIO()
    export(extractions, out, format_name, made=date(2026, 11, 24), **options)  # type: ignore[arg-type]
    return out.getvalue()


def asked(extraction: Extraction) -> dict[str, object]:
    """Let one claim bear on the question in each way; the last is left out."""
    directions = dict(zip((claim.claim_id for claim in extraction.claims), Direction, strict=False))
    return {"question": QUESTION, "directions": directions}


def with_title(extraction: Extraction, words: str) -> Extraction:
    """Put words where an article's author could put them without moving offsets."""
    data = json.loads(extraction.model_dump_json())
    data["document"] |= {"title": words, "publisher": words}
    data["actors"][0]["name"] = words
    data["evidence"][0]["description"] = words
    return Extraction.model_validate(data)


def pdf_text(data: bytes, tmp_path: Path) -> str:
    path = tmp_path / "map.pdf"
    path.write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, timeout=60, check=True)
    return " ".join(done.stdout.decode("utf-8").replace("\u00ad", "").replace("-\n", "").split())


@pytest.mark.parametrize("format_name", sorted(set(EXPORTERS) - {"pdf", "png"}))
def test_every_file_states_its_scope_its_date_and_how_to_cite_it(extraction: Extraction, format_name: str) -> None:
    text = exported([extraction], format_name).decode("utf-8")
    imprint = build_claim_map([extraction], made=date(2026, 11, 24)).imprint
    assert imprint.digest.partition("-")[2] in text
    assert "2026" in text
    assert load_labels(extraction.document.language)["scope_document"] in text


def test_citation_changes_with_the_contents_alone(extraction_de: Extraction, extraction_en: Extraction) -> None:
    one, other = build_claim_map([extraction_de]).imprint, build_claim_map([extraction_en]).imprint
    assert one.digest != other.digest
    assert build_claim_map([extraction_de], made=date(2030, 1, 1)).imprint.digest == one.digest
    assert one.made == "2024-03-06"  # when it was read, where nobody says when the file is made


@needs_poppler
def test_pdf_is_read_by_poppler_with_every_passage_source_and_citation(extraction: Extraction, tmp_path: Path) -> None:
    text = pdf_text(exported([extraction], "pdf", gaps=["No eyewitness."], **asked(extraction)), tmp_path)
    for claim in extraction.claims:
        for passage in claim.assertion.passages:
            assert " ".join(passage.exact.split()[:3]) in text
    assert extraction.document.title
    assert extraction.document.title in text
    assert "No eyewitness." in text
    assert load_labels(extraction.document.language)["cite_as"] in text
    about = subprocess.run(["pdfinfo", str(tmp_path / "map.pdf")], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Title:\s+Sind Risse im Damm\?$", about, re.MULTILINE)
    assert re.search(r"^Tagged:\s+yes$", about, re.MULTILINE)


@needs_poppler
@pytest.mark.parametrize("words", HOSTILE)
def test_pdf_sets_an_articles_words_as_they_are(extraction_de: Extraction, words: str, tmp_path: Path) -> None:
    text = pdf_text(exported([with_title(extraction_de, words)], "pdf"), tmp_path)
    assert words.split()[0][:6] in text


def test_png_is_the_picture_at_one_and_a_half_pixels(extraction: Extraction) -> None:
    png, svg = exported([extraction], "png"), exported([extraction], "svg").decode()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    drawn = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    assert drawn is not None
    assert (width, height) == pytest.approx((float(drawn[1]) * 1.5, float(drawn[2]) * 1.5), abs=2)


def test_gexf_is_read_by_networkx_with_colours_and_types(extraction: Extraction) -> None:
    directions = dict.fromkeys((claim.claim_id for claim in extraction.claims), Direction.SUPPORTS)
    data = exported([extraction], "gexf", question=QUESTION, directions=directions)
    network = nx.read_gexf(io.BytesIO(data))
    claim_map = build_claim_map([extraction])
    assert set(network) == set(claim_map.graph.network)
    assert network.number_of_edges() == claim_map.graph.network.number_of_edges()
    claim = network.nodes[extraction.claims[0].claim_id]
    assert isinstance(claim["confidence"], float)
    assert isinstance(claim["start"], int)
    assert claim["label"].startswith("C1 ")
    assert claim["viz"]["color"]["b"] == 0x9E
    assert b'lastmodifieddate="2026-11-24"' in data


def test_graphml_has_labels_to_read_and_colours(extraction: Extraction) -> None:
    network = nx.read_graphml(io.BytesIO(exported([extraction], "graphml")), force_multigraph=True)
    assert all(re.fullmatch("#[0-9a-f]{6}", data["color"]) for _, data in network.nodes(data=True))
    assert all(isinstance(data["r"], int) for _, data in network.nodes(data=True))
    assert {data["label"] for _, data in network.nodes(data=True)} >= {actor.name for actor in extraction.actors[:1]}
    assert "2026" in network.graph["cite_as"]


def test_nodes_and_edges_in_csv_make_the_same_graph(extraction: Extraction) -> None:
    tables = {}
    for name in ("csv-nodes", "csv-edges"):
        data = exported([extraction], name)
        assert data.startswith(b"\xef\xbb\xbf")  # without it Excel spoils umlauts
        tables[name] = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    network = build_claim_map([extraction]).graph.network
    ids = {row["Id"] for row in tables["csv-nodes"]}
    assert ids == set(network)
    assert len(tables["csv-edges"]) == network.number_of_edges()
    assert {row[end] for row in tables["csv-edges"] for end in ("Source", "Target")} <= ids
    assert extraction.actors[0].name in {row["Label"] for row in tables["csv-nodes"]}


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed; it is too large for scripts/check to fetch"
)
@pytest.mark.parametrize(
    ("language", "format_name", "separator"),
    [("de", "csv-excel", 59), ("en", "csv-excel", 44), ("de", "csv-nodes", 44)],
)
def test_tables_open_in_libreoffice_with_their_umlauts(
    language: str, format_name: str, separator: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    extraction: Extraction = request.getfixturevalue(f"extraction_{language}")
    (tmp_path / "claims.csv").write_bytes(exported([extraction], format_name))
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            f"--infilter=Text - txt - csv (StarCalc):{separator},34,76,1",
            "--convert-to",
            "fods",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "claims.csv"),
        ],
        capture_output=True,
        timeout=180,
        check=True,
    )
    text = (tmp_path / "claims.fods").read_text(encoding="utf-8")
    cells = {unescape(cell) for cell in re.findall(r"<text:p>([^<]*)</text:p>", text)}
    assert extraction.document.title in cells
    assert cells & {"claim_id", "Id"}
    assert "\ufeff" not in text


@pytest.mark.parametrize("words", ["plain", *HOSTILE])
def test_canvas_follows_the_specification(extraction_de: Extraction, words: str) -> None:
    extraction = with_title(extraction_de, words)
    canvas = json.loads(exported([extraction], "canvas", **asked(extraction)))
    schema = json.loads((HERE / "jsoncanvas.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(canvas)
    ids = [node["id"] for node in canvas["nodes"]]
    assert len(ids) == len(set(ids))
    assert {edge[end] for edge in canvas["edges"] for end in ("fromNode", "toNode")} <= set(ids)
    cards = [node for node in canvas["nodes"] if node["type"] == "text"]
    for node in cards:  # no card lies on another
        for other in cards:
            apart = (
                node["x"] + node["width"] <= other["x"]
                or other["x"] + other["width"] <= node["x"]
                or node["y"] + node["height"] <= other["y"]
                or other["y"] + other["height"] <= node["y"]
            )
            assert apart or node is other


def read_argdown(data: bytes, tmp_path: Path) -> dict[str, dict[str, dict[str, str]]]:
    path = tmp_path / "map.argdown"
    path.write_bytes(data)
    command = ["node", str(HERE / "argdown_model.js"), str(NODE_MODULES), str(path)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    found: dict[str, dict[str, dict[str, str]]] = json.loads(done.stdout)
    assert found["errors"] == []
    return found


@needs_argdown
def test_argdown_is_read_by_its_own_parser(extraction: Extraction, tmp_path: Path) -> None:
    found = read_argdown(exported([extraction], "argdown", **asked(extraction)), tmp_path)
    assert found["statements"]["Question"] == QUESTION
    claim = extraction.claims[0]
    assert found["arguments"]["C1"]["data"]["id"] == claim.claim_id  # type: ignore[index]
    assert " ".join(claim.assertion.passages[0].exact.split()[:5]) in found["arguments"]["C1"]["text"]
    assert ["C1", "support", "Question"] in found["relations"]
    assert ["C2", "attack", "Question"] in found["relations"]
    kinds = {kind for _, kind, _ in found["relations"]}
    assert kinds == {"support", "attack", "undercut"}
    assert "2026" in found["frontMatter"]["citeAs"]


@needs_argdown
@pytest.mark.parametrize("words", HOSTILE)
def test_argdown_reads_an_articles_words_as_words(extraction_de: Extraction, words: str, tmp_path: Path) -> None:
    changed = with_title(extraction_de, words)
    found = read_argdown(exported([changed], "argdown", **asked(changed)), tmp_path)
    assert len(found["arguments"]) == 4 + len(changed.evidence)
    shown = found["arguments"]["C1"]["text"]
    assert shown.startswith(" ".join(words.replace("\u0000\u000b", "\ufffd\ufffd").split()))


@pytest.mark.parametrize("words", ["plain", *HOSTILE])
def test_markdown_shows_an_articles_words_as_they_are(extraction_de: Extraction, words: str) -> None:
    changed = with_title(extraction_de, words)
    text = exported([changed], "markdown", **asked(changed)).decode("utf-8")
    html = MarkdownIt("commonmark", {"html": True}).render(text)
    assert not re.search(r"<(script|img|code|pre|table)|javascript:[^)]*\"", html)
    assert html.count("<h1>") == 1
    assert html.count("<blockquote>") == 4
    for claim in changed.claims[:4]:
        assert f"{claim.assertion.passages[0].start}–{claim.assertion.passages[0].end}" in html


# the checker asks rdflib in an older way
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nanopublications_are_valid_for_the_nanopub_checker(extraction: Extraction) -> None:
    nanopub = pytest.importorskip("nanopub")
    dataset = rdflib.Dataset()
    dataset.parse(data=exported([extraction], "nanopub").decode("utf-8"), format="trig")
    kind = rdflib.URIRef("http://www.nanopub.org/nschema#Nanopublication")
    bases = sorted(str(subject) for subject, _, _, _ in dataset.quads((None, rdflib.RDF.type, kind, None)))
    assert len(bases) == len(extraction.claims)
    for base in bases:
        one = rdflib.Dataset()
        for subject, prop, item, graph in dataset.quads():
            if str(graph).startswith(f"{base}#"):
                one.graph(graph).add((subject, prop, item))
        assert nanopub.Nanopub(rdf=one).is_valid


def claimreview_graph(data: bytes) -> rdflib.Graph:
    """Read JSON-LD without fetching schema.org's context, of which it needs only the vocabulary and two types."""
    document = json.loads(data)
    assert document["@context"] == "https://schema.org"
    document["@context"] = {"@vocab": "https://schema.org/"}
    return rdflib.Graph().parse(data=json.dumps(document), format="json-ld")


def test_claimreview_has_what_search_engines_require(extraction: Extraction) -> None:
    check = FactCheck("https://check.example/dam", "Unproven", "Check Desk", "https://check.example")
    graph = claimreview_graph(exported([extraction], "claimreview", fact_check=check, **asked(extraction)))
    conforms, _, report = pyshacl.validate(graph, shacl_graph=str(HERE / "claimreview_shapes.ttl"))
    assert conforms, report
    assert (None, rdflib.RDF.type, rdflib.SDO.ClaimReview) in graph


def test_shapes_find_a_claimreview_without_its_rating(extraction_de: Extraction) -> None:
    check = FactCheck("https://check.example/dam", "Unproven", "Check Desk")
    graph = claimreview_graph(exported([extraction_de], "claimreview", fact_check=check, **asked(extraction_de)))
    graph.remove((None, rdflib.SDO.alternateName, None))
    conforms, _, _ = pyshacl.validate(graph, shacl_graph=str(HERE / "claimreview_shapes.ttl"))
    assert not conforms


def test_nothing_is_judged_without_a_fact_checker(extraction: Extraction) -> None:
    for options in ({}, asked(extraction)):
        text = exported([extraction], "claimreview", **options).decode("utf-8")  # type: ignore[arg-type]
        assert "ClaimReview" not in text
        conforms, _, report = pyshacl.validate(
            claimreview_graph(text.encode()), shacl_graph=str(HERE / "claimreview_shapes.ttl")
        )
        assert conforms, report


@pytest.mark.parametrize(
    ("format_name", "url", "options", "message"),
    [
        ("html", "https://check.example", {"question": QUESTION}, "expected claimreview"),
        ("claimreview", "https://check.example", {}, "expected a question"),
        ("claimreview", "javascript:alert(1)", {"question": QUESTION}, "expected http"),
    ],
)
def test_fact_check_that_cannot_be_said(
    extraction_de: Extraction, format_name: str, url: str, options: dict[str, str], message: str
) -> None:
    check = FactCheck(url, "Unproven", "Check Desk")
    with pytest.raises(InputError, match=message):
        exported([extraction_de], format_name, fact_check=check, **options)


def test_html_of_two_hundred_claims_is_under_a_megabyte(make_extraction: Callable[[str], Extraction]) -> None:
    many = [make_extraction(str(number)) for number in range(40)]
    data = exported(many, "html")
    assert sum(len(item.claims) for item in many) == 200
    assert len(data) < 1_000_000
