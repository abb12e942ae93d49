"""kg evaluate: its report, and the gate."""

import json
from pathlib import Path

import pytest

from kg.evaluate import Fault, ItemError, LanguageScores, Score, floors_of

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture
def scores(monkeypatch: pytest.MonkeyPatch) -> list[LanguageScores]:
    """Stand-ins for what would be measured in minutes: an F1 of 0.5 for claims."""
    score = Score(precision=0.5, recall=0.5, f1=0.5, n_hits=1, n_predicted=2, n_gold=2)
    results = [LanguageScores(language="de", split="dev", n_articles=1, tasks={"claims": score})]
    monkeypatch.setattr("kg.evaluate.evaluate_corpus", lambda *_: results)
    return results


def _write_floor(path: Path, scores: list[LanguageScores], floor: float) -> None:
    floors = floors_of(scores, CORPUS).model_dump()
    floors["floors"]["dev"]["de"]["claims"] = floor
    path.write_text(json.dumps(floors), encoding="utf-8")


@pytest.mark.parametrize(
    ("floor", "exit_code", "stderr"),
    [(0.5, 0, ""), (0.51, 3, "dev de claims: F1 0.500 is below the floor 0.51\n")],
)
def test_gate_names_what_is_below_its_floor(run, scores, tmp_path, floor, exit_code, stderr):
    _write_floor(tmp_path / "floors.json", scores, floor)
    result = run("evaluate", CORPUS, "--format", "json", "--gate", "floors.json")
    assert (result.exit_code, result.stderr) == (exit_code, stderr)
    assert json.loads(result.stdout)["scores"][0]["tasks"]["claims"]["f1"] == 0.5


def test_without_a_gate_there_is_no_verdict(run, scores):
    result = run("evaluate", CORPUS)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "claims" in result.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "floors.json: No such file or directory, expected a file of floors"),
        ("{}", "floors.json: not a file of floors, expected the keys gold and floors"),
        ('{"gold": "x", "floors": {}}', f"{CORPUS}: the gold is not the one that the floors were measured on"),
    ],
)
def test_bad_floors_are_said_before_anything_is_measured(run, tmp_path, monkeypatch, content, message):
    monkeypatch.setattr("kg.evaluate.evaluate_corpus", lambda *_: pytest.fail("measured"))
    if content is not None:
        (tmp_path / "floors.json").write_text(content, encoding="utf-8")
    result = run("evaluate", CORPUS, "--gate", "floors.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {message}")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [("--gate", "floors.json"), ("--split", "test")])
def test_errors_are_listed_for_the_dev_half_only(run, monkeypatch, options):
    monkeypatch.setattr("kg.evaluate.find_errors", lambda *_: pytest.fail("measured"))
    result = run("evaluate", CORPUS, "--errors", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'--errors' lists the dev half" in result.stderr


@pytest.mark.parametrize(
    ("output_format", "stdout"),
    [
        ("text", "evidence        a1-de-1  missed    [imagery] Luftbilder\n"),
        ("json", '{"article": "a1-de-1", "task": "evidence", "fault": "missed", "text": "[imagery] Luftbilder"}\n'),
    ],
)
def test_errors_are_one_a_line(run, monkeypatch, output_format, stdout):
    error = ItemError(article="a1-de-1", task="evidence", fault=Fault.MISSED, text="[imagery] Luftbilder")
    monkeypatch.setattr("kg.evaluate.find_errors", lambda *_: (error,))
    result = run("evaluate", CORPUS, "--errors", "--format", output_format)
    assert (result.exit_code, result.stdout) == (0, stdout)
