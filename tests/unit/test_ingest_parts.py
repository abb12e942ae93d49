"""The parts of ingest: normalised text and dates."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ingest.dates import parse_date
from kg.ingest.normalise import join_paragraphs, split_paragraphs


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", ()),
        (" \n\u200b\n", ()),
        ("Ein\u00a0Satz.  \r\n\r\n\r\nNoch\teiner. ", ("Ein Satz.", "Noch einer.")),
        ("Zu\u0308ge fah\u00adren", ("Züge fahren",)),
        ("Kopf\nErster Absatz.\nZweiter Absatz.", ("Kopf", "Erster Absatz.", "Zweiter Absatz.")),
        ("a\u2028b\x0cc", ("a", "b", "c")),
        (
            "This line was wrapped by a mail program at\nsixty characters, as was this one, to be read\nby anybody. The end.\n\nNext.",
            (
                "This line was wrapped by a mail program at sixty characters, as was this one, to be read by anybody. The end.",
                "Next.",
            ),
        ),
        (
            "A headline\nwith text that was wrapped by some mail program, at\nforty or fifty characters, and that ends here.",
            (
                "A headline",
                "with text that was wrapped by some mail program, at forty or fifty characters, and that ends here.",
            ),
        ),
        (
            "One sentence a line.\nThe longest of them is not joined with the next one.\nHe said.\nShe denied it.",
            (
                "One sentence a line.",
                "The longest of them is not joined with the next one.",
                "He said.",
                "She denied it.",
            ),
        ),
        ("„Anführung“ – “quote” bleibt", ("„Anführung“ – “quote” bleibt",)),
    ],
)
def test_text_is_split_into_normalised_paragraphs(text, paragraphs):
    assert split_paragraphs(text) == paragraphs


@given(st.text(alphabet=st.sampled_from("aä\u0308 .\n\r\t\u00a0\u200b\u2028Züge"), max_size=300))
def test_normalising_again_changes_nothing(text):
    once = join_paragraphs(split_paragraphs(text))
    assert join_paragraphs(split_paragraphs(once)) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(line != line.strip() for line in once.split("\n"))
    assert "\n\n\n" not in once


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2024", "2024", "year"),
        ("2024-03", "2024-03", "month"),
        ("2024-03-05", "2024-03-05", "day"),
        ("20240305", "2024-03-05", "day"),
        ("2024-03-05T12:30:00+0100", "2024-03-05T12:30:00+01:00", "second"),
        ("2024-03-05T12:30:00.123Z", "2024-03-05T12:30:00Z", "second"),
        ("2024-03-05 12:30", "2024-03-05T12:30:00", "second"),
        ("5. März 2024", "2024-03-05", "day"),
        ("Freitag, 5. Januar 2024", "2024-01-05", "day"),
        ("05.03.2024", "2024-03-05", "day"),
        ("05.03.2024, 12:30 Uhr", "2024-03-05T12:30:00", "second"),
        ("März 2024", "2024-03", "month"),
        ("March 2024", "2024-03", "month"),
        ("March 5, 2024", "2024-03-05", "day"),
        ("5 March 2024", "2024-03-05", "day"),
        ("Tue, 5 Mar 2024 12:30:00 GMT", "2024-03-05T12:30:00+00:00", "second"),
        ("13/05/2024", "2024-05-13", "day"),
        ("03/05/2024", "2024", "year"),
    ],
)
def test_dates_keep_their_precision(text, value, precision):
    date = parse_date(text)
    assert date is not None
    assert (date.value, date.precision) == (value, precision)


@pytest.mark.parametrize(
    "text", ["", "gestern", "yesterday", "5. März", "March 5", "2024-13-05", "2024-02-30", "99.99.2024", "x" * 99]
)
def test_what_is_no_absolute_date_is_none(text):
    assert parse_date(text) is None
