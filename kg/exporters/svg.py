"""SVG: the claim map as one picture that can be read alone and printed."""

from typing import IO
from xml.etree import ElementTree as ET

from kg.exporters import svg_layout as at
from kg.exporters.appearance import LOOKS, PLAIN, Look, look_of
from kg.exporters.characters import text_width, xml_text
from kg.exporters.claim_map import ClaimMap, evidence_end, joined_words
from kg.exporters.svg_layout import Band, Bus, Card, Layout, Line, lay_out
from kg.model import CertaintyLevel, Direction

_NAMESPACE = "http://www.w3.org/2000/svg"
_STYLE = """
text { font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; fill: #1b2127; }
.title, .actor, .question, .number, .band { font-weight: bold; }
.quiet { fill: #4f5b66; }
.number { fill: #ffffff; }
"""
_ICON = 16.0
_MIN_STROKE = 1.2
_STROKE_RANGE = 1.6
METER: dict[CertaintyLevel, int] = {
    CertaintyLevel.CERTAIN: 4,
    CertaintyLevel.PROBABLE: 3,
    CertaintyLevel.POSSIBLE: 2,
    CertaintyLevel.DOUBTFUL: 1,
    CertaintyLevel.UNKNOWN: 0,
}
"""How many of four bars are filled."""
METER_BARS = 4


def write_svg(claim_map: ClaimMap, out: IO[bytes]) -> tuple[float, float]:
    """Draw the claim map: evidence, claims in bands by direction or document, and the question.

    Returns:
        Width and height in pixels at 96 to the inch.
    """
    layout = lay_out(claim_map)
    root = ET.Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "width": f"{layout.width:g}",
            "height": f"{layout.height:.0f}",
            "viewBox": f"0 0 {layout.width:g} {layout.height:.0f}",
            "role": "img",
            "lang": claim_map.language.value,
            "aria-labelledby": "title description",
        },
    )
    ET.SubElement(root, "title", {"id": "title"}).text = xml_text(claim_map.title)
    ET.SubElement(root, "desc", {"id": "description"}).text = xml_text(
        f"{claim_map.labels['disclaimer']} {claim_map.imprint.citation}"
    )
    ET.SubElement(root, "style").text = _STYLE
    ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    _Drawing(root, claim_map, layout).draw()
    ET.indent(root, " ")
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(ET.tostring(root, encoding="utf-8"))
    out.write(b"\n")
    return layout.width, layout.height


