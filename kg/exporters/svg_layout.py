"""Where everything on the SVG claim map stands: evidence to the left of the claim it bears on, groups as bands, the question right."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kg.exporters.characters import wrap_text
from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, Group, joined_words
from kg.exporters.lanes import assign_lanes
from kg.model import Direction, EvidenceLink

# all lengths in pixels at 96 to the inch
MARGIN = 32.0
PADDING = 14.0
EVIDENCE_WIDTH = 290.0
GAP = 96.0
CLAIM_WIDTH = 520.0
MIN_GUTTER = 40.0
LANE_WIDTH = 8.0
FIRST_LANE = 14.0
ARROW_WIDTH = 64.0
QUESTION_WIDTH = 220.0
BAND_HEAD = 34.0
CARD_GAP = 12.0
BAND_GAP = 20.0
TEXT_LEFT = 18.0
BADGE_WIDTH = 44.0

TITLE_SIZE = 24.0
QUESTION_SIZE = 18.0
HEAD_SIZE = 14.0
TEXT_SIZE = 14.0
SMALL_SIZE = 12.0
LEADING = 1.35

_CONTENT_LINES = 7
_EVIDENCE_LINES = 5
_TITLE_LINES = 3
_QUESTION_LINES = 9
_MAX_LANES = 8  # side by side, more cannot be followed; the cards name by number what bears on them
_WAY_GAP = 12.0  # between arrows of different directions that end at one card
MAX_CLAIMS = 120
"""More cannot be read as one picture; the drawing then says how many are left out."""


@dataclass(frozen=True)
class Line:
    """One line of text within a card; ``style`` is a class of the drawing's style sheet."""

    text: str
    size: float
    style: str


@dataclass(frozen=True)
class Card:
    """A claim or a piece of evidence: its place, and its text from the top."""

    record_id: str
    number: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]

    @property
    def middle(self) -> float:
        """The height at which lines arrive."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class ClaimCard:
    """A claim's card with the claim."""

    card: Card
    node: ClaimNode


@dataclass(frozen=True)
class Band:
    """A group: its place, the claims drawn in it, and how many it has in all."""

    group: Group | None
    title: str
    x: float
    y: float
    width: float
    height: float
    claims: tuple[ClaimCard, ...]
    evidence: tuple[Card, ...]


@dataclass(frozen=True)
class Bus:
    """One line from all claims that bear on a claim in the same way: from heights ``starts`` to ``end_y``."""

    claim_id: str
    direction: Direction
    strength: float
    starts: tuple[float, ...]
    lane: int
    end_y: float


@dataclass(frozen=True)
class Layout:
    """The whole drawing. ``head`` are the lines above the bands, ``question`` those in the box on the right.

    ``foot`` are those below the legend: that no claim is said to be true, and how to cite the map.
    """

    width: float
    height: float
    head: tuple[Line, ...]
    bands: tuple[Band, ...]
    question: tuple[Line, ...]
    notes: tuple[str, ...]
    bottom: float
    foot: tuple[str, ...]
    buses: tuple["Bus", ...]

    def cards(self) -> dict[str, Card]:
        """Return every card by the identifier of its record."""
        claims = {claim.card.record_id: claim.card for band in self.bands for claim in band.claims}
        return claims | {card.record_id: card for band in self.bands for card in band.evidence}


