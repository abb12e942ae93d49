"""What the extraction missed and what it found too much, item by item, in the development half of a corpus."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from kg.corpus import GoldPassage, Split, read_corpus
from kg.evaluate.corpus import (
    MIN_OVERLAP,
    Pairing,
    claim_links,
    evidence_links,
    pair_corpus,
    pair_evidence,
    same_actor,
)
from kg.model import Passage, Record

_MAX_WORDS = 24


class Fault(StrEnum):
    """What is wrong with an item: it was missed, is not in the gold, or differs from it."""

    MISSED = "missed"
    SPURIOUS = "spurious"
    WRONG = "wrong"


class ItemError(Record):
    """One item of one task that differs from the gold; ``text`` quotes the article."""

    article: str
    task: str
    fault: Fault
    text: str


def find_errors(path: Path) -> tuple[ItemError, ...]:
    """Extract the development half of a corpus and list where it differs from the gold.

    The test half is for measuring only, so its items are never listed.

    Args:
        path: the folder with ``manifest.jsonl``.

    Returns:
        In the order of articles, and of tasks in each.
    """
    return tuple(error for pairing in pair_corpus(path, read_corpus(path, Split.DEV)) for error in errors_of(pairing))


def errors_of(pairing: Pairing) -> Iterator[ItemError]:
    """Yield the errors in one article: claims, what is said of them, evidence, and both kinds of links."""
    for task, fault, text in (*_claims(pairing), *_evidence(pairing), *_links(pairing)):
        yield ItemError(article=pairing.article.row.id, task=task, fault=fault, text=text)


def _claims(pairing: Pairing) -> Iterator[tuple[str, Fault, str]]:
    claims, gold = pairing.extraction.claims, pairing.article.gold
    actors = {actor.actor_id: actor for actor in pairing.extraction.actors}
    gold_actors = {actor.id: actor for actor in gold.actors}
    found, wanted = set(), set()
    for (i, j), overlap in sorted(pairing.overlap.items()):
        claim, right = claims[i], gold.claims[j]
        if overlap < MIN_OVERLAP:
            continue
        found.add(i)
        wanted.add(j)
        actor, gold_actor = actors[claim.actor_id], gold_actors[right.actor]
        text = _words(right.content)
        if not same_actor(actor, gold_actor, claim.type, right.type):
            yield "actors", Fault.WRONG, f"{actor.name} for {gold_actor.name}: {text}"
        if claim.type is not right.type:
            yield "types", Fault.WRONG, f"{claim.type} for {right.type}: {text}"
        if claim.certainty.level is not right.certainty:
            yield "certainty", Fault.WRONG, f"{claim.certainty.level} for {right.certainty}: {text}"
    for j, right in enumerate(gold.claims):
        if j not in wanted:
            yield "contents", Fault.MISSED, f"[{right.type}] {_words(right.content)}"
    for i, claim in enumerate(claims):
        if i not in found:
            yield "contents", Fault.SPURIOUS, f"[{claim.type}] {_words(claim.assertion.passages)}"


def _evidence(pairing: Pairing) -> Iterator[tuple[str, Fault, str]]:
    extraction, gold = pairing.extraction, pairing.article.gold
    pairs = list(pair_evidence(extraction, gold))
    found, wanted = {left for left, _ in pairs}, {right for _, right in pairs}
    for item in gold.evidence:
        if item.id not in wanted:
            yield "evidence", Fault.MISSED, f"[{item.kind}] {_words([item.passage])}"
    for evidence in extraction.evidence:
        if evidence.evidence_id not in found:
            yield "evidence", Fault.SPURIOUS, f"[{evidence.kind}] {_words([evidence.passage])}"


def _links(pairing: Pairing) -> Iterator[tuple[str, Fault, str]]:
    extraction, gold = pairing.extraction, pairing.article.gold
    text = {claim.claim_id: _words(claim.assertion.passages) for claim in extraction.claims}
    text |= {claim.id: _words(claim.content) for claim in gold.claims}
    text |= {item.evidence_id: f"[{item.kind}] {_words([item.passage])}" for item in extraction.evidence}
    text |= {item.id: f"[{item.kind}] {_words([item.passage])}" for item in gold.evidence}
    for task, (predicted, wanted) in (
        ("evidence_links", evidence_links(pairing)),
        ("claim_links", claim_links(pairing)),
    ):
        for fault, links in ((Fault.MISSED, wanted - predicted), (Fault.SPURIOUS, predicted - wanted)):
            for claim, other, direction in sorted(links):
                yield task, fault, f"{text[other]} -{direction}-> {text[claim]}"


def _words(passages: Iterable[Passage | GoldPassage]) -> str:
    words = " … ".join(passage.exact for passage in passages).split()
    return " ".join(words) if len(words) <= _MAX_WORDS else " ".join((*words[:_MAX_WORDS], "…"))


def format_errors(errors: Iterable[ItemError]) -> str:
    """Return the errors as lines of article, task, fault and text, by task first."""
    rows = [
        f"{error.task:15} {error.article:8} {error.fault:9} {error.text}"
        for error in sorted(errors, key=lambda e: e.task)
    ]
    return "\n".join(rows)
