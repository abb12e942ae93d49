import pytest

from kg.found import Attribution, Block, BlockKind, FoundActor, TokenSpan
from kg.model import ActorKind, ClaimType, Direction
from kg.stages.evidence import find_evidence

OUTLET = FoundActor(ActorKind.MEDIUM, "Kurier", True, None, None, None, ())


def evidence_in(doc, found_in, attributions, language="de", actors=(OUTLET,), actor_of=None):
    blocks = (Block(TokenSpan(0, len(doc)), BlockKind.BODY),)
    actor_of = actor_of or (0,) * len(attributions)
    found = found_in(doc, language, blocks=blocks, attributions=attributions, actors=actors, actor_of=actor_of)
    return find_evidence(doc, found)


_SHOW_DE = """
Satellitenbilder Satellitenbild NOUN 2 nsubj
zeigen zeigen VERB 0 root VerbForm=Fin
Züge Zug NOUN 2 obj
"""
_SHOW_EN = """
Satellite satellite NOUN 2 compound
images image NOUN 3 nsubj
show show VERB 0 root VerbForm=Fin
trains train NOUN 3 obj
"""


@pytest.mark.parametrize(
    ("language", "table", "words"), [("de", _SHOW_DE, "Satellitenbilder"), ("en", _SHOW_EN, "Satellite images")]
)
def test_images_that_show_something_support_the_claim(by_hand, found_in, language, table, words):
    doc = by_hand(table)
    claim = Attribution((TokenSpan(0, len(doc)),), ClaimType.OWN)
    result = evidence_in(doc, found_in, (claim,), language)
    assert [(e.kind, e.description) for e in result["evidence"]] == [("imagery", words)]
    assert [(link.claim, link.direction) for link in result["links"]] == [(0, Direction.SUPPORTS)]


def test_images_that_are_only_mentioned_are_no_evidence(by_hand, found_in):
    doc = by_hand("Er er PRON 2 nsubj\nverkauft verkaufen VERB 0 root VerbForm=Fin\nFotos Foto NOUN 2 obj")
    claim = Attribution((TokenSpan(0, 3),), ClaimType.OWN)
    assert evidence_in(doc, found_in, (claim,))["evidence"] == ()


_ABSENT_DE = """
Er er PRON 2 nsubj
liefert liefern VERB 0 root
. . PUNCT 2 punct

Belege Beleg NOUN 2 obj
legte legen VERB 0 root
er er PRON 2 nsubj
nicht nicht PART 2 advmod
vor vor ADP 2 compound:prt
"""
_ABSENT_EN = """
He he PRON 2 nsubj
ships ship VERB 0 root
. . PUNCT 2 punct

This this PRON 5 nsubj:pass
could can AUX 5 aux
not not PART 5 advmod
be be AUX 5 aux:pass
verified verify VERB 0 root
"""


@pytest.mark.parametrize(("language", "table"), [("de", _ABSENT_DE), ("en", _ABSENT_EN)])
def test_a_lack_of_evidence_undercuts_what_was_said_before(by_hand, found_in, language, table):
    doc = by_hand(table)
    said = Attribution((TokenSpan(0, 2),), ClaimType.INDIRECT, actor=TokenSpan(0, 1))
    result = evidence_in(doc, found_in, (said,), language)
    assert [e.kind for e in result["evidence"]] == ["absence"]
    assert [(link.claim, link.direction) for link in result["links"]] == [(0, Direction.UNDERCUTS)]


