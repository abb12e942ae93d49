"""Synthetic claims for `scripts/bench trace` and `scripts/bench search`: the corpus again and again, about other things.

Each copy of an article keeps its make-up, how many claims it has, who reports whom, what supports what, and has other
places, names, numbers and things: every concept is swapped for another one, drawn as often as words are in a language.
"""

import json
import random
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from babel import Locale

from kg.concepts import load_concepts
from kg.ingest import ingest
from kg.model import Extraction
from kg.pipeline import extract
from kg.search import ClaimIndex, PostingIndex, bag_of_claim
from kg.trace import trace
from kg.trace.question import read_question

_CONCEPT = re.compile(r'"((?:place|name|num):[^"/ ]+|[^" ]+\.[nvar])"')
_IDS = re.compile(r'"((?:document|claim|evidence|link|actor)-)([a-z0-9]{8,})"')
_KEPT = 0.5  # of the concepts of an article, as words are frequent
_SYLLABLES = ("ka", "lo", "mer", "ti", "von", "sa", "ri", "bel", "dor", "ne", "ul", "han")


class Swapper:
    """Swaps concepts, the same one for the same one throughout an article."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        table = load_concepts()
        self.words = {kind: [n for n in table.names if n.endswith(kind)] for kind in (".n", ".v", ".a", ".r")}
        self.weights = {k: np.cumsum([np.exp(-table.surprisal(n)) for n in names]) for k, names in self.words.items()}
        self.places = [f"place:{code}" for code in Locale("en").territories if len(code) == 2 and code.isalpha()]

    def __call__(self, text: str, number: int) -> str:
        swapped: dict[str, str] = {}

        def swap(found: re.Match[str]) -> str:
            concept = found[1]
            if concept not in swapped:
                swapped[concept] = concept if self.random.random() < _KEPT else self.other(concept)
            return f'"{swapped[concept]}"'

        return _CONCEPT.sub(swap, _IDS.sub(rf'"\g<1>\g<2>x{number}"', text))

    def other(self, concept: str) -> str:
        if concept.startswith("place:"):
            return self.random.choice(self.places)
        if concept.startswith("name:"):
            return "name:" + "".join(self.random.choices(_SYLLABLES, k=self.random.randint(2, 4)))
        if concept.startswith("num:"):
            return f"num:{self.random.randint(1, 10_000)}"
        kind = concept[-2:]
        at = np.searchsorted(self.weights[kind], self.random.random() * self.weights[kind][-1])
        return self.words[kind][int(at)]


def synthetic(corpus: Path, n_claims: int, seed: int = 1) -> Iterator[Extraction]:
    """Yield the articles of the corpus and copies about other things, until there are so many claims."""
    originals = list(extract(ingest([str(corpus)])))
    texts = [extraction.model_dump_json() for extraction in originals]
    swapper, total, number = Swapper(seed), 0, 0
    while total < n_claims:
        for extraction, text in zip(originals, texts, strict=True):
            yield Extraction.model_validate_json(swapper(text, number)) if number else extraction
            total += len(extraction.claims)
        number += 1


def questions(corpus: Path) -> list[str]:
    """Return the questions of the corpus, and its headlines."""
    asked = [
        q["text"] for file in sorted(corpus.glob("stories/*.json")) for q in json.loads(file.read_text())["questions"]
    ]
    rows = (json.loads(line) for line in (corpus / "manifest.jsonl").read_text().splitlines())
    return asked + [row["title"] for row in rows]


def bench_trace(corpus: Path, sizes: list[int], folder: Path) -> None:
    """Print milliseconds of a trace, library call on an open index, at each size: median, 95th percentile, worst."""
    asked = questions(corpus)
    for question in asked:  # the language pipelines and the words near those of the questions are loaded once
        trace(question, [])
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "claims.sqlite"
    file.unlink(missing_ok=True)
    index = ClaimIndex(file)
    source = synthetic(corpus, max(sizes))
    n = 0
    print("claims     documents  build s  median ms  p95 ms  worst ms  processor p95 ms")
    for size in sorted(sizes):
        start = time.perf_counter()
        while n < size and (extraction := next(source, None)) is not None:
            index.put(extraction)
            n += len(extraction.claims)
        index.flush()
        built = time.perf_counter() - start
        index.close()
        index = ClaimIndex(file, read_only=True)
        took, busy = [], []
        for question in asked:
            start, cpu = time.perf_counter(), time.process_time()
            trace(question, index)
            took.append((time.perf_counter() - start) * 1000)
            busy.append((time.process_time() - cpu) * 1000)
        row = (
            n,
            index.n_documents,
            built,
            np.median(took),
            np.percentile(took, 95),
            max(took),
            np.percentile(busy, 95),
        )
        print("{:9} {:10} {:8.0f} {:10.1f} {:7.1f} {:9.1f} {:17.1f}".format(*row), flush=True)
        index.close()
        index = ClaimIndex(file)


def bench_search(corpus: Path, sizes: list[int], folder: Path) -> None:
    """Print milliseconds of a search for a question, without its parsing, among so many sentences."""
    bags = [read_question(question).bag for question in questions(corpus)]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sentences.sqlite"
    file.unlink(missing_ok=True)
    originals = [bag_of_claim(c) for e in extract(ingest([str(corpus)])) for c in e.claims]
    swapper = Swapper(1)
    index = PostingIndex(sqlite3.connect(file, isolation_level=None))
    for bag in bags:
        index.search(bag, 10)
    print("sentences  build s  median ms  p95 ms  worst ms  processor p95 ms")
    for size in sorted(sizes):
        start = time.perf_counter()
        while index.n_rows < size:
            index.add({_other(concept, swapper): 1.0 for concept in bag} for bag in originals)
            if index.is_full:
                index.flush()
        index.flush()
        built = time.perf_counter() - start
        took, busy = [], []
        for bag in bags:
            start, cpu = time.perf_counter(), time.process_time()
            index.search(bag, 10)
            took.append((time.perf_counter() - start) * 1000)
            busy.append((time.process_time() - cpu) * 1000)
        row = (index.n_rows, built, np.median(took), np.percentile(took, 95), max(took), np.percentile(busy, 95))
        print("{:9} {:8.0f} {:10.1f} {:7.1f} {:9.1f} {:17.1f}".format(*row), flush=True)


def _other(concept: str, swapper: Swapper) -> str:
    kept = "/" in concept or swapper.random.random() < _KEPT
    return concept if kept else swapper.other(concept)
