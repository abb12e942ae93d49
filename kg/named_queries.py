"""The queries that come with the ontology: documented questions in SPARQL, some with parameters, ``ontology/queries``.

A file begins with comments: ``# title (en): ...``, ``# columns: ...``, and for a parameter, written ``$name`` in the query,
``# param name (en): ...`` and ``# param name default: ...``. A value takes its place as a string.
"""

import re
from collections.abc import Mapping
from functools import cache

from kg.errors import QueryError
from kg.model import Record
from kg.sparql_text import fill_parameters
from kg.vocab import ontology_file

_NOTE = re.compile(
    r"# (?:title \((?P<title>\w+)\)|(?P<columns>columns)|param (?P<param>\w+) (?:\((?P<language>\w+)\)|default)): ?(?P<text>.*)"
)


class QueryParameter(Record):
    """A parameter: what it is, by language, and its value where none is given."""

    name: str
    descriptions: dict[str, str]
    default: str


class NamedQuery(Record):
    """A query with its name, its titles by language, the columns of its answer, and its parameters."""

    name: str
    titles: dict[str, str]
    columns: tuple[str, ...]
    parameters: tuple[QueryParameter, ...]
    text: str

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the query with values in the place of its parameters, defaults where none are given.

        Raises:
            QueryError: it has no such parameter.
        """
        known = {parameter.name: parameter.default for parameter in self.parameters}
        for name in values:
            if name not in known:
                msg = f'the query {self.name} has no parameter "{name}" ({", ".join(known) or "none"})'
                raise QueryError(msg)
        return fill_parameters(self.text, known | dict(values))


@cache
def named_queries() -> Mapping[str, NamedQuery]:
    """Return all of them by name, sorted."""
    files = [file for file in ontology_file("queries").iterdir() if file.name.endswith(".rq")]
    queries = [_read(file.name.removesuffix(".rq"), file.read_text(encoding="utf-8")) for file in files]
    return {query.name: query for query in sorted(queries, key=lambda query: query.name)}


def _read(name: str, text: str) -> NamedQuery:
    titles: dict[str, str] = {}
    descriptions: dict[str, dict[str, str]] = {}
    defaults: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    for note in filter(None, map(_NOTE.fullmatch, text.splitlines())):
        if note["title"]:
            titles[note["title"]] = note["text"]
        elif note["columns"]:
            columns = tuple(column.strip() for column in note["text"].split(","))
        elif note["language"]:
            descriptions.setdefault(note["param"], {})[note["language"]] = note["text"]
        else:
            defaults[note["param"]] = note["text"]
    parameters = tuple(
        QueryParameter(name=parameter, descriptions=said, default=defaults.get(parameter, ""))
        for parameter, said in descriptions.items()
    )
    return NamedQuery(name=name, titles=titles, columns=columns, parameters=parameters, text=text)
