"""The German quotation data: documents as spaCy Docs, annotations as groups and as training targets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.attribution_metric import PARTS, QuoteGroup

PAIR_ROLES = ("speaker", "cue", "frame", "addressee")


@dataclass(frozen=True)
class GoldDocument:
    """One document of the data set: its words, sentences and paragraphs, and its annotations over the words."""

    name: str
    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    sentence_starts: frozenset[int]
    paragraph_starts: frozenset[int]
    groups: tuple[QuoteGroup, ...]


def read_gold(path: Path) -> GoldDocument:
    """Read one file of the data set."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    tokens = record["tokens"]
    text = record["originalText"]
    gaps = [text[left["charEnd"] : right["charBegin"]] for left, right in pairwise(tokens)]
    groups = tuple(
        QuoteGroup(
            **{part: frozenset(annotation[part]["tokenIds"]) for part in PARTS},
            type=annotation["type"],
            medium=annotation["medium"],
            is_nested=annotation["isNested"],
            has_nested=annotation["hasNested"],
        )
        for annotation in record["annotations"]
    )
    return GoldDocument(
        name=path.name,
        words=tuple(token["text"] for token in tokens),
        spaces=(*(gap.startswith(" ") for gap in gaps), False),
        sentence_starts=frozenset(sentence["begin"] for sentence in record["sentences"]),
        paragraph_starts=frozenset({0} | {place for place, gap in enumerate(gaps, 1) if "\n" in gap}),
        groups=groups,
    )


def read_folder(folder: Path) -> Iterator[GoldDocument]:
    """Read all files of a folder in the order of their names."""
    for path in sorted(folder.glob("*.json")):
        yield read_gold(path)


def make_doc(gold: GoldDocument, vocab: Vocab) -> Doc:
    """Make a Doc of the data's own tokens; a white-space token stands where a paragraph ends."""
    words: list[str] = []
    spaces: list[bool] = []
    starts: list[bool] = []
    for place, word in enumerate(gold.words):
        if place and place in gold.paragraph_starts:
            words.append("\n\n")
            spaces.append(False)
            starts.append(False)
        words.append(word)
        spaces.append(gold.spaces[place])
        starts.append(place in gold.sentence_starts or place in gold.paragraph_starts)
    return Doc(vocab, words=words, spaces=spaces, sent_starts=starts)


def runs(tokens: frozenset[int]) -> list[tuple[int, int]]:
    """Return the contiguous runs of a token set, in order, ends exclusive."""
    found: list[tuple[int, int]] = []
    for token in sorted(tokens):
        if found and found[-1][1] == token:
            found[-1] = (found[-1][0], token + 1)
        else:
            found.append((token, token + 1))
    return found


@dataclass(frozen=True)
class Targets:
    """What the network should say of one document.

    ``tags`` has one column per tag layer (outer quotes, inner quotes, four roles). ``parts`` are the quote parts;
    ``pairs`` has for each part one row of words with the bits cue 1, frame 2, addressee 4, same group 8.
    """

    tags: np.ndarray
    parts: list[tuple[int, int]]
    pairs: np.ndarray
    speakers: list[tuple[int, int] | None]
    types: list[int]
    media: list[int]


def make_targets(groups: tuple[QuoteGroup, ...], length: int, types: list[str], media: list[str]) -> Targets:
    """Turn annotations into targets."""
    tags = np.zeros((length, 2 + len(PAIR_ROLES)), dtype=np.int64)
    spans = sorted({(span, place) for place, group in enumerate(groups) for span in runs(group.quote)})
    layers: list[list[tuple[int, int]]] = [[], []]
    for (start, end), place in spans:
        around = {
            other
            for (left, right), other in spans
            if other != place and left <= start and end <= right and (right - left > end - start or other < place)
        }
        if len(around) < 2:
            layers[len(around)].append((start, end))
    for column, layer in enumerate(layers):
        for start, end in layer:
            if tags[start:end, column].any():
                continue
            tags[start:end, column] = 2
            tags[start, column] = 1
            tags[end - 1, column] = 4 if end - start == 1 else 3
    for column, role in enumerate(PAIR_ROLES, 2):
        for group in groups:
            for start, end in runs(group.part(role)):
                tags[start:end, column] = 2
                tags[start, column] = 1
    parts, pairs, speakers, type_ids, medium_ids = [], [], [], [], []
    for group in groups:
        row = np.zeros(length, dtype=np.int64)
        for bit, role in ((1, "cue"), (2, "frame"), (4, "addressee"), (8, "quote")):
            row[sorted(group.part(role))] |= bit
        for span in runs(group.quote):
            parts.append(span)
            pairs.append(row)
            named = runs(group.speaker)
            speakers.append(max(named, key=lambda run: run[1] - run[0]) if named else None)
            type_ids.append(types.index(group.type or ""))
            medium_ids.append(media.index(group.medium or ""))
    stacked = np.array(pairs, dtype=np.int64).reshape(len(parts), length)
    return Targets(tags, parts, stacked, speakers, type_ids, medium_ids)
