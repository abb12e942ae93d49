"""Measuring extraction and trace against articles read by hand."""

from kg.evaluate.corpus import LanguageScores, Score, evaluate_corpus, format_scores
from kg.evaluate.floors import Floors, floors_of, missed_floors, raise_floors, read_floors

__all__ = [
    "Floors",
    "LanguageScores",
    "Score",
    "evaluate_corpus",
    "floors_of",
    "format_scores",
    "missed_floors",
    "raise_floors",
    "read_floors",
]
