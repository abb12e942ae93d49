"""What words of both languages have in common: from a lemma to concepts, and from a concept to those near it.

The table ``kg/data/concepts.npz`` is computed by ``scripts/build_concepts.py`` from WordNet 3.0 (Fellbaum 1998) and German
Wiktionary. A concept is a group of near-synonyms of both languages and all word classes ("deliver", "liefern",
"Lieferung"), named after its leading word: ``deliver.v``. How near two concepts are is read off the synsets of their
words: the same synset, one derived from the other, or one or two steps up and down in WordNet.

Concepts that are not in the table: ``de:wort.n`` (a word nobody knows), ``place:KP`` (country, ISO 3166),
``place:KP/pyongyang`` (a city), ``name:selenski`` (one word of a name, folded), ``num:6700``.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from kg.places import country_of, country_of_capital

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]

_NEAR = 0.3  # what is less similar is not returned
_N_STEPS = 2
_TOO_FAR = 0.25
_LONGEST_STEP = 0.75
_UNKNOWN_SURPRISAL = 16.0  # of a word that the table lacks: rare
_MIN_PART = 3
_MIN_HEAD = 4
_MIN_COMPOUND = 8
# what may stand between the parts of a German compound (Langer 1998); the empty string first
_LINKS = ("", "s", "es", "n", "en", "e", "er", "ns", "ens")
# endings that are words, too, but make no compound
_SUFFIXES = frozenset(
    {
        "schaft",
        "heit",
        "keit",
        "ling",
        "sicht",
        "tung",
        "dung",
        "rung",
        "lung",
        "nung",
        "gung",
        "kunft",
        "rate",
        "lose",
        "haft",
        "lichkeit",
    }
)
_PLAIN_VOWELS = str.maketrans("äöü", "aou")
_POS = MappingProxyType({"NOUN": "n", "PROPN": "n", "VERB": "v", "AUX": "v", "ADJ": "a", "ADV": "r", "INTJ": "r"})
_CLASSES = ("n", "v", "a", "r")


@dataclass(frozen=True, eq=False)
class ConceptTable:
    """The computed table; use ``load_concepts``."""

    lexemes: Mapping[str, int]
    form_of: Mapping[str, int]
    lexeme_names: tuple[str, ...]
    surprisals: npt.NDArray[np.uint8]
    acts: npt.NDArray[np.bool_]
    concept_of: Integers
    names: tuple[str, ...]
    sense_concept: Integers
    sense_synset: Integers
    sense_weight: Floats
    synset_order: npt.NDArray[np.int64]
    synset_sorted: Integers
    step_from: Integers
    step_to: Integers
    step_weight: Floats
    number_of: Mapping[str, int]
    concept_surprisals: Floats
    _near: dict[str, Mapping[str, float]] = field(default_factory=dict)
    _words: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    _parts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def concepts(self, lemma: str, pos: str, language: str) -> tuple[str, ...]:
        """Return the concepts of a word: its own first, then those of the parts of a compound, head before modifiers.

        Args:
            lemma: the base form; case does not matter.
            pos: its Universal Dependencies word class.
            language: ISO 639-1 code.

        Returns:
            At least one concept; a word that nobody knows has one of its own, such as ``de:wort.n``.
        """
        key = (lemma, pos, language)
        found = self._words.get(key)
        if found is None:
            found = self._words[key] = self._concepts(lemma.lower(), _POS.get(pos, "n"), language)
        return found

    def _concepts(self, lemma: str, pos: str, language: str) -> tuple[str, ...]:
        whole = self._concept(lemma, pos, language)
        parts = [
            found for part in reversed(self.split(lemma, language)) if (found := self._concept(part, "n", language))
        ]
        if whole is None and not parts:
            return (f"{language}:{lemma}.{pos}",)
        return tuple(dict.fromkeys(([whole] if whole else []) + parts))

    def _concept(self, lemma: str, pos: str, language: str) -> str | None:
        row = self._row(lemma, pos, language)
        return None if row is None else self.names[self.concept_of[row]]

    def _row(self, lemma: str, pos: str, language: str) -> int | None:
        for candidate in (pos, *_CLASSES):
            key = f"{language}\t{lemma}\t{candidate}"
            row = self.lexemes.get(key)
            if row is None:
                row = self.form_of.get(key)
            if row is not None:
                return row
        return None

    def knows(self, lemma: str, pos: str, language: str) -> bool:
        """Whether a word is in the table, in this word class or another."""
        return self._row(lemma.lower(), _POS.get(pos, "n"), language) is not None

    def lemma(self, word: str, lemma: str, pos: str, language: str) -> str:
        """Return the lemma of an inflected word, lower-cased: that of the table where it has one, else the one given."""
        row = self.form_of.get(f"{language}\t{word.lower()}\t{_POS.get(pos, 'n')}")
        return lemma.lower() if row is None else self.lexeme_names[row].split("\t")[1]

    def split(self, word: str, language: str) -> tuple[str, ...]:
        """Split a compound into known words, modifiers first: "güterwagen" into "gut", "wagen".

        Of all splits into two known parts, the one whose rarer part is most frequent wins (Koehn & Knight 2003); the
        modifier is split again. Words joined by hyphens are parts, too.

        Returns:
            The parts in lower case, or nothing for a word that is no compound.
        """
        key = (word, language)
        if key not in self._parts:
            self._parts[key] = self._split(word.lower(), language)
        return self._parts[key]

    def _split(self, word: str, language: str) -> tuple[str, ...]:
        if "-" in word.strip("-"):
            return tuple(
                piece for part in word.split("-") if part for piece in (self._split(part, language) or (part,))
            )
        if len(word) < _MIN_COMPOUND or language not in _COMPOUNDING:
            return ()
        best, best_cost = None, _UNKNOWN_SURPRISAL * 10
        for at in range(_MIN_PART, len(word) - _MIN_HEAD + 1):
            head = self.lexemes.get(f"{language}\t{word[at:]}\tn")
            if head is None or word[at:] in _SUFFIXES:
                continue
            for link in _LINKS:
                stem = word[:at].removesuffix(link) if link else word[:at]
                if len(stem) < _MIN_PART or (link and not word[:at].endswith(link)):
                    continue
                modifier, row = self._modifier(stem, link, language)
                if row is None:
                    continue
                cost = max(int(self.surprisals[head]), int(self.surprisals[row])) - len(link)
                cost += 40 if len(stem) == _MIN_PART else 0
                if cost < best_cost:
                    best, best_cost = (modifier, word[at:]), cost
        if best is None:
            return ()
        return (*(self._split(best[0], language) or (best[0],)), best[1])

    def _modifier(self, stem: str, link: str, language: str) -> tuple[str, int | None]:
        forms = [(stem, "n"), (stem, "a"), (stem + "en", "v"), (stem + "n", "v")]
        if not link:
            forms.insert(1, (stem + "e", "n"))
        if link in ("e", "er", ""):  # "Güter-" is the plural of "Gut"
            forms += [(stem.translate(_PLAIN_VOWELS), "n"), (stem.removesuffix("e").translate(_PLAIN_VOWELS), "n")]
        for form, pos in forms:
            row = self.lexemes.get(f"{language}\t{form}\t{pos}")
            if row is not None:
                return form, row
        return stem, None

    def is_act(self, lemma: str, language: str) -> bool:
        """Whether a noun, or the head of a compound, can name what is done or happens: "Lieferung", "shipment"."""
        lowered = lemma.lower()
        row = self.lexemes.get(f"{language}\t{lowered}\tn")
        if row is None:
            parts = self.split(lowered, language)
            row = self.lexemes.get(f"{language}\t{parts[-1]}\tn") if parts else None
        return row is not None and bool(self.acts[row])

    def surprisal(self, concept: str) -> float:
        """Return how rare a concept's most frequent word is: minus the natural logarithm of its probability."""
        number = self.number_of.get(concept)
        return _UNKNOWN_SURPRISAL if number is None else float(self.concept_surprisals[number])

    def near(self, concept: str) -> Mapping[str, float]:
        """Return the concepts near this one, itself included with 1, and how similar each is (0.3 to 1).

        A place in a country is near the country.
        """
        found = self._near.get(concept)
        if found is None:
            found = self._near[concept] = MappingProxyType(self._find_near(concept))
        return found

    def _find_near(self, concept: str) -> dict[str, float]:
        number = self.number_of.get(concept)
        if number is None:
            country = concept.partition("/")[0]
            return {concept: 1.0} if country == concept else {concept: 1.0, country: 0.8}
        reached = dict(self._senses_of(number))
        frontier = dict(reached)
        for _ in range(_N_STEPS):
            found: dict[int, float] = {}
            for synset, value in frontier.items():
                if value * _LONGEST_STEP <= _TOO_FAR:
                    continue
                for other, weight in self._steps_of(synset):
                    if value * weight > max(_TOO_FAR, reached.get(other, 0.0)):
                        reached[other] = found[other] = value * weight
            frontier = found
        best: dict[int, float] = {}
        for synset, value in reached.items():
            for other, weight in self._concepts_with(synset):
                if value * weight >= _NEAR and value * weight > best.get(other, 0.0):
                    best[other] = value * weight
        best[number] = 1.0
        return {self.names[other]: round(min(1.0, value), 3) for other, value in best.items()}

    def _senses_of(self, number: int) -> list[tuple[int, float]]:
        left, right = _bounds(self.sense_concept, number)
        return list(zip(self.sense_synset[left:right].tolist(), self.sense_weight[left:right].tolist(), strict=True))

    def _steps_of(self, synset: int) -> list[tuple[int, float]]:
        left, right = _bounds(self.step_from, synset)
        return list(zip(self.step_to[left:right].tolist(), self.step_weight[left:right].tolist(), strict=True))

    def _concepts_with(self, synset: int) -> list[tuple[int, float]]:
        left, right = _bounds(self.synset_sorted, synset)
        rows = self.synset_order[left:right]
        return list(zip(self.sense_concept[rows].tolist(), self.sense_weight[rows].tolist(), strict=True))

    def similarity(self, left: str, right: str) -> float:
        """Return how similar two concepts are, 0 to 1."""
        return 1.0 if left == right else self.near(left).get(right, 0.0)


