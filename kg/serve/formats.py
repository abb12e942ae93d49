"""The formats of SPARQL answers: media types, the names used in addresses, and Oxigraph's writers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat

HTML = "text/html"


@dataclass(frozen=True)
class ResultFormat:
    """One way to write an answer; ``name`` is the value of ``format`` in an address, ``uri`` the W3C's name for it."""

    name: str
    media_types: tuple[str, ...]
    writer: QueryResultsFormat | RdfFormat
    uri: str


_FORMATS = "http://www.w3.org/ns/formats/"

SOLUTION_FORMATS = (
    ResultFormat(
        "json",
        ("application/sparql-results+json", "application/json"),
        QueryResultsFormat.JSON,
        f"{_FORMATS}SPARQL_Results_JSON",
    ),
    ResultFormat(
        "xml",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        QueryResultsFormat.XML,
        f"{_FORMATS}SPARQL_Results_XML",
    ),
    ResultFormat("csv", ("text/csv",), QueryResultsFormat.CSV, f"{_FORMATS}SPARQL_Results_CSV"),
    ResultFormat("tsv", ("text/tab-separated-values",), QueryResultsFormat.TSV, f"{_FORMATS}SPARQL_Results_TSV"),
)
"""For SELECT and ASK, the preferred first."""

GRAPH_FORMATS = (
    ResultFormat("turtle", ("text/turtle",), RdfFormat.TURTLE, f"{_FORMATS}Turtle"),
    ResultFormat("ntriples", ("application/n-triples", "text/plain"), RdfFormat.N_TRIPLES, f"{_FORMATS}N-Triples"),
    ResultFormat(
        "rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), RdfFormat.RDF_XML, f"{_FORMATS}RDF_XML"
    ),
    ResultFormat("jsonld", ("application/ld+json", "application/json"), RdfFormat.JSON_LD, f"{_FORMATS}JSON-LD"),
    ResultFormat("trig", ("application/trig",), RdfFormat.TRIG, f"{_FORMATS}TriG"),
    ResultFormat("nquads", ("application/n-quads",), RdfFormat.N_QUADS, f"{_FORMATS}N-Quads"),
)
"""For CONSTRUCT and DESCRIBE, the preferred first."""


def by_media_type(formats: tuple[ResultFormat, ...]) -> Mapping[str, ResultFormat]:
    """Return the format of each media type; the formats' main media types come first, in their order."""
    main = {item.media_types[0]: item for item in formats}
    return main | {media_type: item for item in formats for media_type in item.media_types}


def with_charset(media_type: str) -> str:
    """Return the value of Content-Type: UTF-8 is said where a reader might assume another encoding."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
