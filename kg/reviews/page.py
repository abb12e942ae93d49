"""One document's records under review: found again, judged, merged, split, and put together anew."""

from collections.abc import Iterable, Iterator, Sequence

from kg.concepts import fold_name
from kg.graph import ancestors
from kg.ids import make_id
from kg.model import (
    Actor,
    Change,
    Claim,
    Confidence,
    Evidence,
    EvidenceLink,
    Extraction,
    Passage,
    Review,
    ReviewDecision,
    ReviewedRecords,
)
from kg.reviews.records import changed, rebuilt, retell

_SAME_WORDS = 0.8  # share of the characters of both contents together
_FEW = 3  # characters by which even short contents may differ: a mark, a conjunction


class Page:
    """One document's records under review."""

    def __init__(self, extraction: Extraction) -> None:
        """Lay out the records as they were read."""
        self.extraction = extraction
        self.actors = {actor.actor_id: actor for actor in extraction.actors}
        self.claims = {claim.claim_id: claim for claim in extraction.claims}
        self.evidence = {item.evidence_id: item for item in extraction.evidence}
        self.links = {link.link_id: link for link in extraction.links}
        self.gone: set[str] = set()
        self.stands_for: dict[str, str] = {}  # a claim that is gone to the one that has its place
        self.names: dict[str, str] = {}  # of claims and evidence: what they are called now

    # finding again

    def apply(self, review: Review) -> bool:
        """Apply one review; say whether there was anything that it is about."""
        before = review.before or review.after or ReviewedRecords()
        if review.decision is ReviewDecision.MERGE:
            return self._merge(review)
        if review.decision is ReviewDecision.SPLIT:
            return self._split(review)
        for link in before.links[:1]:  # which come with the claims and the evidence that they tie
            return self._judge_link(review, link, before)
        for claim in before.claims[:1]:
            return self._judge_claim(review, claim)
        for item in before.evidence[:1]:
            return self._judge_evidence(review, item)
        for actor in before.actors[:1]:
            return self._judge_actor(review, actor)
        return False

    def _find_claim(self, claim: Claim, actors: Iterable[Actor]) -> bool:
        """Make sure that a claim is here under the identifier it was reviewed by, if anything here is that claim."""
        if claim.claim_id in self.claims:
            return True
        names = {_folded(actor.name) for actor in actors}
        fitting = [
            (overlap(claim.assertion.passages, other.assertion.passages), other.claim_id)
            for other in self.claims.values()
            if other.reviewed is None and _folded(self.actors[other.actor_id].name) in names
        ]
        share, found = max(fitting, default=(0.0, ""))
        if share < _SAME_WORDS:
            return False
        self._rename_claim(found, claim.claim_id)
        return True

    def _rename_claim(self, old: str, new: str) -> None:
        self.claims[new] = changed(self.claims.pop(old), claim_id=new)
        self.stands_for[old] = new

    def _put_back(self, records: ReviewedRecords) -> None:
        """Take in what a review left, where it is not here."""
        for actor in records.actors:
            if actor.actor_id not in self.actors:
                self.actors[actor.actor_id] = actor
        for claim in records.claims:
            self.claims.setdefault(claim.claim_id, claim)
        for item in records.evidence:
            self.evidence.setdefault(item.evidence_id, item)
        for link in records.links:
            self.links.setdefault(link.link_id, link)

    # judging

    def _judge_claim(self, review: Review, claim: Claim) -> bool:
        before, after = review.before or ReviewedRecords(), review.after or ReviewedRecords()
        found = self._find_claim(claim, (*before.actors, *after.actors))
        claim_id = claim.claim_id
        if review.decision is ReviewDecision.REJECT:
            if found:
                self.gone.add(claim_id)
                self.claims[claim_id] = changed(self.claims[claim_id], reviewed=review.decision)
            return found
        self._put_back(after if after.claims else before)
        self.gone.discard(claim_id)
        now = self.claims[claim_id]
        values = {field: getattr(left, field) for left in after.claims[:1] for field in _fields_of(review.changes)}
        sure = Confidence(value=1.0, parts={**now.confidence.parts, "review": 1.0})
        self.claims[claim_id] = changed(now, **values, confidence=sure, reviewed=review.decision)
        return True

    def _judge_link(self, review: Review, link: EvidenceLink, before: ReviewedRecords) -> bool:
        link_id = link.link_id
        if link_id not in self.links:
            for claim in before.claims:
                self._find_claim(claim, before.actors)
            for item in before.evidence:
                self._find_evidence(item)
            same = [other.link_id for other in self._standing_links() if _ends(other) == _ends(link)]
            if same:
                self.links[link_id] = changed(self.links.pop(same[0]), link_id=link_id)
        if review.decision is ReviewDecision.REJECT:
            self.gone.add(link_id)
            return link_id in self.links
        after = review.after or before
        if link_id not in self.links:
            self._put_back(after)
        if link_id not in self.links:
            return False
        self.gone.discard(link_id)
        values = {field: getattr(after.links[0], field) for field in _fields_of(review.changes)} if after.links else {}
        self.links[link_id] = changed(self.links[link_id], **values, reviewed=review.decision)
        return True

    def _find_evidence(self, item: Evidence) -> bool:
        if item.evidence_id in self.evidence:
            return True
        fitting = [(overlap((item.passage,), (other.passage,)), key) for key, other in self.evidence.items()]
        share, found = max(fitting, default=(0.0, ""))
        if share < _SAME_WORDS:
            return False
        self.evidence[item.evidence_id] = changed(self.evidence.pop(found), evidence_id=item.evidence_id)
        self.stands_for[found] = item.evidence_id
        return True

    def _judge_evidence(self, review: Review, item: Evidence) -> bool:
        found = self._find_evidence(item)
        evidence_id = item.evidence_id
        if review.decision is ReviewDecision.REJECT:
            self.gone.add(evidence_id)
            return found
        after = review.after or review.before or ReviewedRecords()
        self._put_back(after)
        self.gone.discard(evidence_id)
        values = {field: getattr(after.evidence[0], field) for field in _fields_of(review.changes)}
        self.evidence[evidence_id] = changed(self.evidence[evidence_id], **values, reviewed=review.decision)
        return True

    def _judge_actor(self, review: Review, actor: Actor) -> bool:
        actor_id = actor.actor_id
        if actor_id not in self.actors:
            same = [other for other in self.actors.values() if _folded(other.name) == _folded(actor.name)]
            if not same:
                return False
            actor_id = same[0].actor_id
        after = review.after or ReviewedRecords()
        values = {field: getattr(left, field) for left in after.actors[:1] for field in _fields_of(review.changes)}
        self.actors[actor_id] = changed(self.actors[actor_id], **values, reviewed=review.decision)
        return True

    # merging and splitting, within a document

    def _merge(self, review: Review) -> bool:
        before = review.before or ReviewedRecords()
        found = [self._find_claim(claim, before.actors) for claim in before.claims]
        if not any(found):
            return False
        self._put_back(before)
        for other in review.others:
            self.gone.add(other)
            self.stands_for[other] = review.record_id
        kept = self.claims[review.record_id]
        self.claims[review.record_id] = changed(kept, reviewed=review.decision)
        self.gone.discard(review.record_id)
        return True

    def _split(self, review: Review) -> bool:
        before, after = review.before or ReviewedRecords(), review.after or ReviewedRecords()
        found = all(self._find_claim(claim, before.actors) for claim in before.claims)
        self._put_back(after)
        for part in after.claims:
            self.claims[part.claim_id] = changed(part, reviewed=review.decision)
            self.gone.discard(part.claim_id)
        self.gone.add(review.record_id)
        for link in tuple(self._standing_links()):
            if review.record_id in (link.claim_id, link.evidence_claim_id):
                self._link_parts(link, review.record_id, after.claims)
        for claim in tuple(self.claims.values()):
            if claim.parent_id == review.record_id and claim.claim_id not in self.gone:
                within = max(after.claims, key=lambda part: overlap(part.assertion.passages, claim.assertion.passages))
                self.claims[claim.claim_id] = changed(claim, parent_id=within.claim_id)
        return found

    def _link_parts(self, link: EvidenceLink, whole: str, parts: Sequence[Claim]) -> None:
        """Tie what was tied to a whole claim to each of its parts."""
        for part in parts:
            claim_id = part.claim_id if link.claim_id == whole else link.claim_id
            ground = part.claim_id if link.evidence_claim_id == whole else link.evidence_claim_id
            link_id = make_id("link", claim_id, link.evidence_id, ground, link.direction)
            self.links[link_id] = changed(link, link_id=link_id, claim_id=claim_id, evidence_claim_id=ground)

    # putting together

    def _now(self, record_id: str | None) -> str | None:
        """What stands in the place of a record."""
        seen = set()
        while record_id in self.stands_for and record_id not in seen:
            seen.add(record_id)
            record_id = self.stands_for[record_id]
        return record_id

    def _standing_links(self) -> Iterator[EvidenceLink]:
        """The links, with their ends as they are called now."""
        for link_id, link in tuple(self.links.items()):
            ends = {name: self._now(getattr(link, name)) for name in ("claim_id", "evidence_id", "evidence_claim_id")}
            if any(getattr(link, name) != value for name, value in ends.items()):
                link = self.links[link_id] = changed(link, **ends)
            yield link

    def finish(self) -> Extraction:
        """Return the records as they are after all reviews, without what nothing refers to any more."""
        was_used, was_linked = _used(self.extraction), {link.evidence_id for link in self.extraction.links}
        standing = {key: claim for key, claim in self.claims.items() if key not in self.gone}
        parents = {key: self._parent(key, claim) for key, claim in standing.items()}
        claims = tuple(retell(claim, parents[key], ancestors(key, parents)) for key, claim in standing.items())
        links: dict[tuple[str | None, ...], EvidenceLink] = {}
        for link in self._standing_links():
            ends = (link.claim_id, link.evidence_id, link.evidence_claim_id)
            there = link.claim_id in standing and (link.evidence_claim_id or link.claim_id) in standing
            if there and not self.gone & {link.link_id, *ends} and link.claim_id != link.evidence_claim_id:
                links.setdefault((*ends, link.direction), link)
        linked = {link.evidence_id for link in links.values()}
        evidence = tuple(
            item
            for key, item in self.evidence.items()
            if key in linked or (key not in self.gone and self._was(key) not in was_linked)
        )
        found = rebuilt(
            self.extraction,
            actors=tuple(self.actors.values()),
            claims=tuple(sorted(claims, key=lambda claim: (claim.assertion.passages[0].start, claim.claim_id))),
            evidence=evidence,
            links=tuple(links.values()),
        )
        used = _used(found)
        actors = tuple(actor for actor in found.actors if actor.actor_id in used or actor.actor_id not in was_used)
        return rebuilt(found, actors=actors)

    def _was(self, evidence_id: str) -> str:
        return next((old for old, new in self.stands_for.items() if new == evidence_id), evidence_id)

    def _parent(self, claim_id: str, claim: Claim) -> str | None:
        """The nearest claim around this one that stands."""
        seen = {claim_id}
        parent = self._now(claim.parent_id)
        while parent is not None and (parent in self.gone or parent not in self.claims):
            if parent in seen or parent not in self.claims:
                return None
            seen.add(parent)
            parent = self._now(self.claims[parent].parent_id)
        return None if parent in seen else parent


