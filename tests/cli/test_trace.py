"""kg trace, over the small store and over articles."""

import json

import pytest

QUESTIONS = ["Munition in Zügen über die Grenze", "trains carrying ammunition across the border"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_trace_names_actor_and_words_at_80_columns(run, store_path, question):
    result = run("trace", question, "--store", store_path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Jana Voss" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("question", QUESTIONS)
def test_trace_finds_articles_of_both_languages(run, store_path, question):
    trace = json.loads(run("trace", question, "--store", store_path, "--format", "json").stdout)
    shown = json.dumps(trace, ensure_ascii=False)
    assert "Wir haben 40 Züge mit Munition gezählt" in shown
    assert "We counted 40 trains carrying ammunition" in shown


def test_trace_of_articles_needs_no_store(run, articles):
    result = run("trace", QUESTIONS[1], articles / "border.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Jana Voss" in result.stdout


def test_trace_says_so_when_nothing_bears_on_the_question(run, store_path):
    result = run("trace", "Who won the chess tournament?", "--store", store_path)
    assert result.exit_code == 0
    assert result.stdout.strip()
    assert "Jana Voss" not in result.stdout


@pytest.mark.parametrize("trace_format", ["html", "svg", "dot", "graphml", "csv", "jsonld", "trig"])
def test_trace_is_exported(run, store_path, tmp_path, trace_format):
    result = run("trace", QUESTIONS[1], "--store", store_path, "--format", trace_format, "-o", "trace")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert "Voss" in (tmp_path / "trace").read_text(encoding="utf-8")


def test_same_trace_twice(run, store_path):
    first, second = (run("trace", QUESTIONS[0], "--store", store_path, "--format", "json").stdout for _ in range(2))
    assert first == second
