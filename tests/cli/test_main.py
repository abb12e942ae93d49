"""What holds for every command: help, speed of starting, errors in one line."""

import subprocess
import sys
import time

import pytest

from kg.cli import main

COMMANDS = sorted(main.commands)

# For each command, arguments that are wrong, and the exit code
BAD_INPUT = {
    "ingest": (["nowhere.txt"], 1),
    "extract": (["nowhere.txt"], 1),
    "build": (["nowhere.txt"], 1),
    "validate": (["--store", "nowhere"], 1),
    "trace": (["a question", "--store", "nowhere"], 1),
    "query": (["SELECT", "--store", "nowhere"], 1),
    "export": (["--format", "csv", "--store", "nowhere"], 1),
    "import": (["nowhere.trig", "--store", "nowhere"], 1),
    "show": (["document-x", "--store", "nowhere"], 1),
    "serve": (["--store", "nowhere"], 1),
    "evaluate": (["nowhere"], 1),
    "key": (["a b"], 1),
    "review": (["accept", "claim-x", "--store", "nowhere"], 1),
    "schema": (["Nothing"], 1),
}


def test_every_command_is_there():
    assert set(COMMANDS) == set(BAD_INPUT)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_a_sentence_a_paragraph_and_an_example(run, name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stderr == ""
    first, *_ = main.commands[name].help.split("\n\n")
    assert first.endswith(".")
    assert first[0].isupper()
    assert "Example:" in result.stdout
    assert f"kg {name}" in result.stdout.split("Example:")[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_summary_fits_the_list_of_commands(run, name):
    line = next(line for line in run("--help").stdout.splitlines() if line.startswith(f"  {name} "))
    assert len(line) <= 78  # what click uses of a terminal of 80 columns
    assert not line.endswith("...")


@pytest.mark.parametrize("name", COMMANDS)
def test_bad_input_is_one_line_and_an_exit_code(run, name):
    arguments, exit_code = BAD_INPUT[name]
    result = run(name, *arguments)
    assert result.exit_code == exit_code
    assert result.stdout == ""
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", COMMANDS)
def test_unknown_option_is_wrong_usage(run, name):
    result = run(name, "--nonsense")
    assert result.exit_code == 2
    assert "No such option" in result.stderr


def test_unknown_command_is_wrong_usage(run):
    assert run("nonsense").exit_code == 2


def test_broken_settings_are_one_line(run, tmp_path):
    (tmp_path / "kg.toml").write_text("stor = 1")
    result = run("trace", "a question")
    assert result.exit_code == 1
    assert result.stderr == 'Error: kg.toml: unknown key "stor", expected one of store, limits, serve, attribution\n'


def test_help_starts_fast():
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kg", "--help"], check=True, capture_output=True)
    best = time.perf_counter() - start
    for _ in range(4):  # the first may find cold files, and others use the machine
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kg", "--help"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    assert best < 0.5


def test_help_loads_no_heavy_library():
    program = "import sys, kg.cli; print(*sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = set(result.stdout.split())
    assert not loaded & {
        "spacy",
        "rdflib",
        "networkx",
        "pyoxigraph",
        "trafilatura",
        "dateparser",
        "onnxruntime",
        "numpy",
        "starlette",
    }


def test_module_runs_as_program():
    result = subprocess.run([sys.executable, "-m", "kg", "--version"], check=True, capture_output=True, text=True)
    assert result.stdout.startswith("kg, version ")
