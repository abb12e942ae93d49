import pytest

from kg.found import ActorMention, Attribution, TokenSpan
from kg.model import ActorKind, ClaimType, OrganisationKind
from kg.nouns import load_actor_rules, load_noun_classes
from kg.stages.actors import resolve_actors
from kg.stages.entities import find_entities
from kg.stages.organisation_kinds import class_of_ending, kind_by_nouns, kind_of_name

GOVERNMENT_BODY, COMPANY, PARTY, MILITARY, RESEARCH_BODY = OrganisationKind


def actor_of(doc, found_in, span, language):
    """Return the actor of one attribution with these words for its actor."""
    attribution = Attribution((TokenSpan(len(doc) - 1, len(doc)),), ClaimType.INDIRECT, actor=TokenSpan(*span))
    found = found_in(doc, language, attributions=(attribution,))
    found = found_in(doc, language, attributions=(attribution,), **find_entities(doc, found))
    result = resolve_actors(doc, found)
    return result["actors"][result["actor_of"][0]]


@pytest.mark.parametrize(
    ("language", "name", "kind"),
    [
        ("de", "Hallwerk Chemie AG", COMPANY),
        ("de", "Hallwerk GmbH & Co. KG", COMPANY),
        ("de", "Deutsche Bank", COMPANY),
        ("de", "Universität Leipzig", RESEARCH_BODY),
        ("de", "Kaldor-Institut", RESEARCH_BODY),
        ("de", "Ministerium für Gesundheit", GOVERNMENT_BODY),
        ("de", "Demokratische Partei Thailand", PARTY),
        ("de", "Hallwerk Institute", RESEARCH_BODY),  # an English name
        ("de", "Gewerkschaft der Polizei", None),
        ("de", "Hallwerk", None),
        ("en", "Hallwerk Inc.", COMPANY),
        ("en", "Bank of America", COMPANY),
        ("en", "University of Leeds", RESEARCH_BODY),
        ("en", "Kaldor Institute", RESEARCH_BODY),
        ("en", "Ministry of Health", GOVERNMENT_BODY),
        ("en", "House of Commons", GOVERNMENT_BODY),
        ("en", "Northern Labour Party", PARTY),
        ("en", "Royal Air Force", MILITARY),
        ("en", "Northgate Herald", None),
        ("en", "Association of Banks", None),
        ("en", "Hallwerk", None),
        ("en", "", None),
    ],
)
def test_a_name_says_what_bears_it(language, name, kind):
    assert kind_of_name(name, language) == kind


@pytest.mark.parametrize(("language", "name"), [("de", "Donau-Merkur TV"), ("en", "Northgate Herald")])
def test_the_last_word_may_be_that_of_an_outlet(language, name):
    assert class_of_ending(name, load_actor_rules(language)) == "medium"


BEFORE_DE = """
Der der DET 2 det
Chemiekonzern Chemiekonzern NOUN 4 nsubj Number=Sing
Hallwerk Hallwerk PROPN 2 appos _ B-ORG
schweigt schweigen VERB 0 root
"""
BEFORE_EN = """
The the DET 2 det
insurer insurer NOUN 3 compound Number=Sing
Hallwerk Hallwerk PROPN 4 nsubj _ B-ORG
waits wait VERB 0 root
"""
AFTER_DE = """
Hallwerk Hallwerk PROPN 5 nsubj _ B-ORG
, , PUNCT 4 punct
eine ein DET 4 det
Partei Partei NOUN 1 appos Number=Sing
schweigt schweigen VERB 0 root
"""
AFTER_EN = """
Hallwerk Hallwerk PROPN 6 nsubj _ B-ORG
, , PUNCT 5 punct
a a DET 5 det
think think NOUN 5 compound
tank tank NOUN 1 appos Number=Sing
waits wait VERB 0 root
"""
IS_DE = """
Hallwerk Hallwerk PROPN 4 nsubj _ B-ORG
ist sein AUX 4 cop
eine ein DET 4 det
Miliz Miliz NOUN 0 root Number=Sing
"""
IS_EN = """
Hallwerk Hallwerk PROPN 4 nsubj _ B-ORG
is be AUX 4 cop
a a DET 4 det
militia militia NOUN 0 root Number=Sing
"""
PLAIN = "Hallwerk Hallwerk PROPN 2 nsubj _ B-ORG\nwaits wait VERB 0 root"


@pytest.mark.parametrize(
    ("language", "table", "span", "kind"),
    [
        ("de", BEFORE_DE, (0, 3), COMPANY),
        ("en", BEFORE_EN, (0, 3), COMPANY),
        ("de", AFTER_DE, (0, 1), PARTY),
        ("en", AFTER_EN, (0, 1), RESEARCH_BODY),
        ("de", IS_DE, (0, 1), MILITARY),
        ("en", IS_EN, (0, 1), MILITARY),
        ("de", PLAIN, (0, 1), None),
        ("en", PLAIN, (0, 1), None),
    ],
)
def test_the_text_says_what_a_name_stands_for(by_hand, found_in, language, table, span, kind):
    actor = actor_of(by_hand(table), found_in, span, language)
    assert (actor.name, actor.kind, actor.organisation_kind) == ("Hallwerk", ActorKind.ORGANISATION, kind)


