"""The quotation metric on small cases that can be counted by hand."""

import pytest

from kg.attribution_metric import (
    QuoteGroup,
    calibration_error,
    pair_groups,
    reliability,
    score_groups,
    token_f1,
)


def group(quote: range, *, speaker: range = range(0), cue: range = range(0), **labels: object) -> QuoteGroup:
    return QuoteGroup(quote=frozenset(quote), speaker=frozenset(speaker), cue=frozenset(cue), **labels)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [
        (frozenset({1, 2}), frozenset({1, 2}), 1.0),
        (frozenset({1, 2}), frozenset({2, 3}), 0.5),
        (frozenset({1}), frozenset({2}), 0.0),
        (frozenset(), frozenset(), 0.0),
    ],
)
def test_token_f1(predicted: frozenset[int], gold: frozenset[int], expected: float) -> None:
    assert token_f1(predicted, gold) == expected


def test_perfect_prediction_scores_one_everywhere() -> None:
    groups = [group(range(3, 9), speaker=range(2), cue=range(2, 3), type="Direct", medium="Speech", is_nested=True)]
    scores = score_groups([(groups, groups)])
    for figure in (scores.quote, scores.roles, scores.joint, scores.type, scores.medium, scores.is_nested):
        assert figure.f1 == 1.0
    assert scores.has_nested.f1 == 0.0
    assert scores.tokens["quote"].f1 == 1.0


def test_precision_and_recall_are_means_over_groups_not_tokens() -> None:
    gold = [group(range(10)), group(range(20, 22))]
    predicted = [group(range(5)), group(range(20, 24))]
    scores = score_groups([(predicted, gold)])
    assert scores.quote.precision == pytest.approx((1.0 + 0.5) / 2)
    assert scores.quote.recall == pytest.approx((0.5 + 1.0) / 2)


def test_a_part_without_predicted_tokens_has_no_precision() -> None:
    gold = [group(range(5), speaker=range(7, 9))]
    scores = score_groups([([group(range(5))], gold)])
    assert scores.roles.precision == 0.0
    assert scores.roles.recall == 0.0
    assert scores.joint.precision == 1.0
    assert scores.joint.recall == 0.5


def test_unpaired_groups_count_against_recall_and_precision() -> None:
    gold = [group(range(5)), group(range(10, 15))]
    assert score_groups([([group(range(5))], gold)]).quote.recall == 0.5
    assert score_groups([([group(range(5))], gold)]).quote.precision == 1.0
    assert score_groups([(gold, [group(range(5))])]).quote.precision == 0.5


def test_strict_takes_pairs_without_overlap_apart() -> None:
    gold = [group(range(5), speaker=range(30, 32), type="Direct")]
    predicted = [group(range(10, 15), speaker=range(30, 32), type="Direct")]
    official = score_groups([(predicted, gold)])
    strict = score_groups([(predicted, gold)], strict=True)
    assert official.roles.f1 == 1.0
    assert official.type.f1 == 1.0
    assert strict.roles.f1 == 0.0
    assert strict.type.f1 == 0.0
    assert strict.type.precision == 0.0


@pytest.mark.parametrize(("type_", "medium"), [("Direct", "Speech"), ("Indirect", "Writing")])
def test_same_type_and_medium_break_ties(type_: str, medium: str) -> None:
    gold = [group(range(5), type=type_, medium=medium)]
    predicted = [group(range(5), type="Reported", medium="ST"), group(range(5), type=type_, medium=medium)]
    pairs = pair_groups(predicted, gold)
    assert pairs[0] == (predicted[1], gold[0])
    assert pairs[1] == (predicted[0], None)


def test_pairing_maximises_the_sum_not_the_single_best() -> None:
    gold = [group(range(10)), group(range(4))]
    predicted = [group(range(9)), group(range(10))]
    assert set(pair_groups(predicted, gold)) == {(predicted[0], gold[1]), (predicted[1], gold[0])}


@pytest.mark.parametrize("documents", [[], [([], [])]])
def test_nothing_scores_zero(documents: list[tuple[list[QuoteGroup], list[QuoteGroup]]]) -> None:
    scores = score_groups(documents)
    assert scores.joint.f1 == 0.0
    assert scores.n_gold == scores.n_predicted == 0


def test_calibration_error_is_the_gap_between_score_and_share() -> None:
    assert calibration_error([0.95, 0.95, 0.95, 0.95], [True, True, True, False]) == pytest.approx(0.2)
    assert calibration_error([], []) == 0.0
    assert reliability([1.0, 0.0], [True, False]) == [(0.0, 1, 0.0, 0.0), (0.9, 1, 1.0, 1.0)]
