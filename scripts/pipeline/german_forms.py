"""The German full-form lexicon, with what the gold trees say about closed classes."""

import lzma
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.corpora import DATA, Sentence

LEXICON = DATA / "lexicon" / "de" / "german-pos-dict.tsv.xz"
CASES = {"NOM": "Nom", "AKK": "Acc", "DAT": "Dat", "GEN": "Gen"}
NUMBERS = {"SIN": "Sing", "PLU": "Plur"}
GENDERS = {"MAS": "Masc", "FEM": "Fem", "NEU": "Neut"}
PREPOSITIONS = {
    "Dat": "mit nach bei von aus zu seit gegenüber außer gemäß laut entgegen samt am im zum beim vom zur",
    "Acc": "durch für gegen ohne um bis ins ans fürs aufs übers",
    "Gen": "wegen trotz während aufgrund angesichts infolge innerhalb außerhalb mithilfe seitens statt bezüglich oberhalb unterhalb anlässlich zugunsten",
}
GOVERNED = {form: case for case, forms in PREPOSITIONS.items() for form in forms.split()}
CONTRACTED = {"zur": {"Fem"}, **{key: {"Masc", "Neut"} for key in ("am", "im", "zum", "beim", "vom")}}
_MODALS = frozenset(["können", "müssen", "sollen", "wollen", "dürfen", "mögen", "werden"])
AGREEMENTS = [(c, n, g) for c in CASES.values() for n in NUMBERS.values() for g in GENDERS.values()]
_OPEN = ("VERB", "AUX", "NOUN", "PROPN", "ADJ", "DET", "PRON")

Agreement = tuple[str, str, str]
"""Case, number, gender."""


@dataclass(frozen=True)
class Verb:
    """One analysis of a verb form: ``form`` is Fin, Inf, Part or Imp."""

    lemma: str
    form: str
    person: str = ""
    number: str = ""
    tense: str = ""
    mood: str = ""


