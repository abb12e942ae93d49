"""Applies reviews to extractions: what was rejected is left out, what was corrected is as corrected, and marked.

Nothing a person decided is lost when a document is read anew. A reviewed record is found again by its identifier, else
by its words: content that overlaps by four fifths, of an actor with the same name. It keeps the identifier under
which it was reviewed. Where nothing in the new reading fits, what was accepted, corrected or added stands as the
reviewer left it; a rejection then has nothing to leave out, and waits.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.model import (
    Actor,
    Claim,
    Extraction,
    Record,
    Review,
    ReviewDecision,
)
from kg.reviews.page import Page
from kg.reviews.records import changed, rebuilt
from kg.store import Store

KEY = "key"
"""Name of the change by which merged and split actors and propositions get another key."""


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """Sort reviews by time, then identifier."""
    return sorted(reviews, key=lambda review: (review.time.timestamp(), review.review_id))


def undone_by(reviews: Iterable[Review]) -> dict[str, str]:
    """Return which reviews are taken back, each with the one that does; an undoing may be undone itself."""
    undone: dict[str, str] = {}
    for review in reversed(in_order(reviews)):
        if review.decision is ReviewDecision.UNDO and review.review_id not in undone:
            undone.setdefault(review.record_id, review.review_id)
    return undone


def active_reviews(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Return the decisions that hold, by time: without those taken back, and without the undoing itself."""
    ordered = in_order(reviews)
    undone = undone_by(ordered)
    return tuple(
        review for review in ordered if review.decision is not ReviewDecision.UNDO and review.review_id not in undone
    )


def reviewed_extractions(store: Store) -> Iterator[Extraction]:
    """Yield what the store has of every document, by identifier, with all reviews applied.

    Raises:
        StoreError: the store cannot be read, or its records are not ours.
    """
    applied = AppliedReviews(store.reviews())
    for extraction in store.extractions():
        yield applied.to(extraction)


class AppliedReviews:
    """The reviews that hold, ready to be applied to one extraction after the other.

    Attributes:
        reviews: the decisions that hold, by time.
        waiting: identifiers of reviews that found nothing to apply to in the extractions so far.
    """

    def __init__(self, reviews: Iterable[Review]) -> None:
        """Sort out what holds and what it is about."""
        self.reviews = active_reviews(reviews)
        self.waiting: set[str] = set()
        self._of_document: dict[str, list[Review]] = defaultdict(list)
        self._keys: dict[str, str] = {}  # of merged actors and propositions
        self._own_keys: dict[tuple[str, str], str] = {}  # record and its key to the key that it was given alone
        self._merged: dict[str, ReviewDecision] = {}
        for review in self.reviews:
            if review.document_id is not None:
                self._of_document[review.document_id].append(review)
            else:
                self._take_keys(review)

    def _take_keys(self, review: Review) -> None:
        for change in review.changes:
            if change.field != KEY or change.before is None or change.after is None:
                continue
            if review.decision is ReviewDecision.MERGE:
                self._keys[change.before] = change.after
                self._merged[change.after] = review.decision
            else:
                for record_id in review.others:
                    self._own_keys[record_id, change.before] = change.after

    @property
    def added_to(self) -> frozenset[str]:
        """The documents that somebody added a claim or a link to; an index of what was read does not know of these."""
        return frozenset(
            document_id
            for document_id, reviews in self._of_document.items()
            if any(review.decision is ReviewDecision.ADD for review in reviews)
        )

    def to(self, extraction: Extraction) -> Extraction:
        """Return an extraction as it is after all reviews; the same object where no review is about it."""
        document_id = extraction.document.document_id
        reviews = self._of_document.get(document_id, ())
        if reviews:
            page = Page(extraction)
            for review in reviews:
                if not page.apply(review):
                    self.waiting.add(review.review_id)
            extraction = page.finish()
        return self._with_keys(extraction) if self._keys or self._own_keys else extraction

    def _with_keys(self, extraction: Extraction) -> Extraction:
        actors = tuple(self._rekey_actor(actor) for actor in extraction.actors)
        claims = tuple(self._rekey_claim(claim) for claim in extraction.claims)
        if actors == extraction.actors and claims == extraction.claims:
            return extraction
        return rebuilt(extraction, actors=actors, claims=claims)

    def _key_for(self, record_id: str, key: str) -> str:
        own = self._own_keys.get((record_id, key))
        if own is not None:
            return own
        seen = {key}
        while key in self._keys and self._keys[key] not in seen:
            key = self._keys[key]
            seen.add(key)
        return key

    def _rekey_actor(self, actor: Actor) -> Actor:
        key = self._key_for(actor.actor_id, actor.key)
        if key == actor.key:
            mark = self._merged.get(key)
            return changed(actor, reviewed=mark) if mark and not actor.reviewed else actor
        mark = ReviewDecision.SPLIT if (actor.actor_id, actor.key) in self._own_keys else ReviewDecision.MERGE
        return changed(actor, key=key, reviewed=mark)

    def _rekey_claim(self, claim: Claim) -> Claim:
        propositions = tuple(
            changed(proposition, key=key)
            if (key := self._key_for(claim.claim_id, proposition.key)) != proposition.key
            else proposition
            for proposition in claim.assertion.propositions
        )
        if propositions == claim.assertion.propositions:
            return claim
        return changed(claim, assertion=changed(claim.assertion, propositions=propositions))


def find_record(extraction: Extraction, record_id: str) -> Record | None:
    """Return one record of an extraction by its identifier."""
    groups = (
        ("actor_id", extraction.actors),
        ("claim_id", extraction.claims),
        ("evidence_id", extraction.evidence),
        ("link_id", extraction.links),
    )
    if extraction.document.document_id == record_id:
        return extraction.document
    return next((each for name, group in groups for each in group if getattr(each, name) == record_id), None)
