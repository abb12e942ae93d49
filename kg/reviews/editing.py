"""Corrections of one record: the fields that can be corrected, how their values are read, and what changes by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from kg.errors import InputError
from kg.model import (
    Actor,
    ActorKind,
    Certainty,
    CertaintyLevel,
    Change,
    Claim,
    ClaimMedium,
    ClaimType,
    Direction,
    Evidence,
    EvidenceLink,
    Extraction,
    OrganisationKind,
    Passage,
    Record,
    ReviewedRecords,
)
from kg.reviews.drafting import CONTENT_JOINT, find_actor, make_assertion, read_content
from kg.reviews.records import changed

Closed = TypeVar("Closed", bound=StrEnum)

CORRECTABLE: dict[type[Record], tuple[str, ...]] = {
    Claim: ("content", "actor", "type", "medium", "certainty", "parent"),
    Actor: ("name", "kind", "organisation_kind", "named", "description", "affiliation", "stands_for"),
    Evidence: ("kind", "description"),
    EvidenceLink: ("direction",),
}
"""What can be corrected about each kind of record. ``actor_kind`` goes with a claim's ``actor`` where that is new."""

_NOTHING = ("", "-", "none")
_TRUTH = {"yes": True, "no": False, "true": True, "false": False, "ja": True, "nein": False}


@dataclass(frozen=True)
class Edited:
    """A record as it is to be, with the actors it needs, and what that changes; no changes where it is so already."""

    records: ReviewedRecords
    changes: tuple[Change, ...]


def snapshot(record: Record, extraction: Extraction) -> ReviewedRecords:
    """Return a record with what it is found again by: the actors of claims, both ends of a link."""
    claims: list[Claim] = []
    evidence: list[Evidence] = []
    if isinstance(record, Claim):
        claims = [record]
    elif isinstance(record, Evidence):
        evidence = [record]
    elif isinstance(record, EvidenceLink):
        claims = [c for c in extraction.claims if c.claim_id in (record.claim_id, record.evidence_claim_id)]
        evidence = [e for e in extraction.evidence if e.evidence_id == record.evidence_id]
    elif isinstance(record, Actor):
        return ReviewedRecords(actors=(record,))
    else:
        msg = f"a {type(record).__name__.lower()} cannot be reviewed: expected a claim, an actor, evidence or a link"
        raise InputError(msg)
    wanted = {claim.actor_id for claim in claims} | {claim.source.publication_actor_id for claim in claims}
    wanted |= {item.producer_id for item in evidence}
    return ReviewedRecords(
        actors=tuple(actor for actor in extraction.actors if actor.actor_id in wanted),
        claims=tuple(claims),
        evidence=tuple(evidence),
        links=(record,) if isinstance(record, EvidenceLink) else (),
    )


