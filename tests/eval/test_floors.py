from pathlib import Path

import pytest

from kg.errors import InputError
from kg.evaluate import Floors, LanguageScores, Score, evaluate_corpus, missed_floors, raise_floors

CORPUS = Path(__file__).parents[2] / "corpus"
FLOORS = Floors.model_validate_json((Path(__file__).parent / "floors.json").read_text("utf-8"))


def test_no_task_falls_below_its_floor():
    assert missed_floors(evaluate_corpus(CORPUS), FLOORS, CORPUS) == []


def scores(f1: float) -> list[LanguageScores]:
    score = Score(precision=f1, recall=f1, f1=f1, n_hits=1, n_predicted=1, n_gold=1)
    return [LanguageScores(language="de", split="dev", n_articles=1, tasks={"claims": score})]


def test_a_score_below_its_floor_is_named():
    floors = Floors(gold=FLOORS.gold, floors={"dev": {"de": {"claims": 0.5}}})
    assert missed_floors(scores(0.4), floors, CORPUS) == ["dev de claims: F1 0.400 is below the floor 0.50"]
    assert missed_floors(scores(0.5), floors, CORPUS) == []


def test_other_gold_is_refused():
    with pytest.raises(InputError, match="not the one that the floors were measured on"):
        missed_floors(scores(0.5), Floors(gold="x", floors={}), CORPUS)


def test_a_floor_is_not_lowered_by_accident():
    old, new = (Floors(gold="x", floors={"dev": {"de": {"claims": floor}}}) for floor in (0.6, 0.5))
    with pytest.raises(InputError, match=r"dev de claims 0.60 -> 0.50"):
        raise_floors(old, new)
    assert raise_floors(old, new, allow_lower=True) == new
    assert raise_floors(new, old) == old
