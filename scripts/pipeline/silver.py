"""Correct machine-labelled trees with a trained network: where both agree they stand, where one is sure it decides."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kg.nlp.word_forms import FormArrays
from pipeline.examples import UNKNOWN, Example, Labels
from pipeline.network import Network
from pipeline.training import predict


def correct(
    network: Network, examples: Sequence[Example], arrays: FormArrays, labels: Labels, sure: float
) -> tuple[list[Example], Counter[str]]:
    """Return the examples with heads, relations and tags corrected, and how many words met which fate.

    Args:
        network: trained, in evaluation mode.
        examples: with heads, relations and tags of another parser.
        arrays: of the forms.
        labels: the label tables.
        sure: probability of head and relation together from which on the network's arc replaces the other's; below
            it, an arc on which the two differ is left open.
    """
    results = predict(network, examples, arrays, labels, trees=True)
    fates: Counter[str] = Counter()
    corrected = []
    for example, found in zip(examples, results, strict=True):
        same = (example.heads == found["heads"]) & (example.relations == found["relations"])
        replaced = ~same & (found["sure"] >= sure)
        opened = ~same & ~replaced
        heads = np.where(replaced, found["heads"], np.where(opened, UNKNOWN, example.heads))
        relations = np.where(replaced, found["relations"], np.where(opened, UNKNOWN, example.relations))
        tags = np.where(example.tags == found["tags"], example.tags, UNKNOWN)
        fates.update(same=int(same.sum()), replaced=int(replaced.sum()), opened=int(opened.sum()))
        corrected.append(
            Example(example.forms, tags, example.features, example.lemmas, heads, relations, example.entities)
        )
    return corrected, fates
