"""The attribution of plain text, German and English, against marked spans: token F1 of cue, source and content."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from spacy.tokens import Doc

from kg.attribution_metric import ratio
from kg.config import AttributionWeights
from kg.errors import InputError
from kg.evaluate.attribution_parc import marked_spans
from kg.found import Found
from kg.ids import sha256_of
from kg.model import Document, Language, Record
from kg.pipeline import parse
from kg.stages.attribution import ATTRIBUTION
from kg.stages.entities import ENTITIES
from kg.stages.passages import PASSAGES

PARTS = ("cue", "source", "content")
_BATCH = 64

_Span = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]


class Spans(BaseModel):
    """One attribution: the character spans of each part, ends exclusive; empty where the text has none."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cue: tuple[_Span, ...] = ()
    source: tuple[_Span, ...] = ()
    content: tuple[_Span, ...] = ()


class Line(BaseModel):
    """One article, with its attributions where it is gold."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int
    language: Language
    text: str
    spans: tuple[Spans, ...] = ()


class PartScore(Record):
    """Precision, recall and F1, each 0-1, over tokens, and how many there are."""

    precision: float
    recall: float
    f1: float
    n_hits: int
    n_predicted: int
    n_gold: int


class SpanScores(Record):
    """Figures by language, then by part."""

    weights: str
    n_articles: dict[str, int]
    languages: dict[str, dict[str, PartScore]]


def evaluate_spans(path: Path, weights: AttributionWeights, predictions: Path | None = None) -> SpanScores:
    """Find the attributions of plain texts and compare them with marked ones.

    Args:
        path: one JSON object a line: ``id``, ``language``, ``text`` and, to compare with, ``spans``. The prediction looks
            at ``language`` and ``text`` alone.
        weights: which weights of the tagger are used, in the languages that have them.
        predictions: file to write the lines to, with what is found in place of ``spans``.

    Raises:
        InputError: the file cannot be read or a line is not of this format.
    """
    lines = read_lines(path)
    found: list[list[Spans]] = []
    counts: Counter[tuple[str, str, str]] = Counter()
    remaining = iter(lines)
    while batch := list(islice(remaining, _BATCH)):
        for line, (doc, spans) in zip(batch, _predict(batch, weights), strict=True):
            found.append(spans)
            counts.update(_count(line, doc, spans))
    if predictions is not None:
        _write(predictions, lines, found)
    languages = [language.value for language in Language if any(line.language is language for line in lines)]
    return SpanScores(
        weights=str(weights),
        n_articles={language: sum(line.language == language for line in lines) for language in languages},
        languages={language: {part: _score(counts, language, part) for part in PARTS} for language in languages},
    )


def read_lines(path: Path) -> tuple[Line, ...]:
    """Read a file of marked texts.

    Raises:
        InputError: the file cannot be read, is empty, or a line is not of this format.
    """
    expected = "expected an object with id, language, text and spans"
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        problem = getattr(err, "strerror", None) or "not UTF-8"
        raise InputError(f"{path}: {problem}, expected a file with one JSON object a line") from err
    lines = []
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            line = Line.model_validate_json(row)
        except ValidationError as err:
            problem = err.errors()[0]
            place = ".".join(str(part) for part in problem["loc"])
            raise InputError(f"{path}:{number}: {place + ': ' if place else ''}{problem['msg']}; {expected}") from err
        for spans in line.spans:
            for start, end in (*spans.cue, *spans.source, *spans.content):
                if not start < end <= len(line.text):
                    raise InputError(
                        f"{path}:{number}: no span of the text: {start} to {end}; it has {len(line.text)} characters"
                    )
        lines.append(line)
    if not lines:
        raise InputError(f"{path}: empty, {expected}")
    return tuple(lines)


def _predict(lines: Sequence[Line], weights: AttributionWeights) -> Iterator[tuple[Doc, list[Spans]]]:
    documents = [
        Document(
            document_id=f"line-{number}", language=line.language, text=line.text or " ", sha256=sha256_of(line.text)
        )
        for number, line in enumerate(lines)
    ]
    for document, doc in zip(documents, parse(documents, weights), strict=True):
        found = Found(document=document)
        for stage in (PASSAGES, ENTITIES, ATTRIBUTION):
            found = replace(found, **stage.run(doc, found))
        yield doc, [Spans(**parts) for parts in marked_spans(doc, found)]


def _count(line: Line, doc: Doc, found: Sequence[Spans]) -> Iterator[tuple[str, str, str]]:
    """Yield a hit, a prediction, a gold token for each word of the text that is one."""
    for part in PARTS:
        predicted = _words(doc, (span for spans in found for span in getattr(spans, part)))
        gold = _words(doc, (span for spans in line.spans for span in getattr(spans, part)))
        for name, words in (("hit", predicted & gold), ("found", predicted), ("gold", gold)):
            yield from ((line.language.value, part, name) for _ in words)


def _words(doc: Doc, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    inside = frozenset(at for start, end in spans for at in range(start, end))
    return frozenset(
        token.i
        for token in doc
        if not token.is_space and any(at in inside for at in range(token.idx, token.idx + len(token.text)))
    )


def _score(counts: Counter[tuple[str, str, str]], language: str, part: str) -> PartScore:
    n_hits, n_found, n_gold = (counts[language, part, name] for name in ("hit", "found", "gold"))
    value = ratio(n_hits, n_found, n_gold)
    return PartScore(
        precision=value.precision, recall=value.recall, f1=value.f1, n_hits=n_hits, n_predicted=n_found, n_gold=n_gold
    )


def _write(path: Path, lines: Sequence[Line], found: Sequence[Sequence[Spans]]) -> None:
    rows: list[dict[str, Any]] = [
        {**line.model_dump(mode="json", exclude={"spans"}), "spans": [one.model_dump(mode="json") for one in spans]}
        for line, spans in zip(lines, found, strict=True)
    ]
    try:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as err:
        raise InputError(f"{path}: cannot be written: {err.strerror or err}") from err


def format_span_scores(scores: SpanScores) -> str:
    """Say the figures in tables to read, in per cent."""
    lines = []
    for language, parts in scores.languages.items():
        n_articles = scores.n_articles[language]
        lines.append(f"{language}, {n_articles} text{'' if n_articles == 1 else 's'}, weights {scores.weights}")
        lines.append(f"  {'tokens':<10}{'F1':>7}{'P':>7}{'R':>7}{'found':>8}{'gold':>8}")
        lines += [
            f"  {name:<10}{100 * one.f1:7.1f}{100 * one.precision:7.1f}{100 * one.recall:7.1f}{one.n_predicted:8,}{one.n_gold:8,}"
            for name, one in parts.items()
        ]
    return "\n".join(lines)
