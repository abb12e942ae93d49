"""Pin the floors in tests/eval/floors.json to what is measured now.

.venv/bin/python scripts/pin_floors.py [--allow-lower]
"""

import argparse
from pathlib import Path

from kg.evaluate import Floors, evaluate_corpus, floors_of, format_scores, raise_floors

FLOORS = Path("tests/eval/floors.json")
CORPUS = Path("corpus")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--allow-lower", action="store_true", help="lower floors where the figures are lower")
    args = parser.parse_args()
    results = evaluate_corpus(CORPUS)
    print(format_scores(results))
    floors = floors_of(results, CORPUS)
    if FLOORS.exists():
        floors = raise_floors(
            Floors.model_validate_json(FLOORS.read_text("utf-8")), floors, allow_lower=args.allow_lower
        )
    FLOORS.parent.mkdir(exist_ok=True)
    FLOORS.write_text(floors.model_dump_json(indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
