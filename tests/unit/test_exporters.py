"""Exports: what each format says, that nothing in an article can break out of it, and what a selection keeps."""

import csv
import io
import json
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from kg.errors import InputError
from kg.exporters import EXPORTERS, build_claim_map, export, select_claims
from kg.exporters.characters import text_width, wrap_text, xml_text
from kg.exporters.csv import COLUMNS
from kg.exporters.lanes import assign_lanes
from kg.labels import load_labels, write_date, write_number
from kg.model import (
    CertaintyLevel,
    ClaimMedium,
    ClaimType,
    DatePrecision,
    Direction,
    Extraction,
    HedgeClass,
    Language,
    PartialDate,
    Review,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["de", "en"])
def extraction(request: pytest.FixtureRequest) -> Extraction:
    found: Extraction = request.getfixturevalue(f"extraction_{request.param}")
    return found


def exported(extractions: list[Extraction], format_name: str, **options: object) -> bytes:
    out = io.BytesIO()
    export(extractions, out, format_name, **options)  # type: ignore[arg-type]
    return out.getvalue()


def rows(data: bytes, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


def with_words(extraction: Extraction, words: str) -> Extraction:
    """Give the first claim's content, its actor, the title and the publisher other words."""
    data = json.loads(extraction.model_dump_json())
    old = data["claims"][0]["assertion"]["passages"][0]
    text = words + extraction.document.text
    data["document"] |= {"text": text, "title": words, "publisher": words}
    for item in (*data["claims"], *data["evidence"], *data["links"], *data["actors"]):
        _shift(item, len(words))
    data["claims"][0]["assertion"]["passages"][0] = old | {"start": 0, "end": len(words), "exact": words}
    data["actors"][0]["name"] = words
    return Extraction.model_validate(data)


def _shift(value: object, by: int) -> None:
    if isinstance(value, dict):
        if "exact" in value:
            value["start"] += by
            value["end"] += by
        for inner in value.values():
            _shift(inner, by)
    elif isinstance(value, list):
        for inner in value:
            _shift(inner, by)


@pytest.mark.parametrize("format_name", EXPORTERS)
def test_export_gives_the_same_bytes_twice(extraction: Extraction, format_name: str) -> None:
    assert exported([extraction], format_name) == exported([extraction], format_name)


@pytest.mark.parametrize("format_name", EXPORTERS)
def test_export_of_nothing_is_a_whole_file(format_name: str) -> None:
    assert exported([], format_name)
    assert exported([], format_name, question="Wer?", language=Language.DE)


def test_export_refuses_an_unknown_format(extraction_de: Extraction) -> None:
    with pytest.raises(InputError, match=r'format "docx" is not known \(html, pdf'):
        exported([extraction_de], "docx")


@pytest.mark.parametrize("format_name", ["jsonld", "trig"])
def test_rdf_export_refuses_a_passage_that_is_not_in_its_text(extraction_de: Extraction, format_name: str) -> None:
    data = json.loads(extraction_de.model_dump_json())
    data["claims"][0]["cue"]["exact"] = "x" * len(data["claims"][0]["cue"]["exact"])
    with pytest.raises(InputError, match="not what the text says"):
        exported([Extraction.model_validate(data)], format_name)


def test_labels_of_both_languages_have_the_same_keys_and_cover_the_records() -> None:
    german, english = (load_labels(language) for language in (Language.DE, Language.EN))
    for table in type(german).model_fields:
        one, other = getattr(german, table), getattr(english, table)
        if isinstance(one, dict):
            assert one.keys() == other.keys()
    for table, members in (
        ("directions", Direction),
        ("direction_heads", Direction),
        ("certainty", CertaintyLevel),
        ("types", ClaimType),
        ("media", ClaimMedium),
        ("hedge_classes", HedgeClass),
    ):
        assert set(getattr(german, table)) == set(members)


@pytest.mark.parametrize(
    ("value", "precision", "german", "english"),
    [
        ("2023", DatePrecision.YEAR, "2023", "2023"),
        ("2023-10", DatePrecision.MONTH, "Oktober 2023", "October 2023"),
        ("2023-10-05", DatePrecision.DAY, "5. Oktober 2023", "5 October 2023"),
        ("2023-10-05T12:30:00", DatePrecision.SECOND, "5. Oktober 2023", "5 October 2023"),
    ],
)
def test_dates_keep_their_precision(value: str, precision: DatePrecision, german: str, english: str) -> None:
    date = PartialDate(value=value, precision=precision)
    assert (write_date(date, Language.DE), write_date(date, Language.EN)) == (german, english)


def test_numbers_are_written_as_the_language_does() -> None:
    assert (write_number(0.8, Language.DE), write_number(0.8, Language.EN)) == ("0,80", "0.80")


def test_selection_keeps_evidence_and_the_claims_around(extraction: Extraction) -> None:
    said, told, rumoured, denied, _own = extraction.claims
    (kept,) = select_claims([extraction], [told.claim_id])
    assert [claim.claim_id for claim in kept.claims] == [said.claim_id, told.claim_id]
    assert [item.kind for item in kept.evidence] == ["absence"]
    (kept,) = select_claims([extraction], [rumoured.claim_id])
    assert {claim.claim_id for claim in kept.claims} == {rumoured.claim_id, denied.claim_id, said.claim_id}
    assert {actor.actor_id for actor in kept.actors} >= {claim.actor_id for claim in kept.claims}


def test_selection_leaves_out_documents_without_a_chosen_claim(
    extraction_de: Extraction, extraction_en: Extraction
) -> None:
    kept = select_claims([extraction_de, extraction_en], [extraction_en.claims[0].claim_id, "claim-unknown"])
    assert [item.document.document_id for item in kept] == [extraction_en.document.document_id]


@pytest.mark.parametrize(
    ("language", "chain", "heads"),
    [
        ("de", "Jana Voss über Die Wasserbehörde über Hallbacher Kurier", ["Bestreitet das", "Weitere Behauptungen"]),
        ("en", "Jana Voss via The water authority via Hallbach Courier", ["Disputes it", "Further claims"]),
    ],
)
def test_claim_map_groups_by_direction_and_names_the_chain(
    language: str, chain: str, heads: list[str], request: pytest.FixtureRequest
) -> None:
    extraction: Extraction = request.getfixturevalue(f"extraction_{language}")
    told = extraction.claims[1]
    kept = select_claims([extraction], [told.claim_id])
    claim_map = build_claim_map(kept, directions={told.claim_id: Direction.DISPUTES}, question="?")
    assert [group.title.partition(":")[0] for group in claim_map.groups] == heads
    assert claim_map.chain_words(claim_map.groups[0].claims[0]) == chain


def test_claim_map_without_directions_follows_the_text(extraction: Extraction) -> None:
    claim_map = build_claim_map([extraction])
    starts = [node.claim.assertion.passages[0].start for node in claim_map.claims]
    assert starts == sorted(starts)
    assert [node.number for node in claim_map.claims] == ["C1", "C2", "C3", "C4", "C5"]
    assert claim_map.title == extraction.document.title


@pytest.mark.parametrize(
    ("question_language", "word"), [(Language.DE, b"Behauptungskarte"), (Language.EN, b"Claim map")]
)
def test_language_of_the_words_can_be_that_of_the_question(
    extraction: Extraction, question_language: Language, word: bytes
) -> None:
    assert word in exported([extraction], "html", language=question_language)


def test_csv_has_one_row_a_claim_with_offsets_into_the_text(extraction: Extraction) -> None:
    table = rows(exported([extraction], "csv"))
    assert tuple(table[0]) == COLUMNS
    assert {row["claim_id"] for row in table} == {claim.claim_id for claim in extraction.claims}
    for row in table:
        spans = zip(row["start"].split(), row["end"].split(), strict=True)
        assert " … ".join(extraction.document.text[int(start) : int(end)] for start, end in spans) == row["content"]
    assert any("imagery" in row["evidence"] for row in table)
    assert {"government_body", ""} <= {row["organisation_kind"] for row in table}


@pytest.mark.parametrize("words", ["=1+1", "+49 1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_csv_cells_are_never_formulas(extraction_de: Extraction, words: str) -> None:
    for row in rows(exported([with_words(extraction_de, words)], "csv")):
        for cell in row.values():
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝"))


def test_excel_csv_opens_in_a_german_and_an_english_excel(extraction_de: Extraction, extraction_en: Extraction) -> None:
    german, english = exported([extraction_de], "csv-excel"), exported([extraction_en], "csv-excel")
    assert german.startswith(b"\xef\xbb\xbf")
    assert len(rows(german, ";")) == len(rows(english, ",")) == 5


def test_graphml_keeps_every_node_and_edge_with_types(extraction: Extraction) -> None:
    claim_map = build_claim_map([extraction])
    network = nx.read_graphml(io.BytesIO(exported([extraction], "graphml")), force_multigraph=True)
    assert set(network) == set(claim_map.graph.network)
    assert network.number_of_edges() == claim_map.graph.network.number_of_edges()
    claim = network.nodes[extraction.claims[0].claim_id]
    assert claim["kind"] == "claim"
    assert isinstance(claim["confidence"], float)
    assert isinstance(claim["start"], int)
    assert not any(
        value is None or value == "None" for _node, data in network.nodes(data=True) for value in data.values()
    )


HOSTILE = (
    "</script><script>document.title='pwned'</script>",
    '<!--<script><img src=x onerror="document.title=1">',
    "\"'><svg onload=document.title=1>&amp;\\",
    "]]>&lt;\u2028\u0000\u000b\ufffe 😀",
    "${title} $title \\N \\G",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_html_holds_no_markup_from_articles(extraction_de: Extraction, words: str) -> None:
    page = exported([with_words(extraction_de, words)], "html").decode()
    plain = exported([extraction_de], "html").decode()
    assert re.findall(r"<(script|img|svg onload)", page) == re.findall(r"<(script|img|svg onload)", plain)
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert any(document["text"].startswith(words) for document in data["documents"].values())


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("format_name", ["svg", "graphml"])
def test_xml_stays_well_formed(extraction_de: Extraction, format_name: str, words: str) -> None:
    root = ET.fromstring(exported([with_words(extraction_de, words)], format_name))
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)"])
@pytest.mark.parametrize("format_name", ["html", "dot", "svg"])
def test_only_web_addresses_become_links(extraction_de: Extraction, format_name: str, url: str) -> None:
    data = json.loads(extraction_de.model_dump_json())
    data["document"]["url"] = url
    text = exported([Extraction.model_validate(data)], format_name).decode()
    assert f'href="{url}' not in text
    assert f'URL="{url}' not in text
    assert f'"url":"{url}' not in text


def test_html_page_loads_nothing_and_runs_only_its_own_script(extraction_de: Extraction) -> None:
    page = exported([extraction_de], "html").decode()
    assert "default-src 'none'" in page
    assert "unsafe-inline" not in page
    assert not re.search(r"""(src|@import|url\()\s*=?\s*["']?(https?:)?//""", page)


def test_svg_says_how_many_claims_it_leaves_out(make_extraction: Callable[[str], Extraction]) -> None:
    many = [make_extraction(str(number)) for number in range(30)]
    root = ET.fromstring(exported(many, "svg"))
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "30 weitere Behauptungen sind nicht gezeichnet" in words


def test_question_without_an_answer_is_said_plainly(extraction_de: Extraction) -> None:
    page = exported([extraction_de], "html", question="Wer fliegt zum Mond?", directions={}, language=Language.DE)
    assert "Keine Behauptung gefunden, die diese Frage berührt." in page.decode()
    assert extraction_de.claims[0].claim_id not in page.decode()


@pytest.mark.parametrize("format_name", ["html", "svg"])
def test_origins_and_gaps_head_the_map(extraction: Extraction, format_name: str) -> None:
    text = exported([extraction], format_name, origins=["<b>A</b>"], gaps=["No document."]).decode()
    assert "&lt;b&gt;A&lt;/b&gt;" in text
    assert "No document." in text


def test_reviews_of_what_is_written_go_along(extraction_de: Extraction, review: Review) -> None:
    told = extraction_de.claims[1]
    assert "Ana Prüfer" in exported([extraction_de], "html", reviews=[review]).decode()
    assert "Ana Prüfer" in exported([extraction_de], "jsonld", reviews=[review]).decode()
    rumoured = extraction_de.claims[3]
    assert (
        "Ana Prüfer" not in exported([extraction_de], "trig", reviews=[review], claim_ids=[rumoured.claim_id]).decode()
    )
    assert told.claim_id in exported([extraction_de], "trig", claim_ids=[told.claim_id]).decode()


def test_wrapped_lines_fit_and_lose_no_word() -> None:
    text = "Die in den USA ansässige Denkfabrik untersuchte Donaudampfschifffahrtsgesellschaftskapitäne 😀"
    lines = wrap_text(text, 120, 14)
    assert all(text_width(line, 14) <= 120 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrap_text("", 120, 14) == []
    cut = wrap_text(text, 120, 14, max_lines=2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")


def test_xml_text_replaces_what_xml_cannot_hold() -> None:
    assert xml_text("a\x00\x0b\ufffe\ud800b\n😀") == "a\ufffd\ufffd\ufffd\ufffdb\n😀"


def test_lanes_keep_lines_apart_and_short_ones_inside() -> None:
    lanes = assign_lanes({"long": (0, 100), "short": (10, 20), "apart": (30, 40), "touching": (40, 50)})
    assert lanes == {"short": 0, "apart": 0, "touching": 1, "long": 2}
    assert assign_lanes({}) == {}
