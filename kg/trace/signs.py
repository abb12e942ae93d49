"""What tells whether a claim bears on a question, and how: figures for each claim of a document, for the judge to weigh.

The first come from the claim and the question alone, the others from the claims around it: a denial has few words in
common with what it denies, but stands near it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.model import ClaimType, Direction, Modality, Polarity
from kg.search import bag_of_claim, document_vector, query_vector
from kg.trace.bearing import Bearing, own_words, title_concepts
from kg.trace.matching import is_negative, modality_of
from kg.trace.question import QuestionMeaning
from kg.trace.rules import cue_pattern

Floats = npt.NDArray[np.float64]
Vector = Mapping[str, float]

NAMES = (
    "similarity",
    "share_of_best",
    "feedback",
    "feedback_best",
    "document_feedback",
    "coverage",
    "context",
    "act",
    "mention",
    "roles",
    "placed",
    "anchored",
    "reverse",
    "clash",
    "quantity",
    "negative",
    "any_negative",
    "open",
    "conditional",
    "own",
    "reported",
    "free_indirect",
    "denial",
    "undercut",
    "denial_near",
    "undercut_near",
    "rule_core",
    "rule_supports",
    "rule_disputes",
    "rule_undercuts",
    "rule_context",
    "relevance",
    "document_similarity",
    "document_core",
    "document_reverse",
    "title",
    "to_best",
    "to_best_weighted",
    "to_top",
    "to_top_weighted",
    "context_of_document",
    "context_near",
    "position",
    "best_direction_negative",
    "nearness",
    "follows",
    "same_actor",
    "link_supports",
    "link_disputes",
    "link_undercuts",
    "link_other",
    "ground",
    "negative_similarity",
    "core_similarity",
)


_N_FEEDBACK = 5  # claims that the question is widened by
_NEAR_ENOUGH = 0.5  # share of the best claim's similarity


@dataclass(frozen=True)
class Candidates:
    """What is known of all claims that were looked at for a question.

    Attributes:
        vector: the question's, with what comes near its concepts.
        best: how near the nearest claim is.
        models: the nearest claims, as questions of their own, and how much each counts: other claims like them are about
            the same (pseudo-relevance feedback, Rocchio 1971).
    """

    vector: Vector
    best: float
    models: tuple[tuple[str, float, Vector], ...]


def survey(vector: Vector, documents: Sequence[Sequence[Bearing]]) -> Candidates:
    """Look at all candidates of a question."""
    scored = sorted(
        ((_first_score(vector, b), b) for group in documents for b in group),
        key=lambda pair: (-pair[0], pair[1].claim.claim_id),
    )
    best = max((cosine(vector, vector_of(b)) for _, b in scored), default=0.0)
    top = [(score, b) for score, b in scored[:_N_FEEDBACK] if score >= _NEAR_ENOUGH * scored[0][0] > 0]
    total = sum(score for score, _ in top)
    return Candidates(
        vector=vector,
        best=best,
        models=tuple((b.claim.claim_id, score / total, query_vector(bag_of_claim(b.claim))) for score, b in top),
    )


def _first_score(vector: Vector, bearing: Bearing) -> float:
    return cosine(vector, vector_of(bearing)) * (0.5 + bearing.match.coverage + bearing.core)


def cosine(left: Vector, right: Vector) -> float:
    """Return the cosine of two vectors of length 1."""
    if len(left) > len(right):
        left, right = right, left
    return sum(value * right.get(concept, 0.0) for concept, value in left.items())


def vector_of(bearing: Bearing) -> Vector:
    """Return the vector of a claim."""
    if bearing.vector is None:
        bearing.vector = document_vector(bag_of_claim(bearing.claim))
    return bearing.vector


def _feedback(bearing: Bearing, seen: Candidates) -> tuple[float, float]:
    """How like the nearest claims a claim is, on the whole and at most; itself left out."""
    found = [
        (weight, cosine(model, vector_of(bearing))) for i, weight, model in seen.models if i != bearing.claim.claim_id
    ]
    total = sum(weight for weight, _ in found)
    return (sum(w * v for w, v in found) / total, max(v for _, v in found)) if total else (0.0, 0.0)


def signs_of(question: QuestionMeaning, bearings: Sequence[Bearing], seen: Candidates) -> Floats:
    """Return the signs of the claims of one document, a row for each claim, a column for each of ``NAMES``.

    Args:
        question: what is asked.
        bearings: the claims in text order, judged by the rules.
        seen: all candidates of the question.
    """
    vector = seen.vector
    feedback = [_feedback(bearing, seen) for bearing in bearings]
    document_feedback = sum(value for value, _ in feedback) / len(feedback)
    similarity = [cosine(vector, vector_of(bearing)) for bearing in bearings]
    best = max(range(len(bearings)), key=lambda i: (similarity[i] + bearings[i].relevance * bearings[i].core, -i))
    top = max(similarity)
    core = max((b.relevance for b in bearings if b.core), default=0.0)
    reverse = float(any(b.match.reverse for b in bearings))
    title = cosine(vector, document_vector(dict.fromkeys(title_concepts(bearings[0]), 1.0)))
    links = _links(bearings)
    order = sorted(range(len(bearings)), key=lambda i: (-similarity[i] - bearings[i].relevance * bearings[i].core, i))[
        :3
    ]
    models = {i: query_vector(bag_of_claim(bearings[i].claim)) for i in order}
    context_top = max(b.match.context for b in bearings)
    rows = []
    for i, bearing in enumerate(bearings):
        match, claim = bearing.match, bearing.claim
        language = bearing.extraction.document.language
        words = own_words(bearing)
        negative = float(match.proposition is not None and is_negative(match) != question.negative)
        denial = float(cue_pattern(language, "denial").search(words) is not None)
        undercut = float(cue_pattern(language, "undercut").search(words) is not None)
        distance = abs(i - best)
        to_best = cosine(vector_of(bearing), vector_of(bearings[best])) if i != best else 1.0
        to_top = max((cosine(models[j], vector_of(bearing)) for j in order if j != i), default=0.0)
        linked = links.get(claim.claim_id, {})
        modality = modality_of(match)
        rows.append(
            (
                similarity[i],
                similarity[i] / seen.best if seen.best else 0.0,
                *feedback[i],
                document_feedback,
                match.coverage,
                match.context,
                match.act,
                match.mention,
                match.roles,
                float(match.placed > 0),
                float(match.anchored),
                float(match.reverse),
                float(match.clash),
                float(match.quantity),
                negative,
                float(any(p.polarity is Polarity.NEGATIVE for p in claim.assertion.propositions)),
                float(modality is not Modality.ACTUAL),
                float(modality in (Modality.CONDITIONAL, Modality.QUESTION)),
                float(claim.type is ClaimType.OWN),
                float(claim.type is ClaimType.REPORTED),
                float(claim.type is ClaimType.FREE_INDIRECT),
                denial,
                undercut,
                denial * top,
                undercut * top,
                float(bearing.core),
                float(bearing.direction is Direction.SUPPORTS),
                float(bearing.direction is Direction.DISPUTES),
                float(bearing.direction is Direction.UNDERCUTS),
                float(bearing.direction is Direction.CONTEXT),
                bearing.relevance,
                top,
                core,
                reverse,
                title,
                to_best,
                to_best * top,
                to_top,
                to_top * context_top,
                context_top,
                max(b.match.context for b in bearings[max(0, i - 1) : i + 2]),
                i / len(bearings),
                float(is_negative(bearings[best].match)),
                1.0 / (1.0 + distance),
                float(0 < i - best <= 3),
                float(claim.actor_id == bearings[best].claim.actor_id),
                linked.get(Direction.SUPPORTS, 0.0),
                linked.get(Direction.DISPUTES, 0.0),
                linked.get(Direction.UNDERCUTS, 0.0),
                linked.get(Direction.CONTEXT, 0.0),
                float(claim.claim_id in links.get("", {})),
                negative * similarity[i],
                core * similarity[i],
            )
        )
    return np.array(rows)


def _links(bearings: Sequence[Bearing]) -> dict[str, dict[str, float]]:
    """How the extraction ties each claim to one that the rules find to answer; "" holds those that answer and have grounds."""
    core = {b.claim.claim_id for b in bearings if b.core}
    found: dict[str, dict[str, float]] = {}
    for link in bearings[0].extraction.links:
        if link.evidence_claim_id is None:
            continue
        if link.claim_id in core:
            found.setdefault(link.evidence_claim_id, {})[link.direction] = 1.0
        if link.evidence_claim_id in core:
            found.setdefault("", {})[link.claim_id] = 1.0
    return found
