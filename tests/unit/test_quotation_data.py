"""Annotated attributions in JSON: reading, writing, and what is wrong with a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.vocab import Vocab

from kg.attribution_metric import QuoteGroup
from kg.errors import InputError
from kg.quotation_data import (
    CUE,
    MESSAGE,
    TOPIC,
    make_doc,
    read_document,
    read_documents,
    read_speech,
    token_places,
    word_runs,
    write_predictions,
    write_speech,
)


def news(text: str, *, sentences: bool = True, annotations: Any = ()) -> dict[str, Any]:
    """Make a document whose words are parted by white space; each line is a sentence."""
    tokens: list[dict[str, Any]] = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        for word in line.split():
            at = text.index(word, at)
            token = {"id": len(tokens), "text": word, "charBegin": at, "charEnd": at + len(word)}
            tokens.append(token | ({"sentence": number} if sentences else {}))
            at += len(word)
    return {"documentName": "a", "originalText": text, "tokens": tokens, "annotations": list(annotations)}


def write(path: Path, record: object) -> Path:
    path.write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
    return path


def test_words_sentences_and_paragraphs_of_a_document(tmp_path: Path) -> None:
    gold = read_document(write(tmp_path / "a.json", news("Er sagt ja .\nSie\xa0nicht .")))
    assert gold.words == ("Er", "sagt", "ja", ".", "Sie", "nicht", ".")
    assert (gold.sentence_starts, gold.paragraph_starts) == ({0, 4}, {0, 4})
    assert gold.spaces == (True, True, True, False, True, True, False)
    doc = make_doc(gold, Vocab())
    assert [doc[place].text for place in token_places(gold)] == list(gold.words)
    assert [token.text for token in doc if token.is_sent_start] == ["Er", "Sie"]


def test_without_sentences_those_of_the_doc_are_open(tmp_path: Path) -> None:
    gold = read_document(write(tmp_path / "a.json", news("Er sagt ja .", sentences=False)))
    assert gold.sentence_starts is None
    assert not make_doc(gold, Vocab()).has_annotation("SENT_START")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    gold = read_document(write(tmp_path / "a.json", news("Ja , sagt sie zu ihm , gern .")))
    group = QuoteGroup(
        quote=frozenset({0, 6}), speaker=frozenset({3}), cue=frozenset({2}), frame=frozenset({1, 2, 3, 4, 5}),
        addressee=frozenset({4, 5}), type="Direct", medium="Speech", has_nested=True,
    )  # fmt: skip
    write_predictions(gold, [group], tmp_path / "out" / "deep")
    (again,) = read_documents(tmp_path / "out" / "deep")
    assert (again.groups, again.words, again.name) == ((group,), gold.words, "a.json")
    annotation = again.record["annotations"][0]
    assert annotation["quote"]["text"] == "Ja ,"
    assert annotation["frame"] == {
        "spans": [{"begin": 1, "charBegin": 3, "charEnd": 20, "end": 6}],
        "text": ", sagt sie zu ihm",
        "tokenIds": [1, 2, 3, 4, 5],
    }


@pytest.mark.parametrize("record", [{"originalText": "", "tokens": []}, news("", annotations=())])
def test_an_empty_document_is_a_document(tmp_path: Path, record: dict[str, Any]) -> None:
    gold = read_document(write(tmp_path / "a.json", record))
    assert (gold.words, gold.groups) == ((), ())
    assert len(make_doc(gold, Vocab())) == 0


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("{", "a.json:1: not JSON: "),
        ("[]", "a.json: "),
        ({"tokens": []}, "a.json: originalText: Field required; expected a document of the German quotation data"),
        (
            {"originalText": "Ja", "tokens": [{"text": "Ja", "charBegin": 0, "charEnd": 3}]},
            "a.json: Value error, token 0 has the characters 0 to 3, expected some from 0 on, within the text",
        ),
        (
            news("Ja", annotations=[{"quote": {"tokenIds": [1]}}]),
            "a.json: Value error, an annotation has the token 1, but there are 1",
        ),
        (
            {"originalText": "Ja", "tokens": [{"id": 7, "text": "Ja", "charBegin": 0, "charEnd": 2}]},
            "a.json: Value error, token 0 has the id 7, expected its place",
        ),
        (news("Ja", annotations=[{}]), "a.json: annotations.0.quote: Field required"),
    ],
)
def test_what_is_no_document_is_said_with_its_place(tmp_path: Path, record: object, message: str) -> None:
    path = write(tmp_path / "a.json", record)
    with pytest.raises(InputError) as caught:
        read_document(path)
    assert str(caught.value).startswith(str(tmp_path / message))
    assert "\n" not in str(caught.value)


def test_a_role_may_be_missing_or_null(tmp_path: Path) -> None:
    record = news("Ja , sagt sie .", annotations=[{"quote": {"tokenIds": [0]}, "speaker": None, "type": None}])
    (group,) = read_document(write(tmp_path / "a.json", record)).groups
    assert (group.speaker, group.cue, group.type) == (frozenset(), frozenset(), None)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no file that ends in \.json"):
        read_documents(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        read_documents(tmp_path / "none")


def speech(*annotations: dict[str, list[str]]) -> dict[str, Any]:
    sentences = [["Frau", "Präsidentin", "!"], ["Sie", "sagen", "nichts", "."]]
    return {
        "Sentences": [{"SentenceId": number, "Tokens": words} for number, words in enumerate(sentences)],
        "Annotations": list(annotations),
    }


def test_groups_of_a_speech(tmp_path: Path) -> None:
    gold = read_speech(
        write(
            tmp_path / "a.json",
            speech(
                {"Cue": ["1:1"], "Source": ["1:0"], "Message": ["1:2"]},
                {"Cue": ["1:1"], "Topic": ["0:1"]},
                {"Cue": ["1:1"], "PTC": ["1:3"]},
                {"Cue": []},
            ),
        )
    )
    assert gold.sentence_starts == {0, 3}
    assert [(group.type, group.quote, group.cue) for group in gold.groups] == [
        (MESSAGE, {5}, {4}),
        (TOPIC, {1}, {4}),
        (CUE, {4, 6}, {4}),
    ]
    write_speech(gold, gold.groups[:1], tmp_path / "out")
    assert read_speech(tmp_path / "out" / "a.json").groups == gold.groups[:1]


@pytest.mark.parametrize("token", ["2:0", "0:3", "x", "0:-1"])
def test_a_token_that_is_not_there_is_an_error(tmp_path: Path, token: str) -> None:
    with pytest.raises(InputError, match=f'the token "{token}"'):
        read_speech(write(tmp_path / "a.json", speech({"Cue": [token]})))


def test_word_runs() -> None:
    assert word_runs({5, 1, 2, 4}) == [(1, 3), (4, 6)]
    assert word_runs(()) == []
