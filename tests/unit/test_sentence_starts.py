"""kg.nlp.sentence_starts: the sentences of raw text, hard cases in both languages."""

import json
import lzma
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from kg.errors import LanguageError
from kg.nlp.sentence_features import WordTable, describe, find_places
from kg.nlp.sentence_starts import SentenceRules, SentenceStarts, make_sentence_starts

Split = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def split() -> Split:
    """Return a function that parts a text of a language with the shipped weights."""
    pipelines = {}
    for language in ("de", "en"):
        folder = Path(str(resources.files("kg"))) / "models" / language / "sentence_starts"
        if not folder.is_dir():
            pytest.skip("the shipped pipelines have no sentence_starts yet")
        nlp = spacy.blank(language)
        nlp.tokenizer.from_disk(folder.parent / "tokenizer")
        pipelines[language] = nlp, make_sentence_starts(nlp, "").from_disk(folder)

    def run(language: str, text: str) -> list[str]:
        nlp, component = pipelines[language]
        doc = component(nlp.make_doc(text))
        assert all(token.is_sent_start is not None for token in doc)
        assert "".join(sentence.text_with_ws for sentence in doc.sents) == text
        return [sentence.text.strip() for sentence in doc.sents]

    return run


# a bar marks where a new sentence starts; new lines stay
CASES = [
    # abbreviations
    ("de", "Das gilt u. a. für Dr. Anna Weber, z. B. in Köln. |Sie kam bzw. ging um ca. 8 Uhr."),
    ("en", "Dr. Smith and Mr. Jones met Gov. Lee, Capt. Reed vs. the rest. |They left at approx. 8 o'clock."),
    ("de", "Er zahlte 5 Mio. Euro an die Firma Müller & Co. in Bonn. |Dann ging er."),
    ("en", "He works for Acme Inc. in Ohio. |The firm paid $5.3 million."),
    ("de", "Laut Art. 5 Abs. 2 und Nr. 7 ist das verboten. |Das Gericht folgte dem."),
    ("en", "He was ranked No. 5 in the world. |She was No. 1."),
    ("en", "The U.S. officials left. |They flew to the U.S. on Monday."),
    ("en", "He moved to the U.S. |The move was a success."),
    ("de", "Die U.S. Army zog ab. |Der Präsident sprach in Washington, D.C. |Er blieb dort."),
    # ordinals, dates, numbers
    ("de", "Am 3. Oktober 1990 kam die Einheit. |Das 19. Jahrhundert war vorbei."),
    ("en", "On Oct. 3, 1990, unity came. |It rose by 3.5 percent to 1,000.5 points."),
    ("de", "Das geschah im Jahr 2019. |Der Minister trat zurück."),
    ("en", "That happened in 2019. |The minister resigned."),
    ("de", "Sie verlor mit 1:3. |Die Mannschaft wurde 5. |Er ist am 5. Mai geboren."),
    ("en", "They lost 1-3. |The team came 5th."),
    ("de", "Ludwig XIV. regierte lange. |Papst Johannes Paul II. starb 2005."),
    ("de", "Der Preis stieg um 5,3 Prozent. |Im 2. Quartal waren es 3.500 Euro."),
    # initials
    ("de", "Der Autor J. Schmidt traf George W. Bush. |Es ging um G. A. Müller."),
    ("en", "The author J. Smith met George W. Bush. |It was about J. R. R. Tolkien."),
    # quotations
    ("de", "„Das ist falsch“, sagte sie. |„Wir prüfen das.“ |Er schwieg."),
    ("en", "“That is wrong,” she said. |“We will look into it.” |He was silent."),
    ("de", '"Das ist falsch", sagte sie. |"Wir prüfen das." |Er schwieg.'),
    ("en", '"That is wrong," she said. |"We will look into it." |He was silent.'),
    ("de", "»Das ist falsch«, sagte sie. |»Wir prüfen das.« |Er schwieg."),
    ("en", "'That is wrong,' she said. |'We will look into it.' |He was silent."),
    ("de", "„Kommen Sie mit?“, fragte sie. |„Nein!“, rief er."),
    ("en", '"Are you coming?" she asked. |"No!" he shouted.'),
    ("en", "“Are you coming?” Smith asked. |“No!” he shouted."),
    ("de", "Er sagte: „Der Damm hält. |Wir haben ihn geprüft.“ |Dann ging er."),
    ("en", "He said: “The dam holds. |We checked it.” |Then he left."),
    ("de", "Der Damm ist „nicht sicher“. |Das sagt die Behörde."),
    ("en", "The dam is “not safe”. |So says the agency."),
    # brackets
    ("de", "Er kam spät (siehe S. 5). |Sie ging. |(Das war am Montag.) |Dann kam er."),
    ("en", "He came late (see p. 5). |She left. |(That was on Monday.) |Then he came."),
    ("de", "Die Firma (gegr. 1990) zog um. |Sie wuchs."),
    ("en", "The firm (est. 1990) moved. |It grew."),
    # ellipsis, several marks, addresses, colons
    ("de", "Er zögerte ... und ging. |Wirklich?! |Ja!!"),
    ("en", "He paused ... and left. |Really?! |Yes!!"),
    ("de", "Mehr unter www.kurier.example. |Die Adresse ist https://kurier.example/a.b?c=1 im Netz."),
    ("en", "See www.herald.example. |The address is https://herald.example/a.b?c=1 on the web."),
    ("de", "Das Ergebnis: Der Damm hält. |Sein Fazit: Alles gut."),
    ("en", "The result: The dam holds. |His verdict: All good."),
    # headlines, lists, wrapped lines
    ("de", "Behörde meldet Risse im Damm\n\n|Die Behörde teilte das am Montag mit. |Der Betreiber widersprach."),
    ("en", "Agency reports cracks in dam\n\n|The agency said so on Monday. |The operator disagreed."),
    (
        "de",
        "Behörde meldet Risse im Damm\n|Die Wasserbehörde teilte das am Montag in einem Bericht mit. |Der Betreiber schwieg.",
    ),
    ("en", "Agency reports cracks in dam\n|The water agency said so in a report on Monday. |The operator was silent."),
    (
        "de",
        "Die Wasserbehörde teilte am Montag in einem\nBericht mit, dass der Damm Risse hat. |Der\n"
        "Betreiber wies das am Abend gegenüber der\nZeitung zurück.",
    ),
    (
        "en",
        "The water agency said in a report on Monday\nthat the dam has cracks. |The operator of the\n"
        "Hallbach dam denied that in the evening in\nan interview.",
    ),
    ("de", "1. Der Damm hält. |2. Die Behörde prüft."),
    ("en", "1. The dam holds. |2. The agency is looking into it."),
    # whitespace
    ("de", "  Er kam.  |Sie ging. \n"),
    ("en", "\n\nHe came.  |She left. \n"),
    ("de", ""),
    ("en", " "),
]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_sentences_of_raw_text(split: Split, language: str, marked: str) -> None:
    text = marked.replace("|", "")
    expected = [part.strip() for part in marked.split("|")] if text else []
    assert split(language, text) == expected


