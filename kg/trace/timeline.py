"""The answer in order of time: when each claim was made, which came first, which is the latest."""

from collections.abc import Iterable
from datetime import date

from kg.model import Claim, Document, PartialDate
from kg.trace.records import TraceItem

_DAY_LENGTH, _MONTH_LENGTH = 10, 7


def said_on(claim: Claim, document: Document) -> PartialDate | None:
    """Return when a claim was made: as the text says, else not after the article; None where neither is known."""
    if claim.spoken is not None:
        return claim.spoken.date  # a time that cannot be worked out stays open
    return document.published


def day_of(value: str | None) -> date | None:
    """Return the first day of a date written as precisely as it is known."""
    if value is None:
        return None
    day = value[:_DAY_LENGTH]
    if len(day) < _MONTH_LENGTH:
        return date(int(day[:4]), 1, 1)
    return date.fromisoformat(day if len(day) == _DAY_LENGTH else f"{day}-01")


def in_time(items: Iterable[TraceItem]) -> list[TraceItem]:
    """Sort the items whose time is known by it; a month or year stands where it begins, before its days."""
    known = [item for item in items if item.said is not None]
    return sorted(known, key=lambda item: (item.said or "", item.claim_id))


def ends(items: Iterable[TraceItem]) -> tuple[str | None, str | None]:
    """Return the first and the latest claim; None where no time is known, or it is the same for all or not certain.

    A month is neither before nor after a day within it: then nothing is marked.
    """
    ordered = in_time(items)
    if not ordered:
        return None, None
    first, latest = ordered[0], ordered[-1]
    if first.said == latest.said:
        return None, None
    starts = [item for item in ordered if _overlaps(item.said, first.said)]
    lasts = [item for item in ordered if _overlaps(item.said, latest.said)]
    return (
        first.claim_id if all(item.said == first.said for item in starts) else None,
        latest.claim_id if all(item.said == latest.said for item in lasts) else None,
    )


def _overlaps(one: str | None, other: str | None) -> bool:
    """Tell whether two dates may be of the same time: one is the beginning of the other as written."""
    mine, theirs = (one or "")[:_DAY_LENGTH], (other or "")[:_DAY_LENGTH]
    return mine.startswith(theirs) or theirs.startswith(mine)
