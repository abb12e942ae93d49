"""What every exported file says about itself: what is in it, of when it is, and how to cite it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from kg import __version__
from kg.ids import make_id
from kg.labels import write_date
from kg.model import DatePrecision, PartialDate

if TYPE_CHECKING:
    from kg.exporters.claim_map import ClaimMap

SOFTWARE = f"kg {__version__}"
_DAY_LENGTH = len("2024-03-05")
_DIGEST_PREFIX = "map"


@dataclass(frozen=True)
class Imprint:
    """The same four things in each format, in the words of the map.

    Attributes:
        scope: which claims, how many, from how many documents of which time.
        made: the day the file was made, ISO 8601; else the day of the last extraction; None when neither is known.
        made_words: that day and the software, to read.
        citation: one line to put into a footnote.
        digest: identifier of the contents: the same claims, evidence and links have the same.
    """

    scope: str
    made: str | None
    made_words: str
    citation: str
    digest: str


def write_imprint(claim_map: "ClaimMap", *, made: date | None, actor: str | None) -> Imprint:
    """Say what is on a map.

    Args:
        claim_map: the map.
        made: the day on which the file is made.
        actor: whose claims alone were asked for.
    """
    labels = claim_map.labels
    day = made.isoformat() if made is not None else _last_extraction(claim_map)
    if actor is not None:
        which = labels["scope_actor"].format(actor=actor)
    elif claim_map.question is not None:
        which = labels["scope_question"].format(question=claim_map.question)
    else:
        which = labels["scope_document" if len(claim_map.extractions) == 1 else "scope_all"]
    claims, evidence, _, documents = claim_map.counts()
    parts = [which, labels["scope_counts"].format(claims=claims, evidence=evidence, documents=documents)]
    scope = ": ".join(parts) + "".join(f", {words}" for words in _time_words(claim_map))
    digest = make_id(
        _DIGEST_PREFIX, *sorted((*claim_map.numbers, *(link.link_id for link in claim_map.links))), claim_map.question
    )
    made_words = labels["made_with"].format(date=_day_words(claim_map, day), software=SOFTWARE) if day else SOFTWARE
    contents = labels["map_digest"].format(digest=digest.removeprefix(f"{_DIGEST_PREFIX}-"))
    kind = labels["claim_map"]
    opening, closing = labels["quote_open"], labels["quote_close"]
    citation = f"{opening}{claim_map.title}{closing}. {kind}, {scope}. {made_words}, {contents}."
    return Imprint(scope=scope, made=day, made_words=made_words, citation=citation, digest=digest)


def _day_words(claim_map: "ClaimMap", day: str) -> str:
    return write_date(PartialDate(value=day, precision=DatePrecision.DAY), claim_map.language)


def _last_extraction(claim_map: "ClaimMap") -> str | None:
    times: list[datetime] = [
        item.provenance.extracted for item in claim_map.extractions if item.provenance.extracted is not None
    ]
    return max(time.date() for time in times).isoformat() if times else None


def _time_words(claim_map: "ClaimMap") -> list[str]:
    days = sorted(
        item.document.published.value[:_DAY_LENGTH]
        for item in claim_map.extractions
        if item.document.published is not None and len(item.document.published.value) >= _DAY_LENGTH
    )
    if not days:
        return []
    first, last = _day_words(claim_map, days[0]), _day_words(claim_map, days[-1])
    name = "published_on" if first == last else "published_from_to"
    return [claim_map.labels[name].format(first=first, last=last)]
