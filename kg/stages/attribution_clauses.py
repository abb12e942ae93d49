"""Reports by a verb: "said that ...", "claims to have ...", ", the ministry said,", "denied the charges"."""

from collections.abc import Iterator

from kg.found import Attribution, TokenSpan
from kg.model import ClaimType
from kg.stages.attribution_complements import (
    before_closing_frame,
    find_following_clause,
    find_raised,
    quoted_to_end,
    without_aside,
)
from kg.stages.attribution_cues import Reading, cue_of, cut_out, frame_of, is_passive, reports
from kg.stages.attribution_frames import find_as_frame, find_frame_of_noun, find_inserted_frame
from kg.stages.attribution_lexicon import Verb, WordGroup
from kg.stages.attribution_speakers import complete_speaker, find_speaker, nearest_subject, speaker_in_frame
from kg.stages.attribution_summaries import find_summary, own_clause
from kg.stages.attribution_tree import Tree

_COMPLEMENTS = frozenset({"ccomp", "csubj", "csubj:pass"})
_MOSTLY_QUOTED = 0.6  # a report of whose tokens more than this stand between quotation marks is direct speech
_PARENTHESIS = "rule:parenthesis"
_SCORES = {
    "clause": 0.9,
    "infinitive": 0.8,
    "parenthesis": 0.85,
    "following": 0.75,
    "adjective": 0.75,
    "passive": 0.7,
}


def find_clause_reports(reading: Reading, used: frozenset[int]) -> Iterator[Attribution]:
    """Find reports by verbs.

    Args:
        reading: the document.
        used: cue verbs that introduce a direct quotation; they are left out.
    """
    tree, lexicon = reading.tree, reading.lexicon
    for token in range(len(tree)):
        if token in used:
            continue
        pos = tree.pos[token]
        if pos in ("VERB", "AUX", "ADJ"):
            verb = lexicon.verb(tree, token) if pos != "ADJ" or "VerbForm=Part" in tree.morph[token] else None
            if verb is not None and tree.dep[token] not in ("aux", "aux:pass", "cop", "amod"):
                yield from _verb_reports(reading, token, verb)
        elif pos == "NOUN" and not tree.capital[token]:
            yield from _misread_verb(reading, token)


def _verb_reports(reading: Reading, verb: int, entry: Verb) -> Iterator[Attribution]:
    if not reports(reading, verb, entry):
        return
    tree = reading.tree
    takes_frame = "clause" in entry.takes and not is_passive(tree, verb)
    compared = find_as_frame(reading, verb) if takes_frame else None
    if compared is not None:
        frame, actor, content = compared
        yield Attribution(
            content=content,
            type=ClaimType.INDIRECT,
            actor=actor,
            cue=cue_of(reading, verb),
            frame=(frame,),
            medium=entry.medium,
            score=_SCORES["parenthesis"],
            method=_PARENTHESIS,
        )
        return
    inserted = find_inserted_frame(reading, verb) if takes_frame else None
    if inserted is not None:
        yield from report(reading, verb, inserted[1], entry, "parenthesis", frame=inserted[0])
        return
    if (
        tree.lemma[verb] in reading.lexicon.hearsay.passives
        and is_passive(tree, verb)
        and any(tree.dep[child] in ("xcomp", "ccomp") and _is_infinitive(tree, child) for child in tree.children[verb])
    ):
        yield from _hearsay_passive(reading, verb)
        return
    clause = _complement(reading, verb, entry)
    if clause is not None:
        content = _repair(reading, verb, content_of(reading, clause, verb), find_following_clause(reading, verb))
        yield from report(reading, verb, content, entry, "clause" if tree.dep[clause] != "xcomp" else "infinitive")
        return
    raised = find_raised(reading, verb) if "raised" in entry.takes and not is_passive(tree, verb) else ()
    if raised:
        yield from report(reading, verb, raised, entry, "infinitive")
        return
    parenthesis = _host_clause(reading, verb)
    if parenthesis is not None and "clause" in entry.takes:
        start, end = tree.left[parenthesis], tree.right[parenthesis] + 1
        content = cut_out(reading, TokenSpan(start, end), (TokenSpan(tree.left[verb], tree.right[verb] + 1),))
        yield from report(reading, verb, content, entry, "parenthesis")
        return
    bare = bool({tree.lemma[verb], tree.lower[verb]} & reading.lexicon.frames.bare_clause_verbs)
    takes_order = "clause" in entry.takes and (bare or not entry.needs_actor)
    following = find_following_clause(reading, verb) if takes_order else ()
    if following:
        yield from report(reading, verb, following, entry, "following")
        return
    if not is_passive(tree, verb) or find_speaker(reading, verb) is not None:
        yield from find_summary(reading, verb, entry)


