"""JSON-LD: claims as ``schema:Claim`` with author and appearance, provenance as PROV-O; the context stands in the file."""

from collections.abc import Iterator
from typing import IO

from rdflib.namespace import DCTERMS, PROV, RDF, SDO, XSD

from kg import rdf
from kg.exporters.claim_map import ClaimMap
from kg.exporters.imprint import SOFTWARE
from kg.rdf import terms
from kg.vocab import record_iri


def write_jsonld(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the records and their reviews as one JSON-LD document.

    Raises:
        InputError: a passage is not what its document's text says.
    """
    rdf.write_jsonld(claim_map.extractions, out, claim_map.reviews, about_lines(claim_map))


def about_lines(claim_map: ClaimMap) -> Iterator[str]:
    """Yield N-Quads that say what the file holds, of when it is and how to cite it, in a graph of their own."""
    imprint = claim_map.imprint
    subject = record_iri(imprint.digest)
    said = [
        (RDF.type, terms.iri(str(SDO.Dataset))),
        (RDF.type, terms.iri(str(PROV.Entity))),
        (SDO.name, terms.text(claim_map.title)),
        (SDO.description, terms.text(imprint.scope)),
        (DCTERMS.bibliographicCitation, terms.text(imprint.citation)),
        (SDO.creator, terms.text(SOFTWARE)),
    ]
    if imprint.made is not None:
        said.append((DCTERMS.created, terms.text(imprint.made, str(XSD.date))))
    for prop, term in said:
        yield f"{terms.iri(subject)} {terms.iri(str(prop))} {term} {terms.iri(f'{subject}#about')} ."
