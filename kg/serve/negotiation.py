"""Content negotiation: which of the offered media types and languages a request prefers (RFC 9110, section 12.5)."""

import math
from collections.abc import Iterator, Sequence

from kg.lang import LANGUAGES

_FULL_MATCH, _TYPE_MATCH, _ANY_MATCH = 2, 1, 0


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """Choose the media type to answer with.

    Args:
        accept: the value of the Accept header; None or empty accepts everything. Ranges that cannot be read count as
            absent, parameters other than ``q`` are not compared.
        offered: what there is, the best first; it breaks ties.

    Returns:
        One of the offered, or None where none is acceptable.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = list(_weighted(accept))
    weights = [_weight_of(media_type, ranges) for media_type in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def choose_language(accept_language: str | None) -> str:
    """Choose the language of a page by the Accept-Language header; English where neither of ours is wanted."""
    for tag, weight in sorted(_weighted(accept_language or ""), key=lambda item: -item[1]):
        primary = tag.partition("-")[0]
        if weight > 0 and primary in LANGUAGES:
            return primary
    return "en"


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """Yield the items of a header with their weights, as they stand in it."""
    for item in header.split(","):
        value, *parameters = (part.strip().casefold() for part in item.split(";"))
        if not value:
            continue
        weight = 1.0
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip() == "q":
                weight = _read_weight(number.strip())
        yield value, weight


def _read_weight(number: str) -> float:
    try:
        weight = float(number)
    except ValueError:
        return 0.0
    return min(max(weight, 0.0), 1.0) if math.isfinite(weight) else 0.0


def _weight_of(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that a media type falls into; 0 where it falls into none."""
    best = (-1, 0.0)
    for value, weight in ranges:
        if value == media_type:
            best = max(best, (_FULL_MATCH, weight))
        elif value == f"{media_type.partition('/')[0]}/*":
            best = max(best, (_TYPE_MATCH, weight))
        elif value == "*/*":
            best = max(best, (_ANY_MATCH, weight))
    return best[1]


def takes_gzip(accept_encoding: str | None) -> bool:
    """Tell whether a request takes an answer that is compressed with gzip."""
    weights = dict(_weighted(accept_encoding or ""))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0
