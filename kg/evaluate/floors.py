"""Floors under the measured quality: a change that falls below one is seen, and a floor is not lowered by accident."""

import hashlib
import math
from collections.abc import Iterable
from pathlib import Path

from kg.errors import InputError
from kg.evaluate.corpus import LanguageScores
from kg.model import Record

_STEP = 100  # floors are pinned to hundredths, rounded down
_SLACK = 0.01  # other processors round differently in the last bit, and one claim more or less must not fail the checks


class Floors(Record):
    """The lowest F1 that is allowed, by split, language and task, and a digest of the gold it was measured on."""

    gold: str
    floors: dict[str, dict[str, dict[str, float]]]


def floors_of(results: Iterable[LanguageScores], corpus: Path) -> Floors:
    """Pin floors to what was measured."""
    floors: dict[str, dict[str, dict[str, float]]] = {}
    for result in results:
        tasks = {
            task: max(0.0, math.floor((score.f1 - _SLACK) * _STEP) / _STEP) for task, score in result.tasks.items()
        }
        floors.setdefault(result.split, {})[result.language] = tasks
    return Floors(gold=_digest(corpus), floors=floors)


def read_floors(path: Path) -> Floors:
    """Read floors from a file.

    Raises:
        InputError: there is no such file, or it holds something else.
    """
    try:
        return Floors.model_validate_json(path.read_text("utf-8"))
    except OSError as err:
        raise InputError(f"{path}: {err.strerror}, expected a file of floors") from err
    except ValueError as err:
        raise InputError(f"{path}: not a file of floors, expected the keys gold and floors") from err


def missed_floors(results: Iterable[LanguageScores], floors: Floors, corpus: Path) -> list[str]:
    """Return a line for each task below its floor; empty when all is well.

    Raises:
        InputError: the gold is another than that on which the floors were measured.
    """
    if _digest(corpus) != floors.gold:
        raise InputError(f"{corpus}: the gold is not the one that the floors were measured on; pin the floors anew")
    return [
        f"{result.split} {result.language} {task}: F1 {result.tasks[task].f1:.3f} is below the floor {floor:.2f}"
        for result in results
        for task, floor in floors.floors.get(result.split, {}).get(result.language, {}).items()
        if task in result.tasks and result.tasks[task].f1 < floor
    ]


def raise_floors(old: Floors, new: Floors, *, allow_lower: bool = False) -> Floors:
    """Return the new floors.

    Raises:
        InputError: one is lower than before and that was not allowed; names every such task.
    """
    lowered = [
        f"{split} {language} {task} {floor:.2f} -> {new.floors[split][language].get(task, 0.0):.2f}"
        for split, languages in old.floors.items()
        for language, tasks in languages.items()
        for task, floor in tasks.items()
        if new.floors.get(split, {}).get(language, {}).get(task, 0.0) < floor
    ]
    if lowered and not allow_lower:
        raise InputError(f"floors would be lowered: {'; '.join(lowered)}")
    return new


def _digest(corpus: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted((*corpus.glob("gold/*.json"), *corpus.glob("stories/*.json"), corpus / "manifest.jsonl")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
