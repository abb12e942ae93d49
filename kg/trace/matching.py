"""How well a claim matches a question: by proposition, roles and their direction, backed by the words that it shares."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Claim, Modality, Polarity, Proposition, Role
from kg.trace.question import PropositionQuestion, QuestionMeaning, RoleQuestion

Concepts = tuple[str, ...]
Fillers = Mapping[Role, Sequence[Concepts]]

# roles that languages and parsers swap: what counts for the one counts a little less for the other
_KIN: Mapping[Role, Mapping[Role, float]] = {
    Role.RECIPIENT: {Role.PLACE: 0.85, Role.PURPOSE: 0.85, Role.MANNER: 0.5},
    Role.PLACE: {Role.RECIPIENT: 0.8, Role.ORIGIN: 0.8, Role.MANNER: 0.7},
    Role.AGENT: {Role.ORIGIN: 0.85, Role.MANNER: 0.5},
    Role.ORIGIN: {Role.AGENT: 0.85, Role.PLACE: 0.8},
    Role.THEME: {Role.QUANTITY: 0.9, Role.MANNER: 0.9, Role.AGENT: 0.8},
    Role.MANNER: {Role.THEME: 0.8, Role.PLACE: 0.8},
    Role.PURPOSE: {Role.RECIPIENT: 0.85},
}
# roles that stand at opposite ends of an act
_OPPOSITE: Mapping[Role, frozenset[Role]] = {
    Role.RECIPIENT: frozenset({Role.AGENT, Role.ORIGIN}),
    Role.AGENT: frozenset({Role.RECIPIENT}),
    Role.ORIGIN: frozenset({Role.RECIPIENT}),
}
_GIVING = frozenset({Role.AGENT, Role.ORIGIN})
_TAKING = frozenset({Role.RECIPIENT, Role.THEME})
_ROLE_WEIGHT: Mapping[Role, float] = {
    Role.AGENT: 1.0,
    Role.RECIPIENT: 1.0,
    Role.ORIGIN: 0.8,
    Role.THEME: 1.2,
    Role.PLACE: 0.6,
    Role.QUANTITY: 0.5,
    Role.TIME: 0.3,
    Role.PURPOSE: 0.4,
    Role.MANNER: 0.4,
}
_UNSAID = 0.35  # of a role that the claim leaves open
_ELSEWHERE = 0.6  # of a filler that the claim has, but not in a role of this proposition
_SAME_ACT = 0.5
_CLASH = 0.15  # of a role that the claim fills with somebody else
_SURELY = 0.7
_IN_ROLE = 0.3
_HEAVY = 0.5
_LOOSE = frozenset({Role.TIME, Role.MANNER})
_YEAR = re.compile(r"num:(?:19|20)\d\d")
_HEADS = 3  # the first concepts of a filler are those of its head


@dataclass(frozen=True)
class PropositionView:
    """One proposition of a claim as concepts."""

    proposition: Proposition
    fillers: Fillers


@dataclass(frozen=True)
class ClaimView:
    """A claim as concepts: all of them, and its propositions.

    ``aliases`` are concepts that stand for the same persons and things in its document, and the claim's own actor:
    they count less than what the claim says itself.
    """

    claim: Claim
    concepts: frozenset[str]
    aliases: frozenset[str]
    propositions: tuple[PropositionView, ...]


@dataclass(frozen=True)
class Match:
    """How a claim matches a question.

    Attributes:
        coverage: weighted share of the question's words that the claim has, 0 to 1.
        context: the same, with what the rest of the document says counted by half.
        act: how near the claim's predicates come to the act asked about.
        mention: how near any of its words comes to that act.
        roles: the best match of the question's main proposition, roles and all.
        reverse: the claim tells of the act with its ends swapped.
        clash: a role is filled with somebody or something else.
        quantity: a number differs where act and thing are the same.
        another_time: question and claim name different years.
        words: texts of the question's words that matched.
        things: one of them is neither a name nor the act, and not a frequent word.
        proposition: the claim's proposition that matched best.
        placed: how many roles of the question the proposition fills alike.
        anchored: somebody whom the question names acts or receives in the claim as in the question.
    """

    coverage: float
    context: float
    act: float
    mention: float
    roles: float
    reverse: bool
    clash: bool
    quantity: bool
    words: tuple[str, ...]
    things: bool
    proposition: Proposition | None
    anchored: bool = False
    placed: int = 0
    another_time: bool = False


_ALIAS = 0.75
_CONTEXT = 0.5


def view_claims(claims: Sequence[Claim], actor_concepts: Mapping[str, Concepts]) -> list[ClaimView]:
    """See the claims of one document as concepts.

    Args:
        claims: all claims of the document.
        actor_concepts: concepts of the words by which the document speaks of each actor, by identifier.
    """
    alias_of: dict[str, set[str]] = {}
    for group in actor_concepts.values():
        _add_aliases(alias_of, group)
    for claim in claims:
        for proposition in claim.assertion.propositions:
            for run in _named_runs(proposition.concepts):
                _add_aliases(alias_of, run)
    views = []
    for claim in claims:
        own = concepts_of_claim(claim)
        aliases = {other for concept in own for other in alias_of.get(concept, ())}
        aliases.update(actor_concepts.get(claim.actor_id, ()))
        propositions = tuple(_view(proposition, alias_of) for proposition in claim.assertion.propositions)
        views.append(ClaimView(claim=claim, concepts=own, aliases=frozenset(aliases - own), propositions=propositions))
    return views


def _named_runs(concepts: Concepts) -> Iterable[Concepts]:
    """Runs of a noun and the name after it: "minister.n name:gernot name:alvers"."""
    start = None
    for i, concept in enumerate(concepts):
        if concept.startswith("name:"):
            start = i if start is None else start
        else:
            if start and concepts[start - 1].endswith(".n"):
                yield concepts[start - 1 : i]
            start = None
    if start and concepts[start - 1].endswith(".n"):
        yield concepts[start - 1 :]


def _add_aliases(alias_of: dict[str, set[str]], group: Concepts) -> None:
    names = [concept for concept in group if concept.startswith("name:")]
    others = [concept for concept in group if concept.endswith(".n")]
    for name in names:
        alias_of.setdefault(name, set()).update(others)
    for other in others:
        alias_of.setdefault(other, set()).update(names)


def _view(proposition: Proposition, alias_of: Mapping[str, set[str]]) -> PropositionView:
    fillers: dict[Role, list[Concepts]] = {}
    for filler in proposition.roles:
        if not filler.concepts:
            continue
        heads = filler.concepts[:_HEADS]
        extra = tuple(other for concept in heads for other in alias_of.get(concept, ()) if other not in filler.concepts)
        fillers.setdefault(filler.role, []).append((*heads, *extra, *filler.concepts[_HEADS:]))
    return PropositionView(proposition=proposition, fillers=fillers)


def concepts_of_claim(claim: Claim) -> frozenset[str]:
    """Return all concepts of a claim's propositions."""
    found: set[str] = set()
    for proposition in claim.assertion.propositions:
        found.add(proposition.predicate)
        found.update(proposition.concepts)
        for filler in proposition.roles:
            found.update(filler.concepts)
    return frozenset(found)


