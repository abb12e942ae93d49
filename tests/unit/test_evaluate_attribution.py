"""Measuring who says what: the prediction looks at the text alone, and any document of the format will do."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.config import AttributionWeights
from kg.errors import InputError, LanguageError
from kg.evaluate.attribution import measure_attribution
from kg.evaluate.attribution_news import METHODS, NewsScores, evaluate_news
from kg.evaluate.attribution_spans import SpanScores, evaluate_spans
from kg.evaluate.attribution_speeches import SpeechScores

WORDS = (
    "Der Minister sagte am Freitag in Berlin , dass die Regierung den Haushalt nicht ändern werde .\n"
    "„ Wir werden das nicht hinnehmen “ , sagte die Sprecherin der Gewerkschaft am Montag ."
)


def news(text: str, *annotations: dict[str, Any]) -> dict[str, Any]:
    tokens: list[dict[str, Any]] = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        for word in line.split():
            at = text.index(word, at)
            tokens.append({"text": word, "charBegin": at, "charEnd": at + len(word), "sentence": number})
            at += len(word)
    return {"originalText": text, "tokens": tokens, "annotations": list(annotations)}


def annotation(quote: range, **more: Any) -> dict[str, Any]:
    return {"quote": {"tokenIds": list(quote)}, "type": "Indirect", "medium": "Speech", **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gold").mkdir()
    return tmp_path / "gold"


def write(path: Path, record: object) -> None:
    path.write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("method", METHODS)
def test_other_annotations_change_no_prediction(folder: Path, tmp_path: Path, method: str) -> None:
    written = []
    for number, annotations in enumerate(([], [annotation(range(8, 16), speaker={"tokenIds": [0, 1]})])):
        record = news(WORDS, *annotations)
        record |= {"sentences": [{"begin": 0, "end": 3}] * number, "documentName": f"{number}"}
        write(folder / "a.json", record)
        evaluate_news(folder, method, AttributionWeights.NEWS, tmp_path / f"{number}")
        written.append(json.loads((tmp_path / f"{number}" / "a.json").read_text("utf-8"))["annotations"])
    assert written[0] == written[1]
    assert {found["type"] for found in written[0]} >= {"Direct", "Indirect"}
    for found in written[0]:
        assert {"isNested", "hasNested", "medium", "speaker", "cue", "frame", "addressee"} <= found.keys()
        assert found["medium"]


def test_figures_of_a_right_prediction(folder: Path, tmp_path: Path) -> None:
    write(folder / "a.json", news(WORDS))
    evaluate_news(folder, None, AttributionWeights.NEWS, tmp_path / "found")
    scores = evaluate_news(tmp_path / "found", None, AttributionWeights.NEWS)
    assert (scores.method, scores.weights, scores.n_gold) == ("tagger", "news", scores.n_predicted)
    assert scores.official["quote"].f1 == scores.strict["joint"].f1 == scores.official["medium"].f1 == 1.0
    assert scores.calibration.bins[-1].right == 1.0
    assert scores.words_per_s > scores.words_per_s_parsed > 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("text", ["", "Ja", "„ „ „"])
def test_documents_with_hardly_anything_in_them(folder: Path, method: str, text: str) -> None:
    write(folder / "a.json", news(text))
    write(folder / "b.json", {"originalText": text, "tokens": []})
    scores, in_words = measure_attribution(folder, "news", method=method)
    assert isinstance(scores, NewsScores)
    assert (scores.n_documents, scores.n_gold) == (2, 0)
    assert "2 documents" in in_words


def test_without_weights_the_rules_work_alone(folder: Path) -> None:
    write(folder / "a.json", news(WORDS))
    scores = evaluate_news(folder, None, AttributionWeights.NONE)
    assert (scores.method, scores.weights) == ("rules", "none")
    assert scores.n_predicted == 2
    with pytest.raises(LanguageError, match='"none"'):
        evaluate_news(folder, "tagger", AttributionWeights.NONE)


def test_weights_from_speeches_work_beside_the_rules(folder: Path) -> None:
    write(folder / "a.json", news(WORDS))
    scores = evaluate_news(folder, None, AttributionWeights.SPEECHES)
    assert (scores.method, scores.weights) == ("both", "speeches")
    assert scores.n_predicted >= 2


SPANS = [
    {"id": 1, "language": "en", "text": 'The minister said that "nothing will change" on Friday.'},
    {"id": "b", "language": "de", "text": "Der Minister sagte, dass sich nichts ändern werde."},
    {"id": "c", "language": "en", "text": ""},
]


def write_lines(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_spans_of_plain_text(tmp_path: Path) -> None:
    gold = write_lines(tmp_path / "gold.jsonl", SPANS)
    nothing = evaluate_spans(gold, AttributionWeights.NEWS, tmp_path / "found.jsonl")
    assert nothing.languages["en"]["cue"].n_gold == 0
    found = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text("utf-8").splitlines()]
    assert [{key: line[key] for key in ("id", "language", "text")} for line in found] == SPANS
    english, german, empty = found
    texts = [
        {part: [line["text"][start:end] for start, end in spans] for part, spans in line["spans"][0].items()}
        for line in (english, german)
    ]
    assert texts[0]["source"] == ["The minister"]
    assert texts[0]["cue"] == ["said"]
    assert texts[0]["content"][0].startswith('that "nothing')
    assert texts[1] == {
        "source": ["Der Minister"],
        "cue": ["sagte"],
        "content": ["dass sich nichts ändern werde"],
    }
    assert empty["spans"] == []
    again, in_words = measure_attribution(tmp_path / "found.jsonl", "spans")
    assert isinstance(again, SpanScores)
    assert {part.f1 for language in again.languages.values() for part in language.values()} == {1.0}
    assert "en, 2 texts" in in_words


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "gold.jsonl: empty, expected an object with id, language, text and spans"),
        ([SPANS[0], {"id": 1}], "gold.jsonl:2: language: Field required"),
        ([{**SPANS[0], "language": "fr"}], "gold.jsonl:1: language: Input should be 'de' or 'en'"),
        ([{**SPANS[0], "spans": [{"cue": [[3, 99]]}]}], "gold.jsonl:1: no span of the text: 3 to 99"),
        ([{**SPANS[0], "spans": [{"cue": [[3, 3]]}]}], "gold.jsonl:1: no span of the text: 3 to 3"),
    ],
)
def test_bad_spans_are_said_with_their_line(tmp_path: Path, lines: list[Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        evaluate_spans(write_lines(tmp_path / "gold.jsonl", lines), AttributionWeights.NONE)
    assert str(caught.value).startswith(str(tmp_path / message))


def test_speeches(folder: Path, tmp_path: Path) -> None:
    sentences = [["Der", "Minister", "hat", "gesagt", ",", "dass", "er", "das", "prüfen", "werde", "."]]
    cues = [{"Cue": ["0:3"], "Source": ["0:0", "0:1"], "Message": [f"0:{token}" for token in range(5, 10)]}]
    write(folder / "a.json", {"Sentences": [{"Tokens": words} for words in sentences], "Annotations": cues})
    scores, in_words = measure_attribution(
        folder, "speeches", weights=AttributionWeights.NONE, predictions=tmp_path / "found"
    )
    assert isinstance(scores, SpeechScores)
    assert scores.parts["Source"].f1 == scores.parts["Message"].f1 == 1.0
    assert "1 speeches" in in_words
    again, _ = measure_attribution(tmp_path / "found", "speeches", weights=AttributionWeights.NONE)
    assert isinstance(again, SpeechScores)
    assert again.parts["all"].f1 == 1.0
