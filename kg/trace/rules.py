"""Cues and words of the trace in one language (``kg/lang/trace.*.toml``)."""

import re
from functools import cache

from pydantic import BaseModel, ConfigDict

from kg.lang import load_rules


class TraceRules(BaseModel):
    """What the file of one language holds; its comments say what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    denial: tuple[str, ...]
    undercut: tuple[str, ...]
    official: tuple[str, ...]
    agency: tuple[str, ...]
    words: dict[str, str]
    certainties: dict[str, str]
    hedges: dict[str, str]
    modalities: dict[str, str]
    levels: dict[str, str]
    verdict: dict[str, str]
    reasons: dict[str, str]
    gaps: dict[str, str]


@cache
def load_trace_rules(language: str) -> TraceRules:
    """Load the rules of one language."""
    return load_rules("trace", language, TraceRules)


@cache
def cue_pattern(language: str, kind: str) -> re.Pattern[str]:
    """Return one list of cues (``denial``, ``undercut`` ...) as a single pattern."""
    return re.compile("|".join(f"(?:{cue})" for cue in getattr(load_trace_rules(language), kind)), re.IGNORECASE)


@cache
def agency_patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of agency credits; each has a group ``name``."""
    return tuple(re.compile(pattern, re.MULTILINE) for pattern in load_trace_rules(language).agency)
