"""The answer as a claim map, in any export format: what ``kg trace``, ``kg export`` and the pages all hand out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO

from kg.exporters import FactCheck, export
from kg.labels import Labels, load_labels
from kg.model import Extraction, Language, Review
from kg.trace.records import Trace, TraceOrigin


def export_trace(
    found: Trace,
    extractions: Sequence[Extraction],
    out: IO[bytes],
    format_name: str,
    *,
    title: str | None = None,
    language: Language | None = None,
    reviews: Iterable[Review] = (),
    made: date | None = None,
    fact_check: FactCheck | None = None,
) -> None:
    """Write the claims that bear on a question, with the origins behind them and what is missing.

    Args:
        found: the answer.
        extractions: the records that were asked.
        out: takes bytes.
        format_name: one of ``EXPORTERS``.
        title: heads the map; else the question.
        language: of the map's own words; else that of the question.
        reviews: reviewers' decisions.
        made: the day on which the file is made.
        fact_check: what a fact-checker found; for the format ``claimreview``.

    Raises:
        InputError: as ``export``.
    """
    words = language or found.language
    export(
        extractions,
        out,
        format_name,
        title=title,
        directions={item.claim_id: item.direction for item in found.items},
        question=found.question,
        language=words,
        reviews=reviews,
        origins=_origins(found, load_labels(words)),
        gaps=[gap.text for gap in found.gaps],
        made=made,
        fact_check=fact_check,
    )


def _origins(found: Trace, labels: Labels) -> Iterator[str]:
    """Name each origin once, those for it first, with how far it spread."""
    for name, origins in (("origin_for", found.origins), ("origin_against", found.opposing)):
        yield from (labels[name].format(name=_origin(origin, labels)) for origin in origins)


def _origin(origin: TraceOrigin, labels: Labels) -> str:
    who = origin.name if origin.named else f"{origin.name} ({labels['unnamed']})"
    parts = [who, labels.count("n_documents", len(origin.document_ids))]
    if origin.copies:
        parts.append(labels.count("n_copies", origin.copies))
    return ", ".join(parts)
