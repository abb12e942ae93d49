"""Reports by a noun or an adjective: "the allegation of an official that ...", "is convinced that ..."."""

from collections.abc import Iterator

from kg.found import Attribution, TokenSpan
from kg.model import ClaimMedium, ClaimType
from kg.stages.attribution_clauses import content_of, has_complementizer, is_question, report
from kg.stages.attribution_complements import find_noun_clause
from kg.stages.attribution_cues import Reading, is_passive, reports
from kg.stages.attribution_lexicon import WordGroup
from kg.stages.attribution_speakers import find_speaker, possessor_of

_CLAUSES = frozenset({"acl", "ccomp", "advcl", "acl:relcl", "parataxis"})
_DENIAL = "deny"  # the group of verbs that deny
_SCORE = 0.75
_SCORE_WITHOUT_ACTOR = 0.5


def find_noun_reports(reading: Reading, used: frozenset[int]) -> Iterator[Attribution]:
    """Find reports by nouns and adjectives.

    Args:
        reading: the document.
        used: tokens that already introduce a direct quotation.
    """
    tree, lexicon = reading.tree, reading.lexicon
    for token in range(len(tree)):
        pos = tree.pos[token]
        if pos == "NOUN" and token not in used:
            group = lexicon.noun(tree, token)
            if group is not None:
                yield from _noun_reports(reading, token, group)
        elif pos == "ADJ" and tree.lemma[token] in lexicon.adjectives and token not in used:
            yield from _adjective_reports(reading, token)


def _noun_reports(reading: Reading, noun: int, group: WordGroup) -> Iterator[Attribution]:
    """Find "the allegation that ..." with its possessor, or the subject of the verb it belongs to, as the actor."""
    tree = reading.tree
    clause = _clause_of(reading, noun)
    content = content_of(reading, clause, noun) if clause is not None else find_noun_clause(reading, noun)
    if not content or not _took_place(reading, noun):
        return
    actor = possessor_of(reading, noun) or _holder(reading, noun)
    if actor is None and reading.lexicon.has_noun(tree, noun, reading.lexicon.hearsay.sources):
        actor = TokenSpan(noun, noun + 1)
    if actor is None and not group.anonymous:
        return
    start = min(tree.left[noun], actor.start) if actor is not None and actor.start > noun - 5 else tree.left[noun]
    frame = tree.trim(start, content[0].start) if noun < content[0].start else None
    yield Attribution(
        content=content,
        type=ClaimType.INDIRECT,
        actor=actor,
        cue=(TokenSpan(noun, noun + 1),),
        frame=(frame,) if frame is not None else (),
        medium=ClaimMedium.SPEECH_OR_WRITING,
        score=_SCORE if actor is not None else _SCORE_WITHOUT_ACTOR,
        method="rule:noun",
    )


def _clause_of(reading: Reading, noun: int) -> int | None:
    """Find the clause that a noun reports: its own, or that of the copula it is the predicate of."""
    tree = reading.tree
    labels = _CLAUSES | {"csubj"} if tree.child(noun, ("cop",)) is not None else _CLAUSES
    return next(
        (child for child in tree.children[noun] if tree.dep[child] in labels and has_complementizer(reading, child)),
        None,
    )


def _took_place(reading: Reading, noun: int) -> bool:
    """Tell whether the act of saying took place: no negation before the noun, no denied or wished verb above it."""
    tree, words = reading.tree, reading.lexicon.frames
    if any(tree.lower[token] in words.negations for token in range(tree.left[noun], noun)):
        return False
    head = tree.head[noun]
    governed = tree.is_verb(head) and head != noun and tree.dep[noun] in ("obj", "obl", "xcomp")
    return not governed or reports(reading, head, None)


def _holder(reading: Reading, noun: int) -> TokenSpan | None:
    """Return who holds an opinion or makes a statement: the subject of "is of the opinion", "came to the conclusion"."""
    tree = reading.tree
    head = tree.head[noun]
    if tree.dep[noun] in ("obj", "obl", "xcomp") and tree.is_verb(head) and not is_passive(tree, head):
        verb = reading.lexicon.verb(tree, head)
        denied = verb is not None and verb.group == _DENIAL  # whoever rejects a claim does not make it
        return None if denied else find_speaker(reading, head)
    return find_speaker(reading, noun) if tree.child(noun, ("cop",)) is not None else None


def _adjective_reports(reading: Reading, adjective: int) -> Iterator[Attribution]:
    """Find "is confident that ..."."""
    tree = reading.tree
    entry = reading.lexicon.adjectives[tree.lemma[adjective]]
    clause = next(
        (
            child
            for child in tree.children[adjective]
            if child > adjective
            and tree.dep[child] in ("ccomp", "advcl", "acl")
            and not is_question(reading, child)
            and (tree.dep[child] == "ccomp" or has_complementizer(reading, child))
        ),
        None,
    )
    if clause is None or not reports(reading, adjective, None):
        return
    subject = tree.child(adjective, ("nsubj",))
    if subject is None or tree.lower[subject] in reading.lexicon.frames.impersonal:
        return
    yield from report(reading, adjective, content_of(reading, clause, adjective), entry, "adjective")
