"""Examples for visitors: questions taken from what the store holds, and the queries that come with the ontology."""

from collections import Counter

from rapidfuzz.fuzz import token_set_ratio

from kg.named_queries import named_queries
from kg.serve.snapshot import Snapshot

_N_QUESTIONS = 4
_LONGEST = 90  # characters of a headline that still reads as a question
_ALIKE = 45  # of 100: headlines that share so many words are about the same story


def example_questions(snapshot: Snapshot, language: str) -> tuple[str, ...]:
    """Choose headlines to ask about: of the articles with the most claims, in one language, each of another story."""
    counts = Counter(
        {
            extraction.document.title: len(extraction.claims)
            for extraction in snapshot.extractions.values()
            if extraction.document.title and extraction.document.language == language and extraction.claims
        }
    )
    chosen: list[str] = []
    for title, _ in counts.most_common():
        if len(title) <= _LONGEST and all(token_set_ratio(title, other) < _ALIKE for other in chosen):
            chosen.append(title)
        if len(chosen) == _N_QUESTIONS:
            break
    return tuple(chosen)


def example_queries(language: str) -> tuple[tuple[str, str], ...]:
    """Return the queries in ``ontology/queries``, by name: title in a language, and text, parameters at their defaults."""
    return tuple((query.titles.get(language, query.name), query.fill({})) for query in named_queries().values())
