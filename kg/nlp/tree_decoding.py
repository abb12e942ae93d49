"""The best tree of arc scores: the maximum spanning arborescence with one root (Chu & Liu 1965; Edmonds 1967)."""

import numpy as np
from numpy.typing import NDArray

Heads = NDArray[np.int64]

_FORBIDDEN = -1e9


def decode_tree(scores: NDArray[np.float32]) -> Heads:
    """Return the heads of the best tree.

    Args:
        scores: words x (1 + words); column 0 is the root, column ``i + 1`` is word ``i`` as head.

    Returns:
        The column of each word's head: 0 for the one root, ``i + 1`` for word ``i``.
    """
    n_words = scores.shape[0]
    if n_words == 1:
        return np.zeros(1, dtype=np.int64)
    own = np.arange(n_words)
    masked = scores.astype(np.float64)
    masked[own, own + 1] = _FORBIDDEN
    heads = masked.argmax(1)
    if (heads == 0).sum() == 1 and _find_cycle(np.concatenate([[0], heads])) is None:
        found: Heads = heads.astype(np.int64)
        return found
    # one root: try each word that may be it, the likeliest first; a bound stops the search (Zmigrod et al. 2020)
    best_heads, best_total = heads, -np.inf
    margins = masked[:, 1:].max(1)
    bound = margins.sum()
    for root in np.argsort(margins - masked[:, 0], kind="stable"):
        if bound - margins[root] + masked[root, 0] <= best_total:
            break
        one = masked.copy()
        one[:, 0] = _FORBIDDEN
        one[root, :] = _FORBIDDEN
        one[root, 0] = masked[root, 0]
        square = np.full((n_words + 1, n_words + 1), _FORBIDDEN)
        square[1:] = one
        candidate = _edmonds(square)[1:]
        total = masked[own, candidate].sum()
        if total > best_total:
            best_heads, best_total = candidate, total
    best: Heads = best_heads.astype(np.int64)
    return best


def _find_cycle(heads: NDArray[np.int64]) -> list[int] | None:
    """Return the nodes of a cycle; node 0 is the root and has no head."""
    state = [0] * len(heads)
    state[0] = 2
    for start in range(1, len(heads)):
        path = []
        node = start
        while state[node] == 0:
            state[node] = 1
            path.append(node)
            node = int(heads[node])
        if state[node] == 1:
            return path[path.index(node) :]
        for done in path:
            state[done] = 2
    return None


def _edmonds(scores: NDArray[np.float64]) -> Heads:
    """Return the best head of every node but 0 so that all hang on 0; ``scores[i, j]``: ``j`` is the head of ``i``."""
    size = scores.shape[0]
    scores = scores.copy()
    np.fill_diagonal(scores, -np.inf)
    heads: Heads = scores.argmax(1)
    heads[0] = 0
    cycle = _find_cycle(heads)
    if cycle is None:
        return heads
    inside = np.zeros(size, dtype=bool)
    inside[cycle] = True
    outer = np.flatnonzero(~inside)
    members = np.array(cycle)
    gain = scores[members] - scores[members, heads[members]][:, None]
    small = np.full((len(outer) + 1, len(outer) + 1), -np.inf)
    small[:-1, :-1] = scores[np.ix_(outer, outer)]
    into = gain[:, outer]
    small[-1, :-1] = into.max(0)
    entered = members[into.argmax(0)]
    out_of = scores[np.ix_(outer, members)]
    small[:-1, -1] = out_of.max(1)
    left = members[out_of.argmax(1)]
    found = _edmonds(small)
    result: Heads = heads.copy()
    for place, node in enumerate(outer):
        if node:
            result[node] = left[place] if found[place] == len(outer) else outer[found[place]]
    result[entered[found[-1]]] = outer[found[-1]]
    return result
