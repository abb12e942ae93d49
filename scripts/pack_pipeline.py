"""Export a trained network and write the whole pipeline to kg/models.

PYTHONPATH=. python scripts/pack_pipeline.py de --vectors build/vectors/de --lexicon build/lexicon-de --starts build/starts/de \
    --cache build/de.pickle --weights build/de.pt
"""

import argparse
import pickle
import tempfile
from pathlib import Path

import torch
from pipeline.network import Network
from pipeline.packing import allowed_features, pack, write_network
from pipeline.preparation import SILVER, sizes_of_weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path)
    parser.add_argument("--starts", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--bits", type=int, choices=(8, 16, 32), default=8)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    data = pickle.loads(args.cache.read_bytes())
    weights = torch.load(args.weights)
    network = Network(sizes_of_weights(data, weights))
    network.load_state_dict(weights)
    gold = [e for source, es in data.trees.items() if source not in SILVER for e in es]
    with tempfile.TemporaryDirectory() as folder:
        write_network(
            network, data.labels, data.letters, data.words, data.clusters, allowed_features(gold, data.labels),
            Path(folder), args.bits,
        )  # fmt: skip
        out = args.out or Path(__file__).resolve().parents[1] / "kg" / "models" / args.language
        pack(args.language, args.vectors, Path(folder), args.starts, args.lexicon, out)


if __name__ == "__main__":
    main()
