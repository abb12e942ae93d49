"""Train the static word vectors that the pipelines and the attribution tagger share.

Vectors are hashed (floret, Boyd & Warmerdam 2022): every word, also one never seen, gets the mean of its character
n-grams' rows, so a small table covers the compounds of German.

    python scripts/train_vectors.py de --out build/vectors

Writes ``<out>/<language>.floret`` (text), and ``<out>/<language>/`` which ``spacy.vectors.Vectors.from_disk`` reads.
Needs the package ``floret``, which is not needed at run time.
"""

import argparse
import gzip
import lzma
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import floret
import numpy as np
from spacy.strings import StringStore
from spacy.vectors import Vectors

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

# file: (share of its documents' paragraphs, how often); Wikipedia is closest to news, so the parliaments weigh less
MIXTURE: dict[str, dict[str, tuple[float, int]]] = {
    "de": {
        "raw/de/wikipedia-sample.txt.xz": (1.0, 1),
        "raw/de/klexikon-wikipedia.txt.xz": (0.4, 1),
        "raw/de/bundestag_wp20.txt.xz": (0.25, 1),
        "raw/de/bundestag_wp21.txt.xz": (0.25, 1),
        "raw/de/parlamint-at_2016-2022.txt.xz": (0.15, 1),
        "raw/de/codefor-blog.txt.xz": (1.0, 1),
        "silver/de-news.conllu.gz": (1.0, 2),
    },
    "en": {
        "raw/en/wikipedia-sample.txt.xz": (1.0, 1),
        "raw/en/wikipedia-sample2.txt.xz": (1.0, 1),
        "raw/en/us-presidential-speeches.txt.xz": (0.5, 1),
        "raw/en/digitalgov.txt.xz": (0.5, 1),
        "raw/en/state-dept-history.txt.xz": (1.0, 1),
        "raw/en/18f-blog.txt.xz": (0.5, 1),
        "raw/en/cia-factbook.txt.xz": (1.0, 1),
    },
}
ROWS = 25_000
DIMENSIONS = 80
N_GRAMS = (4, 5)
HASHES = 2

_TOKEN = re.compile(r"\w+(?:[-.'’]\w+)*|[^\w\s]")


def read_paragraphs(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a raw text, or the sentences of a CoNLL-U file."""
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8") as file:
            yield from file
    else:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (line.removeprefix("# text = ") for line in file if line.startswith("# text = "))


def write_text(language: str, path: Path) -> int:
    """Write the tokenised training text, one paragraph a line, and return its number of tokens."""
    n_tokens = 0
    with path.open("w", encoding="utf-8") as out:
        for name, (share, times) in MIXTURE[language].items():
            step = 0.0
            for paragraph in read_paragraphs(DATA / name):
                step += share
                if step < 1:
                    continue
                step -= 1
                tokens = _TOKEN.findall(paragraph)
                if len(tokens) < 4:
                    continue
                n_tokens += len(tokens) * times
                line = " ".join(tokens) + "\n"
                out.write(line * times)
    return n_tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=sorted(MIXTURE))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    start = time.time()
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        print(f"{write_text(args.language, text)} tokens, {time.time() - start:.0f} s", flush=True)
        model = floret.train_unsupervised(
            str(text),
            model="skipgram",
            mode="floret",
            hashCount=HASHES,
            bucket=ROWS,
            dim=DIMENSIONS,
            minn=N_GRAMS[0],
            maxn=N_GRAMS[1],
            minCount=5,
            neg=5,
            ws=4,
            epoch=args.epochs,
            lr=0.08,
            thread=args.threads,
            verbose=2,
        )
    floret_path = args.out / f"{args.language}.floret"
    model.save_floret_vectors(str(floret_path))
    lines = floret_path.read_text(encoding="utf-8").splitlines()
    rows, dimensions, minn, maxn, hash_count, seed, bow, eow = lines[0].split()
    table = np.array([line.split()[-int(dimensions) :] for line in lines[1:]], dtype="float32")
    vectors = Vectors(
        strings=StringStore(),
        mode="floret",
        data=table,
        minn=int(minn),
        maxn=int(maxn),
        hash_count=int(hash_count),
        hash_seed=int(seed),
        bow=bow,
        eow=eow,
    )
    vectors.to_disk(args.out / args.language)
    print(f"{rows} x {dimensions}, {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
