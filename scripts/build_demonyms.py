"""Compute kg/data/demonyms.tsv: words for the people and things of a country, with its ISO 3166 code.

    python scripts/build_demonyms.py --data ../shared/data --wordnet /usr/share/wordnet

English adjectives and nouns are WordNet's pertainyms and derivations of a synset that names a CLDR territory; German
ones are Wiktionary's translations of them and its lemmas on the same synsets.
"""

import argparse
import json
import zipfile
from collections import defaultdict
from pathlib import Path

from babel import Locale
from build_concepts import WordNet, read_german_synsets

# words that mean something else more often, or several countries
LEFT_OUT = frozenset(
    {
        "turkey",
        "china",
        "georgian",
        "jordan",
        "indian",
        "american indian",
        "mali",
        "guinea",
        "chad",
        "columbian",
        "european",
    }
)
KEPT_ENGLISH = {"indian": "IN", "georgian": "GE"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--out", type=Path, default=Path("kg/data"))
    args = parser.parse_args()

    wordnet = WordNet(args.wordnet)
    territories = {
        name.lower().replace(" ", "_"): code
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha()
    }
    country_of = {}
    for synset, words in wordnet.words.items():
        for word in words:
            if synset[-1] == "n" and word.lower() in territories and wordnet.senses[word.lower(), "n"][0] == synset:
                country_of[synset] = territories[word.lower()]
    words_of: dict[str, set[str]] = defaultdict(set)
    synset_code: dict[str, str] = {}
    for synset in wordnet.words:
        targets = [t for t in wordnet.beside[synset] if t in country_of]
        if targets and synset[-1] == "a":
            synset_code[synset] = country_of[targets[0]]
            for target in wordnet.beside[synset]:
                if target[-1] == "n" and target not in country_of:
                    synset_code.setdefault(target, country_of[targets[0]])
    for synset, code in synset_code.items():
        words_of[code] |= {word.replace("_", " ").lower() for word in wordnet.words[synset] if word[0].isupper()}
    german = defaultdict(set)
    for (lemma, _), synsets in read_german_synsets(args.data / "bilingual/wordnet-de/wn-wikt-deu.tab").items():
        for synset in synsets:
            code = synset_code.get(wordnet.find(synset) or "")
            if code:
                german[code].add(lemma.lower())
    code_of_word = {word: code for code, words in words_of.items() for word in words}
    for name, nouns in (("de_noun_translations", True), ("de_adj_translations", False)):
        with zipfile.ZipFile(args.data / f"bilingual/wiktionary-de/{name}.zip") as archive:
            entries = json.loads(archive.read(archive.namelist()[0]))
        for lemma, uses in entries.items():
            for use in uses.values():
                for words in use.get("translations", {}).get("en", {}).values():
                    for word in words:
                        code = code_of_word.get(word.lower())
                        if code and word[0].isupper() and (not nouns or not lemma.endswith("isch")):
                            german[code].add(lemma.lower())
    for code, words in german.items():
        words_of[code] |= {word for word in words if len(word) > 3}
    known = set(territories)
    for code in words_of:
        plain = {word for word in words_of[code] if word not in LEFT_OUT and word.replace(" ", "_") not in known}
        words_of[code] = plain | {f"{word}s" for word in plain if word.endswith(("an", "i")) and word in code_of_word}
    for word, code in KEPT_ENGLISH.items():
        words_of[code].add(word)
    lines = ["\t".join([code, *sorted(words)]) for code, words in sorted(words_of.items()) if words]
    (args.out / "demonyms.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} countries, {sum(len(words) for words in words_of.values())} words")


if __name__ == "__main__":
    main()
