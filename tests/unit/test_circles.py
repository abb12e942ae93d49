"""Circular reporting is found and named; the answer is ordered in time and says what is missing."""

import pytest

from kg.model import ActorKind, ClaimType, Direction, Extraction, PartialDate
from kg.reviews.records import changed, rebuilt
from kg.trace import render_text, trace
from tests.unit.test_trace import article

SAID = "North Korea has shipped artillery to Russia"
QUESTION = "artillery shipped to Russia"


def reports(name: str, publisher: str, cited: str, day: str = "2024-03-01", said: str = SAID) -> Extraction:
    found = article(name, "en", [((cited, ActorKind.MEDIUM, True), said, ClaimType.INDIRECT)], publisher)
    published = PartialDate(value=day, precision={4: "year", 7: "month", 10: "day"}[len(day)])
    return rebuilt(found, document=changed(found.document, published=published))


def test_a_circle_is_one_origin_and_named() -> None:
    answer = trace(
        QUESTION, [reports("a", "Morning Post", "Evening Star"), reports("b", "Evening Star", "Morning Post")]
    )
    (origin,) = answer.origins
    assert set(origin.circle) == {"Morning Post", "Evening Star"}
    (gap,) = [gap for gap in answer.gaps if gap.kind == "circular"]
    assert {origin.origin_id, "a:0", "b:0"} == set(gap.about)
    assert "Morning Post" in gap.text
    assert "Evening Star" in gap.text
    assert "circular: " in render_text(answer)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Morning Post", "Evening Star"), ("Evening Star", "Daily Herald")),
        (("Morning Post", "Morning Post"), ("Evening Star", "Evening Star")),
        (("Morning Post", "Evening Star"), ("Daily Herald", "Evening Star")),
    ],
    ids=["a line", "their own", "one source"],
)
def test_no_circle_where_reports_come_from_somewhere(first: tuple[str, str], second: tuple[str, str]) -> None:
    answer = trace(QUESTION, [reports("a", *first), reports("b", *second)])
    assert all(origin.circle == () for origin in answer.origins)
    assert "circular" not in {gap.kind for gap in answer.gaps}


def test_first_and_latest_are_marked() -> None:
    days = {"a": "2024-03-05", "b": "2024-02-11", "c": "2024-02-20"}
    answer = trace(QUESTION, [reports(name, f"Paper {name}", f"Source {name}", day) for name, day in days.items()])
    assert (answer.first, answer.latest) == ("b:0", "a:0")
    text = render_text(answer)
    assert text.index("2024-02-11 Source b · first") < text.index("2024-02-20 Source c\n") < text.index("· latest")


@pytest.mark.parametrize("other", ["2024-03", "2024", "2024-03-05"])
def test_what_is_not_known_is_not_marked(other: str) -> None:
    answer = trace(QUESTION, [reports("a", "P", "S", "2024-03-05"), reports("b", "Q", "T", other)])
    assert (answer.first, answer.latest) == (None, None)


def test_figures_without_a_source_and_old_material_are_missing() -> None:
    said = "North Korea has shipped 6700 artillery pieces to Russia"
    answer = trace(QUESTION, [reports("a", "P", "S", said=said)])
    assert "6700" in next(gap.text for gap in answer.gaps if gap.kind == "figures")
    assert [item.direction for item in answer.items] == [Direction.SUPPORTS]
    assert "old" not in {gap.kind for gap in answer.gaps}
