"""The outlet's own claims: what it says in its own voice and a reader could check: events, figures, accusations."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict
from spacy.tokens import Doc, Span, Token

from kg.found import Attribution, BlockKind, Found, TokenSpan
from kg.lang import load_rules
from kg.model import ClaimType
from kg.nouns import load_noun_classes
from kg.stages import Stage
from kg.stages.evidence_rules import Patterns, load_patterns
from kg.stages.times import is_calendar_word

_MAX_COVERED = 0.3  # share of a sentence that attributed claims may take before it is theirs
_MIN_TOKENS = 3
_MIN_SCORE = 2.0
_OPINION = 1.0  # more than that where the author speaks of themselves or to the reader
_MIN_ADDRESSES = 2
_MIN_WORDS = 3  # of what somebody is said to have said in other words
_NAME = 0.75  # for each of at most two names
_PRESENT = 0.25  # of an event
_MIN_ATTRIBUTION = 0.2  # score below which an attribution is more likely noise than a claim
_FUNCTION = {"DET", "ADP", "PUNCT", "CCONJ", "SCONJ", "PART", "SPACE", "PRON"}
_SURE = 0.65  # share of own claims found that a reader had marked, on the development half of the corpus


class OwnVoiceRules(BaseModel):
    """Words that make a sentence checkable or not; see the comments in the data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    persons: frozenset[str]
    imperatives: frozenset[str]
    accusations: tuple[str, ...]
    quantities: frozenset[str]
    stative: frozenset[str]
    corrections: frozenset[str]
    perfect: frozenset[str]


@cache
def _load(language: str) -> OwnVoiceRules:
    return load_rules("own_voice", language, OwnVoiceRules)


