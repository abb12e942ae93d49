"""Read the training data of ../shared/data into one kind of record, a sentence of tokens."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.treebanks import TreeWord, read_trees

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
    for tree in read_trees(path, merge=merge):
        tokens = [_token(word, silver=silver) for word in tree.words]
        yield Sentence(
            tokens=tuple(_with_iob(tokens) if silver else tokens),
            source=source,
            new_document=tree.new_document,
            new_paragraph=tree.new_paragraph,
            text=tree.text or "",
        )


def _token(word: TreeWord, *, silver: bool) -> Token:
    values = dict(part.split("=", 1) for part in word.misc.split("|") if "=" in part)
    return Token(
        form=word.form,
        space=word.space,
        upos=word.upos,
        xpos=word.xpos,
        feats=None if silver else word.features,
        lemma=word.lemma,
        head=word.head,
        dep=relation(word.relation),
        entity=values.get("NER", "O") if silver else None,
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
