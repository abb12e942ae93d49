"""From token findings to records: exact passages, stable identifiers, no link into the void."""

from dataclasses import replace

import pytest
import spacy

from kg.found import ActorMention, Attribution, Found, FoundActor, FoundEvidence, FoundLink, TokenSpan
from kg.ids import sha256_of
from kg.model import ActorKind, ClaimType, Direction, Document, Provenance
from kg.records import build_extraction

_PROVENANCE = Provenance(software="kg", pipeline="none", stages=())
_TEXTS = {
    "de": "Moll sagte , „ alles ist falsch “ , und lachte .",
    "en": "Moll said , “ all is wrong ” , and laughed .",
}
_CONTENT = TokenSpan(3, 8)  # with the marks
_OUTLET = FoundActor(ActorKind.MEDIUM, "Outlet", True, None, None, None, ())
_MOLL = FoundActor(ActorKind.PERSON, "Moll", True, None, None, None, (ActorMention(TokenSpan(0, 1), 0),))


def made(language, **fields):
    text = _TEXTS[language]
    document = Document(document_id="d", language=language, text=text, sha256=sha256_of(text))
    said = Attribution((_CONTENT,), ClaimType.DIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    found = replace(
        Found(document), **({"actors": (_OUTLET, _MOLL), "attributions": (said,), "actor_of": (1,)} | fields)
    )
    return build_extraction(spacy.blank(language)(text), found, _PROVENANCE)


@pytest.mark.parametrize(("language", "words"), [("de", "alles ist falsch"), ("en", "all is wrong")])
def test_passages_are_exact_and_without_marks(language, words):
    extraction = made(language)
    (claim,) = extraction.claims
    (passage,) = claim.assertion.passages
    assert passage.exact == words
    assert extraction.document.text[passage.start : passage.end] == words
    assert [actor.name for actor in extraction.actors] == ["Moll"]  # the outlet claims nothing


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_second_run_gives_the_same_records(language):
    assert made(language) == made(language)


def test_nothing_found_gives_no_records():
    extraction = made("en", actors=(), attributions=(), actor_of=())
    assert (extraction.claims, extraction.actors, extraction.evidence, extraction.links) == ((), (), (), ())


def test_content_of_punctuation_only_is_no_claim():
    punctuation = Attribution((TokenSpan(2, 3),), ClaimType.DIRECT, actor=TokenSpan(0, 1))
    link = FoundLink(claim=0, direction=Direction.SUPPORTS, strength=0.5, evidence=0)
    evidence = FoundEvidence("document", "all", TokenSpan(4, 5))
    extraction = made("en", attributions=(punctuation,), links=(link,), evidence=(evidence,))
    assert (extraction.claims, extraction.links, extraction.evidence) == ((), (), ())


def test_the_surer_of_two_equal_claims_stays():
    said = Attribution((_CONTENT,), ClaimType.DIRECT, actor=TokenSpan(0, 1), score=0.4)
    (claim,) = made("en", attributions=(said, replace(said, score=0.8)), actor_of=(1, 1)).claims
    assert claim.confidence.value == 0.8


def test_a_nested_claim_knows_those_around_it():
    outer = Attribution((_CONTENT,), ClaimType.DIRECT, actor=TokenSpan(0, 1))
    inner = Attribution((TokenSpan(5, 7),), ClaimType.INDIRECT, parent=0)
    claims = made("en", attributions=(outer, inner), actor_of=(1, 1)).claims
    assert claims[1].parent_id == claims[0].claim_id
    assert claims[1].source.chain == (claims[0].claim_id,)


def test_claims_that_nest_in_each_other_end():
    first = Attribution((_CONTENT,), ClaimType.DIRECT, parent=1)
    second = Attribution((TokenSpan(5, 7),), ClaimType.INDIRECT, parent=0)
    claims = made("en", attributions=(first, second), actor_of=(1, 1)).claims
    assert len(claims) == 2
    assert all(claim.claim_id not in claim.source.chain for claim in claims)


def test_no_claim_is_evidence_for_itself():
    link = FoundLink(claim=0, direction=Direction.SUPPORTS, strength=0.5, evidence_claim=0)
    assert made("en", links=(link,)).links == ()


def test_evidence_that_no_claim_uses_is_left_out():
    evidence = FoundEvidence("document", "all", TokenSpan(4, 5))
    assert made("en", evidence=(evidence,)).evidence == ()
    link = FoundLink(claim=0, direction=Direction.SUPPORTS, strength=0.5, evidence=0)
    assert len(made("en", evidence=(evidence,), links=(link,)).evidence) == 1
