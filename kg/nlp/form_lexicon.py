"""A component that corrects lemmas and features with a table of frequent forms, which lies beside the weights.

The statistical components guess from context; what the language allows is known. A form's row says which lemma it has
and which readings, so that "habe" after "er" is a subjunctive and "Berichten" is a plural.
"""

import lzma
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span, Token
from spacy.util import SimpleFrozenList, filter_spans

from kg.nlp.features import AGREEMENT, AGREEMENT_VALUES, set_features

_CLASSES = {"VERB": "V", "AUX": "V", "NOUN": "N", "ADJ": "A", "PROPN": "P", "DET": "D", "PRON": "R"}
_CASES = {"N": "Nom", "A": "Acc", "D": "Dat", "G": "Gen"}
_NUMBERS = {"S": "Sing", "P": "Plur"}
_GENDERS = {"M": "Masc", "F": "Fem", "N": "Neut"}
_AGREEMENTS = tuple(case + number + gender for case in _CASES for number in _NUMBERS for gender in _GENDERS)
_COLUMNS = {
    code: [AGREEMENT_VALUES.index(pair) for pair in (("Case", _CASES[code[0]]), ("Number", _NUMBERS[code[1]]), ("Gender", _GENDERS[code[2]]))]
    for code in _AGREEMENTS
}  # fmt: skip
_TENSES = {"P": "Pres", "T": "Past"}
_MOODS = {"I": "Ind", "S": "Sub"}
_SHORTEST_END = 4
"""Letters that a known last part of a compound has at least."""
_PREFIXES = (
    "auseinander", "entgegen", "zusammen", "herunter", "hinunter", "zurecht", "herüber", "hinüber", "herbei", "hinein", "hervor",
    "heraus", "hinaus", "herauf", "hinauf", "herein", "heran", "herum", "hinzu", "voran", "voraus", "vorbei", "zurück", "weiter",
    "wieder", "wider", "gegen", "durch", "nieder", "dar", "fehl", "fest", "fort", "frei", "hoch", "miss", "nach", "über", "unter",
    "stand", "statt", "teil", "weg", "auf", "aus", "bei", "ein", "ent", "her", "hin", "mit", "los", "ver", "vor", "zer", "ab", "an",
    "be", "er", "um", "zu",
)  # fmt: skip
"""Of German verbs, the longest first; what is left has to be a finite form in the table."""
_CASE_OF_RELATION = {"nsubj": "Nom", "nsubj:pass": "Nom", "obj": "Acc", "iobj": "Dat", "nmod": "Gen"}
"""The case of a noun without a preposition."""
_OTHERS = 0.7
"""Weight of an article's or adjective's own chances beside those of the noun."""
_RELATION = 0.5
"""Log probability that a relation adds to its case."""
_SUBJECTS = ("nsubj", "nsubj:pass")
_PARTS_OF_PREDICATE = ("aux", "aux:pass", "cop")


class Entry(NamedTuple):
    """What the table says of a form in a word class.

    Attributes:
        lemma: empty where it is open.
        readings: codes of the readings of a verb ("3SPS": third person, singular, present, subjunctive), of the cases,
            numbers and genders of a noun or determiner ("DSF"), or of what a preposition governs; empty where open.
        fixed: features that every use of the form has.
    """

    lemma: str
    readings: frozenset[str]
    fixed: dict[str, str]

    def code(self) -> str:
        """Return readings and features as the table has them."""
        fixed = "|".join(f"{key}={value}" for key, value in self.fixed.items())
        return " ".join([*sorted(self.readings), *([fixed] if fixed else [])])


class FiniteReading(NamedTuple):
    """One reading of a finite verb, in the values of Universal Dependencies."""

    person: str
    number: str
    tense: str
    mood: str


