"""The parts of the network component that need no weights."""

from pathlib import Path

import numpy as np
import pytest
from spacy.vectors import Vectors

from kg.nlp.form_lexicon import FormLexicon
from kg.nlp.lemma_rules import apply_rule, make_rule
from kg.nlp.sequences import decode_entities
from kg.nlp.word_forms import N_LETTERS, N_SHAPES, FormReader, read_clusters, write_clusters


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("gegangen", "gehen"),
        ("aufgemacht", "aufmachen"),
        ("Häuser", "Haus"),
        ("Er", "er"),
        ("ist", "sein"),
        ("deutsche", "Deutscher"),
        ("CDU-Politikern", "CDU-Politiker"),
        ("went", "go"),
        ("children", "child"),
        ("Nations", "Nations"),
        ("U.S.", "U.S."),
        ("a;b", "a;c;b"),
        ("+1", "+1"),
        ("x", "+;-"),
    ],
)
def test_a_rule_makes_the_lemma_it_was_made_from(form: str, lemma: str) -> None:
    assert apply_rule(form, make_rule(form, lemma)) == lemma


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (("Tischen", "Tisch"), ("Bänken", "Bänk")),
        (("walked", "walk"), ("Talked", "talk")),
        (("Walked", "walk"), ("barked", "bark")),
    ],
)
def test_a_rule_goes_over_to_other_words(known: tuple[str, str], new: tuple[str, str]) -> None:
    assert apply_rule(new[0], make_rule(*known)) == new[1]


def test_a_rule_that_does_not_fit_changes_nothing() -> None:
    assert apply_rule("an", make_rule("aufgemacht", "aufmachen")) == "an"


def test_an_inner_label_needs_a_beginning_of_its_kind() -> None:
    # O, B-PER, I-PER, B-LOC, I-LOC
    scores = np.log(np.array([[0.3, 0.4, 0.25, 0.03, 0.02], [0.1, 0.05, 0.2, 0.05, 0.6]], dtype=np.float32))
    assert decode_entities(scores).tolist() == [1, 2]
    sure = np.log(np.array([[0.1, 0.6, 0.1, 0.1, 0.1], [0.1, 0.1, 0.6, 0.1, 0.1]], dtype=np.float32))
    assert decode_entities(sure).tolist() == [1, 2]


def test_no_entities_at_all() -> None:
    assert decode_entities(np.log(np.full((3, 5), 0.2, dtype=np.float32))).tolist() == [0, 0, 0]


def test_clusters_come_back_as_written(tmp_path: Path) -> None:
    clusters = {"und": 26, "Straße": 5, "said": 116}
    write_clusters(clusters, tmp_path / "clusters.tsv.xz")
    assert read_clusters(tmp_path / "clusters.tsv.xz") == clusters


def make_reader() -> FormReader:
    data = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    vectors = Vectors(data=data, mode="floret", minn=3, maxn=4, hash_count=2)
    return FormReader(vectors, "abcdefg", ["abc"], {"abc": 0b1011, "Cab": 0b0011}, FormLexicon())


def test_forms_become_arrays() -> None:
    arrays = make_reader().read(["abc", "Abc", "Q" * 30, "12"])
    assert arrays.vectors.shape == (4, 8)
    assert arrays.letters.shape == (4, N_LETTERS)
    assert arrays.words.tolist() == [1, 1, 0, 0]
    # the word in small letters stands in for one that has no cluster
    assert (arrays.paths[0] == arrays.paths[1]).all()
    assert not arrays.paths[2:].any()
    assert arrays.letters[2].min() == 1
    assert arrays.letters[3, 2:].max() == 0
    assert arrays.flags[1, 0] == 1
    assert arrays.flags[3, :N_SHAPES].sum() == 2


def test_paths_share_their_first_steps() -> None:
    arrays = make_reader().read(["abc", "Cab"])
    one, other = arrays.paths
    assert one[0] != other[0]
    assert make_reader().sizes["paths"] == [3, 3, 3, 3]


def test_no_forms() -> None:
    assert make_reader().read([]).letters.shape == (0, N_LETTERS)