WORKS = """
The the DET 3 det
Hallwerk Hallwerk PROPN 3 compound _ B-ORG
agency agency NOUN 4 nsubj Number=Sing
waits wait VERB 0 root
"""


def test_a_name_that_only_modifies_a_noun_is_not_what_the_noun_says(by_hand):
    nouns = load_noun_classes("en")
    mention = ActorMention(TokenSpan(1, 2), 1)
    assert kind_by_nouns(by_hand(WORKS), (mention,), (1,), nouns) is None


BRACKETED = """
Die die DET 2 det
Gewerkschaft Gewerkschaft NOUN 8 nsubj Number=Sing
der der DET 4 det
Polizei Polizei NOUN 2 nmod Number=Sing
( ( PUNCT 6 punct
HW HW PROPN 4 appos _ B-ORG
) ) PUNCT 6 punct
schweigt schweigen VERB 0 root
"""


def test_a_short_name_in_brackets_is_not_that_of_the_last_noun(by_hand):
    mention = ActorMention(TokenSpan(5, 6), 5)
    assert kind_by_nouns(by_hand(BRACKETED), (mention,), (5,), load_noun_classes("de")) is None


@pytest.mark.parametrize(
    ("language", "table", "span", "kind"),
    [
        (
            "de",
            "Die die DET 2 det\nBehörde Behörde NOUN 3 nsubj Number=Sing\nruht ruhen VERB 0 root",
            (0, 2),
            GOVERNMENT_BODY,
        ),
        (
            "en",
            "The the DET 2 det\nagency agency NOUN 3 nsubj Number=Sing\nwaits wait VERB 0 root",
            (0, 2),
            GOVERNMENT_BODY,
        ),
        ("de", "Kreml Kreml PROPN 2 nsubj _ B-ORG\nruht ruhen VERB 0 root", (0, 1), GOVERNMENT_BODY),
        ("en", "Pentagon Pentagon PROPN 2 nsubj _ B-ORG\nwaits wait VERB 0 root", (0, 1), GOVERNMENT_BODY),
        ("de", "Ein ein DET 2 det\nSprecher Sprecher NOUN 3 nsubj Number=Sing\nruht ruhen VERB 0 root", (0, 2), None),
        ("en", "A a DET 2 det\nspokesman spokesman NOUN 3 nsubj Number=Sing\nwaits wait VERB 0 root", (0, 2), None),
    ],
)
def test_an_office_says_what_it_is_and_a_person_is_no_organisation(by_hand, found_in, language, table, span, kind):
    assert actor_of(by_hand(table), found_in, span, language).organisation_kind == kind


AGENCY_DE = """
Die die DET 2 det
Nachrichtenagentur Nachrichtenagentur NOUN 4 nsubj Number=Sing
Hallwerk Hallwerk PROPN 2 appos _ B-ORG
schweigt schweigen VERB 0 root
"""
AGENCY_EN = """
Hallwerk Hallwerk PROPN 6 nsubj _ B-ORG
, , PUNCT 5 punct
a a DET 5 det
news news NOUN 5 compound
agency agency NOUN 1 appos Number=Sing
waits wait VERB 0 root
"""


@pytest.mark.parametrize(("language", "table", "span"), [("de", AGENCY_DE, (0, 3)), ("en", AGENCY_EN, (0, 1))])
def test_a_news_agency_is_a_medium(by_hand, found_in, language, table, span):
    actor = actor_of(by_hand(table), found_in, span, language)
    assert (actor.kind, actor.organisation_kind) == (ActorKind.MEDIUM, None)


SHORT = """
Hallwerk Hallwerk PROPN 3 nsubj _ B-ORG
AG AG PROPN 1 flat _ I-ORG
schweigt schweigen VERB 0 root
. . PUNCT 3 punct

Hallwerk Hallwerk PROPN 2 nsubj _ B-PER
warnt warnen VERB 0 root
"""


def test_the_first_word_of_a_company_s_name_is_the_company(by_hand, found_in):
    actor = actor_of(by_hand(SHORT), found_in, (4, 5), "de")
    assert (actor.name, actor.organisation_kind) == ("Hallwerk AG", COMPANY)


PERSON_AND_FIRM = """
Rolf Rolf PROPN 3 nsubj _ B-PER
Brandt Brandt PROPN 1 flat _ I-PER
schweigt schweigen VERB 0 root
. . PUNCT 3 punct

Die die DET 2 det
Firma Firma NOUN 4 nsubj Number=Sing
Brandt Brandt PROPN 2 appos _ B-PER
ruht ruhen VERB 0 root
"""


def test_a_firm_of_the_same_name_does_not_make_a_person_an_organisation(by_hand, found_in):
    assert actor_of(by_hand(PERSON_AND_FIRM), found_in, (0, 2), "de").kind is ActorKind.PERSON
