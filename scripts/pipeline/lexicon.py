"""Make the table of the German pipeline's lexicon component from the full-form lexicon: frequent forms only."""

import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.corpora import DATA, Sentence
from pipeline.german_forms import CASES, GENDERS, LEXICON, NUMBERS, PREPOSITIONS

RAW = ("wikipedia-sample", "bundestag_wp20", "bundestag_wp21", "klexikon-kids")
MIN_COUNT = {"V": 3, "N": 12, "A": 12, "P": 12}
CLEARLY = 8
"""How many times more frequent a lemma must be than the next to be taken for certain."""
CLASS_OF = {"VERB": "V", "AUX": "V", "NOUN": "N", "ADJ": "A", "PROPN": "P"}
_DETERMINERS = {
    "mein": "Number[psor]=Sing|Person=1|Poss=Yes|PronType=Prs",
    "dein": "Number[psor]=Sing|Person=2|Poss=Yes|PronType=Prs",
    "sein": "Gender[psor]=Masc,Neut|Number[psor]=Sing|Person=3|Poss=Yes|PronType=Prs",
    "ihr": "Person=3|Poss=Yes|PronType=Prs",
    "unser": "Number[psor]=Plur|Person=1|Poss=Yes|PronType=Prs",
    "unsr": "Number[psor]=Plur|Person=1|Poss=Yes|PronType=Prs",
    "euer": "Number[psor]=Plur|Person=2|Poss=Yes|PronType=Prs",
    "eure": "Number[psor]=Plur|Person=2|Poss=Yes|PronType=Prs",
    "kein": "PronType=Neg",
    "dies": "PronType=Dem",
    "jen": "PronType=Dem",
    "solch": "PronType=Dem",
    "derselbe": "PronType=Dem",
    "jed": "PronType=Tot",
    "all": "PronType=Tot",
    "viel": "PronType=Ind",
    "einig": "PronType=Ind",
    "manch": "PronType=Ind",
    "mehrer": "PronType=Ind",
    "wenig": "PronType=Ind",
    "ander": "PronType=Ind",
    "welch": "PronType=Int,Rel",
    "irgendein": "PronType=Ind",
    "ein": "Definite=Ind|NumType=Card|PronType=Art",
    "der": "Definite=Def|PronType=Art",
    "die": "Definite=Def|PronType=Art",
    "das": "Definite=Def|PronType=Art",
    "dem": "Definite=Def|PronType=Art",
    "den": "Definite=Def|PronType=Art",
    "des": "Definite=Def|PronType=Art",
}
"""Features of determiners that begin with these letters, as UD German GSD has them; the longest beginning counts."""

_PRONOUNS = {
    "man": "Case=Nom|Number=Sing|PronType=Ind",
    "ich": "Case=Nom|Number=Sing|Person=1|PronType=Prs",
    "mich": "Case=Acc|Number=Sing|Person=1|PronType=Prs",
    "mir": "Case=Dat|Number=Sing|Person=1|PronType=Prs",
    "wir": "Case=Nom|Number=Plur|Person=1|PronType=Prs",
    "uns": "Number=Plur|Person=1|PronType=Prs",
    "du": "Case=Nom|Number=Sing|Person=2|PronType=Prs",
    "dich": "Case=Acc|Number=Sing|Person=2|PronType=Prs",
    "dir": "Case=Dat|Number=Sing|Person=2|PronType=Prs",
    "euch": "Number=Plur|Person=2|PronType=Prs",
    "er": "Case=Nom|Gender=Masc|Number=Sing|Person=3|PronType=Prs",
    "ihn": "Case=Acc|Gender=Masc|Number=Sing|Person=3|PronType=Prs",
    "ihm": "Case=Dat|Gender=Masc|Number=Sing|Person=3|PronType=Prs",
    "ihnen": "Case=Dat|Number=Plur|Person=3|PronType=Prs",
    "sie": "Person=3|PronType=Prs",
    "es": "Gender=Neut|Number=Sing|Person=3|PronType=Prs",
    "sich": "Person=3|PronType=Prs|Reflex=Yes",
    "wer": "Case=Nom|Number=Sing|PronType=Int,Rel",
    "wen": "Case=Acc|Number=Sing|PronType=Int,Rel",
    "wem": "Case=Dat|Number=Sing|PronType=Int,Rel",
    "der": "PronType=Dem,Rel",
    "die": "PronType=Dem,Rel",
    "das": "Gender=Neut|Number=Sing|PronType=Dem,Rel",
    "dem": "Case=Dat|Number=Sing|PronType=Dem,Rel",
    "den": "Case=Acc|Gender=Masc|Number=Sing|PronType=Dem,Rel",
    "denen": "Case=Dat|Number=Plur|PronType=Dem,Rel",
}

_TENSES = {"PRÄ": "PI", "PRT": "TI", "KJ1": "PS", "KJ2": "TS"}
"""Tense P(resent) or T (past), mood I(ndicative) or S(ubjunctive)."""


