"""The attribution of German news, against the German quotation data: official and strict figures, calibration, speed."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.attribution_metric import Scores, calibration_error, judge, mark_nesting, reliability, score_groups
from kg.config import AttributionWeights
from kg.evaluate.attribution_groups import Prediction, rule_groups, tag_groups
from kg.model import Language, Record
from kg.nlp import load_pipeline
from kg.quotation_data import MESSAGE, GoldDocument, make_doc, read_documents, token_places, write_predictions
from kg.stages.attribution_tagging import LEAST_SPEECH_SCORE
from kg.tagger import load_tagger

METHODS = ("tagger", "rules", "both")
"""What finds the attributions: the weights, the rules of syntax, or first the better and then the other where it is silent."""

_LANGUAGE = Language.DE
_SURE = 0.9  # score of the claims that a fact-checker asks for
_BATCH = 64


class Figure(Record):
    """Precision, recall and F1, each 0-1."""

    precision: float
    recall: float
    f1: float


class Bin(Record):
    """One line of the reliability table: the attributions with a score from ``low`` up to the next bin."""

    low: float
    n: int
    mean_score: float
    right: float


class Calibration(Record):
    """How far the score can be trusted as the share of right ones; ``sure`` are those scored 0.9 or more.

    An attribution is right where content (token F1 of at least 0.8) and speaker (at least 0.5) are.
    """

    error: float
    bins: tuple[Bin, ...]
    n_sure: int
    sure_right: float | None


class NewsScores(Record):
    """All figures of one comparison; the keys of ``official`` and ``strict`` are those of the metric, then tokens of each part.

    ``words_per_s`` is of the attribution alone by the clock, ``words_per_s_parsed`` with the language pipeline.
    """

    method: str
    weights: str
    n_documents: int
    n_words: int
    n_gold: int
    n_predicted: int
    official: dict[str, Figure]
    strict: dict[str, Figure]
    calibration: Calibration
    words_per_s: float
    words_per_s_parsed: float


@dataclass(frozen=True)
class Predictions:
    """What was found in each document, and how long it took."""

    documents: tuple[tuple[Prediction, ...], ...]
    n_words: int
    parsing_s: float
    attribution_s: float


def evaluate_news(
    folder: Path, method: str | None, weights: AttributionWeights, predictions: Path | None = None
) -> NewsScores:
    """Predict the annotations of a folder of documents and compare them with those that are there.

    Args:
        folder: with files in the format of the German quotation data. Their ``originalText`` and ``tokens`` are all that
            the prediction looks at.
        method: one of ``METHODS``; None for the best that there is for the weights.
        weights: what the tagger was trained on; the rules need none.
        predictions: folder to write the documents to, with the predicted annotations.

    Raises:
        InputError: there is nothing to read, or a file is not of this format.
        LanguageError: the method needs weights and there are none.
    """
    golds = read_documents(folder)
    chosen = method or best_method(weights)
    found = predict_groups(golds, chosen, weights)
    if predictions is not None:
        for gold, document in zip(golds, found.documents, strict=True):
            write_predictions(gold, [prediction.group for prediction in document], predictions)
    return _compare(golds, found, chosen, "none" if chosen == "rules" else str(weights))


def best_method(weights: AttributionWeights) -> str:
    """Return the method that is best on the development data with some weights."""
    return {AttributionWeights.NEWS: "tagger", AttributionWeights.SPEECHES: "both"}.get(weights, "rules")


def predict_groups(golds: Sequence[GoldDocument], method: str, weights: AttributionWeights) -> Predictions:
    """Find the attributions of documents, from their words and sentences alone."""
    tagger = None if method == "rules" else load_tagger(_LANGUAGE, weights)
    nlp = load_pipeline(_LANGUAGE)
    began = time.perf_counter()
    docs = list(nlp.pipe([make_doc(gold, nlp.vocab) for gold in golds], batch_size=_BATCH))
    parsed = time.perf_counter()
    by_rules = [rule_groups(doc, _LANGUAGE) if method != "tagger" else () for doc in docs]
    tagged = tag_groups(tagger, docs) if tagger is not None else [()] * len(docs)
    done = time.perf_counter()
    documents = []
    for gold, rules, learned in zip(golds, by_rules, tagged, strict=True):
        if weights is AttributionWeights.SPEECHES and method == "both":
            found = _add_new(rules, [_as_news(one) for one in learned if _is_sure_message(one)])
        else:
            found = _add_new(learned, rules)
        documents.append(_in_words(gold, found))
    n_words = sum(len(gold.words) for gold in golds)
    return Predictions(tuple(documents), n_words, parsed - began, done - parsed)


def _is_sure_message(found: Prediction) -> bool:
    return found.group.type == MESSAGE and found.score >= LEAST_SPEECH_SCORE


def _as_news(found: Prediction) -> Prediction:
    """Give a message found by weights from speeches, which know no types and media, those that are the most frequent."""
    return Prediction(replace(found.group, type="Indirect", medium="SW"), found.score)


def _in_words(gold: GoldDocument, found: Iterable[Prediction]) -> tuple[Prediction, ...]:
    """Bring predictions from a Doc's tokens to the data's words, sort them and mark their nesting."""
    word_at = {token: word for word, token in enumerate(token_places(gold))}
    moved = [Prediction(prediction.group.moved(word_at), prediction.score) for prediction in found]
    kept = [prediction for prediction in moved if prediction.group.quote]
    kept.sort(key=lambda one: (min(one.group.quote), -len(one.group.quote), sorted(one.group.quote)))
    marked = mark_nesting([one.group for one in kept])
    return tuple(Prediction(group, one.score) for group, one in zip(marked, kept, strict=True))


def _add_new(first: Sequence[Prediction], second: Sequence[Prediction]) -> list[Prediction]:
    """Add to the first findings those of the second whose content shares no word with theirs."""
    taken = frozenset(token for prediction in first for token in prediction.group.quote)
    return [*first, *(prediction for prediction in second if not prediction.group.quote & taken)]


def _compare(golds: Sequence[GoldDocument], found: Predictions, method: str, weights: str) -> NewsScores:
    pairs = [
        ([prediction.group for prediction in document], gold.groups)
        for document, gold in zip(found.documents, golds, strict=True)
    ]
    official = score_groups(pairs)
    scores = [prediction.score for document in found.documents for prediction in document]
    right = [verdict for predicted, groups in pairs for verdict in judge(predicted, groups)]
    return NewsScores(
        method=method,
        weights=weights,
        n_documents=len(golds),
        n_words=found.n_words,
        n_gold=official.n_gold,
        n_predicted=official.n_predicted,
        official=_figures(official),
        strict=_figures(score_groups(pairs, strict=True)),
        calibration=_calibration(scores, right),
        words_per_s=_per_second(found.n_words, found.attribution_s),
        words_per_s_parsed=_per_second(found.n_words, found.parsing_s + found.attribution_s),
    )


def _per_second(n_words: int, seconds: float) -> float:
    return round(n_words / seconds, 1) if seconds else 0.0


def _calibration(scores: Sequence[float], right: Sequence[bool]) -> Calibration:
    sure = [verdict for score, verdict in zip(scores, right, strict=True) if score >= _SURE]
    return Calibration(
        error=calibration_error(scores, right),
        bins=tuple(
            Bin(low=low, n=n, mean_score=mean, right=share) for low, n, mean, share in reliability(scores, right)
        ),
        n_sure=len(sure),
        sure_right=sum(sure) / len(sure) if sure else None,
    )


def _figures(scores: Scores) -> dict[str, Figure]:
    values = {
        "quote": scores.quote,
        "roles": scores.roles,
        "joint": scores.joint,
        "type": scores.type,
        "medium": scores.medium,
        "isNested": scores.is_nested,
        "hasNested": scores.has_nested,
    }
    values |= {f"tokens of {part}": value for part, value in scores.tokens.items()}
    return {name: Figure(precision=value.precision, recall=value.recall, f1=value.f1) for name, value in values.items()}


def format_news_scores(scores: NewsScores) -> str:
    """Say the figures in words and tables to read, in per cent."""
    lines = [
        f"{scores.n_documents:,} documents, {scores.n_words:,} words, {scores.n_gold:,} attributions in gold, "
        f"{scores.n_predicted:,} found; method {scores.method}, weights {scores.weights}",
        "",
        f"{'F1 (precision, recall)':<22}{'official':>22}{'strict':>22}",
    ]
    for name, official in scores.official.items():
        lines.append(f"{name:<22}{_in_per_cent(official):>22}{_in_per_cent(scores.strict[name]):>22}")
    found = scores.calibration
    lines += ["", f"score: expected calibration error {found.error:.3f}"]
    lines += [
        f"  from {one.low:.1f}: {one.n:5,}  mean {one.mean_score:.2f}  right {one.right:.2f}" for one in found.bins
    ]
    sure = "none" if found.sure_right is None else f"{found.n_sure:,}, right {100 * found.sure_right:.1f}"
    lines += [f"  scored {_SURE} or more: {sure}", ""]
    lines.append(
        f"speed: {scores.words_per_s:,.0f} words/s for the attribution, {scores.words_per_s_parsed:,.0f} with parsing"
    )
    return "\n".join(lines)


def _in_per_cent(figure: Figure) -> str:
    return f"{100 * figure.f1:.1f} ({100 * figure.precision:.1f}, {100 * figure.recall:.1f})"
