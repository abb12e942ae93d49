"""What is named as a basis for a claim: images, documents, measurements, witnesses, experts, or the lack of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc, Span, Token

from kg.found import Attribution, Found, FoundEvidence, FoundLink, TokenSpan
from kg.model import ClaimType, Direction, HedgeClass
from kg.nouns import NounClasses, load_actor_rules, load_noun_classes
from kg.stages import Stage
from kg.stages.evidence_rules import (
    EvidenceRules,
    HeadTable,
    full_lemma,
    load_evidence_rules,
    load_kinds,
    load_patterns,
    load_witnesses,
)
from kg.stages.evidence_witnesses import WitnessWords, find_witnesses
from kg.stages.times import find_times

_SUBJECTS = {"nsubj", "nsubj:pass"}
_NOMINAL = {"NOUN", "PROPN"}
_OBLIQUE = {"obl", "obl:arg", "nmod", "obl:mod"}
_BEFORE = {"det", "amod", "nummod", "nmod:poss", "compound", "det:poss"}
_AFTER = {"nmod", "amod", "flat", "compound", "nummod"}
_MAX_PHRASE = 12  # tokens; a longer noun phrase is a parse gone wrong
_STRONG, _FAIR, _WEAK = 0.9, 0.7, 0.5
"""Strength of a link: named within the claim or as its source; named beside it; in a neighbouring sentence."""


@dataclass(frozen=True)
class _Context:
    """One document's claims by token, and its rules."""

    doc: Doc
    found: Found
    rules: EvidenceRules
    kinds: HeadTable
    witnesses: WitnessWords
    innermost: dict[int, int]
    by_sentence: dict[int, tuple[int, ...]]
    nouns: NounClasses


