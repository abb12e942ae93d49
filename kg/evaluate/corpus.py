"""Precision, recall and F1 of extraction and trace against the gold of the corpus, for each language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment

from kg.attribution_metric import Prf
from kg.config import AttributionWeights
from kg.corpus import Article, Corpus, Gold, GoldActor, GoldPassage, Question, Split, read_corpus
from kg.ingest import ingest
from kg.model import Actor, ActorKind, ClaimType, Direction, Extraction, Language, Passage, Record
from kg.pipeline import extract
from kg.trace import Trace, trace

MIN_OVERLAP = 0.8
"""Token F1 of two contents from which a claim counts as found."""
_PAIRED = 0.5  # from which two claims are the same one, so that their type and certainty can be compared
_MIN_NAME_SIMILARITY = 85.0  # of 100, rapidfuzz token set ratio
_RECALL_DEPTH = 10


_Add = Callable[[str, int, int, int], None]
"""What counts: task, hits, predicted, gold."""
_Link = tuple[str, str, Direction]
"""Claim, evidence or claim that bears on it, direction."""


class Score(Record):
    """Precision, recall and F1 of one task, 0-1, and the counts behind them."""

    precision: float
    recall: float
    f1: float
    n_hits: int
    n_predicted: int
    n_gold: int


class LanguageScores(Record):
    """The scores of all tasks in one language of one split."""

    language: Language
    split: Split
    n_articles: int
    tasks: dict[str, Score]


@dataclass
class _Count:
    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def score(self) -> Score:
        values = Prf(self.hits / self.predicted if self.predicted else 0.0, self.hits / self.gold if self.gold else 0.0)
        return Score(
            precision=values.precision,
            recall=values.recall,
            f1=values.f1,
            n_hits=self.hits,
            n_predicted=self.predicted,
            n_gold=self.gold,
        )


@dataclass
class _Tally:
    counts: dict[str, _Count] = field(default_factory=dict)

    def add(self, task: str, hits: int, predicted: int, gold: int) -> None:
        count = self.counts.setdefault(task, _Count())
        count.hits += hits
        count.predicted += predicted
        count.gold += gold


@dataclass(frozen=True)
class Pairing:
    """Which predicted claim stands for which gold claim of one article.

    ``overlap``: (index of the predicted claim, index of the gold claim) to the token F1 of their contents.
    """

    article: Article
    extraction: Extraction
    overlap: Mapping[tuple[int, int], float]

    def gold_ids(self) -> dict[str, str]:
        """Return the gold claim for each predicted claim that stands for one."""
        return {
            self.extraction.claims[i].claim_id: self.article.gold.claims[j].id
            for (i, j), value in self.overlap.items()
            if value >= _PAIRED
        }


def evaluate_corpus(
    path: Path, split: Split | None = None, weights: AttributionWeights = AttributionWeights.NEWS
) -> tuple[LanguageScores, ...]:
    """Extract the articles of a corpus, ask its questions, and compare with its gold.

    Args:
        path: the folder with ``manifest.jsonl``.
        split: only this one; both when None.
        weights: which weights of the attribution tagger are used.

    Returns:
        One entry per split and language, in that order.
    """
    results = []
    for one in (split,) if split else tuple(Split):
        corpus = read_corpus(path, one)
        pairings = pair_corpus(path, corpus, weights)
        has_kinds = any(actor.organisation_kind for article in corpus.articles for actor in article.gold.actors)
        by_question = list(_ask(corpus, [pairing.extraction for pairing in pairings]))
        for language in Language:
            tally = _Tally()
            chosen = [pairing for pairing in pairings if pairing.article.row.language is language]
            for pairing in chosen:
                score_claims(pairing, tally.add)
                score_evidence(pairing, tally.add)
                if has_kinds:
                    score_actor_kinds(pairing, tally.add)
            _score_trace([(q, t) for q, t in by_question if q.language is language], pairings, tally)
            tasks = {task: count.score() for task, count in tally.counts.items()}
            results.append(LanguageScores(language=language, split=one, n_articles=len(chosen), tasks=tasks))
    return tuple(results)


def pair_corpus(path: Path, corpus: Corpus, weights: AttributionWeights = AttributionWeights.NEWS) -> list[Pairing]:
    """Extract each article of a corpus and pair what was found with its gold."""
    by_url = {article.row.url: article for article in corpus.articles}
    documents = [document for document in ingest([str(path)]) if document.url in by_url]
    pairings = []
    for extraction in extract(documents, weights=weights):
        article = by_url[str(extraction.document.url)]
        pairings.append(Pairing(article, extraction, _pair(extraction, article.gold)))
    return pairings


def _pair(extraction: Extraction, gold: Gold) -> dict[tuple[int, int], float]:
    text = extraction.document.text
    predicted = [token_starts(text, claim.assertion.passages) for claim in extraction.claims]
    wanted = [token_starts(text, claim.content) for claim in gold.claims]
    if not predicted or not wanted:
        return {}
    scores = np.array([[_f1(left, right) for right in wanted] for left in predicted])
    # a tie between claims with the same content goes to the one with the right actor
    actors = {actor.actor_id: actor for actor in extraction.actors}
    gold_actors = {actor.id: actor for actor in gold.actors}
    bonus = np.array(
        [
            [0.01 * same_actor(actors[c.actor_id], gold_actors[g.actor], c.type, g.type) for g in gold.claims]
            for c in extraction.claims
        ]
    )
    rows, columns = linear_sum_assignment(scores + bonus, maximize=True)
    return {
        (int(row), int(column)): float(scores[row, column])
        for row, column in zip(rows, columns, strict=True)
        if scores[row, column] > 0
    }


def token_starts(text: str, passages: Iterable[Passage | GoldPassage]) -> frozenset[int]:
    """Return the offsets at which the words of some passages begin; punctuation does not count."""
    starts = set()
    for passage in passages:
        inside = False
        for i in range(passage.start, passage.end):
            if text[i].isalnum() and not inside:
                starts.add(i)
            inside = text[i].isalnum()
    return frozenset(starts)


def _f1(left: frozenset[int], right: frozenset[int]) -> float:
    total = len(left) + len(right)
    return 2 * len(left & right) / total if total else 0.0


def same_actor(found: Actor, gold: GoldActor, found_type: ClaimType, gold_type: ClaimType) -> bool:
    """Tell whether an actor is the one that the gold names, by name, alias, or what it stands for.

    Names are compared as sets of words without regard to order and inflection (rapidfuzz's token set ratio); an outlet's
    own claim has the outlet whatever it is called.
    """
    if ClaimType.OWN in (found_type, gold_type):
        return found_type is gold_type
    names = [name for name in (found.name, found.stands_for, None if found.named else found.description) if name]
    return any(
        fuzz.token_set_ratio(name.casefold(), other.casefold()) >= _MIN_NAME_SIMILARITY
        for name in names
        for other in (gold.name, *gold.aliases)
    )


def score_claims(pairing: Pairing, add: _Add) -> None:
    """Count claims, contents, actors, types, chains and certainty of one article.

    ``claims`` are hits where content and actor are right, ``contents`` where the content is. ``types``, ``chains`` and
    ``certainty`` compare claims that stand for the same one; what has no partner counts against them.
    """
    extraction, gold = pairing.extraction, pairing.article.gold
    actors = {actor.actor_id: actor for actor in extraction.actors}
    gold_actors = {actor.id: actor for actor in gold.actors}
    names = pairing.gold_ids()
    n_predicted, n_gold = len(extraction.claims), len(gold.claims)
    hits = dict.fromkeys(("claims", "contents", "actors", "types", "certainty"), 0)
    n_paired = chains = n_chains = 0
    for (i, j), overlap in pairing.overlap.items():
        claim, wanted = extraction.claims[i], gold.claims[j]
        if overlap < _PAIRED:
            continue
        n_paired += 1
        actor_right = same_actor(actors[claim.actor_id], gold_actors[wanted.actor], claim.type, wanted.type)
        hits["claims"] += overlap >= MIN_OVERLAP and actor_right
        hits["contents"] += overlap >= MIN_OVERLAP
        hits["actors"] += actor_right
        hits["types"] += claim.type is wanted.type
        hits["certainty"] += claim.certainty.level is wanted.certainty
        if wanted.parent is not None and claim.parent_id is not None:
            chains += names.get(claim.parent_id) == wanted.parent
    for task in ("claims", "contents"):
        add(task, hits[task], n_predicted, n_gold)
    for task in ("actors", "types", "certainty"):
        add(task, hits[task], n_paired, n_paired)
    n_chains = sum(claim.parent is not None for claim in gold.claims)
    add("chains", chains, sum(claim.parent_id is not None for claim in extraction.claims), n_chains)


def score_actor_kinds(pairing: Pairing, add: _Add) -> None:
    """Count what the actors of one article are, among those that were found.

    ``organisation_kinds`` are those of organisations. ``actor_kinds`` are these and, for all other actors, their kind, a
    role being a person; an organisation of no kind has none.
    """
    extraction, gold = pairing.extraction, pairing.article.gold
    actors = {actor.actor_id: actor for actor in extraction.actors}
    gold_actors = {actor.id: actor for actor in gold.actors}
    claims, names = {claim.id: claim for claim in gold.claims}, pairing.gold_ids()
    same = {
        (claim.actor_id, wanted.actor)
        for claim in extraction.claims
        if (wanted := claims.get(names.get(claim.claim_id, ""))) is not None
        and same_actor(actors[claim.actor_id], gold_actors[wanted.actor], claim.type, wanted.type)
    }
    for found, wanted_actor in ((actors[i], gold_actors[j]) for i, j in same):
        kinds = found.organisation_kind, wanted_actor.organisation_kind
        for task, (left, right) in (
            ("organisation_kinds", kinds),
            ("actor_kinds", (_fine_kind(found), _fine_kind(wanted_actor))),
        ):
            add(task, left is not None and left == right, left is not None, right is not None)


def _fine_kind(actor: Actor | GoldActor) -> str | None:
    if actor.organisation_kind is not None or actor.kind is ActorKind.ORGANISATION:
        return actor.organisation_kind
    return ActorKind.PERSON if actor.kind is ActorKind.ROLE else actor.kind


def score_evidence(pairing: Pairing, add: _Add) -> None:
    """Count evidence (kind and place), evidence with the right claim and direction, and links between claims."""
    extraction, gold = pairing.extraction, pairing.article.gold
    add("evidence", len(list(pair_evidence(extraction, gold))), len(extraction.evidence), len(gold.evidence))
    for task, (predicted, wanted) in (
        ("evidence_links", evidence_links(pairing)),
        ("claim_links", claim_links(pairing)),
    ):
        add(task, len(predicted & wanted), len(predicted), len(wanted))


def evidence_links(pairing: Pairing) -> tuple[frozenset[_Link], frozenset[_Link]]:
    """Return the links from claims to evidence, found and gold; what stands for something in the gold has its name."""
    extraction, gold = pairing.extraction, pairing.article.gold
    claims, evidence = pairing.gold_ids(), dict(pair_evidence(extraction, gold))
    predicted = frozenset(
        (claims.get(link.claim_id, link.claim_id), evidence.get(link.evidence_id, link.evidence_id), link.direction)
        for link in extraction.links
        if link.evidence_id is not None
    )
    return predicted, frozenset((link.claim, link.evidence, link.direction) for link in gold.links if link.evidence)


def claim_links(pairing: Pairing) -> tuple[frozenset[_Link], frozenset[_Link]]:
    """Return the links between claims, found and gold; a claim that stands for one in the gold has its name."""
    extraction, gold = pairing.extraction, pairing.article.gold
    names = pairing.gold_ids()
    predicted = frozenset(
        (names.get(link.claim_id, link.claim_id), names.get(other, other), link.direction)
        for link in extraction.links
        if (other := link.evidence_claim_id) is not None
    )
    wanted = ((link.claim, link.evidence_claim, link.direction) for link in gold.links)
    return predicted, frozenset((claim, other, direction) for claim, other, direction in wanted if other)


def pair_evidence(extraction: Extraction, gold: Gold) -> Iterator[tuple[str, str]]:
    """Pair what was found with the gold of the same kind whose passage it overlaps; yields both identifiers."""
    free = list(gold.evidence)
    for item in extraction.evidence:
        for wanted in free:
            overlaps = item.passage.start < wanted.passage.end and wanted.passage.start < item.passage.end
            if overlaps and item.kind == wanted.kind:
                free.remove(wanted)
                yield item.evidence_id, wanted.id
                break


def _ask(corpus: Corpus, extractions: Sequence[Extraction]) -> Iterator[tuple[Question, Trace]]:
    for story in corpus.stories:
        for question in story.questions:
            yield question, trace(question.text, extractions, language=question.language)


def _score_trace(asked: Iterable[tuple[Question, Trace]], pairings: Sequence[Pairing], tally: _Tally) -> None:
    """Count answers with the right direction, the answers among the first ten, abstentions, and numbers of origins."""
    names = {
        claim_id: (pairing.article.row.id, gold_id)
        for pairing in pairings
        for claim_id, gold_id in pairing.gold_ids().items()
    }
    for question, answer in asked:
        wanted = {(a.article, a.claim): a.direction for a in question.answers}
        found = [(names.get(item.claim_id), item.direction) for item in answer.items]
        right = sum(claim in wanted and wanted[claim] == direction for claim, direction in found if claim is not None)
        known = [(claim, direction) for claim, direction in found if claim in wanted]
        tally.add("trace", right, len(found), len(wanted))
        tally.add("trace_directions", right, len(known), len(known))
        if not wanted:
            tally.add("trace_abstains", not found, 1, 1)
            continue
        first = {claim for claim, _ in found[:_RECALL_DEPTH] if claim in wanted}
        depth = min(_RECALL_DEPTH, len(wanted))
        tally.add("trace_recall_at_10", min(len(first), depth), depth, depth)
        tally.add("trace_origins", len(answer.origins) == question.n_origins, 1, 1)


def format_scores(results: Iterable[LanguageScores]) -> str:
    """Return the scores as a table of fixed-width text, one row a task."""
    rows = ["split lang task                 precision recall     f1   hits/predicted/gold"]
    rows += [
        f"{result.split:5} {result.language:4} {task:20} {s.precision:9.3f} {s.recall:6.3f} {s.f1:6.3f}"
        f"   {s.n_hits}/{s.n_predicted}/{s.n_gold}"
        for result in results
        for task, s in result.tasks.items()
    ]
    return "\n".join(rows)
