"""What is named as a basis for a claim: images, documents, measurements, witnesses, experts, or the lack of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc, Span, Token

from kg.found import Attribution, Found, FoundActor, FoundEvidence, FoundLink, TokenSpan
from kg.model import ActorKind, ClaimType, Direction
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
from kg.stages.times import find_times

_SUBJECTS = {"nsubj", "nsubj:pass"}
_NOMINAL = {"NOUN", "PROPN"}
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
    witnesses: HeadTable
    innermost: dict[int, int]
    by_sentence: dict[int, tuple[int, ...]]
    nouns: NounClasses
    spokespersons: tuple[str, ...]
    hearsay: str


def find_evidence(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find evidence and the claims that it is evidence for.

    Args:
        doc: a parsed document.
        found: attributions with their actors, and the language, are read.

    Returns:
        ``evidence`` in text order, each phrase once, and ``links`` from claims to it.
    """
    context = _make_context(doc, found)
    pairs: dict[tuple[TokenSpan, str], tuple[FoundEvidence, dict[int, tuple[Direction, float]]]] = {}
    for evidence, claims, direction, strength in (*_named(context), *_witnesses(context), *_absent(context)):
        _, linked = pairs.setdefault((evidence.span, evidence.kind), (evidence, {}))
        for claim in claims:
            linked.setdefault(claim, (direction, strength))
    ordered = sorted(pairs.values(), key=lambda pair: (pair[0].span, pair[0].kind))
    links = tuple(
        FoundLink(claim=claim, direction=direction, strength=strength, evidence=index)
        for index, (_, linked) in enumerate(ordered)
        for claim, (direction, strength) in sorted(linked.items())
    )
    return {"evidence": tuple(evidence for evidence, _ in ordered), "links": links}


def _make_context(doc: Doc, found: Found) -> _Context:
    language = found.document.language
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
        load_evidence_rules(language),
        load_kinds(language),
        load_witnesses(language),
        innermost,
        {start: tuple(sorted(claims)) for start, claims in by_sentence.items()},
        load_noun_classes(language),
        load_evidence_rules(language).spokespersons,
        load_actor_rules(language).hearsay,
    )


def _width(attribution: Attribution) -> int:
    return sum(span.end - span.start for span in attribution.content)


# named things


def _named(context: _Context) -> Iterator[tuple[FoundEvidence, tuple[int, ...], Direction, float]]:
    for token in context.doc:
        if token.pos_ not in _NOMINAL or token.ent_type_ == "PER":
            continue
        kind = context.kinds.kind_of(token)
        if kind is None or _is_negated(token, context.rules):
            continue
        strength = _evidential(token, context)
        claims = _claims_at(token, context) if strength else ()
        if claims:
            yield _make(context, kind, _phrase(token)), claims, Direction.SUPPORTS, strength


def _evidential(token: Token, context: _Context) -> float:
    """Return how clearly a noun is used as evidence: as subject of "show", object of "examine", or basis; 0 if not."""
    verbs, basis = context.rules.verbs, context.rules.prepositions["basis"]
    node = token
    while node.dep_ in {"conj", "nmod", "appos"} and node.head.pos_ in _NOMINAL and node.head.i != node.i:
        node = node.head
    head = node.head
    if node.dep_ in _SUBJECTS and full_lemma(head) in verbs["show"] | verbs["examine"]:
        return _STRONG
    case = next((child.lower_ for child in node.children if child.dep_ == "case"), None)
    if case is None and node.i != token.i:
        case = next((child.lower_ for child in token.children if child.dep_ == "case"), None)
    if case in basis and (full_lemma(head) in verbs["show"] | verbs["examine"] or _is_frame(node, context)):
        return _STRONG
    if case in basis and node.dep_ in {"obl", "obl:arg", "nmod", "obl:mod"} and head.pos_ in {"VERB", "AUX"}:
        return _FAIR
    if node.dep_ in {"obj", "iobj", "obl", "obl:arg"} and full_lemma(head) in verbs["examine"]:
        return _FAIR
    return 0.0


