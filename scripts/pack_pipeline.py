"""Put a trained syntax part and a trained entity part together into kg/models/<language>.

.venv/bin/python scripts/pack_pipeline.py en --syntax ../pl/en-syntax --entities ../pl/en-entities
"""

import argparse
from pathlib import Path

from pipeline import packing

MODELS = Path(__file__).resolve().parents[1] / "kg" / "models"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--syntax", type=Path, required=True)
    parser.add_argument("--entities", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path, help="folder with the table of scripts/make_lexicon.py")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    nlp = packing.assemble(args.syntax, args.entities, args.lexicon)
    out = args.out or MODELS / args.language
    packing.pack(nlp, out, "Universal Dependencies syntax, features, lemmas and named entities")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB, {', '.join(nlp.pipe_names)}")


if __name__ == "__main__":
    main()
