"""Reports that sum up what was said in a phrase: "denied the charges", "warned of a war"; their content is the whole clause."""

from collections.abc import Iterator

from kg.found import Attribution, TokenSpan
from kg.model import ClaimType
from kg.stages.attribution_complements import quoted_to_end
from kg.stages.attribution_cues import Reading, cue_of, cut_out
from kg.stages.attribution_lexicon import Verb
from kg.stages.attribution_speakers import find_speaker

_OBJECTS = frozenset({"obj", "obl:arg", "iobj"})
_OBLIQUES = frozenset({"obl", "obl:arg", "nmod", "advcl", "iobj"})
_SCORE = 0.6


def find_summary(reading: Reading, verb: int, entry: Verb) -> Iterator[Attribution]:
    """Find a report that sums up what was said in a noun phrase: "denied the allegations", "warned of a war"."""
    tree = reading.tree
    if tree.dep[verb] in ("acl", "acl:relcl", "amod", "xcomp", "csubj") or not tree.is_finite(verb):
        return
    method = None
    if "object" in entry.takes and (tree.child(verb, _OBJECTS) is not None):
        method = "object"
    elif entry.prepositions and _has_prepositional(reading, verb, entry):
        method = "preposition"
    actor = find_speaker(reading, verb) if method else None
    if method is None or actor is None:
        return
    clause = own_clause(reading, verb)
    clause = TokenSpan(clause.start, quoted_to_end(reading, verb, clause.start, clause.end))
    content = cut_out(reading, clause, ())
    if content:
        yield Attribution(
            content=content,
            type=ClaimType.REPORTED,
            actor=actor,
            cue=cue_of(reading, verb),
            frame=(),
            medium=entry.medium,
            score=_SCORE,
            method=f"rule:{method}",
        )


def _has_prepositional(reading: Reading, verb: int, entry: Verb) -> bool:
    """Tell whether a verb has the preposition it takes: "warned of a war", "accused the firm of hiding the figures"."""
    tree = reading.tree
    outer = [child for child in tree.children[verb] if tree.dep[child] in _OBLIQUES]
    if any(tree.dep[at] == "mark" and tree.lower[at] in entry.prepositions for at in range(verb, tree.right[verb])):
        return True
    return any(
        tree.dep[case] in ("case", "mark") and tree.lower[case] in entry.prepositions
        for child in outer
        for case in tree.children[child]
    )


def own_clause(reading: Reading, verb: int) -> TokenSpan:
    """Return a verb's clause without leading conjunctions and without clauses coordinated with it or added to it."""
    tree = reading.tree
    start, end = tree.left[verb], tree.right[verb] + 1
    for child in tree.children[verb]:
        if tree.dep[child] in ("conj", "parataxis"):
            if child > verb:
                cc = min((sub for sub in tree.children[child] if tree.dep[sub] == "cc"), default=tree.left[child])
                end = min(end, cc, tree.left[child])
            else:
                start = max(start, tree.right[child] + 1)
        elif tree.dep[child] in ("cc", "mark", "punct") and child < verb and child <= start + 1:
            start = max(start, child + 1)
    return TokenSpan(start, max(end, verb + 1))
