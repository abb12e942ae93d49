"""Which documents tell in the same words, or in the same sentences: reprints, agency copy, rewrites, translations.

Two ways, neither of which compares every document with every other:

- words: runs of words (shingles, Broder 1997) that two texts share, as a share of the shorter text's. An index over a
  quarter of the shingles, chosen by their hash (Broder's sketch of modulus four), gives the candidates.
- meaning: sentences that say the same in other words or in the other language, by the concepts of ``kg.concepts``
  weighted by how rare they are. Who writes a text anew keeps its sentences, names and numbers; who reports the same
  event on their own does not. The rarest concepts of each text give the candidates.

A candidate is a copy by what the two texts share alone, whatever other documents there are.
"""

import itertools
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from spacy.lang.de.stop_words import STOP_WORDS as GERMAN_STOP_WORDS
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH_STOP_WORDS

from kg.concepts import fold_name, load_concepts, place_concepts
from kg.model import Document

_SHINGLE = 4  # words
_FEW = 40  # shingles of a text so short that all of them are indexed
_MODULUS = 4  # one shingle in four is indexed
_LONG_POSTING = 24  # in how many texts a shingle or concept stands before only neighbours are compared
_WORDS_SHARED = 0.3  # share of the shorter text's shingles: about half of its sentences, word by word
_WHOLE = 0.9  # the same from which nothing else need be asked
_SENTENCES_HALF = 0.45  # the same where words are shared, too
_SENTENCES_SHARED = 0.6  # share of the shorter text's meaning that stands in sentences of the other
_SAME_SENTENCE = 0.5  # similarity from which a sentence says what another one says
_SAME_WITH_NAMES = 0.3  # the same where they have names or numbers in common
_ANCHORS_SHARED = 0.6  # share of the names and numbers of the sentence with fewer of them
_RAREST = 24  # concepts of a text by which it is looked up
_COMMON = 4  # of these that a candidate must share
_MOST_CANDIDATES = 40  # of one text, those with most in common first
_TELLING = 5.0  # nats: more frequent words carry no meaning of their own here
_NAME_WEIGHT = 9.0
_NUMBER_WEIGHT = 7.0
_SHORTEST = 12  # words of a text that can be a copy at all
_LEAST_MEANING = 40.0  # nats of a text that can be found again by its meaning