def lay_out(claim_map: ClaimMap) -> Layout:
    """Place a claim map; the drawing is as high as its content asks."""
    band_width = EVIDENCE_WIDTH + GAP + CLAIM_WIDTH + MIN_GUTTER + 2 * PADDING
    width = 2 * MARGIN + band_width + (ARROW_WIDTH + QUESTION_WIDTH if claim_map.question else 0)
    title = wrap_text(claim_map.title, width - 2 * MARGIN, TITLE_SIZE, max_lines=_TITLE_LINES, bold=True)
    head = [Line(line, TITLE_SIZE, "title") for line in title]
    if len(claim_map.extractions) == 1:
        source = wrap_text(claim_map.source_words(), width - 2 * MARGIN, HEAD_SIZE, max_lines=_TITLE_LINES)
        head += [Line(line, HEAD_SIZE, "source") for line in source]
    head.append(Line(" · ".join(claim_map.counts()), HEAD_SIZE, "quiet"))
    for finding, items in claim_map.findings():
        found = wrap_text(f"{finding}: {' · '.join(items)}", width - 2 * MARGIN, HEAD_SIZE)
        head += [Line(line, HEAD_SIZE, "finding") for line in found]
    y = MARGIN + sum(line.size * LEADING for line in head) + BAND_GAP
    bands: list[Band] = []
    left = MAX_CLAIMS
    for group in claim_map.groups:
        if left <= 0:
            break
        shown = tuple(islice(group.claims, left))
        left -= len(shown)
        band = _band(claim_map, group, shown, y, band_width)
        bands.append(band)
        y += band.height + BAND_GAP
    if claim_map.loose_evidence and left > 0:
        band = _loose_band(claim_map, claim_map.loose_evidence[:left], y, band_width)
        bands.append(band)
        y += band.height + BAND_GAP
    hidden = len(claim_map.claims) - sum(len(band.claims) for band in bands)
    notes = [claim_map.labels["n_more"].format(n=hidden)] if hidden else []
    if not claim_map.claims:
        notes.append(claim_map.labels["no_claims_for_question" if claim_map.question else "no_claims"])
    question = wrap_text(
        claim_map.question or "", QUESTION_WIDTH - 2 * PADDING, QUESTION_SIZE, max_lines=_QUESTION_LINES, bold=True
    )
    lines = tuple(Line(line, QUESTION_SIZE, "question") for line in question)
    top = MARGIN + sum(line.size * LEADING for line in head) + BAND_GAP
    y = max(y, top + question_height(lines) + BAND_GAP)
    cite_as = f"{claim_map.labels['cite_as']}: {claim_map.imprint.citation}"
    foot = (claim_map.labels["disclaimer"], *wrap_text(cite_as, width - 2 * MARGIN, SMALL_SIZE))
    height = y + len(notes) * HEAD_SIZE * LEADING + (2 + len(foot)) * SMALL_SIZE * LEADING + MARGIN
    layout = Layout(width, height, tuple(head), tuple(bands), lines, tuple(notes), y, foot, ())
    return _with_buses(claim_map, layout)


def _with_buses(claim_map: ClaimMap, layout: Layout) -> Layout:
    """Add the lines from claim to claim, and widen the bands by the room that they need."""
    cards = layout.cards()
    grouped: dict[tuple[str, Direction], list[EvidenceLink]] = defaultdict(list)
    for link in claim_map.links:
        if link.claim_id in cards and link.evidence_claim_id in cards:
            grouped[link.claim_id, link.direction].append(link)
    ways: dict[str, list[Direction]] = defaultdict(list)
    for claim_id, direction in grouped:
        ways[claim_id].append(direction)
    ends = {
        key: cards[key[0]].middle + (ways[key[0]].index(key[1]) - (len(ways[key[0]]) - 1) / 2) * _WAY_GAP
        for key in grouped
    }
    # where arrows end at a card, lines start below them
    below = {claim_id: (len(directions) + 1) / 2 * _WAY_GAP for claim_id, directions in ways.items()}
    starts = {
        key: tuple(
            sorted(
                cards[end].middle + below.get(end, 0.0) for link in links if (end := link.evidence_claim_id) is not None
            )
        )
        for key, links in grouped.items()
    }
    lanes = assign_lanes({key: (ends[key], *starts[key]) for key in grouped})
    buses = tuple(
        Bus(*key, max(link.strength for link in links), starts[key], lanes[key], ends[key])
        for key, links in grouped.items()
        if lanes[key] < _MAX_LANES
    )
    wider = max(0.0, FIRST_LANE + LANE_WIDTH * (max((bus.lane for bus in buses), default=0) + 1) - MIN_GUTTER)
    bands = tuple(replace(band, width=band.width + wider) for band in layout.bands)
    return replace(layout, buses=buses, bands=bands, width=layout.width + wider)


def question_height(lines: Sequence[Line]) -> float:
    """Return the height of the box around the question, with a line above it that says what it is."""
    return 2 * PADDING + SMALL_SIZE * LEADING + sum(line.size * LEADING for line in lines)


