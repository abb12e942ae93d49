"""Look-ups in a snapshot: documents and claims with what belongs to them."""

from collections.abc import Iterator

from kg.graph import ancestors
from kg.model import Actor, Claim, Extraction
from kg.serve.api_records import (
    ClaimDetail,
    ClaimParameters,
    ClaimSummary,
    DocumentParameters,
    DocumentSummary,
    LinkedEvidence,
)
from kg.serve.snapshot import Snapshot


def summarise_document(extraction: Extraction) -> DocumentSummary:
    """Say of a document all but its text."""
    document = extraction.document
    return DocumentSummary(
        document_id=document.document_id,
        title=document.title,
        publisher=document.publisher,
        authors=document.authors,
        published=document.published,
        url=document.url,
        language=document.language,
        n_claims=len(extraction.claims),
        n_characters=len(document.text),
    )


def chain_of(snapshot: Snapshot, claim: Claim) -> tuple[Actor, ...]:
    """Return through whom a claim reached us, outermost first; its own actor is not among them."""
    parents = {
        outer: snapshot.graph.claims[outer].parent_id
        for outer in (*claim.source.chain, claim.claim_id)
        if outer in snapshot.graph.claims
    }
    line = ancestors(claim.claim_id, parents)
    claims = (snapshot.graph.claims[outer] for outer in line if outer in snapshot.graph.claims)
    return tuple(snapshot.graph.actors[outer.actor_id] for outer in claims)


def text_of(claim: Claim) -> str:
    """Return the words of a claim, omissions marked."""
    return " […] ".join(passage.exact for passage in claim.assertion.passages)


def summarise_claim(snapshot: Snapshot, claim: Claim) -> ClaimSummary:
    """Say who makes a claim, through whom it reached us, and where it was read."""
    return ClaimSummary(
        claim=claim,
        text=text_of(claim),
        actor=snapshot.graph.actors[claim.actor_id],
        through=chain_of(snapshot, claim),
        document=summarise_document(snapshot.extractions[claim.source.document_id]),
    )


def bearing_on(snapshot: Snapshot, claim: Claim) -> tuple[LinkedEvidence, ...]:
    """Return what bears on a claim, in the order of its document."""
    found = []
    for link in snapshot.graph.links_on(claim.claim_id):
        ground = snapshot.graph.claims.get(link.evidence_claim_id or "")
        found.append(
            LinkedEvidence(
                link=link,
                evidence=snapshot.graph.evidence.get(link.evidence_id or ""),
                claim=summarise_claim(snapshot, ground) if ground else None,
            )
        )
    return tuple(found)


def find_claim(snapshot: Snapshot, claim_id: str) -> ClaimDetail | None:
    """Return a claim with all that hangs on it, or None where there is no such claim."""
    claim = snapshot.graph.claims.get(claim_id)
    if claim is None:
        return None
    keys = dict.fromkeys(proposition.key for proposition in claim.assertion.propositions)
    same = dict.fromkeys(other.claim_id for key in keys for other in snapshot.graph.claims_expressing(key))
    return ClaimDetail(
        claim=summarise_claim(snapshot, claim),
        bearing=bearing_on(snapshot, claim),
        nested=tuple(summarise_claim(snapshot, inner) for inner in snapshot.graph.nested(claim_id)),
        same_proposition=tuple(
            summarise_claim(snapshot, snapshot.graph.claims[other]) for other in same if other != claim_id
        ),
        provenance=snapshot.extractions[claim.source.document_id].provenance,
        reviews=snapshot.reviews.get(claim_id, ()),
    )


def find_claims(snapshot: Snapshot, asked: ClaimParameters) -> Iterator[Claim]:
    """Yield the claims that fit, the newest document first, in the order of its text."""
    words = _words(asked.q)
    actor_name = fold(asked.actor)
    for document_id, extraction in snapshot.extractions.items():
        if asked.document not in (None, document_id):
            continue
        headline = fold(extraction.document.title)
        for claim in extraction.claims:
            actor = snapshot.graph.actors[claim.actor_id]
            if asked.type not in (None, claim.type) or (
                actor_name and actor_name not in (fold(actor.key), fold(actor.name))
            ):
                continue
            if _holds(f"{headline} {fold(text_of(claim))} {fold(actor.name)}", words):
                yield claim


def find_documents(snapshot: Snapshot, asked: DocumentParameters) -> Iterator[Extraction]:
    """Yield the documents that fit, the newest first."""
    words = _words(asked.q)
    actor_name = fold(asked.actor)
    for extraction in snapshot.extractions.values():
        document = extraction.document
        if asked.language not in (None, document.language):
            continue
        if asked.publisher and fold(asked.publisher) != fold(document.publisher):
            continue
        day = document.published.value[:10] if document.published else ""
        if (asked.since is not None and day < asked.since) or (asked.until is not None and not "" < day <= asked.until):
            continue
        if actor_name and not any(actor_name in (fold(actor.key), fold(actor.name)) for actor in extraction.actors):
            continue
        if _holds(f"{fold(document.text)} {fold(document.publisher)}", words):
            yield extraction


def _words(text: str | None) -> list[str]:
    return fold(text).split()


def fold(text: str | None) -> str:
    """Return a text as it is compared: case folded, any white space as one blank."""
    return " ".join((text or "").casefold().split())


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)
