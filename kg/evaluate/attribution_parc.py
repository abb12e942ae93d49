"""Attributions as spans of cue, source and content in the manner of PARC 3 (Pareti 2016), by character.

Content there has its quotation marks and the conjunction that opens it; the source is the whole noun phrase with its
apposition or relative clause; the cue is the head of the verb group, or the whole of "according to"; and what a verb with an
object sums up ("denied any wrongdoing") is that object.
"""

from collections.abc import Iterator

from spacy.tokens import Doc

from kg.found import Attribution, Found, TokenSpan
from kg.model import ClaimType
from kg.stages.attribution_cues import Reading
from kg.stages.attribution_rules import read
from kg.stages.attribution_tree import QUOTATION_MARKS, spans_of

Span = tuple[int, int]

_AFTER_NOUN = frozenset({"acl", "acl:relcl", "appos", "nmod"})
_OBJECTS = ("obj", "ccomp", "xcomp")
_OBLIQUES = ("obl", "advcl")
_END_MARKS = frozenset({".", ",", "!", "?", "…"})


def marked_spans(doc: Doc, found: Found) -> Iterator[dict[str, tuple[Span, ...]]]:
    """Yield the character spans of ``cue``, ``source`` and ``content`` of each attribution that was found."""
    reading = read(doc, found.document.language, found.quoted, found.blocks)
    for attribution in found.attributions:
        content = _content(reading, attribution)
        parts = {
            "cue": _cue(reading, attribution),
            "source": _source(reading, attribution, content),
            "content": content,
        }
        yield {name: tuple(_characters(doc, span) for span in spans) for name, spans in parts.items()}


def _cue(reading: Reading, found: Attribution) -> tuple[TokenSpan, ...]:
    """Return the cue without auxiliaries, and without the colon of a headline."""
    tree = reading.tree
    tokens = [token for span in found.cue for token in range(span.start, span.end) if tree.lower[token] != ":"]
    full = [token for token in tokens if tree.dep[token] not in ("aux", "aux:pass")]
    return spans_of(full or tokens)


def _source(reading: Reading, found: Attribution, content: tuple[TokenSpan, ...]) -> tuple[TokenSpan, ...]:
    if found.actor is None:
        return ()
    tree = reading.tree
    start, end = found.actor
    head = next(
        (token for token in range(start, end) if not start <= tree.head[token] < end or tree.head[token] == token),
        start,
    )
    taken = {token for span in (*found.cue, *content) for token in range(span.start, span.end)}
    for child in tree.children[head]:
        follows = end <= tree.left[child] <= end + 1
        inside = range(tree.left[child], tree.right[child] + 1)
        if tree.dep[child] in _AFTER_NOUN and follows and not taken.intersection(inside):
            end = tree.right[child] + 1
    trimmed = tree.trim(start, end)
    return () if trimmed is None else (trimmed,)


def _content(reading: Reading, found: Attribution) -> tuple[TokenSpan, ...]:
    spans = found.content
    if found.type is ClaimType.REPORTED:
        spans = _summed_up(reading, found) or spans
    return tuple(_with_marks(reading, span) for span in spans)


def _summed_up(reading: Reading, found: Attribution) -> tuple[TokenSpan, ...]:
    """Return the objects of a verb whose whole clause is the content."""
    tree = reading.tree
    verb = next((span.start for span in found.cue if tree.is_verb(span.start)), None)
    tokens = frozenset(token for span in found.content for token in range(span.start, span.end))
    if verb is None or verb not in tokens:
        return ()
    parts = [child for child in tree.children[verb] if not _is_time(reading, child)]
    labels = [tree.dep[child].partition(":")[0] for child in parts]
    objects = [child for child, label in zip(parts, labels, strict=True) if label in _OBJECTS]
    if not objects:
        objects = [child for child, label in zip(parts, labels, strict=True) if label in _OBLIQUES]
    if not objects:
        return ()
    first = min(tree.left[child] for child in objects)
    # what follows an object belongs to it: "described the plan as folly", "accused the firm of hiding the figures"
    added = [
        child for child, label in zip(parts, labels, strict=True) if label in _OBLIQUES and tree.left[child] > first
    ]
    chosen = {
        token
        for child in (*objects, *added)
        for token in range(tree.left[child], tree.right[child] + 1)
        if token in tokens
    }
    return tuple(trimmed for span in spans_of(chosen) if (trimmed := tree.trim(*span)) is not None)


def _is_time(reading: Reading, token: int) -> bool:
    return reading.tree.dep[token] == "obl:tmod" or reading.tree.lower[token] in reading.lexicon.frames.time_words


def _with_marks(reading: Reading, span: TokenSpan) -> TokenSpan:
    """Take in the conjunction before a content, and the quotation marks that open or close with it."""
    tree = reading.tree
    start, end = span
    if start and tree.lower[start - 1] in QUOTATION_MARKS and reading.quote_of[start] != reading.quote_of[start - 1]:
        start -= 1
    if reading.quote_of[end - 1] >= 0:
        stop = end
        while stop < len(tree) and tree.lower[stop] in _END_MARKS:
            stop += 1
        if stop < len(tree) and tree.lower[stop] in QUOTATION_MARKS:
            end = stop + 1
    if start and tree.lower[start - 1] in reading.lexicon.frames.complementizers:
        start -= 1
    return TokenSpan(start, end)


def _characters(doc: Doc, span: TokenSpan) -> Span:
    last = doc[span.end - 1]
    return doc[span.start].idx, last.idx + len(last.text)
