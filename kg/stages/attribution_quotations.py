"""Direct speech: which quotation marks hold a claim, who speaks, and which quotations are one."""

from dataclasses import dataclass, field

from kg.found import Attribution, TokenSpan
from kg.model import ClaimMedium, ClaimType
from kg.stages.attribution_cues import Reading
from kg.stages.attribution_quote_cues import QuoteCue, adjacent_cue, cue_after, cue_before, governing_cue, word_before
from kg.stages.attribution_tree import QUOTATION_MARKS, SENTENCE_ENDS

_MAX_FRAME_TOKENS = 60
_MAX_BARE_SPEAKER = 25  # tokens of "X:" or "– X" without a verb
_MIN_CLAIM_TOKENS = 3  # shorter words between marks are a name or a scare quote unless a cue stands beside them
_SCORES = {
    "after": 0.95,
    "before": 0.95,
    "phrase": 0.85,
    "bare": 0.7,
    "continued": 0.7,
    "inherited": 0.5,
    "unknown": 0.3,
}


@dataclass(slots=True)
class Quotation:
    """Direct speech in the making: its spans, and what introduces it."""

    spans: list[TokenSpan]
    actor: TokenSpan | None = None
    cue: tuple[TokenSpan, ...] = ()
    frame: tuple[TokenSpan, ...] = ()
    medium: ClaimMedium | None = None
    how: str = "unknown"
    cue_tokens: list[int] = field(default_factory=list)


def find_quotations(reading: Reading) -> tuple[tuple[Attribution, ...], frozenset[int]]:
    """Find direct speech.

    A quotation is direct speech where it starts like a clause of its own and a cue stands before or after it, or where it
    goes on after one that has a cue. Words between quotation marks inside a clause of the reporter are left to the
    rules for indirect speech.

    Returns:
        The attributions, in text order, and the tokens of their cues.
    """
    outer = [span for index, span in enumerate(reading.quoted) if not _is_inner(reading, index)]
    quotations: list[Quotation] = []
    previous: Quotation | None = None
    previous_end = 0
    for position, span in enumerate(outer):
        following = outer[position + 1].start - 1 if position + 1 < len(outer) else len(reading.tree)
        found = _read_quotation(reading, span, previous, previous_end, following)
        if found is not None and found is not previous:
            quotations.append(found)
        if found is not None:
            previous, previous_end = found, span.end
            if found.frame:
                previous_end = max(previous_end, *(frame.end for frame in found.frame))
    quotations.extend(_inner_quotations(reading))
    attributions = tuple(_as_attribution(reading, quotation) for quotation in quotations)
    used = frozenset(token for quotation in quotations for token in quotation.cue_tokens)
    return tuple(found for found in attributions if found is not None), used


def _inner_quotations(reading: Reading) -> list[Quotation]:
    """Find direct speech within direct speech; only a cue right before it tells it from a name or a scare quote."""
    found = []
    for index, span in enumerate(reading.quoted):
        outer = next(
            (
                other
                for other in reading.quoted[max(0, index - 6) : index]
                if other.start <= span.start and span.end <= other.end
            ),
            None,
        )
        if outer is not None:
            quotation = _read_quotation(reading, span, None, outer.start, outer.end)
            if quotation is not None and quotation.how == "before":
                found.append(quotation)
    return found


def _is_inner(reading: Reading, index: int) -> bool:
    span = reading.quoted[index]
    return any(
        other.start <= span.start and span.end <= other.end
        for other in (reading.quoted[before] for before in range(max(0, index - 6), index))
    )


def _as_attribution(reading: Reading, quotation: Quotation) -> Attribution | None:
    trimmed = [span for span in (reading.tree.trim(*span) for span in quotation.spans) if span is not None]
    if not trimmed:
        return None
    return Attribution(
        content=tuple(trimmed),
        type=ClaimType.DIRECT,
        actor=quotation.actor,
        cue=quotation.cue,
        frame=quotation.frame,
        medium=quotation.medium or ClaimMedium.SPEECH_OR_WRITING,
        score=_SCORES[quotation.how] - (0.0 if quotation.actor else 0.1),
        method=f"rule:quote-{quotation.how}",
    )


