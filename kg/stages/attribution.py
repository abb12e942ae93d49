"""Who says what: the learned tagger where the language has one, and the rules of syntax, each filling what the other misses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from kg.found import Attribution, Found, TokenSpan
from kg.model import ClaimType
from kg.stages import Stage
from kg.stages.attribution_cues import Reading, cut_out
from kg.stages.attribution_nesting import nest
from kg.stages.attribution_rules import content_tokens, find_in, read
from kg.stages.attribution_speakers import complete_name, find_name_pairs, possessor_of
from kg.stages.attribution_summaries import own_clause
from kg.stages.attribution_tagging import TAGGED, tag_documents
from kg.stages.attribution_tree import spans_of

_SAME = 0.5  # intersection over union of two contents from which they are one claim
_LONGEST_FRAME = 25  # tokens between two parts of one quotation
_APART = 0.2  # and below which they are two
_PART = 0.8  # share of a content that lies in another of which it is a part
_FRAGMENT = 4  # tokens between quotation marks up to which words without a verb sum up rather than quote
_PHRASE = "rule:phrase"
_FUNCTION_WORDS = frozenset({"ADP", "AUX", "CCONJ", "PART", "PUNCT", "SCONJ", "SPACE"})
_SUMMARIES = frozenset({ClaimType.REPORTED, ClaimType.FREE_INDIRECT, ClaimType.INDIRECT_FREE_INDIRECT})


def find_attributions(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find all attributions of an article.

    Args:
        doc: parsed with Universal Dependencies labels.
        found: ``document``, ``blocks`` and ``quoted`` are read.

    Returns:
        ``attributions`` in text order, nested ones with their parent. The outlet's own claims are not among them.
    """
    language = found.document.language
    reading = read(doc, language, found.quoted, found.blocks)
    by_rules = find_in(reading)
    if TAGGED not in doc.user_data:
        tag_documents([doc], language)
    tagged = doc.user_data[TAGGED]
    attributions = combine(reading, tagged, by_rules) if tagged else by_rules
    return {"attributions": complete_actors(reading, attributions)}


