"""The pages of claim maps and actors, and files of exactly what they show."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import QueryError
from kg.exporters import EXPORTERS
from kg.labels import load_labels, write_date
from kg.model import Actor, ActorKind, Direction, Language
from kg.serve.api import read_parameters
from kg.serve.api_records import PageParameters
from kg.serve.lookup import fold, summarise_claim
from kg.serve.map_tree import MapTree
from kg.serve.rendering import Renderer, language_of, linker, paging_of
from kg.serve.shown import (
    NO_EVIDENCE,
    ExportParameters,
    Shown,
    ShownParameters,
    evidence_kinds,
    export_shown,
    find_agent,
    find_shown,
)
from kg.serve.snapshot import Library, Snapshot
from kg.serve.words import load_words

SHOWN_FORMATS = tuple(name for name in EXPORTERS if name != "csv")
"""Formats that the pages offer; of the two tables of claims, the one that Excel opens too."""

_PAGE_LENGTH = 60
_RECENT = 40  # claims on an actor's page; the list of claims has all


class ListedActors(PageParameters):
    """Which actors a page lists."""

    q: str | None = None
    kind: ActorKind | None = None
    lang: Language | None = None
    limit: int = _PAGE_LENGTH


@dataclass(frozen=True)
class ActorSummary:
    """An actor over all documents: its most frequent name, the others, and how much it claims where."""

    agent: str
    actor: Actor
    other_names: tuple[str, ...]
    descriptions: tuple[str, ...]
    n_claims: int
    n_documents: int


class MapPages:
    """Renders maps and actors from what the library holds."""

    def __init__(self, library: Library, renderer: Renderer) -> None:
        """Take the library and what renders templates."""
        self._library = library
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/map", self.map),
            Route("/export", self.export),
            Route("/actors", self.actors),
            Route("/actors/{agent}", self.actor),
        ]

    def map(self, request: Request) -> Response:
        """Show a claim map, as a tree and as a table."""
        snapshot = self._library.current()
        language = Language(language_of(request))
        asked = read_parameters(request, ShownParameters)
        problem = None
        try:
            shown = find_shown(snapshot, asked.model_copy(update={"lang": language}))
        except QueryError as err:
            problem = str(err)
            shown = Shown(asked, None, (), (), None)
        words, labels = load_words(language), load_labels(language)

        def document_words(document_id: str) -> str:
            document = snapshot.graph.documents[document_id]
            parts = [document.publisher, write_date(document.published, language) if document.published else None]
            return ", ".join(filter(None, parts)) or labels["no_publisher"]

        title = _title(snapshot, shown, words["map_all"])
        tree = MapTree(
            snapshot,
            shown,
            labels,
            words,
            title=title,
            link=linker(request),
            document_words=document_words,
        ).grow()
        scope = {"q": asked.q, "document": asked.document, "actor": asked.actor}
        filters = {**scope, "direction": asked.direction, "speaker": asked.speaker}
        filters |= {"since": asked.since, "until": asked.until, "evidence": asked.evidence}
        return self._renderer.render(
            request,
            "map.html",
            HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK,
            title=title,
            problem=problem,
            asked=asked,
            scope={name: value for name, value in scope.items() if value},
            shown=shown,
            tree=tree,
            claims=[summarise_claim(snapshot, claim) for claim in shown.claims],
            directions=list(Direction),
            speakers=_speakers(snapshot, shown),
            kinds=_kinds(snapshot, shown),
            no_evidence=NO_EVIDENCE,
            snapshot=snapshot,
            formats=SHOWN_FORMATS,
            exported=export_query(filters),
        )

    def export(self, request: Request) -> Response:
        """Hand out a file of what is shown."""
        asked = read_parameters(request, ExportParameters)
        asked = asked.model_copy(update={"lang": Language(language_of(request))})
        body, media_type, name = export_shown(self._library.current(), asked)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            # a page that is opened from here runs under its own, stricter policy too
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return Response(body, media_type=media_type, headers=headers)

    def actors(self, request: Request) -> Response:
        """List actors, those who claim most first."""
        asked = read_parameters(request, ListedActors)
        found = [item for item in _summaries(self._library.current()) if _fits(item, asked)]
        return self._renderer.render(
            request,
            "actors.html",
            asked=asked,
            kinds=list(ActorKind),
            actors=found[asked.offset : asked.offset + asked.limit],
            total=len(found),
            paging=paging_of(request, asked, len(found)),
        )

    def actor(self, request: Request) -> Response:
        """Show an actor: who that is, what it claims, newest first, and who is cited by it or cites it."""
        snapshot = self._library.current()
        agent = find_agent(snapshot, request.path_params["agent"])
        shown = find_shown(snapshot, ShownParameters(actor=agent))
        graph = snapshot.graph
        cited = Counter(
            graph.agent_of(inner.actor_id) for claim in shown.claims for inner in graph.nested(claim.claim_id)
        )
        citing = Counter(
            graph.agent_of(graph.claims[claim.parent_id].actor_id)
            for claim in shown.claims
            if claim.parent_id in graph.claims
        )
        contested = [
            claim
            for claim in shown.claims
            if any(
                link.direction in (Direction.DISPUTES, Direction.UNDERCUTS) for link in graph.links_on(claim.claim_id)
            )
        ]
        outlets = Counter(
            graph.documents[claim.source.document_id].publisher
            for claim in shown.claims
            if graph.documents[claim.source.document_id].publisher
        )
        return self._renderer.render(
            request,
            "actor.html",
            summary=_summarise(snapshot, agent),
            claims=[summarise_claim(snapshot, claim) for claim in shown.claims[:_RECENT]],
            total=len(shown.claims),
            contested=len(contested),
            cited=_named(snapshot, cited),
            citing=_named(snapshot, citing),
            outlets=outlets.most_common(),
            formats=SHOWN_FORMATS,
            exported=export_query({"actor": agent}),
        )


def export_query(filters: dict[str, str | None]) -> str:
    """Return the part of an export's address that names what is shown."""
    return urlencode([(name, value) for name, value in filters.items() if value])