def report(
    reading: Reading,
    verb: int,
    content: tuple[TokenSpan, ...],
    entry: Verb | WordGroup,
    method: str,
    frame: TokenSpan | None = None,
) -> Iterator[Attribution]:
    """Build the attribution of a cue and its content: direct speech where most of the content stands between quotation marks."""
    if not content:
        return
    content = without_aside(reading, content)
    actor = find_speaker(reading, verb)
    if frame is not None and (actor is None or not frame.start <= actor.start < frame.end):
        actor = speaker_in_frame(reading, verb, frame)
    if (
        actor is not None
        and reading.tree.lower[actor.start] in reading.lexicon.frames.demonstratives
        and actor.end == actor.start + 1
    ):
        return
    passive = is_passive(reading.tree, verb)
    if actor is None and not passive and frame is None and method in ("following", "clause"):
        actor = nearest_subject(reading, verb)
    if not passive and method in ("following", "clause", "parenthesis", "infinitive", "adjective"):
        actor = complete_speaker(reading, verb, actor, None if frame is None else frame.end)
    if entry.needs_actor and (actor is None or (entry.needs_document and not _can_show(reading, verb, actor))):
        return
    quoted = sum(
        reading.quote_of[token] not in (-1, reading.quote_of[verb])
        for span in content
        for token in range(span.start, span.end)
    )
    n_tokens = sum(span.end - span.start for span in content)
    opens_bare = reading.tree.lower[content[0].start] not in reading.lexicon.frames.complementizers
    direct = method != "infinitive" and opens_bare and quoted > _MOSTLY_QUOTED * n_tokens
    yield Attribution(
        content=content,
        type=ClaimType.DIRECT if direct else ClaimType.INDIRECT,
        actor=actor,
        cue=cue_of(reading, verb),
        frame=(frame,) if frame is not None else frame_of(reading, verb, content),
        addressee=_addressee(reading, verb),
        medium=entry.medium,
        score=_SCORES[method] - (0.0 if actor else 0.15),
        method=f"rule:{method}",
    )


def _can_show(reading: Reading, verb: int, actor: TokenSpan) -> bool:
    """Tell whether the subject of "show" or "suggest" is somebody, or a document: other things show, but claim nothing."""
    tree, words = reading.tree, reading.lexicon.frames
    heads = [
        token
        for token in range(actor.start, actor.end)
        if not actor.start <= tree.head[token] < actor.end or tree.head[token] == token
    ]
    head = heads[-1] if heads else actor.end - 1
    if tree.pos[head] == "PROPN" or (
        tree.lower[head] in words.pronouns
        and tree.lower[head] not in words.impersonal
        and tree.lower[head] not in words.relatives
    ):
        return True
    return reading.lexicon.has_noun(tree, head, words.documents) or reading.lexicon.noun(tree, head) is not None


def _misread_verb(reading: Reading, token: int) -> Iterator[Attribution]:
    """Find a frame whose verb the parser took for a noun: "..., the Advocate reports.", "As the paper notes, ..."."""
    found = find_frame_of_noun(reading, token)
    if found is not None:
        frame, actor, content = found
        yield Attribution(
            content=content,
            type=ClaimType.INDIRECT,
            actor=actor,
            cue=(TokenSpan(token, token + 1),),
            frame=(frame,),
            score=_SCORES["parenthesis"],
            method=_PARENTHESIS,
        )


