"""Which records an export holds: all, or the chosen claims with their evidence and the chains around them."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from kg.graph import ancestors
from kg.model import EvidenceLink, Extraction


def select_claims(extractions: Iterable[Extraction], claim_ids: Collection[str]) -> tuple[Extraction, ...]:
    """Keep the chosen claims and what they cannot be read without.

    That is: the claims around them, the evidence for and against them, claims used as such evidence with evidence of
    their own, and the actors of all of these. Documents with none of it are left out.

    Args:
        extractions: the records to choose from.
        claim_ids: the chosen claims; an identifier that none of the records has is passed over.
    """
    records = tuple(extractions)
    links: dict[str, list[EvidenceLink]] = defaultdict(list)
    parents: dict[str, str | None] = {}
    for extraction in records:
        parents.update((claim.claim_id, claim.parent_id) for claim in extraction.claims)
        for link in extraction.links:
            links[link.claim_id].append(link)
    chosen: set[str] = set()
    waiting = [claim_id for claim_id in claim_ids if claim_id in parents]
    while waiting:
        claim_id = waiting.pop()
        if claim_id not in chosen:
            chosen.add(claim_id)
            waiting += [link.evidence_claim_id for link in links[claim_id] if link.evidence_claim_id in parents]
    around = {outer for claim_id in chosen for outer in ancestors(claim_id, parents)}
    kept = chosen | around
    narrowed = (_narrow(extraction, kept, chosen) for extraction in records)
    return tuple(extraction for extraction in narrowed if extraction.claims)


def _narrow(extraction: Extraction, kept: set[str], with_evidence: set[str]) -> Extraction:
    """Keep some claims of a document, the evidence of some of these, and the actors of both."""
    claims = tuple(claim for claim in extraction.claims if claim.claim_id in kept)
    links = tuple(
        link
        for link in extraction.links
        if link.claim_id in with_evidence and (link.evidence_claim_id is None or link.evidence_claim_id in kept)
    )
    evidence_ids = {link.evidence_id for link in links}
    evidence = tuple(item for item in extraction.evidence if item.evidence_id in evidence_ids)
    actor_ids = {claim.actor_id for claim in claims} | {item.producer_id for item in evidence}
    actor_ids |= {claim.source.publication_actor_id for claim in claims}
    return Extraction(
        document=extraction.document,
        actors=tuple(actor for actor in extraction.actors if actor.actor_id in actor_ids),
        claims=claims,
        evidence=evidence,
        links=links,
        provenance=extraction.provenance,
    )
