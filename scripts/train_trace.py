"""Train the models that judge which claims bear on a question (kg/models/trace) on the development stories of the corpus.

    .venv/bin/python scripts/train_trace.py [--corpus corpus] [--out kg/models/trace]

Prints what the models reach on each story when trained on the others, then trains on all and writes model.json.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.corpus import Split, read_corpus
from kg.evaluate.corpus import pair_corpus
from kg.search import ClaimIndex, query_vector
from kg.trace.bearing import find_bearings
from kg.trace.judge import DIRECTIONS
from kg.trace.question import read_question
from kg.trace.signs import NAMES, signs_of, survey

Floats = npt.NDArray[np.float64]

BEARS = (
    "context", "follows", "to_best_weighted", "to_top_weighted", "link_undercuts", "link_disputes", "link_other", "ground",
    "rule_core", "context_of_document", "context_near", "denial_near", "undercut_near",
)  # fmt: skip
DIRECTION = (
    "nearness", "denial", "link_undercuts", "link_disputes", "feedback", "reported", "undercut", "negative",
    "rule_supports", "rule_disputes", "rule_undercuts", "conditional", "own", "context",
)  # fmt: skip
RIDGE_BEARS, RIDGE_DIRECTION = 5.0, 20.0
UNPAIRED = 0.5  # weight of a claim that stands for none of the gold


@dataclass
class Examples:
    """One row for each question and claim; ``answers`` are numbers of directions, -1 for a claim that is no answer."""

    signs: Floats
    answers: npt.NDArray[np.int64]
    weights: Floats
    stories: npt.NDArray[np.str_]
    questions: npt.NDArray[np.str_]
    golds: list[tuple[str, str] | None]
    n_wanted: dict[str, int]


def read_examples(path: Path) -> Examples:
    """Ask every question of the development stories and keep the signs of all candidates."""
    corpus = read_corpus(path, Split.DEV)
    pairings = pair_corpus(path, corpus)
    names = {i: (p.article.row.id, gold) for p in pairings for i, gold in p.gold_ids().items()}
    extractions = [pairing.extraction for pairing in pairings]
    index = ClaimIndex.of(extractions)
    signs, answers, weights, stories, questions, golds, n_wanted = [], [], [], [], [], [], {}
    for story in corpus.stories:
        for question in story.questions:
            meaning = read_question(question.text, question.language)
            documents = list(find_bearings(meaning, extractions))
            seen = survey(query_vector(meaning.bag, index.near_names), documents)
            wanted = {(a.article, a.claim): DIRECTIONS.index(a.direction) for a in question.answers}
            n_wanted[question.id] = len(wanted)
            for group in documents:
                signs.append(signs_of(meaning, group, seen))
                for bearing in group:
                    gold = names.get(bearing.claim.claim_id)
                    answer = wanted.get(gold, -1) if gold else -1
                    answers.append(answer)
                    # so that a question with eighty answers does not drown one with three
                    share = (10 / len(wanted)) ** 0.5 if answer >= 0 else 1.0
                    weights.append(share * (1.0 if gold else UNPAIRED))
                    stories.append(story.id)
                    questions.append(question.id)
                    golds.append(gold)
    return Examples(
        np.concatenate(signs),
        np.array(answers),
        np.array(weights),
        np.array(stories),
        np.array(questions),
        golds,
        n_wanted,
    )


def logistic(rows: Floats, right: Floats, weights: Floats, ridge: float) -> Floats:
    """Fit a logistic regression by Newton's method; the constant comes last and is not held down."""
    full = np.hstack([rows, np.ones((len(rows), 1))])
    hold = np.eye(full.shape[1]) * 2 * ridge
    hold[-1, -1] = 1e-6
    found = np.zeros(full.shape[1])
    for _ in range(10):
        p = 1 / (1 + np.exp(-np.clip(full @ found, -30, 30)))
        gradient = full.T @ (weights * (p - right)) + hold @ found
        found -= np.linalg.solve((full * (weights * p * (1 - p))[:, None]).T @ full + hold, gradient)
    return found


def fit(data: Examples, rows: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Train both models on some rows; returns weights for all signs as they are, and the constant."""
    bears = _fit(data.signs[rows], data.answers[rows] >= 0, data.weights[rows], BEARS, RIDGE_BEARS)
    told = rows & (data.answers >= 0)
    directions = [
        _fit(data.signs[told], data.answers[told] == k, data.weights[told], DIRECTION, RIDGE_DIRECTION)
        for k in range(len(DIRECTIONS))
    ]
    return bears, np.array(directions)


def _fit(signs: Floats, right: npt.NDArray[np.bool_], weights: Floats, names: tuple[str, ...], ridge: float) -> Floats:
    columns = [NAMES.index(name) for name in names]
    mean, spread = signs[:, columns].mean(0), signs[:, columns].std(0) + 1e-6
    found = logistic((signs[:, columns] - mean) / spread, right.astype(float), weights, ridge)
    result = np.zeros(len(NAMES) + 1)
    result[columns] = found[:-1] / spread
    result[-1] = found[-1] - (found[:-1] * mean / spread).sum()
    return result


def measure(data: Examples, scores: Floats, directions: npt.NDArray[np.int64]) -> str:
    """Recall among the first ten claims, and the share of right directions among all answers."""
    hits = depth = 0
    for question, n_wanted in data.n_wanted.items():
        rows = np.nonzero(data.questions == question)[0]
        first = rows[np.argsort(-scores[rows], kind="stable")][:10]
        hits += min(10, n_wanted, len({data.golds[i] for i in first if data.answers[i] >= 0}))
        depth += min(10, n_wanted)
    told = data.answers >= 0
    return f"recall@10 {hits / depth:.3f}  directions {(directions[told] == data.answers[told]).mean():.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--out", type=Path, default=Path("kg/models/trace"))
    args = parser.parse_args()
    data = read_examples(args.corpus)
    scores, directions = np.zeros(len(data.answers)), np.zeros(len(data.answers), dtype=np.int64)
    full = np.hstack([data.signs, np.ones((len(data.signs), 1))])
    for story in sorted(set(data.stories)):
        rest, held = data.stories != story, data.stories == story
        bears, ways = fit(data, rest)
        scores[held], directions[held] = full[held] @ bears, (full[held] @ ways.T).argmax(1)
    print(f"{len(data.answers)} claims, {(data.answers >= 0).sum()} answers; each story by the others:")
    print(measure(data, scores, directions))
    bears, ways = fit(data, np.ones(len(data.answers), dtype=bool))
    named = (*NAMES, "constant")
    model = {
        "bears": _named(named, bears),
        "directions": {d.value: _named(named, w) for d, w in zip(DIRECTIONS, ways, strict=True)},
    }
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "model.json").write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")


def _named(names: tuple[str, ...], weights: Floats) -> dict[str, float]:
    return {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True) if weight}


if __name__ == "__main__":
    main()
