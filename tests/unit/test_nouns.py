import pytest

from kg.errors import LanguageError
from kg.model import OrganisationKind
from kg.nouns import is_first_name, load_actor_rules, load_noun_classes


@pytest.mark.parametrize(
    ("language", "noun", "noun_class"),
    [
        ("de", "Sprecherin", "person"),
        ("de", "US-Regierungsbeamter", "person"),
        ("de", "Umweltbehörde", "organisation"),
        ("de", "Zeitung", "medium"),
        ("de", "Abschlussbericht", "text"),
        ("de", "Satellitenbilder", "evidence"),
        ("de", "Hafenbetreiberin", "organisation"),
        ("de", "Verrat", None),
        ("de", "", None),
        ("en", "spokesperson", "person"),
        ("en", "ministry", "organisation"),
        ("en", "newspaper", "medium"),
        ("en", "report", "text"),
        ("en", "railcar", None),
    ],
)
def test_a_noun_has_the_class_of_its_head(language, noun, noun_class):
    assert load_noun_classes(language).of(noun) == noun_class


@pytest.mark.parametrize(
    ("language", "forms", "kind"),
    [
        ("de", ("Verteidigungsministerium",), OrganisationKind.GOVERNMENT_BODY),
        ("de", ("Landesrechnungshof",), OrganisationKind.GOVERNMENT_BODY),
        ("de", ("Chemiekonzern",), OrganisationKind.COMPANY),
        ("de", ("Linkspartei",), OrganisationKind.PARTY),
        ("de", ("Volksarmee",), OrganisationKind.MILITARY),
        ("de", ("Forschungsinstitut",), OrganisationKind.RESEARCH_BODY),
        ("de", ("Kreditinstitut",), OrganisationKind.COMPANY),
        ("de", ("Betriebsrat",), None),
        ("de", ("Nachrichtenagentur",), None),
        ("de", (), None),
        ("en", ("defence ministry", "ministry"), OrganisationKind.GOVERNMENT_BODY),
        ("en", ("aid group", "group"), None),
        ("en", ("law firm", "firm"), OrganisationKind.COMPANY),
        ("en", ("ruling party", "party"), OrganisationKind.PARTY),
        ("en", ("air force", "force"), OrganisationKind.MILITARY),
        ("en", ("think tank", "tank"), OrganisationKind.RESEARCH_BODY),
        ("en", ("news agency", "agency"), None),
        ("en", ("spokesperson",), None),
    ],
)
def test_a_noun_names_a_kind_of_organisation(language, forms, kind):
    assert load_noun_classes(language).organisation_kind(*forms) == kind


def test_words_that_stand_together_go_before_their_head():
    assert load_noun_classes("en").of("news agency", "agency") == "medium"


def test_a_word_as_it_stands_is_no_head():
    assert load_noun_classes("de").organisation_kind_of_word("Ministerium") is OrganisationKind.GOVERNMENT_BODY
    assert load_noun_classes("de").organisation_kind_of_word("Chemiekonzern") is None


def test_an_unsupported_language_is_refused():
    with pytest.raises(LanguageError, match='language "fr" is not supported'):
        load_actor_rules("fr")


@pytest.mark.parametrize(("language", "rank"), [("de", "Richter"), ("en", "Captain")])
def test_ranks_are_no_first_names(language, rank):
    assert is_first_name("Daniel", language)
    assert not is_first_name(rank, language)
    assert not is_first_name("", language)
