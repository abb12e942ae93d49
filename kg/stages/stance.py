"""How the claims of one article bear on one another: denial, doubt, concealment, and claims offered as grounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from kg.found import Found, FoundLink, TokenSpan
from kg.model import ClaimType, Direction
from kg.stages import Stage
from kg.stages.evidence_rules import EvidenceRules, Patterns, full_lemma, lemmas_of, load_evidence_rules, load_patterns

_CONTENT_POS = {"NOUN", "PROPN", "VERB", "ADJ", "NUM"}
_MAX_TARGETS = 2  # an answer is to what was just said, seldom to more than two claims
_MAX_GROUNDS = 3
_STRONG, _FAIR, _WEAK = 0.9, 0.7, 0.5
_PLACE = 1.2  # of overlap, for the first claim of the article, or the one just before
_MARGIN = 0.2  # below the best target
_NAMED = 0.3  # for a claim that speaks of the objector


@dataclass(frozen=True)
class _Context:
    doc: Doc
    found: Found
    rules: EvidenceRules
    patterns: Patterns
    order: tuple[int, ...]
    """Indices of the claims in text order."""
    words: tuple[frozenset[str], ...]
    """Content words of each claim."""


def find_stance(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find which claims of the document support, dispute or undercut which others.

    Args:
        doc: a parsed document.
        found: attributions with their actors, and the links so far, are read.

    Returns:
        ``links``: those so far, then one from each claim to a claim that bears on it; a pair has one direction.
    """
    rules = load_evidence_rules(found.document.language)
    order = tuple(sorted(range(len(found.attributions)), key=lambda i: found.attributions[i].content[0].start))
    words = tuple(frozenset(_content_words(doc, a.content)) for a in found.attributions)
    patterns = load_patterns(found.document.language)
    context = _Context(doc, found, rules, patterns, order, words)
    links: dict[tuple[int, int], FoundLink] = {}
    for link in (*_grounds(context), *_inferences(context), *_objections(context)):
        if link.claim != link.evidence_claim and link.evidence_claim is not None:
            links.setdefault((link.claim, link.evidence_claim), link)
    return {"links": (*found.links, *(links[pair] for pair in sorted(links)))}


def _content_words(doc: Doc, spans: tuple[TokenSpan, ...]) -> Iterator[str]:
    for span in spans:
        for token in doc[span.start : span.end]:
            if token.pos_ in _CONTENT_POS and not token.is_stop:
                yield token.lemma_.lower()


def _grounds(context: _Context) -> Iterator[FoundLink]:
    """A claim nested in "given the official's statement that ..." is a ground of the claim around it."""
    for index, attribution in enumerate(context.found.attributions):
        if attribution.parent is None or not attribution.cue:
            continue
        node = context.doc[attribution.cue[0].start]
        words = {child.lower_ for child in node.children if child.dep_ == "case"}
        while node.head.i != node.i and node.dep_ not in {"ccomp", "ROOT", "conj"}:
            node = node.head
            words |= {child.lower_ for child in node.children if child.dep_ in {"case", "mark"}}
        if words & set(context.rules.undercuts["given"]):
            yield FoundLink(attribution.parent, Direction.SUPPORTS, _STRONG, evidence_claim=index)


def _inferences(context: _Context) -> Iterator[FoundLink]:
    """What a claim infers something from ("the rise points to ...") is found among the claims before it."""
    inferential = set(context.rules.undercuts["inferential"])
    for place, index in enumerate(context.order):
        attribution = context.found.attributions[index]
        subjects: set[str] = set()
        for span in attribution.content:
            for token in context.doc[span.start : span.end]:
                if token.pos_ == "VERB" and ({token.lemma_.lower(), full_lemma(token)} & inferential):
                    for child in token.children:
                        if child.dep_ == "nsubj":
                            subjects.update(t.lemma_.lower() for t in child.subtree if t.pos_ == "NOUN")
        if not subjects:
            continue
        earlier = [other for other in context.order[:place] if context.words[other] & subjects]
        for other in sorted(earlier, key=lambda o: -len(context.words[o] & subjects))[:_MAX_GROUNDS]:
            yield FoundLink(index, Direction.SUPPORTS, _FAIR, evidence_claim=other)


