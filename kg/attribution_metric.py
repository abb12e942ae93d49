"""The metric of the German quotation data (Petersen-Frey & Biemann 2024), official and strict.

Groups are sets of token indices, as in the data's ``tokenIds``; this module knows neither texts nor models.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

import numpy as np
from scipy.optimize import linear_sum_assignment

ROLES = ("addressee", "cue", "frame", "speaker")
PARTS = ("quote", *ROLES)

# Ties between quotes with the same overlap are broken by type, then by medium.
_TYPE_BONUS = 0.01
_MEDIUM_BONUS = 0.001
_RIGHT_CONTENT = 0.8
_RIGHT_SPEAKER = 0.5


@dataclass(frozen=True)
class QuoteGroup:
    """One annotation: the token indices of the quote and of its roles; an empty set where the text has none.

    ``type`` and ``medium`` are labels that are only compared with each other. The nesting marks take no part in the
    official figures.
    """

    quote: frozenset[int]
    addressee: frozenset[int] = frozenset()
    cue: frozenset[int] = frozenset()
    frame: frozenset[int] = frozenset()
    speaker: frozenset[int] = frozenset()
    type: str | None = None
    medium: str | None = None
    is_nested: bool = False
    has_nested: bool = False

    def part(self, name: str) -> frozenset[int]:
        """Return the tokens of the quote or of one role."""
        tokens: frozenset[int] = getattr(self, name)
        return tokens

    def moved(self, places: Mapping[int, int]) -> "QuoteGroup":
        """Return the group with other token indices; a token without a new one is left out."""

        def move(tokens: frozenset[int]) -> frozenset[int]:
            return frozenset(places[token] for token in tokens if token in places)

        return replace(
            self,
            quote=move(self.quote),
            addressee=move(self.addressee),
            cue=move(self.cue),
            frame=move(self.frame),
            speaker=move(self.speaker),
        )


@dataclass(frozen=True)
class Prf:
    """Precision, recall and their harmonic mean, each 0-1; 0 where nothing was counted."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Scores:
    """All figures of one comparison. ``tokens`` holds micro token figures for each part, over the union of its groups."""

    quote: Prf
    roles: Prf
    joint: Prf
    type: Prf
    medium: Prf
    is_nested: Prf
    has_nested: Prf
    tokens: Mapping[str, Prf]
    n_gold: int
    n_predicted: int


Pair = tuple[QuoteGroup | None, QuoteGroup | None]


def token_f1(predicted: frozenset[int], gold: frozenset[int]) -> float:
    """Return the harmonic mean of token precision and recall; 0 where either set is empty."""
    total = len(predicted) + len(gold)
    return 2 * len(predicted & gold) / total if total else 0.0


def pair_groups(predicted: Sequence[QuoteGroup], gold: Sequence[QuoteGroup], *, strict: bool = False) -> list[Pair]:
    """Pair the groups of one document one to one so that the sum of the quotes' token F1 is greatest.

    Args:
        predicted: what was found.
        gold: what is right.
        strict: take pairs apart whose quotes share no token.

    Returns:
        (predicted, gold) pairs; ``None`` stands for the missing side of a group that stays unpaired.
    """
    score = np.zeros((len(predicted), len(gold)))
    for row, left in enumerate(predicted):
        for column, right in enumerate(gold):
            overlap = token_f1(left.quote, right.quote)
            if overlap > 0:
                overlap += _TYPE_BONUS * (left.type == right.type) + _MEDIUM_BONUS * (left.medium == right.medium)
            score[row, column] = overlap
    rows, columns = linear_sum_assignment(score, maximize=True)
    matched = [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if not strict or score[r, c] > 0]
    paired_rows = {row for row, _ in matched}
    paired_columns = {column for _, column in matched}
    pairs: list[Pair] = [(predicted[row], gold[column]) for row, column in matched]
    pairs += [(group, None) for row, group in enumerate(predicted) if row not in paired_rows]
    pairs += [(None, group) for column, group in enumerate(gold) if column not in paired_columns]
    return pairs


def judge(predicted: Sequence[QuoteGroup], gold: Sequence[QuoteGroup]) -> list[bool]:
    """Say of each prediction of one document whether its content and speaker are right.

    The content is right from a token F1 of 0.8 with the gold quote that it is paired with, the speaker from one of 0.5, or
    where both have none.
    """
    partner = {id(left): right for left, right in pair_groups(predicted, gold, strict=True) if left}
    return [_is_right(found, partner.get(id(found))) for found in predicted]


def _is_right(found: QuoteGroup, wanted: QuoteGroup | None) -> bool:
    if wanted is None or token_f1(found.quote, wanted.quote) < _RIGHT_CONTENT:
        return False
    return not (wanted.speaker or found.speaker) or token_f1(found.speaker, wanted.speaker) >= _RIGHT_SPEAKER


