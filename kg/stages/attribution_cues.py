"""Cues: whether a reporting verb reports, and which words make up cue, frame and content."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.found import TokenSpan
from kg.stages.attribution_lexicon import Lexicon, Verb
from kg.stages.attribution_tree import Tree, spans_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What every rule needs: the parsed document, the words of its language, the quotations and the paragraphs.

    ``quote_of`` has the index in ``quoted`` of the innermost quotation around each token, or -1; ``paragraph`` the index
    of its block, or -1.
    """

    tree: Tree
    lexicon: Lexicon
    quoted: tuple[TokenSpan, ...]
    quote_of: list[int]
    paragraph: list[int]
    headlines: frozenset[int]


def sentence_bounds(reading: Reading, token: int) -> TokenSpan:
    """Return the sentence of a token, kept within its paragraph and within the quotation it stands in."""
    tree = reading.tree
    block, quote = reading.paragraph[token], reading.quote_of[token]
    first = tree.sentence[token]
    start = token
    while (
        start > first and reading.paragraph[start - 1] == block and (quote < 0 or reading.quote_of[start - 1] == quote)
    ):
        start -= 1
    end, last = token + 1, tree.sentence_end(token)
    while end < last and reading.paragraph[end] == block and (quote < 0 or reading.quote_of[end] == quote):
        end += 1
    return TokenSpan(start, end)


def is_passive(tree: Tree, verb: int) -> bool:
    """Tell whether a verb is in the passive voice."""
    if any(tree.dep[child] in ("aux:pass", "nsubj:pass", "csubj:pass") for child in tree.children[verb]):
        return True
    shares = (
        tree.dep[verb] == "conj" and "VerbForm=Part" in tree.morph[verb] and tree.child(verb, ("nsubj", "aux")) is None
    )
    return shares and tree.child(tree.head[verb], ("aux:pass",)) is not None


def reports(reading: Reading, verb: int, entry: Verb | None) -> bool:
    """Tell whether a cue stands for an act of saying that took place: not negated, conditional, modal, wished or asked for."""
    tree, words = reading.tree, reading.lexicon.frames
    if "Mood=Imp" in tree.morph[verb] or (tree.lemma[verb] in words.blockers and entry is None):
        return False
    perfect = False
    modal = False
    for child in tree.children[verb]:
        label, form = tree.dep[child], tree.lower[child]
        if (
            form in words.negations
            and label in ("advmod", "neg", "obj", "advmod:neg", "cc:preconj", "cc")
            and not (entry and entry.raises_negation)
        ):
            return False
        if label == "mark" and form in words.conditionals:
            return False
        bare = label == "mark" and tree.pos[child] == "PART" and tree.dep[verb] not in ("xcomp", "conj")
        if bare and (tree.lemma[tree.head[verb]] not in words.aspects or tree.head[verb] > verb):
            return False
        if label == "aux":
            modal = modal or tree.lemma[child] in words.modals or form in words.modals
            perfect = perfect or form in reading.lexicon.hearsay.perfect_auxiliaries
    if modal and not perfect:
        return False
    subject = tree.child(verb, ("nsubj", "nsubj:pass"))
    if subject is not None:
        forms = {tree.lower[subject]} | {
            tree.lower[child] for child in tree.children[subject] if tree.dep[child] in ("det", "advmod")
        }
        if forms & words.negative_subjects or tree.lower[subject] in words.first_person:
            return False
    return not _is_blocked(reading, verb)


def _is_blocked(reading: Reading, verb: int) -> bool:
    tree, words = reading.tree, reading.lexicon.frames
    head = tree.head[verb]
    if tree.dep[verb] not in ("xcomp", "ccomp") or head == verb:
        return False
    if tree.lemma[head] in words.blockers:
        return tree.dep[verb] == "xcomp"
    if (
        tree.dep[verb] == "ccomp"
        and "VerbForm=Fin" not in tree.morph[verb]
        and tree.child(verb, ("aux", "nsubj", "nsubj:pass")) is None
    ):
        return tree.lemma[head] in words.blockers
    # "could begin to say": what holds of the governing verb holds of this one
    modal = any(
        tree.dep[child] == "aux" and (tree.lemma[child] in words.modals or tree.lower[child] in words.modals)
        for child in tree.children[head]
    )
    negated = any(tree.lower[child] in words.negations for child in tree.children[head])
    return tree.dep[verb] == "xcomp" and (modal or negated)