def match_claim(question: QuestionMeaning, view: ClaimView, around: frozenset[str] = frozenset()) -> Match:
    """Match one claim.

    Args:
        question: what is asked.
        view: the claim.
        around: concepts of the rest of its document.
    """
    total = sum(word.weight for word in question.words) or 1.0
    coverage = context = mention = 0.0
    words = []
    things = False
    for word in question.words:
        own = word.match(view.concepts)
        value = max(own, _ALIAS * word.match(view.aliases)) if view.aliases and own < _ALIAS else own
        coverage += word.weight * value
        context += word.weight * (max(value, _CONTEXT * word.match(around)) if around and value < _CONTEXT else value)
        if word.kind == "act":
            mention = max(mention, own)
        if value >= 0.5:
            words.append(word.text)
            things |= word.kind == "thing" and word.weight >= _HEAVY
    best: tuple[float, bool, bool, bool, bool, int, float] = (0.0, False, False, False, False, 0, 0.0)
    matched: Proposition | None = None
    swapped_theme = 0.0
    if coverage > 0 and question.propositions:
        concepts = view.concepts | view.aliases
        for proposition in view.propositions:
            found = _match_proposition(question.propositions[0], proposition, concepts)
            swapped_theme = max(swapped_theme, found[6] if found[1] else 0.0)
            if found[0] > best[0] or (found[1] and not best[1] and found[0] >= best[0]):
                best, matched = found, proposition.proposition
    predicate = question.propositions[0].predicate if question.propositions else {}
    act = max((predicate.get(each.proposition.predicate, 0.0) for each in view.propositions), default=0.0)
    score, reverse, clash, quantity, anchored, placed, theme = best
    reverse |= swapped_theme > theme  # two acts in exchange: the thing asked about goes the other way
    return Match(
        coverage=coverage / total,
        context=context / total,
        act=act,
        mention=mention,
        roles=score,
        reverse=reverse,
        clash=clash,
        quantity=quantity,
        words=tuple(words),
        things=things,
        proposition=matched,
        anchored=anchored,
        placed=placed,
        another_time=matched is not None and _another_year(question.propositions[0].proposition, matched),
    )


def _match_proposition(
    question: PropositionQuestion, view: PropositionView, concepts: frozenset[str]
) -> tuple[float, bool, bool, bool, bool, int, float]:
    """Return score, reversed, clash, differing quantity, anchored, roles in place and theme for one pair of propositions."""
    act = question.predicate.get(view.proposition.predicate, 0.0)
    total = weight_sum = 0.0
    reverse = clash = quantity = False
    for asked in question.roles:
        weight = _ROLE_WEIGHT[asked.role]
        value, swapped, clashes, differs = _match_role(asked, view.fillers, concepts)
        reverse |= swapped
        clash |= clashes
        quantity |= differs
        total += weight * value
        weight_sum += weight
    reverse |= _is_swapped(question.roles, view.fillers)
    in_role = {asked.role: _best(asked, view.fillers.get(asked.role, ())) for asked in question.roles}
    anchored = any(
        asked.agentive and _best(asked, _heads(view.fillers.get(asked.role, ()))) >= _SAME_ACT
        for asked in question.roles
    )
    placed = sum(value >= _IN_ROLE for role, value in in_role.items() if role not in _LOOSE)
    roles = total / weight_sum if weight_sum else 0.6
    same = act >= _SAME_ACT
    return (
        act * (0.3 + 0.7 * roles),
        reverse and same,
        clash and same,
        quantity and same,
        anchored,
        placed,
        in_role.get(Role.THEME, 0.0),
    )


