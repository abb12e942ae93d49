"""Sentences as arrays of numbers for training, with the label tables of a pipeline."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kg.nlp.lemma_rules import make_rule
from kg.nlp.word_forms import FormArrays, FormReader
from pipeline.corpora import Sentence

UNKNOWN = -1
"""A label that the source does not give."""
ENTITY_KINDS = ("PER", "LOC", "ORG", "MISC")
_MIN_RULE = 2
_MIN_FEATURE = 8


@dataclass
class Labels:
    """The label tables; a feature's first value is "" (absent)."""

    tags: list[str]
    features: dict[str, list[str]]
    lemmas: list[str]
    relations: list[str]
    entities: list[str] = field(
        default_factory=lambda: ["O", *(f"{prefix}-{kind}" for kind in ENTITY_KINDS for prefix in "BI")]
    )


@dataclass
class Example:
    """One sentence; labels are UNKNOWN where the source is silent. ``heads``: 0 is the root, ``i + 1`` word ``i``."""

    forms: NDArray[np.int64]
    tags: NDArray[np.int64]
    features: NDArray[np.int64]
    lemmas: NDArray[np.int64]
    heads: NDArray[np.int64]
    relations: NDArray[np.int64]
    entities: NDArray[np.int64]
    weight: float = 1.0
    source: int = 0

    def __len__(self) -> int:
        return len(self.forms)


def read_features(feats: str | None) -> dict[str, str]:
    return dict(part.split("=", 1) for part in (feats or "").split("|") if "=" in part)


def make_labels(gold: Iterable[Sentence], more: Iterable[Sentence] = ()) -> Labels:
    """Collect the labels of gold trees, and from ``more`` sentences lemma rules."""
    tags: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    features: dict[str, Counter[str]] = {}
    for sentence in gold:
        for token in sentence.tokens:
            if token.upos:
                tags[token.upos] += 1
            if token.dep:
                relations[token.dep] += 1
            if token.lemma:
                rules[make_rule(token.form, token.lemma)] += 1
            for name, value in read_features(token.feats).items():
                features.setdefault(name, Counter())[value] += 1
    for sentence in more:
        for token in sentence.tokens:
            if token.lemma:
                rules[make_rule(token.form, token.lemma)] += 1
    return Labels(
        sorted(tags),
        {
            name: ["", *sorted(value for value, n in values.items() if n >= _MIN_FEATURE)]
            for name, values in sorted(features.items())
            if sum(values.values()) >= 2 * _MIN_FEATURE
        },
        [rule for rule, n in rules.most_common() if n >= _MIN_RULE],
        sorted(relations),
    )


class Forms:
    """The distinct forms of all sentences."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def add(self, form: str) -> int:
        return self.ids.setdefault(form, len(self.ids))

    def read(self, reader: FormReader) -> FormArrays:
        return reader.read(list(self.ids))


def make_examples(
    sentences: Sequence[Sentence], labels: Labels, forms: Forms, *, entities: bool = True
) -> list[Example]:
    """Turn sentences into examples; ``entities``: whether the entity labels count."""
    tags = {tag: i for i, tag in enumerate(labels.tags)}
    relations = {name: i for i, name in enumerate(labels.relations)}
    rules = {rule: i for i, rule in enumerate(labels.lemmas)}
    names = {label: i for i, label in enumerate(labels.entities)}
    values = [(name, {v: i for i, v in enumerate(options)}) for name, options in labels.features.items()]
    examples = []
    for sentence in sentences:
        n = len(sentence.tokens)
        if not 1 <= n <= 120:
            continue
        features = np.full((n, len(values)), UNKNOWN, dtype=np.int64)
        for row, token in enumerate(sentence.tokens):
            if token.feats is None or token.upos is None:
                continue
            given = read_features(token.feats)
            for column, (name, options) in enumerate(values):
                features[row, column] = options.get(given.get(name, ""), UNKNOWN)
        tokens = sentence.tokens
        examples.append(
            Example(
                np.array([forms.add(t.form) for t in tokens]),
                np.array([tags.get(t.upos or "", UNKNOWN) for t in tokens]),
                features,
                np.array([rules.get(make_rule(t.form, t.lemma), UNKNOWN) if t.lemma else UNKNOWN for t in tokens]),
                np.array(
                    [UNKNOWN if t.head is None else (0 if t.head == i else t.head + 1) for i, t in enumerate(tokens)]
                ),
                np.array([relations.get(t.dep or "", UNKNOWN) for t in tokens]),
                np.array([names.get(t.entity or "", UNKNOWN) if entities else UNKNOWN for t in tokens]),
            )
        )
    return examples
