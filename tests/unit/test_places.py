import pytest

from kg.places import country_name, country_of, country_of_capital


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Nordkorea", "KP"),
        ("North Korea", "KP"),
        ("USA", "US"),
        ("Britain", "GB"),
        ("Großbritannien", "GB"),
        ("", None),
    ],
)
def test_countries_are_known_in_both_languages(name, code):
    assert country_of(name) == code


@pytest.mark.parametrize(
    ("name", "code"), [("Moskau", "RU"), ("Moscow", "RU"), ("Wien", "AT"), ("Vienna", "AT"), ("Köln", None)]
)
def test_capitals_stand_for_countries(name, code):
    assert country_of_capital(name) == code


def test_a_country_is_named_in_the_language_asked_for():
    assert (country_name("KP", "de"), country_name("KP", "en")) == ("Nordkorea", "North Korea")


def test_a_country_without_a_name_in_a_language_has_the_english_one_or_its_code():
    assert country_name("CQ", "de") in ("Sark", "CQ")
    assert country_name("??", "de") == "??"
