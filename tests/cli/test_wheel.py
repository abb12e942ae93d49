"""The wheel holds all that kg needs, and works away from the repository."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The wheel's contents in a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture(scope="module")
def elsewhere(articles, tmp_path_factory):
    """A folder of one's own with the articles."""
    return shutil.copytree(articles, tmp_path_factory.mktemp("elsewhere") / "articles")


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(("__pycache__", ".")) for part in path.parts[len(folder.parts) :])
    }


def test_wheel_holds_every_file_of_the_package_and_the_ontology(unpacked):
    assert _files(ROOT / "kg") | {f"ontology/{name}" for name in _files(ROOT / "ontology")} == _files(unpacked / "kg")


@pytest.mark.parametrize(
    "arguments",
    [
        ["trace", "trains with ammunition", "border.txt"],
        ["trace", "trains with ammunition", "border.txt", "--format", "html"],
        ["build", "border.txt", "grenze.txt", "--store", "kg"],
        ["validate", "--store", "kg"],
        ["query", "claims-by-actor", "--store", "kg"],
        ["schema", "Claim"],
    ],
)
def test_wheel_works_in_another_folder(unpacked, elsewhere, arguments):
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


def test_server_of_the_wheel_finds_its_pages(unpacked, tmp_path):
    program = "import kg.serve, kg; from kg.serve.pages import __file__ as where; print(where)"
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(unpacked)
    assert (unpacked / "kg" / "serve" / "templates" / "base.html").is_file()
