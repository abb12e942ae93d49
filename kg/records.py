"""From what the stages found, by token, to records with passages and identifiers."""

from dataclasses import dataclass

from spacy.tokens import Doc

from kg.found import Found, FoundActor, TokenSpan
from kg.identities import key_of_actor
from kg.ids import make_id
from kg.model import (
    Actor,
    ActorKind,
    Assertion,
    Certainty,
    CertaintyLevel,
    Claim,
    Confidence,
    Evidence,
    EvidenceLink,
    Extraction,
    Passage,
    Provenance,
    Source,
)

_TRIMMED = " \t\n,;:.–—-„“”\"»«‚‘’'›‹"
_OPENING = ' \t\n,;:.–—-„“”"»«‚›‹'


@dataclass(frozen=True)
class _Builder:
    doc: Doc
    found: Found

    @property
    def document_id(self) -> str:
        return self.found.document.document_id

    def passage(self, span: TokenSpan, *, trim: bool = False) -> Passage | None:
        """Return the passage of a token span; trimmed, it neither begins nor ends with punctuation (but ? and !)."""
        tokens = self.doc[span.start : span.end]
        text, start = tokens.text, tokens.start_char
        if trim:
            stripped = text.lstrip(_OPENING)
            start += len(text) - len(stripped)
            text = _trim_end(stripped)
        else:
            stripped = text.lstrip()
            start += len(text) - len(stripped)
            text = stripped.rstrip()
        if not text:
            return None
        return Passage(document_id=self.document_id, start=start, end=start + len(text), exact=text)

    def hull(self, spans: tuple[TokenSpan, ...]) -> Passage | None:
        """Return the first of some spans: a separable verb's finite part stands for the whole."""
        return self.passage(spans[0], trim=True) if spans else None


def _trim_end(text: str) -> str:
    """Strip punctuation at the end, but keep quotation marks that close one within the text."""
    end = len(text)
    while end and text[end - 1] in _TRIMMED:
        if text[end - 1] in '“”"»«’›‹‘' and _closes(text[:end]):
            break
        end -= 1
    return text[:end]


def _closes(text: str) -> bool:
    """Tell whether the mark at the end has its partner within the text."""
    last = text[-1]
    if last == '"':
        return text.count('"') % 2 == 0
    if last in "“”":
        return any(mark in text[:-1] for mark in "„“") and text.count("„") + text.count("“") + text.count("”") > 1
    if last in "»«›‹":
        return any(mark in text[:-1] for mark in "»«›‹" if mark != last)
    return any(mark in text[:-1] for mark in "‘‚") if last in "’‘" else False


def build_extraction(doc: Doc, found: Found, provenance: Provenance) -> Extraction:
    """Build the records of one document.

    Claims whose content is nothing but punctuation are left out, with their links. Two attributions with the same
    content, actor and type become one claim, the surer of the two.
    """
    builder = _Builder(doc, found)
    actors = tuple(_build_actor(builder, actor) for actor in found.actors)
    claims = _build_claims(builder, actors)
    evidence = [_build_evidence(builder, index, actors) for index in range(len(found.evidence))]
    links: dict[str, EvidenceLink] = {}
    for link in found.links:
        claim = claims.get(link.claim)
        item = evidence[link.evidence] if link.evidence is not None else None
        ground = claims.get(link.evidence_claim) if link.evidence_claim is not None else None
        if (
            claim is None
            or (item is None) == (ground is None)
            or (ground is not None and ground.claim_id == claim.claim_id)
        ):
            continue
        evidence_id = item.evidence_id if item else None
        ground_id = ground.claim_id if ground else None
        link_id = make_id("link", claim.claim_id, evidence_id, ground_id, link.direction)
        links.setdefault(
            link_id,
            EvidenceLink(
                link_id=link_id,
                claim_id=claim.claim_id,
                evidence_id=evidence_id,
                evidence_claim_id=ground_id,
                direction=link.direction,
                strength=link.strength,
                cue=builder.passage(link.cue) if link.cue else None,
            ),
        )
    unique = {claim.claim_id: claim for claim in claims.values()}
    used = {claim.actor_id for claim in unique.values()} | {e.producer_id for e in evidence if e}
    items = {item.evidence_id: item for item in evidence if item is not None}
    linked = {link.evidence_id for link in links.values()}
    return Extraction(
        document=found.document,
        actors=tuple(actor for actor in {a.actor_id: a for a in actors}.values() if actor.actor_id in used),
        claims=tuple(sorted(unique.values(), key=lambda claim: (claim.assertion.passages[0].start, claim.claim_id))),
        evidence=tuple(item for item in items.values() if item.evidence_id in linked),
        links=tuple(sorted(links.values(), key=lambda link: link.link_id)),
        provenance=provenance,
    )