@dataclass
class Lexicon:
    """Analyses by form, and what the gold trees say about closed classes."""

    nouns: dict[str, set[tuple[str, Agreement]]] = field(default_factory=lambda: defaultdict(set))
    adjectives: dict[str, set[tuple[str, str, Agreement | None]]] = field(default_factory=lambda: defaultdict(set))
    verbs: dict[str, set[Verb]] = field(default_factory=lambda: defaultdict(set))
    words: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    static: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pronouns: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    determiners: dict[str, set[Agreement]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def read(cls, gold: Iterable[Sentence] = ()) -> "Lexicon":
        """Read the lexicon file and learn the closed classes from ``gold``."""
        self = cls()
        with lzma.open(LEXICON, "rt", encoding="utf-8") as file:
            for line in file:
                parts = line.rstrip("\n").split("\t")
                if len(parts) == 3 and not parts[0].startswith("-"):
                    self._add(*parts)
        for sentence in gold:
            self._learn(sentence)
        return self

    def _add(self, form: str, lemma: str, tag: str) -> None:
        kind, *rest = tag.split(":")
        if kind in ("SUB", "EIG"):
            if len(rest) >= 3 and rest[0] in CASES and rest[1] in NUMBERS:
                for gender in [GENDERS[rest[2]]] if rest[2] in GENDERS else GENDERS.values():
                    self.nouns[form].add((lemma, (CASES[rest[0]], NUMBERS[rest[1]], gender)))
        elif kind in ("ADJ", "PA1", "PA2") and rest:
            degree = {"KOM": "Cmp", "SUP": "Sup"}.get(next((r for r in rest if r in ("GRU", "KOM", "SUP")), ""), "Pos")
            if rest[0] in CASES and len(rest) > 2 and rest[1] in NUMBERS:
                for gender in [GENDERS[rest[2]]] if rest[2] in GENDERS else GENDERS.values():
                    self.adjectives[form].add((lemma, degree, (CASES[rest[0]], NUMBERS[rest[1]], gender)))
            else:
                self.adjectives[form].add((lemma, degree, None))
        elif kind == "VER":
            rest = [r for r in rest if r not in ("AUX", "MOD")]
            if rest[0] in ("INF", "EIZ"):
                self.verbs[form].add(Verb(lemma, "Inf"))
            elif rest[0] == "PA2":
                self.verbs[form].add(Verb(lemma, "Part"))
            elif rest[0] == "IMP":
                number = next((NUMBERS[r] for r in rest if r in NUMBERS), "")
                self.verbs[form].add(Verb(lemma, "Imp", "2", number, "", "Imp"))
            elif (rest[0] in "123" and len(rest) >= 3 and "NEB" not in rest) or (rest[0] in "123" and len(rest) >= 3):
                tense, mood = {
                    "PRÄ": ("Pres", "Ind"), "PRT": ("Past", "Ind"), "KJ1": ("Pres", "Sub"), "KJ2": ("Past", "Sub"),
                }[rest[2]]  # fmt: skip
                self.verbs[form].add(Verb(lemma, "Fin", rest[0], NUMBERS[rest[1]], tense, mood))
        elif kind in ("ART", "PRO") and "ART" in tag[:3] + tag:
            found = [r for r in rest if r in CASES or r in NUMBERS or r in GENDERS or r == "ALG"]
            cases = [CASES[r] for r in found if r in CASES]
            numbers = [NUMBERS[r] for r in found if r in NUMBERS] or list(NUMBERS.values())
            genders = [GENDERS[r] for r in found if r in GENDERS] or list(GENDERS.values())
            self.determiners[form].update((c, n, g) for c in cases for n in numbers for g in genders)
        if kind == "PRO":
            found = [r for r in rest if r in CASES or r in NUMBERS or r in GENDERS or r == "ALG"]
            cases = [CASES[r] for r in found if r in CASES]
            numbers = [NUMBERS[r] for r in found if r in NUMBERS] or list(NUMBERS.values())
            genders = [GENDERS[r] for r in found if r in GENDERS] or list(GENDERS.values())
            self.determiners[form].update((c, n, g) for c in cases for n in numbers for g in genders)

    def _learn(self, sentence: Sentence) -> None:
        for token in sentence.tokens:
            form = token.form.lower()
            if token.lemma and token.upos:
                self.words[form, token.upos][token.lemma] += 1
            if token.feats is None:
                continue
            if token.upos == "ADV":
                self.static[form, "ADV"]["|".join(p for p in token.feats.split("|") if p.startswith("PronType"))] += 1
            if sentence.source == "lit":
                continue
            pairs = dict(part.split("=", 1) for part in token.feats.split("|") if part)
            if token.upos == "DET":
                self.static[form, "DET"][
                    join({k: v for k, v in pairs.items() if k not in ("Case", "Number", "Gender")})
                ] += 1
            if token.upos == "PRON":
                if "Person" in pairs and "PronType" not in pairs:
                    pairs["PronType"] = "Prs"
                self.pronouns[form, token.dep or ""][join(pairs)] += 1

    def noun(self, form: str) -> set[tuple[str, Agreement]]:
        """Return a noun's analyses; those of its longest known end for a compound that is not listed."""
        known = self.nouns.get(form)
        if known:
            return known
        if "-" in form:
            head, _, tail = form.rpartition("-")
            return {(f"{head}-{lemma}", agreement) for lemma, agreement in self.nouns.get(tail, set())}
        for place in range(2, len(form) - 3):
            tail = form[place:].capitalize()
            found = self.nouns.get(tail)
            if found and tail[0].isupper():
                return {(form[:place] + lemma.lower(), agreement) for lemma, agreement in found}
        return set()


def join(pairs: dict[str, str]) -> str:
    return "|".join(f"{key}={pairs[key]}" for key in sorted(pairs, key=str.lower) if pairs[key])
