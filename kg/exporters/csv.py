"""CSV: one claim a row, for spreadsheets."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from kg.exporters.claim_map import ClaimMap, ClaimNode, evidence_end, joined_words
from kg.model import EvidenceLink, Language

COLUMNS = (
    "number",
    "claim_id",
    "direction",
    "actor",
    "actor_kind",
    "organisation_kind",
    "actor_named",
    "actor_description",
    "chain",
    "type",
    "certainty",
    "hedges",
    "confidence",
    "content",
    "cue",
    "spoken",
    "spoken_date",
    "evidence",
    "links",
    "reviewed",
    "parent_id",
    "document_id",
    "title",
    "publisher",
    "published",
    "language",
    "url",
    "start",
    "end",
    "software",
    "pipeline",
    "exported",
    "scope",
    "cite_as",
)
"""Column names; values of closed sets are the records' own, so that both languages can be worked on together."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection; full-width forms are taken for these too
_WIDE_FORMULA_STARTS = ("＝", "＋", "－", "＠")
_JOINT = " | "
BYTE_ORDER_MARK = "\ufeff"


def write_csv(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write one row a claim, in UTF-8, fields separated by commas (RFC 4180).

    A cell that a spreadsheet would take for a formula begins with an apostrophe instead.
    """
    _write(claim_map, out, ",")


def write_excel_csv(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the same for Excel: with a byte order mark, and a German map with semicolons, as German Excel expects."""
    out.write(BYTE_ORDER_MARK.encode("utf-8"))
    _write(claim_map, out, ";" if claim_map.language is Language.DE else ",")


def _write(claim_map: ClaimMap, out: IO[bytes], separator: str) -> None:
    stream = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(stream, COLUMNS, delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(claim_map):
        writer.writerow({column: safe_cell(cell) for column, cell in row.items()})
    stream.detach()


def _rows(claim_map: ClaimMap) -> Iterator[dict[str, str]]:
    numbers = claim_map.numbers
    software = {item.document.document_id: item.provenance for item in claim_map.extractions}
    for node in claim_map.claims:
        provenance = software[node.document.document_id]
        yield _claim_cells(claim_map, node) | {
            "evidence": _JOINT.join(
                _evidence(claim_map, numbers, link) for link in claim_map.links_on.get(node.claim.claim_id, ())
            ),
            "links": _JOINT.join(
                f"{link.direction} {numbers[link.claim_id]}"
                for link in claim_map.links
                if link.evidence_claim_id == node.claim.claim_id
            ),
            "software": provenance.software,
            "pipeline": provenance.pipeline,
            "exported": claim_map.imprint.made or "",
            "scope": claim_map.imprint.scope,
            "cite_as": claim_map.imprint.citation,
        }


def _claim_cells(claim_map: ClaimMap, node: ClaimNode) -> dict[str, str]:
    claim, document, actor = node.claim, node.document, node.voices[0]
    spoken = claim.spoken
    passages = claim.assertion.passages
    return {
        "number": node.number,
        "claim_id": claim.claim_id,
        "direction": node.direction or "",
        "actor": actor.name,
        "actor_kind": actor.kind,
        "organisation_kind": actor.organisation_kind or "",
        "actor_named": "yes" if actor.named else "no",
        "actor_description": actor.description or "",
        "chain": claim_map.chain_words(node),
        "type": claim.type,
        "certainty": claim.certainty.level,
        "hedges": _JOINT.join(f"{hedge.passage.exact} ({hedge.hedge_class})" for hedge in claim.certainty.hedges),
        "confidence": f"{claim.confidence.value:.3f}",
        "content": node.content,
        "cue": joined_words([claim.cue]) if claim.cue else "",
        "spoken": spoken.passage.exact if spoken else "",
        "spoken_date": spoken.date.value if spoken and spoken.date else "",
        "reviewed": claim.reviewed or "",
        "parent_id": claim.parent_id or "",
        "document_id": document.document_id,
        "title": document.title or "",
        "publisher": document.publisher or "",
        "published": document.published.value if document.published else "",
        "language": document.language,
        "url": document.url or "",
        "start": " ".join(str(passage.start) for passage in passages),
        "end": " ".join(str(passage.end) for passage in passages),
    }


def _evidence(claim_map: ClaimMap, numbers: dict[str, str], link: EvidenceLink) -> str:
    end = evidence_end(link)
    if link.evidence_id is None:
        words = joined_words(claim_map.graph.claims[end].assertion.passages)
        return f"{link.direction}: claim {numbers[end]}: {words}"
    evidence = claim_map.graph.evidence[end]
    return f"{link.direction}: {evidence.kind} {numbers[end]}: {joined_words([evidence.passage])}"


def safe_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe goes before what looks like one."""
    if cell.lstrip(" ").startswith((*_FORMULA_STARTS, *_WIDE_FORMULA_STARTS)):
        return f"'{cell}"
    return cell
