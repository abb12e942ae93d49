"""Reported speech that goes on without a frame: sentences in the subjunctive after a report."""

from collections.abc import Iterator, Sequence

from kg.found import Attribution, TokenSpan
from kg.model import ClaimType
from kg.stages.attribution_cues import Reading

_SCORE = 0.6
_TYPES_THAT_GO_ON = frozenset(
    {ClaimType.INDIRECT, ClaimType.REPORTED, ClaimType.DIRECT, ClaimType.INDIRECT_FREE_INDIRECT}
)


def find_continuations(reading: Reading, attributions: Sequence[Attribution]) -> Iterator[Attribution]:
    """Find sentences in the subjunctive without a frame, and give them the actor of the last report before them.

    Sentences in a row are one attribution. Forms that also stand in the reporter's own voice ("dürfte", "würde") go on
    only after a report in the same paragraph.
    """
    tree = reading.tree
    last_report = {}
    covered = bytearray(len(tree))
    for attribution in attributions:
        for span in (*attribution.content, *attribution.cue):
            covered[span.start : span.end] = b"\x01" * (span.end - span.start)
        if attribution.type in _TYPES_THAT_GO_ON and attribution.parent is None:
            last_report[tree.sentence[attribution.content[-1].start]] = attribution
    yield from _after_semicolons(reading, attributions)
    if not any("Mood=Sub" in morph for morph in set(tree.morph)):
        return
    previous: Attribution | None = None
    previous_block = -1
    pending: list[TokenSpan] = []
    for start, end in _sentences(reading):
        block = reading.paragraph[start]
        goes_on = (
            previous is not None
            and block - previous_block <= 1
            and not any(covered[start:end])
            and _is_subjunctive(reading, start, end, same=block == previous_block)
        )
        sentence = tree.trim(start, end) if goes_on else None
        if previous is not None and sentence is not None:
            if pending and block == previous_block:
                pending[0] = TokenSpan(pending[0].start, sentence.end)
            else:
                yield from _flush(pending, previous)
                pending = [sentence]
            previous_block = block
            continue
        yield from _flush(pending, previous)
        pending = []
        report = last_report.get(start)
        if report is not None:
            previous, previous_block = report, block
        elif block != previous_block:
            previous = None
    yield from _flush(pending, previous)


def _after_semicolons(reading: Reading, attributions: Sequence[Attribution]) -> Iterator[Attribution]:
    """Find what goes on after a semicolon: "said it stood by its findings; it had never seen the cargo"."""
    tree = reading.tree
    starts = {span.start for found in attributions for span in (*found.content, *found.frame)}
    for found in attributions:
        semicolon = found.content[-1].end
        if found.type is not ClaimType.INDIRECT or not found.cue or found.cue[0].start > semicolon:
            continue
        if semicolon + 2 >= len(tree) or tree.lower[semicolon] != ";" or semicolon + 1 in starts:
            continue
        end = tree.sentence_end(found.cue[0].start)
        span = tree.trim(semicolon + 1, end) if end > semicolon + 2 else None
        root = None if span is None else next((token for token in range(*span) if tree.is_verb(token)), None)
        if (
            span is None
            or root is None
            or any(span.start <= cue.start < span.end for other in attributions for cue in other.cue)
        ):
            continue
        carried = tree.pos[span.start] == "PRON" or any("Mood=Sub" in tree.morph[token] for token in range(*span))
        if carried:
            yield Attribution(
                (span,),
                ClaimType.INDIRECT_FREE_INDIRECT,
                found.actor,
                medium=found.medium,
                score=_SCORE,
                method="rule:semicolon",
            )


def _flush(pending: list[TokenSpan], report: Attribution | None) -> Iterator[Attribution]:
    if pending and report is not None:
        yield Attribution(
            content=tuple(pending),
            type=ClaimType.INDIRECT_FREE_INDIRECT,
            actor=report.actor,
            medium=report.medium,
            score=_SCORE,
            method="rule:subjunctive",
        )


def _sentences(reading: Reading) -> Iterator[tuple[int, int]]:
    tree = reading.tree
    start, n_tokens = 0, len(tree)
    sentence = tree.sentence
    for token in range(1, n_tokens + 1):
        if token == n_tokens or sentence[token] != sentence[start]:
            if reading.paragraph[start] < 0 and start + 1 < token:
                start += 1
            yield start, token
            start = token


def _is_subjunctive(reading: Reading, start: int, end: int, *, same: bool) -> bool:
    """Tell whether the main clause of a sentence is in the subjunctive of reported speech."""
    tree = reading.tree
    own = reading.lexicon.hearsay.own_subjunctives
    root = next((token for token in range(start, end) if tree.head[token] == token), None)
    if root is None or any(reading.quote_of[token] >= 0 for token in range(start, min(end, start + 2))):
        return False
    finite = [root, *(child for child in tree.children[root] if tree.dep[child] in ("aux", "aux:pass", "cop"))]
    moods = [token for token in finite if "Mood=Sub" in tree.morph[token]]
    if any(tree.child(root, ("advcl",)) is not None and tree.lower[token] in own for token in moods):
        return False
    return any(tree.lower[token] not in own or same for token in moods)