def _band(claim_map: ClaimMap, group: Group, nodes: Sequence[ClaimNode], top: float, width: float) -> Band:
    claims: list[ClaimCard] = []
    evidence: list[Card] = []
    y = top + BAND_HEAD
    for node in nodes:
        claim = _claim_card(claim_map, node, y)
        beside = list(_evidence_cards(claim_map, node.beside, y))
        claims.append(ClaimCard(claim, node))
        evidence += beside
        y = max([claim.y + claim.height, *(card.y + card.height for card in beside)]) + CARD_GAP
    title = f"{group.title} ({len(group.claims)})"
    if group.detail:
        title += f" – {group.detail}"
    return Band(group, title, MARGIN, top, width, y - top, tuple(claims), tuple(evidence))


def _loose_band(claim_map: ClaimMap, items: Sequence[EvidenceNode], top: float, width: float) -> Band:
    cards = tuple(_evidence_cards(claim_map, items, top + BAND_HEAD))
    bottom = cards[-1].y + cards[-1].height + CARD_GAP
    return Band(None, claim_map.labels["loose_evidence"], MARGIN, top, width, bottom - top, (), cards)


def _claim_card(claim_map: ClaimMap, node: ClaimNode, y: float) -> Card:
    inner = CLAIM_WIDTH - TEXT_LEFT - PADDING
    claim, labels = node.claim, claim_map.labels
    head = [Line(line, HEAD_SIZE, "actor") for line in _actor_lines(claim_map, node, inner - BADGE_WIDTH)]
    content = f"{labels['quote_open']}{node.content}{labels['quote_close']}" if claim.type == "direct" else node.content
    body = [Line(line, TEXT_SIZE, "content") for line in wrap_text(content, inner, TEXT_SIZE, max_lines=_CONTENT_LINES)]
    facts = f"{labels.types[claim.type]} · {claim_map.certainty_words(node)} · {claim_map.confidence_words(node)}"
    where = [claim_map.document_words(node.document)] if len(claim_map.extractions) > 1 else []
    if claim.parent_id is not None:
        where.append(f"{labels['within']} {claim_map.numbers[claim.parent_id]}")
    references = " · ".join(
        f"{labels.directions[direction]}: {' '.join(claim_map.numbers[end] for end in ends)}"
        for direction, ends in claim_map.ends_by_direction(claim.claim_id).items()
    )
    room = inner - BADGE_WIDTH  # the certainty's bars stand to the right
    small = [Line(line, SMALL_SIZE, "facts") for line in wrap_text(facts, room, SMALL_SIZE)]
    small += [Line(line, SMALL_SIZE, "quiet") for line in wrap_text(" · ".join(where), room, SMALL_SIZE, max_lines=2)]
    small += [Line(line, SMALL_SIZE, "facts") for line in wrap_text(references, room, SMALL_SIZE)]
    x = MARGIN + PADDING + EVIDENCE_WIDTH + GAP
    return _card(claim.claim_id, node.number, x, y, CLAIM_WIDTH, [*head, *body, *small])


def _actor_lines(claim_map: ClaimMap, node: ClaimNode, width: float) -> list[str]:
    return wrap_text(claim_map.chain_words(node), width, HEAD_SIZE, max_lines=3, bold=True)


def _evidence_cards(claim_map: ClaimMap, items: Sequence[EvidenceNode], y: float) -> Iterator[Card]:
    inner = EVIDENCE_WIDTH - TEXT_LEFT - PADDING
    for item in items:
        words = joined_words([item.evidence.passage])
        lines = [
            *(
                Line(line, HEAD_SIZE, "actor")
                for line in wrap_text(item.kind, inner - BADGE_WIDTH, HEAD_SIZE, bold=True)
            ),
            *(
                Line(line, TEXT_SIZE, "content")
                for line in wrap_text(words, inner, TEXT_SIZE, max_lines=_EVIDENCE_LINES)
            ),
        ]
        card = _card(item.evidence.evidence_id, item.number, MARGIN + PADDING, y, EVIDENCE_WIDTH, lines)
        yield card
        y += card.height + CARD_GAP


def _card(record_id: str, number: str, x: float, y: float, width: float, lines: Sequence[Line]) -> Card:
    height = sum(line.size * LEADING for line in lines) + 2 * CARD_GAP
    return Card(record_id, number, x, y, width, height, tuple(lines))
