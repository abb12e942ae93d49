"""CSV of nodes and of edges, as Gephi's table import and spreadsheets read them."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import IO

from kg.exporters.claim_map import ClaimMap
from kg.exporters.csv import BYTE_ORDER_MARK, safe_cell
from kg.exporters.network import build_network

NODE_COLUMNS = (
    "Id",
    "Label",
    "kind",
    "color",
    "number",
    "actor",
    "chain",
    "content",
    "direction",
    "type",
    "certainty",
    "confidence",
    "evidence_kind",
    "actor_kind",
    "organisation_kind",
    "named",
    "description",
    "title",
    "publisher",
    "published",
    "url",
    "language",
    "start",
    "end",
    "cite_as",
)
EDGE_COLUMNS = ("Source", "Target", "Type", "Id", "Label", "kind", "strength", "Weight", "color", "cite_as")


def write_nodes_csv(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write one row a node: claims, actors, evidence, documents; in UTF-8 with a byte order mark, which Excel needs."""
    network = build_network(claim_map)
    cite_as = claim_map.imprint.citation
    rows = ({**data, "Id": node, "Label": data["label"], "cite_as": cite_as} for node, data in network.nodes(data=True))
    _write(NODE_COLUMNS, rows, out)


def write_edges_csv(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write one row an edge; ``Source`` and ``Target`` are the ``Id`` of nodes."""
    network = build_network(claim_map)
    cite_as = claim_map.imprint.citation
    rows = (
        {
            **data,
            "Source": start,
            "Target": end,
            "Type": "Directed",
            "Id": key,
            "Label": data["label"],
            "Weight": data.get("strength", 1.0),
            "cite_as": cite_as,
        }
        for start, end, key, data in network.edges(keys=True, data=True)
    )
    _write(EDGE_COLUMNS, rows, out)


def _write(columns: Iterable[str], rows: Iterable[Mapping[str, object]], out: IO[bytes]) -> None:
    out.write(BYTE_ORDER_MARK.encode("utf-8"))
    stream = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.DictWriter(stream, list(columns), lineterminator="\r\n", extrasaction="ignore", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {name: safe_cell(str(value)) if isinstance(value, str) else value for name, value in row.items()}
        )
    stream.detach()
