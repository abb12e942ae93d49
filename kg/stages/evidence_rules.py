"""The words for evidence, denial, doubt and concealment, as ``kg/lang/evidence.*.toml`` lists them."""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict
from spacy.tokens import Doc, Token

from kg.found import TokenSpan
from kg.lang import load_rules

_MIN_HEAD_LENGTH = 4
_MIN_MODIFIER_LENGTH = 3  # "president" is no kind of resident


class EvidenceRules(BaseModel):
    """What evidence is called, and how it is spoken of; see the comments in the data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: dict[str, tuple[str, ...]]
    persons: dict[str, tuple[str, ...]]
    spokespersons: tuple[str, ...]
    verbs: dict[str, frozenset[str]]
    scenes: dict[str, frozenset[str]]
    prepositions: dict[str, frozenset[str]]
    absence: dict[str, tuple[str, ...]]
    undercuts: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Patterns:
    """The phrases, compiled, which ignore case, and the words for concealing something."""

    absence: re.Pattern[str]
    undercuts: re.Pattern[str]
    conceal: frozenset[str]


@dataclass(frozen=True)
class HeadTable:
    """Kinds by the head of a noun; German compounds have the kind of their longest known head."""

    table: dict[str, str]
    longest: int

    def kind_of(self, token: Token) -> str | None:
        """Return the kind that a noun names, with the word before it if that makes a known term ("social media").

        Else by its form, then its lemma, then the longest head of either.
        """
        before = [c for c in token.children if c.i == token.i - 1 and c.dep_ in {"amod", "compound"}]
        terms = [f"{word} {noun}" for c in before for word in (c.lower_, c.lemma_.lower()) for noun in (token.lower_,)]
        found = next((self.table[term] for term in terms if term in self.table), None)
        return found or self.kind_of_words(token.lower_, token.lemma_.lower())

    def kind_of_words(self, *words: str) -> str | None:
        """Return the kind of the first of these words, lower case, that names one, then of the first with a head that does."""
        for word in words:
            if word in self.table:
                return self.table[word]
        for word in words:
            for start in range(max(_MIN_MODIFIER_LENGTH, len(word) - self.longest), len(word) - _MIN_HEAD_LENGTH + 1):
                if word[start:] in self.table:
                    return self.table[word[start:]]
        return None


@cache
def load_evidence_rules(language: str) -> EvidenceRules:
    """Load the evidence words of one language."""
    return load_rules("evidence", language, EvidenceRules)


@cache
def load_patterns(language: str) -> Patterns:
    """Compile the phrases of one language."""
    rules = load_evidence_rules(language)
    absence, undercuts = ("|".join(table["phrases"]) for table in (rules.absence, rules.undercuts))
    return Patterns(
        re.compile(rf"\b(?:{absence})", re.IGNORECASE),
        re.compile(rf"\b(?:{undercuts})", re.IGNORECASE),
        frozenset(rules.undercuts["conceal"]),
    )


@cache
def load_kinds(language: str) -> HeadTable:
    """Return the kinds of evidence by noun."""
    return _table(load_evidence_rules(language).kinds)


@cache
def load_witnesses(language: str) -> HeadTable:
    """Return the kinds of persons whose word is evidence."""
    return _table(load_evidence_rules(language).persons)


def _table(kinds: dict[str, tuple[str, ...]]) -> HeadTable:
    table = {word: kind for kind, words in kinds.items() for word in words}
    return HeadTable(table, max(map(len, table)))


def lemmas_of(doc: Doc, spans: tuple[TokenSpan, ...]) -> set[str]:
    """Return lemmas and forms of all tokens in some spans, lower case, verb particles joined to their verbs."""
    words: set[str] = set()
    for span in spans:
        for token in doc[span.start : span.end]:
            words.update((token.lemma_.lower(), token.lower_))
            if is_particle(token):
                words.add(token.lower_ + token.head.lemma_.lower())
    return words


def is_particle(token: Token) -> bool:
    """Tell whether a token is the separated particle of its verb ("zurück" in "wies ... zurück")."""
    return token.dep_.startswith("compound") and token.pos_ in {"ADP", "ADV"} and token.head.pos_ == "VERB"


def full_lemma(token: Token) -> str:
    """Return a verb's lemma with its separated particle: "weist ... zurück" is "zurückweisen"."""
    lemma = token.lemma_.lower()
    particle = next((child.lower_ for child in token.children if is_particle(child)), "")
    return lemma if lemma.startswith(particle) else particle + lemma
