"""What the network should say of an annotated document."""

from dataclasses import dataclass

import numpy as np

from kg.attribution_metric import QuoteGroup
from kg.quotation_data import word_runs

PAIR_ROLES = ("speaker", "cue", "frame", "addressee")


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
    spans = sorted({(span, place) for place, group in enumerate(groups) for span in word_runs(group.quote)})
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
            for start, end in word_runs(group.part(role)):
                tags[start:end, column] = 2
                tags[start, column] = 1
    parts, pairs, speakers, type_ids, medium_ids = [], [], [], [], []
    for group in groups:
        row = np.zeros(length, dtype=np.int64)
        for bit, role in ((1, "cue"), (2, "frame"), (4, "addressee"), (8, "quote")):
            row[sorted(group.part(role))] |= bit
        for span in word_runs(group.quote):
            parts.append(span)
            pairs.append(row)
            named = word_runs(group.speaker)
            speakers.append(max(named, key=lambda run: run[1] - run[0]) if named else None)
            type_ids.append(types.index(group.type or ""))
            medium_ids.append(media.index(group.medium or ""))
    stacked = np.array(pairs, dtype=np.int64).reshape(len(parts), length)
    return Targets(tags, parts, stacked, speakers, type_ids, medium_ids)