def _build_actor(builder: _Builder, actor: FoundActor) -> Actor:
    mentions = tuple(
        passage for mention in actor.mentions if (passage := builder.passage(mention.span, trim=True)) is not None
    )
    first = mentions[0].start if mentions and not actor.named else None
    key = (
        " ".join(actor.name.casefold().split())
        if actor.named
        else f"{builder.document_id}:{actor.name.casefold()}:{first}"
    )
    return Actor(
        actor_id=make_id("actor", builder.document_id, key),
        key=key_of_actor(actor.name, actor.kind, actor.stands_for) if actor.named else key,
        kind=actor.kind,
        organisation_kind=actor.organisation_kind,
        name=actor.name,
        named=actor.named,
        description=actor.description or None,
        affiliation=actor.affiliation or None,
        stands_for=actor.stands_for,
        mentions=tuple(sorted({m.start: m for m in mentions}.values(), key=lambda m: m.start)),
    )


def _build_claims(builder: _Builder, actors: tuple[Actor, ...]) -> dict[int, Claim]:
    """Return the claims by the index of their attribution; parents come before the claims nested in them."""
    found = builder.found
    claims: dict[int, Claim] = {}
    by_id: dict[str, Claim] = {}

    def build(index: int, seen: frozenset[int]) -> Claim | None:
        if index in claims:
            return claims[index]
        attribution = found.attributions[index]
        passages = tuple(p for span in attribution.content if (p := builder.passage(span, trim=True)) is not None)
        actor_index = found.actor_of[index]
        if not passages or actor_index is None:
            return None
        parent_index = attribution.parent
        parent = None
        if parent_index is not None and parent_index not in seen:
            parent = build(parent_index, seen | {index})
        actor = actors[actor_index]
        claim_id = make_id("claim", builder.document_id, actor.actor_id, *(f"{p.start}-{p.end}" for p in passages))
        if parent is not None and parent.claim_id == claim_id:
            parent = None
        publication = found.publications[index] if found.publications else None
        claim = Claim(
            claim_id=claim_id,
            actor_id=actor.actor_id,
            assertion=Assertion(
                passages=passages, propositions=found.propositions[index] if found.propositions else ()
            ),
            source=Source(
                document_id=builder.document_id,
                publication=builder.passage(publication, trim=True) if publication else None,
                publication_actor_id=actor.actor_id if publication and actor.kind is not ActorKind.ROLE else None,
                chain=(*parent.source.chain, parent.claim_id) if parent else (),
            ),
            confidence=found.confidences[index] if found.confidences else Confidence(value=attribution.score),
            type=attribution.type,
            medium=attribution.medium,
            mention=builder.passage(attribution.actor, trim=True) if attribution.actor else None,
            cue=builder.hull(attribution.cue),
            frame=builder.hull(attribution.frame),
            addressee=builder.passage(attribution.addressee, trim=True) if attribution.addressee else None,
            certainty=found.certainties[index] if found.certainties else Certainty(level=CertaintyLevel.UNKNOWN),
            spoken=found.spoken[index] if found.spoken else None,
            parent_id=parent.claim_id if parent else None,
        )
        known = by_id.get(claim_id)
        if known is not None and known.confidence.value >= claim.confidence.value:
            claim = known
        by_id[claim_id] = claims[index] = claim
        return claim

    for index in range(len(found.attributions)):
        build(index, frozenset())
    return {index: by_id[claim.claim_id] for index, claim in claims.items()}


def _build_evidence(builder: _Builder, index: int, actors: tuple[Actor, ...]) -> Evidence | None:
    item = builder.found.evidence[index]
    passage = builder.passage(item.span, trim=True)
    if passage is None:
        return None
    producer = None
    if item.producer is not None:
        for actor, found_actor in zip(actors, builder.found.actors, strict=True):
            if any(mention.span == item.producer for mention in found_actor.mentions):
                producer = actor.actor_id
    return Evidence(
        evidence_id=make_id("evidence", builder.document_id, item.kind, passage.start, passage.end),
        kind=item.kind,
        description=item.description,
        passage=passage,
        producer_id=producer,
        date=item.date,
    )
