"""Takes decisions about records and keeps them in a store; what the command line and a page call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kg.errors import InputError
from kg.ids import make_id
from kg.model import (
    Change,
    Claim,
    Direction,
    EvidenceLink,
    Extraction,
    Record,
    Review,
    ReviewDecision,
    ReviewedRecords,
)
from kg.reviews.applying import KEY, AppliedReviews, find_record, in_order, undone_by
from kg.reviews.drafting import Draft, draft_claim, draft_parts
from kg.reviews.editing import edit, snapshot
from kg.reviews.lookup import actors_of, documents_with, kind_of
from kg.store import Store
from kg.vocab import record_iri

PROPOSITION = "proposition"
_MIN_MERGED = 2


def now() -> datetime:
    """Return the time of a decision, to the second, in UTC."""
    return datetime.now(tz=UTC).replace(microsecond=0)


@dataclass(frozen=True)
class _Found:
    """A record as it is after all reviews so far, and the document it is of."""

    record: Record
    extraction: Extraction


class ReviewDesk:
    """Where one reviewer decides about the records of a store.

    Every decision is kept at once, in the store's graph of reviews, and returned. One that changes nothing, because
    the same reviewer decided the same before and it still holds, is returned as it was kept then.

    Attributes:
        store: open for writing.
        reviewer: who decides.
    """

    def __init__(self, store: Store, reviewer: str, clock: Callable[[], datetime] = now) -> None:
        """Sit down.

        Raises:
            InputError: the reviewer has no name.
        """
        if not reviewer.strip():
            msg = "a review needs the reviewer's name"
            raise InputError(msg)
        self.store = store
        self.reviewer = " ".join(reviewer.split())
        self._clock = clock
        self._reviews = list(store.reviews())
        self._applied = AppliedReviews(self._reviews)
        self._documents: dict[str, Extraction] = {}

    # looking

    @property
    def reviews(self) -> tuple[Review, ...]:
        """All reviews, by time, those taken back too."""
        return tuple(in_order(self._reviews))

    def extraction(self, document_id: str) -> Extraction:
        """Return what was read from a document, with all reviews so far.

        Raises:
            InputError: the store has no such document.
        """
        if document_id not in self._documents:
            found = self.store.get(document_id)
            if found is None:
                msg = f'no document has the identifier "{document_id}"'
                raise InputError(msg)
            self._documents[document_id] = self._applied.to(found)
        return self._documents[document_id]

    def find(self, record_id: str) -> tuple[Record, Extraction]:
        """Return a record as it is after all reviews so far, and what else was read from its document.

        Raises:
            InputError: there is no such record, or it was rejected; the message says which.
        """
        for document_id in documents_with(self.store, record_id, self._reviews):
            extraction = self.extraction(document_id)
            record = find_record(extraction, record_id)
            if record is not None:
                return record, extraction
        rejected = [
            r for r in self._applied.reviews if r.record_id == record_id and r.decision is ReviewDecision.REJECT
        ]
        if rejected:
            msg = f'"{record_id}" was rejected by {rejected[-1].reviewer} ({rejected[-1].review_id}); undo that first'
            raise InputError(msg)
        msg = f'no record has the identifier "{record_id}"'
        raise InputError(msg)

    # deciding

    def accept(self, record_id: str, note: str | None = None) -> Review:
        """Say that a record is right; one that was rejected comes back.

        Raises:
            InputError: there is no such record.
        """
        try:
            record, extraction = self.find(record_id)
        except InputError:
            rejected = [r for r in self._applied.reviews if r.record_id == record_id and r.before is not None]
            if not rejected:
                raise
            last = rejected[-1]
            return self._keep(record_id, ReviewDecision.ACCEPT, note, last.document_id, before=last.before)
        return self._judge(record, extraction, record_id, ReviewDecision.ACCEPT, note)

    def reject(self, record_id: str, note: str | None = None) -> Review:
        """Say that a claim, a piece of evidence or a link is wrong: it is left out from now on.

        Raises:
            InputError: there is no such record, or it is of another kind.
        """
        for review in self._applied.reviews:
            if review.record_id == record_id and self._is_last(review) and review.decision is ReviewDecision.REJECT:
                return review
        record, extraction = self.find(record_id)
        if not isinstance(record, Claim | EvidenceLink) and type(record).__name__ != "Evidence":
            msg = f'"{record_id}" is {kind_of(record)}: only claims, evidence and links can be rejected; correct it instead'
            raise InputError(msg)
        return self._judge(record, extraction, record_id, ReviewDecision.REJECT, note)

    def correct(self, record_id: str, values: Mapping[str, str], note: str | None = None) -> Review:
        """Say what a record should be.

        Args:
            record_id: a claim, an actor, a piece of evidence or a link.
            values: by name of the field, as ``kg.reviews.editing`` names them; a claim's ``content`` is a span
                ``12-45``, several of them with spaces between, or the exact words.
            note: why.

        Raises:
            InputError: there is no such record or field, or a value does not fit; the message says what would.
        """
        record, extraction = self.find(record_id)
        edited = edit(record, extraction, values)
        if not edited.changes:
            msg = f'"{record_id}" is so already; nothing to correct'
            raise InputError(msg)
        before = snapshot(record, extraction)
        return self._keep(
            record_id,
            ReviewDecision.CORRECT,
            note,
            extraction.document.document_id,
            before=before,
            after=edited.records,
            changes=edited.changes,
        )

    def add_claim(self, document_id: str, draft: Draft, note: str | None = None) -> Review:
        """Add a claim that was missed, on characters of a document.

        Raises:
            InputError: there is no such document, the span or the actor does not fit, or the claim is there already.
        """
        extraction = self.extraction(document_id)
        claim, actors = draft_claim(extraction, draft)
        if find_record(extraction, claim.claim_id) is not None:
            msg = f'{document_id}: "{claim.claim_id}" is there already, with these words and this actor'
            raise InputError(msg)
        after = ReviewedRecords(actors=actors, claims=(claim,))
        return self._keep(claim.claim_id, ReviewDecision.ADD, note, document_id, after=after)

    def add_link(self, claim_id: str, end_id: str, direction: Direction, note: str | None = None) -> Review:
        """Tie evidence, or another claim of the same document, to a claim.

        Raises:
            InputError: one of them is missing, or they are of different documents, or the link is there already.
        """
        claim, extraction = self.find(claim_id)
        end = find_record(extraction, end_id)
        is_claim = isinstance(end, Claim)
        if not isinstance(claim, Claim) or end is None or (not is_claim and type(end).__name__ != "Evidence"):
            msg = f'"{claim_id}" must be a claim and "{end_id}" a claim or evidence of the same document'
            raise InputError(msg)
        link_id = make_id("link", claim_id, None if is_claim else end_id, end_id if is_claim else None, direction)
        if find_record(extraction, link_id) is not None:
            msg = f'"{end_id}" {direction} "{claim_id}" already ({link_id})'
            raise InputError(msg)
        link = EvidenceLink(
            link_id=link_id,
            claim_id=claim_id,
            evidence_id=None if is_claim else end_id,
            evidence_claim_id=end_id if is_claim else None,
            direction=direction,
            strength=1.0,
        )
        around = snapshot(link, extraction)
        return self._keep(link_id, ReviewDecision.ADD, note, extraction.document.document_id, after=around)

    def merge(self, record_ids: Sequence[str], note: str | None = None) -> Review:
        """Say that several actors, claims of one document, or propositions are the same; the first one stands.

        Raises:
            InputError: fewer than two, of different kinds, or claims of different documents.
        """
        ids = list(dict.fromkeys(record_ids))
        if len(ids) < _MIN_MERGED:
            msg = "merging takes two records or more"
            raise InputError(msg)
        if all(each.startswith(f"{PROPOSITION}-") for each in ids):
            return self._share_keys(ids, self._proposition_keys(ids), note)
        found = [self.find(each) for each in ids]
        kinds = {type(record) for record, _ in found}
        if len(kinds) > 1 or kind_of(found[0][0]) not in ("an actor", "a claim"):
            kinds_named = ", ".join(
                f"{each} is {kind_of(record)}" for each, (record, _) in zip(ids, found, strict=True)
            )
            msg = f"only actors, claims or propositions can be merged, with their like; {kinds_named}"
            raise InputError(msg)
        if not isinstance(found[0][0], Claim):
            return self._share_keys(ids, [record.key for record, _ in found], note)  # type: ignore[attr-defined]
        documents = {extraction.document.document_id for _, extraction in found}
        if len(documents) > 1:
            msg = f"the claims are of different documents ({', '.join(sorted(documents))}); merge their propositions"
            raise InputError(msg)
        extraction = found[0][1]
        claims = tuple(record for record, _ in found if isinstance(record, Claim))
        before = ReviewedRecords(actors=actors_of(claims, extraction), claims=claims)
        return self._keep(ids[0], ReviewDecision.MERGE, note, documents.pop(), before=before, others=tuple(ids[1:]))

    def split_claim(self, claim_id: str, spans: Sequence[str], note: str | None = None) -> Review:
        """Say that one claim is several: one for each of the spans, by the same actor, in the same way.

        Raises:
            InputError: there is no such claim, fewer than two spans, or one that does not fit.
        """
        claim, extraction = self.find(claim_id)
        if not isinstance(claim, Claim):
            msg = f'"{claim_id}" is {kind_of(claim)}, expected a claim'
            raise InputError(msg)
        if len(spans) < _MIN_MERGED:
            msg = "splitting a claim takes two spans or more"
            raise InputError(msg)
        parts = draft_parts(extraction, claim, spans)
        before = ReviewedRecords(actors=actors_of((claim,), extraction), claims=(claim,))
        after = ReviewedRecords(actors=before.actors, claims=parts)
        others = tuple(part.claim_id for part in parts)
        document_id = extraction.document.document_id
        return self._keep(claim_id, ReviewDecision.SPLIT, note, document_id, before=before, after=after, others=others)

    def split_off(self, record_id: str, members: Sequence[str], note: str | None = None) -> Review:
        """Say that some records are not the same as the others that share a key with them.

        Args:
            record_id: an actor, whose namesakes elsewhere it is to be kept apart from, or a proposition.
            members: further actors that stay together with the first; the claims that express another proposition.
            note: why.

        Raises:
            InputError: a record is missing, or does not have that key.
        """
        if record_id.startswith(f"{PROPOSITION}-"):
            (key,) = self._proposition_keys([record_id])
            for member in members:
                claim, _ = self.find(member)
                if not isinstance(claim, Claim) or key not in {p.key for p in claim.assertion.propositions}:
                    msg = f'"{member}" is no claim that expresses {record_id}'
                    raise InputError(msg)
            if not members:
                msg = "splitting a proposition takes the claims that express another one"
                raise InputError(msg)
            others = tuple(members)
        else:
            record, _ = self.find(record_id)
            if kind_of(record) != "an actor":
                msg = f'"{record_id}" is {kind_of(record)}, expected an actor, a claim with spans, or a proposition'
                raise InputError(msg)
            key = str(record.key)  # type: ignore[attr-defined]
            others = (record_id, *members)
            for member in members:
                other, _ = self.find(member)
                if getattr(other, "key", None) != key:
                    msg = f'"{member}" does not go together with "{record_id}" as it is'
                    raise InputError(msg)
        alone = f"{key}#{min(others)}"
        changes = (Change(field=KEY, before=key, after=alone),)
        return self._keep(record_id, ReviewDecision.SPLIT, note, None, others=others, changes=changes)

    def undo(self, review_id: str, note: str | None = None) -> Review:
        """Take a review back; it is kept, but holds no longer. To undo an undoing brings it back.

        Raises:
            InputError: there is no such review, or it was taken back already.
        """
        if review_id not in {review.review_id for review in self._reviews}:
            msg = f'no review has the identifier "{review_id}"'
            raise InputError(msg)
        undone = undone_by(self._reviews)
        if review_id in undone:
            msg = f'"{review_id}" was taken back already by {undone[review_id]}'
            raise InputError(msg)
        return self._keep(review_id, ReviewDecision.UNDO, note, None)

    # keeping

    def _judge(
        self, record: Record, extraction: Extraction, record_id: str, decision: ReviewDecision, note: str | None
    ) -> Review:
        document_id = extraction.document.document_id
        return self._keep(record_id, decision, note, document_id, before=snapshot(record, extraction))

    def _share_keys(self, ids: Sequence[str], keys: Sequence[str], note: str | None) -> Review:
        changes = tuple(Change(field=KEY, before=key, after=keys[0]) for key in dict.fromkeys(keys) if key != keys[0])
        if not changes:
            msg = f"{', '.join(ids)} are the same already"
            raise InputError(msg)
        return self._keep(ids[0], ReviewDecision.MERGE, note, None, others=tuple(ids[1:]), changes=changes)

    def _proposition_keys(self, ids: Sequence[str]) -> list[str]:
        keys = []
        for proposition_id in ids:
            rows = self.store.query(
                f"SELECT ?key WHERE {{ <{record_iri(proposition_id)}> <https://w3id.org/kg-claims/ns#key> ?key }} LIMIT 1"
            )
            found = [row["key"].value for row in rows]  # type: ignore[union-attr]
            if not found:
                msg = f'no proposition has the identifier "{proposition_id}"'
                raise InputError(msg)
            keys.append(found[0])
        return keys

    def _next_moment(self) -> datetime:
        """Now, or just after the last review, so that the order of decisions is never in doubt."""
        last = max((review.time for review in self._reviews), default=None)
        moment = self._clock()
        return moment if last is None or moment > last else last + timedelta(microseconds=1)

    def _is_last(self, review: Review) -> bool:
        return not any(
            other.record_id == review.record_id and other.time > review.time for other in self._applied.reviews
        )

    def _keep(
        self,
        record_id: str,
        decision: ReviewDecision,
        note: str | None,
        document_id: str | None,
        *,
        before: ReviewedRecords | None = None,
        after: ReviewedRecords | None = None,
        others: tuple[str, ...] = (),
        changes: tuple[Change, ...] = (),
    ) -> Review:
        note = " ".join(note.split()) or None if note else None
        said = (self.reviewer, decision, note, others, changes)
        mine = [review for review in self._applied.reviews if review.record_id == record_id]
        if mine and (mine[-1].reviewer, mine[-1].decision, mine[-1].note, mine[-1].others, mine[-1].changes) == said:
            return mine[-1]
        time = self._next_moment()
        review = Review(
            review_id=make_id("review", record_id, decision, self.reviewer, note, time.isoformat()),
            record_id=record_id,
            document_id=document_id,
            reviewer=self.reviewer,
            decision=decision,
            others=others,
            changes=changes,
            before=before,
            after=after,
            note=note,
            time=time,
        )
        self.store.add_review(review)
        self._reviews.append(review)
        self._applied = AppliedReviews(self._reviews)
        if document_id is None:
            self._documents.clear()
        else:
            self._documents.pop(document_id, None)
        return review