class FormLexicon:
    """The component: a table of forms, empty until it is read."""

    def __init__(self) -> None:
        """Start with an empty table, which changes nothing."""
        self._table: dict[tuple[str, str], Entry] = {}
        self._compounds: dict[str, Entry | None] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Correct the lemmas and features of content words, pronouns and determiners in place."""
        if not self._table:
            return doc
        chances = doc.user_data.pop(AGREEMENT, None)
        self._complete_names(doc)
        nouns = []
        verbs = []
        for token in doc:
            kind = _CLASSES.get(token.pos_)
            if kind is None:
                continue
            entry = self.find(token.text, kind)
            if entry is None and kind == "V" and "Fin" in token.morph.get("VerbForm", []):
                entry = self._find_prefixed(token.text)
            if entry is not None and entry.lemma:
                token.lemma_ = entry.lemma
            if entry is not None and entry.fixed:
                _set_fixed(token, entry.fixed, pronoun=kind == "R")
            if kind in "NP":
                nouns.append((token, entry))
            elif kind == "V" and entry is not None and entry.readings:
                verbs.append((token, entry.readings))
        for token, entry in nouns:
            self._agree(token, entry, chances)
        for token, readings in verbs:
            _correct_verb(token, readings)
        return doc

    @property
    def filled(self) -> bool:
        """Whether the table has been read."""
        return bool(self._table)

    def find(self, form: str, kind: str) -> Entry | None:
        """Return what the table says of a form in a class (one of ``V N A P D R C``), of compounds by their known end."""
        found = self._table.get((form, kind))
        if found is None and kind not in "NP":
            found = self._table.get((form.lower(), kind))
        if found is None and kind == "N":
            if form not in self._compounds:
                self._compounds[form] = self._find_compound(form)
            found = self._compounds[form]
        return found

    def _complete_names(self, doc: Doc) -> None:
        """Add to a name the capitalised word after it that is no noun: German writes other words small."""
        entities = []
        for entity in doc.ents:
            if entity.end < len(doc) and self._continues(entity, doc[entity.end]):
                token = doc[entity.end]
                token.pos_ = token.tag_ = "PROPN"
                token.lemma_ = token.text
                token.head, token.dep_ = doc[entity.end - 1], "flat"
                entity = Span(doc, entity.start, entity.end + 1, entity.label_)
            entities.append(entity)
        doc.ents = filter_spans(entities)

    def _continues(self, entity: Span, token: Token) -> bool:
        form = token.text
        return bool(
            form.istitle()
            and form.isalpha()
            and not token.is_sent_start
            and not token.ent_type
            and token.nbor(-1).whitespace_
            and not any(child.i > token.i or child.i < entity.start for child in token.children)
            and self.find(form, "N") is None
            and self.find(form, "P") is None
            and self.find(form, "A") is not None
        )

    def _agree(self, noun: Token, entry: Entry | None, chances: NDArray[np.float32] | None) -> None:
        """Give a noun, its articles and its adjectives the one case, number and gender that is likeliest for all together.

        Args:
            noun: with its children.
            entry: what the table says of it.
            chances: log probabilities of the features (``kg.nlp.features.AGREEMENT``); without them nothing is changed.
        """
        if chances is None:
            return
        options = set(entry.readings) if entry is not None and entry.readings else set(_AGREEMENTS)
        members = [child for child in noun.children if child.dep_ in ("det", "amod") and child.morph.get("Case", [])]
        prepositions = False
        for child in noun.children:
            allowed = None
            if child.dep_ == "det" and child.pos_ == "DET":
                allowed = self.find(child.text, "D")
                fitting = options & allowed.readings if allowed is not None else options
            elif child.dep_ == "case":
                prepositions = True
                allowed = self.find(child.text, "C")
                fitting = {code for code in options if allowed and code.startswith(tuple(allowed.readings))}
            if allowed is not None:
                options = fitting or options
        relation = None if prepositions else _CASE_OF_RELATION.get(noun.dep_)
        together = chances[noun.i] + sum(_OTHERS * chances[child.i] for child in members)

        def fit(code: str) -> float:
            return float(together[_COLUMNS[code]].sum()) + _RELATION * (_CASES[code[0]] == relation)

        best = max(sorted(options), key=fit)
        agreement = {"Case": _CASES[best[0]], "Number": _NUMBERS[best[1]], "Gender": _GENDERS[best[2]]}
        features = noun.morph.to_dict()
        if "Case" in features or (entry is not None and entry.readings):
            set_features(noun, {**features, **agreement})
        for child in members:
            own = child.morph.to_dict() | agreement
            if own.get("PronType") == "Art" and own["Number"] == "Plur":
                del own["Gender"]
            set_features(child, own)

    def _find_compound(self, form: str) -> Entry | None:
        """Return the entry of the longest known end of a compound, its lemma lengthened by the first part."""
        head, hyphen, tail = form.rpartition("-")
        if hyphen:
            entry = self.find(tail, "N")
            return entry and Entry(head + hyphen + entry.lemma if entry.lemma else "", entry.readings, {})
        for place in range(2, len(form) - _SHORTEST_END + 1):
            entry = self._table.get((form[place:].capitalize(), "N"))
            if entry:
                return Entry(form[:place] + entry.lemma.lower() if entry.lemma else "", entry.readings, {})
        return None

    def _find_prefixed(self, form: str) -> Entry | None:
        """Return the finite readings of the verb that a prefix was put before ("aus|mache"), its lemma with the prefix."""
        form = form.lower()
        for prefix in _PREFIXES:
            if form.startswith(prefix):
                entry = self.find(form[len(prefix) :], "V")
                finite = frozenset(code for code in entry.readings if code[0] in "123") if entry else frozenset()
                if entry and finite:
                    return Entry(prefix + entry.lemma if entry.lemma else "", finite, {})
        return None

    def to_disk(self, path: Path, *, exclude: Iterable[str] = SimpleFrozenList()) -> None:
        """Write the table as ``table.tsv.xz``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        rows = ("\t".join((*key, entry.lemma, entry.code())) for key, entry in self._table.items())
        with lzma.open(folder / "table.tsv.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(sorted(rows)) + "\n")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = SimpleFrozenList()) -> "FormLexicon":
        """Read the table."""
        values: dict[str, tuple[frozenset[str], dict[str, str]]] = {}
        self._table = {}
        self._compounds = {}
        with lzma.open(Path(path) / "table.tsv.xz", "rt", encoding="utf-8") as file:
            for line in file:
                form, kind, lemma, codes = line.rstrip("\n").split("\t")
                if codes not in values:
                    parts = codes.split()
                    fixed = next((part for part in parts if "=" in part), "")
                    values[codes] = (
                        frozenset(part for part in parts if "=" not in part),
                        dict(pair.split("=", 1) for pair in fixed.split("|") if pair),
                    )
                self._table[form, kind] = Entry(lemma, *values[codes])
        return self


@Language.factory("form_lexicon", assigns=["token.lemma", "token.morph"])
def make_form_lexicon(nlp: Language, name: str) -> FormLexicon:
    """Make the component, its table still empty."""
    return FormLexicon()


def _set_fixed(token: Token, fixed: dict[str, str], *, pronoun: bool) -> None:
    """Set what the form fixes; of a pronoun only case, number and the gender of a singular may come from context."""
    features = token.morph.to_dict()
    if pronoun:
        kept = ["Case"]
        if "Number" not in fixed and "Reflex" not in fixed:
            kept.append("Number")
            if features.get("Number") == "Sing":
                kept.append("Gender")
        features = {name: features[name] for name in kept if name in features}
    set_features(token, features | fixed)


def _correct_verb(token: Token, codes: frozenset[str]) -> None:
    """Set the verb form, and of a finite verb person, number, tense and mood, to what form and subject allow."""
    features = token.morph.to_dict()
    finite = [_read(code) for code in sorted(codes) if code[0] in "123"]
    kinds = {"Fin"} if finite else set()
    kinds |= {kind for code, kind in (("inf", "Inf"), ("part", "Part"), ("imp", "Fin")) if code in codes}
    kind = features.get("VerbForm")
    if kind not in kinds:
        if len(kinds) != 1:
            return
        kind = next(iter(kinds))
    voice = {"Voice": features["Voice"]} if "Voice" in features else {}
    if kind != "Fin":
        set_features(token, {"VerbForm": kind, **voice})
        return
    if not finite or features.get("Mood") == "Imp":
        return
    reading = _choose(token, finite, features)
    set_features(
        token,
        {
            "Mood": reading.mood,
            "Number": reading.number,
            "Person": reading.person,
            "Tense": reading.tense,
            "VerbForm": "Fin",
            **voice,
        },
    )


def _read(code: str) -> FiniteReading:
    return FiniteReading(code[0], _NUMBERS[code[1]], _TENSES[code[2]], _MOODS[code[3]])


def _choose(token: Token, readings: list[FiniteReading], features: dict[str, str]) -> FiniteReading:
    """Choose the reading that agrees with the subject; what can be indicative counts as indicative."""
    subject = _find_subject(token)
    options = readings
    if subject is not None:
        options = [r for r in options if r.person == (_value(subject, "Person") or "3")] or options
        number = "Plur" if any(child.dep_ == "conj" for child in subject.children) else _value(subject, "Number")
        options = [r for r in options if r.number == number] or options
    elif not any(_value(other, "Person") == "1" and other.pos_ == "PRON" for other in token.sent):
        options = [r for r in options if r.person == "3"] or options
    options = [r for r in options if r.mood == "Ind"] or options
    for name, value in (("Tense", "tense"), ("Number", "number"), ("Person", "person")):
        options = [r for r in options if getattr(r, value) == features.get(name)] or options
    return options[0]


def _value(token: Token, name: str) -> str | None:
    values = token.morph.get(name, [])
    return values[0] if values else None


def _find_subject(token: Token) -> Token | None:
    """Return the subject of the clause whose predicate the verb belongs to."""
    place = token.head if token.dep_ in _PARTS_OF_PREDICATE else token
    for _ in range(2):
        for child in place.children:
            if child.dep_ in _SUBJECTS:
                return child
        if place.dep_ != "conj":
            return None
        place = place.head
    return None