def _complement(reading: Reading, verb: int, entry: Verb) -> int | None:
    """Find the clause that a verb reports."""
    tree, words = reading.tree, reading.lexicon.frames
    takes_clause = "clause" in entry.takes
    loose: int | None = None
    for child in tree.children[verb]:
        label = tree.dep[child]
        if label in _COMPLEMENTS and takes_clause and not is_question(reading, child):
            if label == "ccomp" or has_complementizer(reading, child):
                return child
        elif label in ("xcomp", "ccomp", "advcl") and "infinitive" in entry.takes and _is_infinitive(tree, child):
            return child
        elif label in ("advcl", "acl", "parataxis", "conj", "dep") and takes_clause and child > verb and loose is None:
            loose = child if _is_loose_complement(reading, verb, child) else None
        elif (
            takes_clause
            and child != verb
            and label in ("advmod", "obl", "obj", "expl")
            and tree.lower[child].startswith("da")
        ):
            inner = next((sub for sub in tree.children[child] if has_complementizer(reading, sub)), None)
            if inner is not None:
                return inner
    if loose is not None or not takes_clause or words.as_words & {tree.lower[child] for child in tree.children[verb]}:
        return loose
    return None


def _is_loose_complement(reading: Reading, verb: int, child: int) -> bool:
    """Accept a clause with another label than ccomp where its conjunction or its mood shows that it is reported."""
    tree = reading.tree
    if tree.dep[child] in ("advcl", "acl"):
        return has_complementizer(reading, child)
    before = tree.lower[tree.left[child] - 1] if tree.left[child] > 0 else ""
    first = tree.lower[tree.left[child]]
    if tree.dep[child] == "parataxis":
        own_subject = tree.child(child, ("nsubj", "nsubj:pass")) is not None
        return own_subject and tree.left[child] > verb and (tree.is_subjunctive(child) or ":" in (before, first))
    return tree.dep[child] == "dep" and has_complementizer(reading, child)


def has_complementizer(reading: Reading, clause: int) -> bool:
    """Tell whether a clause has a conjunction of reports ("that", "dass")."""
    tree = reading.tree
    return any(
        tree.dep[child] == "mark" and tree.lower[child] in reading.lexicon.frames.complementizers
        for child in tree.children[clause]
    )


def is_question(reading: Reading, clause: int) -> bool:
    """Tell whether a clause is an indirect question ("whether ...")."""
    tree = reading.tree
    return any(
        tree.dep[child] in ("mark", "advmod") and tree.lower[child] in reading.lexicon.frames.interrogatives
        for child in tree.children[clause]
    )


def _is_infinitive(tree: Tree, clause: int) -> bool:
    marked = any(
        tree.dep[token] == "mark" and tree.pos[token] == "PART"
        for token in (*range(max(tree.left[clause], clause - 4), clause), *tree.children[clause])
    )
    gerund = "VerbForm=Ger" in tree.morph[clause] or (
        "Tense=Pres" in tree.morph[clause] and "VerbForm=Part" in tree.morph[clause]
    )
    gerund = gerund or any(
        tree.dep[child] in ("aux", "aux:pass") and "VerbForm=Ger" in tree.morph[child]
        for child in tree.children[clause]
    )
    return (marked or (gerund and tree.dep[clause] != "advcl")) and tree.child(clause, ("nsubj",)) is None


