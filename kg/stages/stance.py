"""How the claims of one article bear on one another: denial, doubt, concealment, and claims offered as grounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from kg.found import Found, FoundLink
from kg.model import ClaimType, Direction
from kg.stages import Stage
from kg.stages.claim_facts import ClaimFacts, Stance, facts_of
from kg.stages.claim_pairs import pairs_of
from kg.stages.evidence_rules import load_evidence_rules
from kg.stages.link_model import Tie, load_link_weights

_STRONG, _FAIR, _WEAK = 0.9, 0.7, 0.5
_MAX_TARGETS = 3  # an answer is to what was just said, and to the headline that sums it up
_KEPT = 0.5
"""Weight of what was decided for a speaker's last claim where the next one goes on with it."""
_STRENGTHS = {Stance.DENIES: _STRONG, Stance.DOUBTS: _FAIR, Stance.WEAKENS: _FAIR}


def find_stance(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find which claims of the document support, dispute or undercut which others.

    Args:
        doc: a parsed document.
        found: attributions with their actors, and the links so far, are read.

    Returns:
        ``links``: those so far, then one from each claim to a claim that bears on it; a pair has one direction.
    """
    facts = facts_of(doc, found)
    links: dict[tuple[int, int], FoundLink] = {}
    learned = tuple(_learned(facts, found))
    for link in (*_grounds(doc, found), *learned):
        if link.claim != link.evidence_claim and link.evidence_claim is not None:
            links.setdefault((link.claim, link.evidence_claim), link)
    earlier = tuple(_redirected(link, facts, learned, found) for link in found.links)
    return {"links": (*earlier, *(links[pair] for pair in sorted(links)))}


def _redirected(link: FoundLink, facts: Sequence[ClaimFacts], learned: Sequence[FoundLink], found: Found) -> FoundLink:
    """Tie a lack of evidence to what the claim that says so is an objection to, above all."""
    if link.evidence is None or found.evidence[link.evidence].kind != "absence":
        return link
    span = found.evidence[link.evidence].span
    saying = {fact.index for fact in facts if fact.start < span.end and span.start < fact.end}
    targets = [one for one in learned if one.evidence_claim in saying and one.direction is Direction.UNDERCUTS]
    return replace(link, claim=targets[0].claim) if targets else link


def _learned(facts: tuple[ClaimFacts, ...], found: Found) -> Iterator[FoundLink]:
    """Ask the link model of every pair of claims: what a stance is taken against, and what a claim supports."""
    weights = load_link_weights()
    by_index = {fact.index: fact for fact in facts}
    objections: dict[int, dict[int, float]] = {}
    supports: dict[int, dict[int, float]] = {}
    for pair in pairs_of(facts, found):
        source = by_index[pair.source]
        themselves = source.actor == by_index[pair.target].actor and source.type is not ClaimType.OWN
        if source.stance is not Stance.NONE and (source.retracts or not themselves):
            value = weights[Tie.OBJECTION].probability(pair)
            objections.setdefault(pair.source, {})[pair.target] = value
        denied = (source.stance is Stance.DENIES) != (by_index[pair.target].stance is Stance.DENIES)
        if not (denied and pair.values["alike"]):  # the same words, asserted and denied
            supports.setdefault(pair.source, {})[pair.target] = weights[Tie.SUPPORT].probability(pair)
    opposed: set[tuple[int, int]] = set()
    last: dict[int, float] = {}
    for fact in facts:
        scores = objections.get(fact.index, {})
        if fact.stance in {Stance.DENIES_ON, Stance.DOUBTS_ON}:
            scores = {t: (1 - _KEPT) * value + _KEPT * last.get(t, value) for t, value in scores.items()}
        last = scores
        disputes = fact.stance in {Stance.DENIES, Stance.DENIES_ON}
        direction = Direction.DISPUTES if disputes else Direction.UNDERCUTS
        strength = _STRENGTHS.get(fact.stance, _WEAK)
        plain = fact.stance in {Stance.DENIES, Stance.DOUBTS}  # such a claim is always against something
        for target in _best(scores, weights[Tie.OBJECTION].least) or (_likeliest(fact, scores, facts) if plain else []):
            opposed |= {(fact.index, target), (target, fact.index)}
            yield FoundLink(target, direction, strength, evidence_claim=fact.index, cue=fact.cue)
    for fact in facts:
        for target in _best(supports.get(fact.index, {}), weights[Tie.SUPPORT].least):
            if (fact.index, target) not in opposed:
                yield FoundLink(target, Direction.SUPPORTS, _WEAK, evidence_claim=fact.index)


def _likeliest(fact: ClaimFacts, scores: Mapping[int, float], facts: Sequence[ClaimFacts]) -> list[int]:
    """Return the likeliest target among what others said before."""
    before = [one.index for one in facts[: fact.place] if one.actor != fact.actor and one.index in scores]
    return [max(before, key=lambda target: scores[target])] if before else []


def _best(scores: Mapping[int, float], least: float) -> list[int]:
    """Return the likeliest targets, best first."""
    likely = [target for target, value in scores.items() if value >= least]
    return sorted(likely, key=lambda target: (-scores[target], target))[:_MAX_TARGETS]


def _grounds(doc: Doc, found: Found) -> Iterator[FoundLink]:
    """A claim nested in "given the official's statement that ..." is a ground of the claim around it."""
    given = set(load_evidence_rules(found.document.language).undercuts["given"])
    for index, attribution in enumerate(found.attributions):
        if attribution.parent is None or not attribution.cue:
            continue
        node = doc[attribution.cue[0].start]
        words = {child.lower_ for child in node.children if child.dep_ == "case"}
        while node.head.i != node.i and node.dep_ not in {"ccomp", "ROOT", "conj"}:
            node = node.head
            words |= {child.lower_ for child in node.children if child.dep_ in {"case", "mark"}}
        if words & given:
            yield FoundLink(attribution.parent, Direction.SUPPORTS, _STRONG, evidence_claim=index)


STANCE = Stage(
    name="stance",
    version="2",
    needs=("attributions", "actors", "actor_of", "certainties", "evidence", "links"),
    fills=("links",),
    run=find_stance,
)
