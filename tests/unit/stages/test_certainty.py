import pytest

from kg.found import Attribution, TokenSpan
from kg.model import CertaintyLevel, ClaimType, HedgeClass
from kg.stages.certainty import judge_certainty

_PROBABLE_DE = """
Der der DET 2 det
Damm Damm NOUN 4 nsubj
ist sein AUX 4 cop
wahrscheinlich wahrscheinlich ADV 5 advmod
undicht undicht ADJ 0 root
"""
_POSSIBLE_EN = """
The the DET 2 det
dam dam NOUN 4 nsubj
may may AUX 4 aux
leak leak VERB 0 root
"""
_NOUN_ONLY_DE = """
Ein ein DET 3 det
möglicher möglich ADJ 3 amod
Vertrag Vertrag NOUN 4 nsubj
liegt liegen VERB 0 root
vor vor ADP 4 compound:prt
"""
_PLAIN_EN = """
The the DET 2 det
dam dam NOUN 3 nsubj
leaks leak VERB 0 root
"""


@pytest.mark.parametrize(
    ("language", "table", "level", "hedges"),
    [
        ("de", _PROBABLE_DE, CertaintyLevel.PROBABLE, ["wahrscheinlich"]),
        ("en", _POSSIBLE_EN, CertaintyLevel.POSSIBLE, ["may"]),
        ("de", _NOUN_ONLY_DE, CertaintyLevel.CERTAIN, []),
        ("en", _PLAIN_EN, CertaintyLevel.CERTAIN, []),
    ],
)
def test_a_hedge_counts_where_it_bears_on_the_assertion(by_hand, found_in, language, table, level, hedges):
    doc = by_hand(table)
    claim = Attribution((TokenSpan(0, len(doc)),), ClaimType.INDIRECT, actor=TokenSpan(0, 1))
    (certainty,) = judge_certainty(doc, found_in(doc, language, attributions=(claim,)))["certainties"]
    assert certainty.level is level
    assert [hedge.passage.exact for hedge in certainty.hedges] == hedges


def test_hedges_of_a_nested_claim_are_its_own(by_hand, found_in):
    doc = by_hand(_PROBABLE_DE)
    outer = Attribution((TokenSpan(0, 5),), ClaimType.DIRECT, actor=TokenSpan(0, 1))
    inner = Attribution((TokenSpan(3, 5),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), parent=0)
    certainties = judge_certainty(doc, found_in(doc, attributions=(outer, inner)))["certainties"]
    assert [certainty.level for certainty in certainties] == [CertaintyLevel.CERTAIN, CertaintyLevel.PROBABLE]


def test_hearsay_is_no_probability(by_hand, found_in):
    doc = by_hand(_PLAIN_EN)
    claim = Attribution((TokenSpan(0, 3),), ClaimType.FREE_INDIRECT)
    (certainty,) = judge_certainty(doc, found_in(doc, "en", attributions=(claim,)))["certainties"]
    assert certainty.level is CertaintyLevel.UNKNOWN


@pytest.mark.parametrize(
    ("language", "cue", "level"),
    [
        ("de", "vermuten", CertaintyLevel.PROBABLE),
        ("en", "believe", CertaintyLevel.PROBABLE),
        ("de", "bezweifeln", CertaintyLevel.DOUBTFUL),
        ("en", "doubt", CertaintyLevel.DOUBTFUL),
        ("de", "sagen", CertaintyLevel.CERTAIN),
        ("en", "say", CertaintyLevel.CERTAIN),
    ],
)
def test_the_cue_can_show_how_sure_the_actor_is(by_hand, found_in, language, cue, level):
    doc = by_hand(f"Sie sie PRON 2 nsubj\nx {cue} VERB 0 root\nWasser Wasser NOUN 2 obj")
    claim = Attribution((TokenSpan(2, 3),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    (certainty,) = judge_certainty(doc, found_in(doc, language, attributions=(claim,)))["certainties"]
    assert certainty.level is level


def test_the_month_of_may_is_no_hedge(by_hand, found_in):
    doc = by_hand("It it PRON 2 nsubj\nleaked leak VERB 0 root\nin in ADP 4 case\nMay May PROPN 2 obl")
    claim = Attribution((TokenSpan(0, 4),), ClaimType.INDIRECT, actor=TokenSpan(0, 1))
    (certainty,) = judge_certainty(doc, found_in(doc, "en", attributions=(claim,)))["certainties"]
    assert certainty.hedges == ()


def test_words_like_offenbar_are_kept_in_each_of_their_classes(by_hand, found_in):
    doc = by_hand("Wasser Wasser NOUN 2 nsubj\nfließt fließen VERB 0 root\noffenbar offenbar ADV 2 advmod")
    claim = Attribution((TokenSpan(0, 3),), ClaimType.INDIRECT, actor=TokenSpan(0, 1))
    (certainty,) = judge_certainty(doc, found_in(doc, attributions=(claim,)))["certainties"]
    assert {hedge.hedge_class for hedge in certainty.hedges} == {HedgeClass.PROBABILITY, HedgeClass.INFERENTIAL}


_COULD = """
It it PRON 5 nsubj:pass
could could AUX 5 aux
{word} {word} PART 5 advmod
be be AUX 5 aux:pass
sold sell VERB 0 root
"""


@pytest.mark.parametrize(("word", "level"), [("not", CertaintyLevel.CERTAIN), ("soon", CertaintyLevel.POSSIBLE)])
def test_what_could_not_be_done_is_no_possibility(by_hand, found_in, word, level):
    doc = by_hand(_COULD.format(word=word))
    claim = Attribution((TokenSpan(0, len(doc)),), ClaimType.INDIRECT, actor=TokenSpan(0, 1))
    (certainty,) = judge_certainty(doc, found_in(doc, "en", attributions=(claim,)))["certainties"]
    assert certainty.level is level


_HEARSAY = """
Er er PRON 3 nsubj
soll sollen AUX 3 aux
{participle} fahren VERB 0 root
{auxiliary} {auxiliary} AUX 3 aux VerbForm=Inf
"""


@pytest.mark.parametrize(
    ("participle", "auxiliary", "level"),
    [("gefahren", "sein", CertaintyLevel.UNKNOWN), ("fahren", "dürfen", CertaintyLevel.CERTAIN)],
)
def test_soll_is_hearsay_with_a_perfect_infinitive_and_else_a_plan(by_hand, found_in, participle, auxiliary, level):
    doc = by_hand(_HEARSAY.format(participle=participle, auxiliary=auxiliary))
    claim = Attribution((TokenSpan(0, len(doc)),), ClaimType.OWN)
    (certainty,) = judge_certainty(doc, found_in(doc, attributions=(claim,)))["certainties"]
    assert certainty.level is level
