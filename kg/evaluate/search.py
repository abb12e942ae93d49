"""How often the right sentence is found for its translation: recall over parallel lines, and time a question."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from spacy.tokens import Doc

from kg.errors import InputError
from kg.model import Language, Record
from kg.nlp import load_pipeline
from kg.search import Bag, PostingIndex, bag_of_groups
from kg.stages.clauses import Tree
from kg.stages.meanings import concepts_of_tokens
from kg.trace.question import detect_language

_DEPTH = 1000
_TOLD_APART = 2_000  # characters by which the language of a file is told


class SearchScores(Record):
    """Recall at one and at five, mean reciprocal rank (each 0-1), and time a question.

    ``ms_per_question`` is by the clock, parsing included, ``ms_per_search`` without it; ``processor_ms`` is the processor
    time of a question, which does not count what else the machine does.
    """

    questions: Language
    sentences: Language
    n: int
    recall_at_1: float
    recall_at_5: float
    mrr: float
    ms_per_question: float
    ms_per_search: float
    processor_ms: float


def evaluate_search(questions: Path, sentences: Path) -> tuple[SearchScores, SearchScores]:
    """Look for each line of one file among all lines of the other, both ways; line n of both says the same.

    Args:
        questions: text in German or English, one sentence a line.
        sentences: the same sentences in the other language.

    Raises:
        InputError: a file cannot be read, has an empty line, or they have not as many lines as each other.
    """
    left, right = _read(questions), _read(sentences)
    if len(left) != len(right):
        msg = f"{sentences}: {len(right)} lines, expected {len(left)} as in {questions}"
        raise InputError(msg)
    read_left, read_right = _Lines(left), _Lines(right)
    return _measure(read_left, read_right), _measure(read_right, read_left)


class _Lines:
    """Parsed lines; ``ms`` and ``processor_ms`` are the time that parsing took, for each."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.language = detect_language(" ".join(lines)[:_TOLD_APART])
        pipeline = load_pipeline(self.language)
        pipeline(lines[0])
        start, busy = time.perf_counter(), time.process_time()
        self.bags = [bag_of_sentence(doc, self.language) for doc in map(pipeline, lines)]
        self.ms = (time.perf_counter() - start) * 1000 / len(lines)
        self.processor_ms = (time.process_time() - busy) * 1000 / len(lines)


def bag_of_sentence(doc: Doc, language: str) -> Bag:
    """Return the concepts of a parsed sentence."""
    return bag_of_groups(concepts_of_tokens(Tree(doc, language)))


def _read(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        msg = f"{path}: cannot be read: {getattr(err, 'strerror', None) or 'not UTF-8'}; expected one sentence a line"
        raise InputError(msg) from err
    if not lines:
        msg = f"{path}: empty, expected one sentence a line"
        raise InputError(msg)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            msg = f"{path}:{number}: empty line, expected a sentence"
            raise InputError(msg)
    return lines


def _measure(questions: _Lines, sentences: _Lines) -> SearchScores:
    index = PostingIndex(sqlite3.connect(":memory:"))
    index.add(sentences.bags)
    index.flush()
    start, busy = time.perf_counter(), time.process_time()
    ranks = []
    for n, bag in enumerate(questions.bags):
        found = [row for row, _ in index.search(bag, _DEPTH)]
        ranks.append(found.index(n) + 1 if n in found else 0)
    ms = (time.perf_counter() - start) * 1000 / len(ranks)
    processor_ms = (time.process_time() - busy) * 1000 / len(ranks)
    rank = np.array(ranks)
    return SearchScores(
        questions=questions.language,
        sentences=sentences.language,
        n=len(ranks),
        recall_at_1=float((rank == 1).mean()),
        recall_at_5=float(((rank >= 1) & (rank <= 5)).mean()),
        mrr=float(np.where(rank > 0, 1 / np.maximum(rank, 1), 0).mean()),
        ms_per_question=questions.ms + ms,
        ms_per_search=ms,
        processor_ms=questions.processor_ms + processor_ms,
    )


def format_search_scores(results: Sequence[SearchScores]) -> str:
    """Return the scores as a table of fixed-width text, a row for each direction."""
    rows = ["questions sentences     n  recall@1  recall@5    MRR  ms/question  of it search  processor ms"]
    rows += [
        f"{s.questions:9} {s.sentences:9} {s.n:5} {s.recall_at_1:9.3f} {s.recall_at_5:9.3f} {s.mrr:6.3f}"
        f" {s.ms_per_question:12.1f} {s.ms_per_search:13.1f} {s.processor_ms:13.1f}"
        for s in results
    ]
    return "\n".join(rows)
