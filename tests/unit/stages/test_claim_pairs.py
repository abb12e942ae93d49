import pytest

from kg.found import Attribution, Block, BlockKind, FoundActor, TokenSpan
from kg.model import ActorKind, ClaimType
from kg.stages.claim_facts import Stance, facts_of
from kg.stages.claim_pairs import Pair, pairs_of, weights_under
from kg.stages.link_model import LinkWeights, load_link_weights

A = FoundActor(ActorKind.PERSON, "Voss", True, None, None, None, ())
B = FoundActor(ActorKind.ORGANISATION, "Hallwerk", True, None, None, None, ())


def facts_in(doc, found_in, attributions, actor_of, language="de"):
    blocks = (Block(TokenSpan(0, len(doc)), BlockKind.BODY),)
    found = found_in(doc, language, blocks=blocks, attributions=attributions, actors=(A, B), actor_of=actor_of)
    return facts_of(doc, found), found


_TWO = """
Gift Gift NOUN 2 nsubj
fließt fließen VERB 0 root
. . PUNCT 2 punct

Das der PRON 3 nsubj
ist sein AUX 3 cop
{word} {word} ADJ 0 root
. . PUNCT 3 punct
"""


@pytest.mark.parametrize(
    ("language", "word", "stance"),
    [
        ("de", "falsch", Stance.DENIES),
        ("en", "wrong", Stance.DENIES),
        ("de", "fragwürdig", Stance.DOUBTS),
        ("en", "dubious", Stance.DOUBTS),
        ("de", "schön", Stance.NONE),
        ("en", "nice", Stance.NONE),
    ],
)
def test_a_claim_takes_a_stance_by_what_it_calls_what_was_said(by_hand, found_in, language, word, stance):
    doc = by_hand(_TWO.format(word=word))
    said = Attribution((TokenSpan(0, 2),), ClaimType.INDIRECT)
    judged = Attribution((TokenSpan(3, 6),), ClaimType.DIRECT)
    facts, _ = facts_in(doc, found_in, (said, judged), (0, 1), language)
    assert [fact.stance for fact in facts] == [Stance.NONE, stance]
    assert facts[1].refers_back


def test_a_speaker_goes_on_with_a_denial(by_hand, found_in):
    doc = by_hand(_TWO.format(word="falsch") + "\nWasser Wasser NOUN 2 nsubj\nfließt fließen VERB 0 root")
    said = Attribution((TokenSpan(0, 2),), ClaimType.INDIRECT)
    judged = Attribution((TokenSpan(3, 6),), ClaimType.DIRECT)
    more = Attribution((TokenSpan(7, 9),), ClaimType.DIRECT)
    facts, _ = facts_in(doc, found_in, (said, judged, more), (0, 1, 1))
    assert [fact.stance for fact in facts] == [Stance.NONE, Stance.DENIES, Stance.DENIES_ON]
    facts, _ = facts_in(doc, found_in, (said, judged, more), (0, 1, 0))
    assert facts[2].stance is Stance.NONE


def test_every_pair_of_near_claims_is_looked_at_from_both_sides(by_hand, found_in):
    doc = by_hand("\n\n".join("Gift Gift NOUN 2 nsubj\nfließt fließen VERB 0 root" for _ in range(70)))
    attributions = tuple(Attribution((TokenSpan(2 * i, 2 * i + 2),), ClaimType.INDIRECT) for i in range(70))
    facts, found = facts_in(doc, found_in, attributions, (0,) * 70)
    pairs = {(pair.source, pair.target) for pair in pairs_of(facts, found)}
    assert {(target, source) for source, target in pairs} == pairs
    assert (69, 0) in pairs
    assert (40, 20) in pairs
    assert (69, 20) not in pairs


def test_weights_under_conditions_come_to_the_same_as_all_features():
    weights = {"like": 0.5, "deny|like": 1.0, "doubt|like": 8.0, "negated|like": 2.0, "source_deny": 0.25}
    pair = Pair(0, 1, {"like": 0.5, "next": 1.0}, ("deny", "negated"))
    added, merged = weights_under(pair.conditions, weights)
    assert added + merged["like"] * 0.5 == sum(weights.get(n, 0.0) * v for n, v in pair.features.items()) == 2.0
    assert LinkWeights(bias=-2.0, least=0.5, weights=weights).probability(pair) == 0.5


def test_the_shipped_weights_know_stances_and_neighbours():
    for weights in load_link_weights().values():
        assert 0 < weights.least < 1
        assert {"next", "like", "same_block"} <= set(weights.weights)
