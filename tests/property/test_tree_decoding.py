"""The tree decoder against trying every tree."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.tree_decoding import decode_tree


def is_tree(heads: tuple[int, ...]) -> bool:
    """Tell whether all words hang on the root (0) through exactly one of them; word ``i`` is ``i + 1`` as head."""
    if sum(head == 0 for head in heads) != 1:
        return False
    for start in range(len(heads)):
        node, steps = start, 0
        while heads[node] and steps <= len(heads):
            node, steps = heads[node] - 1, steps + 1
        if steps > len(heads):
            return False
    return True


@given(st.integers(1, 5), st.integers(0, 2**32 - 1), st.booleans())
def test_no_tree_is_better(n_words: int, seed: int, even: bool) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n_words, n_words + 1)).astype(np.float32)
    if even:  # many equal scores
        scores = np.round(scores)
    own = np.arange(n_words)
    found = decode_tree(scores)
    assert is_tree(tuple(found))
    totals = [
        scores[own, list(heads)].sum()
        for heads in itertools.product(range(n_words + 1), repeat=n_words)
        if is_tree(heads)
    ]
    assert np.isclose(scores[own, found].sum(), max(totals), atol=1e-4)


def test_long_sentences_end_quickly() -> None:
    scores = np.random.default_rng(1).normal(size=(200, 201)).astype(np.float32)
    assert is_tree(tuple(decode_tree(scores)))
