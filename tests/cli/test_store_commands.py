"""kg build, show, query and schema, over a small store."""

import csv
import io
import json
import re
import shutil

import pytest

from kg.cli.shared import EXPORT_FORMATS
from kg.model import Claim, Extraction
from kg.store import Store


def test_build_says_what_it_did_and_again_changes_nothing(run, articles, tmp_path):
    first = run("build", articles, "--store", "kg")
    assert first.exit_code == 0
    assert first.stdout == ""
    assert re.fullmatch(r"2 articles with [1-9]\d* claims stored in kg\n", first.stderr)
    with Store(tmp_path / "kg", read_only=True) as store:
        before = {document_id: store.lines(document_id) for document_id in store.documents()}
    again = run("build", articles, "--store", "kg")
    assert again.stderr == "0 articles with 0 claims stored in kg; 2 known already\n"
    with Store(tmp_path / "kg", read_only=True) as store:
        assert {document_id: store.lines(document_id) for document_id in store.documents()} == before


def test_build_stores_what_it_can_and_fails_for_the_rest(run, articles, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    result = run("build", "empty.txt", articles / "border.txt", "--store", "kg")
    assert result.exit_code == 1
    error, summary = result.stderr.splitlines()
    assert error == "Error: empty.txt: empty, expected an article"
    assert summary.startswith("1 article with ")
    assert summary.endswith(" stored in kg; 1 failed")
    with Store(tmp_path / "kg", read_only=True) as store:
        assert len(store.documents()) == 1


def test_same_article_twice_is_stored_once(run, articles, tmp_path):
    result = run("build", articles / "border.txt", articles / "border.txt", "--store", "kg")
    assert result.exit_code == 0
    assert result.stderr.endswith(" stored in kg; 1 known already\n")
    with Store(tmp_path / "kg", read_only=True) as store:
        assert len(store.documents()) == 1


def test_quiet_build_says_nothing(run, articles):
    assert run("-q", "build", articles, "--store", "kg").stderr == ""


def test_store_of_the_settings_is_taken(run, articles, tmp_path):
    (tmp_path / "kg.toml").write_text('store = "somewhere"')
    assert run("build", articles / "border.txt").exit_code == 0
    assert (tmp_path / "somewhere").is_dir()
    assert run("query", "ASK { ?s ?p ?o }").stdout == "yes\n"


@pytest.mark.parametrize(
    "command", [["build", "a.txt"], ["trace", "question"], ["query", "ASK {}"], ["validate"], ["serve"]]
)
def test_what_is_no_store_is_refused_and_left_alone(run, tmp_path, command):
    (tmp_path / "a.txt").write_text("The minister said that traffic had risen.")
    (tmp_path / "kg").mkdir()
    (tmp_path / "kg" / "notes.txt").write_text("mine")
    result = run(*command, "--store", "kg")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: kg: is not a store")
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in (tmp_path / "kg").iterdir()] == ["notes.txt"]


def test_broken_store_is_one_line(run, store_path, tmp_path):
    shutil.copytree(store_path, tmp_path / "kg")
    for path in (tmp_path / "kg").glob("MANIFEST-*"):
        path.write_bytes(b"broken")
    result = run("query", "ASK { ?s ?p ?o }", "--store", "kg")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: kg: ")
    assert len(result.stderr.splitlines()) == 1


def test_every_record_can_be_shown(run, store_path):
    with Store(store_path, read_only=True) as store:
        extractions = list(store.extractions())
    assert sum(len(extraction.claims) for extraction in extractions) > 0
    for extraction in extractions:
        document = run("show", extraction.document.document_id, "--store", store_path)
        assert json.loads(document.stdout)["sha256"] == extraction.document.sha256
        for claim in extraction.claims[:2]:
            assert Claim.model_validate_json(run("show", claim.claim_id, "--store", store_path).stdout) == claim


def test_show_of_an_unknown_identifier(run, store_path):
    result = run("show", "claim-nonsense", "--store", store_path)
    assert result.exit_code == 1
    assert result.stderr.endswith('no record has the identifier "claim-nonsense"\n')


@pytest.mark.parametrize("result_format", ["table", "csv", "tsv", "json", "xml"])
def test_query_as_text_file_and_standard_input(run, store_path, tmp_path, result_format):
    query = "SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
    (tmp_path / "query.rq").write_text(query)
    by_text = run("query", query, "--store", store_path, "--format", result_format)
    by_file = run("query", "query.rq", "--store", store_path, "--format", result_format)
    by_stdin = run("query", "-", "--store", store_path, "--format", result_format, input=query)
    assert by_text.exit_code == 0
    assert by_text.stdout == by_file.stdout == by_stdin.stdout
    with Store(store_path, read_only=True) as store:
        n_claims = sum(len(extraction.claims) for extraction in store.extractions())
    assert str(n_claims) in by_text.stdout


def test_table_cuts_long_cells_and_csv_does_not(run, store_path):
    query = f'SELECT ("{"x" * 300}" AS ?word) {{}}'
    assert max(map(len, run("query", query, "--store", store_path).stdout.splitlines())) == 100
    assert "x" * 300 in run("query", query, "--store", store_path, "--format", "csv").stdout


