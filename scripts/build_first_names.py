"""Compute which first names are men's and which women's, from the openings of biographies in Wikipedia.

    .venv/bin/python scripts/build_first_names.py [--raw ../shared/data/raw]

Writes kg/data/first_names.txt: "m" or "f", then the names. German biographies say "ist ein Politiker" or "ist eine
Politikerin"; in English ones the pronouns of the first paragraphs are counted. A name is kept where it was seen at
least nine times of ten with one gender; it only guides the resolution of pronouns.
"""

import argparse
import lzma
import re
from collections import Counter, defaultdict
from pathlib import Path

GERMAN = re.compile(
    r"^([A-ZÄÖÜ][\w-]+) [A-ZÄÖÜ][^(\n]{1,50}\([^)\n]{0,200}\*[^)\n]*\) (?:war|ist) (ein|eine) (?!der |Fluss|Ort)"
)
ENGLISH = re.compile(
    r"^([A-Z][\w-]+) [A-Z][^(\n]{1,60}\([^)\n]{0,200}\b(?:born|[12]\d{3}\s?[–-])[^)\n]*\) (?:was|is) an? "
)
PRONOUNS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f", "hers": "f"}
MIN_SHARE = 0.9


def count_german(path: Path, counts: dict[str, Counter[str]]) -> None:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if match := GERMAN.match(line):
                counts[match[1]]["m" if match[2] == "ein" else "f"] += 1


def count_english(path: Path, counts: dict[str, Counter[str]]) -> None:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not (match := ENGLISH.match(line)):
                continue
            words = Counter(
                PRONOUNS[w] for w in re.findall(r"[a-z]+", (line + next(lines, "")).lower()) if w in PRONOUNS
            )
            if words and max(words.values()) >= MIN_SHARE * words.total():
                counts[match[1]][max(words, key=lambda gender: words[gender])] += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("../shared/data/raw"))
    parser.add_argument("--out", type=Path, default=Path("kg/data/first_names.txt"))
    args = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(args.raw.glob("de/*wikipedia*.xz")):
        count_german(path, counts)
    for path in sorted(args.raw.glob("en/*wikipedia*.xz")):
        count_english(path, counts)
    names = defaultdict(list)
    for name, genders in counts.items():
        gender, seen = genders.most_common(1)[0]
        if seen >= MIN_SHARE * genders.total():
            names[gender].append(name)
    args.out.write_text("".join(f"{g} {' '.join(sorted(names[g]))}\n" for g in "fm"), encoding="utf-8")
    print({gender: len(found) for gender, found in names.items()})


if __name__ == "__main__":
    main()
