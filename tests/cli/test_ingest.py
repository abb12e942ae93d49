"""kg ingest."""

import json

import pytest

from kg.model import Document


def test_documents_come_as_json_lines(run, articles):
    result = run("ingest", articles)
    assert result.exit_code == 0
    assert result.stderr == ""
    documents = [Document.model_validate_json(line) for line in result.stdout.splitlines()]
    assert [document.language for document in documents] == ["en", "de"]


def test_same_output_twice_and_to_a_file(run, articles, tmp_path):
    first = run("ingest", articles).stdout
    result = run("ingest", articles, "-o", "documents.jsonl")
    assert result.stdout == ""
    assert (tmp_path / "documents.jsonl").read_text(encoding="utf-8") == first
    assert run("ingest", "documents.jsonl").stdout == first


@pytest.mark.parametrize("source", ["-", "articles.dat"])
def test_standard_input_and_format(run, tmp_path, source):
    text = "# Mehr Züge\n\nDer **Verkehr** hat stark zugenommen, sagte die Ministerin."
    (tmp_path / "articles.dat").write_text(text, encoding="utf-8")
    result = run("ingest", source, "--input-format", "markdown", input=text)
    assert json.loads(result.stdout)["text"] == "Mehr Züge\n\nDer Verkehr hat stark zugenommen, sagte die Ministerin."


def test_what_fails_is_listed_and_the_rest_is_written(run, articles, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    result = run("ingest", "empty.txt", articles, "nowhere.txt")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr == "Error: empty.txt: empty, expected an article\nError: nowhere.txt: no such file or folder\n"


def test_nothing_named_is_wrong_usage(run):
    assert run("ingest").exit_code == 2


@pytest.mark.parametrize("output", ["no/such/folder/a.jsonl", "."])
def test_output_that_cannot_be_written_is_one_line(run, articles, output):
    result = run("ingest", articles, "-o", output)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {output}: cannot be written: ")
    assert len(result.stderr.splitlines()) == 1


def test_full_disk_is_one_line(run, articles):
    result = run("ingest", articles, "-o", "/dev/full")
    assert result.exit_code == 1
    assert result.stderr == "Error: /dev/full: cannot be written: No space left on device\n"