def _bounds(ordered: Integers, value: int) -> tuple[int, int]:
    """Return where a value begins and ends in an ordered array.

    The bounds have the array's own type: numpy copies the whole array where they have another one.
    """
    left, right = np.searchsorted(ordered, np.array((value, value + 1), dtype=ordered.dtype))
    return int(left), int(right)


# languages that write compounds as one word
_COMPOUNDING = frozenset({"de"})


@cache
def load_concepts() -> ConceptTable:
    """Load the table (about 0.2 s, once a process)."""
    with (resources.files("kg.data") / "concepts.npz").open("rb") as file, np.load(file) as data:
        lexemes = data["lexemes"].tobytes().decode().split("\n")
        names = tuple(data["names"].tobytes().decode().split("\n"))
        concept_of = data["concept_of"]
        sense_synset = data["sense_synset"]
        synset_order = np.argsort(sense_synset, kind="stable")
        step_order = np.argsort(data["step_from"], kind="stable")
        lowest = np.full(len(names), 25.5, dtype=np.float32)
        np.minimum.at(lowest, concept_of, data["surprisal"].astype(np.float32) / 10)
        return ConceptTable(
            lexemes=dict(zip(lexemes, range(len(lexemes)), strict=True)),
            form_of=dict(zip(data["forms"].tobytes().decode().split("\n"), data["form_lexeme"].tolist(), strict=True)),
            lexeme_names=tuple(lexemes),
            surprisals=data["surprisal"],
            acts=data["acts"],
            concept_of=concept_of,
            names=names,
            sense_concept=data["sense_concept"],
            sense_synset=sense_synset,
            sense_weight=data["sense_weight"].astype(np.float32) / 100,
            synset_order=synset_order,
            synset_sorted=sense_synset[synset_order],
            step_from=data["step_from"][step_order],
            step_to=data["step_to"][step_order],
            step_weight=data["step_weight"][step_order].astype(np.float32) / 100,
            number_of=dict(zip(names, range(len(names)), strict=True)),
            concept_surprisals=lowest,
        )