def _host_clause(reading: Reading, verb: int) -> int | None:
    """Return the clause into which a frame is inserted: ", the ministry said,", ", as X reported,"."""
    tree, words = reading.tree, reading.lexicon.frames
    head = tree.head[verb]
    if head == verb:
        return None
    compared = any(
        tree.lower[child] in words.as_words and child < verb
        for child in tree.children[verb]
        if tree.dep[child] in ("mark", "advmod", "case")
    )
    if compared and tree.child(verb, ("nsubj",)) is None and tree.lemma[verb] not in reading.lexicon.hearsay.passives:
        return None
    if compared and tree.dep[verb] in ("advcl", "parataxis", "acl", "ccomp", "advmod", "obl"):
        return tree.clause_of(head)
    if tree.dep[verb] != "parataxis" or tree.child(verb, ("obj", "ccomp")) is not None:
        return None
    left, right = tree.left[verb], tree.right[verb]
    before = tree.lower[left - 1] if left else ""
    set_off = tree.lower[left] in (",", "–", "-", "—", "(") or before in (
        ",",
        "–",
        "-",
        "—",
        "(",
        "”",
        "“",
        '"',
        "»",
        "«",
    )
    ends = right + 1 >= len(tree) or tree.pos[right + 1] == "PUNCT" or tree.pos[right] == "PUNCT"
    return tree.clause_of(head) if set_off and ends else None


def content_of(reading: Reading, clause: int, verb: int) -> tuple[TokenSpan, ...]:
    """Return the spans of a reported clause, without the frame where that interrupts it."""
    tree = reading.tree
    start, end = tree.left[clause], tree.right[clause] + 1
    end = _extend(reading, verb, clause, end)
    quote = reading.quote_of[verb]
    if quote >= 0:
        start, end = max(start, reading.quoted[quote].start), min(end, reading.quoted[quote].end)
    if end <= start:
        return ()
    if not start <= verb < end:
        return cut_out(reading, TokenSpan(start, end), ())
    inside = [token for token in range(start, end) if not tree.dominates(clause, token)]
    return cut_out(reading, TokenSpan(start, end), (TokenSpan(min(inside), max(inside) + 1),) if inside else ())


def _extend(reading: Reading, verb: int, clause: int, end: int) -> int:
    """Take in clauses of reason, condition or contrast that follow the reported clause although they hang on the verb."""
    tree = reading.tree
    if clause < verb:
        return end
    for child in tree.children[verb]:
        if tree.dep[child] == "advcl" and tree.left[child] in (end, end + 1):
            first = tree.lower[tree.left[child]]
            if first in reading.lexicon.frames.continuing_conjunctions:
                end = tree.right[child] + 1
    end = quoted_to_end(reading, verb, tree.left[clause], end)
    if tree.left[clause] > verb and end >= tree.sentence_end(verb) - 1:
        return before_closing_frame(reading, tree.left[clause], end)
    return end


def _addressee(reading: Reading, verb: int) -> TokenSpan | None:
    tree = reading.tree
    addressee = tree.child(verb, ("iobj", "obl:arg"))
    if addressee is None and tree.child(verb, ("ccomp", "xcomp")) is not None:
        addressee = tree.child(verb, ("obj",))
    if addressee is None or not tree.is_nominal(addressee) or tree.child(addressee, ("case",)) is not None:
        return None
    return tree.noun_phrase(addressee, avoid=verb)


def _repair(
    reading: Reading, verb: int, content: tuple[TokenSpan, ...], following: tuple[TokenSpan, ...]
) -> tuple[TokenSpan, ...]:
    """Mend a content that the parser cut at its start, or looked for on the wrong side of the verb, by word order."""
    if not content or not following or len(content) > 1 or len(following) > 1:
        return content
    (tree_span,), (order_span,) = content, following
    if tree_span.end <= verb < order_span.start:
        return following
    opened = reading.tree.lower[tree_span.start] in reading.lexicon.frames.complementizers
    if opened or not order_span.start < tree_span.start < order_span.end:
        return content
    return (TokenSpan(order_span.start, max(tree_span.end, order_span.end)),)


def _hearsay_passive(reading: Reading, verb: int) -> Iterator[Attribution]:
    """Find "is said to have ...": the whole clause is hearsay."""
    tree = reading.tree
    content = cut_out(reading, own_clause(reading, verb), ())
    if content and tree.child(verb, ("nsubj:pass", "nsubj")) is not None:
        yield Attribution(
            content=content,
            type=ClaimType.FREE_INDIRECT,
            actor=find_speaker(reading, verb),
            cue=cue_of(reading, verb),
            score=_SCORES["passive"],
            method="rule:passive",
        )
