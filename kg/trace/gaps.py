"""What is missing: what a careful editor would ask for next, computed from the answer."""

import re
from collections.abc import Iterable, Sequence

from kg.model import CertaintyLevel, Direction, Language, Record
from kg.places import country_name
from kg.trace.bearing import Bearing
from kg.trace.origins import actor_of, country_of_actor
from kg.trace.records import Gap, TraceItem, TraceOrigin
from kg.trace.rules import TraceRules
from kg.trace.timeline import day_of

_IMAGERY = "imagery"
_DOCUMENTS = frozenset({"document", "court_record", "statistics", "study"})
_EYEWITNESS = "eyewitness"
_COUNTED = _DOCUMENTS | {_IMAGERY, "physical_finding"}
_MOST_NAMES = 4


class Evidence(Record):
    """What the gaps are computed from: the answer so far."""

    items: tuple[TraceItem, ...]
    origins: tuple[TraceOrigin, ...]
    opposing: tuple[TraceOrigin, ...]


def find_gaps(found: Evidence, bearings: Sequence[Bearing], rules: TraceRules, language: Language) -> tuple[Gap, ...]:
    """Return what is missing, the gravest first.

    Args:
        found: the items and origins of the answer.
        bearings: all claims that bear on the question, for the participants they name.
        rules: words in the question's language.
        language: the question's language.
    """
    texts = rules.gaps
    supports = [item for item in found.items if item.direction is Direction.SUPPORTS]
    if not supports:
        return ()
    gaps: list[Gap] = []

    def add(kind: str, about: Iterable[str] = (), **words: str) -> None:
        gaps.append(Gap(kind=kind, text=texts[kind].format(**words), about=tuple(about)))

    unnamed = [origin for origin in found.origins if not origin.named]
    if len(found.origins) == 1:
        add("one_origin", [found.origins[0].origin_id], names=found.origins[0].name)
    if found.origins and len(unnamed) == len(found.origins):
        add("all_unnamed", [origin.origin_id for origin in unnamed])
    elif unnamed:
        add("some_unnamed", [origin.origin_id for origin in unnamed], names=_join(o.name for o in unnamed))
    kinds = {
        evidence.kind for item in supports for evidence in item.evidence if evidence.direction is Direction.SUPPORTS
    }
    named_eyewitness = any(
        item.actor.named and any(e.kind == _EYEWITNESS and e.direction is Direction.SUPPORTS for e in item.evidence)
        for item in supports
    )
    if not named_eyewitness:
        add("no_eyewitness")
    if not kinds & _DOCUMENTS:
        add("no_document")
    if _IMAGERY in kinds and any(item.direction is Direction.UNDERCUTS for item in found.items):
        add("no_imagery")
    circles = [origin for origin in (*found.origins, *found.opposing) if origin.circle]
    for origin in circles:
        way = " ← ".join((*origin.circle, origin.circle[0]))
        add("circular", [origin.origin_id, *origin.claim_ids], names=way)
    old = _old(supports)
    if old:
        add("old", [item.claim_id for item in old], names=_join(_date(item) for item in old))
    bare = [item for item in supports if _has_figure(item) and not _gives_ground(item)]
    if bare:
        add("figures", [item.claim_id for item in bare], names=_join(_figure(item) for item in bare))
    silent = silent_countries(bearings)
    if silent:
        add(
            "silent", [f"place:{code}" for code in silent], names=_join(country_name(code, language) for code in silent)
        )
    hearsay = [item for item in supports if item.certainty is CertaintyLevel.UNKNOWN]
    if hearsay:
        add("hearsay", [item.claim_id for item in hearsay], names=_join(item.actor.name for item in hearsay))
    if not found.opposing:
        add("nothing_disputes")
    return tuple(gaps)


_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w])")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_OLD_DAYS = 365


def _figures(item: TraceItem) -> list[str]:
    """Numbers of two digits or more that are no years."""
    return [number for number in _FIGURE.findall(item.quote) if not _YEAR.fullmatch(number)]


def _has_figure(item: TraceItem) -> bool:
    return bool(_figures(item))


def _figure(item: TraceItem) -> str:
    return _figures(item)[0]


def _gives_ground(item: TraceItem) -> bool:
    """Tell whether the text says where a figure is from: a measurement, a document, imagery, a study."""
    return any(e.direction is Direction.SUPPORTS and e.kind in _COUNTED for e in item.evidence)


def _date(item: TraceItem) -> str:
    return item.said or item.source.published or ""


def _old(supports: Sequence[TraceItem]) -> list[TraceItem]:
    """All supporting claims, where the newest of them is a year older than the newest article of the answer."""
    days = [day for item in supports if (day := day_of(item.said)) is not None]
    published = [day for item in supports if (day := day_of(item.source.published)) is not None]
    if len(days) < len(supports) or not published or (max(published) - max(days)).days < _OLD_DAYS:
        return []
    return list(supports)


def silent_countries(bearings: Sequence[Bearing]) -> list[str]:
    """Return the countries that the supporting claims name as acting or receiving, and that make no claim themselves."""
    named: dict[str, int] = {}
    for bearing in bearings:
        if bearing.direction is not Direction.SUPPORTS:
            continue
        propositions = (
            [bearing.match.proposition] if bearing.match.proposition else bearing.claim.assertion.propositions
        )
        for proposition in propositions:
            for filler in proposition.roles:
                for concept in filler.concepts[:1]:
                    if concept.startswith("place:"):
                        code = concept.removeprefix("place:").partition("/")[0]
                        named[code] = named.get(code, 0) + 1
    heard = set()
    for bearing in bearings:
        if bearing.direction is None:
            continue
        country = country_of_actor(actor_of(bearing))
        if (country and bearing.direction is not Direction.SUPPORTS) or (country and actor_of(bearing).named):
            heard.add(country.removeprefix("place:").partition("/")[0])
    return sorted(
        (code for code in named if code not in heard and len(code) == 2), key=lambda code: (-named[code], code)
    )


def _join(names: Iterable[str]) -> str:
    unique = list(dict.fromkeys(names))
    shown = unique[:_MOST_NAMES]
    return ", ".join(shown) + (" …" if len(unique) > len(shown) else "")
