"""Fixtures for the server: a store with one story in both languages, and a client."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.model import Claim, Direction, Extraction, Language, Review
from kg.serve import create_app
from kg.store import Store
from kg.trace.records import (
    Gap,
    Opinion,
    Trace,
    TraceActor,
    TraceEvidence,
    TraceHedge,
    TraceItem,
    TraceOrigin,
    TraceSource,
)


@pytest.fixture
def store_path(tmp_path: Path, extraction_de: Extraction, extraction_en: Extraction, review: Review) -> Path:
    """The folder of a store with two articles and a review."""
    path = tmp_path / "store"
    with Store(path) as store:
        store.add(extraction_de)
        store.add(extraction_en)
        store.add_review(review)
    return path


@pytest.fixture
def client(extraction_de: Extraction, extraction_en: Extraction, review: Review) -> TestClient:
    """A client of a server with the same in memory."""
    store = Store()
    store.add(extraction_de)
    store.add(extraction_en)
    store.add_review(review)
    return TestClient(create_app(store))


@pytest.fixture
def client_of() -> Callable[..., TestClient]:
    """Make a client of a store in memory that holds some extractions."""

    def make(*extractions: Extraction) -> TestClient:
        store = Store()
        for extraction in extractions:
            store.add(extraction)
        return TestClient(create_app(store))

    return make


@pytest.fixture
def damage_trace(extraction_de: Extraction) -> Trace:
    """A trace made by hand, with every part filled: support through a chain, a dispute, a gap, a near miss."""
    actors = {actor.actor_id: actor for actor in extraction_de.actors}
    said, told, rumoured, denied, _ = extraction_de.claims

    def item(claim: Claim, direction: Direction, *chain: Claim) -> TraceItem:
        who = [actors[link.actor_id] for link in (*chain, claim)]
        people = tuple(TraceActor(name=a.name, kind=a.kind, named=a.named, key=a.key) for a in who)
        return TraceItem(
            claim_id=claim.claim_id,
            direction=direction,
            relevance=0.8,
            reasons=("Nennt Risse und Damm.",),
            actor=people[-1],
            chain=people,
            source=TraceSource(
                document_id=extraction_de.document.document_id,
                title=extraction_de.document.title,
                published="2024-03-05",
                language=Language.DE,
            ),
            quote=claim.assertion.passages[0].exact,
            passages=claim.assertion.passages,
            after=", hieß es.",
            claim_type=claim.type,
            certainty=claim.certainty.level,
            hedges=tuple(TraceHedge(words=h.passage.exact, hedge_class=h.hedge_class) for h in claim.certainty.hedges),
            confidence=claim.confidence.value,
            evidence=(TraceEvidence(kind="imagery", description="Bilder", direction=Direction.SUPPORTS),),
        )

    voss = actors[told.actor_id]
    opinion = Opinion(belief=0.5, disbelief=0.2, uncertainty=0.3)
    return Trace(
        question="Risse im Damm",
        language=Language.DE,
        verdict="1 unabhängiger Ursprung stützt es; 1 bestreitet es.",
        items=(item(told, Direction.SUPPORTS, said), item(denied, Direction.DISPUTES)),
        origins=(
            TraceOrigin(
                origin_id="origin-1",
                name=voss.name,
                kind=voss.kind,
                named=True,
                direction=Direction.SUPPORTS,
                claim_ids=(told.claim_id,),
                document_ids=(extraction_de.document.document_id,),
                copies=1,
                opinion=opinion,
                words="mäßig",
            ),
        ),
        support=opinion,
        support_words="eher dafür",
        gaps=(Gap(kind="eyewitness", text="Keine Augenzeugin."),),
        nearest=(item(rumoured, Direction.CONTEXT),),
        n_documents=1,
        n_claims=5,
        n_found=2,
    )
