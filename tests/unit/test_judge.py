"""The models that judge candidates, and the signs they weigh."""

import json
from importlib import resources

import numpy as np

from kg.model import Direction
from kg.trace.judge import DIRECTIONS, load_judge
from kg.trace.signs import NAMES


def signs(**named):
    row = np.zeros((1, len(NAMES)))
    for name, value in named.items():
        row[0, NAMES.index(name)] = value
    return row


def test_the_models_weigh_signs_that_there_are():
    model = json.loads((resources.files("kg.models") / "trace" / "model.json").read_text(encoding="utf-8"))
    weighed = set(model["bears"]).union(*model["directions"].values())
    assert weighed <= {*NAMES, "constant"}
    assert set(model["directions"]) == set(DIRECTIONS)


def test_a_claim_with_the_words_of_the_question_bears_on_it_more_than_one_without():
    judge = load_judge()
    near = judge.probabilities(signs(context=1.0, context_of_document=1.0, rule_core=1.0, to_best_weighted=0.2))
    far = judge.probabilities(signs())
    assert 0 <= far[0] < near[0] <= 1


def test_a_denial_disputes_and_a_claim_that_answers_supports():
    judge = load_judge()
    assert judge.directions_of(signs(denial=1.0, rule_disputes=1.0, reported=1.0)) == [Direction.DISPUTES]
    assert judge.directions_of(signs(rule_supports=1.0, nearness=1.0, context=1.0, feedback=0.2)) == [
        Direction.SUPPORTS
    ]
    assert judge.directions_of(signs(undercut=1.0, rule_undercuts=1.0, link_undercuts=1.0, nearness=0.5)) == [
        Direction.UNDERCUTS
    ]