_STOP_WORDS = {"de": GERMAN_STOP_WORDS, "en": ENGLISH_STOP_WORDS}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”“’»)]*\s+(?=[\"„“»(]*[A-ZÄÖÜ0-9])|\n+")


def shingles_of(text: str) -> frozenset[int]:
    """Return the hashes of all runs of four words, or of the whole where it is shorter; the same on every machine."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return frozenset()
    last = max(1, len(words) - _SHINGLE + 1)
    return frozenset(zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(last))


@lru_cache(maxsize=100_000)
def _meaning_of_word(word: str, language: str) -> tuple[str, ...]:
    """The concepts of a word as it stands in a text, without a parse."""
    if any(char.isdigit() for char in word):
        digits = re.sub(r"\D", "", word)
        return (f"num:{digits}",) if digits else ()
    if word.lower() in _STOP_WORDS[language]:
        return ()
    table = load_concepts()
    place = place_concepts(word) if word[:1].isupper() else ()
    if place:
        return place[-1:]
    known = table.knows(word, "NOUN", language)
    if word[:1].isupper() and not known:
        return (f"name:{fold_name(word.removesuffix('’s').removesuffix(chr(39) + 's'))}",)
    if not known and len(word) < _SHINGLE:
        return ()
    return table.concepts(word, "NOUN" if word[:1].isupper() else "VERB", language)


def weight_of(concept: str) -> float:
    """Return how much a concept tells of what a text is about, in nats; 0 for the words of every text."""
    if concept.startswith("num:"):
        return _NUMBER_WEIGHT if len(concept) > len("num:1") else 1.0
    if concept.startswith(("name:", "place:")):
        return _NAME_WEIGHT if concept.startswith("name:") else _TELLING
    surprisal = load_concepts().surprisal(concept)
    return min(surprisal - _TELLING, _NAME_WEIGHT) if surprisal > _TELLING else 0.0


@dataclass(frozen=True, eq=False)
class Sentence:
    """What one sentence says: its telling concepts and their weights."""

    weights: Mapping[str, float]

    @cached_property
    def total(self) -> float:
        """All weights together, in nats."""
        return sum(self.weights.values())

    @cached_property
    def reach(self) -> Mapping[str, float]:
        """The concepts of the sentence and those near them, each with how near."""
        table = load_concepts()
        found: dict[str, float] = {}
        for concept in self.weights:
            for near, value in table.near(concept).items():
                found[near] = max(found.get(near, 0.0), value)
        return found

    @cached_property
    def anchors(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names, and numbers, which a rewrite and a translation keep."""
        names = frozenset(concept for concept in self.weights if concept.startswith("name:"))
        return names, frozenset(concept for concept in self.weights if concept.startswith("num:"))

    def clashes(self, other: "Sentence") -> bool:
        """Tell whether two sentences speak of other people or other numbers: alike as they are, they say two things."""
        return any(
            mine and theirs and len(mine & theirs) < _ANCHORS_SHARED * min(len(mine), len(theirs))
            for mine, theirs in zip(self.anchors, other.anchors, strict=True)
        )

    def said_by(self, other: "Sentence") -> float:
        """Return the share of this sentence's meaning that another one has, 0 to 1."""
        if not self.total:
            return 0.0
        reach = other.reach
        return sum(weight * reach.get(concept, 0.0) for concept, weight in self.weights.items()) / self.total

    def likeness(self, other: "Sentence") -> float:
        """Return how far two sentences say the same, 0 to 1: the harmonic mean of what each has of the other."""
        if self.clashes(other):
            return 0.0
        mine, theirs = self.said_by(other), other.said_by(self)
        return 2 * mine * theirs / (mine + theirs) if mine and theirs else 0.0

    def says_the_same(self, other: "Sentence") -> float:
        """Return the likeness of two sentences that say the same, 0 where they do not.

        Less will do where they have names or numbers in common.
        """
        if self.weights.keys().isdisjoint(other.weights):
            return 0.0
        likeness = self.likeness(other)
        together = any(mine & theirs for mine, theirs in zip(self.anchors, other.anchors, strict=True))
        return likeness if likeness >= (_SAME_WITH_NAMES if together else _SAME_SENTENCE) else 0.0


def read_sentence(text: str, language: str) -> Sentence:
    """Read what some words say."""
    weights: dict[str, float] = {}
    for word in _WORD.findall(text):
        for concept in _meaning_of_word(word, language):
            weight = weight_of(concept)
            if weight:
                weights[concept] = weight
    return Sentence(weights)


@dataclass(frozen=True, eq=False)
class Text:
    """One document as it is compared."""

    document_id: str
    language: str
    shingles: frozenset[int]
    sentences: tuple[Sentence, ...]

    @cached_property
    def meaning(self) -> float:
        """All that its sentences say, in nats."""
        return sum(sentence.total for sentence in self.sentences)

    @cached_property
    def rarest(self) -> tuple[str, ...]:
        """The concepts by which the text is looked up."""
        weights: dict[str, float] = {}
        for sentence in self.sentences:
            weights.update(sentence.weights)
        return tuple(sorted(weights, key=lambda concept: (-weights[concept], concept))[:_RAREST])


def read_text(document: Document) -> Text:
    """Read a document for comparison; nothing of it is parsed."""
    language = str(document.language)
    sentences = (read_sentence(part, language) for part in _SENTENCE_END.split(document.text) if part)
    return Text(
        document_id=document.document_id,
        language=language,
        shingles=shingles_of(document.text),
        sentences=tuple(sentence for sentence in sentences if sentence.total),
    )


def words_shared(first: Text, second: Text) -> float:
    """Return the share of the shorter text's shingles that the other has, 0 to 1."""
    shorter = min(len(first.shingles), len(second.shingles))
    return len(first.shingles & second.shingles) / shorter if shorter else 0.0


def sentences_shared(first: Text, second: Text) -> float:
    """Return the share of the shorter text's meaning that stands in sentences of the other which say the same, 0 to 1.

    Each sentence of the other text counts once: a text that repeats one thing is no copy of one that says it once.
    """
    shorter, longer = sorted((first, second), key=lambda text: (text.meaning, text.document_id))
    if shorter.meaning < _LEAST_MEANING:
        return 0.0
    pairs = [
        (likeness, i, j)
        for i, mine in enumerate(shorter.sentences)
        for j, theirs in enumerate(longer.sentences)
        if (likeness := mine.says_the_same(theirs))
    ]
    used_i: set[int] = set()
    used_j: set[int] = set()
    shared = 0.0
    for _likeness, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            shared += shorter.sentences[i].total
    return shared / shorter.meaning


def is_copy(first: Text, second: Text) -> bool:
    """Tell whether one text prints, rewrites or translates a good part of the other."""
    words = words_shared(first, second)
    if words >= _WHOLE:
        return True
    if min(len(first.shingles), len(second.shingles)) + _SHINGLE - 1 < _SHORTEST:
        return False
    shared = sentences_shared(first, second)
    return shared >= _SENTENCES_SHARED or (shared >= _SENTENCES_HALF and words >= _WORDS_SHARED)


class Groups:
    """Numbers from 0 that are joined into groups; a union-find with path halving."""

    def __init__(self, n: int) -> None:
        """Start with every number on its own."""
        self._parent = list(range(n))

    def find(self, i: int) -> int:
        """Return the smallest number of a group."""
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Make one group of two."""
        a, b = self.find(i), self.find(j)
        self._parent[max(a, b)] = min(a, b)

    def groups(self) -> list[list[int]]:
        """Return all groups, each sorted, by their first member."""
        found: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parent)):
            found[self.find(i)].append(i)
        return list(found.values())


def find_copies(documents: Iterable[Document]) -> list[list[str]]:
    """Group documents of which one prints, rewrites or translates another.

    The time grows as the number of documents does, as long as not all of them tell of the same.

    Returns:
        The identifiers of each group, in the order given; a document without any copy is a group of its own.
    """
    texts = [read_text(document) for document in documents]
    groups = Groups(len(texts))
    for i, j in _by_words(texts):
        if groups.find(i) != groups.find(j) and is_copy(texts[i], texts[j]):
            groups.join(i, j)
    for i, j in _by_meaning(texts):
        if groups.find(i) != groups.find(j) and is_copy(texts[i], texts[j]):
            groups.join(i, j)
    return [[texts[i].document_id for i in group] for group in groups.groups()]


def _by_words(texts: Sequence[Text]) -> Iterator[tuple[int, int]]:
    """Yield texts that share shingles, those with most in common first."""
    return _candidates(
        [[s for s in text.shingles if len(text.shingles) <= _FEW or s % _MODULUS == 0] for text in texts], least=2
    )


def _by_meaning(texts: Sequence[Text]) -> Iterator[tuple[int, int]]:
    """Yield texts that share rare concepts, those with most in common first."""
    return _candidates([text.rarest for text in texts], least=_COMMON)


def _candidates(features: Sequence[Iterable[object]], least: int) -> Iterator[tuple[int, int]]:
    postings: dict[object, list[int]] = defaultdict(list)
    for i, mine in enumerate(features):
        for feature in mine:
            postings[feature].append(i)
    common: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for members in postings.values():
        if len(members) > _LONG_POSTING:  # in so many texts that each is compared with its neighbours alone
            for i, j in itertools.pairwise(members):
                common[i][j] += 1
            continue
        for n, i in enumerate(members):
            mine = common[i]
            for j in members[n + 1 :]:
                mine[j] += 1
    for i, others in common.items():
        ranked = sorted((-n, j) for j, n in others.items() if n >= least)
        for _n, j in ranked[:_MOST_CANDIDATES]:
            yield i, j