def complete_actors(reading: Reading, attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Give actors their whole names, and take away what names nobody."""
    pairs = find_name_pairs(reading)
    return tuple(
        replace(
            found,
            actor=complete_name(reading, found.actor, pairs)
            if found.actor is not None and _names_somebody(reading, found.actor)
            else None,
        )
        for found in attributions
    )


def combine(
    reading: Reading, tagged: Sequence[Attribution], by_rules: Sequence[Attribution]
) -> tuple[Attribution, ...]:
    """Join the attributions of the tagger with those of the rules.

    A tagged attribution comes first; a rule that found the same content raises its score and fills the roles that are
    empty. Content that the tagger left out is added where the rule is trusted in this language, and so are reports
    within tagged content. Spans of the tagger are brought to our convention: no quotation marks around them, no
    punctuation at their ends, the actor of "Angaben der Polizei" is "der Polizei".
    """
    trust = reading.lexicon.combination
    tidied = [clean for attribution in tagged if (clean := _tidy(reading, attribution)) is not None]
    tidied = [_one_cue(found, by_rules, tidied) for found in tidied]
    tidied = _without_fragments(_join_around_frames(tidied), by_rules)
    tidied = [_sum_up(reading, found) for found in tidied if not _is_part(found, by_rules)]
    used: set[int] = set()
    joined = [_fill(reading, attribution, by_rules, used) for attribution in tidied]
    joined = [found for found in joined if found.type is ClaimType.DIRECT or found.score >= trust.least_score]
    contents = [content_tokens(attribution) for attribution in joined]
    for index, rule in enumerate(by_rules):
        if rule.method in trust.beside_tagger and index not in used and _is_new(rule, joined, contents):
            joined.append(rule)
            contents.append(content_tokens(rule))
    merged = _merge_quotations(joined, by_rules)
    return nest([found for found in merged if not _is_scare_quote(reading, found)])


def _tidy(reading: Reading, found: Attribution) -> Attribution | None:
    """Bring one tagged attribution to our convention; None where nothing of it is left or nobody can have said it."""
    tree = reading.tree
    content = tuple(piece for span in found.content for piece in _tidy_span(reading, span))
    if not content:
        return None
    actor = found.actor if found.actor is None or _is_phrase(reading, found.actor) else None
    if actor is not None:
        head = _head_of(reading, actor)
        if (
            reading.lexicon.has_noun(tree, head, reading.lexicon.frames.not_actors)
            and found.type is not ClaimType.DIRECT
        ):
            return None
        if reading.lexicon.has_noun(tree, head, reading.lexicon.frames.view_possessors):
            possessor = possessor_of(reading, head)
            if possessor is not None and actor.start <= possessor.start and possessor.end <= actor.end:
                actor = possessor
        actor = _without_occasion(reading, actor)
    claim_type = found.type
    if claim_type is ClaimType.INDIRECT and _has_no_frame(reading, found):
        claim_type = ClaimType.INDIRECT_FREE_INDIRECT
    return replace(found, content=content, type=claim_type, actor=actor, parent=None)


def _names_somebody(reading: Reading, span: TokenSpan) -> bool:
    """Tell whether a span has more than prepositions, articles and reflexive pronouns: "in dem" and "sich" are nobody."""
    tree = reading.tree
    return any(
        tree.pos[token] not in _FUNCTION_WORDS
        and not (tree.pos[token] == "DET" and "PronType=Art" in tree.morph[token])
        and "Reflex=Yes" not in tree.morph[token]
        for token in range(span.start, span.end)
    )


def _has_no_frame(reading: Reading, found: Attribution) -> bool:
    """Tell whether a report in the subjunctive has its cue in another sentence, or none: it goes on without a frame."""
    tree = reading.tree
    start = tree.sentence[found.content[0].start]
    if any(
        tree.sentence[span.start] == start or tree.lower[span.end - 1] == ":" for span in (*found.cue, *found.frame)
    ):
        return False
    root = next((token for token in range(start, tree.sentence_end(start)) if tree.head[token] == token), None)
    return root is not None and tree.is_subjunctive(root)


def _without_occasion(reading: Reading, actor: TokenSpan) -> TokenSpan:
    """Take off where or when something was said: "X in einem am Freitag veröffentlichten Bericht" is X."""
    tree = reading.tree
    for token in range(actor.start + 1, actor.end):
        if tree.pos[token] != "ADP":
            continue
        noun = next(
            (at for at in range(token + 1, actor.end) if tree.pos[at] in ("NOUN", "PROPN") and tree.head[token] == at),
            None,
        )
        if noun is not None and reading.lexicon.has_noun(tree, noun, reading.lexicon.frames.occasions):
            return TokenSpan(actor.start, token)
    return actor


def _tidy_span(reading: Reading, span: TokenSpan) -> Iterable[TokenSpan]:
    tree = reading.tree
    trimmed = tree.trim(*span)
    if trimmed is None:
        return ()
    again = tree.trim(*tree.unquote(trimmed))
    return () if again is None else (again,)


def _head_of(reading: Reading, span: TokenSpan) -> int:
    tree = reading.tree
    return next(
        (
            token
            for token in range(span.start, span.end)
            if not span.start <= tree.head[token] < span.end or tree.head[token] == token
        ),
        span.end - 1,
    )


def _without_fragments(tagged: list[Attribution], by_rules: Sequence[Attribution]) -> list[Attribution]:
    """Drop quoted fragments: words between quotation marks within a report by the same frame, or within a summary."""
    outer = [
        (content_tokens(found), found)
        for found in (*tagged, *(rule for rule in by_rules if rule.type is ClaimType.REPORTED))
        if found.type is not ClaimType.DIRECT
    ]
    kept = []
    for found in tagged:
        tokens = content_tokens(found)
        fragment = found.type is ClaimType.DIRECT and any(
            tokens < around and (report.type in _SUMMARIES or not _cue_inside(found, around))
            for around, report in outer
        )
        if not fragment:
            kept.append(found)
    return kept


def _one_cue(found: Attribution, rules: Sequence[Attribution], tagged: Sequence[Attribution]) -> Attribution:
    """Leave to a report around another what is its cue, and its actor: in "Laut Bericht erklärte X, ..." X's is the one told."""
    tokens = content_tokens(found)
    cue = {token for span in found.cue for token in range(span.start, span.end)}
    for outer in (*(rule for rule in rules if rule.method == _PHRASE), *tagged):
        around = content_tokens(outer)
        if tokens < around:
            rest = cue - {token for span in outer.cue for token in range(span.start, span.end)}
            if rest and rest < cue and rest <= around:
                actor = found.actor if found.actor is None or found.actor.start in around else None
                cue, found = rest, replace(found, cue=spans_of(rest), actor=actor)
    return found


def _is_scare_quote(reading: Reading, found: Attribution) -> bool:
    """Tell whether a quotation is a word or two that nobody is said to have said: a name, a title, a doubt of the reporter."""
    tree, tokens = reading.tree, content_tokens(found)
    if found.cue or found.type is not ClaimType.DIRECT or len(tokens) > _FRAGMENT:
        return False
    governed = any(tree.head[token] not in tokens for token in tokens)
    return governed and not any(tree.is_verb(token) for token in tokens)


def _is_part(found: Attribution, rules: Sequence[Attribution]) -> bool:
    """Tell whether a tagged content is a mere part of what a rule found with the same cue: the rule's stands for it."""
    tokens = content_tokens(found)
    cue = {token for span in found.cue for token in range(span.start, span.end)}
    for rule in rules:
        if not any(token in cue for span in rule.cue for token in range(span.start, span.end)):
            continue
        others = content_tokens(rule)
        if len(tokens & others) >= _PART * len(tokens) and len(tokens) < _SAME * len(others):
            return True
    return False


def _sum_up(reading: Reading, found: Attribution) -> Attribution:
    """Read a word or two between quotation marks ("nannte die Vorwürfe „haltlos“") as a summary: the clause of the cue."""
    tree = reading.tree
    tokens = content_tokens(found)
    verb = next((span.start for span in found.cue if tree.is_verb(span.start)), None)
    brief = len(tokens) <= _FRAGMENT and not any(tree.is_verb(token) for token in tokens)
    if found.type is not ClaimType.DIRECT or verb is None or not brief or verb in tokens:
        return found
    clause = own_clause(reading, verb)
    around = TokenSpan(min(clause.start, *tokens), max(clause.end, max(tokens) + 1))
    if any(tree.sentence[token] != tree.sentence[verb] for token in tokens):
        return found
    content = cut_out(reading, around, ())
    return replace(found, content=content, type=ClaimType.REPORTED) if content else found


def _cue_inside(found: Attribution, tokens: frozenset[int]) -> bool:
    return bool(found.cue) and all(token in tokens for span in found.cue for token in range(span.start, span.end))


def _fill(reading: Reading, found: Attribution, rules: Sequence[Attribution], used: set[int]) -> Attribution:
    """Fill a tagged attribution's empty roles from the rule that found the same content, and raise its score."""
    tokens = content_tokens(found)
    best, best_overlap = None, _SAME
    for index, rule in enumerate(rules):
        others = content_tokens(rule)
        overlap = len(tokens & others) / len(tokens | others)
        if overlap >= best_overlap and _same_voice(found, rule):
            best, best_overlap = index, overlap
    if best is None:
        return found
    rule = rules[best]
    used.add(best)
    trust = reading.lexicon.combination
    hearsay = rule.type is ClaimType.FREE_INDIRECT and found.type is ClaimType.INDIRECT
    return replace(
        found,
        content=rule.content if hearsay or rule.method in trust.content_from_rule else found.content,
        type=rule.type if hearsay else found.type,
        actor=rule.actor if _is_quoting(reading, rule) else _choose_actor(reading, found.actor, rule.actor),
        cue=found.cue or rule.cue,
        frame=rule.frame or found.frame,
        addressee=found.addressee or rule.addressee,
        medium=found.medium or rule.medium,
        score=1.0 - (1.0 - found.score) * (1.0 - rule.score * best_overlap),
    )


def _is_quoting(reading: Reading, rule: Attribution) -> bool:
    """Tell whether a rule has taken the object of its verb for the actor: "zitierte einen Diplomaten: ..."."""
    quoting = reading.lexicon.frames.quoting_verbs
    return rule.actor is not None and any(reading.tree.lemma[span.start] in quoting for span in rule.cue)


def _choose_actor(reading: Reading, tagged: TokenSpan | None, by_rule: TokenSpan | None) -> TokenSpan | None:
    """Choose between two spans for one actor: the longer where one holds the other, the tagger's where it is a phrase."""
    if tagged is None or by_rule is None:
        return tagged or by_rule
    if by_rule.start <= tagged.start and tagged.end <= by_rule.end:
        return by_rule
    if _is_nominative(reading, by_rule) and not _is_nominative(reading, tagged):
        return by_rule  # in "sagte dieser Zeitung" the paper is told
    return tagged if _is_phrase(reading, tagged) else by_rule


def _is_nominative(reading: Reading, span: TokenSpan) -> bool:
    """Tell whether a phrase can be a subject: it begins with a word in the nominative, or with one that shows no case."""
    morph = reading.tree.morph[span.start]
    return "Case=" not in morph or "Case=Nom" in morph


def _is_phrase(reading: Reading, span: TokenSpan) -> bool:
    """Tell whether a span can name an actor: no end of a sentence, no quotation, no finite verb outside a relative clause."""
    tree = reading.tree
    inner = range(span.start, span.end - 1)
    if any(
        tree.lower[token] in (":", "!", "?") or (tree.lower[token] == "." and tree.pos[token] == "PUNCT")
        for token in inner
    ):
        return False
    finite = [token for token in range(span.start, span.end) if "VerbForm=Fin" in tree.morph[token]]
    return not finite or any(tree.lower[token] == "," for token in range(span.start, finite[0]))


def _same_voice(found: Attribution, rule: Attribution) -> bool:
    """Tell whether two findings may be one claim: their cues, where both have one, share a word."""
    if not found.cue or not rule.cue:
        return True
    cue = {token for span in found.cue for token in range(span.start, span.end)}
    return any(token in cue for span in rule.cue for token in range(span.start, span.end))


def _is_new(rule: Attribution, joined: Sequence[Attribution], contents: Sequence[frozenset[int]]) -> bool:
    """Tell whether a rule's finding adds a claim: its content overlaps no other, or it is told within another's content."""
    tokens = content_tokens(rule)
    for other, others in zip(joined, contents, strict=True):
        shared = len(tokens & others)
        if not shared:
            continue
        nested = tokens < others and _cue_inside(rule, others)
        around = others < tokens and _cue_inside(other, tokens)
        if not nested and not around and shared / len(tokens | others) >= _APART:
            return False
        if not nested and not around and shared >= 0.5 * min(len(tokens), len(others)):
            return False
    return True


def _join_around_frames(found: list[Attribution]) -> list[Attribution]:
    """Join two direct quotations with one cue between them: "A", says X, "B" is one claim in two parts."""
    joined: list[Attribution] = []
    for attribution in sorted(found, key=lambda one: one.content):
        before = joined[-1] if joined else None
        around = (
            before is not None
            and before.type is attribution.type is ClaimType.DIRECT
            and bool(before.cue)
            and before.cue == attribution.cue
            and before.content[-1].end <= before.cue[0].start < attribution.content[0].start
            and attribution.content[0].start - before.content[-1].end <= _LONGEST_FRAME
        )
        if around and before is not None:
            joined[-1] = replace(
                before,
                content=(*before.content, *attribution.content),
                actor=before.actor or attribution.actor,
                score=max(before.score, attribution.score),
            )
        else:
            joined.append(attribution)
    return joined


def _merge_quotations(found: list[Attribution], rules: Sequence[Attribution]) -> list[Attribution]:
    """Join tagged quotations that the rules read as one: parts around a frame, or sentences that go on after it."""
    merged = list(found)
    for rule in rules:
        if rule.type is not ClaimType.DIRECT or len(rule.content) < 2:
            continue
        tokens = content_tokens(rule)
        parts = [
            part
            for part in merged
            if part.type is ClaimType.DIRECT and len(content_tokens(part) & tokens) > _SAME * len(content_tokens(part))
        ]
        if len(parts) < 2:
            continue
        main = max(parts, key=lambda part: (bool(part.cue), part.actor is not None, part.score))
        spans = sorted({span for part in parts for span in part.content})
        whole = replace(
            main,
            content=tuple(spans),
            actor=main.actor or rule.actor,
            cue=main.cue or rule.cue,
            frame=main.frame or rule.frame,
        )
        merged = [part for part in merged if part not in parts]
        merged.append(whole)
    return merged


ATTRIBUTION = Stage(
    name="attribution", version="2", needs=("blocks", "quoted"), fills=("attributions",), run=find_attributions
)