@pytest.mark.parametrize(
    ("language", "noun", "named", "kind"),
    [
        ("de", "Toxikologin", True, "expert_judgement"),
        ("en", "toxicologist", True, "expert_judgement"),
        ("de", "Beamter", False, "anonymous_source"),
        ("en", "official", False, "anonymous_source"),
        ("de", "Anwohnerin", False, "eyewitness"),
        ("en", "resident", False, "eyewitness"),
        ("de", "Regierungssprecher", False, None),
        ("en", "spokeswoman", False, None),
    ],
)
def test_somebodys_word_is_evidence_by_what_they_are(by_hand, found_in, language, noun, named, kind):
    from kg.found import ActorMention

    doc = by_hand(f"{noun} {noun} NOUN 2 nsubj\nsagt sagen VERB 0 root\nRegen Regen NOUN 2 obj")
    mention = ActorMention(TokenSpan(0, 1), 0)
    actor = FoundActor(ActorKind.ROLE, noun, named, None, None, None, (mention,))
    claim = Attribution((TokenSpan(2, 3),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    result = evidence_in(doc, found_in, (claim,), language, actors=(OUTLET, actor), actor_of=(1,))
    assert [e.kind for e in result["evidence"]] == ([kind] if kind else [])


_SEEN_DE = """
Unterlagen Unterlage NOUN 5 nsubj
, , PUNCT 4 punct
die der PRON 4 nsubj
vorliegen vorliegen VERB 1 acl:relcl
nennen nennen VERB 0 root VerbForm=Fin
Züge Zug NOUN 5 obj
"""
_SEEN_EN = """
Documents document NOUN 5 nsubj
seen see VERB 1 acl
by by ADP 4 case
us we PRON 2 obl
name name VERB 0 root VerbForm=Fin
trains train NOUN 5 obj
"""


@pytest.mark.parametrize(("language", "table"), [("de", _SEEN_DE), ("en", _SEEN_EN)])
def test_documents_that_the_outlet_has_read_are_evidence_whatever_the_verb(by_hand, found_in, language, table):
    doc = by_hand(table)
    claim = Attribution((TokenSpan(0, len(doc)),), ClaimType.OWN)
    assert [e.kind for e in evidence_in(doc, found_in, (claim,), language)["evidence"]] == ["document"]


_TERM = """
On on ADP 3 case
{adjective} {lemma} ADJ 3 amod
{noun} {noun} NOUN 4 obl
stand stehen VERB 0 root VerbForm=Fin
Unsinn Unsinn NOUN 4 obj
"""


@pytest.mark.parametrize(
    ("language", "case", "adjective", "noun", "kinds"),
    [
        ("de", "In", "sozialen", "Netzwerken", ["media_report"]),
        ("de", "In", "neuronalen", "Netzwerken", []),
        ("en", "On", "social", "media", ["media_report"]),
    ],
)
def test_a_term_of_two_words_has_its_own_kind(by_hand, found_in, language, case, adjective, noun, kinds):
    doc = by_hand(_TERM.format(adjective=adjective, lemma=adjective, noun=noun).replace("On on", f"{case} {case}"))
    claim = Attribution((TokenSpan(3, 5),), ClaimType.INDIRECT)
    assert [e.kind for e in evidence_in(doc, found_in, (claim,), language)["evidence"]] == kinds


@pytest.mark.parametrize(("determiner", "kinds"), [("ein", ["anonymous_source"]), ("der", []), ("mein", [])])
def test_only_who_is_brought_in_as_somebody_is_an_unnamed_source(by_hand, found_in, determiner, kinds):
    from kg.found import ActorMention

    relation = "det:poss" if determiner == "mein" else "det"
    doc = by_hand(
        f"{determiner} {determiner} DET 2 {relation}\nLehrer Lehrer NOUN 3 nsubj\nsagt sagen VERB 0 root\nRegen Regen NOUN 3 obj"
    )
    actor = FoundActor(ActorKind.ROLE, "Lehrer", False, None, None, None, (ActorMention(TokenSpan(0, 2), 1),))
    claim = Attribution((TokenSpan(3, 4),), ClaimType.INDIRECT, actor=TokenSpan(0, 2), cue=(TokenSpan(2, 3),))
    result = evidence_in(doc, found_in, (claim,), actors=(OUTLET, actor), actor_of=(1,))
    assert [e.kind for e in result["evidence"]] == kinds


@pytest.mark.parametrize(("language", "cue"), [("de", "einräumen"), ("en", "admit")])
def test_who_admits_something_gives_evidence_against_themselves(by_hand, found_in, language, cue):
    doc = by_hand(f"Voss Voss PROPN 2 nsubj\nx {cue} VERB 0 root\nFehler Fehler NOUN 2 obj")
    claim = Attribution((TokenSpan(2, 3),), ClaimType.INDIRECT, actor=TokenSpan(0, 1), cue=(TokenSpan(1, 2),))
    assert [e.kind for e in evidence_in(doc, found_in, (claim,), language)["evidence"]] == ["admission"]
