"""Our own articles and their gold: schema, offsets, ids, splits, references, and what a broken corpus says."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kg.corpus import Corpus, Split, check_corpus, corpus_schema, read_corpus
from kg.errors import InputError
from kg.ids import sha256_of
from kg.model import ClaimType, Language

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"

TEXTS = {
    "a1-de-1": "Flut: Rat warnt\n\nDer Fluss steige weiter, sagte Anna Lohr. „Wir warnen“, sagte sie.",
    "a1-en-1": "Flood: council warns\n\nThe river was rising, said Anna Lohr. “We warn you,” she said.",
}
EXACTS = {"a1-de-1": ("Der Fluss steige weiter", "sagte"), "a1-en-1": ("The river was rising", "said")}


@pytest.fixture(scope="module")
def dev() -> Corpus:
    return read_corpus(CORPUS, Split.DEV)


@pytest.fixture(scope="module")
def offsets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_offsets", ROOT / "scripts" / "corpus_offsets.py")
    if spec is None or spec.loader is None:
        pytest.fail("scripts/corpus_offsets.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small_gold(article_id: str) -> dict[str, Any]:
    content, cue = EXACTS[article_id]
    start = TEXTS[article_id].index(content)
    cue_start = TEXTS[article_id].index(cue)
    return {
        "id": article_id,
        "actors": [{"id": "x1", "name": "Anna Lohr", "kind": "person", "named": True, "aliases": []}],
        "claims": [
            {
                "id": "c1",
                "actor": "x1",
                "content": [{"exact": content, "start": start, "end": start + len(content)}],
                "type": "indirect",
                "parent": None,
                "certainty": "certain",
                "hedges": [],
                "cue": {"exact": cue, "nth": 1, "start": cue_start, "end": cue_start + len(cue)},
                "conditional": False,
            }
        ],
        "evidence": [],
        "links": [],
    }


def small_row(article_id: str) -> dict[str, Any]:
    return {
        "id": article_id,
        "story": "a1",
        "split": "dev",
        "file": f"articles/{article_id}.txt",
        "url": f"https://nachrichten.example/{article_id}",
        "title": TEXTS[article_id].split("\n")[0],
        "publisher": "Der Bote",
        "authors": [],
        "published": "2024-03-05",
        "language": article_id.split("-")[1],
        "licence": "CC0-1.0",
        "sha256": sha256_of(TEXTS[article_id]),
    }


def small_story() -> dict[str, Any]:
    answers = [{"article": name, "claim": "c1", "direction": "supports"} for name in TEXTS]
    question = {"id": "a1-q1", "language": "de", "text": "Fluss steigt", "answers": answers, "n_origins": 1}
    return {"id": "a1", "title": {"de": "Flut", "en": "Flood"}, "questions": [question]}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for folder in ("articles", "gold", "stories"):
        (tmp_path / folder).mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "articles" / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        (tmp_path / "gold" / f"{name}.json").write_text(json.dumps(small_gold(name), indent=1), encoding="utf-8")
    (tmp_path / "stories" / "a1.json").write_text(json.dumps(small_story(), indent=1), encoding="utf-8")
    rows = "".join(json.dumps(small_row(name)) + "\n" for name in TEXTS)
    (tmp_path / "manifest.jsonl").write_text(rows, encoding="utf-8")
    return tmp_path


def change(file: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(file.read_text(encoding="utf-8"))
    edit(data)
    file.write_text(json.dumps(data, indent=1), encoding="utf-8")


def test_corpus_has_no_problems() -> None:
    check_corpus(CORPUS)


def test_schema_file_is_current() -> None:
    assert json.loads((CORPUS / "schema.json").read_text(encoding="utf-8")) == corpus_schema()


def test_schema_names_the_class_of_a_hedge_as_the_files_do() -> None:
    assert "class" in corpus_schema()["$defs"]["GoldHedge"]["properties"]


def test_every_passage_is_exact(dev: Corpus) -> None:
    for article in dev.articles:
        for claim in article.gold.claims:
            for passage in (*claim.content, *claim.hedges, *filter(None, [claim.cue])):
                assert article.text[passage.start : passage.end] == passage.exact
        for evidence in article.gold.evidence:
            assert article.text[evidence.passage.start : evidence.passage.end] == evidence.passage.exact


def test_content_starts_and_ends_with_words(dev: Corpus) -> None:
    for article in dev.articles:
        for claim in article.gold.claims:
            for passage in claim.content:
                assert passage.exact.strip(" ,;:.\n–—") == passage.exact, (article.row.id, claim.id)


@pytest.mark.parametrize(("language", "n_articles", "n_claims"), [("de", 20, 300), ("en", 16, 220)])
def test_dev_has_enough_articles_and_claims(dev: Corpus, language: str, n_articles: int, n_claims: int) -> None:
    articles = [article for article in dev.articles if article.row.language == language]
    assert len(articles) >= n_articles
    assert sum(len(article.gold.claims) for article in articles) >= n_claims
    assert len({article.row.publisher for article in articles}) == len(articles)


def test_half_of_at_least_sixty_articles_are_for_testing() -> None:
    rows = [json.loads(line) for line in (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    n_test = sum(row["split"] == Split.TEST for row in rows)
    assert len(rows) >= 60
    assert n_test >= len(rows) // 2


@pytest.mark.parametrize("language", list(Language))
def test_dev_covers_the_phenomena_in_each_language(dev: Corpus, language: Language) -> None:
    golds = [article.gold for article in dev.articles if article.row.language is language]
    claims = [claim for gold in golds for claim in gold.claims]
    assert {claim.type for claim in claims} == set(ClaimType)
    assert any(claim.conditional for claim in claims)
    assert any(not gold.claims for gold in golds), "an article with nothing to attribute"
    parents = [{claim.id: claim.parent for claim in gold.claims} for gold in golds]
    assert any(chain.get(chain[name] or "") for chain in parents for name in chain), "a chain of three speakers"
    directions = {link.direction for gold in golds for link in gold.links}
    assert directions == {"supports", "disputes", "undercuts", "context"}


def test_stories_ask_in_both_languages_and_once_about_nothing(dev: Corpus) -> None:
    for story in dev.stories:
        for language in Language:
            questions = [question for question in story.questions if question.language is language]
            assert len([question for question in questions if question.answers]) >= 3
            assert any(not question.answers for question in questions)
        by_text = {question.text for question in story.questions}
        assert len(by_text) == len(story.questions)


def test_some_answers_cross_the_language(dev: Corpus) -> None:
    for story in dev.stories:
        crossing = [{answer.article.split("-")[1] for answer in question.answers} for question in story.questions]
        assert {"de", "en"} in crossing


def test_one_agency_text_is_printed_by_three_outlets(dev: Corpus) -> None:
    printed = [article for article in dev.articles if "6700 Container mit Waffen" in article.text]
    assert len({article.row.publisher for article in printed}) >= 3


def test_read_corpus_opens_only_the_split_asked_for(small: Path) -> None:
    (small / "articles" / "a1-de-1.txt").write_bytes(b"\xff")
    assert read_corpus(small, Split.TEST).articles == ()


def test_check_corpus_accepts_a_good_corpus(small: Path) -> None:
    assert [article.row.id for article in check_corpus(small).articles] == list(TEXTS)


def test_check_corpus_of_an_empty_manifest_is_empty(small: Path) -> None:
    (small / "manifest.jsonl").write_text("", encoding="utf-8")
    assert check_corpus(small).articles == ()


def test_missing_manifest_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"manifest\.jsonl:1: no such file, expected"):
        read_corpus(tmp_path)


@pytest.mark.parametrize("name", list(TEXTS))
@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda gold: gold["claims"][0]["content"][0].update(start=3, end=5), '"c1" has .* expected'),
        (lambda gold: gold["claims"][0].update(actor="x9"), 'has the actor "x9", expected'),
        (lambda gold: gold["claims"][0].update(parent="c9"), 'has the parent "c9", expected'),
        (lambda gold: gold["claims"][0].update(type="own"), "own claim .* expected the medium"),
        (lambda gold: gold["claims"][0].update(type="shouted"), "claims.0.type: .* expected"),
        (lambda gold: gold["actors"].append(gold["actors"][0]), '"x1" occurs 2 times, expected'),
        (lambda gold: gold["links"].append({"claim": "c1", "evidence": "e1", "direction": "supports"}), "is open"),
        (lambda gold: gold["links"].append({"claim": "c1", "direction": "supports"}), "is open"),
        (lambda gold: gold["links"].append({"claim": "c1", "evidence_claim": "c1", "direction": "supports"}), "open"),
        (lambda gold: gold.update(id="a1-de-9"), 'id is "a1-de-9", expected'),
        (lambda gold: gold.update(note="?"), "note: Extra inputs"),
    ],
)
def test_broken_gold_is_named(small: Path, name: str, edit: Callable[[dict[str, Any]], object], message: str) -> None:
    change(small / "gold" / f"{name}.json", edit)
    with pytest.raises(InputError, match=rf"{name}\.json:\d+: .*{message}"):
        check_corpus(small)


def test_the_line_of_a_problem_is_that_of_its_claim(small: Path) -> None:
    file = small / "gold" / "a1-de-1.json"
    change(file, lambda gold: gold["claims"][0].update(actor="x9"))
    line = next(n for n, text in enumerate(file.read_text().split("\n"), start=1) if '"c1"' in text)
    with pytest.raises(InputError, match=rf"a1-de-1\.json:{line}: "):
        check_corpus(small)


def test_content_outside_the_parent_is_named(small: Path) -> None:
    def nest(gold: dict[str, Any]) -> None:
        inner = {**gold["claims"][0], "id": "c2", "parent": "c1", "content": [gold["claims"][0]["cue"]]}
        gold["claims"].append(inner)

    change(small / "gold" / "a1-de-1.json", nest)
    with pytest.raises(InputError, match='content of "c2" is not inside that of its parent "c1"'):
        check_corpus(small)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda row: row.update(language="fr"), r"manifest\.jsonl:1: language"),
        (lambda row: row.update(sha256="0" * 64), r"manifest\.jsonl:1: sha256 .* expected [0-9a-f]{64}"),
        (lambda row: row.update(title="Flut"), "headline differs"),
        (lambda row: row.update(file="articles/none.txt"), r"none\.txt:1: no such file"),
        (lambda row: row.update(split="test"), r"manifest\.jsonl:2: split"),
        (lambda row: row.update(id="a1-en-1"), r"manifest\.jsonl:2: id .* already in line 1"),
        (lambda row: row.update(story="a2"), r"manifest\.jsonl:1: id .* expected"),
    ],
)
def test_broken_manifest_row_is_named(small: Path, edit: Callable[[dict[str, Any]], object], message: str) -> None:
    rows = [small_row(name) for name in TEXTS]
    edit(rows[0])
    (small / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        check_corpus(small)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Flut: Rat warnt\n\nZwei  \n\nDrei\n", ":3: stray white space"),
        ("Flut: Rat warnt\nZwei\n", "stray white space"),
        ("Flut: Rat warnt\n\nu\u0308ber\n", "normal form NFC"),
        ("Flut: Rat warnt\n\nein\u00a0Jahr\n", ":3: stray white space"),
    ],
)
def test_untidy_text_is_named(small: Path, text: str, message: str) -> None:
    (small / "articles" / "a1-de-1.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        check_corpus(small)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda story: story["questions"][0].update(n_origins=3), "n_origins .* expected"),
        (lambda story: story["questions"][0]["answers"][0].update(claim="c7"), "expected a claim of the story"),
        (lambda story: story["questions"][0]["answers"][0].update(article="a1-en-1"), "2 times"),
        (lambda story: story["questions"].append(story["questions"][0]), "not unique"),
    ],
)
def test_broken_story_is_named(small: Path, edit: Callable[[dict[str, Any]], object], message: str) -> None:
    change(small / "stories" / "a1.json", edit)
    with pytest.raises(InputError, match=message):
        check_corpus(small)


def test_every_problem_is_listed(small: Path) -> None:
    (small / "gold" / "a1-de-1.json").write_text("{", encoding="utf-8")
    (small / "articles" / "a1-en-1.txt").write_bytes(b"\xff")
    with pytest.raises(InputError) as caught:
        check_corpus(small, stories=["a1"])
    assert "expected JSON" in str(caught.value)
    assert "not UTF-8" in str(caught.value)


@pytest.mark.parametrize(
    ("passage", "filled"),
    [
        ({"exact": "Flut"}, {"exact": "Flut", "start": 0, "end": 4}),
        ({"exact": "sagte", "nth": 2}, {"exact": "sagte", "nth": 2, "start": 73, "end": 78}),
        ({"exact": "sagte", "within": "sagte sie"}, {"exact": "sagte", "nth": 2, "start": 73, "end": 78}),
    ],
)
def test_offsets_are_filled_from_the_exact_words(
    offsets: ModuleType, passage: dict[str, Any], filled: dict[str, Any]
) -> None:
    assert offsets.fill_passage(passage, TEXTS["a1-de-1"], "c1") is None
    assert passage == filled


@pytest.mark.parametrize("passage", [{"exact": "sagte"}, {"exact": "meinte"}, {"exact": "sagte", "nth": 3}])
def test_offsets_of_unclear_words_are_a_problem(offsets: ModuleType, passage: dict[str, Any]) -> None:
    assert "expected" in offsets.fill_passage(passage, TEXTS["a1-de-1"], "c1")
