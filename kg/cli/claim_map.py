"""The claim map of one question, which ``kg trace`` and ``kg export`` both write."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.shared import open_output

if TYPE_CHECKING:
    from kg.exporters import FactCheck
    from kg.model import Extraction, Language, Review
    from kg.trace import Trace


def write_claim_map(
    found: "Trace",
    extractions: "Sequence[Extraction]",
    output: Path,
    format_name: str,
    *,
    title: str | None = None,
    language: "Language | None" = None,
    reviews: "Iterable[Review]" = (),
    fact_check: "FactCheck | None" = None,
) -> None:
    """Write the claims that bear on a question, with the origins behind them and what is missing.

    Args:
        found: the answer.
        extractions: the records that were asked.
        output: a file, or ``-``.
        format_name: one of ``EXPORT_FORMATS``.
        title: heads the map; else the question.
        language: of the map's own words; else that of the question.
        reviews: reviewers' decisions.
        fact_check: what a fact-checker found; for the format ``claimreview``.
    """
    from kg.trace.claim_map import export_trace

    with open_output(output) as stream:
        export_trace(
            found,
            extractions,
            stream,
            format_name,
            title=title,
            language=language,
            reviews=reviews,
            made=today(),
            fact_check=fact_check,
        )


def today() -> date:
    """Return the day that stands in exported files; SOURCE_DATE_EPOCH fixes it (reproducible-builds.org)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return (datetime.fromtimestamp(int(fixed), UTC) if fixed.isdecimal() else datetime.now(UTC)).date()
