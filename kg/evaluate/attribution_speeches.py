"""Who says what in speeches of the Bundestag, against the data of SpkAtt-2023: token F1 of cues and roles."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from kg.attribution_metric import QuoteGroup, ratio
from kg.config import AttributionWeights
from kg.evaluate.attribution_groups import Prediction
from kg.evaluate.attribution_news import Figure, best_method, predict_groups
from kg.model import Record
from kg.quotation_data import CUE, SPEECH_PARTS, TOPIC, read_speeches, write_speech

_ALL = "all"


class SpeechScores(Record):
    """Token figures of each part by the names of the data, and of all of them together."""

    method: str
    weights: str
    n_speeches: int
    n_words: int
    n_gold: int
    n_predicted: int
    parts: dict[str, Figure]


def evaluate_speeches(
    folder: Path, method: str | None, weights: AttributionWeights, predictions: Path | None = None
) -> SpeechScores:
    """Predict the annotations of speeches and compare them with those that are there.

    Args:
        folder: with files of the SpkAtt-2023 data, here or further down. Their ``Sentences`` are all that the prediction
            looks at.
        method: ``tagger``, ``rules`` or ``both``; None for the tagger where there are weights.
        weights: what the tagger was trained on.
        predictions: folder to write the speeches to, with the predicted annotations.

    Raises:
        InputError: there is nothing to read, or a file is not of this format.
        LanguageError: the method needs weights and there are none.
    """
    golds = read_speeches(folder)
    chosen = method or ("rules" if best_method(weights) == "rules" else "tagger")
    found = predict_groups(golds, chosen, weights)
    counts: Counter[tuple[str, str]] = Counter()
    for gold, document in zip(golds, found.documents, strict=True):
        _count(document, gold.groups, counts)
        if predictions is not None:
            write_speech(gold, [_without_stand_in(one.group) for one in document], predictions)
    return SpeechScores(
        method=chosen,
        weights="none" if chosen == "rules" else str(weights),
        n_speeches=len(golds),
        n_words=found.n_words,
        n_gold=sum(len(gold.groups) for gold in golds),
        n_predicted=sum(len(document) for document in found.documents),
        parts={name: _figure(counts, name) for name in (*SPEECH_PARTS.values(), _ALL)},
    )


def _count(found: Sequence[Prediction], gold: Sequence[QuoteGroup], counts: Counter[tuple[str, str]]) -> None:
    for part, name in SPEECH_PARTS.items():
        left = frozenset[int]().union(*(_without_stand_in(one.group).part(part) for one in found))
        right = frozenset[int]().union(*(_without_stand_in(group).part(part) for group in gold))
        for which in (name, _ALL):
            counts.update({(which, "hit"): len(left & right), (which, "found"): len(left), (which, "gold"): len(right)})


def _without_stand_in(group: QuoteGroup) -> QuoteGroup:
    """Empty a quote that is no message but stands for a topic or the cue itself."""
    if group.type not in (TOPIC, CUE):
        return group
    return QuoteGroup(frozenset(), group.addressee, group.cue, group.frame, group.speaker, group.type, group.medium)


def _figure(counts: Counter[tuple[str, str]], name: str) -> Figure:
    value = ratio(counts[name, "hit"], counts[name, "found"], counts[name, "gold"])
    return Figure(precision=value.precision, recall=value.recall, f1=value.f1)


def format_speech_scores(scores: SpeechScores) -> str:
    """Say the figures in a table to read, in per cent."""
    lines = [
        f"{scores.n_speeches:,} speeches, {scores.n_words:,} words, {scores.n_gold:,} cues in gold, "
        f"{scores.n_predicted:,} found; method {scores.method}, weights {scores.weights}",
        "",
        f"{'tokens':<10}{'F1':>7}{'P':>7}{'R':>7}",
    ]
    lines += [
        f"{name:<10}{100 * one.f1:7.1f}{100 * one.precision:7.1f}{100 * one.recall:7.1f}"
        for name, one in scores.parts.items()
    ]
    return "\n".join(lines)
