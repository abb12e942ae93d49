"""Text normalised once: every offset of every record counts in what comes out of here."""

import re
import unicodedata
from itertools import pairwise

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# soft hyphen, zero-width marks, bidirectional controls, byte order mark: not to be seen, yet they split words
_INVISIBLE = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # half a character, as broken JSON escapes leave it
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")

# Lines longer than this were not wrapped by an editor or a mail program: each is a paragraph
_MAX_WRAP_WIDTH = 120
# Narrower columns are verse, lists or addresses
_MIN_WRAP_WIDTH = 40


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Split a plain text into paragraphs of one line each, characters normalised.

    Blank lines separate paragraphs. Within a block, a line end is a paragraph end too, unless the block was wrapped at a
    fixed width: then its lines are joined.

    Returns:
        The paragraphs in order, none of them empty. Empty for a text without visible characters.
    """
    clean = _clean(_LINE_ENDS.sub("\n", text))
    blocks = [[line for line in map(_squeeze, block.split("\n")) if line] for block in _BLANK_LINES.split(clean)]
    width = max((len(line) for block in blocks for line in block), default=0)
    return tuple(paragraph for block in blocks for paragraph in _unwrap(block, width))


def normalise_paragraph(text: str) -> str:
    """Bring one paragraph to one line of normalised characters; empty if nothing can be seen of it."""
    return _squeeze(_clean(_LINE_ENDS.sub(" ", text)).replace("\n", " "))


def join_paragraphs(paragraphs: tuple[str, ...]) -> str:
    """Join paragraphs to the text of a document: one blank line between two, none at the end."""
    return "\n\n".join(paragraphs)


def _clean(text: str) -> str:
    # composed last: an invisible mark may stand between a letter and its accent
    text = _LONE_SURROGATES.sub("\ufffd", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub("", _INVISIBLE.sub("", text)))


def _squeeze(line: str) -> str:
    return _SPACES.sub(" ", line).strip()


def _unwrap(lines: list[str], width: int) -> list[str]:
    """Join the lines of a block that was wrapped at ``width`` characters, the longest line of the whole text.

    A block was wrapped where no line end but that of a headline, the first, could have come later.
    """
    if not _MIN_WRAP_WIDTH <= width <= _MAX_WRAP_WIDTH or len(lines) < 2:
        return lines
    is_full = [len(line) + 1 + len(after.split(" ", 1)[0]) > width for line, after in pairwise(lines)]
    if all(is_full):
        return [" ".join(lines)]
    if len(lines) > 2 and all(is_full[1:]):
        return [lines[0], " ".join(lines[1:])]
    return lines
