"""Sentences as vectors over concepts: what a word weighs, and which concepts of the other language come near it.

The same vectors whatever else is in a collection: a concept weighs what its words are rare by (``ConceptTable.surprisal``),
so that a collection grows without a look at what it has already. The cosine of a document's vector, which has only what
stands there, and a question's, which has what comes near it as well, says how near they are (a soft cosine, Sidorov et
al. 2014).
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from kg.concepts import ConceptTable, fold_name, load_concepts

Bag = Mapping[str, float]
"""How much of each concept is in a text: 1 for a word, less for the part of one."""

# set on sentences that no word of the tables was taken from (scripts/README.md, search)
_PART = 0.8  # of a compound
_COMMON = 3.0  # nats; the surprisal at which a word begins to tell
_LEAST = 0.5
_PLACE = 11.0  # nats: names of countries are more frequent than other names
_NAME = 12.0
_SHARPNESS = 1.5  # power of how similar a concept is
_N_KEPT = 4_000  # concepts whose neighbours are kept, weighed
_UNKNOWN_WORD = re.compile(r"[a-z]{2}:(?P<word>.*)\.[nvar]")

NearNames = Callable[[str], Mapping[str, float]]
"""Concepts that are written like one that the table does not have, and how alike they are, 0 to 1."""


def bag_of_groups(groups: Iterable[Sequence[str]]) -> dict[str, float]:
    """Return the bag of the concepts of some words, each word's own concept before those of its parts."""
    bag: dict[str, float] = {}
    for group in groups:
        for n, concept in enumerate(group):
            bag[concept] = max(bag.get(concept, 0.0), 1.0 if n == 0 else _PART)
    return bag


def letters_of(concept: str) -> str | None:
    """Return how a name or a word that the table does not have is written, folded as names are; None for all others."""
    if concept.startswith("name:"):
        return concept[5:]
    unknown = _UNKNOWN_WORD.fullmatch(concept)
    return fold_name(unknown["word"]) if unknown else None


def weight(concept: str, table: ConceptTable) -> float:
    """Return how much a concept tells of a sentence."""
    if concept.startswith("place:"):
        rarity = _PLACE
    elif concept.startswith(("name:", "num:")):
        rarity = _NAME
    else:
        rarity = table.surprisal(concept)
    return max(_LEAST, rarity - _COMMON)


def document_vector(bag: Bag) -> dict[str, float]:
    """Return a document's vector, of length 1; empty for a bag without concepts."""
    table = load_concepts()
    return _unit({concept: amount * weight(concept, table) for concept, amount in bag.items()})


def query_vector(bag: Bag, near_names: NearNames | None = None) -> dict[str, float]:
    """Return a question's vector, of length 1: its concepts, and those near them by meaning or by spelling."""
    vector: dict[str, float] = {}
    for concept, amount in bag.items():
        around = _around(concept)
        if near_names is not None and letters_of(concept):
            table = load_concepts()
            named = {**near_names(concept), **table.near(concept)}
            around = tuple((other, _telling(other, value, table)) for other, value in named.items())
        for other, value in around:
            found = amount * value
            if found > vector.get(other, 0.0):
                vector[other] = found
    return _unit(vector)


@lru_cache(maxsize=_N_KEPT)
def _around(concept: str) -> tuple[tuple[str, float], ...]:
    """Return the concepts near one, with what each adds to a question's vector."""
    table = load_concepts()
    return tuple((other, _telling(other, value, table)) for other, value in table.near(concept).items())


def _telling(concept: str, nearness: float, table: ConceptTable) -> float:
    return float(nearness**_SHARPNESS * weight(concept, table))


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {concept: value / length for concept, value in vector.items()} if length else {}
