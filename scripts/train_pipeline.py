"""Train the network of a language pipeline (PyTorch); ``pack_pipeline.py`` puts it into ``kg/models``.

OMP_NUM_THREADS=1 PYTHONPATH=. python scripts/train_pipeline.py de --vectors build/vectors/de --minutes 60 --out build/de
"""

import argparse
from pathlib import Path

import torch
from pipeline.network import Network
from pipeline.preparation import SILVER, SOURCES, prepare, sizes_of
from pipeline.silver import correct
from pipeline.training import Plan, Pool, measure_entities, measure_trees, predict, train

TIMES = {"gsd-train-part": 8.0, "pud": 6.0, "lit": 1.5, "gum": 1.0, "ewt-train": 1.2}
ENTITY_TIMES = {"germeval": 1.0, "smartdata": 1.0, "wikigold": 3.0, "gum": 1.0, "re3d": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path, help="folder of the form table, for German")
    parser.add_argument("--cache", type=Path, required=True, help="keeps the prepared data in between runs")
    parser.add_argument("--out", type=Path, required=True, help="weights; written at every report")
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--learn-rate", type=float, default=0.002)
    parser.add_argument("--dropout", type=float, default=0.33)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--batch-words", type=int, default=1000)
    parser.add_argument("--silver-weight", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report-every", type=float, default=6)
    parser.add_argument(
        "--correct-silver", type=float, help="correct silver trees with --start-from's network, sure from here on"
    )
    parser.add_argument(
        "--more-entities", type=Path, help="sentences with entities, token TAB label, - where it is open"
    )
    parser.add_argument("--more-weight", type=float, default=0.3)
    parser.add_argument("--no-entities", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    data = prepare(args.language, args.vectors, args.lexicon, args.cache)
    labels = data.labels
    sizes = sizes_of(data, args.hidden, args.layers, max(SOURCES.values()) + 1)
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
    pools = []
    for source, examples in data.trees.items():
        for example in examples:
            example.weight = args.silver_weight if source in SILVER else 1.0
            example.source = SOURCES[source]
        pools.append(Pool(examples, TIMES.get(source, 1.0)))
    if not args.no_entities:
        pools += [Pool(examples, ENTITY_TIMES.get(source, 0.5)) for source, examples in data.entities.items()]
    quotes = {mark: data.form_ids[mark] for mark in '"„“”»«'}

    def report(trained: Network, when: str, final: bool) -> None:
        some = data.tree_dev if final else data.tree_dev[::2]
        scores = measure_trees(some, predict(trained, some, data.arrays, labels, trees=final), labels)
        shown = " ".join(f"{name} {value:.2f}" for name, value in scores.items())
        some = data.entity_dev if final else data.entity_dev[::3]
        results = predict(trained, some, data.arrays, labels, trees=False)
        kinds = range(4 if args.language == "de" else 3)
        shown += "  entities " + " ".join(f"{k} {v:.1f}" for k, v in measure_entities(some, results, kinds).items())
        if args.language == "de":
            shown += f" (PER LOC ORG {measure_entities(some, results, range(3))['F']:.1f})"
        print(when, shown, flush=True)

    plan = Plan(args.minutes, args.batch_words, args.learn_rate, args.seed, report_every=args.report_every)
    train(network, labels, data.arrays, pools, quotes, plan, report, args.out, {})


if __name__ == "__main__":
    main()
