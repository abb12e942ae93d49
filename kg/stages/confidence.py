"""How sure we are that we read a claim right: what the finder said, and how the actor was resolved."""

from collections.abc import Mapping
from typing import Any

from spacy.tokens import Doc

from kg.found import Attribution, Found
from kg.model import ActorKind, ClaimType, Confidence
from kg.stages import Stage

_NAMED = 0.97
_ROLE = 0.9
_PRONOUN = 0.8
_NOBODY = 0.6
"""How far an actor can be trusted by how the text names them; set by hand, to be learned once there is more gold."""
_DIGITS = 3


def judge_confidence(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Judge each claim: the probability that attribution and actor are both as the text says.

    Returns:
        ``confidences``, one per attribution; the parts ``attribution`` and ``actor`` are multiplied.
    """
    confidences = []
    for index, attribution in enumerate(found.attributions):
        parts = {"attribution": round(attribution.score, _DIGITS), "actor": _actor_part(doc, found, index, attribution)}
        confidences.append(Confidence(value=round(parts["attribution"] * parts["actor"], _DIGITS), parts=parts))
    return {"confidences": tuple(confidences)}


def _actor_part(doc: Doc, found: Found, index: int, attribution: Attribution) -> float:
    if attribution.type is ClaimType.OWN:
        return 1.0
    actor_index = found.actor_of[index]
    if attribution.actor is None or actor_index is None:
        return _NOBODY
    span = doc[attribution.actor.start : attribution.actor.end]
    if len(span) == 1 and span[0].pos_ in {"PRON", "DET"}:
        return _PRONOUN
    actor = found.actors[actor_index]
    return _NAMED if actor.named and actor.kind is not ActorKind.GROUP else _ROLE


CONFIDENCE = Stage(
    name="confidence",
    version="1",
    needs=("attributions", "actors", "actor_of"),
    fills=("confidences",),
    run=judge_confidence,
)
