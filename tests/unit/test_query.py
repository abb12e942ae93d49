import pytest

from kg.errors import QueryError
from kg.ids import sha256_of
from kg.model import (
    Actor,
    ActorKind,
    Assertion,
    Certainty,
    CertaintyLevel,
    Claim,
    ClaimType,
    Confidence,
    Document,
    Extraction,
    Language,
    Passage,
    Provenance,
    Source,
)
from kg.query import find_actors, find_claims, find_documents, find_links

TEXTS = {
    "de": ("Selenskyj: Keine Verhandlungen", "Wolodymyr Selenskyj", "Verhandlungen wird es nicht geben"),
    "en": ("No talks, says Zelensky", "Volodymyr Zelensky", "there will be no talks"),
}


def make(language: str) -> Extraction:
    title, name, content = TEXTS[language]
    text = f"{title}\n\n{content}."
    start = text.index(content)
    passage = Passage(document_id=language, start=start, end=start + len(content), exact=content)
    return Extraction(
        document=Document(
            document_id=language, title=title, language=Language(language), text=text, sha256=sha256_of(text)
        ),
        actors=(Actor(actor_id=f"a-{language}", key=name.lower(), kind=ActorKind.PERSON, name=name, named=True),),
        claims=(
            Claim(
                claim_id=f"c-{language}",
                actor_id=f"a-{language}",
                assertion=Assertion(passages=(passage,)),
                source=Source(document_id=language),
                confidence=Confidence(value=1.0),
                type=ClaimType.INDIRECT,
                certainty=Certainty(level=CertaintyLevel.CERTAIN),
            ),
        ),
        provenance=Provenance(software="test", pipeline="test", stages=()),
    )


EXTRACTIONS = tuple(make(language) for language in TEXTS)


@pytest.mark.parametrize("spelling", ["Selenskyj", "Zelensky", "zelenskyy", "Wolodymyr Selenskyj"])
def test_actors_are_found_in_any_spelling(spelling):
    assert [actor.actor_id for actor, _ in find_actors(EXTRACTIONS, spelling)] == ["a-de", "a-en"]


def test_an_actor_nobody_names_is_not_found():
    assert list(find_actors(EXTRACTIONS, "Macron")) == []


def test_a_name_without_letters_is_an_error():
    with pytest.raises(QueryError, match="has no letters"):
        list(find_actors(EXTRACTIONS, "?!"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["c-de", "c-en"]),
        ({"actor": "Zelensky"}, ["c-de", "c-en"]),
        ({"actor": "a-de"}, ["c-de"]),
        ({"text": "TALKS"}, ["c-en"]),
        ({"text": "geben Verhandlungen"}, ["c-de"]),
        ({"document_id": "en"}, ["c-en"]),
        ({"language": Language.DE}, ["c-de"]),
        ({"actor": "Zelensky", "text": "nothing like it"}, []),
    ],
)
def test_claims(wanted, found):
    assert [each.claim.claim_id for each in find_claims(EXTRACTIONS, **wanted)] == found


@pytest.mark.parametrize(
    ("wanted", "found"), [({}, ["de", "en"]), ({"text": "talks"}, ["en"]), ({"language": Language.DE}, ["de"])]
)
def test_documents(wanted, found):
    assert [document.document_id for document in find_documents(EXTRACTIONS, **wanted)] == found


def test_nothing_in_nothing_out():
    assert list(find_claims(())) == []
    assert list(find_documents(())) == []
    assert list(find_links(EXTRACTIONS[0], "c-de")) == []
