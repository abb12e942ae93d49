"""The choice of the medium: multinomial logistic regression over the features of ``kg.tagger.medium``."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.quotation_data import GoldDocument
from kg.tagger.medium import CONSTANT, medium_features

_RIDGE = 3.0
_MIN_COUNT = 2
_SMALLEST = 0.05  # of the largest weight of a feature; others are left out


def fit_medium(golds: Sequence[GoldDocument], media: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Learn the weights of each feature, one for each medium, from annotated documents."""
    rows = [
        medium_features(group.type or "", gold.words, quote=group.quote, cue=group.cue, speaker=group.speaker)
        for gold in golds
        for group in gold.groups
    ]
    labels = np.array([media.index(group.medium or "none") for gold in golds for group in gold.groups])
    counts = Counter(feature for row in rows for feature in row)
    names = sorted(feature for feature, count in counts.items() if count >= _MIN_COUNT)
    place = {name: index for index, name in enumerate(names)}
    cells = [(number, place[feature]) for number, row in enumerate(rows) for feature in row if feature in place]
    inputs = csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), shape=(len(rows), len(names)))
    wanted = np.eye(len(media))[labels]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(len(names), len(media))
        logits = inputs @ weights
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        chances /= chances.sum(axis=1, keepdims=True)
        value = -np.log(chances[np.arange(len(labels)), labels]).sum() + _RIDGE / 2 * (flat**2).sum()
        return float(value), (inputs.T @ (chances - wanted) + _RIDGE * weights).ravel()

    start = np.zeros(len(names) * len(media))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x.reshape(len(names), -1)
    return {
        name: tuple(round(float(weight), 2) for weight in weights)
        for name, weights in zip(names, found, strict=True)
        if name == CONSTANT or np.abs(weights).max() >= _SMALLEST
    }
