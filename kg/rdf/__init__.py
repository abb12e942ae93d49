"""Records to RDF and back, without loss and without blank nodes.

Each document fills two named graphs: ``urn:kg:<document>#claims`` (what was extracted) and
``urn:kg:<document>#provenance`` (how, when, by which version); reviews have a graph of their own. The same records
give the same bytes.
"""

from kg.rdf.formats import (
    PREFIXES,
    from_dataset,
    read_nquads,
    to_dataset,
    write_jsonld,
    write_nquads,
    write_trig,
)
from kg.rdf.reading import read_extraction, read_extractions, read_reviews
from kg.rdf.terms import split_lines
from kg.rdf.writing import extraction_lines, review_lines

__all__ = [
    "PREFIXES",
    "extraction_lines",
    "from_dataset",
    "read_extraction",
    "read_extractions",
    "read_nquads",
    "read_reviews",
    "review_lines",
    "split_lines",
    "to_dataset",
    "write_jsonld",
    "write_nquads",
    "write_trig",
]
