"""Documents with known sentences, and ways to print them as running text, for training and measuring sentence starts."""

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import corpora

N_QUOTATION_DOCUMENTS = {"train": 700, "dev": 150}
"""Documents of the German quotation data, the first of the silver news, in this order."""
QUOTE_STYLES = {
    "de": (("„", "“"), ('"', '"'), ("»", "«"), ("“", "”"), ("«", "»")),
    "en": (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’")),
}
_OPENING = re.compile(r"(?<![^\s(\[–—-])[\"„“”»«](?=\w)")
_CLOSING = re.compile(r"(?<=\S)[\"„“”»«](?!\w)")
_COMMA_OF_QUOTATION = re.compile(
    r",(?=[\"”’] (?:[A-Z]\w+ ){1,3}(?:said|says|added|asked|told|replied|wrote|explained|insisted)\b)"
)
_TITLE = re.compile(r"^\d+ - (.*) \(\d{4}-\d\d-\d\d\)")


@dataclass(frozen=True)
class Text:
    """Running text and where its sentences start and end, as spans without surrounding blanks."""

    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Paragraphs:
    """A document: paragraphs of sentences. ``name`` groups what must not be divided between training and test."""

    name: str
    paragraphs: tuple[tuple[str, ...], ...]


def plain(sentence: corpora.Sentence) -> str:
    return re.sub(r"\s+", " ", "".join(t.form + " " * t.space for t in sentence.tokens)).strip()


def in_order(sentences: Iterable[corpora.Sentence], name: str) -> Iterator[Paragraphs]:
    """Yield the documents of a source that marks documents and paragraphs."""
    paragraphs: list[list[str]] = []
    number = 0
    for sentence in sentences:
        if sentence.new_document and paragraphs:
            yield Paragraphs(f"{name} {number}", tuple(map(tuple, paragraphs)))
            paragraphs = []
            number += 1
        if not paragraphs or sentence.new_paragraph:
            paragraphs.append([])
        paragraphs[-1].append(plain(sentence))
    if paragraphs:
        yield Paragraphs(f"{name} {number}", tuple(map(tuple, paragraphs)))


def grouped(sentences: Sequence[str], name: str, size: int) -> Iterator[Paragraphs]:
    """Yield groups of sentences that have no order as documents of one paragraph."""
    for start in range(0, len(sentences), size):
        yield Paragraphs(f"{name} {start}", (tuple(sentences[start : start + size]),))


def tree_documents(language: str) -> dict[str, list[Paragraphs]]:
    """Return the documents of all trees by source; ``dev`` is for measuring only."""
    folder = corpora.DATA / "trees" / language
    if language == "en":
        result = {
            "ewt": list(in_order(corpora.read_conllu(folder / "ewt-train.conllu", merge=False), "ewt")),
            "dev": list(in_order(corpora.read_conllu(folder / "ewt-dev.conllu", merge=False), "dev")),
            "gum": [],
            "news": [],
        }
        for path in sorted((folder / "gum").glob("*.conllu")):
            documents = in_order(corpora.read_conllu(path, merge=False), path.stem)
            result["news" if "_news_" in path.stem else "gum"].extend(documents)
        return result
    read = {
        name: list(corpora.read_conllu(folder / f"{name}.conllu", merge=True))
        for name in ("gsd-train-part", "pud", "lit", "gsd-dev")
    }
    dev = [plain(s) for s in read["gsd-dev"]]
    return {
        "gsd": list(
            grouped([t for t in map(plain, read["gsd-train-part"]) if t not in set(dev)], "gsd", 4),
        ),
        "pud": list(in_order(read["pud"], "pud")),
        "lit": [
            replace(document, name=f"lit {index // 10}", paragraphs=(paragraph,))
            for document in in_order(read["lit"], "lit")
            for index, paragraph in enumerate(document.paragraphs)
        ],
        "dev": list(grouped(dev, "dev", 5)),
    }


def quotation_documents() -> list[Paragraphs]:
    """Return the German quotation data (Wikinews) as the silver trees part it, each with its title as headline."""
    folder = corpora.DATA / "attribution" / "german-news"
    titles = []
    for part, number in N_QUOTATION_DOCUMENTS.items():
        paths = sorted((folder / part).glob("*.json"))[:number]
        titles += [_TITLE.match(json.loads(path.read_text(encoding="utf-8"))["documentName"]) for path in paths]
    silver = corpora.read_conllu(corpora.DATA / "silver" / "de-news.conllu.gz", merge=True, silver=True)
    documents = []
    for document, title in zip(in_order(silver, "silver"), titles, strict=False):
        headline = ((title.group(1).strip(),),) if title else ()
        documents.append(replace(document, paragraphs=(*headline, *document.paragraphs)))
    return documents


def join(document: Paragraphs, between: str = "\n\n", sentence_end: str = " ") -> Text:
    """Print a document with its sentences unchanged."""
    text = ""
    spans = []
    for paragraph in document.paragraphs:
        for index, sentence in enumerate(paragraph):
            if text:
                text += sentence_end if index else between
            spans.append((len(text), len(text) + len(sentence)))
            text += sentence
    return Text(text, tuple(spans))


def is_marked(text: str) -> bool:
    """Tell whether a text ends with an end mark, whatever closes after it."""
    return text.rstrip().rstrip("\"'“”‘’»«)]")[-1:] in (".", "!", "?", "…")


def break_unmarked(text: Text) -> Text:
    """Put a new line after each sentence without an end mark: captions, lines of lists, mastheads."""
    letters = list(text.text)
    for _, end in text.spans:
        if end < len(letters) and letters[end] == " " and not is_marked(text.text[:end]):
            letters[end] = "\n"
    return Text("".join(letters), text.spans)


def vary(document: Paragraphs, language: str, rng: random.Random) -> Text:
    """Print a document in a layout and with quotation marks chosen by lot.

    Some quotations become questions or shouts ('"Yes?" Smith said'). Layouts: a paragraph a line, a sentence a line, all in one paragraph, lines broken at some width. One paragraph in
    six loses its last full stop, as headlines and list items have none, if a new line follows.
    """
    opening, closing = rng.choice(QUOTE_STYLES[language])
    restyle = rng.random() < 0.5
    layout = rng.choice(("lines", "lines", "sentences", "joined", "wrapped", "wrapped"))
    paragraphs = []
    for paragraph in document.paragraphs:
        sentences = []
        for sentence in paragraph:
            new = _COMMA_OF_QUOTATION.sub(lambda _: rng.choice(",,?!"), sentence)
            if restyle:
                new = _CLOSING.sub(closing, _OPENING.sub(opening, new))
            sentences.append(new)
        if layout == "lines" and rng.random() < 1 / 6 and sentences[-1].endswith("."):
            sentences[-1] = sentences[-1][:-1]
        paragraphs.append(tuple(sentences))
    changed = replace(document, paragraphs=tuple(paragraphs))
    if layout == "lines":
        return join(changed, "\n")
    if layout == "sentences":
        return join(changed, "\n\n", "\n")
    if layout == "joined":
        return join(changed, " ")
    return _wrap(join(changed), rng.randint(50, 95))


def _wrap(text: Text, width: int) -> Text:
    """Break lines at a width by turning blanks into new lines, so that spans stay."""
    letters = list(text.text)
    begin = 0
    blank = -1
    for index, letter in enumerate(letters):
        if letter == "\n":
            begin, blank = index + 1, -1
        elif letter == " ":
            blank = index
        if index - begin >= width and blank >= begin:
            letters[blank] = "\n"
            begin, blank = blank + 1, -1
    return Text("".join(letters), text.spans)


def corpus_documents(language: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of the articles of ``corpus/`` in split ``dev``."""
    folder = Path(__file__).resolve().parents[2] / "corpus"
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == "dev" and row["language"] == language:
            yield row["id"], (folder / row["file"]).read_text(encoding="utf-8").strip()


def ntrex_documents(language: str) -> list[Paragraphs]:
    """Return the news of NTREX: the first line of a document is its headline."""
    folder = corpora.DATA / "bilingual" / "ntrex"
    name = {"de": "newstest2019-ref.deu.txt", "en": "newstest2019-src.eng.txt"}[language]
    names = (folder / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").splitlines()
    lines: dict[str, list[str]] = {}
    for document, line in zip(names, (folder / name).read_text(encoding="utf-8").splitlines(), strict=True):
        lines.setdefault(document, []).append(re.sub(r"\s+", " ", line).strip())
    return [Paragraphs(document, ((own[0],), tuple(own[1:]))) for document, own in lines.items()]
