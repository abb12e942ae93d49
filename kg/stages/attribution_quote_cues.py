"""What introduces direct speech: the cue before or after a quotation, and its speaker."""

from dataclasses import dataclass

from kg.found import TokenSpan
from kg.model import ClaimMedium
from kg.stages.attribution_cues import Reading, cue_of, is_passive, reports
from kg.stages.attribution_speakers import complete_speaker, find_speaker, possessor_of, speaker_in_frame
from kg.stages.attribution_tree import QUOTATION_MARKS, SENTENCE_ENDS

_MAX_FRAME_TOKENS = 60
_MAX_BARE_SPEAKER = 25  # tokens of "X:" or "– X" without a verb
_QUOTE_TAKING = frozenset({"quote", "clause"})


@dataclass(frozen=True, slots=True)
class QuoteCue:
    """What introduces a quotation; ``how`` names the rule that found it."""

    token: int
    actor: TokenSpan | None
    cue: tuple[TokenSpan, ...]
    medium: ClaimMedium | None
    how: str


def adjacent_cue(reading: Reading, span: TokenSpan, floor: int) -> int | None:
    """Find a cue verb in the words before a quotation that leaves no room for other words of the reported clause."""
    tree = reading.tree
    token = span.start - 2
    while token >= floor:
        if tree.is_verb(token) or "VerbForm=Part" in tree.morph[token]:
            entry = reading.lexicon.verb(tree, token)
            good = entry is not None and "quote" in entry.takes and tree.dep[token] not in ("aux", "aux:pass", "cop")
            return token if good else None
        if tree.pos[token] == "PROPN" and not tree.capital[span.start]:
            return None
        if tree.dep[token] in ("mark", "case") or tree.pos[token] in ("NOUN", "DET", "SCONJ", "ADP", "CCONJ", "PRON"):
            return None
        token -= 1
    return None


def governing_cue(reading: Reading, span: TokenSpan, floor: int) -> int | None:
    """Find a cue verb before a quotation that governs its first clause, without a conjunction between them."""
    tree = reading.tree
    for token in range(span.start, min(span.end, span.start + _MAX_FRAME_TOKENS)):
        head = tree.head[token]
        if span.start <= head < span.end:
            continue
        if (
            not floor <= head < span.start
            or tree.dep[token] not in ("ccomp", "parataxis", "obj")
            or tree.left[token] < span.start - 2
        ):
            return None
        entry = reading.lexicon.verb(tree, head) if tree.is_verb(head) else None
        if any(tree.lower[between] in reading.lexicon.frames.complementizers for between in range(head, span.start)):
            return None
        return head if entry is not None and "quote" in entry.takes and tree.is_verb(token) else None
    return None


def cue_before(reading: Reading, span: TokenSpan, floor: int, adjacent: int | None, *, colon: bool) -> QuoteCue | None:
    """Find the cue in the words before a quotation.

    Args:
        reading: the document.
        span: the quotation.
        floor: where the words that may introduce it start.
        adjacent: a cue verb already known to govern the quotation.
        colon: whether a colon stands right before the quotation.
    """
    tree = reading.tree
    if adjacent is not None:
        return _verb_cue(reading, adjacent, "before")
    candidates = []
    for token in range(span.start - 2, floor - 1, -1):
        if not tree.is_verb(token) or tree.dep[token] in ("aux", "aux:pass", "cop") or reading.quote_of[token] >= 0:
            continue
        entry = reading.lexicon.verb(tree, token)
        if entry is not None and "quote" in entry.takes and not tree.is_relative(token):
            opened = any(
                tree.dep[at] == "mark" and tree.lower[at] in reading.lexicon.frames.complementizers
                for at in range(token, span.start)
            )
            return None if opened and not colon else _verb_cue(reading, token, "before")
        if entry is not None and tree.is_finite(token):
            return None  # "called the plan: “a disaster”" sums up
        candidates.append(token)
    if not candidates:
        for token in range(floor, span.start - 1):
            cue = _phrase_cue(reading, token) if tree.dep[token] == "case" else None
            if cue is not None:
                return cue
    if not colon:
        return None
    main = next(
        (token for token in reversed(candidates) if tree.dep[token] not in ("acl:relcl", "advcl", "acl", "xcomp")), None
    )
    if main is not None:
        cue = _verb_cue(reading, main, "bare")
        return cue if cue is not None and cue.actor is not None else None
    speaker = tree.trim(floor, word_before(reading, span.start - 1))
    if candidates or speaker is None or speaker.end - speaker.start > _MAX_BARE_SPEAKER:
        return None
    colon_token = word_before(reading, span.start - 1)
    named = any(tree.pos[token] in ("PROPN", "NOUN") for token in range(*speaker))
    return QuoteCue(colon_token, speaker, (TokenSpan(colon_token, colon_token + 1),), None, "bare") if named else None