def _objections(context: _Context) -> Iterator[FoundLink]:
    """An objection is to earlier claims of others; what the objector says next goes on with it."""
    going_on: tuple[int | None, Direction, list[int]] | None = None
    for place, index in enumerate(context.order):
        actor = context.found.actor_of[index]
        own = context.found.attributions[index].type is ClaimType.OWN
        objection = _objection(context, index)
        if objection is not None:
            direction, strength = objection
            targets = _targets(context, place, index)
            going_on = (actor, direction, targets) if not own else None
        elif going_on is not None and going_on[0] == actor and not own:
            _, direction, targets = going_on
            strength = _WEAK
            going_on = None  # what comes after that is about something else more often than not
        else:
            going_on = None
            continue
        for target in targets:
            yield FoundLink(target, direction, strength, evidence_claim=index)


def _objection(context: _Context, index: int) -> tuple[Direction, float] | None:
    """Tell whether a claim denies, doubts or takes the ground from others."""
    attribution, rules = context.found.attributions[index], context.rules.undercuts
    said = lemmas_of(context.doc, attribution.cue)
    content = lemmas_of(context.doc, attribution.content)
    own = attribution.type is ClaimType.OWN
    summed_up = attribution.type is ClaimType.REPORTED
    verbs = {
        full_lemma(token)
        for span in (*attribution.cue, *(attribution.content if summed_up else ()))
        for token in context.doc[span.start : span.end]
    }
    deny, doubt = set(rules["deny"]), set(rules["doubt"])
    if not own and ((said | verbs) & deny or _predicates(context, index) & deny or (summed_up and content & deny)):
        return Direction.DISPUTES, _STRONG
    text = " ".join(context.doc[span.start : span.end].text for span in attribution.content)
    if context.patterns.absence.search(text) or context.patterns.undercuts.search(text):
        return Direction.UNDERCUTS, _FAIR
    if own and any(word in set(rules["conceal"]) for word in content):
        return Direction.UNDERCUTS, _FAIR
    if not own and ((said | verbs) & doubt or (summed_up and content & doubt)):
        return Direction.UNDERCUTS, _FAIR
    return None


def _predicates(context: _Context, index: int) -> set[str]:
    """Return lemmas and forms of what a claim says of something as a whole: "that is a lie", not "he told her a lie"."""
    words: set[str] = set()
    for start, end in context.found.attributions[index].content:
        for token in context.doc[start:end]:
            at_top = token.head.i == token.i or not start <= token.head.i < end
            if at_top or (token.dep_ in {"ccomp", "conj"} and token.pos_ in {"ADJ", "NOUN"}):
                words.update((token.lemma_.lower(), token.lower_))
    return words


def _targets(context: _Context, place: int, index: int) -> list[int]:
    """Return the claims that an objection is most likely about: of others, before it, sharing words or naming the objector."""
    actor_of, attributions = context.found.actor_of, context.found.attributions
    actor = context.found.actors[actor_of[index]] if actor_of[index] is not None else None  # type: ignore[index]
    names = (
        {word.lower() for name in (actor.name, actor.affiliation) if name for word in name.split()} if actor else set()
    )
    near = _refers_back(context, index)
    scored = []
    for distance, other in enumerate(reversed(context.order[:place])):
        if actor_of[other] == actor_of[index] or attributions[other].type is ClaimType.OWN:
            continue
        if _objection(context, other) is not None:
            continue
        shared = len(context.words[other] & context.words[index]) / (1 + len(context.words[index]))
        # what an article is about comes first in it; what a pronoun points at stands just before
        place_bonus = _PLACE * (distance if not near else place - distance) / max(place, 1)
        scored.append((shared + _NAMED * bool(names & context.words[other]) + place_bonus, other))
    if not scored:
        return []
    scored.sort(key=lambda pair: -pair[0])
    best = scored[0][0]
    return [other for score, other in scored[:_MAX_TARGETS] if score >= best - _MARGIN]


def _refers_back(context: _Context, index: int) -> bool:
    """Tell whether a claim points at what was just said: by a pronoun as its subject or owner."""
    for span in context.found.attributions[index].content:
        for token in context.doc[span.start : span.end]:
            if token.pos_ == "PRON" and token.dep_ in {"nsubj", "nsubj:pass", "obj"}:
                return True
            if token.dep_ in {"det:poss", "nmod:poss"} and token.pos_ in {"DET", "PRON"}:
                return True
    return False


STANCE = Stage(
    name="stance",
    version="1",
    needs=("attributions", "actors", "actor_of", "links"),
    fills=("links",),
    run=find_stance,
)
