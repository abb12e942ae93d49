"""Documents parsed by hand, so that a stage is tested without a trained pipeline."""

from collections.abc import Callable

import pytest
from spacy.tokens import Doc
from spacy.util import get_lang_class

from kg.found import Found
from kg.ids import sha256_of
from kg.model import Document, Language, PartialDate

PARAGRAPH = "¶"
"""Stands for a blank line in a table of tokens."""


def parse_by_hand(table: str) -> Doc:
    """Build a document from one token a line: form, lemma, part of speech, head, relation, features, entity.

    Heads count from 1 within the sentence, 0 is the root; an empty line ends a sentence. The last two columns may be
    missing; ``_`` stands for none. A form that ends in ``+`` has no space after it.
    """
    columns: dict[str, list] = {
        name: [] for name in ("words", "spaces", "lemmas", "pos", "heads", "deps", "morphs", "ents")
    }
    starts: list[bool] = []
    for sentence in table.strip().split("\n\n"):
        offset = len(starts)
        for number, line in enumerate(sentence.strip().splitlines()):
            form, lemma, pos, head, dep, *rest = line.split()
            morph, ent = (*rest, "_", "_")[:2]
            blank = form == PARAGRAPH
            columns["words"].append("\n\n" if blank else form.removesuffix("+"))
            columns["spaces"].append(not form.endswith("+") and not blank)
            columns["lemmas"].append("\n\n" if blank else lemma)
            columns["pos"].append(pos)
            columns["heads"].append(offset + (number if head == "0" else int(head) - 1))
            columns["deps"].append("ROOT" if head == "0" else dep)
            columns["morphs"].append("" if morph == "_" else morph)
            columns["ents"].append("O" if ent == "_" else ent)
            starts.append(number == 0)
    return Doc(get_lang_class("xx")().vocab, sent_starts=starts, **columns)


@pytest.fixture
def by_hand() -> Callable[[str], Doc]:
    return parse_by_hand


@pytest.fixture
def found_in() -> Callable[..., Found]:
    def make(doc: Doc, language: str = "de", publisher: str | None = "Kurier", **fields: object) -> Found:
        document = Document(
            document_id="document-1",
            publisher=publisher,
            published=PartialDate(value="2024-03-05", precision="day"),
            language=Language(language),
            text=doc.text,
            sha256=sha256_of(doc.text),
        )
        return Found(document=document, **fields)  # type: ignore[arg-type]

    return make
