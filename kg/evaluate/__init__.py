"""Measuring: extraction and trace against articles read by hand, language pipelines against gold trees and entities."""

from kg.evaluate.certainty import CertaintyScores, evaluate_certainty, format_certainty_scores
from kg.evaluate.corpus import LanguageScores, Score, evaluate_corpus, format_scores
from kg.evaluate.errors import Fault, ItemError, find_errors, format_errors
from kg.evaluate.floors import Floors, floors_of, missed_floors, raise_floors, read_floors
from kg.evaluate.pipeline import PipelineScores, evaluate_pipeline, format_pipeline_scores
from kg.evaluate.search import SearchScores, evaluate_search, format_search_scores

__all__ = [
    "CertaintyScores",
    "Fault",
    "Floors",
    "ItemError",
    "LanguageScores",
    "PipelineScores",
    "Score",
    "SearchScores",
    "evaluate_certainty",
    "evaluate_corpus",
    "evaluate_pipeline",
    "evaluate_search",
    "find_errors",
    "floors_of",
    "format_certainty_scores",
    "format_errors",
    "format_pipeline_scores",
    "format_scores",
    "format_search_scores",
    "missed_floors",
    "raise_floors",
    "read_floors",
]
