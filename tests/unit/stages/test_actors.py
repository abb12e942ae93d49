import pytest

from kg.found import Attribution, TokenSpan
from kg.model import ActorKind, ClaimType
from kg.stages.actors import resolve_actors
from kg.stages.entities import find_entities


def resolve(doc, found_in, *actors, language="de", claim_type=ClaimType.INDIRECT, **fields):
    """Resolve attributions with these actor spans; their content is the last token."""
    content = (TokenSpan(len(doc) - 1, len(doc)),)
    attributions = tuple(Attribution(content, claim_type, actor=actor) for actor in actors)
    found = found_in(doc, language, attributions=attributions, **fields)
    found = found_in(doc, language, attributions=attributions, **fields, **find_entities(doc, found))
    result = resolve_actors(doc, found)
    return [result["actors"][index] for index in result["actor_of"]]


_MINISTER = """
Die die DET 2 det
Ministerin Ministerin NOUN 5 nsubj Gender=Fem|Number=Sing
Jana Jana PROPN 2 appos _ B-PER
Voss Voss PROPN 3 flat _ I-PER
sprach sprechen VERB 0 root Number=Sing
. . PUNCT 5 punct

Sie sie PRON 2 nsubj Number=Sing
warnte warnen VERB 0 root Number=Sing
. . PUNCT 2 punct

Die die DET 2 det
Ministerin Ministerin NOUN 3 nsubj Gender=Fem|Number=Sing
ging gehen VERB 0 root Number=Sing
"""


def test_name_pronoun_and_role_are_one_actor(by_hand, found_in):
    doc = by_hand(_MINISTER)
    actors = resolve(doc, found_in, TokenSpan(0, 4), TokenSpan(6, 7), TokenSpan(9, 11))
    assert {actor.name for actor in actors} == {"Jana Voss"}
    assert actors[0].kind is ActorKind.PERSON
    assert actors[0].named


_OFFICIAL_EN = """
a a DET 4 det Definite=Ind
senior senior ADJ 4 amod
U.S. U.S. PROPN 4 compound _ B-LOC
official official NOUN 5 nsubj Number=Sing
said say VERB 0 root
so so ADV 5 advmod
"""


def test_an_unnamed_official_is_a_role_with_an_affiliation(by_hand, found_in):
    (actor,) = resolve(by_hand(_OFFICIAL_EN), found_in, TokenSpan(0, 4), language="en")
    assert (actor.kind, actor.named, actor.affiliation) == (ActorKind.ROLE, False, "U.S.")


@pytest.mark.parametrize(
    ("language", "table", "stands_for"),
    [
        ("de", "Moskau Moskau PROPN 2 nsubj _ B-LOC\nschweigt schweigen VERB 0 root", "Regierung: Russland"),
        ("en", "Moscow Moscow PROPN 2 nsubj _ B-LOC\nwaits wait VERB 0 root", "government: Russia"),
        ("en", "Pentagon Pentagon PROPN 2 nsubj _ B-ORG\nwaits wait VERB 0 root", "US Department of Defense"),
    ],
)
def test_a_seat_stands_for_its_government(by_hand, found_in, language, table, stands_for):
    (actor,) = resolve(by_hand(table), found_in, TokenSpan(0, 1), language=language)
    assert actor.stands_for == stands_for


@pytest.mark.parametrize(("publisher", "name", "named"), [("Kurier", "Kurier", True), (None, "die Redaktion", False)])
def test_own_claims_are_the_outlets(by_hand, found_in, publisher, name, named):
    doc = by_hand("Es es PRON 2 nsubj\nregnet regnen VERB 0 root")
    (actor,) = resolve(doc, found_in, None, claim_type=ClaimType.OWN, publisher=publisher)
    assert (actor.kind, actor.name, actor.named) == (ActorKind.MEDIUM, name, named)


@pytest.mark.parametrize(("language", "name"), [("de", "ungenannte Berichte"), ("en", "unnamed reports")])
def test_hearsay_has_no_name(by_hand, found_in, language, name):
    doc = by_hand("x x PRON 2 nsubj\ny y VERB 0 root")
    (actor,) = resolve(doc, found_in, None, claim_type=ClaimType.FREE_INDIRECT, language=language)
    assert (actor.kind, actor.name, actor.named) == (ActorKind.GROUP, name, False)


def test_a_pronoun_without_antecedent_is_nobody(by_hand, found_in):
    doc = by_hand("Er er PRON 2 nsubj Number=Sing\nging gehen VERB 0 root Number=Sing")
    (actor,) = resolve(doc, found_in, TokenSpan(0, 1))
    assert not actor.named


_REPORT = """
Das der DET 2 det
Hallwerk Hallwerk PROPN 3 nsubj _ B-ORG
schrieb schreiben VERB 0 root
im in ADP 5 case
Bericht Bericht NOUN 3 obl
. . PUNCT 3 punct

Der der DET 2 det
Bericht Bericht NOUN 3 nsubj Number=Sing
warnt warnen VERB 0 root
"""


def test_a_report_speaks_for_its_author(by_hand, found_in):
    doc = by_hand(_REPORT)
    content = (TokenSpan(8, 9),)
    first = Attribution(content, ClaimType.DIRECT, actor=TokenSpan(0, 2), frame=(TokenSpan(0, 5),))
    second = Attribution(content, ClaimType.DIRECT, actor=TokenSpan(6, 8))
    found = found_in(doc, attributions=(first, second))
    found = found_in(doc, attributions=(first, second), **find_entities(doc, found))
    assert resolve_actors(doc, found)["actor_of"] == (1, 1)


def test_nothing_attributed_leaves_only_the_outlet(by_hand, found_in):
    doc = by_hand("Es es PRON 2 nsubj\nregnet regnen VERB 0 root")
    result = resolve_actors(doc, found_in(doc))
    assert [actor.name for actor in result["actors"]] == ["Kurier"]
    assert result["actor_of"] == ()