def _is_frame(token: Token, context: _Context) -> bool:
    return any(
        token.i in range(*span)
        for index in context.by_sentence.get(token.sent.start, ())
        for span in context.found.attributions[index].frame
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


def _witnesses(context: _Context) -> Iterator[tuple[FoundEvidence, tuple[int, ...], Direction, float]]:
    by_actor: dict[int, list[int]] = {}
    for index, attribution in enumerate(context.found.attributions):
        cue = {full_lemma(t) for span in attribution.cue for t in context.doc[span.start : span.end]}
        if cue & context.rules.verbs["admit"] and attribution.cue:
            yield _make(context, "admission", attribution.cue[0]), (index,), Direction.SUPPORTS, _STRONG
        actor_index = context.found.actor_of[index]
        if attribution.type is ClaimType.FREE_INDIRECT and attribution.actor is None:
            heard = [s for s in attribution.cue if any(t.pos_ in {"NOUN", "ADV"} for t in context.doc[s.start : s.end])]
            if heard:
                yield _make(context, "media_report", heard[0]), (index,), Direction.SUPPORTS, _WEAK
        elif attribution.type is not ClaimType.OWN and actor_index:  # 0 is the outlet itself
            by_actor.setdefault(actor_index, []).append(index)
    for actor_index, claims in sorted(by_actor.items()):
        kind = _kind_of_witness(context, context.found.actors[actor_index])
        span = _introduction(context, actor_index, claims)
        if kind is not None and span is not None:
            text = " ".join(context.doc[span.start : span.end].text.split())
            yield FoundEvidence(kind, text, span, producer=span), tuple(claims), Direction.SUPPORTS, _FAIR


def _introduction(context: _Context, actor_index: int, claims: list[int]) -> TokenSpan | None:
    """Return the words that say most of an actor: of its mentions with a noun the first that is longer than its name."""
    actor = context.found.actors[actor_index]
    spans = [span for claim in claims if (span := context.found.attributions[claim].actor) is not None]
    spans += [mention.span for mention in actor.mentions]
    nouns = [s for s in spans if any(t.pos_ in _NOMINAL for t in context.doc[s.start : s.end])]
    longer = [s for s in nouns if s.end - s.start > len(actor.name.split())]
    return min(longer or nouns, default=None)


def _kind_of_witness(context: _Context, actor: FoundActor) -> str | None:
    """Tell what sort of evidence somebody's word is, by what they are called anywhere in the article."""
    if actor.name == context.hearsay or actor.kind is ActorKind.MEDIUM:
        return "media_report"
    spans = [context.doc[m.span.start : m.span.end] for m in actor.mentions]
    nouns = [t for span in spans for t in span if t.pos_ in _NOMINAL and t.ent_type_ != "PER" and _describes(t, span)]
    words = [word.strip(".,;:") for word in (actor.description or "").split()] if actor.kind is ActorKind.PERSON else []
    kinds = [kind for token in nouns if (kind := context.witnesses.kind_of(token))]
    kinds += [kind for word in words if (kind := context.witnesses.kind_of_words(word.lower()))]
    expert = any(context.nouns.is_expert(token.lemma_, token.text) for token in nouns)
    if expert or any(context.nouns.is_expert(word) for word in words):
        kinds.append("expert_judgement")
    for kind in ("expert_judgement", "eyewitness"):
        if kind in kinds:
            return kind
    speaks_for_others = any(token.lower_.endswith(context.spokespersons) for token in nouns)
    unnamed_person = not actor.named and actor.kind in {ActorKind.ROLE, ActorKind.GROUP} and bool(nouns)
    return "anonymous_source" if unnamed_person and not speaks_for_others and _is_person(context, nouns) else None


def _is_person(context: _Context, nouns: list[Token]) -> bool:
    return any(context.nouns.of(token.lemma_, token.text) == "person" for token in nouns)


def _describes(token: Token, span: Span) -> bool:
    """Tell whether a noun says what the actor is: the head of the mention, or in apposition to it."""
    node = token
    while node != span.root and node.dep_ in {"appos", "flat", "conj", "compound", "nsubj", "acl:relcl", "acl"}:
        node = node.head
    return node == span.root


# what is missing


def _absent(context: _Context) -> Iterator[tuple[FoundEvidence, tuple[int, ...], Direction, float]]:
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
    return any(child.lower_ in rules.undercuts["negations"] for child in token.children)


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