def find_evidence(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find evidence and the claims that it is evidence for.

    Args:
        doc: a parsed document.
        found: attributions with their actors, and the language, are read.

    Returns:
        ``evidence`` in text order, each phrase once, and ``links`` from claims to it.
    """
    items = [item for item in _find_items(doc, found) if item.anchors]
    links = tuple(
        FoundLink(claim, item.direction, strength, evidence=index)
        for index, item in enumerate(items)
        for claim, strength in sorted(item.anchors.items())
    )
    return {"evidence": tuple(item.evidence for item in items), "links": links}


@dataclass(frozen=True)
class _Item:
    """Evidence, which way it points, and the claims that it is tied to (index of the attribution), 0-1 how closely."""

    evidence: FoundEvidence
    direction: Direction
    anchors: Mapping[int, float]


_Raw = tuple[FoundEvidence, tuple[int, ...], Direction, float]


def _find_items(doc: Doc, found: Found) -> tuple[_Item, ...]:
    """Return what is named as evidence in a document, in text order, each phrase once."""
    context = _make_context(doc, found)
    items: dict[tuple[TokenSpan, str], _Item] = {}
    for evidence, claims, direction, strength in (*_named(context), *_witnesses(context), *_absent(context)):
        before = items.get((evidence.span, evidence.kind))
        anchors = dict.fromkeys(claims, strength) | (dict(before.anchors) if before else {})
        items[evidence.span, evidence.kind] = _Item(
            before.evidence if before else evidence, before.direction if before else direction, anchors
        )
    return _merged(doc, [items[key] for key in sorted(items)], context)


def _merged(doc: Doc, items: Sequence[_Item], context: _Context) -> tuple[_Item, ...]:
    """Join what is named twice: overlapping words of one kind, or "the letter" after "a letter"."""
    kept: list[_Item] = []
    for item in items:
        evidence = item.evidence
        root = doc[evidence.span.start : evidence.span.end].root
        definite = any(child.lower_ in context.rules.scenes["definite"] for child in root.children)
        for number, before in enumerate(kept):
            other = before.evidence
            head = doc[other.span.start : other.span.end].root
            overlaps = evidence.span.start < other.span.end
            same = definite and head.lemma_ == root.lemma_ and evidence.kind != "absence"
            if other.kind == evidence.kind and (overlaps or same):
                longer = max((other, evidence), key=lambda one: one.span.end - one.span.start)
                anchors = {**item.anchors, **before.anchors}
                kept[number] = _Item(longer if overlaps else other, before.direction, anchors)
                break
        else:
            kept.append(item)
    return tuple(kept)


def _make_context(doc: Doc, found: Found) -> _Context:
    language = found.document.language
    rules = load_evidence_rules(language)
    innermost: dict[int, int] = {}
    by_sentence: dict[int, list[int]] = {}
    widest_first = sorted(range(len(found.attributions)), key=lambda i: -_width(found.attributions[i]))
    for index in widest_first:
        attribution = found.attributions[index]
        for span in attribution.content:
            for i in range(*span):
                innermost[i] = index
        for span in (*attribution.content, *attribution.cue):
            for i in range(*span):
                claims = by_sentence.setdefault(doc[i].sent.start, [])
                if index not in claims:
                    claims.append(index)
    return _Context(
        doc,
        found,
        rules,
        load_kinds(language),
        WitnessWords(
            rules,
            load_witnesses(language),
            load_kinds(language),
            load_noun_classes(language),
            load_actor_rules(language).hearsay,
        ),
        innermost,
        {start: tuple(sorted(claims)) for start, claims in by_sentence.items()},
        load_noun_classes(language),
    )


def _width(attribution: Attribution) -> int:
    return sum(span.end - span.start for span in attribution.content)


# named things


def _named(context: _Context) -> Iterator[_Raw]:
    for token in context.doc:
        if token.pos_ not in _NOMINAL or token.ent_type_ == "PER":
            continue
        kind = context.kinds.kind_of(token)
        if kind is None or _is_negated(token, context.rules):
            continue
        if (
            kind == "document"
            and context.witnesses.persons.kind_of(token) == "media_report"
            and _of_medium(token, context)
        ):
            kind = "media_report"
        strength = _STRONG if _was_read(token, context) else _evidential(token, context)
        if strength:
            claims = _claims_at(token, context)
            direction = Direction.DISPUTES if _is_contradicted(token, context) else Direction.SUPPORTS
            yield _make(context, kind, _phrase(token)), claims, direction, strength


def _evidential(token: Token, context: _Context) -> float:
    """Return how clearly a noun is used as evidence: as subject of "show", object of "examine", or basis; 0 if not."""
    verbs, basis = context.rules.verbs, context.rules.prepositions["basis"]
    node = token
    while node.dep_ in {"conj", "nmod", "appos"} and node.head.pos_ in _NOMINAL and node.head.i != node.i:
        node = node.head
    is_person = node.ent_type_ == "PER" or context.nouns.of(node.lemma_, node.text) == "person"
    if node.i != token.i and node.dep_ in _SUBJECTS and is_person:
        return 0.0  # "the report's author"
    if _is_contradicted(node, context):
        return _FAIR
    head = node.head
    if _is_negated(head, context.rules) and node.dep_ not in _SUBJECTS:
        return 0.0  # "auf den Bildern nicht zu erkennen", "found no trace"
    if node.dep_ in _SUBJECTS and full_lemma(head) in verbs["show"] | verbs["examine"]:
        return _STRONG
    case = next((child.lower_ for child in node.children if child.dep_ == "case"), None)
    if case is None and node.i != token.i:
        case = next((child.lower_ for child in token.children if child.dep_ == "case"), None)
    if case in basis and (full_lemma(head) in verbs["show"] | verbs["examine"] or _is_frame(node, context)):
        return _STRONG
    plain = case in context.rules.prepositions["plain"] or context.kinds.kind_of(token) == "media_report"
    if case in basis and plain and node.dep_ in _OBLIQUE and head.pos_ in {"VERB", "AUX"}:
        return _FAIR
    if node.dep_ == "obj" and full_lemma(head) in verbs["show"] and _points(head, context):
        return _STRONG  # "das ergaben Proben": what looks like an object is the subject
    if node.dep_ in _SUBJECTS and _is_cue(head, context):
        return _STRONG  # "a judgment later called the account untrue"
    if node.dep_ in {"obj", "iobj", "obl", "obl:arg"} and full_lemma(head) in verbs["examine"]:
        return _FAIR
    return 0.0


def _of_medium(token: Token, context: _Context) -> bool:
    """Tell whether a report is one of a medium: "a report by a local radio station"."""
    children = [child for child in token.children if child.dep_ == "nmod" and child.pos_ in _NOMINAL]
    return any(context.nouns.of(child.lemma_, child.text) == "medium" for child in children)


def _is_contradicted(token: Token, context: _Context) -> bool:
    """Tell whether a claim is put forward against something: "contrary to some reports"."""
    words = {token.head.lower_, *(child.lower_ for child in token.children if child.dep_ == "case")}
    return bool(words & context.rules.prepositions["against"])


def _points(verb: Token, context: _Context) -> bool:
    """Tell whether a verb has a demonstrative as its subject, which stands for what was said before."""
    subjects = [child for child in verb.children if child.dep_ in _SUBJECTS]
    return any(child.lower_ in context.rules.scenes["pointers"] for child in subjects)


def _is_cue(token: Token, context: _Context) -> bool:
    indices = context.by_sentence.get(token.sent.start, ())
    return any(token.i in range(*span) for index in indices for span in context.found.attributions[index].cue)


def _was_read(token: Token, context: _Context) -> bool:
    """Tell whether a document is said to have been seen by the outlet: "seen by ...", "der dieser Zeitung vorliegt"."""
    return any(
        child.dep_ in {"acl", "acl:relcl"} and full_lemma(child) in context.rules.scenes["given"]
        for child in token.children
    )


def _is_frame(token: Token, context: _Context) -> bool:
    """Tell whether a noun stands in the frame of a report, or depends on its cue: "heißt es in dem Schreiben"."""
    return any(
        token.i in range(*span) or token.head.i in range(*span)
        for index in context.by_sentence.get(token.sent.start, ())
        for span in (*context.found.attributions[index].frame, *context.found.attributions[index].cue)
    )


def _claims_at(token: Token, context: _Context) -> tuple[int, ...]:
    """Return the claim in which the evidence is named; else those of its sentence; else the one just before."""
    if token.i in context.innermost:
        return (context.innermost[token.i],)
    here = context.by_sentence.get(token.sent.start, ())
    outermost = tuple(i for i in here if context.found.attributions[i].parent not in here)
    if outermost:
        return outermost
    before = [index for index, a in enumerate(context.found.attributions) if a.content[-1].end <= token.sent.start]
    block = next((b.span for b in context.found.blocks if token.i in range(*b.span)), None)
    near = [i for i in before if block is None or context.found.attributions[i].content[0].start >= block.start]
    return (max(near, key=lambda i: context.found.attributions[i].content[-1].end),) if near else ()


# persons whose word is evidence


def _witnesses(context: _Context) -> Iterator[_Raw]:
    for index, attribution in enumerate(context.found.attributions):
        cue = {full_lemma(t) for span in attribution.cue for t in context.doc[span.start : span.end]}
        if cue & context.rules.verbs["admit"] and attribution.cue:
            yield _make(context, "admission", attribution.cue[0]), (index,), Direction.SUPPORTS, _STRONG
        if attribution.type is ClaimType.FREE_INDIRECT and attribution.actor is None:
            heard = [s for s in attribution.cue if any(t.pos_ in {"NOUN", "ADV"} for t in context.doc[s.start : s.end])]
            heard = heard or list(_distancing(context, index))
            if heard:
                yield _make(context, "media_report", heard[0]), (index,), Direction.SUPPORTS, _WEAK
    for witness in find_witnesses(context.doc, context.found, context.witnesses):
        hearsay = witness.kind == "media_report" and all(
            context.found.attributions[claim].actor is None for claim in witness.claims
        )
        if not hearsay:  # that is the cue, above
            text = " ".join(context.doc[witness.span.start : witness.span.end].text.split())
            evidence = FoundEvidence(witness.kind, text, witness.span, producer=witness.span)
            yield evidence, witness.claims, Direction.SUPPORTS, _FAIR


def _distancing(context: _Context, index: int) -> Iterator[TokenSpan]:
    """Yield the words within a claim that pass it on as hearsay: "reportedly", "angeblich"."""
    for hedge in context.found.certainties[index].hedges if context.found.certainties else ():
        span = context.doc.char_span(hedge.passage.start, hedge.passage.end, alignment_mode="expand")
        if hedge.hedge_class is HedgeClass.DISTANCING and span is not None and span.root.pos_ in {"ADV", "ADJ", "NOUN"}:
            yield TokenSpan(span.start, span.end)


# what is missing


def _absent(context: _Context) -> Iterator[_Raw]:
    """Say of which claims a sentence tells that there is no evidence, or none that could be checked."""
    pattern = load_patterns(context.found.document.language).absence
    for sentence in context.doc.sents:
        if pattern.search(sentence.text) is None:
            continue
        before = [
            index
            for index, attribution in enumerate(context.found.attributions)
            if attribution.type is not ClaimType.OWN and attribution.content[0].start < sentence.start
        ]
        if before:
            last = max(before, key=lambda i: context.found.attributions[i].content[0].start)
            span = _trimmed(sentence)
            yield _make(context, "absence", span), (last,), Direction.UNDERCUTS, _FAIR


# words


def _is_negated(token: Token, rules: EvidenceRules) -> bool:
    """Tell whether a word, or the subject of a verb, has a negation."""
    negations = rules.undercuts["negations"]
    subjects = [child for child in token.children if child.dep_ in _SUBJECTS]
    return any(child.lower_ in negations for node in (token, *subjects) for child in node.children)


def _phrase(token: Token) -> TokenSpan:
    """Return the noun phrase of a token without its clauses, appositions and the words that only tie it in."""
    start, end = token.i, token.i + 1
    for child in token.children:
        if child.i < token.i and child.dep_ in _BEFORE:
            start = min(start, child.left_edge.i)
        elif child.i > token.i and child.dep_ in _AFTER:
            end = max(end, child.right_edge.i + 1)
    return TokenSpan(start, end) if end - start <= _MAX_PHRASE else TokenSpan(token.i, token.i + 1)


def _trimmed(sentence: Span) -> TokenSpan:
    start, end = sentence.start, sentence.end
    doc = sentence.doc
    while end > start and (doc[end - 1].is_punct or doc[end - 1].is_space):
        end -= 1
    while start < end and (doc[start].is_space or doc[start].is_quote):
        start += 1
    return TokenSpan(start, end)


def _make(context: _Context, kind: str, span: TokenSpan) -> FoundEvidence:
    text = " ".join(context.doc[span.start : span.end].text.split())
    date = next(find_times(context.doc, span, context.found.document), None)
    return FoundEvidence(kind, text, span, date=date)


EVIDENCE = Stage(
    name="evidence",
    version="1",
    needs=("blocks", "attributions", "actors", "actor_of"),
    fills=("evidence", "links"),
    run=find_evidence,
)