def cue_after(reading: Reading, span: TokenSpan, after: int, following: int, *, comma: bool) -> QuoteCue | None:
    """Find the cue in the words after a quotation: the first reporting verb, "so X", or "according to X"."""
    tree, words = reading.tree, reading.lexicon.frames
    start = after
    while start < len(tree) and (tree.lower[start] in (",", "–", "-", "—") or tree.pos[start] == "SPACE"):
        if tree.pos[start] == "SPACE" and reading.paragraph[start] < 0:
            return None
        start += 1
    fallback: int | None = None
    for token in range(start, min(following, len(tree), start + _MAX_FRAME_TOKENS)):
        lower = tree.lower[token]
        if lower in SENTENCE_ENDS or reading.paragraph[token] != reading.paragraph[span.start]:
            break
        if token <= start + 1 and lower in words.so_words and token + 1 < len(tree) and not tree.is_verb(token + 1):
            return _so_cue(reading, token, following)
        if token == start and (
            lower in words.prepositions or f"{lower} {tree.lower[min(token + 1, len(tree) - 1)]}" in words.prepositions
        ):
            return _phrase_cue(reading, token)
        if not tree.is_verb(token) or tree.dep[token] in ("aux", "aux:pass", "cop"):
            continue
        entry = reading.lexicon.verb(tree, token)
        relative = tree.is_relative(token) and tree.lower[token - 1] != ","
        if entry is not None and entry.takes & _QUOTE_TAKING and not relative:
            return _verb_cue(reading, token, "after", TokenSpan(start, _frame_end(reading, token, following)))
        if tree.dep[token] not in ("acl:relcl", "acl", "advcl", "amod", "xcomp", "conj") and fallback is None:
            fallback = token
    if fallback is not None and comma and fallback - start <= 8:
        cue = _verb_cue(reading, fallback, "bare")
        return (
            cue
            if cue is not None and cue.actor is not None and tree.lemma[fallback] not in ("be", "sein", "have", "haben")
            else None
        )
    return None


def _frame_end(reading: Reading, verb: int, following: int) -> int:
    tree = reading.tree
    end = verb + 1
    while end < min(following, len(tree)) and tree.lower[end] not in SENTENCE_ENDS and tree.pos[end] != "SPACE":
        end += 1
    return end


def _verb_cue(reading: Reading, verb: int, how: str, frame: TokenSpan | None = None) -> QuoteCue | None:
    entry = reading.lexicon.verb(reading.tree, verb)
    if frame is not None and reports(reading, verb, entry) | _is_asked(reading, verb):
        actor = find_speaker(reading, verb)
        if actor is None or not frame.start <= actor.start < frame.end or frame.start < verb < actor.start:
            actor = speaker_in_frame(reading, verb, frame)
        actor = complete_speaker(reading, verb, actor, frame.end)
        return QuoteCue(verb, actor, cue_of(reading, verb), entry.medium if entry else None, how)
    if not reports(reading, verb, entry) and not _is_asked(reading, verb):
        return None
    return QuoteCue(
        verb,
        _quoted_speaker(reading, verb)
        or complete_speaker(reading, verb, find_speaker(reading, verb) or _loose_speaker(reading, verb)),
        cue_of(reading, verb),
        entry.medium if entry else None,
        how,
    )