def cue_of(reading: Reading, verb: int) -> tuple[TokenSpan, ...]:
    """Return the words of a cue: the verb, its separated particle, its copula, and its auxiliaries where the language counts them in."""
    tree = reading.tree
    wanted = {"cop"} | ({"aux", "aux:pass"} if reading.lexicon.frames.cue_auxiliaries else set())
    particle = reading.lexicon.particle(tree, verb)
    parts = (child for child in tree.children[verb] if tree.dep[child] in wanted or child == particle)
    return spans_of([verb, *parts])


def frame_of(reading: Reading, verb: int, content: tuple[TokenSpan, ...]) -> tuple[TokenSpan, ...]:
    """Return the clause around a cue without the content, its comma or colon included."""
    tree = reading.tree
    start, end = tree.left[verb], tree.right[verb] + 1
    for child in tree.children[verb]:
        if child > verb and tree.dep[child] in ("conj", "parataxis", "ccomp", "advcl"):
            end = min(end, max(tree.left[child], verb + 1))
    taken = {token for span in content for token in range(span.start, span.end)}
    frame = {
        token for token in range(start, end) if token not in taken and reading.quote_of[token] == reading.quote_of[verb]
    }
    frame.add(verb)
    for child in tree.children[verb]:
        if child > verb and (tree.dep[child] == "nsubj" or tree.is_particle(child)):
            frame.update(token for token in range(tree.left[child], tree.right[child] + 1) if token not in taken)
    last = max(frame)
    if last + 1 < len(tree) and tree.lower[last + 1] in (",", ":") and last + 1 not in taken:
        frame.add(last + 1)
    return _around(spans_of(frame), verb)


def _around(spans: tuple[TokenSpan, ...], verb: int) -> tuple[TokenSpan, ...]:
    """Keep the runs of a frame that hold more than punctuation."""
    return tuple(span for span in spans if span.start <= verb < span.end or span.end - span.start > 1)


def cut_out(reading: Reading, span: TokenSpan, holes: tuple[TokenSpan, ...]) -> tuple[TokenSpan, ...]:
    """Take stretches out of a span, and trim punctuation off what is left; nothing is left of a piece without words."""
    pieces = [span]
    for hole in holes:
        pieces = [part for piece in pieces for part in _split(piece, hole)]
    return tuple(_words_only(reading, pieces))


def _split(piece: TokenSpan, hole: TokenSpan) -> Iterator[TokenSpan]:
    if hole.end <= piece.start or hole.start >= piece.end:
        yield piece
        return
    if piece.start < hole.start:
        yield TokenSpan(piece.start, hole.start)
    if hole.end < piece.end:
        yield TokenSpan(hole.end, piece.end)


def _words_only(reading: Reading, pieces: list[TokenSpan]) -> Iterator[TokenSpan]:
    tree = reading.tree
    for piece in pieces:
        trimmed = tree.trim(piece.start, piece.end)
        if trimmed is None:
            continue
        unquoted = tree.unquote(trimmed)
        again = tree.trim(unquoted.start, unquoted.end)
        if again is not None and not all(_is_function_word(reading, token) for token in range(again.start, again.end)):
            yield again


def _is_function_word(reading: Reading, token: int) -> bool:
    """Tell whether a token alone is no piece of content: punctuation, a conjunction, a relative pronoun at a clause's start."""
    tree = reading.tree
    if tree.pos[token] in ("PUNCT", "SPACE", "CCONJ", "SCONJ"):
        return True
    return tree.lower[token] in reading.lexicon.frames.relatives and tree.pos[token] in ("PRON", "DET")
