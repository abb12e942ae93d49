"""How likely a claim bears on another one: logistic regression over named features.

The weights are in ``kg/data/links.json``, learned from the development half of ``corpus/`` by ``scripts/train_links.py``.
"""

import json
import math
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, PrivateAttr

from kg.stages.claim_pairs import Pair, weights_under


class Tie(StrEnum):
    """What is asked of a pair of claims: does the source object to the target, does it support it."""

    OBJECTION = "objection"
    SUPPORT = "support"


class LinkWeights(BaseModel):
    """The weights of one question; ``least`` is the probability from which a link is drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    least: float
    weights: dict[str, float]
    _merged: dict[tuple[str, ...], tuple[float, Mapping[str, float]]] = PrivateAttr(default_factory=dict)

    def probability(self, pair: Pair) -> float:
        """Return the probability, 0-1, that a pair is tied; features that the table lacks count nothing."""
        added, weights = self._under(pair.conditions)
        total = self.bias + added + sum(weights.get(name, 0.0) * value for name, value in pair.values.items() if value)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def _under(self, conditions: tuple[str, ...]) -> tuple[float, Mapping[str, float]]:
        found = self._merged.get(conditions)
        if found is None:
            found = self._merged[conditions] = weights_under(conditions, self.weights)
        return found


@cache
def load_link_weights() -> Mapping[Tie, LinkWeights]:
    """Load the weights of both questions."""
    text = (resources.files("kg.data") / "links.json").read_text(encoding="utf-8")
    return {Tie(name): LinkWeights.model_validate(weights) for name, weights in json.loads(text).items()}
