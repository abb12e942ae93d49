"""kg evaluate attribution: its options, and what is said of bad input."""

import json

import pytest


@pytest.fixture
def gold(tmp_path):
    """One article of two words that says nothing of anybody."""
    line = {"id": "a", "language": "en", "text": "It rains.", "spans": []}
    (tmp_path / "gold.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    return tmp_path / "gold.jsonl"


def test_reports_in_words_or_json(run, gold):
    result = run("evaluate", "attribution", "--scheme", "spans", gold, "--weights", "none")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("en, 1 text, weights none")
    result = run("evaluate", "attribution", "--scheme", "spans", gold, "--weights", "none", "--format", "json")
    assert json.loads(result.stdout)["languages"]["en"]["cue"]["n_gold"] == 0


def test_weights_are_those_of_the_settings(run, gold, tmp_path):
    (tmp_path / "kg.toml").write_text('[attribution]\nweights = "none"\n', encoding="utf-8")
    result = run("--config", tmp_path / "kg.toml", "evaluate", "attribution", "--scheme", "spans", gold)
    assert "weights none" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["none"], 1, "Error: none: no such folder, expected documents of the German quotation data"),
        (["none", "--scheme", "speeches"], 1, "Error: none: no such folder, expected speeches"),
        (["none", "--scheme", "spans"], 1, "Error: none: No such file or directory, expected a file"),
        (["none", "--scheme", "spans", "--method", "rules"], 2, "Option '--method' does not go with"),
        (["none", "--method", "both", "--weights", "none"], 2, "Option '--method both' needs weights"),
        (["none", "--weights", "old"], 2, "Invalid value for '--weights'"),
    ],
)
def test_bad_input_has_no_traceback(run, arguments, exit_code, message):
    result = run("evaluate", "attribution", *arguments)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr
