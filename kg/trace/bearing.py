"""Which claims bear on a question, and how: supports, disputes, undercuts, context.

A claim bears on the question by itself where its proposition matches (``matching``). Other claims of the same document
bear on it through those: by the evidence links of the extraction, by words of denial or doubt near them, or because
they tell of the same participants.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.model import Claim, ClaimType, Direction, Extraction, Modality, Polarity
from kg.trace.matching import Match, is_negative, match_claim, modality_of
from kg.trace.question import QuestionMeaning
from kg.trace.rules import cue_pattern
from kg.trace.story import Story
from kg.trace.views import concepts_of_name, views_of

# thresholds, set on the development stories of the corpus and on the seed
_CORE_ROLES = 0.5
_CORE_COVERAGE = 0.72
_CORE_ACT = 0.45
_CORE_THINGS = 0.58
_THINGS_ACT = 0.4
_CORE_WORDS = 0.66
_CONTEXT_ACT = 0.6
_CONTEXT_COVERAGE = 0.55
_LIGHT = 0.3
_WEAK = 0.42  # coverage that makes a claim of a core document a weak match
_NEAREST = 0.25
_CONTEXT_SCORE = 0.5
_ELABORATES = 0.3
_MAIN_TOPIC = 0.3
_COHESIVE = 0.35
_ASTRAY = 0.12
_FAR_UNDERCUT = 4
_FAR = 6  # claims between a denial and what it denies
_NAME_WORD = re.compile(r"[^\W\d_]+")


@dataclass
class Bearing:
    """How one claim bears on the question; ``reasons`` are (name, words) pairs, named in ``kg/lang/trace.*.toml``."""

    claim: Claim
    extraction: Extraction
    match: Match
    direction: Direction | None = None
    relevance: float = 0.0
    reasons: list[tuple[str, str]] = field(default_factory=list)
    via: str | None = None
    core: bool = False
    position: int = 0
    concepts: frozenset[str] = frozenset()
    vector: Mapping[str, float] | None = None


def find_bearings(question: QuestionMeaning, extractions: Iterable[Extraction]) -> Iterator[list[Bearing]]:
    """Judge the claims of every document; yields one list per document that has a claim sharing a word with the question."""
    for extraction in extractions:
        views, around = views_of(extraction)
        if not any(word.weight > _LIGHT and word.match(around) >= 0.5 for word in question.words):
            continue
        bearings = [
            Bearing(
                view.claim, extraction, match_claim(question, view, around), concepts=view.concepts, position=position
            )
            for position, view in enumerate(views)
        ]
        if any(bearing.match.coverage > 0 for bearing in bearings):
            _judge_document(question, bearings)
            yield bearings


def _judge_document(question: QuestionMeaning, bearings: list[Bearing]) -> None:
    for bearing in bearings:
        _judge_core(question, bearing, strict=True)
    reversed_here = any(bearing.match.reverse for bearing in bearings)
    if reversed_here:
        for bearing in bearings:
            if bearing.core and not bearing.match.anchored:
                bearing.core, bearing.direction, bearing.relevance = False, None, 0.0
                bearing.reasons.clear()
    if not reversed_here:
        for bearing in bearings:
            if not bearing.core:
                _judge_core(question, bearing, strict=False)
    core = [bearing for bearing in bearings if bearing.core]
    if not core:
        return
    told = [bearing.concepts for bearing in core]
    story, topic = Story([*told, title_concepts(bearings[0])]), _topic(question, bearings, core)
    _judge_denials(bearings, core)
    _judge_links(bearings, story, topic)
    _judge_undercuts(bearings, core)
    _judge_context(question, bearings, story, topic)


def _judge_core(question: QuestionMeaning, bearing: Bearing, *, strict: bool) -> None:
    """Judge a claim whose own proposition answers the question.

    Where not ``strict``, what the claim leaves unsaid may be said elsewhere in its document.
    """
    match = bearing.match
    if match.reverse or (match.clash and match.coverage < _CORE_COVERAGE):
        return
    asked = question.propositions[0].roles if question.propositions else ()
    placed = match.placed > 0 or not asked
    if (
        sum(role.agentive for role in asked) > 1
        and not match.anchored
        and match.proposition
        and match.proposition.roles
    ):
        return  # who does it to whom is asked, and the claim does not say so
    by_roles = placed and match.roles >= _CORE_ROLES and (match.coverage >= 0.4 or len(question.words) <= 2)
    by_words = match.coverage >= _CORE_COVERAGE and match.act >= _CORE_ACT
    by_things = (
        len(match.words) >= 2
        and not match.clash
        and (
            (match.coverage >= _CORE_THINGS and match.act >= _THINGS_ACT)
            or (match.coverage >= _CORE_WORDS and match.things)
        )
    )
    by_context = (
        not strict
        and match.act >= _CONTEXT_ACT
        and match.context >= _CONTEXT_COVERAGE
        and not match.clash
        and (placed or match.roles >= 0.3)
    )
    if not (by_roles or by_words or by_things or by_context):
        return
    bearing.core = True
    bearing.relevance = min(1.0, 0.4 + 0.35 * match.roles + 0.25 * match.coverage)
    bearing.reasons.append(("same_act", "") if match.roles >= 0.7 else ("near_act", ", ".join(match.words) or "–"))
    modality = modality_of(match)
    negated = is_negative(match) if match.proposition is not None else _has_negation(bearing)
    negative = negated != question.negative
    presupposed = match.proposition is not None and match.proposition.presupposed
    if negative:
        bearing.direction = Direction.DISPUTES
        bearing.reasons.append(("negated", ""))
    elif match.another_time:
        bearing.direction = Direction.CONTEXT
        bearing.relevance *= 0.6
        bearing.reasons.append(("another_time", ""))
    elif match.quantity and match.roles >= 0.6:
        bearing.direction = Direction.DISPUTES
        bearing.reasons.append(("quantity", ""))
    elif modality in (Modality.CONDITIONAL, Modality.QUESTION, Modality.INTENDED, Modality.REQUIRED):
        hearsay = bearing.claim.type is ClaimType.FREE_INDIRECT and modality is Modality.CONDITIONAL
        bearing.direction = Direction.SUPPORTS if hearsay else Direction.CONTEXT
        if not hearsay:
            bearing.reasons.append(("conditional", ""))
            bearing.relevance *= 0.6
    elif presupposed and _is_conditional(bearing):
        bearing.direction = Direction.CONTEXT
        bearing.relevance *= 0.6
        bearing.reasons.append(("conditional", ""))
    elif presupposed and _has_negation(bearing):
        # "the number of wagons does not tell what was shipped": what is only mentioned in a denial is not said to be so
        bearing.direction = Direction.CONTEXT
        bearing.relevance *= 0.6
    else:
        bearing.direction = Direction.SUPPORTS
        if presupposed:
            bearing.relevance *= 0.8
            bearing.reasons.append(("presupposes", ""))


def _has_negation(bearing: Bearing) -> bool:
    return any(p.polarity is Polarity.NEGATIVE for p in bearing.claim.assertion.propositions)


def _is_conditional(bearing: Bearing) -> bool:
    return any(p.modality is Modality.CONDITIONAL for p in bearing.claim.assertion.propositions)


def _judge_denials(bearings: Sequence[Bearing], core: Sequence[Bearing]) -> None:
    """Claims that deny what somebody else claims before them, or in the headline."""
    for bearing in bearings:
        if bearing.core and bearing.direction is not Direction.SUPPORTS:
            continue
        language = bearing.extraction.document.language
        cue = cue_pattern(language, "denial").search(own_words(bearing))
        if not cue:
            continue
        denied = _denied(bearing, core)
        if denied is None:
            continue
        if bearing.core and bearing.match.roles >= 0.6 and not _cue_governs(bearing, cue.group()):
            continue
        bearing.direction = Direction.DISPUTES
        bearing.relevance = max(bearing.relevance * 0.9, 0.6)
        bearing.reasons = [("denies", _shorten(_quote(denied.claim)))]
        bearing.via = denied.claim.claim_id


def _denied(bearing: Bearing, core: Sequence[Bearing]) -> Bearing | None:
    """The nearest supporting claim before the denial that somebody else makes."""
    earlier = [
        other
        for other in core
        if other.direction is Direction.SUPPORTS
        and other is not bearing
        and other.claim.actor_id != bearing.claim.actor_id
        and 0 < bearing.position - other.position <= _FAR
    ]
    return max(earlier, key=lambda other: other.position, default=None)


def _cue_governs(bearing: Bearing, cue: str) -> bool:
    """Whether a word of denial stands outside the content, in the frame of the report."""
    return cue.lower() not in _quote(bearing.claim).lower()


def _judge_links(bearings: Sequence[Bearing], story: Story, topic: float) -> None:
    """Follow the extraction's links between claims, twice: what speaks against a core claim, and what stands behind it."""
    by_id = {bearing.claim.claim_id: bearing for bearing in bearings}
    links = [link for link in bearings[0].extraction.links if link.evidence_claim_id is not None]
    for decay in (1.0, 0.7):
        judged = {id(b) for b in bearings if b.direction is not None}
        for link in links:
            target, ground = by_id.get(link.claim_id), by_id.get(link.evidence_claim_id or "")
            if target is None or ground is None:
                continue
            if id(target) in judged and ground.direction is None and target.direction is not None:
                direction = _through(link.direction, target, ground)
                if direction is not Direction.CONTEXT or _in_story(ground, story, topic):
                    _bear(ground, direction, target, decay)
            elif id(ground) in judged and target.direction is None and _in_story(target, story, topic):
                _bear(target, Direction.CONTEXT, ground, 0.8 * decay)


