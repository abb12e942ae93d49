"""A parsed document as plain lists, and the questions about its clauses that the attribution rules ask.

Dependency labels and parts of speech are those of Universal Dependencies 2, so the same questions serve every language.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from spacy.tokens import Doc

from kg.found import TokenSpan

QUOTATION_MARKS = frozenset("\"“”„‟»«›‹‚‘’'`") | {"``", "''"}
SENTENCE_ENDS = frozenset(".!?…;") | {"...", "?!", "!?", "!!"}
CLAUSES = frozenset(
    {"ROOT", "root", "ccomp", "advcl", "advcl:relcl", "acl", "acl:relcl", "parataxis", "csubj", "xcomp", "csubj:pass"}
)
_TRIMMED = frozenset(",.:;–—-") | {"--"}
_BEFORE_PHRASE = frozenset(
    {"case", "cc", "mark", "punct", "discourse", "nsubj", "nsubj:pass", "cop", "aux", "advcl", "csubj", "expl"}
)
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X", "SYM"})


@dataclass(frozen=True, slots=True)
class Tree:
    """What the rules read of a document. All lists have one entry per token; ``left`` and ``right`` are subtree edges, inclusive."""

    lower: list[str]
    capital: list[bool]
    lemma: list[str]
    pos: list[str]
    dep: list[str]
    head: list[int]
    morph: list[str]
    children: list[list[int]]
    left: list[int]
    right: list[int]
    sentence: list[int]
    """Index of the first token of the token's sentence."""

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.lower)

    def child(self, token: int, labels: Collection[str]) -> int | None:
        """Return the first child with one of these labels."""
        return next((child for child in self.children[token] if self.dep[child] in labels), None)

    def is_particle(self, token: int) -> bool:
        """Tell whether a token is the separated particle of a verb ("teilte ... mit"), with or without the subtype of its label."""
        head = self.head[token]
        label = self.dep[token]
        return label == "compound:prt" or (label == "compound" and self.is_verb(head) and token > head)

    def is_relative(self, clause: int) -> bool:
        """Tell whether a clause modifies a noun with a finite verb and no conjunction: a relative clause, whatever the subtype."""
        if self.dep[clause] == "acl:relcl":
            return True
        return self.dep[clause] == "acl" and self.is_finite(clause) and self.child(clause, ("mark",)) is None

    def is_verb(self, token: int) -> bool:
        """Tell whether a token is a verb or an auxiliary."""
        return self.pos[token] in ("VERB", "AUX")

    def is_participle(self, token: int) -> bool:
        """Tell whether a verb form is not finite: a participle, an infinitive, a gerund."""
        morph = self.morph[token]
        return "VerbForm=Part" in morph or "VerbForm=Ger" in morph or "VerbForm=Inf" in morph

    def is_nominal(self, token: int) -> bool:
        """Tell whether a token can head a noun phrase."""
        return self.pos[token] in _NOMINAL

    def dominates(self, ancestor: int, token: int) -> bool:
        """Tell whether a token lies in the subtree of another (or is it)."""
        while token != ancestor:
            head = self.head[token]
            if head == token:
                return False
            token = head
        return True

    def clause_of(self, token: int) -> int:
        """Climb from a token to the head of the clause it stands in."""
        while self.dep[token] not in CLAUSES and self.head[token] != token:
            if self.dep[token] == "conj" and self.is_verb(token):
                break
            token = self.head[token]
        return token

    def is_finite(self, clause: int) -> bool:
        """Tell whether the clause headed by this token has a finite verb."""
        if "VerbForm=Fin" in self.morph[clause]:
            return True
        return any(
            self.dep[child] in ("aux", "aux:pass", "cop") and "VerbForm=Inf" not in self.morph[child]
            for child in self.children[clause]
        )

    def is_subjunctive(self, clause: int) -> bool:
        """Tell whether the finite verb of the clause headed by this token is in the subjunctive."""
        if "Mood=Sub" in self.morph[clause]:
            return True
        return any(
            self.dep[child] in ("aux", "aux:pass", "cop") and "Mood=Sub" in self.morph[child]
            for child in self.children[clause]
        )

    def sentence_end(self, token: int) -> int:
        """Return the index after the last token of the sentence."""
        start = self.sentence[token]
        end = token + 1
        while end < len(self.lower) and self.sentence[end] == start:
            end += 1
        return end

    def trim(self, start: int, end: int) -> TokenSpan | None:
        """Take commas, full stops, colons, dashes and white space off both ends; None where nothing is left."""
        lower, pos = self.lower, self.pos
        while start < end and (lower[start] in _TRIMMED or pos[start] == "SPACE"):
            start += 1
        while end > start and (lower[end - 1] in _TRIMMED or pos[end - 1] == "SPACE"):
            end -= 1
        return TokenSpan(start, end) if end > start else None

    def unquote(self, span: TokenSpan) -> TokenSpan:
        """Take off quotation marks that enclose the whole span, or that have no partner in it."""
        start, end = span
        marks = [token for token in range(start, end) if self.lower[token] in QUOTATION_MARKS]
        if len(marks) == 2 and marks[0] == start and marks[1] == end - 1 and end - start > 2:
            return TokenSpan(start + 1, end - 1)
        if len(marks) == 1 and end - start > 1:
            return TokenSpan(start + (marks[0] == start), end - (marks[0] == end - 1))
        return span

    def noun_phrase(self, head: int, *, avoid: int | None = None) -> TokenSpan:
        """Return the span of a noun phrase: determiners, modifiers, appositions; no preposition, no relative clause.

        Args:
            head: the noun.
            avoid: a token that must stay outside, usually the cue; the phrase is cut before or after it.
        """
        start, end = self.left[head], self.right[head] + 1
        for child in self.children[head]:
            label = self.dep[child]
            if child < head and (
                label in _BEFORE_PHRASE or (label == "advmod" and self.child(head, ("cop",)) is not None)
            ):
                start = max(start, self.right[child] + 1)
            elif child > head and self._ends_phrase(child):
                end = min(end, self.left[child])
            elif child > head and label == "case":
                end = min(end, child)
        start, end = min(start, head), max(end, head + 1)  # a part whose own words lie on both sides of the noun
        if avoid is not None and start <= avoid < end:
            start, end = (avoid + 1, end) if avoid < head else (start, avoid)
        return self._trim_phrase(start, end, head)

    def join_name(self, span: TokenSpan, stops: Collection[str]) -> TokenSpan:
        """Take in the rest of a name that the parser hung elsewhere: proper nouns right after a proper noun, but for ``stops``."""
        end = span.end
        while (
            end < len(self)
            and self.pos[end] in ("PROPN", "X", "ADJ", "ADV")
            and self.pos[end - 1] in ("PROPN", "X")
            and self.capital[end]
            and self.lower[end] not in stops
        ):
            end += 1
        return TokenSpan(span.start, end)

    def _ends_phrase(self, child: int) -> bool:
        label = self.dep[child]
        if label in ("advcl", "parataxis", "ccomp") or self.is_relative(child):
            return True
        if label not in ("acl", "conj", "dep"):
            return False
        after_comma = self.lower[self.left[child]] == "," or self.lower[max(self.left[child] - 1, 0)] == ","
        return (label != "conj" and after_comma) or (label == "conj" and self.is_verb(child))

    def _trim_phrase(self, start: int, end: int, head: int) -> TokenSpan:
        while end - 1 > head and (self.lower[end - 1] in _TRIMMED or self.pos[end - 1] in ("SPACE", "CCONJ")):
            end -= 1
        while start < head and (self.lower[start] in _TRIMMED or self.pos[start] == "SPACE"):
            start += 1
        if end - 1 > head and self.lower[end - 1] in QUOTATION_MARKS:
            n_marks = sum(self.lower[token] in QUOTATION_MARKS for token in range(start, end))
            end -= n_marks % 2
        return TokenSpan(start, end)