def mark_nesting(groups: Sequence[QuoteGroup]) -> list[QuoteGroup]:
    """Mark the groups of one document whose quote lies within another's, and those around them."""
    quotes = [group.quote for group in groups]
    return [
        replace(
            group,
            is_nested=any(group.quote < other for other in quotes),
            has_nested=any(other < group.quote for other in quotes),
        )
        for group in groups
    ]


@dataclass
class _Tally:
    """Precision and recall values of each part, and label counts, gathered over documents."""

    precision: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})
    recall: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})
    hits: Counter[str] = field(default_factory=Counter)
    n_predicted: int = 0
    n_gold: int = 0

    def add(self, left: QuoteGroup | None, right: QuoteGroup | None) -> None:
        for part in PARTS:
            found = left.part(part) if left else frozenset()
            wanted = right.part(part) if right else frozenset()
            if found:
                self.precision[part].append(len(found & wanted) / len(found))
            if wanted:
                self.recall[part].append(len(found & wanted) / len(wanted))
        self.n_predicted += left is not None
        self.n_gold += right is not None
        if left and right:
            self.hits["type"] += left.type == right.type
            self.hits["medium"] += left.medium == right.medium

    def mean(self, parts: Iterable[str]) -> Prf:
        names = list(parts)
        precision = [value for name in names for value in self.precision[name]]
        recall = [value for name in names for value in self.recall[name]]
        return Prf(fmean(precision) if precision else 0.0, fmean(recall) if recall else 0.0)

    def micro(self, label: str) -> Prf:
        return ratio(self.hits[label], self.n_predicted, self.n_gold)


def ratio(n_hits: int, n_predicted: int, n_gold: int) -> Prf:
    """Return micro precision and recall from counts; 0 where a denominator is 0."""
    return Prf(n_hits / n_predicted if n_predicted else 0.0, n_hits / n_gold if n_gold else 0.0)


def score_groups(
    documents: Iterable[tuple[Sequence[QuoteGroup], Sequence[QuoteGroup]]], *, strict: bool = False
) -> Scores:
    """Compare predicted with gold groups, document by document (``METRIC.md`` of the data).

    Args:
        documents: (predicted, gold) of each document.
        strict: pairs whose quotes share no token count as a miss and a false positive.
    """
    tally = _Tally()
    nested: Counter[tuple[str, str]] = Counter()
    tokens: Counter[tuple[str, str]] = Counter()
    for predicted, gold in documents:
        for left, right in pair_groups(predicted, gold, strict=strict):
            tally.add(left, right)
            nested.update(_nesting_counts(left, right))
        for part in PARTS:
            found = frozenset().union(*(group.part(part) for group in predicted))
            wanted = frozenset().union(*(group.part(part) for group in gold))
            tokens.update(
                {(part, "hit"): len(found & wanted), (part, "found"): len(found), (part, "gold"): len(wanted)}
            )

    def prf(counts: Counter[tuple[str, str]], name: str) -> Prf:
        return ratio(counts[name, "hit"], counts[name, "found"], counts[name, "gold"])

    return Scores(
        quote=tally.mean(["quote"]),
        roles=tally.mean(ROLES),
        joint=tally.mean(PARTS),
        type=tally.micro("type"),
        medium=tally.micro("medium"),
        is_nested=prf(nested, "is_nested"),
        has_nested=prf(nested, "has_nested"),
        tokens={part: prf(tokens, part) for part in PARTS},
        n_gold=tally.n_gold,
        n_predicted=tally.n_predicted,
    )


def _nesting_counts(left: QuoteGroup | None, right: QuoteGroup | None) -> Iterator[tuple[str, str]]:
    for name in ("is_nested", "has_nested"):
        found = left is not None and getattr(left, name)
        wanted = right is not None and getattr(right, name)
        if found:
            yield name, "found"
        if wanted:
            yield name, "gold"
        if found and wanted:
            yield name, "hit"


def calibration_error(scores: Sequence[float], right: Sequence[bool], n_bins: int = 10) -> float:
    """Return the expected calibration error: the mean gap between score and share of right ones, by equal-width bins.

    Naeini, Cooper & Hauskrecht 2015. Each bin weighs as many predictions as fall into it; 0 where there are none.
    """
    return sum(abs(mean - share) * n for _, n, mean, share in reliability(scores, right, n_bins)) / max(len(scores), 1)


def reliability(
    scores: Sequence[float], right: Sequence[bool], n_bins: int = 10
) -> list[tuple[float, int, float, float]]:
    """Return the reliability table: lower bound, count, mean score and share of right ones of each bin that is not empty."""
    table = []
    bins = [min(int(score * n_bins), n_bins - 1) for score in scores]
    for index in range(n_bins):
        members = [place for place, bin_index in enumerate(bins) if bin_index == index]
        if members:
            mean = fmean(scores[place] for place in members)
            table.append((index / n_bins, len(members), mean, fmean(right[place] for place in members)))
    return table
