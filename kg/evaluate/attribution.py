"""Who says what, measured against gold of three kinds: German news, plain text with marked spans, speeches of the Bundestag."""

from pathlib import Path

from kg.config import AttributionWeights
from kg.evaluate.attribution_news import evaluate_news, format_news_scores
from kg.evaluate.attribution_spans import evaluate_spans, format_span_scores
from kg.evaluate.attribution_speeches import evaluate_speeches, format_speech_scores
from kg.model import Record


def measure_attribution(
    gold: Path,
    scheme: str,
    *,
    method: str | None = None,
    weights: AttributionWeights = AttributionWeights.NEWS,
    predictions: Path | None = None,
) -> tuple[Record, str]:
    """Predict attributions and compare them with gold.

    Args:
        gold: what ``scheme`` says: a folder of documents (``news``, ``speeches``) or a file (``spans``).
        scheme: ``news``, ``spans`` or ``speeches``.
        method: ``tagger``, ``rules`` or ``both``; None for the best with the weights. ``spans`` measures the whole extraction.
        weights: what the tagger was trained on.
        predictions: where to write what was found, in the format of ``gold``.

    Returns:
        The figures, and the same in words.

    Raises:
        InputError: gold is missing or not of this format.
        LanguageError: the method needs weights that there are not.
    """
    if scheme == "spans":
        span_scores = evaluate_spans(gold, weights, predictions)
        return span_scores, format_span_scores(span_scores)
    if scheme == "speeches":
        speech_scores = evaluate_speeches(gold, method, weights, predictions)
        return speech_scores, format_speech_scores(speech_scores)
    news_scores = evaluate_news(gold, method, weights, predictions)
    return news_scores, format_news_scores(news_scores)
