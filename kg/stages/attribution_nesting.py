"""Which report is told inside which: every attribution gets the innermost one around it as its parent."""

from collections.abc import Sequence
from dataclasses import replace

from kg.found import Attribution, TokenSpan


def nest(attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Sort attributions by their first token and set each parent.

    The parent is the smallest attribution whose content holds the whole content of the other and, where it has one, its
    cue. An index in ``parent`` points into the result.
    """
    ordered = sorted(attributions, key=lambda found: (_first(found), -_size(found), found.content, found.cue))
    active: list[int] = []
    result: list[Attribution] = []
    for index, child in enumerate(ordered):
        start = child.content[0].start
        active = [candidate for candidate in active if ordered[candidate].content[-1].end > start]
        best: int | None = None
        for candidate in active:
            if _holds(ordered[candidate], child) and (best is None or _size(ordered[candidate]) < _size(ordered[best])):
                best = candidate
        active.append(index)
        # parents that start at the same token or later (a frame before the content) come after in the order
        for later in range(index + 1, len(ordered)):
            if _first(ordered[later]) > start:
                break
            if _holds(ordered[later], child) and (best is None or _size(ordered[later]) < _size(ordered[best])):
                best = later
        result.append(replace(child, parent=best))
    return tuple(result)


def _first(found: Attribution) -> int:
    return min(found.content[0].start, *(span.start for span in found.cue)) if found.cue else found.content[0].start


def _size(found: Attribution) -> int:
    return sum(span.end - span.start for span in found.content)


def _holds(outer: Attribution, inner: Attribution) -> bool:
    if _size(outer) <= _size(inner):
        return False
    anchors: tuple[TokenSpan, ...] = (*inner.content, *inner.cue)
    return all(
        any(span.start <= anchor.start and anchor.end <= span.end for span in outer.content) for anchor in anchors
    )
