"""Examples for visitors: questions taken from what the store holds, and the queries that come with the ontology."""

from collections import Counter
from functools import cache

from rapidfuzz.fuzz import token_set_ratio

from kg.serve.snapshot import Snapshot
from kg.vocab import ontology_file

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


@cache
def example_queries(language: str) -> tuple[tuple[str, str], ...]:
    """Return the queries in ``ontology/queries``: title in a language, else name, and text, by name."""
    files = [file for file in ontology_file("queries").iterdir() if file.name.endswith(".rq")]
    texts = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(files, key=lambda file: file.name)]
    return tuple((_title(text, language) or name.removesuffix(".rq"), text) for name, text in texts)


def _title(query: str, language: str) -> str | None:
    """Return the title that a query's comments give in a language."""
    mark = f"# title ({language}):"
    return next((line.removeprefix(mark).strip() for line in query.splitlines() if line.startswith(mark)), None)