def _governed() -> dict[str, list[str]]:
    """Return the cases (or case, number and gender, for a preposition with its article) that prepositions take."""
    result = {form: [case[0]] for case, forms in PREPOSITIONS.items() for form in forms.split()}
    result |= {form: ["A", "D"] for form in ["in", "an", "auf", "unter", "über", "vor", "hinter", "neben", "zwischen"]}
    result |= {form: ["DSM", "DSN"] for form in ("am", "im", "zum", "beim", "vom")}
    result |= {form: ["ASN"] for form in ("ins", "ans", "fürs", "aufs", "übers", "ums")}
    result |= {form: ["D", "G"] for form in ("wegen", "trotz", "während", "laut", "statt", "dank")}
    return result | {"zur": ["DSF"]}


def count_forms() -> Counter[str]:
    """Count the words of some of the raw text."""
    counts: Counter[str] = Counter()
    for name in RAW:
        with lzma.open(DATA / "raw" / "de" / f"{name}.txt.xz", "rt", encoding="utf-8") as file:
            for line in file:
                counts.update(re.findall(r"\w+(?:-\w+)*", line))
    return counts


def _analyses() -> Iterator[tuple[str, str, str, str]]:
    """Yield form, class, lemma and code of what the lexicon lists."""
    with lzma.open(LEXICON, "rt", encoding="utf-8") as file:
        for line in file:
            form, lemma, tag = line.rstrip("\n").split("\t")
            kind, *rest = tag.split(":")
            if kind == "SUB" and len(rest) > 2 and rest[0] in CASES and rest[1] in NUMBERS:
                genders = [rest[2]] if rest[2] in GENDERS else list(GENDERS)
                for gender in genders:
                    yield form, "N", lemma, rest[0][0] + rest[1][0] + gender[0]
            elif kind in ("ART", "PRO") and "PER" not in rest and "REF" not in rest:
                for case in (part[0] for part in rest if part in CASES):
                    for number in [part[0] for part in rest if part in NUMBERS] or ["S", "P"]:
                        for gender in [part[0] for part in rest if part in GENDERS] or ["M", "F", "N"]:
                            yield form, "D", lemma, case + number + gender
            elif kind == "EIG":
                yield form, "P", lemma, ""
            elif kind in ("ADJ", "PA1", "PA2"):
                yield form, "A", lemma, ""
            elif kind == "VER":
                rest = [part for part in rest if part not in ("AUX", "MOD")]
                if rest[0] in ("INF", "EIZ"):
                    yield form, "V", lemma, "inf"
                elif rest[0] == "PA2":
                    yield form, "V", lemma, "part"
                elif rest[0] in "123" and len(rest) > 2:
                    yield form, "V", lemma, rest[0] + rest[1][0] + _TENSES[rest[2]]
                elif rest[0] == "IMP":
                    yield form, "V", lemma, "imp"


def _likeliest(lemmas: set[str], counts: Counter[str]) -> str:
    """Return the one lemma, or that which is far more frequent than the others; nothing if neither is there."""
    # "Rad fahren" is listed as a lemma of "fuhr"
    ranked = sorted((lemma for lemma in lemmas if " " not in lemma), key=lambda lemma: (-counts[lemma], lemma))
    if not ranked or (len(ranked) > 1 and counts[ranked[0]] < CLEARLY * counts[ranked[1]] + 1):
        return ""
    return ranked[0]


def write_table(path: Path, gold: Iterable[Sentence]) -> int:
    """Write form, class, lemma (empty: open) and codes (empty: open), sorted; return the number of rows.

    Where the gold trees give a form another lemma than the lexicon, theirs counts.
    """
    counts = count_forms()
    lemmas: dict[tuple[str, str], set[str]] = defaultdict(set)
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for form, kind, lemma, code in _analyses():
        if kind == "D":
            codes[form, kind].add(code)
            continue
        seen = counts[form] + (counts[form.capitalize()] if kind != "N" else 0)
        if seen >= MIN_COUNT[kind]:
            lemmas[form, kind].add(lemma)
            if code:
                codes[form, kind].add(code)
    in_gold: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for sentence in gold:
        for token in sentence.tokens:
            if token.upos in CLASS_OF and token.lemma and sentence.source != "lit":
                form = token.form if token.upos in ("NOUN", "PROPN") else token.form.lower()
                in_gold[form, CLASS_OF[token.upos]][token.lemma] += 1
    rows = []
    for (form, kind), options in lemmas.items():
        lemma = form if len(options) > 1 and form in options and kind in "NP" else _likeliest(options, counts)
        if (form, kind) in in_gold:
            lemma = in_gold[form, kind].most_common(1)[0][0] if len(in_gold[form, kind]) == 1 else ""
        if kind in "AP" and not lemma:
            continue
        rows.append("\t".join((form, kind, lemma, " ".join(sorted(codes[form, kind])))))
    for (form, kind), agreements in codes.items():
        if kind == "D":
            stem = max((stem for stem in _DETERMINERS if form.lower().startswith(stem)), key=len, default="")
            rows.append(
                "\t".join((form, kind, "", " ".join(sorted(agreements | {_DETERMINERS.get(stem, "")})).strip()))
            )
    for form in ("viel", "mehr", "wenig", "weniger"):
        rows.append("\t".join((form, "D", "", "PronType=Ind")))
    rows.extend("\t".join((form, "R", "", features)) for form, features in _PRONOUNS.items())
    rows.extend("\t".join((form, "C", "", " ".join(cases))) for form, cases in _governed().items())
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8", preset=9 | lzma.PRESET_EXTREME) as file:
        file.write("\n".join(sorted(rows)) + "\n")
    return len(rows)
