"""The best legal sequence of IOB labels."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_FORBIDDEN = -1e9


@cache
def _transitions(size: int) -> NDArray[np.float32]:
    """Return 0 where a label may follow another (rows: before), else a number so low that it is never chosen."""
    allowed = np.zeros((size, size), dtype=np.float32)
    for inside in range(2, size, 2):
        allowed[:, inside] = _FORBIDDEN
        allowed[inside - 1, inside] = allowed[inside, inside] = 0
    return allowed


def decode_entities(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the labels of the best sequence in which an inner label only follows one of its own kind (Viterbi 1967).

    Args:
        scores: words x labels, log probabilities; label 0 is outside, then begin and inside of each kind in turn.
    """
    n_words, size = scores.shape
    greedy: NDArray[np.int64] = scores.argmax(1)
    if not greedy.any():
        return greedy
    allowed = _transitions(size)
    best = scores[0].copy()
    best[2::2] = _FORBIDDEN
    back = np.zeros((n_words, size), dtype=np.int64)
    for place in range(1, n_words):
        options = best[:, None] + allowed
        back[place] = options.argmax(0)
        best = options.max(0) + scores[place]
    labels = np.zeros(n_words, dtype=np.int64)
    labels[-1] = best.argmax()
    for place in range(n_words - 1, 0, -1):
        labels[place - 1] = back[place, labels[place]]
    return labels
