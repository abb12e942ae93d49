"""The order of the stages, and what a document that breaks one does to the others."""

import logging
import re

import pytest

from kg.config import AttributionWeights
from kg.errors import KgError
from kg.found import Found
from kg.ids import sha256_of
from kg.model import Document
from kg.pipeline import STAGES, extract, provenance_of
from kg.stages import Stage

_TEXTS = {
    "de": "Streit um die Brücke\n\nDer Minister sagte am Montag, die Brücke sei sicher. Gutachter widersprachen.",
    "en": "Row over the bridge\n\nThe minister said on Monday that the bridge was safe. Experts disagreed.",
}


def document(number, language="de", text=None):
    text = _TEXTS[language] if text is None else text
    return Document(document_id=f"d{number}", language=language, text=text, sha256=sha256_of(text))


def breaking(error):
    def run(doc, found):
        if found.document.document_id == "d1":
            raise error
        return {}

    return Stage(name="breaking", version="1", needs=(), fills=(), run=run)


def passages_of(record):
    """All passages anywhere in a record."""
    if isinstance(record, dict):
        if {"start", "end", "exact"} <= record.keys():
            yield record
        for value in record.values():
            yield from passages_of(value)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from passages_of(value)


def test_what_a_stage_needs_is_filled_before_it():
    filled = set()
    for stage in STAGES:
        assert set(stage.needs) <= filled, stage.name
        filled |= set(stage.fills)


def test_stages_fill_fields_that_there_are():
    fields = set(Found.__dataclass_fields__)
    assert {name for stage in STAGES for name in (*stage.needs, *stage.fills)} <= fields
    assert len({stage.name for stage in STAGES}) == len(STAGES)


@pytest.mark.parametrize(
    ("language", "weights", "version"),
    [
        ("de", "news", r"\d+/news-\d+"),
        ("de", "speeches", r"\d+/speeches-\d+"),
        ("de", "none", r"\d+/rules"),
        ("en", "news", r"\d+/rules"),
    ],
)
def test_provenance_names_the_weights_that_took_part(language, weights, version):
    stages = {
        stage.name: stage.version for stage in provenance_of(language, weights=AttributionWeights(weights)).stages
    }
    assert re.fullmatch(version, stages["attribution"])


def test_without_weights_no_finding_is_the_taggers():
    found = []

    def spy(doc, so_far):
        found.extend(so_far.attributions)
        return {}

    stages = (*STAGES, Stage(name="spy", version="1", needs=(), fills=(), run=spy))
    (extraction,) = extract([document(0)], stages=stages, weights=AttributionWeights.NONE)
    assert extraction.claims
    assert {attribution.method.partition(":")[0] for attribution in found} == {"rule"}


def test_a_broken_stage_leaves_one_document_out(caplog):
    stages = (*STAGES, breaking(ValueError("no such token")))
    with caplog.at_level(logging.ERROR, logger="kg.pipeline"):
        extractions = list(extract([document(n) for n in range(3)], stages=stages))
    assert [e.document.document_id for e in extractions] == ["d0", "d2"]
    assert "d1" in caplog.text


def test_an_error_of_ours_is_not_swallowed():
    with pytest.raises(KgError, match="weights"):
        list(extract([document(n) for n in range(2)], stages=(*STAGES, breaking(KgError("weights are missing")))))


def test_languages_may_be_mixed_and_keep_their_order():
    documents = [document(0, "en"), document(1, "de"), document(2, "en")]
    extractions = list(extract(documents))
    assert [e.document for e in extractions] == documents
    assert [e.provenance.pipeline[:2] for e in extractions] == ["en", "de", "en"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_two_runs_give_the_same_and_every_passage_is_exact(language):
    (first,), (second,) = (list(extract([document(0, language)])) for _ in range(2))
    assert first == second
    assert first.claims
    for passage in passages_of(first.model_dump()):
        assert first.document.text[passage["start"] : passage["end"]] == passage["exact"]


@pytest.mark.parametrize("text", [".", "\n\n", "„“", "Ja"])
def test_a_text_that_says_nothing_has_no_claims(text):
    (extraction,) = extract([document(0, "de", text)])
    assert extraction.claims == ()


def test_no_documents_no_extractions():
    assert list(extract([])) == []