def _read_quotation(
    reading: Reading, span: TokenSpan, previous: Quotation | None, previous_end: int, following: int
) -> Quotation | None:
    tree = reading.tree
    before = word_before(reading, span.start - 1)
    after = span.end + 1 if span.end < len(tree) and tree.lower[span.end] in QUOTATION_MARKS else span.end
    floor = _frame_floor(reading, span, previous_end)
    adjacent = adjacent_cue(reading, span, floor)
    if adjacent is None:
        adjacent = governing_cue(reading, span, floor)
    colon = before >= floor and tree.lower[before] == ":"
    clean = adjacent is not None or colon or _starts_clause(reading, before, floor, span)
    if not clean:
        return None
    last_token = span.end - 1
    while last_token > span.start and tree.lower[last_token] in QUOTATION_MARKS:
        last_token -= 1
    last = tree.lower[last_token]
    comma_after = after < len(tree) and tree.lower[after] in (",", "–", "-", "—")
    open_end = last in (",", "?", "!", "…", "-", "–", "—") or comma_after
    substantial = span.end - span.start >= _MIN_CLAIM_TOKENS
    if not colon and adjacent is None and last not in (",", "?", "!", "…") and _is_title(reading, span):
        return None

    merged = _middle(reading, span, previous, previous_end, floor)
    if merged is not None:
        return merged
    frame_before = (
        cue_before(reading, span, floor, adjacent, colon=colon)
        if colon or adjacent is not None or (before >= floor and tree.lower[before] == ",")
        else None
    )
    frame_after = cue_after(reading, span, after, following, comma=last == "," or comma_after) if open_end else None
    chosen = (
        frame_before
        if frame_before is not None and (colon or adjacent is not None or frame_after is None)
        else frame_after
    )
    if chosen is not None:
        return _with_cue(
            reading,
            span,
            chosen,
            floor if chosen is frame_before else after,
            following if chosen is frame_after else span.start - 1,
        )
    if not substantial:
        return None
    signature = _signature(reading, after)
    if signature is not None:
        return Quotation([span], actor=signature, how="bare")
    return _without_cue(reading, span, previous, previous_end, before, floor)


def _is_title(reading: Reading, span: TokenSpan) -> bool:
    """Tell whether the words between the marks are a name or the title of a work: no verb, and capitals throughout."""
    tree = reading.tree
    words = [
        token
        for token in range(span.start, span.end)
        if tree.pos[token] not in ("PUNCT", "ADP", "DET", "CCONJ", "PART")
    ]
    return all(tree.capital[token] and not tree.is_verb(token) for token in words)


def _frame_floor(reading: Reading, span: TokenSpan, previous_end: int) -> int:
    """Return where the words that may introduce a quotation start: after the last sentence end, within the paragraph."""
    tree, block = reading.tree, reading.paragraph[span.start]
    token = span.start - 2
    while token >= previous_end and span.start - token < _MAX_FRAME_TOKENS and reading.paragraph[token] == block:
        if tree.lower[token] in SENTENCE_ENDS and reading.quote_of[token] < 0:
            break
        token -= 1
    return token + 1


def _starts_clause(reading: Reading, before: int, floor: int, span: TokenSpan) -> bool:
    """Tell whether a quotation opens where a clause may: at the start of a sentence or after a comma, with a capital or a cue behind."""
    tree = reading.tree
    if before < floor or reading.paragraph[before] != reading.paragraph[span.start]:
        return True
    return (
        tree.lower[before] in (",", "–", "—", "-", "(")
        or tree.lower[before] in SENTENCE_ENDS
        or tree.lower[before] in QUOTATION_MARKS
    )


def _with_cue(reading: Reading, span: TokenSpan, cue: QuoteCue, start: int, end: int) -> Quotation:
    """Build a quotation with the frame between two positions, cut at the end of its sentence."""
    tree = reading.tree
    while start < end and tree.pos[start] == "SPACE":
        start += 1
    stop = start
    while (
        stop < min(end, len(tree))
        and (tree.lower[stop] not in SENTENCE_ENDS or stop < cue.token)
        and tree.pos[stop] != "SPACE"
    ):
        stop += 1
    frame = (
        (TokenSpan(start, stop),)
        if stop > start and start <= cue.token < stop
        else (TokenSpan(cue.token, cue.token + 1),)
    )
    return Quotation([span], cue.actor, cue.cue, frame, cue.medium, cue.how, [cue.token])


