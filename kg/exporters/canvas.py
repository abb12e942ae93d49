"""JSON Canvas 1.0 (jsoncanvas.org): the claim map for Obsidian and other boards."""

import json
from collections.abc import Iterable
from typing import IO, Any

from kg.exporters.appearance import LOOKS, PLAIN, look_of
from kg.exporters.characters import text_width
from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, evidence_end, joined_words
from kg.exporters.html_data import web_address
from kg.exporters.markdown import escape_markdown

# in pixels of the board
_EVIDENCE_X, _EVIDENCE_WIDTH = 0, 380
_CLAIM_X, _CLAIM_WIDTH = 540, 600
_QUESTION_X, _QUESTION_WIDTH = 1340, 360
_GAP, _PADDING, _LINE, _FONT_SIZE = 24, 40, 26, 17

Node = dict[str, Any]


def write_canvas(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write groups with claims, evidence to their left, the question to their right, and a card with the imprint."""
    board = _Board(claim_map)
    out.write(json.dumps(board.draw(), ensure_ascii=False, indent=1).encode("utf-8", "replace"))
    out.write(b"\n")


class _Board:
    """Places cards from the top down."""

    def __init__(self, claim_map: ClaimMap) -> None:
        self._map = claim_map
        self._nodes: list[Node] = []
        self._y = 0

    def draw(self) -> dict[str, list[Node]]:
        """Return the canvas."""
        labels, imprint = self._map.labels, self._map.imprint
        head = [f"# {escape_markdown(self._map.title)}", escape_markdown(" · ".join(self._map.counts()))]
        for title, lines in self._map.findings():
            head.append(f"**{escape_markdown(title)}**: {escape_markdown(' · '.join(lines))}")
        head += [
            f"*{escape_markdown(labels['disclaimer'])}*",
            f"{labels['cite_as']}: {escape_markdown(imprint.citation)}",
        ]
        self._y += self._card("imprint", "\n\n".join(head), _EVIDENCE_X, _CLAIM_X + _CLAIM_WIDTH, None) + 2 * _GAP
        if self._map.question:
            self._card("question", f"## {escape_markdown(self._map.question)}", _QUESTION_X, _QUESTION_WIDTH, None)
        for index, group in enumerate(self._map.groups, start=1):
            top, look = self._y, look_of(group.direction)
            place = len(self._nodes)
            self._y += _PADDING
            for node in group.claims:
                self._row(node)
            title = " ".join(filter(None, (look.sign, group.title, f"({len(group.claims)})")))
            # what is drawn first lies below
            self._nodes.insert(place, self._group(f"group-{index}", title, look.colour, top))
            self._y += _PADDING
        if self._map.loose_evidence:
            top, place = self._y, len(self._nodes)
            self._y += _PADDING
            self._y += self._evidence(self._map.loose_evidence)
            self._nodes.insert(place, self._group("group-loose", labels["loose_evidence"], PLAIN.colour, top))
        return {"nodes": self._nodes, "edges": list(self._edges())}

    def _group(self, node_id: str, title: str, colour: str, top: int) -> Node:
        return {
            "id": node_id,
            "type": "group",
            "x": _EVIDENCE_X - _PADDING,
            "y": top,
            "width": _CLAIM_X + _CLAIM_WIDTH + 2 * _PADDING,
            "height": self._y - top,
            "label": title,
            "color": colour,
        }

    def _row(self, node: ClaimNode) -> None:
        claim, document = node.claim, node.document
        facts = (self._map.labels.types[claim.type], self._map.certainty_words(node), self._map.confidence_words(node))
        source = escape_markdown(self._map.document_words(document))
        url = web_address(document.url)
        if url is not None and not set(url) & set("()<> \\"):
            source = f"[{source}]({url})"
        text = "\n\n".join(
            (
                f"**{node.number} {escape_markdown(self._map.chain_words(node))}**",
                escape_markdown(node.content),
                f"{escape_markdown(' · '.join(facts))}\n{source}",
            )
        )
        height = self._card(claim.claim_id, text, _CLAIM_X, _CLAIM_WIDTH, look_of(node.direction).colour)
        self._y += max(height, self._evidence(node.beside))

    def _evidence(self, items: Iterable[EvidenceNode]) -> int:
        start = self._y
        for item in items:
            words = escape_markdown(joined_words([item.evidence.passage]))
            text = f"**{item.number} {escape_markdown(item.kind)}**\n\n{words}"
            self._y += self._card(item.evidence.evidence_id, text, _EVIDENCE_X, _EVIDENCE_WIDTH, None)
        used, self._y = self._y - start, start
        return used

    def _card(self, node_id: str, text: str, x: int, width: int, colour: str | None) -> int:
        """Add a card at the current height and return how much room it takes with the gap below it."""
        inner = width - 2 * _PADDING
        lines = sum(1 + int(text_width(line, _FONT_SIZE) // inner) for line in text.split("\n"))
        node: Node = {"id": node_id, "type": "text", "x": x, "y": self._y, "width": width}
        node |= {"height": lines * _LINE + _PADDING, "text": text}
        self._nodes.append(node | ({"color": colour} if colour else {}))
        return int(node["height"]) + _GAP

    def _edges(self) -> Iterable[Node]:
        labels = self._map.labels
        for link in self._map.links:
            from_claim = link.evidence_id is None
            yield {
                "id": link.link_id,
                "fromNode": evidence_end(link),
                "fromSide": "right",
                "toNode": link.claim_id,
                "toSide": "right" if from_claim else "left",
                "color": LOOKS[link.direction].colour,
                "label": labels.directions[link.direction],
            }
        for node in self._map.claims:
            claim = node.claim
            if claim.parent_id in self._map.numbers:
                yield {
                    "id": f"{claim.claim_id}-within",
                    "fromNode": claim.claim_id,
                    "fromSide": "left",
                    "toNode": claim.parent_id,
                    "toSide": "left",
                    "color": PLAIN.colour,
                    "label": labels["within"],
                }
            if self._map.question and node.direction is not None:
                yield {
                    "id": f"{claim.claim_id}-question",
                    "fromNode": claim.claim_id,
                    "fromSide": "right",
                    "toNode": "question",
                    "toSide": "left",
                    "color": look_of(node.direction).colour,
                    "label": labels.directions[node.direction],
                }
