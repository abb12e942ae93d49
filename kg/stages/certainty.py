"""How sure the actor sounds: hedge words with their scope, and the level they come to.

Levels after Rubin (2007), *Stating with certainty or stating with doubt*; classes after Hyland (1998). The German
Konjunktiv I marks a report, not a doubt, and sets no level.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict
from spacy.tokens import Doc, Token

from kg.found import Attribution, Found, TokenSpan
from kg.lang import load_rules
from kg.model import Certainty, CertaintyLevel, ClaimType, Document, Hedge, HedgeClass, Passage
from kg.stages import Stage

_CLAUSES = {"ccomp", "xcomp", "conj", "ROOT", "root", "parataxis", "csubj", "csubj:pass"}
"""Relations along which a hedge keeps its scope over the assertion; relative and adverbial clauses end it."""
_MODIFIERS = {"amod", "nmod", "appos", "acl", "acl:relcl", "advcl", "compound", "det"}
_SEVERITY = (CertaintyLevel.DOUBTFUL, CertaintyLevel.POSSIBLE, CertaintyLevel.PROBABLE, CertaintyLevel.CERTAIN)


class CertaintyRules(BaseModel):
    """Hedges and cues of one language; see the comments in ``kg/lang/certainty.de.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    probability: dict[CertaintyLevel, tuple[str, ...]]
    cues: dict[CertaintyLevel, frozenset[str]]
    classes: dict[HedgeClass, tuple[str, ...]]
    words: dict[str, frozenset[str]]


@dataclass(frozen=True)
class _Entry:
    words: tuple[str, ...]
    hedge_class: HedgeClass
    level: CertaintyLevel | None


@cache
def _load(language: str) -> CertaintyRules:
    return load_rules("certainty", language, CertaintyRules)


@cache
def _entries(language: str) -> dict[str, tuple[_Entry, ...]]:
    """Index the hedges by their first word; longer ones first, so that they win."""
    rules = _load(language)
    entries = [
        _Entry(tuple(phrase.split()), HedgeClass.PROBABILITY, level)
        for level, phrases in rules.probability.items()
        for phrase in phrases
    ]
    entries += [
        _Entry(tuple(phrase.split()), hedge_class, None)
        for hedge_class, phrases in rules.classes.items()
        for phrase in phrases
    ]
    index: dict[str, tuple[_Entry, ...]] = {}
    for entry in sorted(entries, key=lambda entry: -len(entry.words)):
        index[entry.words[0]] = (*index.get(entry.words[0], ()), entry)
    return index


