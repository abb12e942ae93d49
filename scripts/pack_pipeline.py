"""Export a trained network and write the whole pipeline to kg/models.

PYTHONPATH=. python scripts/pack_pipeline.py de --vectors build/vectors/de --lexicon build/lexicon-de --starts build/starts/de \
    --cache build/de.pickle --weights build/de.pt
"""

import argparse
from pathlib import Path

from pipeline.packing import pack_weights


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
    out = args.out or Path(__file__).resolve().parents[1] / "kg" / "models" / args.language
    pack_weights(args.language, args.vectors, args.cache, args.weights, args.starts, args.lexicon, out, args.bits)


if __name__ == "__main__":
    main()
