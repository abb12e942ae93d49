"""Search by meaning: across languages, by letters, and an index that grows, forgets and survives."""

import sqlite3

import pytest

from kg.errors import InputError, StoreError
from kg.evaluate.search import bag_of_sentence, evaluate_search
from kg.nlp import load_pipeline
from kg.search import ClaimIndex, PostingIndex, bag_of_claim, document_vector, query_vector
from kg.search import postings as posting_module

DE = (
    "Die Regierung hat Waffen an die Ukraine geliefert.",
    "Ein Feuer zerstörte gestern die Fabrik.",
    "Selenskyj traf den Minister in Prag.",
    "Der Fluss ist über die Ufer getreten.",
)
EN = (
    "The government has delivered weapons to Ukraine.",
    "A fire destroyed the factory yesterday.",
    "Zelensky met the minister in Prague.",
    "The river has burst its banks.",
)


def bags(lines, language):
    return [bag_of_sentence(doc, language) for doc in load_pipeline(language).pipe(lines)]


def posting_index(*groups):
    index = PostingIndex(sqlite3.connect(":memory:"))
    for group in groups:
        index.add(group)
        index.flush()
    return index


@pytest.mark.parametrize(("asked", "told", "languages"), [(DE, EN, "de en"), (EN, DE, "en de")])
def test_a_sentence_is_found_by_its_translation(asked, told, languages):
    left, right = languages.split()
    index = posting_index(bags(told, right))
    for n, bag in enumerate(bags(asked, left)):
        assert index.search(bag, 1)[0][0] == n


def test_names_are_found_by_their_letters():
    index = posting_index([{"name:kovalenko": 1.0}, {"name:huber": 1.0}])
    assert [row for row, _ in index.search({"name:kovalenka": 1.0}, 5)] == [0]
    assert index.search({"name:smith": 1.0}, 5) == []


def test_vectors_have_length_one_and_an_empty_bag_has_none():
    for vector in (document_vector({"artillery.n": 1.0, "place:RU": 1.0}), query_vector({"artillery.n": 1.0})):
        assert sum(value * value for value in vector.values()) == pytest.approx(1.0)
    assert document_vector({}) == {}
    assert posting_index([{"artillery.n": 1.0}]).search({}, 5) == []


def test_segments_merge_and_find_the_same():
    rows = [{f"name:word{i}": 1.0, f"num:{i % 7}": 1.0} for i in range(40)]
    one, many = posting_index(rows), posting_index(*([row] for row in rows))
    assert len(many._segments) <= 7
    for bag in rows:
        left, right = one.search(bag, 10), many.search(bag, 10)
        assert [row for row, _ in left] == [row for row, _ in right]
        assert [score for _, score in left] == pytest.approx([score for _, score in right])


def test_candidates_come_from_the_rarest_concepts_and_are_compared_in_full(monkeypatch):
    rows = [{"num:1": 1.0, f"num:{i + 2}": 1.0} for i in range(50)]
    full = posting_index(rows).search(rows[3], 3)
    monkeypatch.setattr(posting_module, "_BUDGET", 5)
    fewer = posting_index(rows).search(rows[3], 3)
    assert fewer == [pytest.approx(full[0])]


def test_a_claim_index_finds_the_claim_and_gives_back_its_document(extraction_de):
    index = ClaimIndex.of([extraction_de])
    claim = extraction_de.claims[0]
    best = index.search(bag_of_claim(claim), 1)[0]
    found = index.extraction(best.document_id).claims[best.position]
    assert bag_of_claim(found) == bag_of_claim(claim)
    assert 0 < best.score <= 1.001
    assert (index.n_documents, index.n_claims) == (1, len(extraction_de.claims))


def test_a_claim_index_on_disk_is_read_again_and_forgets_what_is_removed(tmp_path, extraction_de):
    path = tmp_path / "claims.sqlite"
    index = ClaimIndex(path)
    index.put(extraction_de)
    index.put(extraction_de)
    index.close()
    reader = ClaimIndex(path, read_only=True)
    document_id = extraction_de.document.document_id
    assert reader.documents() == {document_id}
    assert reader.extraction(document_id) == extraction_de
    reader.close()
    index = ClaimIndex(path)
    index.remove(document_id)
    index.tidy()
    assert index.documents() == frozenset()
    assert index._postings.n_rows == 0
    index.close()


def test_an_index_that_is_not_there_or_broken_is_said(tmp_path):
    with pytest.raises(StoreError, match="index"):
        ClaimIndex(tmp_path / "missing.sqlite", read_only=True)
    (tmp_path / "broken.sqlite").write_bytes(b"this is no database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="index"):
        ClaimIndex(tmp_path / "broken.sqlite")


def test_recalls_are_measured_both_ways(tmp_path):
    (tmp_path / "de.txt").write_text("\n".join(DE), encoding="utf-8")
    (tmp_path / "en.txt").write_text("\n".join(EN), encoding="utf-8")
    german, english = evaluate_search(tmp_path / "de.txt", tmp_path / "en.txt")
    assert (german.questions, german.sentences, english.questions) == ("de", "en", "en")
    assert german.recall_at_1 == german.recall_at_5 == german.mrr == 1.0
    assert german.n == 4
    assert german.ms_per_question > german.ms_per_search > 0


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("Ein Satz.\nNoch einer.", "One sentence.", "1 lines, expected 2"),
        ("", "One.", "empty"),
        ("Ein Satz.\n\nNoch einer.", "a\nb\nc", ":2: empty line"),
    ],
)
def test_files_that_are_not_parallel_are_refused(tmp_path, left, right, said):
    (tmp_path / "a").write_text(left, encoding="utf-8")
    (tmp_path / "b").write_text(right, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        evaluate_search(tmp_path / "a", tmp_path / "b")
