"""RDF terms as N-Quads text: how a value is written, and read again.

A term is a string here, exactly as it stands in canonical N-Quads. That is what makes sorted lines comparable and
reading quick: neither rdflib nor Oxigraph objects are built on the way. Numbers and times are written as Oxigraph
gives them back, so that a store's dump has the same bytes as a file written from records.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from rdflib.namespace import XSD

from kg.errors import InputError
from kg.model import DatePrecision, PartialDate

Quad = tuple[str, str, str, str]
"""Subject IRI, predicate IRI, object as N-Quads text, graph IRI."""

Nodes = dict[str, dict[str, list[str]]]
"""Subject IRI to predicate IRI to objects: terms in N-Quads text, IRIs of subject and predicate bare."""

_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)} | {
    ord("\b"): "\\b",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}
_UNESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")

_DATATYPE_OF = {
    DatePrecision.YEAR: XSD.gYear,
    DatePrecision.MONTH: XSD.gYearMonth,
    DatePrecision.DAY: XSD.date,
    DatePrecision.SECOND: XSD.dateTime,
}
_PRECISION_OF = {f"<{datatype}>": precision for precision, datatype in _DATATYPE_OF.items()}
_INTEGER = f"^^<{XSD.integer}>"
_BOOLEAN = {True: f'"true"^^<{XSD.boolean}>', False: f'"false"^^<{XSD.boolean}>'}
_DOUBLE = f"^^<{XSD.double}>"
_ZERO_OFFSET = re.compile(r"[+-]00:00$")


def iri(value: str) -> str:
    """Write an IRI."""
    return f"<{value}>"


def iri_of(term: str) -> str:
    """Read an IRI.

    Raises:
        InputError: the term is a literal or a blank node.
    """
    if not term.startswith("<"):
        msg = f"{term[:60]} is not an IRI"
        raise InputError(msg)
    return term[1:-1]


def text(value: str, datatype: str | None = None) -> str:
    """Write a literal; without a datatype it is a plain string."""
    quoted = f'"{value.translate(_ESCAPES)}"'
    return quoted if datatype is None else f"{quoted}^^<{datatype}>"


def text_of(term: str) -> str:
    """Read the words of a literal, whatever its datatype or language.

    Raises:
        InputError: the term is not a literal.
    """
    if not term.startswith('"'):
        msg = f"{term[:60]} is not a literal"
        raise InputError(msg)
    quoted = term[1 : term.rindex('"')]
    return _ESCAPED.sub(_unescape, quoted) if "\\" in quoted else quoted


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    return _UNESCAPES[code] if len(code) == 1 else chr(int(code[1:], 16))


def uri(value: str) -> str:
    """Write an address, as a literal: what people publish is not always a valid IRI."""
    return text(value, XSD.anyURI)


def integer(value: int) -> str:
    """Write a whole number."""
    return f'"{value}"{_INTEGER}'


def integer_of(term: str) -> int:
    """Read a whole number."""
    return int(text_of(term))


def boolean(value: bool) -> str:
    """Write a truth value."""
    return _BOOLEAN[value]


def boolean_of(term: str) -> bool:
    """Read a truth value."""
    return text_of(term) in ("true", "1")


def double(value: float) -> str:
    """Write a number, without exponent and without a trailing ``.0``."""
    digits = repr(value + 0.0)  # turns -0.0 into 0.0
    if "e" in digits:
        digits = f"{Decimal(digits):f}"
    return f'"{digits.removesuffix(".0")}"{_DOUBLE}'


def double_of(term: str) -> float:
    """Read a number."""
    return float(text_of(term))


def moment(value: datetime) -> str:
    """Write a date and time."""
    digits = _ZERO_OFFSET.sub("Z", value.isoformat())
    if value.microsecond:
        digits = re.sub(r"(\.\d*?)0+(?=$|[Z+-])", r"\1", digits)
    return text(digits, XSD.dateTime)


def moment_of(term: str) -> datetime:
    """Read a date and time."""
    return datetime.fromisoformat(text_of(term))


def date(value: PartialDate) -> tuple[str, str | None]:
    """Write a date; its datatype says how precise it is.

    Returns:
        The typed literal; and a plain one with the words as they were, where a store gives back others for the same
        moment (``+00:00`` becomes ``Z``, 24:00 the next day).
    """
    typed = text(_ZERO_OFFSET.sub("Z", value.value), _DATATYPE_OF[value.precision])
    changed = "T24:" in value.value or _ZERO_OFFSET.search(value.value)
    return typed, text(value.value) if changed else None


def date_of(term: str, as_written: str | None = None) -> PartialDate:
    """Read a date from the literals that ``date`` writes.

    Raises:
        InputError: the literal is not typed as a date.
    """
    precision = _PRECISION_OF.get(term.rpartition("^^")[2])
    if precision is None:
        msg = f'"{text_of(term)}" is not typed as a year, month, date or dateTime'
        raise InputError(msg)
    words = _ZERO_OFFSET.sub("Z", text_of(term)) if as_written is None else text_of(as_written)
    return PartialDate(value=words, precision=precision)


def split_lines(data: str) -> Iterator[Quad]:
    """Split canonical N-Quads into terms: subject, predicate, object, graph; the IRIs bare, the object as it stands.

    Lines outside a named graph are skipped.

    Raises:
        InputError: a line is not a quad, or its subject is a blank node.
    """
    for number, line in enumerate(data.split("\n"), 1):  # never splitlines: a literal may hold U+2028
        if not line or line.startswith("#"):
            continue
        try:
            subject, predicate, rest = line.split(" ", 2)
            obj, graph, _dot = rest.rsplit(" ", 2)
        except ValueError as err:
            msg = f"line {number}: not an N-Quads line: {line[:80]}"
            raise InputError(msg) from err
        if not subject.startswith("<"):
            msg = f"line {number}: the subject is not an IRI: {line[:80]}"
            raise InputError(msg)
        if graph.startswith("<") and not graph.endswith(("^^", '"')):
            yield subject[1:-1], predicate[1:-1], obj, graph[1:-1]


def add_triples(nodes: Nodes, data: str) -> None:
    """Add the triples of one graph, as canonical N-Triples, to nodes.

    Raises:
        InputError: a line is not a triple.
    """
    for line in data.split("\n"):
        if line:
            try:
                subject, predicate, rest = line.split(" ", 2)
            except ValueError as err:
                msg = f"not an N-Triples line: {line[:80]}"
                raise InputError(msg) from err
            nodes.setdefault(subject[1:-1], {}).setdefault(predicate[1:-1], []).append(rest[:-2])
