"""Nanopublications (nanopub.net guidelines): one a claim, each with assertion, provenance and publication info, in TriG."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO

import pyoxigraph
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SDO, XSD

from kg import rdf
from kg.exporters.claim_map import ClaimMap, ClaimNode
from kg.exporters.html_data import web_address
from kg.exporters.imprint import SOFTWARE
from kg.ids import make_id
from kg.model import Extraction
from kg.rdf import terms
from kg.vocab import CLAIMS, record_iri

NP = "http://www.nanopub.org/nschema#"
_PARTS = ("assertion", "provenance", "pubinfo")
_HAS = {"assertion": "hasAssertion", "provenance": "hasProvenance", "pubinfo": "hasPublicationInfo"}
_CLASSES = {"assertion": "Assertion", "provenance": "Provenance", "pubinfo": "PublicationInfo"}

Triple = tuple[str, str, str]


def write_nanopub(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write one nanopublication a claim.

    The assertion holds the claim's record, its actor, its passages and what is offered for or against it; the
    provenance says which article it was read in and how; the publication info when and by which software, and how to
    cite it.

    Raises:
        InputError: a passage is not what its document's text says.
    """
    prefixes = rdf.PREFIXES | {"np": NP, "rdfs": str(RDFS)}
    for prefix, namespace in sorted(prefixes.items()):
        out.write(f"@prefix {prefix}: <{namespace}> .\n".encode())
    nodes_of: dict[str, list[ClaimNode]] = defaultdict(list)
    for node in claim_map.claims:
        nodes_of[node.document.document_id].append(node)
    for extraction in claim_map.extractions:
        described = _described(extraction)
        for node in nodes_of[extraction.document.document_id]:
            lines = "\n".join(_lines(claim_map, extraction, node, described))
            block = BytesIO()
            quads = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)
            pyoxigraph.serialize(quads, block, format=pyoxigraph.RdfFormat.TRIG, prefixes=prefixes)
            out.write(b"\n")
            # written above; the library's order differs from run to run
            out.writelines(
                line for line in block.getvalue().splitlines(keepends=True) if not line.startswith(b"@prefix ")
            )


def _described(extraction: Extraction) -> dict[str, list[Triple]]:
    """Return what is said of each node in the graph of a document's claims."""
    described: dict[str, list[Triple]] = defaultdict(list)
    for subject, prop, term, graph in terms.split_lines("\n".join(rdf.extraction_lines(extraction))):
        if graph.endswith(CLAIMS):
            described[subject].append((subject, prop, term))
    return described


def _lines(
    claim_map: ClaimMap, extraction: Extraction, node: ClaimNode, described: dict[str, list[Triple]]
) -> Iterator[str]:
    claim_id = node.claim.claim_id
    base = record_iri(make_id("nanopub", claim_id))
    graphs = {part: f"{base}#{part}" for part in _PARTS}
    head: list[Triple] = [(base, str(RDF.type), terms.iri(f"{NP}Nanopublication"))]
    for part, graph in graphs.items():
        head.append((base, f"{NP}{_HAS[part]}", terms.iri(graph)))
        head.append((graph, str(RDF.type), terms.iri(f"{NP}{_CLASSES[part]}")))
    yield from _quads(head, f"{base}#Head")
    yield from _quads(_assertion(claim_map, claim_id, extraction, described), graphs["assertion"])
    yield from _quads(_provenance(extraction, graphs["assertion"]), graphs["provenance"])
    yield from _quads(_pubinfo(claim_map, node, base), graphs["pubinfo"])


def _quads(triples: Iterable[Triple], graph: str) -> Iterator[str]:
    for subject, prop, term in sorted(set(triples)):
        yield f"{terms.iri(subject)} {terms.iri(prop)} {term} {terms.iri(graph)} ."


def _assertion(
    claim_map: ClaimMap, claim_id: str, extraction: Extraction, described: dict[str, list[Triple]]
) -> Iterator[Triple]:
    """Yield the claim with all that belongs to it; other claims and the document are only named."""
    document = record_iri(extraction.document.document_id)
    start = record_iri(claim_id)
    others = {record_iri(claim.claim_id) for claim in extraction.claims} - {start}
    links = [link.link_id for link in claim_map.links_on.get(claim_id, ())]
    waiting = [start, *map(record_iri, links)]
    seen = {document, *others}
    while waiting:
        subject = waiting.pop()
        if subject in seen:
            continue
        seen.add(subject)
        for triple in described.get(subject, ()):
            yield triple
            if triple[2].startswith("<"):
                waiting.append(terms.iri_of(triple[2]))


def _provenance(extraction: Extraction, assertion: str) -> Iterator[Triple]:
    document = extraction.document
    article = record_iri(document.document_id)
    run = f"{article}#extraction"
    software = record_iri(make_id("software", extraction.provenance.software))
    yield assertion, str(PROV.wasDerivedFrom), terms.iri(article)
    yield assertion, str(PROV.wasGeneratedBy), terms.iri(run)
    yield run, str(RDF.type), terms.iri(str(PROV.Activity))
    yield run, str(PROV.wasAssociatedWith), terms.iri(software)
    yield software, str(RDF.type), terms.iri(str(PROV.SoftwareAgent))
    yield software, str(SDO.name), terms.text(extraction.provenance.software)
    yield article, str(RDF.type), terms.iri(str(SDO.NewsArticle))
    if extraction.provenance.extracted is not None:
        yield assertion, str(PROV.generatedAtTime), terms.moment(extraction.provenance.extracted)
    if document.title:
        yield article, str(SDO.headline), terms.text(document.title)
    if document.publisher:
        yield article, str(DCTERMS.publisher), terms.text(document.publisher)
    if document.published is not None:
        yield article, str(SDO.datePublished), terms.text(document.published.value)
    if web_address(document.url):
        yield article, str(SDO.url), terms.uri(document.url or "")


def _pubinfo(claim_map: ClaimMap, node: ClaimNode, base: str) -> Iterator[Triple]:
    imprint = claim_map.imprint
    agent = record_iri(make_id("software", SOFTWARE))
    yield base, str(PROV.wasAttributedTo), terms.iri(agent)
    yield agent, str(RDF.type), terms.iri(str(PROV.SoftwareAgent))
    yield agent, str(SDO.name), terms.text(SOFTWARE)
    yield base, str(RDFS.label), terms.text(f"{node.voices[0].name}: {node.content}")
    yield base, str(DCTERMS.bibliographicCitation), terms.text(imprint.citation)
    yield base, str(DCTERMS.isPartOf), terms.iri(record_iri(imprint.digest))
    yield record_iri(imprint.digest), str(DCTERMS.description), terms.text(imprint.scope)
    if imprint.made is not None:
        yield base, str(DCTERMS.created), f'"{imprint.made}T00:00:00Z"^^{terms.iri(str(XSD.dateTime))}'
