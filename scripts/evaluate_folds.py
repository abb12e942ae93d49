"""Measure a pipeline in two folds of the development trees, each by a network that learned from the other half.

    PYTHONPATH=. python scripts/evaluate_folds.py de --even build/de-even.pt --odd build/de-odd.pt --cache build/de.pickle \
        --vectors build/vectors/de --starts build/starts/de --lexicon build/lexicon-de

``--even`` and ``--odd`` are weights of ``train_pipeline.py --held-out even`` and ``odd``. Prints each half, and both added up.
"""

import argparse
import tempfile
from pathlib import Path

from pipeline.corpora import DATA
from pipeline.packing import pack_weights
from spacy.language import Language
from spacy.util import load_model_from_path

from kg.evaluate.corpus import Score
from kg.evaluate.pipeline import PipelineScores, Share, TreeScores, evaluate_pipeline, format_pipeline_scores
from kg.nlp import widen

TREES = {"de": DATA / "trees" / "de" / "gsd-dev.conllu", "en": DATA / "trees" / "en" / "ewt-dev.conllu"}
HALVES = {"even": 0, "odd": 1}


def write_half(path: Path, first: int, out: Path) -> None:
    """Write every second sentence of a CoNLL-U file, from the given one on."""
    sentences = path.read_text(encoding="utf-8").strip("\n").split("\n\n")
    out.write_text("\n\n".join(sentences[first::2]) + "\n\n", encoding="utf-8")


def add_scores(scores: list[Score]) -> Score:
    hits, predicted, gold = (
        sum(getattr(score, name) for score in scores) for name in ("n_hits", "n_predicted", "n_gold")
    )
    return Score(
        precision=hits / max(1, predicted), recall=hits / max(1, gold), f1=2 * hits / max(1, predicted + gold),
        n_hits=hits, n_predicted=predicted, n_gold=gold,
    )  # fmt: skip


def added(halves: list[TreeScores], file: str) -> TreeScores:
    """Add up the counts of both halves."""
    names = halves[0].measures
    shares = {}
    for name in names:
        right = sum(half.measures[name].n_right for half in halves)
        words = sum(half.measures[name].n_words for half in halves)
        shares[name] = Share(accuracy=right / words, n_right=right, n_words=words)
    moods = [half.subjunctive for half in halves if half.subjunctive]
    return TreeScores(
        file=file,
        n_sentences=sum(half.n_sentences for half in halves),
        n_words=sum(half.n_words for half in halves),
        measures=shares,
        subjunctive=add_scores(moods) if moods else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=tuple(TREES))
    parser.add_argument("--even", type=Path, required=True)
    parser.add_argument("--odd", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--starts", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path)
    args = parser.parse_args()
    halves = []
    for name, weights in (("even", args.even), ("odd", args.odd)):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / args.language
            pack_weights(args.language, args.vectors, args.cache, weights, args.starts, args.lexicon, out)

            def load(_: str, out: Path = out) -> Language:
                nlp = load_model_from_path(out)
                widen(nlp)
                return nlp

            half = Path(folder) / f"{TREES[args.language].stem}-{name}.conllu"
            write_half(TREES[args.language], HALVES[name], half)
            scores = evaluate_pipeline(args.language, trees=half, load=load)
        print(format_pipeline_scores(scores), "\n")
        halves += [scores.trees] if scores.trees else []
    both = added(halves, f"{TREES[args.language].name}, both halves")
    print(format_pipeline_scores(PipelineScores(language=args.language, trees=both)))


if __name__ == "__main__":
    main()