def judge_certainty(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Judge for each attribution how sure its actor sounds.

    Args:
        doc: a parsed document.
        found: attributions and the language are read.

    Returns:
        ``certainties``, one per attribution; hedges in text order, each word in each of its classes once.
    """
    children: dict[int, list[Attribution]] = {}
    for attribution in found.attributions:
        if attribution.parent is not None:
            children.setdefault(attribution.parent, []).append(attribution)
    return {
        "certainties": tuple(
            _judge(doc, attribution, children.get(index, []), found.document)
            for index, attribution in enumerate(found.attributions)
        )
    }


def _judge(doc: Doc, attribution: Attribution, nested: list[Attribution], document: Document) -> Certainty:
    inner = {i for child in nested for span in (*child.content, *child.frame, *child.cue) for i in range(*span)}
    content = [i for span in attribution.content for i in range(*span) if i not in inner]
    rules = _load(document.language)
    hedges: list[Hedge] = []
    levels: list[CertaintyLevel] = []
    for entry, span in _find_hedges(doc, content, document.language):
        if _is_ability(doc, span, rules):
            continue
        modal = entry.hedge_class is HedgeClass.DISTANCING and doc[span.start].pos_ == "AUX"
        reports = attribution.type is ClaimType.FREE_INDIRECT or _is_of_the_past(doc[span.start])
        if not _has_scope(doc[span.start], content) or (modal and not reports):
            continue
        hedges.append(Hedge(hedge_class=entry.hedge_class, passage=_passage(doc, span, document.document_id)))
        if entry.level is not None:
            levels.append(_negated(doc, span, rules, entry.level))
    frame = sorted({i for span in (*attribution.frame, *attribution.cue) for i in range(*span)} - set(content))
    for entry, span in _find_hedges(doc, frame, document.language):
        if entry.hedge_class is not HedgeClass.PROBABILITY or attribution.type is not ClaimType.OWN:
            hedges.append(Hedge(hedge_class=entry.hedge_class, passage=_passage(doc, span, document.document_id)))
        if entry.level is not None:
            levels.append(entry.level)
    by_cue = _level_of_cue(doc, attribution, rules)
    if by_cue is CertaintyLevel.DOUBTFUL or not levels:
        level = by_cue or _default_level(attribution, hedges)
    else:
        level = min(levels, key=_SEVERITY.index)
    return Certainty(level=level, hedges=tuple(sorted(hedges, key=lambda h: (h.passage.start, h.hedge_class))))


def _find_hedges(doc: Doc, tokens: list[int], language: str) -> Iterator[tuple[_Entry, TokenSpan]]:
    index = _entries(language)
    allowed = set(tokens)
    for i in tokens:
        token = doc[i]
        if not token.text.islower() and not token.is_sent_start:
            continue  # a name, or the month of May
        seen: set[HedgeClass] = set()
        by_lemma = () if token.pos_ == "AUX" else index.get(token.lemma_.lower(), ())  # "sollte" is not "soll"
        for entry in index.get(token.lower_, ()) or by_lemma:
            end = i + len(entry.words)
            if entry.hedge_class in seen or any(j not in allowed for j in range(i, end)):
                continue
            if all(
                word in {doc[j].lower_, doc[j].lemma_.lower()}
                for word, j in zip(entry.words, range(i, end), strict=True)
            ):
                seen.add(entry.hedge_class)
                yield entry, TokenSpan(i, end)


def _has_scope(token: Token, content: list[int]) -> bool:
    """Tell whether a hedge bears on what is asserted, not only on a noun or a subordinate clause within it."""
    allowed = set(content)
    if token.dep_ == "amod":
        return False
    node = token
    while node.head.i in allowed and node.head.i != node.i:
        if node.i != token.i and node.dep_ in _MODIFIERS:
            return False
        node = node.head
    return node.i == token.i or node.dep_ not in {"acl:relcl"} or node.head.i not in allowed


def _is_of_the_past(modal: Token) -> bool:
    """Tell whether a modal has a perfect infinitive: "soll gewusst haben" is hearsay, "soll gebaut werden" a plan."""
    verbs = (modal.head, *modal.children)
    return any(
        child.lemma_.lower() in {"sein", "haben"} and child.i > modal.i and "Inf" in child.morph.get("VerbForm", [])
        for verb in verbs
        for child in verb.children
        if child.dep_.startswith("aux")
    )


def _is_ability(doc: Doc, span: TokenSpan, rules: CertaintyRules) -> bool:
    """Tell whether a modal speaks of what somebody is able to do, or likes, and not of what may be so.

    "could not be verified" and "mag keine Zahlen" hedge nothing; "could not be ruled out" is a hedge of more words.
    """
    token = doc[span.start]
    if span.end - span.start > 1 or token.lower_ not in rules.words["abilities"]:
        return False
    after = doc[span.end].lower_ if span.end < len(doc) else ""
    return after in rules.words["negations"] or token.pos_ == "VERB"


def _negated(doc: Doc, span: TokenSpan, rules: CertaintyRules, level: CertaintyLevel) -> CertaintyLevel:
    before = doc[span.start - 1].lower_ if span.start else ""
    if before in rules.words["negations"] and level in {CertaintyLevel.PROBABLE, CertaintyLevel.CERTAIN}:
        return CertaintyLevel.DOUBTFUL
    return level


def _level_of_cue(doc: Doc, attribution: Attribution, rules: CertaintyRules) -> CertaintyLevel | None:
    lemmas = {
        form for span in attribution.cue for t in doc[span.start : span.end] for form in (t.lemma_.lower(), t.lower_)
    }
    return next((level for level in _SEVERITY if lemmas & rules.cues.get(level, frozenset())), None)


def _default_level(attribution: Attribution, hedges: list[Hedge]) -> CertaintyLevel:
    """Hearsay is not a probability: who merely passes it on does not say how sure they are; who infers is fairly sure."""
    distanced = any(hedge.hedge_class in {HedgeClass.DISTANCING, HedgeClass.LEGAL} for hedge in hedges)
    if attribution.type is ClaimType.FREE_INDIRECT or (distanced and attribution.actor is None):
        return CertaintyLevel.UNKNOWN
    inferred = any(hedge.hedge_class is HedgeClass.INFERENTIAL for hedge in hedges)
    return CertaintyLevel.PROBABLE if inferred else CertaintyLevel.CERTAIN


def _passage(doc: Doc, span: TokenSpan, document_id: str) -> Passage:
    text = doc[span.start : span.end]
    return Passage(document_id=document_id, start=text.start_char, end=text.end_char, exact=text.text)


CERTAINTY = Stage(name="certainty", version="1", needs=("attributions",), fills=("certainties",), run=judge_certainty)
