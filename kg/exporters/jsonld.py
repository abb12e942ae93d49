"""JSON-LD: claims as ``schema:Claim`` with author and appearance, provenance as PROV-O; the context stands in the file."""

from typing import IO

from kg import rdf
from kg.exporters.claim_map import ClaimMap


def write_jsonld(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the records and their reviews as one JSON-LD document.

    Raises:
        InputError: a passage is not what its document's text says.
    """
    rdf.write_jsonld(claim_map.extractions, out, claim_map.reviews)