def _is_swapped(roles: Sequence[RoleQuestion], fillers: Fillers) -> bool:
    """Whether who acts and who is acted upon have changed places: "the minister bribed the builder"."""
    giving = _heads(filler for role in _GIVING for filler in fillers.get(role, ()))
    taking = _heads(filler for role in _TAKING for filler in fillers.get(role, ()))
    givers = [asked for asked in roles if asked.role in _GIVING]
    takers = [asked for asked in roles if asked.role in _TAKING]
    given = any(_moved(asked, giving, taking) for asked in givers)
    taken = any(_moved(asked, taking, giving) for asked in takers)
    if given and taken:
        return True
    # one of them is enough where it is somebody who could do either
    origins, receiving = _heads(fillers.get(Role.ORIGIN, ())), _heads(fillers.get(Role.RECIPIENT, ()))
    for asked in takers:
        if asked.agentive and _moved(asked, taking, giving) and (taking or _moved(asked, taking, origins)):
            return True
    mutual = any(asked.agentive for asked in takers if asked.role is Role.THEME)
    return any(asked.agentive and _moved(asked, giving, taking if mutual else receiving) for asked in givers)


def _moved(asked: RoleQuestion, here: Sequence[Concepts], there: Sequence[Concepts]) -> bool:
    found = _best(asked, there)
    return found >= _SURELY and found > _best(asked, here)


def _match_role(asked: RoleQuestion, fillers: Fillers, concepts: frozenset[str]) -> tuple[float, bool, bool, bool]:
    here = _best(asked, fillers.get(asked.role, ()))
    for kin, factor in _KIN.get(asked.role, {}).items():
        here = max(here, factor * _best(asked, fillers.get(kin, ())))
    differs = False
    if asked.numbers and asked.role is not Role.TIME:
        said = _numbers_of(asked, fillers)
        differs = bool(said) and not said & asked.numbers
    swapped = False
    if asked.places and here < 0.5:
        for opposite in _OPPOSITE.get(asked.role, ()):
            if any(asked.places & set(filler[:_HEADS]) for filler in fillers.get(opposite, ())):
                swapped = True
    if here >= 0.3:
        return here, False, False, differs
    if swapped:
        return 0.0, True, True, differs
    if asked.places and any(filler and filler[0].startswith("place:") for filler in fillers.get(asked.role, ())):
        return _CLASH, False, True, differs
    elsewhere = max((asked.near[concept] for concept in asked.near.keys() & concepts), default=0.0)
    if elsewhere:
        return _ELSEWHERE * elsewhere, False, False, differs
    if asked.role not in fillers:
        return _UNSAID, False, False, differs
    return _CLASH, False, asked.role is Role.THEME, differs


def _numbers_of(asked: RoleQuestion, fillers: Fillers) -> set[str]:
    """Numbers of a claim that can be compared with that of the question: of things of the kind asked about."""
    said: set[str] = set()
    for filler in fillers.get(Role.QUANTITY, ()):
        units = [concept for concept in filler if not concept.startswith("num:")]
        if not units or any(asked.near.get(unit, 0.0) >= _SAME_ACT for unit in units):
            said.update(concept for concept in filler if concept.startswith("num:"))
    return said


def _another_year(asked: Proposition, said: Proposition) -> bool:
    """Whether question and claim both name a year, and not the same."""
    left, right = _years(asked), _years(said)
    return bool(left) and bool(right) and not left & right


def _years(proposition: Proposition) -> set[str]:
    concepts = [*proposition.concepts, *(concept for filler in proposition.roles for concept in filler.concepts)]
    return {concept for concept in concepts if _YEAR.fullmatch(concept)}


def _heads(fillers: Iterable[Concepts]) -> list[Concepts]:
    return [filler[:_HEADS] for filler in fillers]


def _best(asked: RoleQuestion, fillers: Iterable[Concepts]) -> float:
    best = 0.0
    for filler in fillers:
        for n, concept in enumerate(filler):
            value = asked.near.get(concept, 0.0)
            if value:
                best = max(best, value * (1.0 if n < _HEADS else 0.9))
    return best


def is_negative(match: Match) -> bool:
    """Whether the matched proposition is denied."""
    return match.proposition is not None and match.proposition.polarity is Polarity.NEGATIVE


def modality_of(match: Match) -> Modality:
    """Return the modality of the matched proposition."""
    return match.proposition.modality if match.proposition is not None else Modality.ACTUAL
