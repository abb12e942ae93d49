"""RDF files: N-Quads, TriG and JSON-LD; and rdflib datasets."""

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO

import pyoxigraph
from rdflib import Dataset
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, RDF, SDO, SKOS, TIME, XSD

from kg.errors import InputError
from kg.model import Extraction, Review
from kg.rdf.jsonld import Context, frame
from kg.rdf.reading import read_extractions
from kg.rdf.terms import split_lines
from kg.rdf.writing import extraction_lines, review_lines
from kg.vocab import NAMESPACE, OA

PREFIXES: dict[str, str] = {
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "kg": NAMESPACE,
    "oa": str(OA),
    "org": str(ORG),
    "prov": str(PROV),
    "rdf": str(RDF),
    "schema": str(SDO),
    "skos": str(SKOS),
    "time": str(TIME),
    "xsd": str(XSD),
}


def write_nquads(extractions: Iterable[Extraction], out: IO[bytes], reviews: Iterable[Review] = ()) -> None:
    """Write N-Quads: document by document in the order given, the lines of each sorted, reviews last.

    Raises:
        InputError: see ``extraction_lines``; whole documents before the one at fault are written.
    """
    for lines in _line_groups(extractions, reviews):
        out.write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def write_trig(
    extractions: Iterable[Extraction], out: IO[bytes], reviews: Iterable[Review] = (), about: Iterable[str] = ()
) -> None:
    """Write TriG, one block a named graph, in the order given.

    ``about`` are lines of N-Quads that say something about the file, in a graph of their own.

    Raises:
        InputError: see ``extraction_lines``.
    """
    for prefix, namespace in sorted(PREFIXES.items()):
        out.write(f"@prefix {prefix}: <{namespace}> .\n".encode())
    for lines in _line_groups(extractions, reviews, about):
        quads = pyoxigraph.parse("\n".join(sorted(lines, key=_graph_first)), format=pyoxigraph.RdfFormat.N_QUADS)
        block = BytesIO()
        pyoxigraph.serialize(quads, block, format=pyoxigraph.RdfFormat.TRIG, prefixes=PREFIXES)
        for line in block.getvalue().splitlines(keepends=True):
            if not line.startswith(b"@prefix "):  # written above; the library's order differs from run to run
                out.write(line)


def write_jsonld(
    extractions: Iterable[Extraction], out: IO[bytes], reviews: Iterable[Review] = (), about: Iterable[str] = ()
) -> None:
    """Write one JSON-LD document, framed: what belongs to a record stands inside it.

    The context stands in the file, so that nothing has to be fetched. Claims are ``schema:Claim`` with author and
    appearance, as a ClaimReview's ``itemReviewed`` expects them. ``about`` as in ``write_trig``.

    Raises:
        InputError: see ``extraction_lines``.
    """
    context = Context.load()
    head = json.dumps(context.source, ensure_ascii=False, indent=1)
    out.write(f'{{"@context": {head},\n"@graph": ['.encode())
    separator = "\n"
    for lines in _line_groups(extractions, reviews, about):
        for graph in frame(split_lines("\n".join(lines)), context):
            out.write(f"{separator}{json.dumps(graph, ensure_ascii=False, indent=1)}".encode())
            separator = ",\n"
    out.write(b"\n]}\n")


def read_nquads(data: str | bytes) -> Iterator[Extraction]:
    """Read the records of every document from N-Quads, in the order of document identifiers.

    Raises:
        InputError: the data are not N-Quads in UTF-8, or not what ``write_nquads`` writes.
    """
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8")
        except UnicodeDecodeError as err:
            msg = f"N-Quads must be UTF-8, byte {err.start} is not"
            raise InputError(msg) from err
    return read_extractions(split_lines(data))


def to_dataset(extractions: Iterable[Extraction], reviews: Iterable[Review] = ()) -> Dataset:
    """Make an rdflib dataset of the records' graphs."""
    dataset = Dataset()
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    for lines in _line_groups(extractions, reviews):
        dataset.parse(data="\n".join((*lines, "")), format="nquads")
    return dataset


def from_dataset(dataset: Dataset) -> Iterator[Extraction]:
    """Read the records of every document from an rdflib dataset, in the order of document identifiers.

    Raises:
        InputError: the dataset is not what ``to_dataset`` makes.
    """
    return read_nquads(dataset.serialize(format="nquads"))


def _line_groups(
    extractions: Iterable[Extraction], reviews: Iterable[Review], about: Iterable[str] = ()
) -> Iterator[list[str]]:
    yield sorted(about)
    for extraction in extractions:
        yield extraction_lines(extraction)
    yield sorted(line for review in reviews for line in review_lines(review))


def _graph_first(line: str) -> tuple[str, str]:
    return line.rsplit(" ", 2)[1], line