def test_query_for_a_graph(run, store_path):
    query = "CONSTRUCT { ?claim a <urn:claim> } WHERE { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
    result = run("query", query, "--store", store_path, "--format", "ntriples")
    assert all(line.endswith("<urn:claim> .") for line in result.stdout.splitlines())
    assert run("query", query, "--store", store_path).stdout != ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["SELECT nonsense"], "Error: query: "),
        (["nowhere.rq"], "Error: nowhere.rq: cannot be read: No such file or directory"),
        (["nonsense"], 'Error: no query is called "nonsense"'),
        (["ASK {}", "--format", "turtle"], 'Error: the query gives a table, which has no format "turtle"'),
        (
            ["CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"],
            'Error: the query gives a graph, which has no format "csv"',
        ),
    ],
)
def test_bad_query_is_one_line(run, store_path, arguments, message):
    result = run("query", *arguments, "--store", store_path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1


def test_schema_describes_every_record(run):
    schemas = json.loads(run("schema").stdout)
    assert {"Document", "Passage", "Actor", "Claim", "Evidence", "EvidenceLink", "Review", "Extraction"} <= set(
        schemas["$defs"]
    )
    assert json.loads(run("schema", "Claim").stdout)["$ref"] == "#/$defs/Claim"


def test_extracted_records_are_read_as_records(run, articles):
    result = run("extract", articles, "--format", "records")
    assert result.exit_code == 0
    extractions = [Extraction.model_validate_json(line) for line in result.stdout.splitlines()]
    assert len(extractions) == 2


def test_extract_gives_a_claim_a_line_with_its_actor(run, articles):
    result = run("extract", articles, "--format", "jsonl")
    assert result.exit_code == 0
    for line in result.stdout.splitlines():
        row = json.loads(line)
        assert Claim.model_validate(row["claim"]).actor_id == row["actor"]["actor_id"]


def test_extract_as_text_names_title_and_actor(run, articles):
    result = run("extract", articles / "border.txt", "--format", "text")
    assert result.stdout.startswith("More trains at the border\nnda · 2024-03-05 · document-")
    assert "\n  “We counted 40 trains carrying ammunition" in result.stdout
    assert "Jana Voss" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_export_formats_are_those_of_the_exporters():
    from kg.exporters import EXPORTERS

    assert {name: exporter.suffix for name, exporter in EXPORTERS.items()} == EXPORT_FORMATS


@pytest.mark.parametrize("export_format", EXPORT_FORMATS)
def test_store_is_exported_in_every_format(run, store_path, tmp_path, export_format):
    result = run("export", "--format", export_format, "--store", store_path, "-o", "claims")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    if export_format not in ("pdf", "png", "csv-edges"):
        assert "Voss" in (tmp_path / "claims").read_text(encoding="utf-8")
    assert (
        run("export", "--format", export_format, "--store", store_path).stdout_bytes
        == (tmp_path / "claims").read_bytes()
    )


def test_export_goes_by_the_suffix_and_takes_single_documents(run, store_path, tmp_path):
    with Store(store_path, read_only=True) as store:
        document_id, other_id = store.documents()
    assert run("export", "--store", store_path, "-o", "a.trig", "--document", document_id).exit_code == 0
    text = (tmp_path / "a.trig").read_text(encoding="utf-8")
    assert document_id in text
    assert other_id not in text
    assert run("export", "--store", store_path, "-o", "a.html").exit_code == 0
    assert "<html" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_export_of_a_question_is_what_trace_writes(run, store_path, tmp_path):
    question = "trains carrying ammunition across the border"
    assert run("export", "--question", question, "--store", store_path, "-o", "a.html").exit_code == 0
    assert run("trace", question, "--format", "html", "--store", store_path, "-o", "b.html").exit_code == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page == (tmp_path / "b.html").read_text(encoding="utf-8")
    assert question in page
    assert '<html lang="en"' in page
    german = run("export", "--question", question, "--language", "de", "--store", store_path)
    assert '<html lang="de"' in german.stdout


def test_export_of_an_actor_holds_what_that_actor_claims_and_who_disputes_it(run, store_path):
    result = run("export", "--actor", "jana voss", "--format", "csv", "--store", store_path)
    table = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8"), newline="")))
    assert table
    # and what is said against it
    assert {row["actor"] for row in table} == {"Jana Voss", "Botschafter", "ambassador"}
    assert all("disputes" in row["links"] for row in table if row["actor"] != "Jana Voss")
    assert "Jana Voss" in table[0]["scope"]
    missing = run("export", "--actor", "Nobody Anywhere", "--store", store_path)
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr.endswith('nobody called "Nobody Anywhere" claims anything\n')


def test_export_of_a_verdict_is_a_claimreview(run, store_path):
    verdict = ("--rating", "Unproven", "--rating-url", "https://check.example/1", "--rating-by", "Desk")
    asked = ("export", "--question", "trains carrying ammunition across the border", "--store", store_path)
    nodes = json.loads(run(*asked, "--format", "claimreview", *verdict).stdout)["@graph"]
    assert nodes[1]["@type"] == "ClaimReview"
    assert nodes[1]["reviewRating"] == {"@type": "Rating", "alternateName": "Unproven"}
    assert run(*asked, "--format", "claimreview", *verdict[:2]).exit_code == 2
    assert run(*asked, "--format", "html", *verdict).exit_code == 2
    assert run("export", "--question", "x", "--actor", "y", "--store", store_path).exit_code == 2


def test_export_is_dated_as_the_environment_says(run, store_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")
    result = run("export", "--format", "markdown", "--store", store_path)
    assert "2025" in result.stdout.rpartition("---")[2]


def test_export_of_a_bad_question(run, store_path):
    result = run("export", "--question", "", "--store", store_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: the question is empty")


def test_export_of_an_unknown_document(run, store_path):
    result = run("export", "--store", store_path, "--document", "document-x")
    assert result.exit_code == 1
    assert result.stderr.endswith('no document has the identifier "document-x"\n')


def test_valid_store_is_valid(run, store_path):
    result = run("validate", "--store", store_path)
    assert result.exit_code == 0, result.stdout
    assert result.stderr == "valid\n"
    assert json.loads(run("validate", "--store", store_path, "--format", "json").stdout)["valid"] is True
