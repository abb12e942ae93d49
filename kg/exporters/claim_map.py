"""The claim map that the exporters draw: groups of claims, each with its voices, and evidence beside the claim it bears on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count

from kg.exporters.imprint import Imprint, write_imprint
from kg.graph import ClaimGraph
from kg.labels import Labels, load_labels, write_date, write_number
from kg.model import (
    Actor,
    Claim,
    ClaimType,
    Direction,
    Document,
    Evidence,
    EvidenceLink,
    Extraction,
    Language,
    Passage,
    Review,
)

PASSAGE_JOINT = " … "


@dataclass(frozen=True)
class EvidenceNode:
    """A piece of evidence on the map. ``number``: E1, E2 ... as the map reads."""

    number: str
    evidence: Evidence
    document: Document
    kind: str


@dataclass(frozen=True)
class ClaimNode:
    """A claim on the map.

    Attributes:
        number: C1, C2 ... as the map reads.
        claim: the record.
        document: where it was read.
        direction: how it bears on the question; None when nothing was asked or it stands only behind other claims.
        voices: who says it, innermost first; the same actor only once in a row.
        outlet: through whom it reached us; None when the outlet is itself the last voice or is not known.
        beside: evidence that bears on this claim and on no claim before it.
    """

    number: str
    claim: Claim
    document: Document
    direction: Direction | None
    voices: tuple[Actor, ...]
    outlet: str | None
    beside: tuple[EvidenceNode, ...]

    @property
    def content(self) -> str:
        """The exact words of the assertion; parts that stand apart in the text are joined by an ellipsis."""
        return joined_words(self.claim.assertion.passages)


@dataclass(frozen=True)
class Group:
    """Claims with the same direction, or of the same document when nothing was asked."""

    title: str
    detail: str | None
    direction: Direction | None
    claims: tuple[ClaimNode, ...]


@dataclass(frozen=True)
class ClaimMap:
    """Everything an exporter writes from. Evidence links hold only those whose two ends are on the map.

    ``made`` is the day on which the file is made, ``actor`` names whose claims alone were asked for.
    """

    title: str
    question: str | None
    language: Language
    labels: Labels
    extractions: tuple[Extraction, ...]
    reviews: tuple[Review, ...]
    origins: tuple[str, ...]
    gaps: tuple[str, ...]
    graph: ClaimGraph
    groups: tuple[Group, ...]
    loose_evidence: tuple[EvidenceNode, ...]
    links: tuple[EvidenceLink, ...]
    made: date | None = None
    actor: str | None = None

    @cached_property
    def imprint(self) -> Imprint:
        """What the file says about itself: scope, date, how to cite it."""
        return write_imprint(self, made=self.made, actor=self.actor)

    @cached_property
    def claims(self) -> tuple[ClaimNode, ...]:
        """All claims, as the map reads."""
        return tuple(node for group in self.groups for node in group.claims)

    @cached_property
    def evidence(self) -> tuple[EvidenceNode, ...]:
        """All evidence, as the map reads."""
        return (*(item for node in self.claims for item in node.beside), *self.loose_evidence)

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Return the number of each claim and piece of evidence, by identifier."""
        return {node.claim.claim_id: node.number for node in self.claims} | {
            node.evidence.evidence_id: node.number for node in self.evidence
        }

    @cached_property
    def links_on(self) -> dict[str, tuple[EvidenceLink, ...]]:
        """The evidence links that bear on each claim, by its identifier; claims without any are not in it."""
        found: dict[str, list[EvidenceLink]] = defaultdict(list)
        for link in self.links:
            found[link.claim_id].append(link)
        return {claim_id: tuple(links) for claim_id, links in found.items()}

    def ends_by_direction(self, claim_id: str) -> dict[Direction, list[str]]:
        """Return the evidence, and claims used as evidence, that bear on a claim, by how they do."""
        found: dict[Direction, list[str]] = defaultdict(list)
        for link in self.links_on.get(claim_id, ()):
            found[link.direction].append(evidence_end(link))
        return found

    def chain_words(self, node: ClaimNode) -> str:
        """Say who speaks through whom: "A via B via outlet"."""
        names = [actor.name for actor in node.voices]
        if node.claim.type is ClaimType.OWN:
            names[0] += f" ({self.labels['own_voice']})"
        return f" {self.labels['via']} ".join([*names, *([node.outlet] if node.outlet else [])])

    def certainty_words(self, node: ClaimNode) -> str:
        """Say how sure the speaker sounds."""
        return f"{self.labels['certainty']}: {self.labels.certainty[node.claim.certainty.level]}"

    def confidence_words(self, node: ClaimNode) -> str:
        """Say how sure we are, as word and number, and what a reviewer decided."""
        value = node.claim.confidence.value
        number = write_number(value, self.language)
        words = f"{self.labels['confidence']}: {self.labels.confidence(value).short} ({number})"
        reviewed = node.claim.reviewed
        return words if reviewed is None else f"{words}, {self.labels.review_decisions[reviewed]}"

    def document_words(self, document: Document) -> str:
        """Name a document by publisher and date."""
        parts = [document.publisher or self.labels["no_publisher"]]
        if document.published is not None:
            parts.append(write_date(document.published, self.language))
        return ", ".join(parts)

    def findings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return what heads the map beside its title: independent origins and what is missing, where it was said."""
        parts = ((self.labels["origins"], self.origins), (self.labels["gaps"], self.gaps))
        return tuple((title, lines) for title, lines in parts if lines)

    def source_words(self) -> str:
        """Name the only document: its title unless that heads the map, publisher and date."""
        document = self.extractions[0].document
        words = self.document_words(document)
        if document.title is None or document.title == self.title:
            return words
        return f"{self.labels['quote_open']}{document.title}{self.labels['quote_close']}, {words}"

    def counts(self) -> tuple[str, ...]:
        """Say how much the map holds: claims, evidence, actors, documents."""
        agents = {self.graph.agent_of(node.claim.actor_id) for node in self.claims}
        return (
            self.labels.count("n_claims", len(self.claims)),
            self.labels.count("n_evidence", len(self.evidence)),
            self.labels.count("n_actors", len(agents)),
            self.labels.count("n_documents", len(self.extractions)),
        )


def evidence_end(link: EvidenceLink) -> str:
    """Return the evidence, or the claim used as evidence, that a link starts from."""
    return link.evidence_id or link.evidence_claim_id or ""


def joined_words(passages: Sequence[Passage]) -> str:
    """Return the words of passages in one line."""
    return PASSAGE_JOINT.join(" ".join(passage.exact.split()) for passage in passages)


def build_claim_map(
    extractions: Sequence[Extraction],
    *,
    title: str | None = None,
    directions: Mapping[str, Direction] | None = None,
    question: str | None = None,
    language: Language | None = None,
    reviews: Iterable[Review] = (),
    origins: Iterable[str] = (),
    gaps: Iterable[str] = (),
    made: date | None = None,
    actor: str | None = None,
) -> ClaimMap:
    """Arrange records as a claim map.

    Args:
        extractions: the records; each document once.
        title: heads the map; else the question, the actor, the only document's title, or how many documents there are.
        directions: how claims bear on the question; the order is kept within each group. Without it, claims are
            grouped by document, in the order of the text.
        question: what was asked.
        language: of the map's own words; else the one that most documents are in.
        reviews: reviewers' decisions on these records.
        origins: the independent origins behind the answer, in words.
        gaps: what is missing, in words.
        made: the day on which the file is made; else that of the last extraction stands in it.
        actor: names whose claims alone were asked for.
    """
    graph = ClaimGraph(extractions)
    if language is None:
        tally = Counter(extraction.document.language for extraction in extractions)
        language = tally.most_common(1)[0][0] if tally else Language.EN
    labels = load_labels(language)
    links = tuple(link for link in graph.links.values() if link.claim_id in graph.claims and _knows(graph, link))
    builder = _Builder(graph, labels, links, directions)
    groups = tuple(builder.groups(extractions, language))
    if title is None:
        title = question or actor or _default_title(extractions, labels)
    return ClaimMap(
        title=title,
        question=question,
        language=language,
        labels=labels,
        extractions=tuple(extractions),
        reviews=tuple(reviews),
        origins=tuple(origins),
        gaps=tuple(gaps),
        graph=graph,
        groups=groups,
        loose_evidence=tuple(builder.loose()),
        links=links,
        made=made,
        actor=actor,
    )


def _knows(graph: ClaimGraph, link: EvidenceLink) -> bool:
    return evidence_end(link) in (graph.evidence if link.evidence_id is not None else graph.claims)


def _default_title(extractions: Sequence[Extraction], labels: Labels) -> str:
    if len(extractions) == 1:
        return extractions[0].document.title or labels["claim_map"]
    return labels["claim_map_of"].format(n=len(extractions))


class _Builder:
    """Puts claims into groups and evidence beside claims, and numbers both as it goes."""

    def __init__(
        self,
        graph: ClaimGraph,
        labels: Labels,
        links: Iterable[EvidenceLink],
        directions: Mapping[str, Direction] | None,
    ) -> None:
        self._graph = graph
        self._labels = labels
        self._directions = directions
        self._evidence_of: dict[str, list[str]] = defaultdict(list)
        for link in links:
            if link.evidence_id is not None:
                self._evidence_of[link.claim_id].append(link.evidence_id)
        self._placed: set[str] = set()
        self._claim_numbers = count(1)
        self._evidence_numbers = count(1)

    def groups(self, extractions: Sequence[Extraction], language: Language) -> Iterator[Group]:
        """Yield the groups in the order in which they are read; none is empty."""
        if self._directions is None:
            for extraction in extractions:
                document = extraction.document
                parts = [document.publisher, write_date(document.published, language) if document.published else None]
                title, detail = document.title or document.document_id, ", ".join(filter(None, parts)) or None
                if len(extractions) == 1:  # the map's head names it
                    title, detail = self._labels["claims"], None
                yield from self._group(title, detail, None, sorted(extraction.claims, key=_place))
            return
        by_direction: dict[Direction, list[Claim]] = defaultdict(list)
        for claim_id, direction in self._directions.items():
            if claim_id in self._graph.claims:
                by_direction[direction].append(self._graph.claims[claim_id])
        for direction in Direction:
            yield from self._group(self._labels.direction_heads[direction], None, direction, by_direction[direction])
        others = [
            claim
            for extraction in extractions
            for claim in sorted(extraction.claims, key=_place)
            if claim.claim_id not in self._directions
        ]
        yield from self._group(self._labels["context_of_claims"], None, None, others)

    def _group(
        self, title: str, detail: str | None, direction: Direction | None, claims: Sequence[Claim]
    ) -> Iterator[Group]:
        if claims:
            yield Group(title, detail, direction, tuple(self._node(claim, direction) for claim in claims))

    def _node(self, claim: Claim, direction: Direction | None) -> ClaimNode:
        document = self._graph.documents[claim.source.document_id]
        voices: list[Actor] = []
        for outer in reversed(self._graph.chain(claim.claim_id)):
            actor = self._graph.actors[outer.actor_id]
            if not voices or voices[-1].key != actor.key:
                voices.append(actor)
        outlet = document.publisher
        if outlet is not None and voices[-1].name.casefold() == outlet.casefold():
            outlet = None
        return ClaimNode(
            number=f"C{next(self._claim_numbers)}",
            claim=claim,
            document=document,
            direction=direction,
            voices=tuple(voices),
            outlet=outlet,
            beside=tuple(self._place(self._evidence_of[claim.claim_id])),
        )

    def _place(self, evidence_ids: Iterable[str]) -> Iterator[EvidenceNode]:
        for evidence_id in evidence_ids:
            if evidence_id not in self._placed:
                self._placed.add(evidence_id)
                evidence = self._graph.evidence[evidence_id]
                yield EvidenceNode(
                    number=f"E{next(self._evidence_numbers)}",
                    evidence=evidence,
                    document=self._graph.documents[evidence.passage.document_id],
                    kind=self._labels.evidence_kind(evidence.kind),
                )

    def loose(self) -> Iterator[EvidenceNode]:
        """Yield the evidence that stands beside no claim; to be called when all claims are placed."""
        return self._place(self._graph.evidence)


def _place(claim: Claim) -> tuple[int, int]:
    """Order claims as they stand in the text, an outer claim before those inside it."""
    passages = claim.assertion.passages
    return passages[0].start, -passages[-1].end
