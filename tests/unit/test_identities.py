"""Actors are the same across documents when they are, and kept apart when unsure."""

import pytest

from kg.identities import full_names, key_of_actor, key_of_name
from kg.model import Actor, ActorKind


def person(name: str, affiliation: str | None = None) -> Actor:
    key = key_of_actor(name, ActorKind.PERSON)
    return Actor(
        actor_id=f"{name}-{affiliation}", key=key, kind=ActorKind.PERSON, name=name, named=True, affiliation=affiliation
    )


@pytest.mark.parametrize(
    "spellings",
    [
        ("Wolodymyr Selenskyj", "Volodymyr Zelenskyy", "Volodymyr Zelensky", "Wolodymyr Selenski"),
        ("Sergej Lawrow", "Sergei Lavrov", "Sergey Lavrov"),
        ("Anton Tschechow", "Anton Chekhov"),
        ("Alexej Nawalny", "Alexei Navalny"),
        ("Olaf Scholz", "olaf  scholz"),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({key_of_name(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Anna Meyer", "Anna Meier"),
        ("Jan Schulz", "Jan Schultz"),
        ("Ben Schmidt", "Ben Schmitt"),
        ("Sergej Lawrow", "Sergej Larow"),
        ("Petra Weiß", "Petra Veis"),
    ],
)
def test_names_of_two_people_stay_two(first: str, second: str) -> None:
    assert key_of_name(first) != key_of_name(second)


@pytest.mark.parametrize(
    ("german", "english"), [("Nordkorea", "North Korea"), ("Russland", "Russia"), ("Deutschland", "Germany")]
)
def test_a_state_is_one_in_both_languages(german: str, english: str) -> None:
    assert key_of_actor(german, ActorKind.STATE) == key_of_actor(english, ActorKind.STATE)


def test_a_capital_is_the_state_it_stands_for() -> None:
    assert key_of_actor("Moskau", ActorKind.STATE, "Russland") == key_of_actor("Russia", ActorKind.STATE)


def test_a_bare_surname_is_the_only_person_of_that_name() -> None:
    assert full_names([person("Olaf Scholz"), person("Scholz"), person("Jana Voss")]) == {"scholz": "olaf scholz"}


@pytest.mark.parametrize(
    "actors",
    [
        [person("Olaf Scholz"), person("Rupert Scholz"), person("Scholz")],
        [person("Scholz")],
        [person("Olaf Scholz", "SPD"), person("Scholz", "Hallwerk AG")],
        [person("Olaf Scholz", "Russland"), person("Scholz", "Norway")],
    ],
    ids=["two of that name", "nobody else", "another body", "another country"],
)
def test_who_cannot_be_told_is_kept_apart(actors: list[Actor]) -> None:
    assert full_names(actors) == {}


def test_affiliations_in_two_languages_are_one() -> None:
    assert full_names([person("Olaf Scholz", "Deutschland"), person("Scholz", "Germany")]) == {"scholz": "olaf scholz"}
