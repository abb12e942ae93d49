import pytest
import spacy

from kg.found import Attribution, TokenSpan
from kg.model import ClaimType
from kg.stages.times import date_claims, find_times


@pytest.mark.parametrize(
    ("language", "text", "date"),
    [
        ("de", "am 5. Oktober 2023", "2023-10-05"),
        ("en", "on October 5, 2023", "2023-10-05"),
        ("en", "on 5 October 2023", "2023-10-05"),
        ("de", "im März 2021", "2021-03"),
        ("de", "am Freitag", "2024-03-01"),
        ("en", "on Friday", "2024-03-01"),
        ("de", "am Dienstag", "2024-03-05"),
        ("de", "gestern", "2024-03-04"),
        ("en", "yesterday", "2024-03-04"),
        ("de", "am 24. Dezember", "2023-12-24"),
        ("en", "last month", "2024-02"),
        ("de", "im Vorjahr", "2023"),
        ("de", "seit letztem Monat", "2024-02"),
        ("en", "since last month", "2024-02"),
        ("de", "in diesem Monat", "2024-03"),
        ("en", "this month", "2024-03"),
        ("de", "vor drei Tagen", "2024-03-02"),
        ("en", "three days ago", "2024-03-02"),
        ("de", "vor zwei Monaten", "2024-01"),
        ("en", "two years ago", "2022"),
        ("de", "vor zwei Wochen", None),
        ("de", "am kommenden Freitag", "2024-03-08"),
        ("en", "next Friday", "2024-03-08"),
        ("de", "am vergangenen Freitag", "2024-03-01"),
        ("de", "letzte Woche", None),
        ("de", "am 31.02.2024", None),
    ],
)
def test_a_time_is_worked_out_against_the_day_of_publication(found_in, language, text, date):
    doc = spacy.blank(language)(text)
    (time,) = find_times(doc, TokenSpan(0, len(doc)), found_in(doc, language).document)
    assert (time.date.value if time.date else None) == date
    assert doc.text[time.passage.start : time.passage.end] == time.passage.exact


@pytest.mark.parametrize("text", ["", "der Freitagsmarkt", "Nummer 12345", "Maybe he left."])
def test_no_time_is_found_where_there_is_none(found_in, text):
    doc = spacy.blank("de")(text or " ")
    assert list(find_times(doc, TokenSpan(0, len(doc)), found_in(doc).document)) == []


def test_the_frame_dates_a_claim_and_names_its_publication(by_hand, found_in):
    doc = by_hand(
        """
        Es es PRON 3 nsubj
        sei sein AUX 3 cop
        sicher sicher ADJ 0 root
        schrieb schreiben VERB 3 parataxis
        das der DET 6 det
        Amt Amt NOUN 4 nsubj
        am an ADP 8 case
        Montag Montag NOUN 4 obl
        in in ADP 11 case
        einem ein DET 11 det
        Bericht Bericht NOUN 4 obl
        """
    )
    said = Attribution((TokenSpan(0, 3),), ClaimType.INDIRECT, cue=(TokenSpan(3, 4),), frame=(TokenSpan(3, 11),))
    result = date_claims(doc, found_in(doc, attributions=(said,)))
    assert result["spoken"][0].date.value == "2024-03-04"
    assert doc[slice(*result["publications"][0])].text == "in einem Bericht"
