"""What a SPARQL text asks for, told from its words without evaluating it, and small changes to such a text."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from urllib.parse import urlsplit

from kg.errors import QueryError

_GAP = r"(?:\s|#[^\n\r]*+)*+"  # white space and comments
# where no keyword can stand: strings, IRIs, comments
_OPAQUE = (
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*+"|\'(?:[^\'\\\n\r]|\\.)*+\'|<[^<>"{}|^`\\\x00-\x20]*+>|#[^\n\r]*+'
)
_SKIPPED = re.compile(_OPAQUE, re.DOTALL)
_TOKEN = re.compile(rf"(?P<opaque>{_OPAQUE})|(?P<name>[?$@]?[\w:][\w:.-]*+)|(?P<mark>[{{}};])", re.DOTALL)
_PARAMETER = re.compile(rf"(?P<opaque>{_OPAQUE})|\$(?P<name>\w+)", re.DOTALL)
_FROM = re.compile(r"(?<![\w?$:@.-])from(?![\w:-])", re.IGNORECASE)
_PROLOGUE = _GAP + r"(?:(?:prefix\s+[^\s:<>]*+:|base)" + _GAP + r"<[^<>\s]*+>" + _GAP + r")*+"
_UPDATE = re.compile(_PROLOGUE + r"(?:insert|delete|load|clear|drop|create|add|move|copy|with)\b", re.IGNORECASE)
_FORM = re.compile(_PROLOGUE + r"(select|ask|construct|describe)\b", re.IGNORECASE)
# the keyword, a variable, IRI or prefixed name, and for SERVICE an opening brace. Looked for in strings and comments as
# well: where these begin cannot be told without parsing ("<" may be less-than), and rather one query too many is refused
_ELSEWHERE = re.compile(r"(?:(?<![\w?$:@-])|(?<=\d))(?:service|load)", re.IGNORECASE)
_MAX_WORDS = 20  # each may cost a look at the whole query
_TARGET = _GAP + r"(?:silent" + _GAP + r")?(?P<target>[?$]\w+|<[^<>\s]*+>|[^\s{}<>:\"'#]*+:(?:\\.|[^\s{}<>#\\])*+)"
_SERVICE = re.compile(r"service" + _TARGET + _GAP + r"\{", re.IGNORECASE)
_LOAD = re.compile(r"load" + _TARGET, re.IGNORECASE)
# functions whose value is another each time
_FLEETING = re.compile(r"\b(?:now|rand|uuid|struuid|bnode|service)\b", re.IGNORECASE)


def query_form(sparql: str) -> str | None:
    """Return "select", "ask", "construct" or "describe"; None where the text begins otherwise."""
    found = _FORM.match(sparql)
    return found[1].casefold() if found else None


def is_update(sparql: str) -> bool:
    """Tell whether a text begins as a SPARQL update does."""
    return _UPDATE.match(sparql) is not None


def names_dataset(sparql: str) -> bool:
    """Tell whether a query has a FROM clause; Oxigraph asks the union of all graphs even then, if told to."""
    bare = _SKIPPED.sub(lambda found: "<>" if found[0].startswith("<") else " ", sparql)
    return _FROM.search(bare) is not None


def is_repeatable(sparql: str) -> bool:
    """Tell whether the same query over the same data surely has the same answer."""
    return _FLEETING.search(sparql) is None


def asks_elsewhere(sparql: str, allowed_hosts: Iterable[str] = ()) -> bool:
    """Tell whether a text may send a request, by SERVICE or LOAD, to another server than those allowed.

    A server that is given by a variable or a prefixed name is not an allowed one.
    """
    words = [found.start() for found in islice(_ELSEWHERE.finditer(sparql), _MAX_WORDS + 1)]
    if len(words) > _MAX_WORDS:
        return True
    allowed = {host.casefold() for host in allowed_hosts}
    for start in words:
        found = _SERVICE.match(sparql, start) or _LOAD.match(sparql, start)
        if found and _host_of(found["target"]) not in allowed:
            return True
    return False


def _host_of(target: str) -> str | None:
    try:
        parts = urlsplit(target[1:-1] if target.startswith("<") else "")
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def with_dataset(update: str, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> str:
    """Give an update the dataset that a request names (SPARQL 1.1 Protocol, section 2.2.3).

    Every DELETE or INSERT with a WHERE gets USING clauses. DELETE WHERE, which cannot have any, is written out.

    Raises:
        QueryError: the update names a dataset of its own, by USING or WITH, or a graph name is no IRI.
    """
    clauses = [f"USING <{graph}>" for graph in default_graphs] + [f"USING NAMED <{graph}>" for graph in named_graphs]
    if not clauses:
        return update
    if any(re.search(r"[<>\"{}|^`\\\x00-\x20]", graph) for graph in (*default_graphs, *named_graphs)):
        msg = "graph name: expected an IRI"
        raise QueryError(msg)
    using = " ".join(clauses)
    parts, position, depth, previous = [], 0, 0, ""
    for token in _TOKEN.finditer(update):
        if token["opaque"]:
            continue
        word = token[0].casefold()
        depth += (word == "{") - (word == "}")
        if depth == 0 and word in ("using", "with") and previous != "prefix":
            msg = "update: the request names a dataset, and so does the update by USING or WITH; expected one of them"
            raise QueryError(msg)
        if depth == 0 and word == "where":
            parts.append(update[position : token.start()])
            position = token.start()
            if previous == "delete":
                end = _end_of_group(update, token.end())
                parts.append(f"{update[token.end() : end]} ")
            parts.append(f"{using} ")
        previous = word
    return "".join([*parts, update[position:]])


def _end_of_group(text: str, start: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token["mark"]:
            depth += (token["mark"] == "{") - (token["mark"] == "}")
            if depth == 0:
                return token.end()
    return len(text)


def then(update: str, more: str) -> str:
    """Append an operation to an update, which may end with a semicolon or a comment, or hold no operation."""
    if not is_update(update):
        return more
    last = ""
    for token in _TOKEN.finditer(update):
        if not token[0].startswith("#"):
            last = token[0]
    return f"{update}\n{more}" if last == ";" else f"{update}\n;\n{more}"


def parameters_of(sparql: str) -> tuple[str, ...]:
    """Return the names of the parameters of a named query, ``$name``, in their order."""
    return tuple(dict.fromkeys(found["name"] for found in _PARAMETER.finditer(sparql) if found["name"]))


def fill_parameters(sparql: str, values: Mapping[str, str]) -> str:
    """Put values, as strings, in the place of parameters; those without a value stay."""

    def fill(found: re.Match[str]) -> str:
        name = found["name"]
        return found[0] if name is None or name not in values else quote_literal(values[name])

    return _PARAMETER.sub(fill, sparql)


def quote_literal(text: str) -> str:
    """Write a text as a SPARQL string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'