def _title(snapshot: Snapshot, shown: Shown, everything: str) -> str:
    asked = shown.asked
    if asked.document in snapshot.extractions:
        return snapshot.extractions[asked.document].document.title or asked.document
    return asked.q or shown.actor or everything


def _speakers(snapshot: Snapshot, shown: Shown) -> list[tuple[str, str, int]]:
    """Return who speaks, before the filters: identifier, name, number of claims."""
    counted = Counter(snapshot.graph.agent_of(claim.actor_id) for claim in shown.everything)
    return [(agent, snapshot.graph.agent_records(agent)[0].name, n) for agent, n in counted.most_common()]


def _kinds(snapshot: Snapshot, shown: Shown) -> list[tuple[str, int]]:
    counted = Counter(kind for claim in shown.everything for kind in evidence_kinds(snapshot, claim))
    return counted.most_common()


def _named(snapshot: Snapshot, counted: Counter[str]) -> list[tuple[str, str, int]]:
    return [(agent, snapshot.graph.agent_records(agent)[0].name, n) for agent, n in counted.most_common()]


def _summaries(snapshot: Snapshot) -> Iterator[ActorSummary]:
    agents = dict.fromkeys(
        snapshot.graph.agent_of(claim.actor_id) for e in snapshot.extractions.values() for claim in e.claims
    )
    found = [_summarise(snapshot, agent) for agent in agents]
    yield from sorted(found, key=lambda item: (-item.n_claims, item.actor.name.casefold()))


def _summarise(snapshot: Snapshot, agent: str) -> ActorSummary:
    records = snapshot.graph.agent_records(agent)
    names = Counter(actor.name for actor in records)
    first = names.most_common(1)[0][0]
    claims = snapshot.graph.claims_by(agent)
    return ActorSummary(
        agent=agent,
        actor=next(actor for actor in records if actor.name == first),
        other_names=tuple(name for name in names if name != first),
        descriptions=tuple(dict.fromkeys(actor.description for actor in records if actor.description)),
        n_claims=len(claims),
        n_documents=len({claim.source.document_id for claim in claims}),
    )


def _fits(item: ActorSummary, asked: ListedActors) -> bool:
    text = fold(" ".join((item.actor.name, *item.other_names, *item.descriptions)))
    return (asked.kind is None or item.actor.kind is asked.kind) and all(w in text for w in fold(asked.q).split())
