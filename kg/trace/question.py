"""Reading a question: its language, its propositions, and the words that count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

from kg.concepts import ConceptTable, load_concepts
from kg.errors import QueryError
from kg.found import TokenSpan
from kg.lang import LANGUAGES
from kg.model import Language, Modality, Polarity, Proposition, Role, RoleFiller
from kg.nlp import load_pipeline
from kg.nouns import load_noun_classes
from kg.search import Bag, bag_of_groups
from kg.stages.clauses import Tree
from kg.stages.meanings import concepts_of_tokens
from kg.stages.propositions import find_propositions

_LONGEST = 1000  # characters; a question is a sentence or a headline
# weight of a word by how rare it is: from 0 for surprisal 6 (nats) to 1 at 12
_COMMON, _RARE = 6.0, 12.0
_LEAST = 0.15
_NAME_WEIGHT = 0.9
_ACT_WEIGHT = 0.8  # of the main predicate, however frequent
_AGENTS = frozenset({"person", "organisation", "state", "medium", "group"})
_PART = 0.9  # of what only a part of a compound matches


@dataclass(frozen=True)
class Word:
    """One word of a question: the concepts that match it, how well each does, and how much the word counts.

    ``kind`` is ``act`` for the main predicate, ``name`` for places and names, ``number``, else ``thing``.
    """

    text: str
    kind: str
    weight: float
    near: Mapping[str, float]

    def match(self, concepts: frozenset[str]) -> float:
        """Return how well the best of these concepts matches the word, 0 to 1."""
        near = self.near
        return max((near[concept] for concept in near.keys() & concepts), default=0.0)


@dataclass(frozen=True)
class RoleQuestion:
    """One role of the question's proposition: the concepts that match its filler.

    ``agentive``: the filler names somebody who could act, so that it matters which end of the act it stands at.
    """

    role: Role
    text: str
    near: Mapping[str, float]
    places: frozenset[str]
    numbers: frozenset[str]
    agentive: bool = False


@dataclass(frozen=True)
class PropositionQuestion:
    """One proposition of the question, ready to be matched."""

    proposition: Proposition
    predicate: Mapping[str, float]
    roles: tuple[RoleQuestion, ...]


@dataclass(frozen=True)
class QuestionMeaning:
    """What a question asks; ``bag`` holds its concepts, to search by."""

    text: str
    language: Language
    words: tuple[Word, ...]
    propositions: tuple[PropositionQuestion, ...]
    bag: Bag

    @property
    def negative(self) -> bool:
        """Whether the question asks for a negation ("Russia received no artillery")."""
        return bool(self.propositions) and self.propositions[0].proposition.polarity is Polarity.NEGATIVE

    @property
    def places(self) -> frozenset[str]:
        """Countries that the question names."""
        return frozenset(
            concept
            for word in self.words
            for concept in word.near
            if concept.startswith("place:") and word.kind == "name"
        )


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as err:  # it unpacks its model into a temporary file
        msg = f"cannot write a temporary file to tell languages by ({err.strerror or err}); TMPDIR names the folder"
        raise QueryError(msg) from err
    identifier.set_languages(list(LANGUAGES))
    return identifier


def detect_language(text: str) -> Language:
    """Return which of our languages a short text is in (py3langid, restricted to them)."""
    code, _ = _identifier().classify(text)
    return Language(code)


def read_question(text: str, language: Language | None = None) -> QuestionMeaning:
    """Parse a question, a headline or a noun phrase.

    Raises:
        QueryError: the question is empty, too long, or has no word with a meaning.
    """
    plain = " ".join(text.split())
    if not plain:
        msg = 'the question is empty; expected a sentence or a headline, such as "artillery shipped to Russia"'
        raise QueryError(msg)
    if len(plain) > _LONGEST:
        msg = f"the question has {len(plain)} characters; expected at most {_LONGEST}"
        raise QueryError(msg)
    chosen = language or detect_language(plain)
    doc = load_pipeline(chosen)(plain)
    meaning = _read(doc, plain, chosen)
    if not meaning.words:
        msg = f'the question "{plain}" has no word with a meaning of its own; expected a sentence or a headline'
        raise QueryError(msg)
    return meaning


def _read(doc: Doc, text: str, language: Language) -> QuestionMeaning:
    table = load_concepts()
    found = find_propositions(doc, [[TokenSpan(0, len(doc))]], "question", language)[0]
    tree = Tree(doc, language)
    concepts = concepts_of_tokens(tree)
    main = _main(found)
    words: list[Word] = []
    for i, own in enumerate(concepts):
        if not own or (i and own == concepts[i - 1] and own[0].startswith("place:")):
            continue
        kind = _kind(own, main, tree.pos[i])
        words.append(Word(text=doc[i].text, kind=kind, weight=_weight(own, kind, table), near=_near(own, table)))
    ordered = sorted(found, key=lambda proposition: proposition is not main)
    return QuestionMeaning(
        text=text,
        language=language,
        words=tuple(words),
        propositions=tuple(_question(proposition, table, language) for proposition in ordered),
        bag=bag_of_groups(concepts),
    )


def _main(propositions: tuple[Proposition, ...]) -> Proposition | None:
    """The proposition with most roles; the first of equals."""
    return max(propositions, key=lambda p: len(p.roles), default=None)


def _kind(concepts: tuple[str, ...], main: Proposition | None, pos: str) -> str:
    if concepts[0].startswith(("place:", "name:")):
        return "name"
    if concepts[0].startswith("num:"):
        return "number"
    if main is not None and main.predicate in concepts and pos != "ADJ":
        return "act"
    return "thing"


def _weight(concepts: tuple[str, ...], kind: str, table: ConceptTable) -> float:
    if kind == "name":
        return _NAME_WEIGHT
    if kind == "act":
        return _ACT_WEIGHT
    if kind == "number":
        return 0.4
    rarity = (table.surprisal(concepts[0]) - _COMMON) / (_RARE - _COMMON)
    return min(1.0, max(_LEAST, rarity))


def _near(concepts: tuple[str, ...], table: ConceptTable) -> dict[str, float]:
    best: dict[str, float] = {}
    for n, concept in enumerate(concepts):
        for other, value in table.near(concept).items():
            best[other] = max(best.get(other, 0.0), value * (1.0 if n == 0 else _PART))
    return best


def _question(proposition: Proposition, table: ConceptTable, language: str) -> PropositionQuestion:
    return PropositionQuestion(
        proposition=proposition,
        predicate=_near((proposition.predicate,), table),
        roles=tuple(_role(filler, table, language) for filler in proposition.roles if filler.concepts),
    )


def _role(filler: RoleFiller, table: ConceptTable, language: str) -> RoleQuestion:
    return RoleQuestion(
        role=filler.role,
        text=filler.text,
        near=_near(filler.concepts[:4], table),
        places=frozenset(c for c in filler.concepts[:3] if c.startswith("place:") and "/" not in c),
        numbers=frozenset(c for c in filler.concepts if c.startswith("num:")),
        agentive=filler.concepts[0].startswith(("place:", "name:")) or _is_agent(filler.text, language),
    )


def _is_agent(text: str, language: str) -> bool:
    """Whether a word of a noun phrase names a person, an organisation or a state."""
    classes = load_noun_classes(language)
    table = load_concepts()
    return any(
        classes.of(table.lemma(word, word, "NOUN", language), word) in _AGENTS
        for word in re.findall(r"[^\W\d_]+", text)
    )


def is_open(modality: Modality) -> bool:
    """Whether a proposition is put forward as less than so: possible, intended, required, conditional or asked."""
    return modality is not Modality.ACTUAL
