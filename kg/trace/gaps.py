"""What is missing: what a careful editor would ask for next, computed from the answer."""

from collections.abc import Iterable, Sequence

from kg.model import CertaintyLevel, Direction, Language, Record
from kg.places import country_name
from kg.trace.bearing import Bearing
from kg.trace.origins import actor_of, country_of_actor
from kg.trace.records import Gap, TraceItem, TraceOrigin
from kg.trace.rules import TraceRules

_IMAGERY = "imagery"
_DOCUMENTS = frozenset({"document", "court_record", "statistics", "study"})
_EYEWITNESS = "eyewitness"
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
