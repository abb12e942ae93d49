"""The README's commands work as they stand."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line.startswith("kg ")]


def test_every_command_is_in_the_table():
    assert set(re.findall(r"^\| `kg (\w+)", README, re.MULTILINE)) == set(main.commands)


def test_no_command_is_missing_a_file():
    for line in README.splitlines():
        for script in re.findall(r"scripts/[a-z_-]+\b(?:\.py)?", line):
            assert (ROOT / script).is_file()


def test_settings_shown_are_the_defaults(tmp_path):
    from kg.config import Settings, load_settings

    (tmp_path / "kg.toml").write_text(re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)[0])
    settings = load_settings(tmp_path / "kg.toml", {})
    assert settings.store == tmp_path / "out" / "kg"
    assert Settings().model_copy(update={"store": settings.store}) == settings


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A folder like a clone of the project after ``scripts/start``."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copy(ROOT / "kg.toml", folder)
    for name in ("corpus", "tests"):
        (folder / name).symlink_to(ROOT / name)
    result = CliRunner().invoke(main, ["build", str(ROOT / "corpus"), "--store", str(folder / "out" / "kg")])
    if result.exit_code != 0:
        pytest.fail(f"kg build failed: {result.stderr}\n{result.exception!r}")
    return folder


@pytest.fixture
def run_in_clone(run, clone, monkeypatch):
    """Run a command line in that folder. It must succeed, and say nothing that Python warns of."""
    # tests/eval measures the whole corpus; here it is about the command
    monkeypatch.setattr("kg.evaluate.evaluate_corpus", lambda *_: [])
    monkeypatch.chdir(clone)

    def run_line(line):
        words, _, source = line.partition(" < ")
        result = run(*shlex.split(words)[1:], input=(clone / source).read_bytes() if source else None)
        assert result.exit_code == 0, f"{line}\n{result.stderr}\n{result.exception!r}"
        assert "Warning" not in result.stderr

    return run_line


def test_commands_run_one_after_the_other(run_in_clone):
    for command in _commands():
        run_in_clone(command)


@pytest.mark.parametrize("name", sorted(set(main.commands) - {"serve"}))  # which does not end by itself
def test_examples_in_the_help_run(run_in_clone, name):
    help_text = main.commands[name].help or ""
    examples = [line.strip() for line in help_text.split("Example:")[1].splitlines() if line.strip().startswith("kg ")]
    assert examples
    for example in examples:
        run_in_clone(example)
