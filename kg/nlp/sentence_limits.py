"""A component that says, before the parser runs, where sentences must start and where they cannot."""

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from kg.lang import load_rules

_END_MARKS = frozenset(".!?…;")
_FINAL_MARKS = frozenset(".!?")
_QUOTES = frozenset("\"'„“”»«‚‘’›‹") | {"''", "``"}
_CLOSING_BRACKETS = frozenset(")]")


class SentenceRules(BaseModel):
    """What the sentence limits of a language need.

    Attributes:
        abbreviations: with their full stop; after one a sentence does not end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    abbreviations: frozenset[str]


class SentenceLimits:
    """The component."""

    def __init__(self, rules: SentenceRules) -> None:
        """Keep the rules."""
        self._rules = rules

    def __call__(self, doc: Doc) -> Doc:
        """Set sentence starts in place, unless the caller has given any.

        A blank line ends a sentence; elsewhere one can only start after its end mark, or on a new line. A quotation
        mark that touches the word before it closes, so it belongs to the sentence before.
        """
        tokens = list(doc)
        if any(token.is_sent_start is not None for token in tokens[1:]):
            return doc
        words = [token.text for token in tokens]
        gaps = [bool(token.whitespace_) for token in tokens]
        n_newlines = 0
        for index in range(1, len(tokens)):
            before = words[index - 1]
            n_newlines = n_newlines + before.count("\n") if before.isspace() else 0
            if words[index].isspace():
                tokens[index].is_sent_start = False
            elif n_newlines > 1:
                tokens[index].is_sent_start = True
            elif not n_newlines:
                start = self._start(words, gaps, index)
                if start is not None:
                    tokens[index].is_sent_start = start
        return doc

    def _start(self, words: list[str], gaps: list[bool], index: int) -> bool | None:
        """Tell whether a sentence starts with a word on the line of its predecessor; None: maybe.

        Args:
            words: of the whole document.
            gaps: whether there is a space after each.
            index: of the word.
        """
        word = words[index]
        place = index - 1
        if word[0].islower() or word in _END_MARKS:
            return False
        while place > 0 and words[place].isspace():
            place -= 1
        if word in _QUOTES or word in _CLOSING_BRACKETS:
            if not gaps[place] and place == index - 1:
                return False
        elif words[place] in _QUOTES and not gaps[place] and (place == 0 or gaps[place - 1]):
            # the sentence began with the opening mark
            return False
        while place > 0 and (words[place] in _QUOTES or words[place] in _CLOSING_BRACKETS):
            place -= 1
        mark = words[place]
        if mark[-1] not in _END_MARKS or mark in self._rules.abbreviations:
            return False
        if mark == "." and place and words[place - 1] + "." in self._rules.abbreviations:
            return False
        following = words[index + 1] if index + 1 < len(words) else ""
        if mark in _FINAL_MARKS and word in _QUOTES and not gaps[index] and following[:1].isupper():
            # 'said the minister. "We have ...'
            return True
        return None


@Language.factory("sentence_limits", assigns=["token.is_sent_start"])
def make_sentence_limits(nlp: Language, name: str) -> SentenceLimits:
    """Make the component with the rules of the pipeline's language."""
    return SentenceLimits(load_rules("nlp", nlp.lang or "", SentenceRules))
