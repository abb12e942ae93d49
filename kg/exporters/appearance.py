"""How the maps tell directions apart: a colour, a sign and a kind of line each, so that none is carried by colour alone."""

from dataclasses import dataclass

from kg.model import Direction


@dataclass(frozen=True)
class Look:
    """How one direction looks.

    Attributes:
        colour: dark enough for text on white (contrast above 4.5) and apart for colour-blind readers; after the
            palette of Okabe and Ito (2008), darkened.
        tint: the same, as a background.
        sign: one character that says it in plain text.
        dashes: an SVG dash array; empty for a solid line.
        dot_style: Graphviz's name for the line.
        icon: path data in a box of 16 by 16, drawn as lines.
    """

    colour: str
    tint: str
    sign: str
    dashes: str
    dot_style: str
    icon: str


LOOKS: dict[Direction, Look] = {
    Direction.SUPPORTS: Look("#005a9e", "#e8f2fa", "+", "", "solid", "M8 3V13M3 8H13"),
    Direction.DISPUTES: Look("#b03a00", "#fdeee6", "×", "9 4", "dashed", "M4 4L12 12M12 4L4 12"),
    Direction.UNDERCUTS: Look("#7a2e6e", "#f8ecf5", "⤓", "2 4", "dotted", "M8 2V10M4 7L8 11L12 7M3 14H13"),
    Direction.CONTEXT: Look("#4f5b66", "#eef1f4", "·", "12 3", "solid", "M4 5H12M4 8H12M4 11H9"),
}
PLAIN = Look("#2d3742", "#f4f5f7", "", "", "solid", "")
"""For claims that bear on nothing that was asked."""


def look_of(direction: Direction | None) -> Look:
    """Return how a direction looks."""
    return PLAIN if direction is None else LOOKS[direction]
