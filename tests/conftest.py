"""Fixtures that many tests share: small records made by hand."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kg.ids import make_id, sha256_of
from kg.model import (
    Actor,
    ActorKind,
    Assertion,
    Certainty,
    CertaintyLevel,
    Claim,
    ClaimMedium,
    ClaimType,
    Confidence,
    DatePrecision,
    Direction,
    Document,
    Evidence,
    EvidenceLink,
    Extraction,
    Hedge,
    HedgeClass,
    Language,
    Modality,
    OrganisationKind,
    PartialDate,
    Passage,
    Polarity,
    Proposition,
    Provenance,
    Review,
    ReviewDecision,
    Role,
    RoleFiller,
    Source,
    StageRun,
    TimeReference,
)

_TEXT_DE = """\
Hallbach: Behörde meldet Risse im Damm

Die Wasserbehörde teilte am Montag in einem Bericht mit: „Die Ingenieurin Jana Voss hat uns gesagt, dass Taucher \
wahrscheinlich Risse im Damm fotografiert haben. Der Damm ist“, so die Behörde weiter, „nicht sicher.“

Angeblich soll der Betreiber die Schäden seit 2021 kennen. Die Hallwerk AG bestritt das gegenüber dem Kurier.

Unabhängig prüfen ließen sich die Bilder nicht."""

_TEXT_EN = """\
Hallbach: Authority reports cracks in dam

The water authority said in a report on Monday: “The engineer Jana Voss told us that divers had probably \
photographed cracks in the dam. The dam,” the authority went on, “is not safe.”

Reportedly the operator has known of the damage since 2021. Hallwerk AG denied that to the Courier.

