"""What a claim map shows: the claims of a question, a document or an actor, filtered; and the same as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Annotated

from pydantic import Field

from kg.exporters import EXPORTERS, export
from kg.graph import agent_id
from kg.model import Claim, Direction, Language, Text
from kg.serve.api_records import Day, Parameters, Question
from kg.serve.asking import trace_question
from kg.serve.http_errors import RequestError
from kg.serve.snapshot import Snapshot
from kg.trace.claim_map import export_trace
from kg.trace.records import Trace

NO_EVIDENCE = "none"


class ShownParameters(Parameters):
    """Which claims a map shows; a question, a document and an actor exclude one another."""

    q: Question | None = Field(default=None, description="Claims that bear on this question.")
    document: Text | None = Field(default=None, description="Claims of the document with this identifier.")
    actor: Text | None = Field(default=None, description="Claims of the actor with this identifier or key.")
    direction: Direction | None = Field(default=None, description="Only those that bear on the question in this way.")
    speaker: Text | None = Field(default=None, description="Only those of the actor with this identifier.")
    since: Day | None = Field(default=None, description="Only those of articles of this day or later.")
    until: Day | None = Field(default=None, description="Only those of articles of this day or earlier.")
    evidence: Text | None = Field(default=None, description="Only those with evidence of this kind, or none.")
    lang: Language | None = Field(default=None, description="The language of the words.")


class ExportParameters(ShownParameters):
    """The same, and in which format."""

    format: Annotated[str, Field(description="One of the formats of ``kg export``.")]


@dataclass(frozen=True)
class Shown:
    """What is shown.

    Attributes:
        asked: what was asked for.
        trace: the answer, its items filtered, where a question was asked.
        claims: in the order of the answer, else newest document first and in the order of its text.
        everything: the claims before the filters.
        actor: the name of the actor whose claims alone are shown.
    """

    asked: ShownParameters
    trace: Trace | None
    claims: tuple[Claim, ...]
    everything: tuple[Claim, ...]
    actor: str | None

    @property
    def directions(self) -> dict[str, Direction]:
        """How each claim bears on the question; empty without one."""
        return {item.claim_id: item.direction for item in self.trace.items} if self.trace else {}


def find_shown(snapshot: Snapshot, asked: ShownParameters) -> Shown:
    """Find the claims to show.

    Raises:
        RequestError: 400, more than one scope; 404, no such document or actor.
        QueryError: the question cannot be answered as put.
    """
    if sum(scope is not None for scope in (asked.q, asked.document, asked.actor)) > 1:
        raise RequestError(HTTPStatus.BAD_REQUEST, "expected one of the parameters q, document and actor")
    found: Trace | None = None
    actor: str | None = None
    if asked.q is not None:
        found = trace_question(snapshot, asked.q)  # in its own language, whatever that of the page
        everything = tuple(snapshot.graph.claims[item.claim_id] for item in found.items)
    elif asked.document is not None:
        extraction = snapshot.extractions.get(asked.document)
        if extraction is None:
            raise RequestError(HTTPStatus.NOT_FOUND, f'there is no document "{asked.document[:80]}"')
        everything = extraction.claims
    elif asked.actor is not None:
        agent = find_agent(snapshot, asked.actor)
        actor = snapshot.graph.agent_records(agent)[0].name
        everything = tuple(_newest_first(snapshot, snapshot.graph.claims_by(agent)))
    else:
        everything = tuple(claim for extraction in snapshot.extractions.values() for claim in extraction.claims)
    directions = {item.claim_id: item.direction for item in found.items} if found else {}
    fits = _filter(snapshot, asked, directions)
    claims = tuple(claim for claim in everything if fits(claim))
    if found is not None:
        kept = {claim.claim_id for claim in claims}
        found = found.model_copy(update={"items": tuple(item for item in found.items if item.claim_id in kept)})
    return Shown(asked, found, claims, everything, actor)


def find_agent(snapshot: Snapshot, name: str) -> str:
    """Return the identifier of an actor from itself, or from the key that its records share.

    Raises:
        RequestError: 404, there is no such actor.
    """
    for agent in (name, agent_id(name)):
        if snapshot.graph.agent_records(agent):
            return agent
    raise RequestError(HTTPStatus.NOT_FOUND, f'there is no actor "{name[:80]}"')


def published_on(snapshot: Snapshot, claim: Claim) -> str:
    """Return when the article of a claim was published, as an ISO date; empty where that is not known."""
    published = snapshot.graph.documents[claim.source.document_id].published
    return published.value[:10] if published else ""


def evidence_kinds(snapshot: Snapshot, claim: Claim) -> set[str]:
    """Return of which kinds the evidence is that is tied to a claim; ``none`` where there is none at all."""
    links = snapshot.graph.links_on(claim.claim_id)
    kinds = {snapshot.graph.evidence[link.evidence_id].kind for link in links if link.evidence_id}
    return kinds or {NO_EVIDENCE}


def export_shown(snapshot: Snapshot, asked: ExportParameters) -> tuple[bytes, str, str]:
    """Write exactly what a map shows.

    Returns:
        The file, its media type, and a name for it.

    Raises:
        RequestError: 400, there is no such format; as ``find_shown``.
    """
    exporter = EXPORTERS.get(asked.format)
    if exporter is None:
        raise RequestError(
            HTTPStatus.BAD_REQUEST, f'parameter "format": "{asked.format[:40]}" is not one of {", ".join(EXPORTERS)}'
        )
    shown = find_shown(snapshot, asked)
    out = BytesIO()
    today = datetime.now(UTC).date()
    extractions = list(snapshot.extractions.values())
    reviews = [review for reviews in snapshot.reviews.values() for review in reviews]
    if shown.trace is not None:
        export_trace(shown.trace, extractions, out, asked.format, language=asked.lang, reviews=reviews, made=today)
    else:
        chosen = {claim.claim_id for claim in shown.claims}
        is_all = len(chosen) == len(snapshot.graph.claims)
        export(
            extractions,
            out,
            asked.format,
            claim_ids=None if is_all else chosen,
            language=asked.lang,
            reviews=reviews,
            made=today,
            actor=shown.actor,
        )
    return out.getvalue(), exporter.media_type, f"claims{exporter.suffix}"


def _newest_first(snapshot: Snapshot, claims: tuple[Claim, ...]) -> list[Claim]:
    order = {document_id: place for place, document_id in enumerate(snapshot.extractions)}
    return sorted(claims, key=lambda claim: (order[claim.source.document_id], claim.assertion.passages[0].start))


def _filter(snapshot: Snapshot, asked: ShownParameters, directions: dict[str, Direction]) -> Callable[[Claim], bool]:
    def fits(claim: Claim) -> bool:
        day = published_on(snapshot, claim)
        return (
            (asked.direction is None or directions.get(claim.claim_id) is asked.direction)
            and (asked.speaker is None or snapshot.graph.agent_of(claim.actor_id) == asked.speaker)
            and (asked.since is None or day >= asked.since)
            and (asked.until is None or (day != "" and day <= asked.until))
            and (asked.evidence is None or asked.evidence in evidence_kinds(snapshot, claim))
        )

    return fits
