"""TriG: the named graphs of each document, as they are in the store, and one that describes the file."""

from typing import IO

from kg import rdf
from kg.exporters.claim_map import ClaimMap
from kg.exporters.jsonld import about_lines


def write_trig(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the records and their reviews as TriG.

    Raises:
        InputError: a passage is not what its document's text says.
    """
    rdf.write_trig(claim_map.extractions, out, claim_map.reviews, about_lines(claim_map))
