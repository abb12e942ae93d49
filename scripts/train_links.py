"""Learns which claims of an article bear on which others, from the development half of a corpus.

    PYTHONPATH=. .venv/bin/python scripts/train_links.py corpus [--out kg/data/links.json]

Logistic regression with L2 penalty over the features of ``kg/stages/claim_pairs.py``, on pairs of the claims that the
extraction finds; a pair is an example of a link where both claims stand for gold claims that are linked. Before it writes
the weights, it prints what weights learned without a story reach on that story.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment, minimize
from spacy.tokens import Doc

from kg.corpus import Article, GoldPassage, Split, read_corpus
from kg.found import Found, TokenSpan
from kg.ingest import ingest
from kg.model import Direction
from kg.pipeline import STAGES, parse
from kg.stages.claim_facts import Stance, facts_of
from kg.stages.claim_pairs import Pair, pairs_of
from kg.stages.evidence import EVIDENCE
from kg.stages.link_model import LinkWeights, Tie

PENALTY = 3.0  # inverse variance of the weights; 1 and 8 give an F1 of objections 0.03 and 0.00 lower
LEAST = {Tie.OBJECTION: 0.3, Tie.SUPPORT: 0.25}
MIN_OVERLAP = 0.5  # token F1 from which two claims are the same, as in kg.evaluate.corpus
DIGITS = 3


@dataclass(frozen=True)
class Example:
    """A pair of claims, and whether the gold ties them."""

    story: str
    language: str
    tie: Tie
    pair: Pair
    wanted: bool


def read_examples(corpus: Path) -> Iterator[Example]:
    """Yield all pairs of the development half."""
    articles = {article.row.url: article for article in read_corpus(corpus, Split.DEV).articles}
    documents = [document for document in ingest([str(corpus)]) if document.url in articles]
    for document, doc in zip(documents, parse(documents), strict=True):
        found = Found(document=document)
        for stage in STAGES[: STAGES.index(EVIDENCE)]:
            found = replace(found, **stage.run(doc, found))
        article = articles[str(document.url)]
        yield from _examples(doc, found, article)


def _examples(doc: Doc, found: Found, article: Article) -> Iterator[Example]:
    between = {(link.evidence_claim, link.claim): link.direction for link in article.gold.links if link.evidence_claim}
    names = _align(doc, found, article)
    facts = facts_of(doc, found)
    stances = {fact.index: fact.stance for fact in facts}
    story, language = article.row.story, article.row.language
    for pair in pairs_of(facts, found):
        direction = between.get((names.get(pair.source, ""), names.get(pair.target, "")))
        stance = stances[pair.source]
        if stance is not Stance.NONE:
            denies = stance in {Stance.DENIES, Stance.DENIES_ON}
            objects = direction is Direction.DISPUTES or (direction is Direction.UNDERCUTS and not denies)
            yield Example(story, language, Tie.OBJECTION, pair, objects)
        yield Example(story, language, Tie.SUPPORT, pair, direction is Direction.SUPPORTS)


def _span(doc: Doc, passage: GoldPassage) -> TokenSpan:
    span = doc.char_span(passage.start, passage.end, alignment_mode="expand")
    assert span is not None, passage  # "expand" finds tokens for all offsets within the text
    return TokenSpan(span.start, span.end)


def _align(doc: Doc, found: Found, article: Article) -> dict[int, str]:
    """Return the gold claim for each attribution that stands for one."""
    left = [{i for span in a.content for i in range(*span) if doc[i].is_alpha} for a in found.attributions]
    right = [
        {i for passage in claim.content for i in range(*_span(doc, passage)) if doc[i].is_alpha}
        for claim in article.gold.claims
    ]
    if not left or not right:
        return {}
    scores = np.array([[2 * len(a & b) / max(1, len(a) + len(b)) for b in right] for a in left])
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return {
        int(i): article.gold.claims[j].id for i, j in zip(rows, columns, strict=True) if scores[i, j] >= MIN_OVERLAP
    }


def fit(examples: Sequence[Example], least: float) -> LinkWeights:
    """Fit logistic regression to examples of one tie."""
    names = sorted({name for example in examples for name in example.pair.features})
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names) + 1))
    matrix[:, -1] = 1.0
    for row, example in enumerate(examples):
        for name, value in example.pair.features.items():
            matrix[row, column[name]] = value
    signs = np.where([example.wanted for example in examples], 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (matrix @ weights)
        free = weights.copy()
        free[-1] = 0.0  # the bias is not held down
        value = np.logaddexp(0.0, -margins).sum() + 0.5 * PENALTY * float(free @ free)
        gradient = -matrix.T @ (signs / (1.0 + np.exp(np.clip(margins, -500, 500)))) + PENALTY * free
        return float(value), gradient

    result = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights = {name: round(float(result.x[i]), DIGITS) for name, i in column.items()}
    return LinkWeights(
        bias=round(float(result.x[-1]), DIGITS),
        least=least,
        weights={name: value for name, value in weights.items() if value},
    )


def cross_validate(examples: Sequence[Example], tie: Tie, report: Callable[[str], None] = print) -> None:
    """Print precision, recall and F1 of links between found claims, each story with weights learned from the others."""
    counts: Counter[str] = Counter()
    mine = [example for example in examples if example.tie is tie]
    for story in sorted({example.story for example in mine}):
        model = fit([example for example in mine if example.story != story], LEAST[tie])
        for example in mine:
            if example.story == story:
                drawn = model.probability(example.pair) >= model.least
                counts["drawn"] += drawn
                counts["wanted"] += example.wanted
                counts["right"] += drawn and example.wanted
    precision, recall = (counts["right"] / max(1, counts[name]) for name in ("drawn", "wanted"))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    report(f"{tie:10} precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f} {dict(counts)}")


def main() -> None:
    """Read the corpus, cross-validate, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path("kg/data/links.json"))
    options = parser.parse_args()
    examples = list(read_examples(options.corpus))
    for tie in Tie:
        cross_validate(examples, tie)
    weights = {tie: fit([example for example in examples if example.tie is tie], LEAST[tie]) for tie in Tie}
    text = json.dumps({tie: model.model_dump() for tie, model in weights.items()}, indent=1, sort_keys=True)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
