"""Judges which of the candidates bear on a question, and how, from their signs: two small linear models over the rules.

The rules (``bearing``) find the claims whose own proposition answers; the models (``kg/models/trace``, trained by
``scripts/train_trace.py``) add what stands around those and is worded in another way, and put all in order. What the rules
say of a claim that answers stands.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from kg.model import Direction
from kg.search import query_vector
from kg.search.vectors import NearNames
from kg.trace.bearing import Bearing
from kg.trace.question import QuestionMeaning
from kg.trace.signs import NAMES, signs_of, survey

Floats = npt.NDArray[np.float64]

DIRECTIONS = (Direction.SUPPORTS, Direction.DISPUTES, Direction.UNDERCUTS, Direction.CONTEXT)
_AGAINST = frozenset({Direction.DISPUTES, Direction.UNDERCUTS})

# set on the development stories of the corpus, cross-validated by story (scripts/README.md, trace)
_NOTHING = 0.25  # a best claim below that does not answer
_REVERSED = 3  # times as many claims tell the reverse as answer
_OF_BEST = 0.4
_FIRST = 10  # claims that are shown from ...
_LEAST = 0.15  # ... this share of the best


@dataclass(frozen=True)
class Judge:
    """The two models: weights for the signs, and for 1 as the last of them.

    Attributes:
        bears: whether a claim bears on a question.
        directions: how, a row for each of ``DIRECTIONS``; the highest counts.
    """

    bears: Floats
    directions: Floats

    def probabilities(self, signs: Floats) -> Floats:
        """Return the probability of each claim that it bears on the question."""
        scores = np.clip(signs @ self.bears[:-1] + self.bears[-1], -30, 30)
        return np.asarray(1 / (1 + np.exp(-scores)))

    def directions_of(self, signs: Floats) -> list[Direction]:
        """Return how each claim bears on the question, if it does."""
        scores = signs @ self.directions[:, :-1].T + self.directions[:, -1]
        return [DIRECTIONS[i] for i in scores.argmax(axis=1)]


@cache
def load_judge() -> Judge:
    """Load the models."""
    data = json.loads((resources.files("kg.models") / "trace" / "model.json").read_text(encoding="utf-8"))

    def weights(named: dict[str, float]) -> list[float]:
        return [named.get(name, 0.0) for name in (*NAMES, "constant")]

    return Judge(
        bears=np.array(weights(data["bears"])),
        directions=np.array([weights(data["directions"][direction]) for direction in DIRECTIONS]),
    )


def judge(question: QuestionMeaning, documents: Sequence[Sequence[Bearing]], near_names: NearNames) -> None:
    """Set direction and relevance of all candidates that bear on a question; of the others, take them away.

    Args:
        question: what is asked.
        documents: the claims of each document, judged by the rules.
        near_names: concepts that are written like another one.
    """
    bearings = [bearing for group in documents for bearing in group]
    if not bearings:
        return
    seen = survey(query_vector(question.bag, near_names), documents)
    signs = np.concatenate([signs_of(question, group, seen) for group in documents])
    model = load_judge()
    found = model.probabilities(signs)
    best = float(found.max())
    n_core = sum(bearing.core for bearing in bearings)
    n_reverse = sum(bearing.match.reverse for bearing in bearings)
    reversing = {b.extraction.document.document_id for b in bearings if b.match.reverse}
    nothing = (best < _NOTHING and not n_core) or n_reverse > _REVERSED * n_core
    rank = {int(i): n for n, i in enumerate(np.argsort(-found, kind="stable"))}
    anchors = [anchor for group in documents for anchor in [_anchor(group)] * len(group)]
    for i, (bearing, direction) in enumerate(zip(bearings, model.directions_of(signs), strict=True)):
        least = (_LEAST if rank[i] < _FIRST else _OF_BEST) * best
        if nothing or not (bearing.core or (found[i] >= least and not _only_the_act(question, bearing))):
            bearing.direction = None
            continue
        bearing.relevance = float(found[i])
        if bearing.direction in (None, Direction.CONTEXT) and not bearing.core:
            if direction is Direction.SUPPORTS and bearing.extraction.document.document_id in reversing:
                direction = Direction.CONTEXT
            _set_direction(bearing, direction, anchors[i])


def _only_the_act(question: QuestionMeaning, bearing: Bearing) -> bool:
    """Whether a claim shares with the question what is done and nothing else: another event of the kind."""
    shared = {word.kind for word in question.words if word.text in bearing.match.words}
    return shared == {"act"} and len({word.kind for word in question.words}) > 1 and bearing.direction is None


def _anchor(bearings: Sequence[Bearing]) -> Bearing | None:
    """The claim of a document that answers best."""
    supporting = [b for b in bearings if b.core and b.direction is Direction.SUPPORTS]
    return max(supporting, key=lambda b: (b.relevance, -b.position), default=None)


def _set_direction(bearing: Bearing, direction: Direction, anchor: Bearing | None) -> None:
    """Give a claim that the rules have no direction for the one that the model gives it."""
    if bearing.direction is direction:
        return
    bearing.direction = direction
    words = ", ".join(bearing.match.words)
    bearing.reasons = [("words", words) if words else ("same_story", "")]
    bearing.via = anchor.claim.claim_id if anchor is not None and direction in _AGAINST else None
