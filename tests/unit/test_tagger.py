"""The attribution tagger: reading documents, decoding, the shipped weights."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.errors import InputError, LanguageError
from kg.found import Attribution
from kg.model import ClaimType
from kg.tagger import AttributionTagger, load_tagger, read_tagger
from kg.tagger.decoding import PairFigures, Part, Thresholds, find_parts, make_groups, token_runs, viterbi
from kg.tagger.features import (
    MAX_WORDS,
    distance_ids,
    quotation_states,
    read_doc,
    sentence_distance_ids,
    shape_flags,
    split_features,
)

OUTSIDE, INSIDE, NESTED, OPENING, CLOSING, UNCLOSED = range(6)


def states(text: str) -> list[int]:
    words = text.split()
    paragraph = np.array([place == 0 for place in range(len(words))])
    return quotation_states(words, paragraph).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„ Ja “ , sagt er", [OPENING, INSIDE, CLOSING, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("“ Yes ” , he says", [OPENING, INSIDE, CLOSING, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("» Ja « sagt er", [OPENING, INSIDE, CLOSING, OUTSIDE, OUTSIDE]),
        ('" Yes " he says', [OPENING, INSIDE, CLOSING, OUTSIDE, OUTSIDE]),
        ("„ Das ‚ A ‘ war “", [OPENING, INSIDE, NESTED, NESTED, NESTED, INSIDE, CLOSING]),
        ("„ Ja , sagt er", [UNCLOSED, OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE]),
        ("„ Ja „ B “", [UNCLOSED, OUTSIDE, OPENING, INSIDE, CLOSING]),
        ("Er kommt", [OUTSIDE, OUTSIDE]),
        ("", []),
    ],
)
def test_quotation_states(text: str, expected: list[int]) -> None:
    assert states(text) == expected


def test_quotation_left_open_ends_with_the_paragraph() -> None:
    words = ["„", "Ja", "Er", "geht"]
    found = quotation_states(words, np.array([True, False, True, False]))
    assert found.tolist() == [UNCLOSED, OUTSIDE, OUTSIDE, OUTSIDE]


@pytest.mark.parametrize("words", [["Er", "geht", "\n\n", "Sie", "bleibt"], ["He", "goes", "\n\n", "She", "stays"]])
def test_white_space_is_no_word_but_ends_a_paragraph(words: list[str]) -> None:
    features = read_doc(Doc(Vocab(), words=words, spaces=[True] * 5))
    assert features.tokens.tolist() == [0, 1, 3, 4]
    assert features.categories[:, 1].tolist() == [2, 3, 2, 0]
    assert features.sentence.tolist() == [0, 0, 1, 1]


def test_features_of_the_pipeline_are_read_where_there_are_any() -> None:
    words = ["Er", "sagte", "\n", "Ja"]
    plain = read_doc(Doc(Vocab(), words=words))
    parsed = read_doc(
        Doc(
            Vocab(),
            words=words,
            pos=["PRON", "VERB", "SPACE", "INTJ"],
            morphs=["", "Mood=Sub|Tense=Past|VerbForm=Fin", "", ""],
            heads=[1, 1, 1, 1],
            deps=["nsubj", "ROOT", "dep", "nsubj:pass"],
        )
    )
    assert not plain.categories[:, 2:].any()
    assert plain.head.tolist() == [0, 1, 2]
    assert parsed.head.tolist() == [1, 1, 1]
    assert parsed.categories[:, 2].all()
    assert parsed.categories[:, 3].tolist() == [1, 5, 1]
    assert parsed.categories[0, 4] == parsed.categories[2, 4]


def test_long_documents_are_cut_at_sentences() -> None:
    n_words = MAX_WORDS + 60
    starts = [place % 30 == 0 for place in range(n_words)]
    pieces = split_features(read_doc(Doc(Vocab(), words=["so"] * n_words, sent_starts=starts)))
    assert [offset for offset, _ in pieces] == [0, MAX_WORDS - MAX_WORDS % 30]
    assert sum(len(piece) for _, piece in pieces) == n_words


def test_distances_are_zero_inside() -> None:
    ids = distance_ids(np.array([2]), np.array([4]), 7)[0].tolist()
    assert ids[2:4] == [0, 0]
    assert len({ids[0], ids[1], ids[4], ids[5]}) == 4
    sentence = np.array([0, 0, 1, 1, 2, 2, 2])
    assert sentence_distance_ids(np.array([2]), np.array([4]), sentence)[0].tolist() == [3, 3, 4, 4, 5, 5, 5]


def test_shapes() -> None:
    assert shape_flags(["Er", "UN-Rat", "12"]).tolist() == [[1, 0, 0, 0, 0], [1, 0, 0, 0, 1], [0, 0, 1, 1, 0]]


def test_viterbi_finds_only_legal_sequences() -> None:
    random = np.random.default_rng(3)
    tags = viterbi(random.normal(size=(5, 20, 5)).astype(np.float32), [20, 17, 9, 2, 1])
    legal = {0: {0, 1, 4}, 1: {2, 3}, 2: {2, 3}, 3: {0, 1, 4}, 4: {0, 1, 4}}
    for row in tags.tolist():
        assert row[0] in {0, 1, 4}
        assert all(right in legal[left] for left, right in pairwise(row))
        assert row[-1] not in {1, 2}


def tag_logits(*layers: str) -> np.ndarray:
    """Make logits of one document: one character of "OBIES" a word, for each quote layer."""
    logits = np.zeros((1, len(layers[0]), 10), dtype=np.float32)
    for layer, tags in enumerate(layers):
        for word, tag in enumerate(tags):
            logits[0, word, layer * 5 + "OBIES".index(tag)] = 8.0
    return logits


def pair_figures(n_parts: int, n_words: int) -> PairFigures:
    return PairFigures(
        roles=np.full((n_parts, n_words, 4), -8.0, dtype=np.float32),
        speakers=np.zeros((n_parts, n_words, 2), dtype=np.float32),
        nobody=np.zeros((n_parts, 1), dtype=np.float32),
        types=np.eye(5, dtype=np.float32)[[1] * n_parts],
        media=np.eye(7, dtype=np.float32)[[0] * n_parts],
    )


def test_parts_are_found_in_both_layers() -> None:
    (parts,) = find_parts(tag_logits("BIIEOS", "OBEOOO"), [6], Thresholds())
    assert [(part.start, part.end, part.layer) for part in parts] == [(0, 4, 0), (5, 6, 0), (1, 3, 1)]
    assert all(part.log_probability > -0.1 for part in parts)


def test_an_inner_part_equal_to_an_outer_one_is_dropped() -> None:
    (parts,) = find_parts(tag_logits("OBEO", "OBEO"), [4], Thresholds())
    assert len(parts) == 1


def test_parts_around_a_frame_become_one_group() -> None:
    parts = [Part(0, 2, 0, -0.1, -0.1), Part(5, 8, 0, -0.1, -0.1)]
    figures = pair_figures(2, 8)
    figures.roles[:, [0, 1, 5, 6, 7], 3] = 5.0
    figures.roles[:, 3, 0] = 5.0
    figures.roles[:, 2:5, 1] = 5.0
    figures.speakers[:, 4] = 5.0
    (found,) = make_groups(parts, figures, Thresholds())
    assert found.content == ((0, 2), (5, 8))
    assert found.cue == ((3, 4),)
    assert found.frame == ((2, 5),)
    assert found.speaker == (4, 5)
    assert found.type_index == 1


def test_nobody_speaks_where_that_is_likelier() -> None:
    figures = pair_figures(1, 4)
    figures.nobody[:] = 5.0
    (found,) = make_groups([Part(0, 2, 0, -0.1, -0.1)], figures, Thresholds())
    assert found.speaker is None


def test_token_runs() -> None:
    assert token_runs(np.array([True, False, True, True])) == ((0, 1), (2, 4))
    assert token_runs(np.array([], dtype=bool)) == ()


@pytest.fixture(scope="session")
def tagger() -> AttributionTagger:
    return load_tagger("de")


@pytest.fixture(scope="session")
def vocab() -> Vocab:
    from kg.nlp import load_pipeline

    return load_pipeline("de").vocab


def plain_doc(vocab: Vocab, text: str) -> Doc:
    words = text.split(" ")
    starts = [place == 0 or words[place - 1] in {".", "“"} for place in range(len(words))]
    return Doc(vocab, words=words, sent_starts=starts)


def check(found: tuple[Attribution, ...], doc: Doc) -> None:
    for place, attribution in enumerate(found):
        assert attribution.content
        spans = [*attribution.content, *attribution.cue, *attribution.frame]
        spans += [span for span in (attribution.actor, attribution.addressee) if span]
        assert all(0 <= span.start < span.end <= len(doc) for span in spans)
        assert attribution.parent is None or 0 <= attribution.parent < len(found) != place
        assert 0.0 <= attribution.score <= 1.0
        assert attribution.method == "tagger"


INDIRECT = "Der Minister sagte am Freitag in Berlin , dass die Regierung den Haushalt nicht ändern werde ."
DIRECT = "„ Wir werden das nicht hinnehmen “ , sagte die Sprecherin der Gewerkschaft am Montag ."


@pytest.mark.parametrize(
    ("text", "type_", "actor", "cue"),
    [(INDIRECT, ClaimType.INDIRECT, "Der Minister", "sagte"), (DIRECT, ClaimType.DIRECT, "die Sprecherin", "sagte")],
)
def test_finds_plain_quotations(
    tagger: AttributionTagger, vocab: Vocab, text: str, type_: ClaimType, actor: str, cue: str
) -> None:
    doc = plain_doc(vocab, text)
    (found,) = tagger.tag([doc])
    check(found, doc)
    first = found[0]
    assert first.type is type_
    assert first.actor is not None
    assert doc[first.actor.start : first.actor.end].text.startswith(actor)
    assert cue in [doc[span.start : span.end].text for span in first.cue]


def test_the_result_does_not_depend_on_the_other_documents(tagger: AttributionTagger, vocab: Vocab) -> None:
    docs = [plain_doc(vocab, text) for text in (INDIRECT, f"{DIRECT} {INDIRECT}", DIRECT)]
    together = tagger.tag(docs)
    alone = [tagger.tag([doc])[0] for doc in docs]
    for left, right in zip(together, alone, strict=True):
        assert [one.content for one in left] == [one.content for one in right]
        assert [one.score for one in left] == pytest.approx([one.score for one in right], abs=1e-4)
    assert tagger.tag(docs) == together


def test_nothing_to_attribute(tagger: AttributionTagger, vocab: Vocab) -> None:
    docs = [Doc(vocab), Doc(vocab, words=["\n\n"]), plain_doc(vocab, "Der Zug fährt um 9 Uhr .")]
    assert tagger.tag(docs) == [(), (), ()]
    assert tagger.tag([]) == []


def test_a_foreign_vocabulary_is_an_error(tagger: AttributionTagger) -> None:
    with pytest.raises(InputError, match="floret"):
        tagger.tag([Doc(Vocab(), words=["Er", "sagt", "Ja"])])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_language_without_weights_is_an_error(language: str) -> None:
    with pytest.raises(LanguageError, match=language):
        load_tagger(language)


def test_broken_weights_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"model\.json"):
        read_tagger(tmp_path)
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(InputError, match="expected"):
        read_tagger(tmp_path)
