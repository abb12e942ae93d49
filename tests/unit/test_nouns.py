import pytest

from kg.errors import LanguageError
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


def test_an_unsupported_language_is_refused():
    with pytest.raises(LanguageError, match='language "fr" is not supported'):
        load_actor_rules("fr")


@pytest.mark.parametrize(("language", "rank"), [("de", "Richter"), ("en", "Captain")])
def test_ranks_are_no_first_names(language, rank):
    assert is_first_name("Daniel", language)
    assert not is_first_name(rank, language)
    assert not is_first_name("", language)
