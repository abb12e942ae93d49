"""Text as XML and fixed-width drawings allow it."""

import re

# what XML 1.0 (section 2.2) has no way to write, not even as a reference
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELLIPSIS = "…"

# widths of Helvetica's letters in thousandths of the font size, by groups of similar width (Adobe Core 14 AFM)
_WIDTHS = {
    letter: width
    for letters, width in (
        ("ijl|'‚‘’", 222),
        (' .,:;!/ftI[]()·-–„“”"`°…', 300),
        ("rJcksvxyz*", 500),
        ("mMWÖÄÜOQGw%—@", 800),
        ("ABCDEHKNPRSTUVXYZ&+=<>~", 700),
    )
    for letter in letters
}
_USUAL_WIDTH = 560
_WIDE_WIDTH = 1000
_WIDE_FROM = "\u1100"  # Hangul, CJK and the like
_BOLD = 1.07


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate how wide a line is in Helvetica or Arial, in the unit of ``size``; rather too wide than too narrow."""
    total = sum(
        _WIDE_WIDTH if letter >= _WIDE_FROM and letter not in "–—‚‘’„“”…" else _WIDTHS.get(letter, _USUAL_WIDTH)
        for letter in text
    )
    return total * size / 1000 * (_BOLD if bold else 1.0)


def wrap_text(text: str, width: float, size: float, *, max_lines: int | None = None, bold: bool = False) -> list[str]:
    """Break a text into lines by their estimated width.

    Args:
        text: any white space counts as one blank.
        width: of a line, in the unit of ``size``.
        size: of the font.
        max_lines: what goes beyond is cut, and an ellipsis says so.
        bold: whether it is set in bold.

    Returns:
        Lines in order; none when the text is empty. A word wider than a line is broken.
    """
    lines: list[str] = []
    line = ""
    for word in _short_words(text, width, size, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    if line:
        lines.append(line)
    if max_lines is not None and len(lines) > max_lines:
        last = lines[max_lines - 1]
        while last and text_width(last + _ELLIPSIS, size, bold=bold) > width:
            last = last[:-1]
        lines = [*lines[: max_lines - 1], last.rstrip(" ,;:–-") + _ELLIPSIS]
    return lines


def _short_words(text: str, width: float, size: float, *, bold: bool) -> list[str]:
    words: list[str] = []
    for word in text.split():
        rest = word
        while text_width(rest, size, bold=bold) > width and len(rest) > 1:
            cut = len(rest) - 1
            while cut > 1 and text_width(rest[:cut], size, bold=bold) > width:
                cut -= 1
            words.append(rest[:cut])
            rest = rest[cut:]
        words.append(rest)
    return words
