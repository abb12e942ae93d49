"""Lanes beside a column of cards: lines from card to card that run along it without lying on each other."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def assign_lanes(stretches: Mapping[Key, Sequence[float]]) -> dict[Key, int]:
    """Give each line the innermost lane that is free where it runs, short lines first.

    Args:
        stretches: for each line the heights that it touches; it runs from the least to the greatest.

    Returns:
        The lane of each line, from 0, which is next to the cards.
    """
    lanes: list[list[tuple[float, float]]] = []
    assigned: dict[Key, int] = {}
    spans = {key: (min(heights), max(heights)) for key, heights in stretches.items() if heights}
    for key, span in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1][0])):
        lane = next((index for index, taken in enumerate(lanes) if not _meets(span, taken)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(span)
        assigned[key] = lane
    return assigned


def _meets(span: tuple[float, float], taken: Iterable[tuple[float, float]]) -> bool:
    return any(span[0] <= end and start <= span[1] for start, end in taken)
