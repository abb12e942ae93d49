"""Fixtures for the command line: a runner in an empty folder, articles to read, and a store filled once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

ARTICLES = {
    "grenze.txt": (
        "Mehr Züge an der Grenze\n\n"
        "HALLBACH, 5. März 2024 (nda) – Der Güterverkehr über die Grenze hat stark zugenommen, teilte das Ministerium mit.\n\n"
        "„Wir haben 40 Züge mit Munition gezählt“, sagte die Ministerin Jana Voss am Dienstag. "
        "Der Botschafter bestritt, dass Munition geliefert wurde.\n"
    ),
    "border.txt": (
        "More trains at the border\n\n"
        "HALLBACH, March 5, 2024 (nda) – Freight traffic across the border has risen sharply, the ministry said.\n\n"
        "“We counted 40 trains carrying ammunition,” minister Jana Voss said on Tuesday. "
        "The ambassador denied that ammunition had been delivered.\n"
    ),
}

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``kg`` with arguments in an empty folder; stdout and stderr apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_CONFIG", raising=False)

    def invoke(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **options)  # type: ignore[arg-type]

    return invoke


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one German and one English article."""
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def store_path(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with both articles, filled by ``kg build``. To be read only."""
    path = tmp_path_factory.mktemp("store") / "kg"
    result = CliRunner().invoke(main, ["build", str(articles), "--store", str(path)])
    if result.exit_code != 0:
        pytest.fail(f"kg build failed: {result.stderr}\n{result.exception!r}")
    return path
