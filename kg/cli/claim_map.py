"""The claim map of one question, which ``kg trace`` and ``kg export`` both write."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.shared import open_output

if TYPE_CHECKING:
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
    """
    from kg.exporters import export

    with open_output(output) as stream:
        export(
            extractions,
            stream,
            format_name,
            title=title,
            directions={item.claim_id: item.direction for item in found.items},
            question=found.question,
            language=language or found.language,
            reviews=reviews,
            origins=[origin.name for origin in found.origins],
            gaps=[gap.text for gap in found.gaps],
        )
