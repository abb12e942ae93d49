"""Claim maps for people and tools: one module a format, all in ``EXPORTERS``."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO

from kg.errors import InputError
from kg.exporters.argdown import write_argdown
from kg.exporters.canvas import write_canvas
from kg.exporters.claim_map import ClaimMap, build_claim_map
from kg.exporters.claimreview import FactCheck, write_claimreview
from kg.exporters.csv import write_csv, write_excel_csv
from kg.exporters.csv_network import write_edges_csv, write_nodes_csv
from kg.exporters.dot import write_dot
from kg.exporters.gexf import write_gexf
from kg.exporters.graphml import write_graphml
from kg.exporters.html import write_html
from kg.exporters.jsonld import write_jsonld
from kg.exporters.markdown import write_markdown
from kg.exporters.nanopub import write_nanopub
from kg.exporters.pdf import write_pdf, write_png
from kg.exporters.selection import select_claims
from kg.exporters.svg import write_svg
from kg.exporters.trig import write_trig
from kg.model import Direction, Extraction, Language, Review

__all__ = ["EXPORTERS", "ClaimMap", "Exporter", "FactCheck", "build_claim_map", "export", "select_claims"]


@dataclass(frozen=True)
class Exporter:
    """One format: how it is written, the suffix its files have, and its media type."""

    write: Callable[[ClaimMap, IO[bytes]], object]
    suffix: str
    media_type: str


EXPORTERS: dict[str, Exporter] = {
    "html": Exporter(write_html, ".html", "text/html; charset=utf-8"),
    "pdf": Exporter(write_pdf, ".pdf", "application/pdf"),
    "markdown": Exporter(write_markdown, ".md", "text/markdown; charset=utf-8"),
    "svg": Exporter(write_svg, ".svg", "image/svg+xml"),
    "png": Exporter(write_png, ".png", "image/png"),
    "dot": Exporter(write_dot, ".dot", "text/vnd.graphviz; charset=utf-8"),
    "graphml": Exporter(write_graphml, ".graphml", "application/graphml+xml"),
    "gexf": Exporter(write_gexf, ".gexf", "application/gexf+xml"),
    "canvas": Exporter(write_canvas, ".canvas", "application/json"),
    "argdown": Exporter(write_argdown, ".argdown", "text/plain; charset=utf-8"),
    "csv": Exporter(write_csv, ".csv", "text/csv; charset=utf-8"),
    "csv-excel": Exporter(write_excel_csv, ".csv", "text/csv; charset=utf-8"),
    "csv-nodes": Exporter(write_nodes_csv, ".csv", "text/csv; charset=utf-8"),
    "csv-edges": Exporter(write_edges_csv, ".csv", "text/csv; charset=utf-8"),
    "jsonld": Exporter(write_jsonld, ".jsonld", "application/ld+json"),
    "claimreview": Exporter(write_claimreview, ".jsonld", "application/ld+json"),
    "trig": Exporter(write_trig, ".trig", "application/trig"),
    "nanopub": Exporter(write_nanopub, ".trig", "application/trig"),
}
"""Every format by its name on the command line; of those with the same suffix, the first is meant by it."""


def export(
    extractions: Iterable[Extraction],
    out: IO[bytes],
    format_name: str,
    *,
    title: str | None = None,
    directions: Mapping[str, Direction] | None = None,
    question: str | None = None,
    claim_ids: Collection[str] | None = None,
    language: Language | None = None,
    reviews: Iterable[Review] = (),
    origins: Iterable[str] = (),
    gaps: Iterable[str] = (),
    made: date | None = None,
    actor: str | None = None,
    fact_check: FactCheck | None = None,
) -> None:
    """Write claims in one of the formats of ``EXPORTERS``; the same records give the same bytes.

    Args:
        extractions: the records; each document once.
        out: takes bytes, for every format; text is UTF-8.
        format_name: one of ``EXPORTERS``.
        title: heads a map; else the question, or the only document's title.
        directions: how claims bear on the question, best first; only these, their evidence and chains are written.
        question: what was asked; without ``directions`` nothing bears on it, and the map says so.
        claim_ids: write only these claims, their evidence and chains; else those of ``directions``, else all.
        language: of the words on a map; else the one that most documents are in.
        reviews: reviewers' decisions; those on other records are left out.
        origins: the independent origins behind the answer, each in words; at the head of HTML and SVG maps.
        gaps: what is missing, each in words; at the head of HTML and SVG maps.
        made: the day on which the file is made, for its imprint; else that of the last extraction.
        actor: names whose claims alone were asked for.
        fact_check: what a fact-checker found; for ``claimreview`` alone.

    Raises:
        InputError: there is no such format, or a passage is not what its document's text says (RDF formats), or
            there is a fact check that the format cannot say.
    """
    exporter = EXPORTERS.get(format_name)
    if exporter is None:
        msg = f'format "{format_name}" is not known ({", ".join(EXPORTERS)})'
        raise InputError(msg)
    if question is not None and directions is None:
        directions = {}
    if claim_ids is None and directions is not None:
        claim_ids = directions
    chosen = tuple(extractions) if claim_ids is None else select_claims(extractions, claim_ids)
    claim_map = build_claim_map(
        chosen,
        title=title,
        directions=directions,
        question=question,
        language=language,
        reviews=_reviews_of(chosen, reviews),
        origins=origins,
        gaps=gaps,
        made=made,
        actor=actor,
    )
    if fact_check is None:
        exporter.write(claim_map, out)
    elif format_name == "claimreview":
        write_claimreview(claim_map, out, fact_check)
    else:
        msg = f'format "{format_name}" cannot say what a fact check found; expected claimreview'
        raise InputError(msg)


def _reviews_of(extractions: Iterable[Extraction], reviews: Iterable[Review]) -> tuple[Review, ...]:
    known: set[str] = set()
    for extraction in extractions:
        known.add(extraction.document.document_id)
        known.update(actor.actor_id for actor in extraction.actors)
        known.update(claim.claim_id for claim in extraction.claims)
        known.update(item.evidence_id for item in extraction.evidence)
        known.update(link.link_id for link in extraction.links)
    return tuple(review for review in reviews if review.record_id in known)
