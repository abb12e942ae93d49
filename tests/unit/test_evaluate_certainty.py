import json

import pytest

from kg.errors import InputError
from kg.evaluate import evaluate_certainty
from kg.model import CertaintyLevel

SURE, LIKELY, MAYBE = "The dam broke in May.", "The dam probably broke in May.", "Perhaps the dam broke in May."


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(("ratings", "spearman"), [((6, 4, 2), 1.0), ((2, 4, 6), -1.0)])
def test_sentences_are_ranked_by_how_sure_they_sound(tmp_path, ratings, spearman):
    rows = [
        {"finding": sentence, "sentence-level-certainty": rating}
        for sentence, rating in zip((SURE, LIKELY, MAYBE), ratings, strict=True)
    ]
    scores = evaluate_certainty(write(tmp_path / "ratings.jsonl", rows))
    assert scores.spearman == pytest.approx(spearman)
    assert scores.n_of_level == {CertaintyLevel.CERTAIN: 1, CertaintyLevel.PROBABLE: 1, CertaintyLevel.POSSIBLE: 1}
    assert scores.mean_rating[CertaintyLevel.PROBABLE] == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "ratings.jsonl: No such file or directory, expected JSON Lines"),
        ("{}\n", "ratings.jsonl:1: not a rated sentence"),
        ('{"finding": "x", "sentence-level-certainty": "high"}\n', "ratings.jsonl:1: not a rated sentence"),
        ("\n", "ratings.jsonl: fewer than two sentences"),
    ],
)
def test_bad_ratings_are_said_with_their_line(tmp_path, content, message):
    path = tmp_path / "ratings.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        evaluate_certainty(path)
    assert message in str(error.value)
