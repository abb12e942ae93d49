"""kg review, from the first decision to the spreadsheet."""

import json

import pytest

from kg.store import Store


@pytest.fixture
def store(run, articles, tmp_path):
    """A folder with a store of two articles; the claims in it."""
    assert run("build", articles, "--store", "kg").exit_code == 0
    with Store(tmp_path / "kg", read_only=True) as store:
        return [claim for extraction in store.extractions() for claim in extraction.claims]


def decide(run, *words, ok=True):
    result = run("review", *words, "--store", "kg", "--reviewer", "Ana Prüfer")
    assert (result.exit_code == 0) == ok, result.stderr
    return result


def test_decisions_are_kept_shown_and_taken_back(run, store):
    first, second = store[0].claim_id, store[1].claim_id
    review_id = decide(run, "reject", first, "--note", "gehört nicht hierher").stdout.split()[0]
    decide(run, "correct", second, "certainty=doubtful")
    shown = json.loads(run("show", second, "--store", "kg").stdout)
    assert (shown["certainty"]["level"], shown["reviewed"]) == ("doubtful", "correct")
    assert [each["reviewer"] for each in shown["reviews"]] == ["Ana Prüfer"]
    assert json.loads(run("show", first, "--store", "kg").stdout)["reviewed"] == "reject"
    listed = run("review", "list", "--store", "kg").stdout
    assert "gehört nicht hierher" in listed
    assert f"certainty: {store[1].certainty.level} → doubtful" in listed
    assert first not in run("export", "--store", "kg", "--format", "csv").stdout
    assert (
        first
        not in run("export", "--store", "kg", "--format", "trig")
        .stdout.replace(f"kg:{first}", "")
        .split("urn:kg:reviews")[0]
    )
    decide(run, "undo", review_id)
    assert first in run("export", "--store", "kg", "--format", "csv").stdout
    assert "undone by" in run("review", "list", "--store", "kg").stdout


def test_a_rerun_keeps_reviews(run, store, articles):
    decide(run, "reject", store[0].claim_id)
    assert run("build", articles, "--store", "kg").exit_code == 0
    assert store[0].claim_id not in run("export", "--store", "kg", "--format", "csv").stdout


def test_a_claim_is_added_and_found(run, store, tmp_path):
    with Store(tmp_path / "kg", read_only=True) as opened:
        document = next(e.document for e in opened.extractions() if e.document.language == "en")
    start = document.text.index("Freight traffic")
    span = f"{start}-{start + 50}"
    added = decide(run, "add", document.document_id, span, "--actor", "Ludwig Zähler", "--type", "direct")
    claim_id = added.stdout.split("add ")[1].split()[0]
    assert "Ludwig Zähler" in run("trace", "freight traffic risen", "--store", "kg").stdout
    assert json.loads(run("show", claim_id, "--store", "kg").stdout)["reviewed"] == "add"


def test_the_spreadsheet_goes_round(run, store, tmp_path):
    exported = run("review", "export", "--store", "kg", "-o", "t.csv", "--separator", ";")
    assert exported.stderr == f"{len(store)} claims written\n"
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfdecision;note;actor;")
    lines = data.decode("utf-8-sig").split("\r\n")
    lines[1] = f"accept{lines[1]}"
    lines[2] = f"perhaps{lines[2]}"
    (tmp_path / "t.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    first = decide(run, "import", "t.csv", ok=False)
    assert first.exit_code == 1
    assert first.stderr.splitlines()[0].startswith('Error: t.csv:3: "perhaps" is not known (accept, reject')
    assert first.stderr.splitlines()[1] == f"1 decision taken over, {len(store) - 2} rows unchanged"
    again = decide(run, "import", "t.csv", ok=False)
    assert again.stderr.splitlines()[1] == f"0 decisions taken over, {len(store) - 1} rows unchanged"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["accept", "claim-none"], 'no record has the identifier "claim-none"'),
        (["undo", "review-none"], 'no review has the identifier "review-none"'),
        (["add", "document-none", "0-5", "--actor", "A"], 'no document has the identifier "document-none"'),
        (["import", "none.csv"], "none.csv: cannot be read"),
        (["merge", "claim-none"], "merging takes two records or more"),
    ],
)
def test_bad_input_is_said_in_one_line(run, store, words, said):
    result = decide(run, *words, ok=False)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_field_without_value_is_wrong_usage(run, store):
    assert run("review", "correct", store[0].claim_id, "certainty", "--store", "kg").exit_code == 2


def test_no_store_is_made_for_a_review(run, tmp_path):
    assert run("review", "accept", "claim-none", "--store", "nowhere").exit_code == 1
    assert not (tmp_path / "nowhere").exists()
