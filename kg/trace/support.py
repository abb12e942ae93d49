"""Support as a subjective-logic opinion (Jøsang 2016, *Subjective Logic: A Formalism for Reasoning Under Uncertainty*).

Every number here is a judgement of ours about how much one report is worth, not a measurement; the answer shows it with
its words. Trust is discounted along the chain of attribution (section 14.3), dependent reports are averaged (12.5),
independent ones accumulate (12.3).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import prod

from kg.model import CertaintyLevel, Direction
from kg.trace.records import Opinion

VACUOUS = Opinion(belief=0.0, disbelief=0.0, uncertainty=1.0)

# belief in what an actor says who sounds like this, were we sure of everything else
_CERTAINTY = {
    CertaintyLevel.CERTAIN: 0.8,
    CertaintyLevel.PROBABLE: 0.6,
    CertaintyLevel.POSSIBLE: 0.35,
    CertaintyLevel.DOUBTFUL: 0.15,
    CertaintyLevel.UNKNOWN: 0.3,
}
_TRUST_NAMED = 0.8  # in an actor with a name or an office
_TRUST_UNNAMED = 0.5
_TRUST_BETWEEN = 0.85  # in every further actor who passes it on
_LEAST_UNCERTAINTY = 0.02
_FEWEST = 2
ONE_MORE = Opinion(belief=0.64, disbelief=0.0, uncertainty=0.36)
"""What one more named actor would be worth who is certain, and read with certainty."""


def opinion_of(
    direction: Direction,
    certainty: CertaintyLevel,
    confidence: float,
    *,
    named: bool,
    n_between: int,
    n_undercuts: int = 0,
) -> Opinion:
    """Return what one claim is worth for or against the question.

    Args:
        direction: supports or disputes; anything else is worth nothing.
        certainty: how sure the actor sounds.
        confidence: how sure we are that we read it right.
        named: whether the actor has a name or an office.
        n_between: how many actors pass the claim on before it reaches us.
        n_undercuts: how many claims weaken it; each takes a fifth of what is left.
    """
    if direction not in (Direction.SUPPORTS, Direction.DISPUTES):
        return VACUOUS
    trust = (_TRUST_NAMED if named else _TRUST_UNNAMED) * _TRUST_BETWEEN**n_between * confidence * 0.8**n_undercuts
    mass = _CERTAINTY[certainty] * trust
    belief, disbelief = (mass, 0.0) if direction is Direction.SUPPORTS else (0.0, mass)
    return Opinion(belief=belief, disbelief=disbelief, uncertainty=1.0 - mass)


def without_copies(opinions: Iterable[tuple[Hashable, Opinion]]) -> list[Opinion]:
    """Return the strongest opinion of each story: who prints it again, at greater length of the chain, changes nothing.

    Args:
        opinions: each with the story that its document tells, as ``kg.copies`` groups documents.
    """
    strongest: dict[Hashable, Opinion] = {}
    for story, opinion in opinions:
        known = strongest.get(story)
        if known is None or (opinion.uncertainty, -opinion.belief) < (known.uncertainty, -known.belief):
            strongest[story] = opinion
    return list(strongest.values())


def weightiest(opinions: Mapping[str, Opinion]) -> tuple[str, Opinion] | None:
    """Return on which independent opinion most hangs, and what all others come to without it.

    Returns:
        The name of one of at least two opinions; None where there are fewer.
    """
    if len(opinions) < _FEWEST:
        return None
    whole = accumulate(list(opinions.values())).projected
    left = {
        name: accumulate([opinion for other, opinion in opinions.items() if other != name]) for name in sorted(opinions)
    }
    name = max(left, key=lambda name: abs(left[name].projected - whole))
    return name, left[name]


def average(opinions: Sequence[Opinion]) -> Opinion:
    """Fuse opinions that depend on each other (averaging belief fusion, Jøsang 2016, definition 12.7)."""
    if not opinions:
        return VACUOUS
    uncertainties = [max(o.uncertainty, _LEAST_UNCERTAINTY) for o in opinions]
    shares = [prod(u for j, u in enumerate(uncertainties) if j != i) for i in range(len(opinions))]
    total = sum(shares)
    belief = sum(o.belief * share for o, share in zip(opinions, shares, strict=True)) / total
    disbelief = sum(o.disbelief * share for o, share in zip(opinions, shares, strict=True)) / total
    return _opinion(belief, disbelief)


def accumulate(opinions: Sequence[Opinion]) -> Opinion:
    """Fuse independent opinions (cumulative belief fusion, Jøsang 2016, definition 12.5); the order does not matter."""
    evidence_for = sum(o.belief / max(o.uncertainty, _LEAST_UNCERTAINTY) for o in opinions)
    evidence_against = sum(o.disbelief / max(o.uncertainty, _LEAST_UNCERTAINTY) for o in opinions)
    total = 1.0 + evidence_for + evidence_against
    return _opinion(evidence_for / total, evidence_against / total)


def _opinion(belief: float, disbelief: float) -> Opinion:
    belief, disbelief = round(max(0.0, belief), 6), round(max(0.0, disbelief), 6)
    return Opinion(belief=belief, disbelief=disbelief, uncertainty=round(max(0.0, 1.0 - belief - disbelief), 6))


def level_of(opinion: Opinion) -> str:
    """Return the name of the words for an opinion: ``none``, ``contested``, ``disputed`` or ``weak`` to ``strong``."""
    if opinion.belief < 0.05 and opinion.disbelief < 0.05:
        return "none"
    if opinion.disbelief > 1.5 * opinion.belief:
        return "disputed"
    if opinion.disbelief > 0.5 * opinion.belief:
        return "contested"
    if opinion.belief >= 0.75:
        return "strong"
    return "moderate" if opinion.belief >= 0.5 else "weak"
