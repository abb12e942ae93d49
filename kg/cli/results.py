"""Answers to SPARQL queries as text: a table to read, or the W3C's formats."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.store import Solutions

SOLUTION_FORMATS = ("table", "json", "csv", "tsv", "xml")
_MAX_CELL = 100  # characters in a table to read; the other formats have all
GRAPH_FORMATS = ("turtle", "ntriples", "jsonld")


def render(results: "Solutions", result_format: str | None) -> str:
    """Render what a query found.

    Args:
        results: of SELECT or ASK, which can be written in ``SOLUTION_FORMATS``, or of CONSTRUCT or DESCRIBE, which can
            be written in ``GRAPH_FORMATS``.
        result_format: None takes the first of those.

    Raises:
        QueryError: the format is one of the other kind.
    """
    import pyoxigraph

    is_graph = isinstance(results, pyoxigraph.QueryTriples)
    formats = GRAPH_FORMATS if is_graph else SOLUTION_FORMATS
    chosen = result_format or formats[0]
    if chosen not in formats:
        kind = "a graph" if is_graph else "a table"
        raise QueryError(f'the query gives {kind}, which has no format "{chosen}" ({", ".join(formats)})')
    if chosen == "table":
        return "\n".join(_table(results))
    names = {"jsonld": "JSON_LD", "ntriples": "N_TRIPLES"}
    family = pyoxigraph.RdfFormat if is_graph else pyoxigraph.QueryResultsFormat
    stream = io.BytesIO()
    results.serialize(stream, getattr(family, names.get(chosen, chosen.upper())))
    return stream.getvalue().decode("utf-8").replace("\r\n", "\n").rstrip("\n")


def _table(results: "Solutions") -> Iterator[str]:
    import pyoxigraph

    if isinstance(results, pyoxigraph.QueryBoolean):
        yield "yes" if results else "no"
        return
    names = [variable.value for variable in results.variables]  # type: ignore[union-attr]  # triples are rendered elsewhere
    rows = [[_word(row[name]) for name in names] for row in results]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    for line in (names, ["-" * width for width in widths], *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _word(term: object) -> str:
    """Write a term as a reader wants it: a literal's text, cut where it is long, a record's identifier, else the IRI."""
    from kg.vocab import DATA

    value = "" if term is None else str(getattr(term, "value", term))
    word = " ".join(value.removeprefix(DATA).split())
    return word if len(word) <= _MAX_CELL else f"{word[: _MAX_CELL - 1].rstrip()}…"
