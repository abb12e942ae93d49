"""What is noted of every write over HTTP: an activity of PROV-O, with who, when, how and on which graph."""

import hashlib
from datetime import UTC, datetime

from rdflib.namespace import DCTERMS, PROV, RDF, SDO

from kg.ids import make_id
from kg.rdf import terms
from kg.vocab import record_iri

_LONGEST = 4_000  # characters of an update that are kept; its hash tells which it was


def note_write(holder: str, method: str, text: str, graph: str | None, started: datetime) -> str:
    """Describe a write as N-Triples lines.

    Args:
        holder: the name of the key it was made with.
        method: "update", or a method of the graph store protocol.
        text: the update, or the graph that was sent.
        graph: which graph was written, where the request says so; an update says it in its text.
        started: when, with a time zone.
    """
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    started = started.astimezone(UTC)
    node = record_iri(make_id("write", holder, method, started.isoformat(), digest))
    agent = record_iri(make_id("keyholder", holder))
    about = [
        (node, RDF.type, terms.iri(PROV.Activity)),
        (node, PROV.startedAtTime, _moment(started)),
        (node, PROV.wasAssociatedWith, terms.iri(agent)),
        (node, SDO.name, terms.text(method)),
        (node, DCTERMS.identifier, terms.text(f"sha256:{digest}")),
        (agent, RDF.type, terms.iri(PROV.Agent)),
        (agent, SDO.name, terms.text(holder)),
    ]
    if graph is not None:
        about.append((node, PROV.generated, terms.iri(graph)))
    elif method == "update":
        about.append((node, DCTERMS.description, terms.text(text[:_LONGEST])))
    return "\n".join(f"<{subject}> <{prop}> {term} ." for subject, prop, term in about)


def _moment(moment: datetime) -> str:
    return f'"{moment.isoformat()}"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