def _quoted_speaker(reading: Reading, verb: int) -> TokenSpan | None:
    """Return who is quoted: in "the paper quoted a diplomat: ..." it is the object that speaks."""
    tree = reading.tree
    if tree.lemma[verb] not in reading.lexicon.frames.quoting_verbs or is_passive(tree, verb):
        return None
    quoted = tree.child(verb, ("obj",))
    if quoted is None or not tree.is_nominal(quoted) or reading.quote_of[quoted] != reading.quote_of[verb]:
        return None
    return None if reading.lexicon.noun(tree, quoted) else tree.noun_phrase(quoted, avoid=verb)


def _is_asked(reading: Reading, verb: int) -> bool:
    """Let direct speech stand although its cue is a modal: the words between the marks were said all the same."""
    tree = reading.tree
    return not any(tree.lower[child] in reading.lexicon.frames.negations for child in tree.children[verb])


def _loose_speaker(reading: Reading, verb: int) -> TokenSpan | None:
    """Take the noun phrase that stands right after the verb, or right before it, where the parser found no subject."""
    tree = reading.tree
    for token in range(verb + 1, min(verb + 4, len(tree))):
        if tree.lower[token] in QUOTATION_MARKS or tree.pos[token] in ("PUNCT", "ADP"):
            break
        if tree.pos[token] in ("PROPN", "PRON") or (tree.pos[token] == "NOUN" and tree.left[token] > verb):
            return tree.noun_phrase(token, avoid=verb)
    for token in range(verb - 1, max(verb - 3, -1), -1):
        if tree.pos[token] in ("PROPN", "PRON") and reading.quote_of[token] == reading.quote_of[verb]:
            head = tree.head[token] if tree.dep[token] in ("flat", "compound") else token
            return tree.noun_phrase(head, avoid=verb) if head < verb else TokenSpan(token, token + 1)
    return None


def _so_cue(reading: Reading, so: int, following: int) -> QuoteCue | None:
    tree = reading.tree
    head = next((token for token in range(so + 1, min(so + 12, following, len(tree))) if tree.is_nominal(token)), None)
    if head is None:
        return None
    while (
        so < tree.head[head]
        and tree.is_nominal(tree.head[head])
        and tree.head[head] != head
        and tree.head[head] < following
    ):
        head = tree.head[head]
    actor = tree.noun_phrase(head)
    actor = TokenSpan(max(actor.start, so + 1), min(actor.end, following))
    return QuoteCue(so, actor, (TokenSpan(so, so + 1),), None, "phrase") if actor.end > actor.start else None


def _phrase_cue(reading: Reading, preposition: int) -> QuoteCue | None:
    tree = reading.tree
    noun = tree.head[preposition]
    words, lower = reading.lexicon.frames, tree.lower
    named = (
        lower[preposition] in words.prepositions
        or f"{lower[preposition]} {lower[min(preposition + 1, len(tree) - 1)]}" in words.prepositions
    )
    possessor = (
        possessor_of(reading, noun)
        if lower[preposition] in words.view_prepositions and reading.lexicon.has_noun(tree, noun, words.view_nouns)
        else None
    )
    if not tree.is_nominal(noun) or noun < preposition or not (named or possessor):
        return None
    fixed = [child for child in tree.children[preposition] if tree.dep[child] == "fixed"]
    end = max([preposition, *fixed]) + 1
    actor = possessor or tree.noun_phrase(noun)
    actor = TokenSpan(max(actor.start, end), actor.end)
    return (
        QuoteCue(preposition, actor, (TokenSpan(preposition, end),), None, "phrase")
        if actor.end > actor.start
        else None
    )


def word_before(reading: Reading, mark: int) -> int:
    """Return the last token before a quotation mark that is no white space."""
    token = mark - 1
    while token >= 0 and reading.tree.pos[token] == "SPACE":
        token -= 1
    return token
