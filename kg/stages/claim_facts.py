"""What matters about each claim of one article when claims are compared: its words, place, and stance to what was said.

All of it is computed once for a document, so that pairs of claims can be looked at cheaply.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from spacy.tokens import Doc, Token

from kg.concepts import ConceptTable, load_concepts, place_concepts
from kg.found import Attribution, BlockKind, Found, TokenSpan
from kg.model import CertaintyLevel, ClaimType
from kg.stages.evidence_rules import EvidenceRules, Patterns, full_lemma, lemmas_of, load_evidence_rules, load_patterns

_CONTENT_POS = {"NOUN", "PROPN", "VERB", "ADJ", "NUM"}
_MAX_SURPRISAL = 14.0
_NEAR = 0.5  # concepts less alike do not count as the same word
_DIGITS = re.compile(r"\d")
_POINTERS = {"nsubj", "nsubj:pass", "obj"}
_OWNERS = {"det:poss", "nmod:poss"}


class Stance(StrEnum):
    """How a claim takes a stand towards what others said; ``ON`` forms go on with a stand taken just before."""

    DENIES = "denies"
    DOUBTS = "doubts"
    WEAKENS = "weakens"
    DENIES_ON = "denies_on"
    DOUBTS_ON = "doubts_on"
    NONE = "none"


_GOES_ON = {
    Stance.DENIES: Stance.DENIES_ON,
    Stance.DENIES_ON: Stance.DENIES_ON,
    Stance.DOUBTS: Stance.DOUBTS_ON,
    Stance.DOUBTS_ON: Stance.DOUBTS_ON,
    Stance.WEAKENS: Stance.DOUBTS_ON,
}


@dataclass(frozen=True)
class ClaimFacts:
    """What is known of one claim.

    Attributes:
        index: of the attribution.
        place: among the claims of the document, in text order.
        block: number of its paragraph; the headline is one.
        sentence: number of its first sentence in the document.
        weights: its concepts and how rare each is, 0-1.
        near: concepts near its own and how near, 0-1.
        names: words of the actor's name, affiliation and description, lower case.
        owners: concepts of those words: "the Russian ministry" has that of Russia.
        mentioned: actors that its sentence speaks of.
        forms: its words and lemmas, lower case.
        title: the share of the headline's words that it has, 0-1.
        cue: where the stance is said, if it is.
    """

    index: int
    place: int
    type: ClaimType
    actor: int | None
    parent: int | None
    block: int
    sentence: int
    start: int
    end: int
    headline: bool
    stance: Stance
    cue: TokenSpan | None
    negated: bool
    level: CertaintyLevel | None
    refers_back: bool
    names_reports: bool
    retracts: bool
    contrast: bool
    conditional: bool
    infers_from: frozenset[str]
    numbers: frozenset[str]
    weights: dict[str, float] = field(repr=False)
    near: dict[str, float] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    owners: frozenset[str] = field(repr=False)
    mentioned: frozenset[int] = field(repr=False)
    title: float
    forms: frozenset[str] = field(repr=False)


def facts_of(doc: Doc, found: Found) -> tuple[ClaimFacts, ...]:
    """Return the facts of each attribution of a document, in text order.

    Args:
        doc: a parsed document.
        found: blocks, attributions, actors and, where there are, certainties are read.
    """
    language = found.document.language
    reader = _Reader(doc, found, load_evidence_rules(language), load_patterns(language), load_concepts())
    order = sorted(range(len(found.attributions)), key=lambda i: (found.attributions[i].content[0].start, i))
    facts: list[ClaimFacts] = []
    for place, index in enumerate(order):
        facts.append(reader.read(index, place, facts[-1] if facts else None))
    return tuple(facts)


@dataclass
class _Reader:
    doc: Doc
    found: Found
    rules: EvidenceRules
    patterns: Patterns
    table: ConceptTable
    sentences: dict[int, int] = field(default_factory=dict)
    headline: dict[str, float] = field(default_factory=dict)
    speakers: dict[int, set[int]] = field(default_factory=dict)
    words: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sentences = {sentence.start: number for number, sentence in enumerate(self.doc.sents)}
        self.words = {name: frozenset(words) for name, words in self.rules.undercuts.items()}
        for number, actor in enumerate(self.found.actors):
            for mention in actor.mentions:
                self.speakers.setdefault(mention.head, set()).add(number)
        block = next((b.span for b in self.found.blocks if b.kind is BlockKind.HEADLINE), None)
        self.headline = self._weights(list(self.doc[block.start : block.end])) if block else {}

    def read(self, index: int, place: int, before: ClaimFacts | None) -> ClaimFacts:
        attribution = self.found.attributions[index]
        actor = self.found.actor_of[index]
        start, end = attribution.content[0].start, attribution.content[-1].end
        block = next((n for n, b in enumerate(self.found.blocks) if start in range(*b.span)), -1)
        forms = frozenset(lemmas_of(self.doc, attribution.content))
        stance, cue = self._stance(attribution, forms)
        own = attribution.type is ClaimType.OWN
        if stance is Stance.NONE and before is not None and before.actor == actor and before.block == block and not own:
            stance = _GOES_ON.get(before.stance, Stance.NONE)
        tokens = [self.doc[i] for span in attribution.content for i in range(*span)]
        weights = self._weights(tokens)
        near = self._near(weights)
        certainties = self.found.certainties
        return ClaimFacts(
            index=index,
            place=place,
            type=attribution.type,
            actor=actor,
            parent=attribution.parent,
            block=block,
            sentence=self.sentences.get(self.doc[start].sent.start, 0),
            start=start,
            end=end,
            headline=block >= 0 and self.found.blocks[block].kind is BlockKind.HEADLINE,
            stance=stance,
            cue=cue,
            negated=_is_negated(tokens, self.rules),
            level=certainties[index].level if certainties else None,
            refers_back=any(_refers_back(token) for token in tokens),
            names_reports=bool(forms & self.words["accusations"]),
            retracts=stance is Stance.DENIES and bool(self._said(attribution) & self.words["retract"]),
            contrast=bool(self._sentence_words(start) & self.words["contrast"]),
            conditional=tokens[0].lower_ in self.words["conditional"],
            infers_from=frozenset(self._infers_from(tokens)),
            numbers=frozenset(t.text.replace(".", "").replace(",", "") for t in tokens if _DIGITS.search(t.text)),
            weights=weights,
            near=near,
            names=self._names(actor),
            owners=self._owners(actor),
            mentioned=self._mentioned(attribution),
            title=_share(self.headline, near),
            forms=forms,
        )

    def _stance(self, attribution: Attribution, content: frozenset[str]) -> tuple[Stance, TokenSpan | None]:
        own = attribution.type is ClaimType.OWN
        summed_up = attribution.type is ClaimType.REPORTED
        deny, doubt, conceal = self.words["deny"] | self.words["retract"], self.words["doubt"], self.words["conceal"]
        cue = attribution.cue[0] if attribution.cue else None
        said = self._said(attribution)
        predicates = self._predicates(attribution)
        if said & deny or predicates & deny or (summed_up and content & deny):
            return Stance.DENIES, cue
        text = " ".join(self.doc[span.start : span.end].text for span in attribution.content)
        match = self.patterns.absence.search(text) or self.patterns.undercuts.search(text)
        if match or (own and content & conceal):
            return Stance.WEAKENS, cue
        if said & doubt or predicates & doubt or (summed_up and content & doubt):
            return Stance.DOUBTS, cue
        return Stance.NONE, None

    def _said(self, attribution: Attribution) -> set[str]:
        """Return the words of the report: its cue, and all verbs where it sums up what was said."""
        summed_up = attribution.type is ClaimType.REPORTED
        spans = (*attribution.cue, *(attribution.content if summed_up else ()))
        return lemmas_of(self.doc, attribution.cue) | {full_lemma(self.doc[i]) for span in spans for i in range(*span)}

    def _predicates(self, attribution: Attribution) -> set[str]:
        """Return what a claim says of something as a whole: "that is a lie", not "he told her a lie"."""
        words: set[str] = set()
        for start, end in attribution.content:
            for token in self.doc[start:end]:
                at_top = token.head.i == token.i or not start <= token.head.i < end
                if at_top or (token.dep_ in {"ccomp", "conj"} and token.pos_ in {"ADJ", "NOUN"}):
                    words.update((token.lemma_.lower(), token.lower_))
        return words

    def _weights(self, tokens: list[Token]) -> dict[str, float]:
        weights: dict[str, float] = {}
        language = self.found.document.language
        for token in tokens:
            if token.pos_ not in _CONTENT_POS or token.is_stop:
                continue
            concepts = (
                place_concepts(token.text)
                or place_concepts(token.lemma_)
                or self.table.concepts(token.lemma_, token.pos_, language)
                or (token.lemma_.lower(),)
            )
            for concept in concepts:
                surprisal = min(self.table.surprisal(concept), _MAX_SURPRISAL) / _MAX_SURPRISAL
                weights[concept] = max(weights.get(concept, 0.0), surprisal)
        return weights

    def _near(self, weights: dict[str, float]) -> dict[str, float]:
        near: dict[str, float] = dict.fromkeys(weights, 1.0)
        for concept in weights:
            for other, likeness in _near(concept):
                if likeness > near.get(other, 0.0):
                    near[other] = likeness
        return near

    def _names(self, actor: int | None) -> frozenset[str]:
        if actor is None:
            return frozenset()
        named = self.found.actors[actor]
        texts = (named.name, named.affiliation, named.description, named.stands_for)
        return frozenset(word.lower() for text in texts if text for word in text.split() if word[0].isupper())

    def _owners(self, actor: int | None) -> frozenset[str]:
        if actor is None:
            return frozenset()
        named, language = self.found.actors[actor], self.found.document.language
        concepts: set[str] = set()
        for text in (named.name, named.affiliation, named.stands_for):
            for word in (text or "").split():
                if word[0].isupper():
                    concepts.update(place_concepts(word.strip(".,’'")) or self.table.concepts(word, "NOUN", language))
        return frozenset(concepts)

    def _mentioned(self, attribution: Attribution) -> frozenset[int]:
        inside = {i for span in (*attribution.content, *attribution.frame) for i in range(*span)}
        return frozenset(number for i in inside for number in self.speakers.get(i, ()))

    def _sentence_words(self, start: int) -> set[str]:
        return {token.lower_ for token in self.doc[start].sent}

    def _infers_from(self, tokens: list[Token]) -> set[str]:
        """Return the nouns from which something is inferred: the subject of "the rise points to ..."."""
        inferential = self.words["inferential"]
        return {
            noun.lemma_.lower()
            for token in tokens
            if token.pos_ == "VERB" and {token.lemma_.lower(), full_lemma(token)} & inferential
            for child in token.children
            if child.dep_ == "nsubj"
            for noun in child.subtree
            if noun.pos_ == "NOUN"
        }


@lru_cache(maxsize=20_000)
def _near(concept: str) -> tuple[tuple[str, float], ...]:
    return tuple((other, value) for other, value in load_concepts().near(concept).items() if value >= _NEAR)


def _is_negated(tokens: list[Token], rules: EvidenceRules) -> bool:
    negations = rules.undercuts["negations"]
    inside = {token.i for token in tokens}
    top = {token.i for token in tokens if token.head.i == token.i or token.head.i not in inside}
    return any(
        token.lower_ in negations and (token.i in top or token.head.i in top or token.head.head.i in top)
        for token in tokens
    )


def _refers_back(token: Token) -> bool:
    """Tell whether a token points at what was said before: a pronoun as subject or object, or as an owner."""
    if token.pos_ == "PRON" and token.dep_ in _POINTERS:
        return True
    return token.dep_ in _OWNERS and token.pos_ in {"DET", "PRON"}


def likeness(left: ClaimFacts, right: ClaimFacts) -> float:
    """Return the share of the left claim's words, by rarity, that the right one has too, or words near them; 0-1."""
    return _share(left.weights, right.near)


def _share(weights: dict[str, float], near: dict[str, float]) -> float:
    total = sum(weights.values())
    return sum(weight * near.get(concept, 0.0) for concept, weight in weights.items()) / total if total else 0.0