def _in_story(bearing: Bearing, story: Story, topic: float) -> bool:
    """Whether a claim that is only linked to others is still about the question."""
    return (
        topic >= _MAIN_TOPIC or bearing.match.coverage >= _ELABORATES or story.cohesion(bearing.concepts) >= _COHESIVE
    )


def _through(link: Direction, target: Bearing, ground: Bearing) -> Direction:
    """Direction of a claim that bears on one with a direction of its own.

    What is said in support of a supporting claim supports, too, where it shares words with the question.
    """
    if target.direction is not Direction.SUPPORTS:
        return Direction.CONTEXT
    if link is not Direction.SUPPORTS:
        return link
    reported = ground.claim.type is not ClaimType.OWN
    elaborates = target.core and reported and ground.match.coverage >= _ELABORATES
    return Direction.SUPPORTS if elaborates else Direction.CONTEXT


def _bear(bearing: Bearing, direction: Direction, through: Bearing, decay: float) -> None:
    bearing.direction = direction
    base = 0.4 if direction is Direction.CONTEXT else 0.6
    bearing.relevance = max(base * decay * max(0.5, through.relevance), 0.5 * bearing.match.coverage)
    bearing.reasons.append(("linked", _shorten(_quote(through.claim))))
    bearing.via = through.claim.claim_id


