"""Make the form table of a pipeline's lexicon component (German; English has none).

.venv/bin/python scripts/make_lexicon.py --out ../pl/lexicon-de
"""

import argparse
from pathlib import Path

from pipeline import corpora, lexicon


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    print(f"{lexicon.write_table(args.out / 'table.tsv.xz', corpora.trees('de')[0])} rows")


if __name__ == "__main__":
    main()
