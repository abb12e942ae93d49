import pytest

from kg.found import Attribution, Block, BlockKind, FoundActor, TokenSpan
from kg.model import ActorKind, ClaimType, Direction
from kg.stages.stance import find_stance

A = FoundActor(ActorKind.PERSON, "Voss", True, None, None, None, ())
B = FoundActor(ActorKind.ORGANISATION, "Hallwerk", True, None, None, None, ())


def stance_in(doc, found_in, attributions, actor_of, language="de"):
    blocks = (Block(TokenSpan(0, len(doc)), BlockKind.BODY),)
    found = found_in(doc, language, blocks=blocks, attributions=attributions, actors=(A, B), actor_of=actor_of)
    return [(link.claim, link.evidence_claim, link.direction) for link in find_stance(doc, found)["links"]]


_DENIED = """
Voss Voss PROPN 2 nsubj
sagt sagen VERB 0 root
Gift Gift NOUN 4 nsubj
fließt fließen VERB 2 ccomp
. . PUNCT 2 punct

Hallwerk Hallwerk PROPN 2 nsubj
x {cue} VERB 0 root
dass dass SCONJ 5 mark
Gift Gift NOUN 5 nsubj
fließt fließen VERB 2 ccomp
"""


@pytest.mark.parametrize(
    ("language", "cue", "links"),
    [
        ("de", "bestreiten", [(0, 1, Direction.DISPUTES)]),
        ("en", "deny", [(0, 1, Direction.DISPUTES)]),
        ("de", "bezweifeln", [(0, 1, Direction.UNDERCUTS)]),
        ("en", "doubt", [(0, 1, Direction.UNDERCUTS)]),
        ("de", "sagen", [(0, 1, Direction.SUPPORTS)]),
        ("en", "say", [(0, 1, Direction.SUPPORTS)]),
    ],
)
def test_a_denial_disputes_a_doubt_undercuts_and_a_repetition_supports_what_another_said(
    by_hand, found_in, language, cue, links
):
    doc = by_hand(_DENIED.format(cue=cue))
    first = Attribution((TokenSpan(2, 4),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    second = Attribution((TokenSpan(7, 10),), ClaimType.INDIRECT, actor=TokenSpan(5, 6), cue=(TokenSpan(6, 7),))
    assert stance_in(doc, found_in, (first, second), (0, 1), language) == links


def test_nobody_disputes_themselves(by_hand, found_in):
    doc = by_hand(_DENIED.format(cue="bestreiten"))
    first = Attribution((TokenSpan(2, 4),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    second = Attribution((TokenSpan(7, 10),), ClaimType.INDIRECT, actor=TokenSpan(5, 6), cue=(TokenSpan(6, 7),))
    assert stance_in(doc, found_in, (first, second), (0, 0)) == []


@pytest.mark.parametrize(("language", "cue"), [("de", "widerrufen"), ("en", "retract")])
def test_who_retracts_something_disputes_what_they_said(by_hand, found_in, language, cue):
    doc = by_hand(_DENIED.format(cue=cue))
    first = Attribution((TokenSpan(2, 4),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    second = Attribution((TokenSpan(7, 10),), ClaimType.INDIRECT, actor=TokenSpan(5, 6), cue=(TokenSpan(6, 7),))
    assert stance_in(doc, found_in, (first, second), (0, 0), language) == [(0, 1, Direction.DISPUTES)]


_GIVEN = """
Angesichts angesichts ADP 3 case
der der DET 3 det
Aussage Aussage NOUN 7 obl
dass dass SCONJ 6 mark
Gift Gift NOUN 6 nsubj
fließt fließen VERB 3 acl
stirbt sterben VERB 0 root
Fisch Fisch NOUN 7 nsubj
"""


@pytest.mark.parametrize(("language", "cue"), [("de", "bestreiten"), ("en", "deny")])
def test_the_cue_of_a_denial_is_kept(by_hand, found_in, language, cue):
    doc = by_hand(_DENIED.format(cue=cue))
    first = Attribution((TokenSpan(2, 4),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    second = Attribution((TokenSpan(7, 10),), ClaimType.INDIRECT, actor=TokenSpan(5, 6), cue=(TokenSpan(6, 7),))
    blocks = (Block(TokenSpan(0, len(doc)), BlockKind.BODY),)
    found = found_in(doc, language, blocks=blocks, attributions=(first, second), actors=(A, B), actor_of=(0, 1))
    assert [link.cue for link in find_stance(doc, found)["links"]] == [TokenSpan(6, 7)]


def test_a_statement_that_is_given_supports_what_follows_from_it(by_hand, found_in):
    doc = by_hand(_GIVEN)
    outer = Attribution((TokenSpan(0, 8),), ClaimType.DIRECT)
    inner = Attribution((TokenSpan(3, 6),), ClaimType.INDIRECT, cue=(TokenSpan(2, 3),), parent=0)
    assert stance_in(doc, found_in, (outer, inner), (0, 1)) == [(0, 1, Direction.SUPPORTS)]