def _judge_undercuts(bearings: Sequence[Bearing], core: Sequence[Bearing]) -> None:
    """Claims by which the evidence for what a document tells is weak, hidden or unchecked."""
    supported = [bearing for bearing in core if bearing.direction is Direction.SUPPORTS]
    if not supported:
        return
    for bearing in bearings:
        if bearing.direction not in (None, Direction.CONTEXT) or bearing.core:
            continue
        language = bearing.extraction.document.language
        cue = cue_pattern(language, "undercut").search(own_words(bearing))
        if not cue:
            continue
        nearest = min(supported, key=lambda other: abs(other.position - bearing.position))
        if abs(nearest.position - bearing.position) > _FAR_UNDERCUT:
            continue
        bearing.direction = Direction.UNDERCUTS
        bearing.relevance = max(bearing.relevance, 0.55)
        bearing.reasons = [("weakens", _shorten(_whole_words(cue)))]
        bearing.via = nearest.claim.claim_id


def _judge_context(question: QuestionMeaning, bearings: Sequence[Bearing], story: Story, topic: float) -> None:
    """Claims of a document that tells the story: the same participants, things or acts, or next to what bears on it.

    Where the question is only a side of the document, less of it is context.
    """
    core = [bearing for bearing in bearings if bearing.core]
    participants = frozenset(c for b in core for c in _participants(b)) | question.places
    for bearing in bearings:
        if bearing.match.reverse and not bearing.core:
            bearing.direction = None
        if bearing.direction is not None or bearing.match.reverse:
            continue
        places = _places(bearing.concepts)
        common, foreign = len(places & participants), len(places - participants)
        cohesion = story.cohesion(bearing.concepts)
        if (not common or foreign) and (bearing.match.clash or max(bearing.match.coverage, cohesion) < _ASTRAY):
            continue  # another act of the same kind, or another subject
        near = min(abs(bearing.position - other.position) for other in core)
        score = (
            0.45 * bearing.match.coverage
            + 0.08 * min(common, 2)
            - 0.35 * min(foreign, 2)
            + 0.3 * cohesion
            + 0.3 * topic
            + (0.06 if near <= 1 else 0.0)
        )
        if score < _CONTEXT_SCORE:
            continue
        bearing.direction = Direction.CONTEXT
        bearing.relevance = min(0.45, score)
        words = ", ".join(bearing.match.words)
        bearing.reasons.append(("words", words) if words else ("same_story", ""))