def _used(extraction: Extraction) -> set[str | None]:
    used: set[str | None] = {claim.actor_id for claim in extraction.claims}
    used |= {claim.source.publication_actor_id for claim in extraction.claims}
    return used | {item.producer_id for item in extraction.evidence}


def _ends(link: EvidenceLink) -> tuple[str | None, ...]:
    return link.claim_id, link.evidence_id, link.evidence_claim_id, link.direction


def _fields_of(changes: Iterable[Change]) -> list[str]:
    """The fields of the record that some changes are about; what a content says is its assertion."""
    names = {"content": "assertion", "actor": "actor_id", "parent": "parent_id"}
    return [names.get(change.field, change.field) for change in changes]


def _folded(name: str) -> str:
    return " ".join(fold_name(word) for word in name.split())


def overlap(some: Sequence[Passage], others: Sequence[Passage]) -> float:
    """Return the share of the characters of both that both have, 0 to 1; a few characters more or less make no difference."""
    mine = {i for passage in some for i in range(passage.start, passage.end)}
    theirs = {i for passage in others for i in range(passage.start, passage.end)}
    if not mine & theirs:
        return 0.0
    share = len(mine & theirs) / len(mine | theirs)
    return max(share, _SAME_WORDS) if len(mine ^ theirs) <= _FEW else share
