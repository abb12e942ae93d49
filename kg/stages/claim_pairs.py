"""What speaks for a claim of an article bearing on another one: the features that the link model weighs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.found import Found
from kg.model import ActorKind, CertaintyLevel, ClaimType
from kg.stages.claim_facts import ClaimFacts, Stance, likeness

_FAR = 30
"""Claims between two that may still be tied, except to the first ones of the article; bounds the work on long texts."""
_FIRST = 3
_FLAGGED = (
    "next",
    "same_block",
    "same_actor",
    "like",
    "nearest_told",
    "first_told",
    "distance",
    "most_like_title",
    "i_mention",
)
"""Features that are weighed anew where a flag of the source is set."""
_ALIKE = 0.5
_SIMILAR = 0.2
_STANCES = {
    Stance.DENIES: "deny",
    Stance.DENIES_ON: "deny_on",
    Stance.DOUBTS: "doubt",
    Stance.WEAKENS: "weaken",
    Stance.DOUBTS_ON: "doubt_on",
}


@dataclass(frozen=True)
class Pair:
    """A claim that may bear on another: ``source`` on ``target``, indices of attributions.

    Attributes:
        values: what speaks for it, by name; what is not there is 0.
        conditions: what the source is, the stance first; each value counts anew under them, see ``features``.
    """

    source: int
    target: int
    values: Mapping[str, float]
    conditions: tuple[str, ...]

    @property
    def features(self) -> dict[str, float]:
        """The values, and under the name ``condition|value`` the values that each condition changes the weight of."""
        stance, *flags = self.conditions
        features = {name: value for name, value in self.values.items() if value}
        features |= {f"{stance}|{name}": value for name, value in features.items()}
        for flag in flags:
            features |= {f"{flag}|{name}": self.values[name] for name in _FLAGGED if self.values.get(name)}
        return features | {f"source_{condition}": 1.0 for condition in self.conditions}


def weights_under(conditions: tuple[str, ...], weights: Mapping[str, float]) -> tuple[float, Mapping[str, float]]:
    """Return what conditions add to the bias, and the weight of each value under them."""
    stance, *flags = conditions
    merged: dict[str, float] = {}
    for name, weight in weights.items():
        condition, bar, value = name.rpartition("|")
        if not bar or condition == stance or (condition in flags and value in _FLAGGED):
            merged[value] = merged.get(value, 0.0) + weight
    return sum(weights.get(f"source_{condition}", 0.0) for condition in conditions), merged


def pairs_of(facts: Sequence[ClaimFacts], found: Found) -> Iterator[Pair]:
    """Yield all pairs of claims of a document near enough to be tied, with what speaks for each.

    Args:
        facts: of all claims, in text order.
        found: its actors are read.
    """
    alike = {(left.place, right.place): likeness(left, right) for left in facts for right in _near(left, facts)}
    central = dict.fromkeys((fact.place for fact in facts), 0.0)
    for (_, place), value in alike.items():
        central[place] += value / len(facts)
    most_central = max(central.values(), default=0.0)
    for source in facts:
        near = _near(source, facts)
        mine = {target.place: alike[source.place, target.place] for target in near}
        best_before = max((mine[place] for place in mine if place < source.place), default=0.0)
        told = [t for t in near if t.place < source.place and t.actor != source.actor and t.type is not ClaimType.OWN]
        best_title = max((target.title for target in told if not target.headline), default=0.0)
        nearest, first = (told[-1].place, told[0].place) if told else (-1, -1)
        conditions = _conditions(source)
        for target in near:
            like = mine[target.place]
            values = dict(_features(source, target, like, alike[target.place, source.place], found))
            before = target.place < source.place
            values["most_alike"] = float(before and like > 0 and like >= best_before)
            values["nearest_told"] = float(target.place == nearest)
            values["first_told"] = float(target.place == first)
            values["like_title"] = target.title
            values["most_like_title"] = float(target in told and 0 < best_title <= target.title)
            values["central"] = central[target.place]
            values["most_central"] = float(central[target.place] >= most_central)
            yield Pair(source.index, target.index, values, conditions)


def _near(fact: ClaimFacts, facts: Sequence[ClaimFacts]) -> list[ClaimFacts]:
    """Return the other claims that one may be tied to, in text order; the same from either side."""
    first = _FIRST if fact.place >= _FIRST else len(facts)
    window = range(max(0, fact.place - _FAR), min(len(facts), fact.place + _FAR + 1))
    places = sorted({*range(min(first, len(facts))), *window}) if fact.place >= _FIRST else range(len(facts))
    return [facts[place] for place in places if place != fact.place]


def _features(
    source: ClaimFacts, target: ClaimFacts, like: float, back: float, found: Found
) -> Iterator[tuple[str, float]]:
    distance = source.place - target.place
    same_actor = source.actor == target.actor
    own, target_own = source.type is ClaimType.OWN, target.type is ClaimType.OWN
    yield "like", like
    yield "like_back", back
    yield "alike", float(like >= _ALIKE or back >= _ALIKE)
    yield "similar", float(like >= _SIMILAR)
    yield "before", float(distance < 0)
    yield "next", float(distance == 1)
    yield "next_but_one", float(distance == 2)
    yield "near", float(3 <= distance <= 4)
    yield "just_before", float(distance == -1)
    yield "distance", min(abs(distance), 12) / 12
    yield "same_block", float(source.block == target.block)
    yield "next_block", float(source.block - target.block == 1)
    yield "same_sentence", float(source.sentence == target.sentence)
    yield "next_sentence", float(source.sentence - target.sentence == 1)
    yield "same_actor", float(same_actor and not own)
    yield "both_own", float(own and target_own)
    yield "nested", float(source.parent == target.index)
    yield "nests", float(target.parent == source.index)
    yield "siblings", float(source.parent is not None and source.parent == target.parent)
    yield "target_own", float(target_own)
    yield "target_direct", float(target.type is ClaimType.DIRECT)
    yield "target_reported", float(target.type is ClaimType.REPORTED)
    yield "target_hearsay", float(target.type is ClaimType.FREE_INDIRECT)
    yield "target_headline", float(target.headline)
    yield "target_first", float(target.place == 0)
    yield "target_early", float(0 < target.place <= 2)
    yield "target_hedged", float(target.level in {CertaintyLevel.PROBABLE, CertaintyLevel.POSSIBLE})
    yield "target_inner", float(target.parent is not None)
    yield f"target_{_STANCES.get(target.stance, 'plain')}", 1.0
    yield "names_me", float(bool(source.owners & set(target.weights)) or source.actor in target.mentioned)
    yield "i_name", float(bool(target.names & source.forms))
    yield "i_mention", float(target.actor in source.mentioned and not same_actor)
    yield "same_side", float(not same_actor and bool(source.owners & target.owners))
    yield "target_infers_from_me", float(bool(target.infers_from & source.forms))
    yield "number_shared", float(bool(source.numbers & target.numbers))
    yield "number_differs", float(bool(source.numbers and target.numbers) and not source.numbers & target.numbers)
    yield "polarity_differs", like * (source.negated != target.negated)
    accused = source.actor in target.mentioned or bool(source.owners & set(target.weights))
    yield "accused_negates", float(distance > 0 and not same_actor and source.negated and accused)
    yield "other_numbers", like * bool(source.numbers and target.numbers and not source.numbers & target.numbers)
    yield "corrects", float(distance > 0 and own and source.stance is Stance.DENIES)
    yield "goes_on", float(distance == 1 and source.stance in {Stance.DENIES_ON, Stance.DOUBTS_ON})
    kind = found.actors[target.actor].kind if target.actor is not None else None
    yield "target_state", float(kind is ActorKind.STATE)


def _conditions(source: ClaimFacts) -> tuple[str, ...]:
    """Return the stance of a claim, then what else is true of it."""
    own = source.type is ClaimType.OWN
    stance = _STANCES.get(source.stance, "own" if own else "told")
    flags = {
        "own_stance": own and source.stance is not Stance.NONE,
        "refers_back": source.refers_back,
        "names_reports": source.names_reports,
        "contrast": source.contrast,
        "negated": source.negated,
        "hearsay": source.type is ClaimType.FREE_INDIRECT,
        "headline": source.headline,
        "doubtful": source.level is CertaintyLevel.DOUBTFUL,
    }
    return (stance, *(name for name, value in flags.items() if value))
