"""Copies, rewrites and translations are told from independent reports of the same event."""

import pytest

from kg.copies import find_copies, shingles_of
from kg.ids import make_id, sha256_of
from kg.model import Document, Language

AGENCY_DE = (
    "In Hallbach ist am Montag ein Staudamm gebrochen. Nach Angaben der Feuerwehr wurden 17 Menschen verletzt, 5 von "
    "ihnen schwer. Der Betreiber Hallwerk hatte noch im März versichert, alle 43 Ventile seien geprüft worden. "
    "Die Ingenieurin Jana Voss schätzte den Schaden auf 24 Millionen Euro. Die Bundesstraße nach Ostheim bleibt "
    "gesperrt, der Unterricht an den Schulen fällt aus."
)
REWRITE_DE = (
    "17 Verletzte, darunter 5 Schwerverletzte: Das ist die Bilanz der Feuerwehr nach dem Bruch eines Staudamms am Montag "
    "in Hallbach. Auf 24 Millionen Euro bezifferte die Ingenieurin Jana Voss die Schäden. Dabei hatte die Firma Hallwerk "
    "im März beteuert, man habe sämtliche 43 Ventile kontrolliert. Nach Ostheim ist die Bundesstraße gesperrt, an den "
    "Schulen gibt es keinen Unterricht."
)
TRANSLATION = (
    "A dam broke in Hallbach on Monday. According to the fire brigade, 17 people were injured, 5 of them seriously. "
    "The operator Hallwerk had given assurances as late as March that all 43 valves had been inspected. The engineer Jana Voss "
    "estimated the damage at 24 million euros. The federal road to Ostheim remains closed, lessons at schools are cancelled."
)
INDEPENDENT_DE = (
    "Am Montag ist in Hallbach ein Staudamm gebrochen. Im Krankenhaus von Ostheim liegen 22 Verletzte, sagte der Arzt Peter Lohmann. "
    "Anwohner wie die Bäckerin Ida Kern retteten sich auf die Dächer. Die Gewerkschaft hatte 2019 vor Rissen gewarnt. Der Bürgermeister "
    "Paul Reuter kündigte eine Untersuchung an. Ein Hubschrauber brachte 60 Decken."
)
TWIN_DE = (  # the same template, another accident
    "In Seebruck ist am Freitag ein Staudamm gebrochen. Nach Angaben der Feuerwehr wurden 31 Menschen verletzt, 8 von "
    "ihnen schwer. Der Betreiber Nordwerk hatte noch im Mai versichert, alle 12 Ventile seien geprüft worden. "
    "Die Ingenieurin Eva Brandt schätzte den Schaden auf 90 Millionen Euro. Die Bundesstraße nach Altdorf bleibt "
    "gesperrt, der Unterricht an den Schulen fällt aus."
)
LOCAL = "Unsere Zeitung war vor Ort und hat mit Anwohnern gesprochen, die noch immer auf Hilfe warten."


def document(text: str, language: str = "de") -> Document:
    return Document(
        document_id=make_id("document", text), language=Language(language), text=text, sha256=sha256_of(text)
    )


def together(first: str, second: str, language: str = "de") -> bool:
    one, other = document(first), document(second, language)
    return len(find_copies([one, other])) == 1


@pytest.mark.parametrize(
    ("other", "language"),
    [
        (f"Dammbruch in Hallbach\n\n{AGENCY_DE}", "de"),
        (f"{AGENCY_DE} {LOCAL}", "de"),
        (AGENCY_DE.rsplit(". ", 2)[0] + ".", "de"),
        (REWRITE_DE, "de"),
        (TRANSLATION, "en"),
    ],
    ids=["headline", "local ending", "cut", "rewritten", "translated"],
)
def test_copies_are_found_in_the_text(other: str, language: str) -> None:
    assert together(AGENCY_DE, other, language)


@pytest.mark.parametrize("other", [INDEPENDENT_DE, TWIN_DE, LOCAL], ids=["own report", "another event", "short"])
def test_reports_of_ones_own_are_none(other: str) -> None:
    assert not together(AGENCY_DE, other)


def test_groups_do_not_depend_on_the_order() -> None:
    documents = [document(text) for text in (AGENCY_DE, INDEPENDENT_DE, REWRITE_DE, TWIN_DE)]
    documents.append(document(TRANSLATION, "en"))
    groups = {frozenset(group) for group in find_copies(documents)}
    assert groups == {frozenset(group) for group in find_copies(documents[::-1])}
    assert sorted(len(group) for group in groups) == [1, 1, 3]


@pytest.mark.parametrize("texts", [(), ("",), ("!?",)])
def test_little_or_nothing_to_compare(texts: tuple[str, ...]) -> None:
    assert find_copies([document(text or " ") for text in texts]) == [
        [document(text or " ").document_id] for text in texts
    ]


def test_shingles_are_the_same_on_every_machine_and_do_without_marks() -> None:
    assert shingles_of("Der Damm ist nicht sicher") == {2936083297, 3852563785}
    assert shingles_of("der Damm: ist NICHT sicher!") == {2936083297, 3852563785}
