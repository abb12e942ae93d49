"""Thresholds and calibration of an exported tagger, chosen on the development data with the runtime itself."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from kg.attribution_metric import QuoteGroup, calibration_error, judge, score_groups
from kg.quotation_data import GoldDocument
from kg.tagger import AttributionTagger, TaggerSettings, read_tagger
from kg.tagger.decoding import TokenGroup
from kg.tagger.features import DocFeatures, read_doc
from kg.tagger.groups import to_quote_groups

_FOLDS = 5
_RIDGE = 1.0
# setting, place in it where it has several, values to try
_STEPS: tuple[tuple[str, int | None, tuple[float, ...]], ...] = (
    ("quote_bias", 0, (-2.0, -1.5, -1.0, -0.5, 0.5)),
    ("quote_bias", 1, (-3.0, -2.0, -1.0, 1.0)),
    ("role_thresholds", 0, (0.2, 0.3, 0.5, 0.6)),
    ("role_thresholds", 1, (0.2, 0.3, 0.5, 0.6)),
    ("role_thresholds", 2, (0.15, 0.25, 0.5)),
    ("same_threshold", None, (0.3, 0.4, 0.6)),
    ("nobody_bias", None, (-2.0, -1.0, 1.0)),
    ("quote_bias", 0, (-1.75, -1.25, -0.75, -0.25, 0.25)),
)


class Remembering:
    """An onnxruntime session that computes the same inputs only once."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._outputs: dict[str, list[np.ndarray]] = {}

    def run(self, names: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        digest = hashlib.sha1(usedforsecurity=False)
        for name in sorted(inputs):
            digest.update(np.ascontiguousarray(inputs[name]))
        key = digest.hexdigest()
        if key not in self._outputs:
            self._outputs[key] = self._session.run(names, inputs)
        return self._outputs[key]


def with_settings(tagger: AttributionTagger, **changes: object) -> AttributionTagger:
    """Return the tagger with other settings and the same weights."""
    settings = TaggerSettings(**{**tagger.settings.model_dump(), **changes})
    return tagger.with_settings(settings)


def _predict(tagger: AttributionTagger, features: list[DocFeatures], docs: list[Doc]) -> list[list[TokenGroup]]:
    return tagger.find_groups(features, docs)


def _named(groups: list[TokenGroup], tagger: AttributionTagger) -> list[QuoteGroup]:
    return to_quote_groups(groups, tagger.settings.types, tagger.settings.media)


def _goal(tagger: AttributionTagger, found: list[list[TokenGroup]], golds: Sequence[GoldDocument]) -> float:
    pairs = [(_named(groups, tagger), gold.groups) for groups, gold in zip(found, golds, strict=True)]
    official, strict = score_groups(pairs), score_groups(pairs, strict=True)
    return (official.joint.f1 + strict.joint.f1) / 2 + 0.05 * (official.is_nested.f1 + official.has_nested.f1)


def tune(folder: Path, golds: Sequence[GoldDocument], docs: list[Doc]) -> TaggerSettings:
    """Choose thresholds one after the other, then fit the calibration.

    The goal is the mean of official and strict joint F1, with a little weight on nesting.
    """
    tagger = read_tagger(folder, Remembering)
    features = [read_doc(doc) for doc in docs]
    best = _goal(tagger, _predict(tagger, features, docs), golds)
    print(f"goal {best:.4f}", flush=True)
    for name, place, values in _STEPS:
        for value in values:
            changed = with_settings(tagger, **{name: _replaced(getattr(tagger.settings, name), place, value)})
            goal = _goal(changed, _predict(changed, features, docs), golds)
            if goal > best + 1e-4:
                best, tagger = goal, changed
                print(f"goal {best:.4f} {name} {place} {value}", flush=True)
    return calibrate(tagger, golds, features, docs)


def calibrate(
    tagger: AttributionTagger, golds: Sequence[GoldDocument], features: list[DocFeatures], docs: list[Doc]
) -> TaggerSettings:
    """Fit the calibration of the score, and print how good it is on data that it was not fitted to."""
    found = _predict(tagger, features, docs)
    evidence = np.array([group.evidence for groups in found for group in groups])
    verdicts = [judge(_named(groups, tagger), gold.groups) for groups, gold in zip(found, golds, strict=True)]
    right = np.array([verdict for document in verdicts for verdict in document], dtype=float)
    scores = np.zeros(len(right))
    for train, test in _folds(len(right)):
        weights = fit_logistic(evidence[train], right[train])
        scores[test] = 1 / (1 + np.exp(-(evidence[test] @ weights[:-1] + weights[-1])))
    error = calibration_error(scores.tolist(), (right > 0).tolist())
    order = np.argsort(-scores)
    print(
        f"calibration error in {_FOLDS} folds {error:.3f}; right {right.mean():.3f}; best tenth {right[order[: len(order) // 10]].mean():.3f}"
    )
    sure = scores >= 0.9
    print(f"at 0.9: {int(sure.sum())} of {len(scores)}, right {right[sure].mean() if sure.any() else 0:.3f}")
    fitted = fit_logistic(evidence, right)
    return with_settings(tagger, calibration=tuple(round(float(weight), 5) for weight in fitted)).settings


def write_settings(settings: TaggerSettings, out: Path) -> None:
    """Write ``model.json``."""
    text = json.dumps(settings.model_dump(), ensure_ascii=False, sort_keys=True)
    (out / "model.json").write_text(text + "\n", encoding="utf-8")


def _replaced(old: Any, place: int | None, value: float) -> Any:
    return value if place is None else (*old[:place], value, *old[place + 1 :])


def _folds(n: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    block = np.arange(n) * _FOLDS // max(n, 1)
    for fold in range(_FOLDS):
        yield np.flatnonzero(block != fold), np.flatnonzero(block == fold)


def fit_logistic(inputs: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Fit a logistic regression by Newton's method, with a ridge on all weights but the constant, which comes last."""
    matrix = np.hstack([inputs, np.ones((len(inputs), 1))])
    weights = np.zeros(matrix.shape[1])
    ridge = np.diag([_RIDGE] * inputs.shape[1] + [0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        slope = matrix.T @ (chance - right) + ridge @ weights
        curve = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + ridge
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights
