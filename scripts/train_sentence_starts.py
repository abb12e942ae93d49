"""Train the component that finds sentences in raw text, and print figures.

.venv/bin/python scripts/train_sentence_starts.py de --out ../pl/sentence_starts/de

Logistic regression over named features (``kg.nlp.sentence_features``). Needs ``../shared/data``; three minutes.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import spacy
from pipeline.sentence_statistics import judge, sample_lines, word_table
from pipeline.sentence_texts import (
    Paragraphs,
    Text,
    break_unmarked,
    corpus_documents,
    is_marked,
    join,
    ntrex_documents,
    quotation_documents,
    tree_documents,
    vary,
)
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.language import Language
from spacy.tokens import Doc

from kg.lang import load_rules
from kg.nlp import load_pipeline
from kg.nlp.sentence_features import describe, find_places, is_excluded
from kg.nlp.sentence_starts import SentenceRules, SentenceStarts

SEED = 1
MIN_COUNT = 3
"""Places that a feature must occur at."""
PENALTY = 1.0
SMALLEST = 0.02
"""Weights below are left out."""
N_FOLDS = 6
N_RAW_LINES = 6000
SURE_WEIGHT = 0.3
"""Weight of a place of raw text where a place in a tree has one."""
N_VARIANTS = 2
Row = tuple[list[str], bool]
Finder = Callable[[str], list[tuple[int, int]]]


class Trainer:
    """Turns documents into rows of features, once, and fits weights to any choice of them."""

    def __init__(self, language: str, nlp: Language) -> None:
        self.language = language
        self.nlp = nlp
        rules = load_rules("nlp", language, SentenceRules)
        self.component = SentenceStarts(rules)
        self.component.words = word_table(language, rules.abbreviations)
        self.rows: dict[str, list[Row]] = {}
        self.sure: list[Row] = []

    def read(self, documents: Iterable[Paragraphs], *, silver: bool = False) -> None:
        """Add the rows of documents: as they are and in variants.

        Of silver documents nothing is learned after numbers: their splitter takes every number with a full stop for an
        ordinal ("im Jahr 1918. Er").
        """
        for document in documents:
            rng = random.Random(f"{SEED} {document.name} {document.paragraphs[0][0]}")
            texts = [join(document)] + [vary(document, self.language, rng) for _ in range(N_VARIANTS)]
            rows = self.rows.setdefault(document.name, [])
            for text in texts:
                rows.extend(row for row in self._rows(text) if not (silver and _follows_number(row)))

    def read_raw(self) -> None:
        """Add rows from raw text, of places where one side leaves no doubt about what the other then shows."""
        for text in sample_lines(self.language, N_RAW_LINES, SEED):
            doc = self.nlp.make_doc(text)
            words, gaps = [token.text for token in doc], [bool(token.whitespace_) for token in doc]
            begin = 0
            for place in find_places(words, gaps):
                starts = judge(words, place, begin, self.component.words)
                if starts is not None and not is_excluded(words, place, begin, self.component.words):
                    self.sure.append((describe(words, gaps, place, begin, self.component.words), starts))
                if starts:
                    begin = place.start

    def _rows(self, text: Text) -> Iterable[Row]:
        doc = self.nlp.make_doc(text.text)
        begins = {start for start, _ in text.spans}
        offsets = [token.idx for token in doc]
        words, gaps = [token.text for token in doc], [bool(token.whitespace_) for token in doc]
        begin = 0
        for place in find_places(words, gaps):
            starts = offsets[place.start] in begins
            if place.newlines < 2 and not is_excluded(words, place, begin, self.component.words):
                yield describe(words, gaps, place, begin, self.component.words), starts
            if starts or place.newlines > 1:
                begin = place.start

    def fit(self, leave_out: frozenset[str] = frozenset()) -> None:
        """Fit the component's weights to all documents but some."""
        rows = [row for name, own in sorted(self.rows.items()) if name not in leave_out for row in own]
        importance = np.ones(len(rows) + len(self.sure))
        importance[len(rows) :] = SURE_WEIGHT
        rows += self.sure
        counts = Counter(feature for features, _ in rows for feature in set(features))
        names = ["", *sorted(feature for feature, count in counts.items() if count >= MIN_COUNT)]
        index_of = {name: index for index, name in enumerate(names)}
        columns: list[int] = []
        ends = [0]
        for features, _ in rows:
            columns.append(0)
            columns.extend(index_of[feature] for feature in features if feature in index_of)
            ends.append(len(columns))
        matrix = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(names)))
        signs = np.array([1.0 if starts else -1.0 for _, starts in rows])

        def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
            margins = signs * (matrix @ weights)
            value = (importance * np.logaddexp(0, -margins)).sum() + PENALTY / 2 * (weights @ weights)
            slope = -signs * importance / (1 + np.exp(np.clip(margins, -50, 50)))
            return float(value), matrix.T @ slope + PENALTY * weights

        found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 150})
        self.component.weights = {
            name: round(float(weight), 2)
            for name, weight in zip(names, found.x, strict=True)
            if abs(weight) >= SMALLEST
        }


def _follows_number(row: Row) -> bool:
    return any(feature.startswith("p 9") for feature in row[0])


def spans_of(doc: Doc) -> list[tuple[int, int]]:
    """Return the sentences of a document without the blanks around them."""
    spans = []
    for sentence in doc.sents:
        own = sentence.text
        start = sentence.start_char + len(own) - len(own.lstrip())
        spans.append((start, start + len(own.strip())))
    return spans


def measure(find: Finder, texts: Sequence[Text]) -> tuple[float, float, list[str]]:
    """Return F1 of sentence spans, F1 of starts within a text, and the wrong places."""
    spans: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    wrong = []
    for text in texts:
        found, wanted = set(find(text.text)), set(text.spans)
        spans.update(both=len(found & wanted), all=len(found) + len(wanted))
        own, gold = {s for s, _ in found if s}, {s for s, _ in wanted if s}
        starts.update(both=len(own & gold), all=len(own) + len(gold))
        for place in sorted(own ^ gold):
            sign = "+" if place in own else "-"
            wrong.append(f"{sign} {text.text[max(0, place - 50) : place]!r} | {text.text[place : place + 40]!r}")
    return (*tuple(2 * c["both"] / max(1, c["all"]) for c in (spans, starts)), wrong)


def fives(documents: Iterable[Paragraphs]) -> list[Text]:
    """Return all sentences in groups of five, joined by a blank, as the old figures count."""
    sentences = [s for document in documents for paragraph in document.paragraphs for s in paragraph]
    return [join(Paragraphs("", (tuple(sentences[i : i + 5]),))) for i in range(0, len(sentences), 5)]


def measure_lines(find: Finder, documents: Iterable[Paragraphs], between: str) -> tuple[float, int, list[str]]:
    """Return the share of line ends that are found, how many there are, and the sentences that start elsewhere.

    A line may hold more than one sentence. Lines without an end mark are not counted: nothing shows their end.
    """
    hits = total = 0
    others = []
    for document in documents:
        text = join(document, between)
        starts = {start for start, _ in find(text.text)}
        gold = [start for start, _ in text.spans]
        for place in gold[1:]:
            if is_marked(text.text[:place]) or text.text[place - 1] == "\n":
                total += 1
                hits += place in starts
                if place not in starts:
                    others.append(f"- {text.text[max(0, place - 50) : place]!r} | {text.text[place : place + 40]!r}")
        others += [
            f"+ {text.text[max(0, place - 50) : place]!r} | {text.text[place : place + 40]!r}"
            for place in sorted(starts - set(gold))
        ]
    return hits / total, total, others


def layouts_of(documents: Sequence[Paragraphs], name: str, language: str) -> dict[str, list[Text]]:
    """Return the texts of documents in three layouts, by what the layout is called."""
    return {
        f"{name}, documents": [join(document) for document in documents],
        f"{name}, new line after unmarked": [break_unmarked(join(document)) for document in documents],
        f"{name}, groups of five": fives(documents),
        f"{name}, other layouts": [
            vary(document, language, random.Random(f"measure {document.name}")) for document in documents
        ],
    }


def report(name: str, find: Finder, texts: Sequence[Text], show: int) -> None:
    span, start, wrong = measure(find, texts)
    print(f"{name:34} spans {100 * span:6.2f}  starts {100 * start:6.2f}  wrong {len(wrong)}", flush=True)
    for line in wrong[:show]:
        print("   ", line)


def measure_all(find: Finder, language: str, show: int) -> None:
    """Print the figures that need no cross-validation."""
    sources = tree_documents(language)
    report("dev, groups of five", find, fives(sources["dev"]), show)
    if language == "en":
        report("dev, documents", find, [join(d) for d in sources["dev"]], show)
    for between, what in (("\n\n", "blank line"), ("\n", "new line")):
        share, total, others = measure_lines(find, ntrex_documents(language), between)
        n_others = sum(line[0] == "+" for line in others)
        print(f"NTREX, {what} after headline: {100 * share:.2f} of {total} line ends; starts elsewhere {n_others}")
        for line in others[: 10 * show]:
            print("   ", line)
    for name, text in corpus_documents(language):
        if show:
            print(name)
            for start, end in find(text):
                print("   ", text[start:end])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--out", type=Path, help="folder to write the component to")
    parser.add_argument("--old", action="store_true", help="measure the shipped pipeline's sentences instead")
    parser.add_argument("--folds", action="store_true", help="also cross-validate on news (en) or PUD (de)")
    parser.add_argument("--show", type=int, default=0, help="wrong places to print")
    args = parser.parse_args()
    shipped = load_pipeline(args.language)
    sources = tree_documents(args.language)
    held = sources["news" if args.language == "en" else "pud"]
    held_name = "GUM news" if args.language == "en" else "PUD"
    if args.old:
        keep = [
            n for n in shipped.pipe_names if n in ("sentence_limits", "sentence_starts", "tok2vec", "tagger", "parser")
        ]
        with shipped.select_pipes(enable=keep):
            for layout, texts in layouts_of(held, held_name, args.language).items():
                report(layout, lambda text: spans_of(shipped(text)), texts, args.show)
            measure_all(lambda text: spans_of(shipped(text)), args.language, args.show)
        return
    start = time.perf_counter()
    nlp = spacy.blank(args.language)
    nlp.tokenizer = shipped.tokenizer
    trainer = Trainer(args.language, nlp)
    print(
        f"{len(trainer.component.words.before)} words before, {len(trainer.component.words.after)} after a stop, "
        f"speech: {' '.join(sorted(trainer.component.words.speech))}; {time.perf_counter() - start:.0f} s"
    )
    for name, documents in sources.items():
        if name != "dev":
            trainer.read(documents)
    if args.language == "de":
        trainer.read(quotation_documents(), silver=True)
    trainer.read_raw()
    sure = Counter(starts for _, starts in trainer.sure)
    print(f"from raw text: {sure[True]} starts, {sure[False]} other places")

    def find(text: str) -> list[tuple[int, int]]:
        return spans_of(trainer.component(nlp.make_doc(text)))

    print(f"{sum(map(len, trainer.rows.values()))} places; {time.perf_counter() - start:.0f} s")
    if args.folds:
        cross_validate(trainer, find, held, held_name, args.show)
    trainer.fit()
    print(f"{len(trainer.component.weights)} weights; {time.perf_counter() - start:.0f} s")
    measure_all(find, args.language, args.show)
    if args.out:
        trainer.component.to_disk(args.out)
        print(f"{sum(p.stat().st_size for p in args.out.iterdir())} bytes in {args.out}")


def cross_validate(trainer: Trainer, find: Finder, held: Sequence[Paragraphs], name: str, show: int) -> None:
    """Print figures for documents each of which was left out of the training it is measured with."""
    answers: dict[str, list[tuple[int, int]]] = {}
    texts: dict[str, list[Text]] = {}
    for fold in range(N_FOLDS):
        own = [d for i, d in enumerate(held) if i * N_FOLDS // len(held) == fold]
        trainer.fit(frozenset(d.name for d in own))
        for layout, printed in layouts_of(own, name, trainer.language).items():
            texts.setdefault(layout, []).extend(printed)
            answers.update((text.text, find(text.text)) for text in printed)
    for layout, printed in texts.items():
        report(layout, answers.__getitem__, printed, show)


if __name__ == "__main__":
    main()
