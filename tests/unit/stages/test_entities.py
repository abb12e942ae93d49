import pytest

from kg.found import TokenSpan
from kg.stages.entities import find_entities, group_names

_JONES = """
Seth Seth PROPN 3 nsubj _ B-PER
Jones Jones PROPN 1 flat _ I-PER
sprach sprechen VERB 0 root
. . PUNCT 3 punct

Jones Jones PROPN 2 nsubj _ B-PER
ging gehen VERB 0 root
mit mit ADP 5 case
Putins Putin PROPN 5 nmod Case=Gen B-PER
Freund Freund NOUN 2 obl
nach nach ADP 7 case
Nordkorea Nordkorea PROPN 2 obl _ B-LOC
"""


def names_in(doc, found):
    return group_names(doc, find_entities(doc, found)["entities"])


def test_a_last_name_is_the_person_named_before(by_hand, found_in):
    doc = by_hand(_JONES)
    assert [(g.name, len(g.mentions)) for g in names_in(doc, found_in(doc))] == [
        ("Seth Jones", 2),
        ("Putin", 1),
        ("Nordkorea", 1),
    ]


@pytest.mark.parametrize(
    ("language", "table", "name"),
    [
        ("de", "Dr. Dr. NOUN 2 nmod _ B-PER\nVoss Voss PROPN 0 root _ I-PER", "Voss"),
        ("en", "Mr. Mr. PROPN 2 compound _ B-PER\nVoss Voss PROPN 0 root _ I-PER", "Voss"),
        ("en", "Voss+ Voss PROPN 0 root _ B-PER\n's 's PART 1 case _ I-PER", "Voss"),
        (
            "en",
            "Shin Shin PROPN 0 root _ B-PER\nDae+ Dae PROPN 1 flat _ I-PER\n-+ - PUNCT 4 punct\nho ho PROPN 1 flat",
            "Shin Dae-ho",
        ),
        ("de", "Angler Angler NOUN 2 nmod _ B-PER\nJost Jost PROPN 0 root _ I-PER", "Jost"),
    ],
)
def test_a_name_is_cut_to_itself(by_hand, found_in, language, table, name):
    doc = by_hand(table)
    assert [group.name for group in names_in(doc, found_in(doc, language))] == [name]


def test_an_acronym_joins_its_organisation(by_hand, found_in):
    doc = by_hand("World World PROPN 0 root _ B-ORG\nHealth Health PROPN 1 flat _ I-ORG\nWH WH PROPN 1 appos _ B-ORG")
    groups = names_in(doc, found_in(doc, "en"))
    assert [(group.name, len(group.mentions)) for group in groups] == [("World Health", 2)]


def test_other_entities_are_left_out(by_hand, found_in):
    doc = by_hand("Ostern Ostern PROPN 0 root _ B-MISC")
    assert find_entities(doc, found_in(doc)) == {"entities": ()}


def test_mentions_know_their_heads(by_hand, found_in):
    doc = by_hand(_JONES)
    first = find_entities(doc, found_in(doc))["entities"][0]
    assert (first.span, first.head) == (TokenSpan(0, 2), 0)
