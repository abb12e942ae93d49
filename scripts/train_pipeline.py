"""Train the network of a language pipeline (PyTorch); ``pack_pipeline.py`` puts it into ``kg/models``.

OMP_NUM_THREADS=1 PYTHONPATH=. python scripts/train_pipeline.py de --vectors build/vectors/de --words 6 --out build/de.pt
"""

import argparse
from pathlib import Path

import torch
from pipeline.examples import Example
from pipeline.network import Network
from pipeline.preparation import N_SOURCES, SILVER, SOURCES, prepare, sizes_of
from pipeline.silver import correct
from pipeline.training import Plan, Pool, measure_entities, measure_trees, predict, train

TIMES = {"gsd-dev": 8.0, "gsd-train-part": 3.0, "pud": 6.0, "lit": 1.5, "gum": 1.0, "ewt-train": 1.2, "ewt-dev": 1.2}
ENTITY_TIMES = {"germeval": 1.0, "smartdata": 1.0, "wikigold": 3.0, "gum": 1.0, "re3d": 1.0, "uner-dev": 2.0}
HELD_OUT = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2), "none": slice(0, 0)}
"""Which sentences of the development data are measured on; the others are trained on."""


def split(examples: list[Example], held_out: slice) -> tuple[list[Example], list[Example]]:
    """Return the examples to measure on (all of them where none is held out) and those to learn from."""
    kept = examples[held_out]
    out = {id(example) for example in kept}
    return kept or examples, [example for example in examples if id(example) not in out]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path, help="folder of the form table, for German")
    parser.add_argument("--cache", type=Path, required=True, help="keeps the prepared data in between runs")
    parser.add_argument("--out", type=Path, required=True, help="weights; written at every report")
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--words", type=float, default=6.0, help="millions of words to train on")
    parser.add_argument("--learn-rate", type=float, default=0.002)
    parser.add_argument("--dropout", type=float, default=0.33)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--batch-words", type=int, default=1000)
    parser.add_argument("--silver-weight", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report-every", type=float, default=0.5, help="millions of words")
    parser.add_argument(
        "--correct-silver", type=float, help="correct silver trees with --start-from's network, sure from here on"
    )
    parser.add_argument(
        "--more-entities", type=Path, help="sentences with entities, token TAB label, - where it is open"
    )
    parser.add_argument("--more-weight", type=float, default=0.3)
    parser.add_argument("--no-entities", action="store_true")
    parser.add_argument(
        "--held-out",
        choices=tuple(HELD_OUT),
        default="all",
        help="development sentences (of UNER too) not to learn from",
    )
    parser.add_argument(
        "--final-rate", type=float, default=0.03, help="share of the learning rate that is left at the end"
    )
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    data = prepare(args.language, args.vectors, args.lexicon, args.cache)
    labels = data.labels
    sizes = sizes_of(data, args.hidden, args.layers, N_SOURCES)
    network = Network(sizes, args.dropout)
    print(sum(p.numel() for p in network.parameters()), "weights;", {k: len(v) for k, v in data.trees.items()},
          {k: len(v) for k, v in data.entities.items()}, flush=True)  # fmt: skip
    if args.start_from:
        network.load_state_dict(torch.load(args.start_from), strict=False)
    if args.correct_silver:
        network.eval()
        for source in SILVER:
            data.trees[source], fates = correct(network, data.trees[source], data.arrays, labels, args.correct_silver)
            print(source, dict(fates), flush=True)
    if args.more_entities:
        data.add_entities(args.more_entities, args.vectors, args.lexicon, args.more_weight)
    tree_dev, entity_dev = data.tree_dev, data.entity_dev
    if args.held_out != "all":
        held_out = HELD_OUT[args.held_out]
        tree_dev, data.trees["gsd-dev" if args.language == "de" else "ewt-dev"] = split(tree_dev, held_out)
        if args.language == "en":
            entity_dev, data.entities["uner-dev"] = split(entity_dev, held_out)
    elif args.language == "de":
        # nothing has been learned of the way of GSD dev; PUD's is the nearest
        for example in tree_dev:
            example.source = SOURCES["pud"]
    pools = []
    for source, examples in data.trees.items():
        for example in examples:
            example.weight = args.silver_weight if source in SILVER else 1.0
            example.source = SOURCES[source]
        pools.append(Pool(examples, TIMES.get(source, 1.0)))
    if not args.no_entities:
        for source, examples in data.entities.items():
            for example in examples:
                example.source = SOURCES.get(source, example.source)
            pools.append(Pool(examples, ENTITY_TIMES.get(source, 0.5)))
    quotes = {mark: data.form_ids[mark] for mark in '"„“”»«'}

    def report(trained: Network, when: str, final: bool) -> None:
        some = tree_dev if final else tree_dev[::2]
        scores = measure_trees(some, predict(trained, some, data.arrays, labels, trees=final), labels)
        shown = " ".join(f"{name} {value:.2f}" for name, value in scores.items())
        some = entity_dev if final else entity_dev[::3]
        results = predict(trained, some, data.arrays, labels, trees=False)
        kinds = range(4 if args.language == "de" else 3)
        shown += "  entities " + " ".join(f"{k} {v:.1f}" for k, v in measure_entities(some, results, kinds).items())
        if args.language == "de":
            shown += f" (PER LOC ORG {measure_entities(some, results, range(3))['F']:.1f})"
        print(when, shown, flush=True)

    plan = Plan(
        int(args.words * 1e6),
        args.batch_words,
        args.learn_rate,
        args.seed,
        report_every=int(args.report_every * 1e6),
        final_rate=args.final_rate,
    )
    train(network, labels, data.arrays, pools, quotes, plan, report, args.out, {})


if __name__ == "__main__":
    main()