@cache
def _demonyms() -> dict[str, str]:
    """Words for the people and things of a country, in lower case, with its ISO 3166 code."""
    text = (resources.files("kg.data") / "demonyms.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {word: code for code, *words in rows for word in words}


def place_concepts(words: str) -> tuple[str, ...]:
    """Return the concept of a country, its people or adjective, or of a city and its country; else nothing.

    >>> place_concepts("nordkoreanisch")
    ('place:KP',)
    """
    key = words.casefold()
    code = country_of(words) or _demonyms().get(key)
    if code:
        return (f"place:{code}",)
    capital = country_of_capital(words)
    return (f"place:{capital}/capital", f"place:{capital}") if capital else ()


# One spelling for the ways in which German and English write the same foreign name: sounds, not letters. In this order.
_FOLDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"schtsch|shch|stsch", "sh"),
        (r"tsch|tch", "ch"),
        (r"sch|zh|sh", "sh"),
        (r"dsch|dzh|dj", "j"),
        (r"kh|ch(?=[aour])", "h"),
        (r"ph", "f"),
        (r"ck|c(?!h)|q", "k"),
        (r"w", "v"),
        (r"x", "ks"),
        (r"ts|tz|z", "s"),
        (r"(y|ij|iy|yj|yy|j|ii)$", "i"),
        (r"[jy]", "i"),
        (r"v$", "f"),
        (r"(.)\1+", r"\1"),
    )
)


@cache
def fold_name(word: str) -> str:
    """Fold one word of a name, so that "Selenskyj" and "Zelensky" come to the same."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    folded = "".join(char for char in plain if char.isalnum())
    for pattern, to in _FOLDS:
        folded = pattern.sub(to, folded)
    return folded


def name_concept(word: str) -> str:
    """Return the concept of one word of a name."""
    return f"name:{fold_name(word)}"