def value_of(record: Record, field: str, extraction: Extraction) -> str | None:
    """Return the value of a field as a person reads it; None where there is none."""
    if isinstance(record, Claim):
        match field:
            case "content":
                return CONTENT_JOINT.join(" ".join(passage.exact.split()) for passage in record.assertion.passages)
            case "actor":
                return next(actor.name for actor in extraction.actors if actor.actor_id == record.actor_id)
            case "certainty":
                return str(record.certainty.level)
            case "parent":
                return record.parent_id
    value = getattr(record, field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def edit(record: Record, extraction: Extraction, values: Mapping[str, str]) -> Edited:
    """Work out what a record is to be.

    Args:
        record: a claim, an actor, evidence or a link, as it is now.
        extraction: the records around it.
        values: the new value of each field to correct, in words.

    Raises:
        InputError: there is no such field, or a value does not fit; the message says what would.
    """
    fields = CORRECTABLE.get(type(record), ())
    extra = {"actor_kind"} if isinstance(record, Claim) else set()
    unknown = [field for field in values if field not in (*fields, *extra)]
    if unknown or not fields:
        expected = ", ".join(fields) or "nothing"
        what = type(record).__name__.lower()
        msg = f'"{unknown[0] if unknown else what}" cannot be corrected; of this {what}: {expected}'
        raise InputError(msg)
    actors: tuple[Actor, ...] = ()
    new: dict[str, object] = {}
    for field, value in values.items():
        if field == "actor_kind":
            continue
        try:
            if isinstance(record, Claim):
                actors = (*actors, *_edit_claim(record, extraction, field, value, values, new))
            else:
                new[field] = _read(record, field, value)
        except InputError as err:
            msg = f"{field}: {err}"
            raise InputError(msg) from err
    try:
        left = changed(record, **new)
    except ValidationError as err:
        first = err.errors()[0]
        msg = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise InputError(msg) from err
    around = changed(extraction, actors=tuple({a.actor_id: a for a in (*extraction.actors, *actors)}.values()))
    changes = [
        Change(field=field, before=before, after=after)
        for field in fields
        if (before := value_of(record, field, extraction)) != (after := value_of(left, field, around))
        or (field == "content" and _spans(record) != _spans(left))
    ]
    return Edited(records=snapshot(left, around), changes=tuple(changes))


def _spans(record: Record) -> tuple[object, ...]:
    return record.assertion.passages if isinstance(record, Claim) else ()


def _edit_claim(
    claim: Claim, extraction: Extraction, field: str, value: str, values: Mapping[str, str], new: dict[str, object]
) -> tuple[Actor, ...]:
    """Set one field of a claim; return the actors that it needs."""
    match field:
        case "content":
            if value_of(claim, "content", extraction) == " ".join(value.split()):
                return ()
            passages = read_content(value, extraction.document, near=claim.assertion.passages[0].start)
            new["assertion"], certainty = make_assertion(passages, extraction.document)
            if "certainty" not in values and claim.certainty.hedges:
                within = [h for h in claim.certainty.hedges if any(_inside(h.passage, p) for p in passages)]
                if len(within) < len(claim.certainty.hedges):
                    new["certainty"] = certainty
        case "actor":
            kind = one_of(ActorKind, values.get("actor_kind") or ActorKind.PERSON)
            actor = find_actor(extraction, value, kind)
            new["actor_id"] = actor.actor_id
            return (actor,)
        case "type":
            new["type"] = one_of(ClaimType, value)
        case "medium":
            new["medium"] = None if value.strip().lower() in _NOTHING else one_of(ClaimMedium, value)
        case "certainty":
            new["certainty"] = Certainty(level=one_of(CertaintyLevel, value), hedges=claim.certainty.hedges)
        case "parent":
            parent_id = None if value.strip().lower() in _NOTHING else value.strip()
            if parent_id is not None and parent_id not in {c.claim_id for c in extraction.claims} - {claim.claim_id}:
                msg = f'no other claim of this document is "{parent_id}"'
                raise InputError(msg)
            new["parent_id"] = parent_id
    return ()


def _inside(inner: Passage, outer: Passage) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _read(record: Record, field: str, value: str) -> object:
    """Read the value of a field of a record other than a claim."""
    plain = " ".join(value.split())
    readers: dict[tuple[type[Record], str], Callable[[str], object]] = {
        (Actor, "kind"): lambda text: one_of(ActorKind, text),
        (Actor, "organisation_kind"): lambda text: one_of(OrganisationKind, text),
        (Actor, "named"): _truth,
        (EvidenceLink, "direction"): lambda text: one_of(Direction, text),
    }
    reader = readers.get((type(record), field))
    optional = isinstance(record, Actor) and field not in ("name", "kind", "named")
    if plain.lower() in _NOTHING:
        if optional:
            return None
        msg = "is empty"
        raise InputError(msg)
    return reader(plain) if reader else plain


def _truth(value: str) -> bool:
    if value.lower() not in _TRUTH:
        msg = f'"{value}" is neither yes nor no'
        raise InputError(msg)
    return _TRUTH[value.lower()]


def one_of(kinds: type[Closed], value: str) -> Closed:
    """Read a value of a closed set.

    Raises:
        InputError: it is none of them; the message lists them.
    """
    try:
        return kinds(value.strip().lower().replace(" ", "_").replace("-", "_"))
    except ValueError as err:
        msg = f'"{value}" is not known ({", ".join(kinds)})'
        raise InputError(msg) from err
