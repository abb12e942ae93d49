"""Who says what, by syntax: all rules over one parsed document, in the order in which they give way to each other."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kg.found import Attribution, Block, BlockKind, TokenSpan
from kg.model import ClaimType
from kg.stages.attribution_clauses import find_clause_reports
from kg.stages.attribution_cues import Reading
from kg.stages.attribution_free import find_continuations
from kg.stages.attribution_lexicon import load_lexicon
from kg.stages.attribution_nesting import nest
from kg.stages.attribution_nouns import find_noun_reports
from kg.stages.attribution_phrases import HEADLINE_METHOD, find_phrase_reports
from kg.stages.attribution_quotations import find_quotations
from kg.stages.attribution_tree import QUOTATION_MARKS, SENTENCE_ENDS, build_tree

_SAME_CONTENT = 0.7  # intersection over union of the tokens of two contents from which they are one
_PARENTHESIS = "rule:parenthesis"
_HEARSAY = frozenset({ClaimType.FREE_INDIRECT, ClaimType.REPORTED})


def find_by_rules(
    doc: Doc, language: str, quoted: Sequence[TokenSpan], blocks: Sequence[Block]
) -> tuple[Attribution, ...]:
    """Find attributions in a parsed document.

    Args:
        doc: parsed with Universal Dependencies labels, with lemmas and morphological features.
        language: ISO 639-1 code of the rules to use.
        quoted: spans between quotation marks, marks excluded.
        blocks: paragraphs and headline.

    Returns:
        Attributions in text order, nested ones with their parent.

    Raises:
        LanguageError: the language is not supported.
    """
    return find_in(read(doc, language, quoted, blocks))


def find_in(reading: Reading) -> tuple[Attribution, ...]:
    """Find attributions in a document that has been read; see ``find_by_rules``."""
    if not len(reading.tree):
        return ()
    quotations, used = find_quotations(reading)
    clauses = find_clause_reports(reading, used)
    nouns = find_noun_reports(reading, used)
    phrases = find_phrase_reports(reading, used)
    found = _close_open_quotations(reading, [*quotations, *clauses, *nouns, *phrases])
    kept = _drop_topics(reading, drop_repeated(found))
    return nest([*kept, *find_continuations(reading, kept)])


def _close_open_quotations(reading: Reading, found: list[Attribution]) -> list[Attribution]:
    """End a quotation whose mark was left open at the frame inserted into it: “We tried, the coach said. is what he said."""
    tree = reading.tree
    result = list(found)
    for quotation in found:
        end = quotation.content[-1].end
        after = end + 1 if end < len(tree) and tree.lower[end] in SENTENCE_ENDS else end
        closed = any(token < len(tree) and tree.lower[token] in QUOTATION_MARKS for token in (end, after))
        if quotation.type is not ClaimType.DIRECT or quotation.cue or closed or len(quotation.content) > 1:
            continue
        tokens = content_tokens(quotation)
        framed = next(
            (
                report
                for report in found
                if report.method == _PARENTHESIS
                and content_tokens(report) < tokens
                and _cue_within(report, tokens)
                and report.content[0].start == quotation.content[0].start
            ),
            None,
        )
        if framed is not None:
            result.remove(quotation)
            result[result.index(framed)] = replace(framed, type=ClaimType.DIRECT)
    return result


def _drop_topics(reading: Reading, attributions: list[Attribution]) -> list[Attribution]:
    """Drop headlines whose words before the colon are a topic: nobody of that name speaks further down."""
    speakers = {
        reading.tree.lower[token]
        for found in attributions
        if found.actor is not None and found.method != HEADLINE_METHOD
        for token in range(found.actor.start, found.actor.end)
        if reading.tree.pos[token] in ("PROPN", "NOUN")
    }
    return [
        found
        for found in attributions
        if found.method != HEADLINE_METHOD
        or found.type is ClaimType.DIRECT
        or (found.actor is not None and any(reading.tree.lower[token] in speakers for token in range(*found.actor)))
    ]


def read(doc: Doc, language: str, quoted: Sequence[TokenSpan], blocks: Sequence[Block]) -> Reading:
    """Gather what the rules need of a document."""
    tree = build_tree(doc)
    n_tokens = len(tree)
    quote_of = [-1] * n_tokens
    for index, span in sorted(enumerate(quoted), key=lambda item: item[1].start - item[1].end):
        quote_of[span.start : span.end] = [index] * (span.end - span.start)
    paragraph = [-1] * n_tokens
    for index, block in enumerate(blocks):
        paragraph[block.span.start : block.span.end] = [index] * (block.span.end - block.span.start)
    if not blocks:
        paragraph = [0] * n_tokens
    headlines = frozenset(index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADLINE)
    return Reading(tree, load_lexicon(language), tuple(quoted), quote_of, paragraph, headlines)


def content_tokens(attribution: Attribution) -> frozenset[int]:
    """Return the tokens of an attribution's content."""
    return frozenset(token for span in attribution.content for token in range(span.start, span.end))


def drop_repeated(attributions: Iterable[Attribution]) -> list[Attribution]:
    """Keep one of several findings of the same content by the same or an unknown cue: the one with the best score.

    A report within a report has other content, or its cue lies in the content of the other; both stay.
    """
    ordered = sorted(attributions, key=lambda found: (-found.score, found.content, found.cue))
    kept: list[tuple[frozenset[int], Attribution]] = []
    by_token: dict[int, list[int]] = {}
    for found in ordered:
        tokens = content_tokens(found)
        rivals = {index for token in tokens for index in by_token.get(token, ())}
        if any(_repeats(found, tokens, kept[index][1], kept[index][0]) for index in rivals):
            continue
        for token in tokens:
            by_token.setdefault(token, []).append(len(kept))
        kept.append((tokens, found))
    return [found for _, found in kept]


def _repeats(found: Attribution, tokens: frozenset[int], other: Attribution, others: frozenset[int]) -> bool:
    shared = len(tokens & others)
    overlap = shared / len(tokens | others)
    if found.type in _HEARSAY and not found.cue and other.type is not ClaimType.REPORTED:
        return shared >= _SAME_CONTENT * len(tokens)  # hearsay inside a report is part of the report
    if overlap < _SAME_CONTENT:
        same_cue = bool(found.cue) and found.cue == other.cue and shared > 0
        return same_cue or (
            found.type is ClaimType.REPORTED and other.type is not ClaimType.REPORTED and found.cue == other.cue
        )
    return not _cue_within(found, others) and not _cue_within(other, tokens)


def _cue_within(found: Attribution, tokens: frozenset[int]) -> bool:
    return bool(found.cue) and all(token in tokens for span in found.cue for token in range(span.start, span.end))
