"""New records from old ones, checked as any other record is."""

from collections.abc import Sequence
from typing import TypeVar

from kg.model import Claim, Extraction, Record, Source

Kind = TypeVar("Kind", bound=Record)


def changed(record: Kind, **values: object) -> Kind:
    """Return a record with other values for some fields.

    Raises:
        pydantic.ValidationError: a value does not fit.
    """
    fields = {name: getattr(record, name) for name in type(record).model_fields}
    return type(record)(**{**fields, **values})


def rebuilt(extraction: Extraction, **values: object) -> Extraction:
    """Return an extraction with other records."""
    return changed(extraction, **values)


def retell(claim: Claim, parent_id: str | None, chain: Sequence[str]) -> Claim:
    """Return a claim with another claim around it; the same object where nothing differs."""
    if claim.parent_id == parent_id and claim.source.chain == tuple(chain):
        return claim
    source: Source = changed(claim.source, chain=tuple(chain))
    return changed(claim, parent_id=parent_id, source=source)