def title_concepts(bearing: Bearing) -> frozenset[str]:
    """Return the concepts of the headline above a claim."""
    document = bearing.extraction.document
    return frozenset(concepts_of_name(document.title or document.text[:100], document.language))


def _topic(question: QuestionMeaning, bearings: Sequence[Bearing], core: Sequence[Bearing]) -> float:
    """How far a document is about the question: by its headline and by the share of claims that answer it, 0 to 1."""
    headline = title_concepts(bearings[0])
    total = sum(word.weight for word in question.words) or 1.0
    told = sum(word.weight * word.match(headline) for word in question.words) / total
    share = min(1.0, len(core) / (0.25 * len(bearings)))
    return 0.5 * told + 0.5 * share


def _participants(bearing: Bearing) -> frozenset[str]:
    """The countries that take part in the act that answers the question."""
    proposition = bearing.match.proposition
    if proposition is None:
        return frozenset()
    return _places(concept for filler in proposition.roles for concept in filler.concepts)


def _places(concepts: Iterable[str]) -> frozenset[str]:
    return frozenset(concept for concept in concepts if concept.startswith("place:") and "/" not in concept)


def own_words(bearing: Bearing) -> str:
    """The words of a claim and those of the frame around it, not those of claims beside it in the same sentence."""
    claim = bearing.claim
    parts = [_quote(claim)]
    parts += [passage.exact for passage in (claim.cue, claim.frame) if passage is not None]
    return " ".join(parts)


def _quote(claim: Claim) -> str:
    return " … ".join(passage.exact for passage in claim.assertion.passages)


def _whole_words(cue: re.Match[str]) -> str:
    """Return what a cue matched, with the rest of its first and last word."""
    start, end, text = cue.start(), cue.end(), cue.string
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def _shorten(text: str, width: int = 60) -> str:
    plain = " ".join(text.split())
    if len(plain) <= width:
        return plain
    return plain[: width - 1].rsplit(" ", 1)[0] + "…"


def nearest(documents: Iterable[Sequence[Bearing]], n: int) -> list[Bearing]:
    """Return the claims that come nearest to the question although they do not bear on it."""
    rest = [b for group in documents for b in group if b.direction is None and b.match.coverage >= _NEAREST]
    rest.sort(key=lambda b: (-(b.match.coverage + b.match.roles), b.claim.claim_id))
    return rest[:n]
