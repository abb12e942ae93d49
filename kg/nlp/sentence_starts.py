"""A component that finds the sentences of raw text before anything else runs.

It looks at each place after an end mark and at each new line, and sums the weights of what speaks for and against a
start there (logistic regression). What raw text says of words follows Kiss & Strunk 2006, "Unsupervised multilingual
sentence boundary detection": abbreviations go on before lower case, frequent starters and names differ in where they
are capitalised. ``scripts/train_sentence_starts.py`` makes the weights.
"""

import json
import lzma
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import numpy as np
from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import SimpleFrozenList
from thinc.types import Ints2d

from kg.lang import load_rules
from kg.nlp.sentence_features import WordTable, describe, find_places, is_excluded

_FILE = "model.json.xz"


class SentenceRules(BaseModel):
    """What is written down about the sentences of a language.

    Attributes:
        abbreviations: with their full stop; after one a sentence does not end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    abbreviations: frozenset[str]


class SentenceStarts:
    """The component: tables and weights, empty until they are read."""

    def __init__(self, rules: SentenceRules) -> None:
        """Start without weights: then only new lines part sentences."""
        self._rules = rules
        self.words = WordTable({}, {}, frozenset(), rules.abbreviations)
        self.weights: dict[str, float] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the sentence start of every token in place, unless the caller has given any.

        A blank line always ends a sentence. A whitespace token never starts one, but for the first token of all.
        """
        given = doc.to_array("SENT_START")
        if not len(doc) or given[1:].any():
            return doc
        starts = np.full((len(doc), 1), -1, dtype=np.int64)
        starts[0] = 1
        starts[self.find([token.text for token in doc], [bool(token.whitespace_) for token in doc])] = 1
        return doc.from_array(["SENT_START"], cast(Ints2d, starts.astype(np.uint64)))

    def find(self, words: list[str], gaps: list[bool]) -> list[int]:
        """Return the indices of words that start a sentence, without the first of the text.

        Args:
            words: of the whole document, whitespace tokens among them.
            gaps: whether there is a space after each.
        """
        found = []
        begin = 0
        weigh = self.weights.get
        for place in find_places(words, gaps):
            starts = place.newlines > 1
            if not starts and not is_excluded(words, place, begin, self.words):
                features = describe(words, gaps, place, begin, self.words)
                starts = sum([weigh(feature, 0.0) for feature in features]) + weigh("", 0.0) > 0
            if starts:
                begin = place.start
                found.append(begin)
        return found

    def to_disk(self, path: Path, *, exclude: Iterable[str] = SimpleFrozenList()) -> None:
        """Write tables and weights as ``model.json.xz``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "before": self.words.before,
            "after": self.words.after,
            "speech": sorted(self.words.speech),
            "weights": self.weights,
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=0)
        (folder / _FILE).write_bytes(lzma.compress(text.encode()))

    def from_disk(self, path: Path, *, exclude: Iterable[str] = SimpleFrozenList()) -> "SentenceStarts":
        """Read tables and weights."""
        content = json.loads(lzma.decompress((Path(path) / _FILE).read_bytes()))
        self.words = WordTable(
            content["before"], content["after"], frozenset(content["speech"]), self._rules.abbreviations
        )
        self.weights = content["weights"]
        return self


@Language.factory("sentence_starts", assigns=["token.is_sent_start"])
def make_sentence_starts(nlp: Language, name: str) -> SentenceStarts:
    """Make the component with the rules of the pipeline's language, its weights still empty."""
    return SentenceStarts(load_rules("nlp", nlp.lang or "", SentenceRules))