def build_tree(doc: Doc) -> Tree:
    """Read a parsed document into lists."""
    rows = doc.to_array(["LOWER", "LEMMA", "POS", "DEP", "HEAD", "MORPH", "SENT_START", "ORTH"])
    n_tokens = len(doc)
    if n_tokens == 0:
        return Tree([], [], [], [], [], [], [], [], [], [], [])
    names = {int(key): doc.vocab.strings[int(key)] for key in np.unique(rows[:, [0, 1, 2, 3, 5]])}
    names[0] = ""
    lower, lemma, pos, dep, morph = ([names[key] for key in rows[:, column].tolist()] for column in (0, 1, 2, 3, 5))
    heads = np.arange(n_tokens) + rows[:, 4].astype(np.int64)
    left, right = _edges(heads)
    head = heads.tolist()
    children: list[list[int]] = [[] for _ in range(n_tokens)]
    for token, parent in enumerate(head):
        if parent != token:
            children[parent].append(token)
    starts = np.where(rows[:, 6].astype(np.int64) == 1, np.arange(n_tokens), 0)
    sentence = np.maximum.accumulate(starts).tolist()
    lemma = [(name or form).lower() for name, form in zip(lemma, lower, strict=True)]
    capital = (rows[:, 7] != rows[:, 0]).tolist()
    return Tree(lower, capital, lemma, pos, dep, head, morph, children, left.tolist(), right.tolist(), sentence)


def _edges(
    heads: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    """Work out the leftmost and rightmost descendant of every token, level by level."""
    left = np.arange(len(heads))
    right = left.copy()
    for _ in range(len(heads)):
        new_left, new_right = left.copy(), right.copy()
        np.minimum.at(new_left, heads, left)
        np.maximum.at(new_right, heads, right)
        if np.array_equal(new_left, left) and np.array_equal(new_right, right):
            break
        left, right = new_left, new_right
    return left, right


def spans_of(tokens: Iterable[int]) -> tuple[TokenSpan, ...]:
    """Join tokens into contiguous spans, in text order."""
    return tuple(_runs(sorted(set(tokens))))


def _runs(tokens: list[int]) -> Iterator[TokenSpan]:
    start: int | None = None
    previous = -2
    for token in tokens:
        if token != previous + 1:
            if start is not None:
                yield TokenSpan(start, previous + 1)
            start = token
        previous = token
    if start is not None:
        yield TokenSpan(start, previous + 1)