def find_own_claims(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Add the claims that the outlet makes in its own voice.

    A sentence counts where attributed claims cover little of it, it is no heading, question or address to the reader,
    and it reports something that could be checked; its weight is the sum of what makes it so.

    Returns:
        ``attributions``: those found before, in their order, then one ``own`` per sentence.
    """
    attributed = _reassign(doc, found)
    covered = {i for a in attributed for span in (*a.content, *a.frame, *a.cue) for i in range(*span)}
    rules, patterns = _load(found.document.language), load_patterns(found.document.language)
    least = _MIN_SCORE + _OPINION * _is_opinion(doc, found, covered, rules)
    own = [
        Attribution((_trim(sentence),), ClaimType.OWN, score=_SURE, method="own_voice")
        for block in found.blocks
        if block.kind is BlockKind.BODY
        for sentence in _sentences(doc, block.span)
        if _score(sentence, covered, rules, patterns, found.document.language) >= least
    ]
    return {"attributions": (*attributed, *own)}


def _reassign(doc: Doc, found: Found) -> tuple[Attribution, ...]:
    """Give back to the outlet what was put down to a thing: "laut Satellitenbildern" names evidence and no actor.

    In a headline the outlet only repeats what follows, so there such a claim is dropped. A dateline is nobody's claim.
    """
    nouns = load_noun_classes(found.document.language)
    datelines = {i for block in found.blocks if block.kind is BlockKind.DATELINE for i in range(*block.span)}
    headlines = [block.span for block in found.blocks if block.kind is BlockKind.HEADLINE]
    dropped: set[int] = set()
    kept: list[Attribution] = []
    for index, attribution in enumerate(found.attributions):
        content = tuple(span for part in _within_block(attribution, found) for span in _outside(part, datelines))
        if (
            not content
            or attribution.score < _MIN_ATTRIBUTION
            or _says_nothing(doc, replace(attribution, content=content))
        ):
            dropped.add(index)
        actor = attribution.actor if attribution.actor and attribution.actor.start not in datelines else None
        attribution = replace(attribution, content=content or attribution.content, actor=actor)
        head = doc[actor.start : actor.end].root if actor else None
        if head is not None and head.pos_ == "NOUN" and nouns.of(head.lemma_, head.text) == "evidence":
            if any(span.start <= head.i < span.end for span in headlines):
                dropped.add(index)
            attribution = replace(attribution, type=ClaimType.OWN, actor=None, cue=(), parent=None)
        kept.append(attribution)
    return _without(kept, dropped)


def _says_nothing(doc: Doc, attribution: Attribution) -> bool:
    """Tell whether the content is a fragment: words for the actor alone, a word or two, or an infinitive of nobody."""
    actor = set(range(*attribution.actor)) if attribution.actor else set()
    tokens = [doc[i] for span in attribution.content for i in range(*span)]
    words = [token for token in tokens if not (token.is_punct or token.is_space or token.is_quote)]
    if all(token.i in actor for token in words):
        return True
    verbs = [token for token in words if token.pos_ in {"VERB", "AUX"}]
    if attribution.type is ClaimType.DIRECT:
        return len(words) == 1 and not verbs
    finite = any("Fin" in token.morph.get("VerbForm", []) for token in verbs)
    has_subject = any(token.dep_.startswith("nsubj") for token in words)
    return (len(words) < _MIN_WORDS and not has_subject) or (
        attribution.actor is None and not finite and len(verbs) > 0
    )


def _within_block(attribution: Attribution, found: Found) -> Iterator[TokenSpan]:
    """Yield the content without a headline before it; quotations may go over paragraphs."""
    headline = next((block.span for block in found.blocks if block.kind is BlockKind.HEADLINE), None)
    for span in attribution.content:
        if headline is not None and span.start < headline.end < span.end:
            span = TokenSpan(headline.end, span.end)
        yield span


def _is_opinion(doc: Doc, found: Found, covered: set[int], rules: OwnVoiceRules) -> bool:
    """Tell whether the author speaks in the first person, or to the reader, outside quotations and reports."""
    quoted = {i for span in found.quoted for i in range(*span)} | covered
    spoken = [
        token.sent.start
        for block in found.blocks
        if block.kind is BlockKind.BODY
        for token in doc[block.span.start : block.span.end]
        if token.lower_ in rules.persons and token.i not in quoted and token.pos_ == "PRON"
    ]
    return len(set(spoken)) >= _MIN_ADDRESSES


def _outside(span: TokenSpan, excluded: set[int]) -> Iterator[TokenSpan]:
    start = span.start
    while start < span.end and start in excluded:
        start += 1
    if start < span.end:
        yield TokenSpan(start, span.end)


def _without(attributions: list[Attribution], dropped: set[int]) -> tuple[Attribution, ...]:
    places = {old: new for new, old in enumerate(i for i in range(len(attributions)) if i not in dropped)}
    return tuple(
        replace(attribution, parent=places.get(attribution.parent) if attribution.parent is not None else None)
        for index, attribution in enumerate(attributions)
        if index not in dropped
    )


def _sentences(doc: Doc, span: TokenSpan) -> Iterator[Span]:
    start = span.start
    while start < span.end:
        end = min(doc[start].sent.end, span.end)
        yield doc[start:end]
        start = end


def _score(sentence: Span, covered: set[int], rules: OwnVoiceRules, patterns: Patterns, language: str) -> float:
    words = [token for token in sentence if not token.is_punct and not token.is_space]
    if (
        len(words) < _MIN_TOKENS
        or sum(token.i in covered for token in words) > _MAX_COVERED * len(words)
        or _root_of(sentence).i in covered
    ):
        return 0.0
    if sentence.text.rstrip(' \n"”“«»').endswith(("?", ":")) or any(token.lower_ in rules.persons for token in words):
        return 0.0
    finite = [token for token in sentence if "Fin" in token.morph.get("VerbForm", [])]
    if (
        not finite
        or words[0].lower_ in rules.imperatives
        or any("Imp" in token.morph.get("Mood", []) for token in finite)
    ):
        return 0.0
    conceal = patterns.conceal
    score = 1.0 * any(_is_figure(token, rules) for token in words)
    score += min(2 * _NAME, sum(_name_weight(token, language) for token in words))
    score += max(_eventfulness(token, rules) for token in finite)
    score += _MIN_SCORE * any(token.lower_ in rules.corrections for token in words)
    score += 1.0 * any(token.lemma_.lower() in conceal or token.lower_ in conceal for token in words)
    score += _MIN_SCORE * bool(patterns.absence.search(sentence.text) or patterns.undercuts.search(sentence.text))
    score += 1.0 * any(_is_accusation(token, rules) for token in words)
    return score


def _root_of(sentence: Span) -> Token:
    return next((token for token in sentence if token.head.i == token.i), sentence.root)


def _name_weight(token: Token, language: str) -> float:
    """A name found as such counts in full, a proper noun that was not found as a name counts half."""
    if token.ent_type_:
        return _NAME if token.ent_iob_ != "I" else 0.0
    proper = token.pos_ == "PROPN" and token.dep_ not in {"flat", "compound"}
    return _NAME / 2 if proper and not is_calendar_word(token.text, language) else 0.0


def _is_figure(token: Token, rules: OwnVoiceRules) -> bool:
    return (token.pos_ == "NUM" and not token.ent_type_) or token.lower_ in rules.quantities


def _eventfulness(verb: Token, rules: OwnVoiceRules) -> float:
    """Past tense, perfect and passive report events; the present of most verbs describes, as in tips for the weekend."""
    if "Past" in verb.morph.get("Tense", []) and "Sub" not in verb.morph.get("Mood", []):
        return 1.0
    if verb.pos_ == "AUX":
        perfect = verb.dep_ == "aux" and verb.lemma_.lower() in rules.perfect
        return 1.0 * (verb.dep_ == "aux:pass" or perfect)
    return 0.0 if verb.lemma_.lower() in rules.stative else _PRESENT


def _is_accusation(token: Token, rules: OwnVoiceRules) -> bool:
    return token.lemma_.lower().endswith(rules.accusations) or token.lower_.endswith(rules.accusations)


def _trim(sentence: Span) -> TokenSpan:
    start, end = sentence.start, sentence.end
    doc = sentence.doc
    while end > start + 1 and (doc[end - 1].is_space or doc[end - 1].is_quote or doc[end - 1].text in {".", ";", ","}):
        end -= 1
    while start < end - 1 and (doc[start].is_space or doc[start].is_quote):
        start += 1
    return TokenSpan(start, end)


OWN_VOICE = Stage(
    name="own_voice", version="1", needs=("blocks", "attributions"), fills=("attributions",), run=find_own_claims
)
