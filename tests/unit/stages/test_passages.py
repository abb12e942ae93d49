import pytest
import spacy

from kg.found import BlockKind
from kg.stages.passages import find_passages


@pytest.mark.parametrize(
    ("language", "text", "quotes"),
    [
        ("de", "„Wir gehen“, sagte er.", ["Wir gehen"]),
        ("de", "»Ja«, so sie, »morgen.«", ["Ja", "morgen."]),
        ("de", "“Der Verkehr” wuchs.", ["Der Verkehr"]),
        ("de", 'Er sagte: "Nein".', ["Nein"]),
        ("de", "„Sie rief ‚Halt‘ und ging.“", ["Sie rief ‚Halt‘ und ging.", "Halt"]),
        ("de", "Wie geht's dem Chef?", []),
        ("en", "“We left,” he said. “It’s over.”", ["We left,", "It’s over."]),
        ("en", "She said ‘no’ to Jones’ plan.", ["no"]),
        ("en", "He didn't.", []),
    ],
)
def test_quotes_are_found_in_every_style(found_in, language, text, quotes):
    doc = spacy.blank(language)(text)
    result = find_passages(doc, found_in(doc, language))
    assert [doc[start:end].text for start, end in result["quoted"]] == quotes


def test_a_mark_left_open_closes_with_its_paragraph(found_in):
    doc = spacy.blank("de")("Er rief: „Halt\n\nDann ging er.")
    (quote,) = find_passages(doc, found_in(doc))["quoted"]
    assert doc[quote.start : quote.end].text == "Halt"


def test_headline_body_and_byline_are_told_apart(found_in):
    text = "Streit um den Damm\n\nDer Damm hält.\n\nDes Kuriers Eva Roth trug zu diesem Bericht bei."
    doc = spacy.blank("de")(text)
    kinds = [block.kind for block in find_passages(doc, found_in(doc))["blocks"]]
    assert kinds == [BlockKind.HEADLINE, BlockKind.BODY, BlockKind.BYLINE]


def test_a_first_paragraph_that_is_a_sentence_is_no_headline(found_in):
    doc = spacy.blank("en")("The dam holds.\n\nSo they say.")
    assert [b.kind for b in find_passages(doc, found_in(doc, "en"))["blocks"]] == [BlockKind.BODY, BlockKind.BODY]


def test_nothing_is_found_in_an_empty_document(found_in):
    doc = spacy.blank("de")("x")
    empty = spacy.blank("de")("")
    assert find_passages(empty, found_in(doc)) == {"blocks": (), "quoted": ()}