def _middle(
    reading: Reading, span: TokenSpan, previous: Quotation | None, previous_end: int, floor: int
) -> Quotation | None:
    """Join a quotation to the one before where only the frame, or nothing, stands between them in the paragraph."""
    tree = reading.tree
    if previous is None or reading.paragraph[previous.spans[-1].start] != reading.paragraph[span.start]:
        return None
    between = range(previous.spans[-1].end, span.start - 1)
    framed = {token for frame in previous.frame for token in range(frame.start, frame.end)}
    rest = [
        token
        for token in between
        if token not in framed
        and tree.pos[token] not in ("PUNCT", "SPACE")
        and tree.lower[token] not in QUOTATION_MARKS
    ]
    if rest or (previous.how == "unknown" and previous.actor is None and not previous.cue and len(between) > 4):
        return None
    if any(tree.lower[token] == ":" for token in between) and tree.lower[word_before(reading, span.start - 1)] == ":":
        return None
    previous.spans.append(span)
    return previous


def _signature(reading: Reading, after: int) -> TokenSpan | None:
    """Find a name after a dash: "..." – Jane Doe."""
    tree = reading.tree
    if after + 1 >= len(tree) or tree.lower[after] not in ("–", "—", "-", "--"):
        return None
    end = after + 1
    while (
        end < len(tree)
        and tree.pos[end] != "SPACE"
        and tree.lower[end] not in SENTENCE_ENDS
        and end - after < _MAX_BARE_SPEAKER
    ):
        if tree.is_verb(end):
            return None
        end += 1
    return TokenSpan(after + 1, end) if tree.pos[after + 1] == "PROPN" else None


def _without_cue(
    reading: Reading, span: TokenSpan, previous: Quotation | None, previous_end: int, before: int, floor: int
) -> Quotation | None:
    """Read a quotation without a frame: it goes on from the one before, or has the speaker of the words before."""
    tree = reading.tree
    if (
        before >= floor
        and reading.paragraph[before] == reading.paragraph[span.start]
        and tree.lower[before] not in SENTENCE_ENDS
    ):
        return None
    if not any(tree.is_verb(token) for token in range(span.start, span.end)):
        return None
    end = span.end + 1 if span.end < len(tree) and tree.lower[span.end] in QUOTATION_MARKS else span.end
    closes = (
        end >= len(tree)
        or tree.pos[end] == "SPACE"
        or tree.lower[span.end - 1] in SENTENCE_ENDS
        or tree.lower[end] in SENTENCE_ENDS
    )
    if not closes:
        return None
    if previous is not None:
        gap = reading.paragraph[span.start] - reading.paragraph[previous.spans[-1].start]
        unclosed = previous.spans[-1].end >= len(tree) or tree.lower[previous.spans[-1].end] not in QUOTATION_MARKS
        if gap == 1 and unclosed and before < previous.spans[-1].end:
            previous.spans.append(span)
            return previous
        if gap <= 1 and previous.actor is not None:
            return Quotation([span], actor=previous.actor, how="continued")
    return Quotation([span], actor=_subject_before(reading, span), how="inherited")


def _subject_before(reading: Reading, span: TokenSpan) -> TokenSpan | None:
    """Return the subject of the last sentence before a quotation, where it names somebody."""
    tree = reading.tree
    token = word_before(reading, span.start - 1)
    if token < 0 or reading.paragraph[span.start] - reading.paragraph[token] > 1:
        return None
    start = tree.sentence[token]
    root = next((at for at in range(start, token + 1) if tree.head[at] == at), None)
    subject = None if root is None else tree.child(root, ("nsubj", "nsubj:pass"))
    if (
        subject is None
        or tree.pos[subject] not in ("PROPN", "PRON")
        or tree.lower[subject] in reading.lexicon.frames.impersonal
    ):
        return None
    return tree.noun_phrase(subject, avoid=root)
