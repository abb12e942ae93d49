import pytest

from kg.found import Attribution, Block, BlockKind, TokenSpan
from kg.model import ClaimType
from kg.stages.own_voice import find_own_claims

_EVENT_DE = """
Am an ADP 2 case
Montag Montag PROPN 5 obl
brannten brennen VERB 0 root VerbForm=Fin|Tense=Past
73 73 NUM 5 nummod
Waggons Waggon NOUN 3 nsubj
"""
_EVENT_EN = """
73 73 NUM 2 nummod
wagons wagon NOUN 3 nsubj
burned burn VERB 0 root VerbForm=Fin|Tense=Past
down down ADV 3 advmod
"""
_GENERIC = """
Kinder Kind NOUN 3 nsubj
gern gern ADV 3 advmod
spielen spielen VERB 0 root VerbForm=Fin|Tense=Pres
draußen draußen ADV 3 advmod
"""
_READER = """
Rufen rufen VERB 0 root VerbForm=Fin|Mood=Imp
am an ADP 3 case
Montag Montag PROPN 1 obl
73 73 NUM 5 nummod
Leute Leute NOUN 1 obj
"""


def own_in(doc, found_in, *attributions, kind=BlockKind.BODY, language="de"):
    found = found_in(doc, language, blocks=(Block(TokenSpan(0, len(doc)), kind),), attributions=attributions)
    return [a for a in find_own_claims(doc, found)["attributions"] if a.type is ClaimType.OWN]


@pytest.mark.parametrize(
    ("language", "table", "n_claims"),
    [("de", _EVENT_DE, 1), ("en", _EVENT_EN, 1), ("de", _GENERIC, 0), ("de", _READER, 0)],
)
def test_only_what_could_be_checked_is_a_claim(by_hand, found_in, language, table, n_claims):
    doc = by_hand(table)
    assert len(own_in(doc, found_in, language=language)) == n_claims


def test_a_headline_is_no_claim_of_its_own(by_hand, found_in):
    assert own_in(by_hand(_EVENT_DE), found_in, kind=BlockKind.HEADLINE) == []


def test_what_somebody_else_said_is_not_the_outlets(by_hand, found_in):
    doc = by_hand(_EVENT_DE)
    said = Attribution((TokenSpan(0, 5),), ClaimType.INDIRECT, actor=TokenSpan(1, 2))
    assert own_in(doc, found_in, said) == []


def test_images_are_no_speaker(by_hand, found_in):
    doc = by_hand("Laut laut ADP 2 case\nBildern Bild NOUN 3 obl\nbrannte brennen VERB 0 root\nes es PRON 3 nsubj")
    said = Attribution((TokenSpan(2, 4),), ClaimType.INDIRECT, actor=TokenSpan(1, 2), cue=(TokenSpan(0, 1),))
    (own,) = own_in(doc, found_in, said)
    assert own.actor is None
