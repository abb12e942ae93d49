"""The sentence around a passage, for showing a claim in its context."""

import re
from collections.abc import Sequence

from kg.model import Passage

_SENTENCE_END = re.compile(r"[.!?…](?:[”“\"'»«’)\]]*)(?=\s)|\n\n")


def sentence_around(text: str, passages: Sequence[Passage]) -> tuple[int, int]:
    """Return the bounds of the sentences around passages, by punctuation; within their paragraph."""
    start, end = passages[0].start, passages[-1].end
    paragraph = text.rfind("\n\n", 0, start)
    left = 0 if paragraph < 0 else paragraph + 2
    for found in _SENTENCE_END.finditer(text, left, start):
        left = found.end()
    while left < start and text[left].isspace():
        left += 1
    right = text.find("\n\n", end)
    right = len(text) if right < 0 else right
    after = _SENTENCE_END.search(text, max(left, end - 1), right)
    return left, (after.end() if after else right)
