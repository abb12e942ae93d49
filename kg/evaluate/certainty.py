"""How well the levels of certainty rank English sentences that people have rated, after Pei & Jurgens (2021)."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from scipy.stats import spearmanr
from spacy.tokens import Doc

from kg.errors import InputError
from kg.found import Attribution, Found, TokenSpan
from kg.ids import sha256_of
from kg.model import Certainty, CertaintyLevel, ClaimType, Document, HedgeClass, Language, Record
from kg.nlp import load_pipeline
from kg.stages.certainty import judge_certainty

_RANKS: Mapping[CertaintyLevel, float] = {
    CertaintyLevel.CERTAIN: 4.0,
    CertaintyLevel.PROBABLE: 3.0,
    CertaintyLevel.UNKNOWN: 2.5,
    CertaintyLevel.POSSIBLE: 2.0,
    CertaintyLevel.DOUBTFUL: 1.0,
}
_PER_HEDGE = 0.25  # of two sentences of one level the one with more hedges sounds less sure
_SENTENCE, _RATING = "finding", "sentence-level-certainty"


class CertaintyScores(Record):
    """Rank correlation (Spearman's rho, -1 to 1) of our levels with ratings, and the mean rating of each level."""

    n_sentences: int
    spearman: float
    n_of_level: dict[CertaintyLevel, int]
    mean_rating: dict[CertaintyLevel, float]


def evaluate_certainty(path: Path) -> CertaintyScores:
    """Judge how sure sentences sound and compare with people's ratings.

    Args:
        path: JSON Lines with ``finding``, an English sentence, and ``sentence-level-certainty``, its rating.

    Raises:
        InputError: if the file cannot be read, or a line is no such object.
    """
    rows = list(_read(path))
    documents = load_pipeline(Language.EN).pipe(sentence for sentence, _ in rows)
    certainties = [_judge(doc) for doc in documents]
    ranks = [_rank(certainty) for certainty in certainties]
    ratings = [rating for _, rating in rows]
    counts = Counter(certainty.level for certainty in certainties)
    totals: Counter[CertaintyLevel] = Counter()
    for certainty, rating in zip(certainties, ratings, strict=True):
        totals[certainty.level] += rating  # type: ignore[assignment]
    levels = [level for level in _RANKS if counts[level]]
    return CertaintyScores(
        n_sentences=len(rows),
        spearman=float(spearmanr(ranks, ratings).statistic),
        n_of_level={level: counts[level] for level in levels},
        mean_rating={level: totals[level] / counts[level] for level in levels},
    )


def _read(path: Path) -> Iterator[tuple[str, float]]:
    expected = f'expected {{"{_SENTENCE}": "...", "{_RATING}": 1 to 6}}'
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: {getattr(error, 'strerror', None) or error}, expected JSON Lines of sentences"
        ) from None
    n_rows = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            sentence, rating = str(row[_SENTENCE]), float(row[_RATING])
        except (ValueError, KeyError, TypeError):
            raise InputError(f"{path}:{number}: not a rated sentence, {expected}") from None
        n_rows += 1
        yield sentence, rating
    if n_rows < 2:
        raise InputError(f"{path}: fewer than two sentences, {expected}")


def _judge(doc: Doc) -> Certainty:
    document = Document(document_id="sentence", language=Language.EN, text=doc.text, sha256=sha256_of(doc.text))
    whole = Attribution((TokenSpan(0, len(doc)),), ClaimType.DIRECT)
    found = Found(document=document, attributions=(whole,))
    (certainty,) = judge_certainty(doc, found)["certainties"]
    assert isinstance(certainty, Certainty)
    return certainty


def _rank(certainty: Certainty) -> float:
    hedges = sum(hedge.hedge_class is not HedgeClass.LEGAL for hedge in certainty.hedges)
    return _RANKS[certainty.level] - _PER_HEDGE * hedges


def format_certainty_scores(scores: CertaintyScores) -> str:
    """Return the scores as text, one level a line after the correlation."""
    rows = [
        f"Spearman's rho {scores.spearman:.3f} over {scores.n_sentences} sentences",
        "level     sentences  mean rating",
    ]
    rows += [
        f"{level:9} {n_sentences:9}  {scores.mean_rating[level]:11.2f}"
        for level, n_sentences in scores.n_of_level.items()
    ]
    return "\n".join(rows)
