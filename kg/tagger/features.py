"""What the attribution tagger sees of a document: words, characters, marks, and what the language pipeline found.

Everything is read from a spaCy ``Doc``. What a document lacks (part of speech, morphology, arcs, entities) is the
category 0, which the tagger has learned to do without.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

N_CHARS = 16  # of a longer word the first and the last eight
N_SHAPES = 5
MAX_WORDS = 500  # of one piece that the network reads at once; nearly all articles are shorter

UPOS = (
    "ADJ",
    "ADP",
    "ADV",
    "AUX",
    "CCONJ",
    "DET",
    "INTJ",
    "NOUN",
    "NUM",
    "PART",
    "PRON",
    "PROPN",
    "PUNCT",
    "SCONJ",
    "SYM",
    "VERB",
    "X",
)
VERB_FORMS = ("Fin-Ind-Pres", "Fin-Ind-Past", "Fin-Sub-Pres", "Fin-Sub-Past", "Fin-Imp", "Fin-other", "Inf", "Part")
RELATIONS = (
    "acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "compound", "conj", "cop", "csubj", "dep", "det",
    "discourse", "dislocated", "expl", "fixed", "flat", "goeswith", "iobj", "list", "mark", "nmod", "nsubj", "nummod", "obj",
    "obl", "orphan", "parataxis", "punct", "reparandum", "root", "vocative", "xcomp",
)  # fmt: skip
ENTITIES = ("PER", "ORG", "LOC")
CATEGORIES = ("mark", "boundary", "pos", "verb", "relation", "head", "entity")
CATEGORY_SIZES = (6, 4, len(UPOS) + 1, len(VERB_FORMS) + 2, len(RELATIONS) + 2, 10, len(ENTITIES) + 3)
N_PLAIN = 2  # the first two categories need no pipeline

_POS_ID = {name: index for index, name in enumerate(UPOS, 1)}
_VERB_ID = {name: index for index, name in enumerate(VERB_FORMS, 2)}
_RELATION_ID = {name: index for index, name in enumerate(RELATIONS, 2)}
_ENTITY_ID = {name: index for index, name in enumerate(ENTITIES, 2)} | {"PERSON": 2, "GPE": 4}

_ALWAYS_OPEN = frozenset("„‚")
_DOUBLE = frozenset(('"', "''", "``", "„", "“", "”", "«", "»"))
_SINGLE = frozenset(("‚", "‘", "›", "‹"))
_OUTSIDE, _INSIDE, _NESTED, _OPENING, _CLOSING, _UNCLOSED = range(6)

_HEAD_STEPS = np.array([-10, -4, -1, 0, 1, 2, 5, 11])
_DISTANCE_STEPS = np.array([1, 2, 3, 4, 6, 9, 13, 20, 30, 45, 70, 110, 200])
N_DISTANCES = 2 * (len(_DISTANCE_STEPS) + 1)
_SENTENCE_REACH = 4
N_SENTENCE_DISTANCES = 2 * _SENTENCE_REACH + 1


@dataclass(frozen=True)
class DocFeatures:
    """One document without its white-space tokens.

    Attributes:
        tokens: index in the ``Doc`` of each word.
        words: the words.
        categories: one row per word, one column per name in ``CATEGORIES``.
        head: index (among the words) of the syntactic head; the word itself where there is none.
        sentence: number of the sentence that each word is in.
    """

    tokens: Ints
    words: tuple[str, ...]
    categories: Ints
    head: Ints
    sentence: Ints

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def part(self, start: int, end: int) -> "DocFeatures":
        """Return the words from ``start`` to ``end``; arcs that lead out of them are cut."""
        head = self.head[start:end] - start
        own = np.arange(end - start)
        head = np.where((head >= 0) & (head < end - start), head, own)
        return DocFeatures(
            self.tokens[start:end], self.words[start:end], self.categories[start:end], head, self.sentence[start:end]
        )


def split_features(features: DocFeatures) -> list[tuple[int, DocFeatures]]:
    """Cut a long document into pieces of at most ``MAX_WORDS``, at sentence starts where there are any.

    Returns:
        The first word and the features of each piece; nothing for a document without words.
    """
    starts = np.flatnonzero(np.diff(features.sentence)) + 1
    pieces = []
    begin = 0
    while begin < len(features):
        end = begin + MAX_WORDS
        if end >= len(features):
            end = len(features)
        else:
            inner = starts[(starts > begin) & (starts <= end)]
            end = int(inner[-1]) if len(inner) else end
        pieces.append((begin, features.part(begin, end)))
        begin = end
    return pieces


def read_doc(doc: Doc) -> DocFeatures:
    """Read the features of a document. Sentence starts are used where it has them."""
    kept = [token for token in doc if not token.text.isspace()]
    tokens = np.array([token.i for token in kept], dtype=np.int64)
    words = tuple(token.text for token in kept)
    place = np.full(len(doc) + 1, -1, dtype=np.int64)
    place[tokens] = np.arange(len(kept))
    paragraph = np.zeros(len(kept), dtype=bool)
    sentence_start = np.zeros(len(kept), dtype=bool)
    pending_paragraph = pending_sentence = True
    index = 0
    for token in doc:
        pending_sentence = pending_sentence or bool(token.is_sent_start)
        if token.text.isspace():
            pending_paragraph = pending_paragraph or "\n" in token.text
            continue
        paragraph[index] = pending_paragraph
        sentence_start[index] = pending_sentence or pending_paragraph
        pending_paragraph = pending_sentence = False
        index += 1
    categories = np.zeros((len(kept), len(CATEGORIES)), dtype=np.int64)
    categories[:, 0] = quotation_states(words, paragraph)
    categories[:, 1] = np.where(paragraph, 2, np.where(sentence_start, 1, 0))
    if len(kept):
        categories[:-1, 1][(categories[1:, 1] > 0) & (categories[:-1, 1] == 0)] = 3
    if doc.has_annotation("POS"):
        categories[:, 2] = [_POS_ID.get(token.pos_, 0) for token in kept]
    if doc.has_annotation("MORPH"):
        forms: dict[str, int] = {}
        for row, token in enumerate(kept):
            morph = str(token.morph)
            if morph not in forms:
                forms[morph] = _verb_form(token.morph.to_dict())
            categories[row, 3] = forms[morph]
    head = np.arange(len(kept))
    if doc.has_annotation("DEP"):
        categories[:, 4] = [_RELATION_ID.get(token.dep_.partition(":")[0].lower(), 1) for token in kept]
        found = place[[token.head.i for token in kept]] if kept else head
        head = np.where(found >= 0, found, head)
        categories[:, 5] = 1 + np.searchsorted(_HEAD_STEPS, head - np.arange(len(kept)), side="right")
    if doc.has_annotation("ENT_IOB"):
        categories[:, 6] = [_ENTITY_ID.get(token.ent_type_, 5) if token.ent_type_ else 1 for token in kept]
    return DocFeatures(tokens, words, categories, head, np.cumsum(sentence_start) - 1)


def _verb_form(morph: dict[str, str]) -> int:
    form = morph.get("VerbForm")
    if form is None:
        return 1
    name = form
    if form == "Fin":
        mood = morph.get("Mood", "")
        name = "Fin-Imp" if mood == "Imp" else f"Fin-{mood}-{morph.get('Tense', '')}"
    return _VERB_ID.get(name, _VERB_ID["Fin-other"] if form == "Fin" else 1)


def quotation_states(words: Sequence[str], paragraph: npt.NDArray[np.bool_]) -> Ints:
    """Tell for each word whether it is in quotation marks: outside, inside, nested inside, a mark that opens or closes.

    A mark that is never closed before the paragraph ends opens nothing; it gets a state of its own. ``“`` closes
    what „ opened (German) and opens where nothing is open (English).
    """
    states = np.zeros(len(words), dtype=np.int64)
    opened: int | None = None
    nested: int | None = None
    for index, word in enumerate(words):
        if paragraph[index] and opened is not None:
            states[opened:index] = _OUTSIDE
            states[opened] = _UNCLOSED
            opened = nested = None
        if word in _DOUBLE:
            if opened is not None and word not in _ALWAYS_OPEN:
                states[index] = _CLOSING
                opened = nested = None
                continue
            if opened is not None:
                states[opened:index] = _OUTSIDE
                states[opened] = _UNCLOSED
            states[index] = _OPENING
            opened, nested = index, None
        elif word in _SINGLE and opened is not None:
            nested = None if nested is not None and word not in _ALWAYS_OPEN else index
            states[index] = _NESTED
        elif opened is not None:
            states[index] = _INSIDE if nested is None else _NESTED
    if opened is not None:
        states[opened:] = _OUTSIDE
        states[opened] = _UNCLOSED
    return states


def char_ids(words: Sequence[str], alphabet: dict[str, int]) -> Ints:
    """Return the characters of each word as ``N_CHARS`` identifiers: 0 is padding, 1 a character outside the alphabet."""
    rows = np.zeros((len(words), N_CHARS), dtype=np.int64)
    half = N_CHARS // 2
    for row, word in enumerate(words):
        shown = word if len(word) <= N_CHARS else word[:half] + word[-half:]
        for column, char in enumerate(shown):
            rows[row, column] = alphabet.get(char, 1)
    return rows


def shape_flags(words: Sequence[str]) -> Floats:
    """Return for each word: starts with a capital, all capitals, has a digit, has no letter, has a hyphen."""
    rows = [
        (
            word[:1].isupper(),
            word.isupper(),
            any(c.isdigit() for c in word),
            not any(c.isalpha() for c in word),
            "-" in word,
        )
        for word in words
    ]
    return np.array(rows, dtype=np.float32).reshape(-1, N_SHAPES)


def distance_ids(starts: Ints, ends: Ints, length: int) -> Ints:
    """Bucket the distance of each word from each span: one row per span; 0 is inside, then before, then after."""
    place = np.arange(length)[None, :]
    before = starts[:, None] - place
    after = place - ends[:, None] + 1
    n_steps = len(_DISTANCE_STEPS)
    left = np.searchsorted(_DISTANCE_STEPS, before, side="right")
    right = np.searchsorted(_DISTANCE_STEPS, after, side="right") + n_steps
    ids = np.where(before > 0, left, np.where(after > 0, right, 0))
    return ids.astype(np.int64)


def sentence_distance_ids(starts: Ints, ends: Ints, sentence: Ints) -> Ints:
    """Return how many sentences each word is before or after each span, at most four either way, as identifiers from 0."""
    first = sentence[starts][:, None]
    last = sentence[ends - 1][:, None]
    steps = np.where(sentence < first, sentence - first, np.where(sentence > last, sentence - last, 0))
    clipped: Ints = np.clip(steps, -_SENTENCE_REACH, _SENTENCE_REACH) + _SENTENCE_REACH
    return clipped
