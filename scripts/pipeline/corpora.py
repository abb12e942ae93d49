"""Read the training data of ../shared/data into one kind of record, a sentence of tokens."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

KEPT_SUBTYPES = ("pass",)
"""Subtypes of relations that say something the plain label does not and that the syntax rules need."""

ENTITY_LABELS = {
    "PER": "PER", "PERSON": "PER", "person": "PER", "Person": "PER",
    "LOC": "LOC", "LOCATION": "LOC", "GPE": "LOC", "place": "LOC", "Location": "LOC",
    "location": "LOC", "location-city": "LOC", "location-route": "MISC", "location-stop": "LOC", "location-street": "LOC",
    "ORG": "ORG", "ORGANIZATION": "ORG", "organization": "ORG", "organization-company": "ORG", "Organisation": "ORG",
    "MISC": "MISC", "OTH": "MISC", "event-cause": None,
}  # fmt: skip
"""Labels of the sources to ours; None or absent: not an entity here."""


@dataclass(frozen=True)
class Token:
    """One token with what its source says about it; None: the source does not say."""

    form: str
    space: bool = True
    upos: str | None = None
    xpos: str | None = None
    feats: str | None = None
    lemma: str | None = None
    head: int | None = None
    dep: str | None = None
    entity: str | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence; ``head`` counts from 0 and a root is its own head. ``starts`` says what begins with it."""

    tokens: tuple[Token, ...]
    source: str
    new_document: bool = False
    new_paragraph: bool = False
    text: str = field(default="", compare=False)


def relation(label: str) -> str:
    """Return a relation without its subtype, unless that is one of ``KEPT_SUBTYPES``."""
    plain, _, subtype = label.partition(":")
    return label if subtype in KEPT_SUBTYPES and plain in ("nsubj", "csubj", "aux") else plain


def read_conllu(path: Path, *, merge: bool, source: str | None = None, silver: bool = False) -> Iterator[Sentence]:
    """Read a CoNLL-U file.

    Args:
        path: plain or gzipped.
        merge: make one token of a multiword token ("zum"), with the first word's labels.
        source: name to give to the sentences; the file's name if None.
        silver: the file has ``NER=`` entities, no features and no lemmas.
    """
    source = source or path.name.split(".")[0]
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        block: list[str] = []
        for line in file:
            if line.strip():
                block.append(line.rstrip("\n"))
            elif block:
                yield _sentence(block, merge=merge, source=source, silver=silver)
                block = []
        if block:
            yield _sentence(block, merge=merge, source=source, silver=silver)


def _sentence(block: list[str], *, merge: bool, source: str, silver: bool) -> Sentence:
    comments = [line for line in block if line.startswith("#")]
    rows = [line.split("\t") for line in block if not line.startswith("#")]
    multi: dict[int, tuple[int, str, str]] = {}
    for row in rows:
        if "-" in row[0]:
            first, last = map(int, row[0].split("-"))
            multi[first] = (last, row[1], row[9])
    words = [row for row in rows if row[0].isdigit()]
    index_of: dict[int, int] = {0: -1}
    groups: list[tuple[list[list[str]], str, str]] = []
    position = 0
    while position < len(words):
        number = int(words[position][0])
        if merge and number in multi:
            last, form, misc = multi[number]
            group = words[position : position + last - number + 1]
            groups.append((group, form, misc))
        else:
            group = [words[position]]
            misc = group[0][9]
            for first, (last, _, span_misc) in multi.items():
                if first <= number <= last:
                    # the words of a contraction stand together; the space after belongs to the last
                    misc = "SpaceAfter=No" if number < last else span_misc
            groups.append((group, group[0][1], misc))
        for row in group:
            index_of[int(row[0])] = len(groups) - 1
        position += len(group)
    tokens = []
    for index, (group, form, misc) in enumerate(groups):
        own = {index_of[int(row[0])] for row in group}
        chosen = next((row for row in group if index_of[int(row[6])] not in own), group[0])
        head = index_of[int(chosen[6])]
        row = group[0]
        dep = row[7] if len(group) == 1 else chosen[7]
        if len(group) > 1 and row[3] == "ADP":
            head, dep = index_of[int(row[6])], row[7]
        values = dict(part.split("=", 1) for part in row[9].split("|") if "=" in part)
        tokens.append(
            Token(
                form=form.replace("\u00a0", " "),
                space="SpaceAfter=No" not in misc,
                upos=row[3] if row[3] != "_" else None,
                xpos=row[4] if row[4] != "_" else None,
                feats=None if silver else ("" if row[5] == "_" else row[5]),
                lemma=row[2] if row[2] != "_" or form == "_" else None,
                head=index if head < 0 or head == index else head,
                dep="root" if head < 0 else relation(dep),
                entity=values.get("NER", "O") if silver else None,
            )
        )
    return Sentence(
        tokens=tuple(_with_iob(tokens) if silver else tokens),
        source=source,
        new_document=any(line.startswith("# newdoc") for line in comments),
        new_paragraph=any(line.startswith("# newpar") for line in comments),
        text=next((line[9:] for line in comments if line.startswith("# text = ")), ""),
    )


def _with_iob(tokens: list[Token]) -> list[Token]:
    """Turn plain entity classes into IOB: neighbours of one class are one entity."""
    result = []
    previous = "O"
    for token in tokens:
        label = ENTITY_LABELS.get(token.entity or "O") or "O"
        iob = "O" if label == "O" else ("I-" if previous == label else "B-") + label
        result.append(replace(token, entity=iob))
        previous = label
    return result


def trees(language: str) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """Return gold, silver and development sentences of one language; none of the development is in the others."""
    folder = DATA / "trees" / language
    if language == "de":
        gold = [
            s for name in ("gsd-train-part", "pud", "lit") for s in read_conllu(folder / f"{name}.conllu", merge=True)
        ]
        silver = [
            s for name in ("de-news", "de-wiki-bundestag")
            for s in read_conllu(DATA / "silver" / f"{name}.conllu.gz", merge=True, silver=True)
        ]  # fmt: skip
        dev = list(read_conllu(folder / "gsd-dev.conllu", merge=True))
    else:
        gold = list(read_conllu(folder / "ewt-train.conllu", merge=False))
        for path in sorted((folder / "gum").glob("*.conllu")):
            gold.extend(read_conllu(path, merge=False, source="gum"))
        silver = []
        dev = list(read_conllu(folder / "ewt-dev.conllu", merge=False))
    seen = {tuple(token.form for token in s.tokens) for s in dev}
    return (
        [s for s in gold if tuple(t.form for t in s.tokens) not in seen],
        [s for s in silver if tuple(t.form for t in s.tokens) not in seen],
        dev,
    )
