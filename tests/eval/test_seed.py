"""The example article, where it is at hand, against what a careful reader finds in it."""

from pathlib import Path

import pytest

from kg.evaluate.corpus import token_starts
from kg.ingest import ingest
from kg.model import Direction, Passage
from kg.pipeline import extract
from kg.trace import trace

SEED = Path(__file__).parents[3] / "shared" / "seed" / "artikel.txt"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the example article lies beside the repository, not in it")

# number in expected.md: chain of actors, outermost first (words that the name must hold), and the content's first and last words
CLAIMS = {
    1: (["Beyond Parallel"], [("dass der Verkehr “weit", "fünf Jahren")]),
    2: (["Beyond Parallel"], [("Im Nachgang zum", "Nordkorea und Russland")]),
    3: (["Beyond Parallel", "US-Regierungsbeamte"], [("dass Nordkorea begonnen", "zu verlegen")]),
    4: (["Beyond Parallel"], [("Angesichts der Aussage", "unterstützen sollen")]),
    5: (["Digital"], [("Am Tumangang-Bahnhof", "Güterwagen beobachtet")]),
    6: (["Digital"], [("Etwa 73 Eisenbahnwaggons", "Jahren dokumentierten")]),
    7: (["Beyond Parallel"], [("Angesichts der Tatsache", "an Russland hin")]),
    8: (["Digital"], [("Allerdings haben umfangreiche", "absichtlich verdeckt")]),
    9: (["Digital"], [("Putin empfing in", "Abkommen unterzeichnete")]),
    10: (["Berichte"], [("Nordkorea würde Berichten", "Nahrungsmittel erhalten")]),
    11: (
        ["Experten"],
        [
            ("Eine potenzielle Partnerschaft", "versorgen würde, wird"),
            ("wahrscheinlich nur geringe", "Ukraine-Konflikt haben"),
        ],
    ),
    12: (["Seth Jones"], [("Wenn Sie nach", "Abschaum aus"), ("Nordkorea ist ein", "letzter Ausweg")]),
    13: (["Digital"], [("Der Einmarsch Russlands", "Artillerie zerstört")]),
}
MIN_OVERLAP = 0.8


@pytest.fixture(scope="module")
def seed():
    (document,) = ingest([str(SEED)])
    (extraction,) = extract([document])
    return extraction


def content(text: str, parts: list[tuple[str, str]]) -> frozenset[int]:
    passages = []
    for first, last in parts:
        start = text.index(first)
        end = text.index(last, start) + len(last)
        passages.append(Passage(document_id="x", start=start, end=end, exact=text[start:end]))
    return token_starts(text, passages)


def found_claims(extraction) -> dict[int, str]:
    """Return the claim for each number that was found with the right content, actor and chain."""
    actors = {actor.actor_id: actor for actor in extraction.actors}
    by_id = {claim.claim_id: claim for claim in extraction.claims}
    text = extraction.document.text
    found = {}
    for number, (chain, parts) in CLAIMS.items():
        wanted = content(text, parts)
        for claim in extraction.claims:
            tokens = token_starts(text, claim.assertion.passages)
            overlap = 2 * len(tokens & wanted) / (len(tokens) + len(wanted))
            names = [actors[by_id[c].actor_id].name for c in (*claim.source.chain, claim.claim_id)]
            right = len(names) == len(chain) and all(word in name for word, name in zip(chain, names, strict=True))
            if overlap >= MIN_OVERLAP and right:
                found[number] = claim.claim_id
    return found


def test_at_least_eleven_of_the_thirteen_claims_are_found(seed):
    assert len(found_claims(seed)) >= 11, sorted(set(CLAIMS) - set(found_claims(seed)))


def test_the_officials_claim_is_nested_in_the_think_tanks(seed):
    assert 3 in found_claims(seed)


def test_every_passage_is_exact(seed):
    for claim in seed.claims:
        for passage in claim.assertion.passages:
            assert seed.document.text[passage.start : passage.end] == passage.exact


@pytest.mark.parametrize("question", ["artillery shipped to Russia", "Artillerie nach Russland geliefert"])
def test_the_trace_lists_what_bears_on_the_question(seed, question):
    found = found_claims(seed)
    answer = trace(question, [seed])
    directions = {item.claim_id: item.direction for item in answer.items}
    for number in (3, 4, 7, 10):
        assert directions.get(found[number]) is Direction.SUPPORTS, number
    assert directions.get(found[8]) is Direction.UNDERCUTS
    assert not {12, 13} & {number for number, claim_id in found.items() if claim_id in directions}


@pytest.mark.parametrize("question", ["artillery shipped to Russia", "Artillerie nach Russland geliefert"])
def test_the_origins_are_the_think_tank_and_the_official(seed, question):
    answer = trace(question, [seed])
    names = [origin.name for origin in answer.origins]
    assert any("Beyond Parallel" in name for name in names)
    assert any("beamte" in name for name in names)
    assert not any("Digital" in name for name in names)
    assert not answer.opposing
    assert answer.gaps
