"""Finds one record of a store by its identifier, as it is after all reviews."""

from collections.abc import Sequence

from kg.model import Actor, Claim, Extraction, Record, Review, ReviewDecision, ReviewedRecords
from kg.reviews.applying import AppliedReviews, find_record, in_order
from kg.reviews.records import changed
from kg.store import Store
from kg.vocab import record_id_of, record_iri

_WHOLE = ("claims", "evidence", "links", "actors")


def documents_with(store: Store, record_id: str, reviews: list[Review]) -> list[str]:
    """Return the documents of the store that have a record, as it was read or by a review; sorted."""
    graphs = store.query(f"SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ <{record_iri(record_id)}> a ?type }} }}")
    names = {record_id_of(row["graph"].value) for row in graphs}  # type: ignore[union-attr]
    names |= {
        review.document_id
        for review in reviews
        if review.document_id
        and (review.record_id == record_id or record_id in _ids(review.before) | _ids(review.after))
    }
    return sorted(names & set(store.documents()))


def find_reviewed(store: Store, record_id: str) -> tuple[Record, list[Review]] | None:
    """Find a record and the reviews of it, oldest first; a rejected one as it was read, and marked; a review itself.

    Returns:
        None where the store has no such record.

    Raises:
        StoreError: the store cannot be read, or its records are not ours.
    """
    reviews = in_order(store.reviews())
    about = [review for review in reviews if record_id in (review.record_id, *review.others)]
    review = next((review for review in reviews if review.review_id == record_id), None)
    if review is not None:
        return review, about
    applied = AppliedReviews(reviews)
    for document_id in documents_with(store, record_id, reviews):
        extraction = store.get(document_id)
        if extraction is None:
            continue
        found = find_record(applied.to(extraction), record_id)
        if found is None and (read := find_record(extraction, record_id)) is not None:
            left_out = [each.decision for each in applied.reviews if record_id in (each.record_id, *each.others)]
            found = changed(read, reviewed=left_out[-1] if left_out else ReviewDecision.REJECT)
        if found is not None:
            return found, about
    return None


def _ids(records: ReviewedRecords | None) -> set[str]:
    if records is None:
        return set()
    groups = (getattr(records, name) for name in _WHOLE)
    return {str(getattr(each, next(iter(type(each).model_fields)))) for group in groups for each in group}


def actors_of(claims: Sequence[Claim], extraction: Extraction) -> tuple[Actor, ...]:
    """Return the actors of some claims of an extraction."""
    wanted = {claim.actor_id for claim in claims}
    return tuple(actor for actor in extraction.actors if actor.actor_id in wanted)


def kind_of(record: Record) -> str:
    """Say what a record is, with its article."""
    names = {"Actor": "an actor", "Claim": "a claim", "Evidence": "evidence", "EvidenceLink": "a link"}
    return names.get(type(record).__name__, f"a {type(record).__name__.lower()}")