@pytest.mark.parametrize("language", ["de", "en"])
def test_given_starts_are_kept(language: str) -> None:
    nlp = spacy.blank(language)
    words = ["He", "came", ".", "\n\n", "She", "left", "."]
    doc = Doc(nlp.vocab, words=words, sent_starts=[True, True, False, False, False, False, False])
    doc = make_sentence_starts(nlp, "")(doc)
    assert [token.is_sent_start for token in doc] == [True, True, False, False, False, False, False]


@pytest.mark.parametrize("language", ["de", "en"])
def test_without_weights_only_blank_lines_part_sentences(language: str) -> None:
    nlp = spacy.blank(language)
    doc = make_sentence_starts(nlp, "")(nlp("A b. C d.\n\nE f. G h."))
    assert [sentence.text for sentence in doc.sents] == ["A b. C d.\n\n", "E f. G h."]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("words", [[], ["A"], [" "], ["\n\n", "A"], ["A", "\n\n"]])
def test_every_token_is_set(language: str, words: list[str]) -> None:
    nlp = spacy.blank(language)
    doc = make_sentence_starts(nlp, "")(Doc(nlp.vocab, words=words))
    assert [token.is_sent_start for token in doc] == [index == 0 for index in range(len(words))]


def test_component_refuses_other_languages() -> None:
    with pytest.raises(LanguageError, match=r"is not supported \(de, en\)"):
        make_sentence_starts(spacy.blank("fr"), "")


def test_places_are_after_marks_with_what_closes_and_at_new_lines() -> None:
    words = ["„", "A", ".", "“", "B", "(", "c", ".", ")", "D", "e", "\n", "F", "?", "!", "\n\n", "G"]
    places = list(find_places(words, [False] * 3 + [True] * 2 + [False] * 3 + [True] * 2 + [False] * 7))
    assert [(p.start, p.last, p.mark, p.newlines) for p in places] == [
        (4, 3, 2, 0),
        (9, 8, 7, 0),
        (12, 10, None, 1),
        (16, 14, 14, 2),
    ]
    assert [p.quoted for p in places] == [True, False, False, False]
    assert [p.bracketed for p in places] == [False, True, False, False]


@pytest.mark.parametrize(
    ("words", "gaps", "starts"),
    [
        (["A", ".", '"', "B"], [False, True, False, False], [2]),
        (["A", ".", '"', "B"], [False, False, True, False], [3]),
        (['"', "A", ".", '"', "B"], [True, True, True, True, False], [4]),
        (["A", ".", '"', "B", '"'], [True, True, True, True, False], [2]),
    ],
)
def test_quotation_marks_open_and_close_by_blanks_and_turn(
    words: list[str], gaps: list[bool], starts: list[int]
) -> None:
    assert [place.start for place in find_places(words, gaps)] == starts


def test_features_look_words_up() -> None:
    table = WordTable({"Dr": "99"}, {"Weber": "135"}, frozenset(), frozenset())
    words = ["Dr.", "Weber", "kam", "."]
    (place,) = find_places(words, [True, True, False, False])
    features = describe(words, [True, True, False, False], place, 0, table)
    assert {"ab 99", "abs 9 1", "w Dr"} <= set(features)


def test_component_round_trip(tmp_path: Path) -> None:
    component = SentenceStarts(SentenceRules(abbreviations=frozenset({"Dr."})))
    component.words = WordTable({"Dr": "99"}, {"Er": "999"}, frozenset({"sagte"}), frozenset({"Dr."}))
    component.weights = {"": -0.5, "m.s": 1.5}
    component.to_disk(tmp_path)
    again = SentenceStarts(SentenceRules(abbreviations=frozenset({"Dr."}))).from_disk(tmp_path)
    assert again.words == component.words
    assert again.weights == component.weights
    assert again.find(["A", "b", ".", "C", "d", "."], [True, False, True, True, False, False]) == [3]


def test_broken_weights_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "model.json.xz").write_bytes(lzma.compress(json.dumps({"weights": {}}).encode()))
    with pytest.raises(KeyError, match="before"):
        SentenceStarts(SentenceRules(abbreviations=frozenset())).from_disk(tmp_path)
