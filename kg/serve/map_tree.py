"""The claim map as a tree: from what is asked to origins, their claims, and the evidence of each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kg.labels import Labels
from kg.model import Claim, Direction, EvidenceLink, Language
from kg.serve.lookup import text_of
from kg.serve.shown import Shown
from kg.serve.snapshot import Snapshot
from kg.serve.words import PageWords
from kg.trace.records import TraceOrigin

_OPEN_UP_TO = 40  # with more claims, groups are closed at first


@dataclass(frozen=True)
class MapNode:
    """One node.

    Attributes:
        node_id: its fragment in the address; a claim's is its identifier, if it stands nowhere before on the map.
        kind: question, group, origin, claim or evidence.
        head: who or what; ``text`` the exact words; ``note`` what goes along.
        href: where a click leads.
        is_open: whether what is below shows at first.
    """

    node_id: str
    kind: str
    head: str
    text: str = ""
    note: str = ""
    direction: Direction | None = None
    href: str | None = None
    language: Language | None = None
    children: tuple["MapNode", ...] = ()
    is_open: bool = False


class MapTree:
    """Grows the tree of what is shown."""

    def __init__(
        self,
        snapshot: Snapshot,
        shown: Shown,
        labels: Labels,
        words: PageWords,
        *,
        title: str,
        link: Callable[[str], str],
        document_words: Callable[[str], str],
    ) -> None:
        """Prepare to name things.

        Args:
            snapshot: the records.
            shown: which claims.
            labels: words for values of records.
            words: words of the pages.
            title: of the root.
            link: makes addresses that keep the language.
            document_words: names a document by outlet and date.
        """
        self._snapshot = snapshot
        self._graph = snapshot.graph
        self._shown = shown
        self._labels = labels
        self._words = words
        self._title = title
        self._link = link
        self._document_words = document_words
        self._placed: set[str] = set()

    def grow(self) -> MapNode:
        """Return the root."""
        children = tuple(self._directions() if self._shown.trace is not None else self._groups())
        note = self._words.count("claims", len(self._shown.claims))
        return MapNode("map-root", "question", self._title, note=note, children=children, is_open=True)

    def _directions(self) -> Iterator[MapNode]:
        """Yield a group for each direction: origins where independence counts, else claims."""
        directions = self._shown.directions
        trace = self._shown.trace
        origins = {*trace.origins, *trace.opposing} if trace else set()
        origin_of = {claim_id: origin for origin in origins for claim_id in origin.claim_ids}
        for direction in Direction:
            claims = [claim for claim in self._shown.claims if directions[claim.claim_id] is direction]
            if not claims:
                continue
            by_origin: dict[str, list[Claim]] = {}
            for claim in claims:
                origin = origin_of.get(claim.claim_id)
                by_origin.setdefault(origin.origin_id if origin else claim.claim_id, []).append(claim)
            nodes = []
            for key, group in by_origin.items():
                origin = origin_of.get(group[0].claim_id)
                if origin is None or len(group) == 1:
                    nodes += [self._claim(claim, direction) for claim in group]
                else:
                    nodes.append(self._origin(origin, key, group, direction))
            yield MapNode(
                f"map-{direction}",
                "group",
                self._labels.direction_heads[direction],
                note=self._words.count("claims", len(claims)),
                direction=direction,
                children=tuple(nodes),
                is_open=direction is not Direction.CONTEXT or len(self._shown.claims) <= _OPEN_UP_TO,
            )

    def _origin(self, origin: TraceOrigin, key: str, claims: list[Claim], direction: Direction) -> MapNode:
        """Return an origin with its claims folded: one text in three papers is one origin."""
        n_documents = len({claim.source.document_id for claim in claims})
        parts = [self._words.count("claims", len(claims)), self._words.count("articles", n_documents)]
        if origin.copies:
            parts.append(self._words.count("copies", origin.copies))
        if not origin.named:
            parts.append(self._words["unnamed"])
        children = tuple(self._claim(claim, direction) for claim in claims)
        return MapNode(
            f"map-{key}", "origin", origin.name, note=" · ".join(parts), direction=direction, children=children
        )

    def _groups(self) -> Iterator[MapNode]:
        """Yield a group for each document, or for each speaker where one document is shown."""
        is_open = len(self._shown.claims) <= _OPEN_UP_TO
        if self._shown.asked.document is not None:
            by_speaker: dict[str, list[Claim]] = {}
            for claim in self._shown.claims:
                by_speaker.setdefault(self._graph.agent_of(claim.actor_id), []).append(claim)
            for agent, claims in by_speaker.items():
                head = self._graph.agent_records(agent)[0].name
                yield self._group(f"map-{agent}", head, "", claims, self._link(f"/actors/{agent}"), is_open=is_open)
            return
        for document_id, group in groupby(self._shown.claims, key=lambda claim: claim.source.document_id):
            document = self._graph.documents[document_id]
            head, note = document.title or document_id, self._document_words(document_id)
            yield self._group(
                f"map-{document_id}", head, note, group, self._link(f"/documents/{document_id}"), is_open=is_open
            )

    def _group(
        self, node_id: str, head: str, note: str, claims: Iterable[Claim], href: str, *, is_open: bool
    ) -> MapNode:
        children = tuple(self._claim(claim, None) for claim in claims)
        counted = self._words.count("claims", len(children))
        note = f"{note} · {counted}" if note else counted
        return MapNode(node_id, "group", head, note=note, href=href, children=children, is_open=is_open)

    def _claim(self, claim: Claim, direction: Direction | None) -> MapNode:
        labels = self._labels
        confidence = labels.confidence(claim.confidence.value).short
        facts = (
            f"{self._words['sounds']} {labels.certainty[claim.certainty.level]}",
            f"{self._words['reading']} {confidence}",
            self._document_words(claim.source.document_id),
        )
        grounds = tuple(self._ground(link) for link in self._graph.links_on(claim.claim_id))
        document_id = claim.source.document_id
        return MapNode(
            self._name(claim.claim_id),
            "claim",
            self._chain(claim),
            text_of(claim),
            " · ".join(facts),
            direction,
            self._link(f"/documents/{document_id}") + f"#{claim.claim_id}",
            self._graph.documents[document_id].language,
            grounds,
        )

    def _chain(self, claim: Claim) -> str:
        actors = [self._graph.actors[link.actor_id] for link in reversed(self._graph.chain(claim.claim_id))]
        names = [actors[0].name if actors[0].named else f"{actors[0].name} ({self._words['unnamed']})"]
        names += [actor.name for actor in actors[1:]]
        return f" ← {self._words['through']} ".join(dict.fromkeys(names))

    def _ground(self, link: EvidenceLink) -> MapNode:
        """Return evidence, or a claim used as evidence; what that rests on stands where it is placed itself."""
        if link.evidence_claim_id is not None and link.evidence_claim_id in self._graph.claims:
            claim = self._graph.claims[link.evidence_claim_id]
            head, text, document_id = self._chain(claim), text_of(claim), claim.source.document_id
            anchor = claim.claim_id
        else:
            evidence = self._graph.evidence[link.evidence_id or ""]
            head, text = self._labels.evidence_kind(evidence.kind), evidence.description
            document_id, anchor = evidence.passage.document_id, link.claim_id
        return MapNode(
            self._name(link.link_id),
            "evidence",
            head,
            text,
            self._labels.strength(link.strength).word,
            link.direction,
            self._link(f"/documents/{document_id}") + f"#{anchor}",
            self._graph.documents[document_id].language,
        )

    def _name(self, record_id: str) -> str:
        """Name a node so that no two have the same name."""
        name = record_id
        while name in self._placed:
            name += "-again"
        self._placed.add(name)
        return name
