"""Train the parts of a language pipeline and pack them into kg/models.

OMP_NUM_THREADS=1 .venv/bin/python scripts/train_pipeline.py en syntax --minutes 10 --out build/en-syntax
"""

import argparse
import pickle
import random
from pathlib import Path

from pipeline import corpora, german, german_forms, names, training
from spacy.language import Language

WEIGHTS = {"gsd-train-part": 7.0, "pud": 5.0, "lit": 1.5, "de-news": 0.7, "de-wiki-bundestag": 0.5}
ENTITY_WEIGHTS = {"germeval": 2.0, "de-wiki-bundestag": 0.6, "wikigold": 3.0}


def enrich(
    gold: list[corpora.Sentence], silver: list[corpora.Sentence], cache: Path | None
) -> tuple[list[corpora.Sentence], list[corpora.Sentence]]:
    """Complete features and lemmas of the German trees."""
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())
    lexicon = german_forms.Lexicon.read(gold)
    result = [german.enrich(s, lexicon) for s in gold], [german.enrich(s, lexicon) for s in silver]
    if cache:
        cache.write_bytes(pickle.dumps(result))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("part", choices=("syntax", "entities"))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dropout", type=float, default=0.15)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--cache", type=Path, help="file to keep the completed German trees in between runs")
    parser.add_argument("--start-from", type=Path, help="go on from an earlier run")
    parser.add_argument("--batch-words", type=int, default=600)
    parser.add_argument("--learn-rate", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    vectors = args.vectors or Path("build/vectors") / args.language
    plan = training.Plan(
        args.language,
        args.part,
        args.minutes,
        vectors,
        batch_words=args.batch_words,
        start_from=args.start_from,
        learn_rate=args.learn_rate,
        seed=args.seed,
        depth=args.depth,
        dropout=args.dropout,
    )
    if args.part == "entities":
        sentences, dev = names.entities(args.language)
        by_source: dict[str, list[corpora.Sentence]] = {}
        for sentence in sentences:
            by_source.setdefault(sentence.source, []).append(sentence)
        data = [(part, ENTITY_WEIGHTS.get(source, 1.0), False) for source, part in by_source.items()]
    else:
        gold, silver, dev = corpora.trees(args.language)
        if args.language == "de":
            gold, silver = enrich(gold, silver, args.cache)
        by_source = {}
        for sentence in gold + silver:
            by_source.setdefault(sentence.source, []).append(sentence)
        data = [(part, WEIGHTS.get(source, 1.0), source == "gsd-train-part") for source, part in by_source.items()]
    rng = random.Random(0)

    def report(nlp: Language, when: str) -> None:
        examples = [training.make_doc(nlp, [s], rng, augment=False) for s in dev[: 400 if when != "end" else None]]
        scores = nlp.evaluate(examples, batch_size=64)
        names = (
            "pos_acc",
            "tag_acc",
            "morph_acc",
            "dep_uas",
            "dep_las",
            "lemma_acc",
            "sents_f",
            "ents_p",
            "ents_r",
            "ents_f",
            "speed",
        )
        shown = {n: round(scores[n], 4) for n in names if scores.get(n)}
        print(when, shown, flush=True)
        if when == "end":
            print(scores.get("ents_per_type"), flush=True)

    nlp = training.train(plan, data, report)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(args.out)


if __name__ == "__main__":
    main()