class _Drawing:
    """Adds the parts of the drawing, from back to front."""

    def __init__(self, root: ET.Element, claim_map: ClaimMap, layout: Layout) -> None:
        self._root = root
        self._map = claim_map
        self._layout = layout
        self._cards = layout.cards()

    def draw(self) -> None:
        """Draw everything."""
        self._markers()
        y = self._lines(self._root, self._layout.head, at.MARGIN, at.MARGIN)
        for band in self._layout.bands:
            self._band(band)
        if self._layout.question:
            self._question(y + at.BAND_GAP)
        for link in self._map.links:
            start, end = self._cards.get(evidence_end(link)), self._cards.get(link.claim_id)
            if link.evidence_id is not None and start is not None and end is not None:
                self._edge(start, end, link.direction, link.strength)
        for bus in self._layout.buses:
            self._bus(bus)
        texts = self._full_texts()
        for band in self._layout.bands:
            for card in band.evidence:
                self._card(card, PLAIN, texts[card.record_id], None)
            for claim in band.claims:
                look = look_of(claim.node.direction)
                self._card(claim.card, look, texts[claim.card.record_id], claim.node.claim.certainty.level)
        self._foot()

    def _full_texts(self) -> dict[str, str]:
        """Return the uncut text of each card, for the tooltip."""
        claims = {node.claim.claim_id: f"{self._map.chain_words(node)}: {node.content}" for node in self._map.claims}
        return claims | {
            item.evidence.evidence_id: f"{item.kind}: {joined_words([item.evidence.passage])}"
            for item in self._map.evidence
        }

    def _markers(self) -> None:
        definitions = ET.SubElement(self._root, "defs")
        for direction, look in LOOKS.items():
            marker = ET.SubElement(
                definitions,
                "marker",
                {
                    "id": f"arrow-{direction}",
                    "viewBox": "0 0 10 10",
                    "refX": "9",
                    "refY": "5",
                    "markerWidth": "9",
                    "markerHeight": "9",
                    "markerUnits": "userSpaceOnUse",
                    "orient": "auto",
                },
            )
            ET.SubElement(marker, "path", {"d": "M0 0L10 5L0 10z", "fill": look.colour})

    def _band(self, band: Band) -> None:
        direction = band.group.direction if band.group else None
        look = look_of(direction)
        _rect(self._root, band.x, band.y, band.width, band.height, fill=look.tint, rx="6")
        x = band.x + at.PADDING
        if direction is not None:
            self._icon(x, band.y + (at.BAND_HEAD - _ICON) / 2, look)
            x += _ICON + at.PADDING / 2
        text = _text(self._root, x, band.y + at.BAND_HEAD / 2 + at.HEAD_SIZE / 3, at.HEAD_SIZE, "band", band.title)
        text.set("style", f"fill: {look.colour}")

    def _icon(self, x: float, y: float, look: Look) -> None:
        group = ET.SubElement(self._root, "g", {"transform": f"translate({x:g} {y:g})"})
        _rect(group, 0, 0, _ICON, _ICON, fill=look.colour, rx="3")
        ET.SubElement(group, "path", {"d": look.icon, "stroke": "#ffffff", "stroke-width": "2", "fill": "none"})

    def _question(self, top: float) -> None:
        x = self._layout.width - at.MARGIN - at.QUESTION_WIDTH
        height = at.question_height(self._layout.question)
        _rect(self._root, x, top, at.QUESTION_WIDTH, height, fill="#1b2127", rx="8")
        y = top + at.PADDING + at.SMALL_SIZE
        label = _text(self._root, x + at.PADDING, y, at.SMALL_SIZE, "band", self._map.labels["question"])
        label.set("style", "fill: #c9d1d9")
        for line in self._layout.question:
            y += line.size * at.LEADING
            _text(self._root, x + at.PADDING, y, line.size, line.style, line.text).set("style", "fill: #ffffff")
        spine = x + at.QUESTION_WIDTH / 2
        bands = [band for band in self._layout.bands if band.group and band.group.direction]
        for index, band in enumerate(bands):
            direction = band.group.direction if band.group else None
            self._to_question(band, direction, x, spine + index * at.PADDING, top + height)

    def _to_question(self, band: Band, direction: Direction | None, x: float, spine: float, bottom: float) -> None:
        """Lead from a band to the question: straight where they stand side by side, else up to it from below."""
        if direction is None:
            return
        look = LOOKS[direction]
        start, y = band.x + band.width, band.y + at.BAND_HEAD / 2
        path = (
            f"M{start:g} {y:g}H{x - 2:g}" if y < bottom - at.PADDING else f"M{start:g} {y:g}H{spine:g}V{bottom + 2:g}"
        )
        self._path(path, look, 3, f"arrow-{direction}")
        words = f"{self._map.labels.directions[direction]} ({len(band.group.claims) if band.group else 0})"
        label_x = start + 6
        width = text_width(words, at.SMALL_SIZE, bold=True)
        if width < (at.ARROW_WIDTH if y < bottom - at.PADDING else spine - start) - 8:
            text = _text(self._root, label_x, y - 6, at.SMALL_SIZE, "band", words)
            text.set("style", f"fill: {look.colour}")

    def _edge(self, start: Card, end: Card, direction: Direction, strength: float) -> None:
        """Draw a line from evidence to the left side of a claim."""
        x1, x2 = start.x + start.width, end.x - 2
        middle = (x1 + x2) / 2
        path = f"M{x1:g} {start.middle:g}C{middle:g} {start.middle:g} {middle:g} {end.middle:g} {x2:g} {end.middle:g}"
        self._path(path, LOOKS[direction], _MIN_STROKE + _STROKE_RANGE * strength, f"arrow-{direction}")

    def _bus(self, bus: Bus) -> None:
        """Draw the line that leads from claims, on their right, to the claim that they bear on."""
        look = LOOKS[bus.direction]
        end = self._cards[bus.claim_id]
        right = end.x + end.width
        lane = right + at.FIRST_LANE + bus.lane * at.LANE_WIDTH
        starts = sorted(bus.starts, key=lambda y: -abs(y - bus.end_y))
        width = _MIN_STROKE + _STROKE_RANGE * bus.strength
        self._path(
            f"M{right:g} {starts[0]:g}H{lane:g}V{bus.end_y:g}H{right + 2:g}", look, width, f"arrow-{bus.direction}"
        )
        far_above = starts[0] < bus.end_y
        for y in starts:
            if y != starts[0]:
                down = f"V{bus.end_y:g}" if (y < bus.end_y) != far_above else ""
                self._path(f"M{right:g} {y:g}H{lane:g}{down}", look, width, None)
            ET.SubElement(self._root, "circle", {"cx": f"{lane:g}", "cy": f"{y:g}", "r": "2.5", "fill": look.colour})

    def _path(self, path: str, look: Look, width: float, marker: str | None) -> None:
        attributes = {
            "d": path,
            "fill": "none",
            "stroke": look.colour,
            "stroke-width": f"{width:.2f}",
        }
        if marker is not None:
            attributes["marker-end"] = f"url(#{marker})"
        if look.dashes:
            attributes["stroke-dasharray"] = look.dashes
        ET.SubElement(self._root, "path", attributes)

    def _card(self, card: Card, look: Look, full_text: str, level: CertaintyLevel | None) -> None:
        group = ET.SubElement(self._root, "g", {"id": xml_text(card.record_id)})
        ET.SubElement(group, "title").text = xml_text(full_text)
        corner = "3" if level is not None else "0"
        _rect(group, card.x, card.y, card.width, card.height, fill="#ffffff", stroke="#aab3bc", rx=corner)
        _rect(group, card.x, card.y, 6, card.height, fill=look.colour)
        width = text_width(card.number, at.SMALL_SIZE, bold=True) + 10
        x = card.x + card.width - at.CARD_GAP - width
        _rect(group, x, card.y + at.CARD_GAP - 2, width, at.SMALL_SIZE + 6, fill=look.colour, rx="3")
        _text(group, x + 5, card.y + at.CARD_GAP + at.SMALL_SIZE, at.SMALL_SIZE, "number", card.number)
        y = self._lines(group, card.lines, card.x + at.TEXT_LEFT, card.y + at.CARD_GAP - 2)
        if level is not None:
            self._meter(group, card.x + card.width - at.CARD_GAP - METER_BARS * 7, y, level)

    def _meter(self, group: ET.Element, x: float, bottom: float, level: CertaintyLevel) -> None:
        """Draw four rising bars, as many filled as the speaker sounds sure; hollow ones when that is left open."""
        for bar in range(METER_BARS):
            height = 4.0 + 3 * bar
            filled = bar < METER[level]
            _rect(
                group,
                x + bar * 7,
                bottom - height,
                5,
                height,
                fill="#2d3742" if filled else "#ffffff",
                stroke="#2d3742" if filled else "#8a939c",
            )

    def _lines(self, parent: ET.Element, lines: tuple[Line, ...], x: float, y: float) -> float:
        for line in lines:
            _text(parent, x, y + line.size, line.size, line.style, line.text)
            y += line.size * at.LEADING
        return y

    def _foot(self) -> None:
        y = self._layout.bottom
        for note in self._layout.notes:
            y += at.HEAD_SIZE * at.LEADING
            _text(self._root, at.MARGIN, y, at.HEAD_SIZE, "actor", note)
        y += at.SMALL_SIZE * at.LEADING
        x = at.MARGIN
        for direction in dict.fromkeys(link.direction for link in self._map.links):
            look = LOOKS[direction]
            self._path(f"M{x:g} {y - 4:g}H{x + 34:g}", look, 2, f"arrow-{direction}")
            words = self._map.labels.directions[direction]
            _text(self._root, x + 42, y, at.SMALL_SIZE, "quiet", words)
            x += 42 + text_width(words, at.SMALL_SIZE) + 20
        self._meter(self._root, x, y, CertaintyLevel.PROBABLE)
        labels = self._map.labels
        _text(self._root, x + 36, y, at.SMALL_SIZE, "quiet", f"{labels['certainty']}: {labels['certainty_of']}")
        y += at.SMALL_SIZE * at.LEADING * 1.4
        for line in self._layout.foot:
            _text(self._root, at.MARGIN, y, at.SMALL_SIZE, "quiet", line)
            y += at.SMALL_SIZE * at.LEADING


def _rect(parent: ET.Element, x: float, y: float, width: float, height: float, **attributes: str) -> None:
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"}
    ET.SubElement(parent, "rect", place | attributes)


def _text(parent: ET.Element, x: float, y: float, size: float, style: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, "text", {"x": f"{x:g}", "y": f"{y:g}", "font-size": f"{size:g}", "class": style})
    element.text = xml_text(text)
    return element