The pictures could not be checked independently."""

_WORDS = {
    Language.DE: {
        "title": "Hallbach: Behörde meldet Risse im Damm",
        "publisher": "Hallbacher Kurier",
        "authority": "Die Wasserbehörde",
        "authority_role": "zuständig für Talsperren",
        "voss": "Jana Voss",
        "voss_role": "Die Ingenieurin",
        "company": "Die Hallwerk AG",
        "reports": "Angeblich",
        "reports_name": "ungenannte Berichte",
        "report": "in einem Bericht",
        "monday": "am Montag",
        "cue": "teilte am Montag in einem Bericht mit",
        "content_1": "Die Ingenieurin Jana Voss hat uns gesagt, dass Taucher wahrscheinlich Risse im Damm fotografiert haben. Der Damm ist",
        "content_1b": "nicht sicher.",
        "inner_frame": "Die Ingenieurin Jana Voss hat uns gesagt",
        "inner_cue": "gesagt",
        "inner_addressee": "uns",
        "inner_content": "dass Taucher wahrscheinlich Risse im Damm fotografiert haben",
        "probably": "wahrscheinlich",
        "divers": "Taucher",
        "cracks": "Risse im Damm",
        "photo": "Risse im Damm fotografiert",
        "hearsay": "soll der Betreiber die Schäden seit 2021 kennen",
        "operator": "der Betreiber",
        "damage": "die Schäden",
        "since": "seit 2021",
        "year": "2021",
        "denial_cue": "bestritt",
        "denial": "das",
        "courier": "dem Kurier",
        "unchecked": "Unabhängig prüfen ließen sich die Bilder nicht",
        "unchecked_cue": "Unabhängig prüfen",
    },
    Language.EN: {
        "title": "Hallbach: Authority reports cracks in dam",
        "publisher": "Hallbach Courier",
        "authority": "The water authority",
        "authority_role": "in charge of dams",
        "voss": "Jana Voss",
        "voss_role": "The engineer",
        "company": "Hallwerk AG",
        "reports": "Reportedly",
        "reports_name": "unnamed reports",
        "report": "in a report",
        "monday": "on Monday",
        "cue": "said in a report on Monday",
        "content_1": "The engineer Jana Voss told us that divers had probably photographed cracks in the dam. The dam,",
        "content_1b": "is not safe.",
        "inner_frame": "The engineer Jana Voss told us",
        "inner_cue": "told",
        "inner_addressee": "us",
        "inner_content": "that divers had probably photographed cracks in the dam",
        "probably": "probably",
        "divers": "divers",
        "cracks": "cracks in the dam",
        "photo": "photographed cracks in the dam",
        "hearsay": "the operator has known of the damage since 2021",
        "operator": "the operator",
        "damage": "the damage",
        "since": "since 2021",
        "year": "2021",
        "denial_cue": "denied",
        "denial": "that to",
        "courier": "the Courier",
        "unchecked": "The pictures could not be checked independently",
        "unchecked_cue": "could not be checked independently",
    },
}


def _build_extraction(language: Language, text: str) -> Extraction:
    """Make records that fill every field at least once; German and English tell the same story."""
    words = _WORDS[language]
    document_id = make_id("document", text)

    def passage(name: str, after: str = "") -> Passage:
        exact = words[name]
        start = text.index(exact, text.index(words[after]) if after else 0)
        return Passage(document_id=document_id, start=start, end=start + len(exact), exact=exact)

    def new_id(prefix: str, name: str) -> str:
        return make_id(prefix, document_id, name)

    authority, voss, company, reports, outlet = (
        Actor(
            actor_id=new_id("actor", "authority"),
            key="organisation:wasserbehörde",
            kind=ActorKind.ORGANISATION,
            organisation_kind=OrganisationKind.GOVERNMENT_BODY,
            name=words["authority"],
            named=True,
            description=words["authority_role"],
            stands_for="government",
            mentions=(passage("authority"), passage("inner_addressee", "inner_frame")),
            external_ids=("wikidata:Q2", "gnd:1"),
        ),
        Actor(
            actor_id=new_id("actor", "voss"),
            key="person:jana voss",
            kind=ActorKind.PERSON,
            name=words["voss"],
            named=True,
            description=words["voss_role"],
            affiliation=words["authority"],
            mentions=(passage("voss"),),
        ),
        Actor(
            actor_id=new_id("actor", "company"),
            key="organisation:hallwerk ag",
            kind=ActorKind.ORGANISATION,
            organisation_kind=OrganisationKind.COMPANY,
            name="Hallwerk AG",
            named=True,
            mentions=(passage("company"), passage("operator")),
        ),
        Actor(
            actor_id=new_id("actor", "reports"),
            key=f"role:{document_id}:reports",
            kind=ActorKind.GROUP,
            name=words["reports_name"],
            named=False,
            mentions=(passage("reports"),),
        ),
        Actor(
            actor_id=new_id("actor", "outlet"),
            key="medium:hallbacher kurier",
            kind=ActorKind.MEDIUM,
            name=words["publisher"],
            named=True,
        ),
    )
    photographed = Proposition(
        key="photograph(diver,crack)",
        predicate="photograph",
        concepts=("photograph.v", "record.v"),
        roles=(
            RoleFiller(role=Role.AGENT, text=words["divers"], concepts=("diver.n",)),
            RoleFiller(role=Role.THEME, text=words["cracks"], concepts=("crack.n", "dam.n")),
        ),
        modality=Modality.POSSIBLE,
        passage=passage("inner_content"),
    )
    unsafe = Proposition(
        key="not safe(dam)", predicate="safe", polarity=Polarity.NEGATIVE, passage=passage("content_1b")
    )
    known = Proposition(
        key="know(operator,damage)",
        predicate="know",
        roles=(RoleFiller(role=Role.TIME, text=words["since"]),),
        presupposed=True,
        passage=passage("hearsay"),
    )
    said = Claim(
        claim_id=new_id("claim", "said"),
        actor_id=authority.actor_id,
        assertion=Assertion(
            passages=(passage("content_1"), passage("content_1b")), propositions=(unsafe, photographed)
        ),
        source=Source(document_id=document_id, publication=passage("report"), publication_actor_id=authority.actor_id),
        confidence=Confidence(value=0.9, parts={"content": 0.95, "actor": 1.0}),
        type=ClaimType.DIRECT,
        medium=ClaimMedium.WRITING,
        mention=passage("authority"),
        cue=passage("cue"),
        certainty=Certainty(level=CertaintyLevel.CERTAIN),
        spoken=TimeReference(
            passage=passage("monday"), date=PartialDate(value="2024-03-04", precision=DatePrecision.DAY)
        ),
    )
    told = Claim(
        claim_id=new_id("claim", "told"),
        actor_id=voss.actor_id,
        assertion=Assertion(passages=(passage("inner_content"),), propositions=(photographed,)),
        source=Source(document_id=document_id, chain=(said.claim_id,)),
        confidence=Confidence(value=0.75),
        type=ClaimType.INDIRECT,
        medium=ClaimMedium.SPEECH,
        mention=passage("voss"),
        cue=passage("inner_cue", "inner_frame"),
        frame=passage("inner_frame"),
        addressee=passage("inner_addressee", "inner_frame"),
        certainty=Certainty(
            level=CertaintyLevel.PROBABLE,
            hedges=(Hedge(hedge_class=HedgeClass.PROBABILITY, passage=passage("probably")),),
        ),
        parent_id=said.claim_id,
    )
    rumoured = Claim(
        claim_id=new_id("claim", "rumoured"),
        actor_id=reports.actor_id,
        assertion=Assertion(passages=(passage("hearsay"),), propositions=(known,)),
        source=Source(document_id=document_id),
        confidence=Confidence(value=0.5, parts={"content": 0.5}),
        type=ClaimType.FREE_INDIRECT,
        certainty=Certainty(
            level=CertaintyLevel.UNKNOWN,
            hedges=(Hedge(hedge_class=HedgeClass.DISTANCING, passage=passage("reports")),),
        ),
    )
    denied = Claim(
        claim_id=new_id("claim", "denied"),
        actor_id=company.actor_id,
        assertion=Assertion(passages=(passage("denial", "denial_cue"),)),
        source=Source(document_id=document_id),
        confidence=Confidence(value=0.8),
        type=ClaimType.REPORTED,
        cue=passage("denial_cue"),
        addressee=passage("courier"),
        certainty=Certainty(level=CertaintyLevel.CERTAIN),
    )
    own = Claim(
        claim_id=new_id("claim", "own"),
        actor_id=outlet.actor_id,
        assertion=Assertion(passages=(passage("unchecked"),)),
        source=Source(document_id=document_id),
        confidence=Confidence(value=0.7),
        type=ClaimType.OWN,
        certainty=Certainty(level=CertaintyLevel.CERTAIN),
    )
    picture = Evidence(
        evidence_id=new_id("evidence", "picture"),
        kind="imagery",
        description=words["photo"],
        passage=passage("photo"),
        producer_id=voss.actor_id,
        date=TimeReference(passage=passage("year"), date=PartialDate(value="2021", precision=DatePrecision.YEAR)),
    )
    gap = Evidence(
        evidence_id=new_id("evidence", "gap"),
        kind="absence",
        description=words["unchecked"],
        passage=passage("unchecked"),
        date=TimeReference(passage=passage("since")),
    )
    return Extraction(
        document=Document(
            document_id=document_id,
            url="https://example.org/hallbach?id=1 2",
            title=words["title"],
            publisher=words["publisher"],
            authors=("Mia Zander", "Ben Adler"),
            published=PartialDate(value="2024-03-05T06:30:00+00:00", precision=DatePrecision.SECOND),
            retrieved=datetime(2024, 3, 6, 12, 0, 0, 250000, tzinfo=UTC),
            language=language,
            text=text,
            sha256=sha256_of(text),
        ),
        actors=(authority, voss, company, reports, outlet),
        claims=(said, told, rumoured, denied, own),
        evidence=(picture, gap),
        links=(
            EvidenceLink(
                link_id=new_id("link", "1"),
                claim_id=said.claim_id,
                evidence_id=picture.evidence_id,
                direction=Direction.SUPPORTS,
                strength=0.8,
                cue=passage("photo"),
            ),
            EvidenceLink(
                link_id=new_id("link", "2"),
                claim_id=rumoured.claim_id,
                evidence_claim_id=denied.claim_id,
                direction=Direction.DISPUTES,
                strength=1.0,
                cue=passage("denial_cue"),
            ),
            EvidenceLink(
                link_id=new_id("link", "3"),
                claim_id=told.claim_id,
                evidence_id=gap.evidence_id,
                direction=Direction.UNDERCUTS,
                strength=0.6,
                cue=passage("unchecked_cue"),
            ),
            EvidenceLink(
                link_id=new_id("link", "4"),
                claim_id=rumoured.claim_id,
                evidence_claim_id=said.claim_id,
                direction=Direction.CONTEXT,
                strength=0.3,
            ),
        ),
        provenance=Provenance(
            software="kg 0.1.0",
            pipeline=f"kg_{language} 1",
            stages=(StageRun(name="passages", version="1"), StageRun(name="attribution", version="2")),
            extracted=datetime(2024, 3, 6, 12, 0, 1, tzinfo=UTC),
        ),
    )


@pytest.fixture
def extraction_de() -> Extraction:
    """A German article with a nested claim, hearsay, a denial and pictures nobody could check; every field is filled."""
    return _build_extraction(Language.DE, _TEXT_DE)


@pytest.fixture
def extraction_en() -> Extraction:
    """The English counterpart of ``extraction_de``: the same actors and propositions."""
    return _build_extraction(Language.EN, _TEXT_EN)


@pytest.fixture(scope="session")
def story() -> tuple[Extraction, Extraction]:
    """Both articles, for fixtures that live longer than a test."""
    return _build_extraction(Language.DE, _TEXT_DE), _build_extraction(Language.EN, _TEXT_EN)


@pytest.fixture
def make_extraction() -> Callable[[str], Extraction]:
    """Make as many different small extractions as a test needs: the German one with another last sentence."""

    def make(ending: str) -> Extraction:
        return _build_extraction(Language.DE, f"{_TEXT_DE}\n\n{ending}")

    return make


@pytest.fixture
def review(extraction_de: Extraction) -> Review:
    """A reviewer's correction of the first German claim."""
    return Review(
        review_id=make_id("review", "1"),
        record_id=extraction_de.claims[0].claim_id,
        reviewer="Ana Prüfer",
        decision=ReviewDecision.CORRECT,
        note="Der Bericht nennt keine Zahl.",
        time=datetime(2024, 3, 7, 9, 0, tzinfo=UTC),
    )
