"""Segments of an article."""

from kg.model import Extraction
from kg.serve.highlight import Mark, cut_paragraphs


def _text(extraction: Extraction) -> str:
    return "\n\n".join("".join(segment.text for segment in paragraph) for paragraph in cut_paragraphs(extraction))


def test_segments_hold_the_whole_text(extraction_de: Extraction, extraction_en: Extraction) -> None:
    assert _text(extraction_de) == extraction_de.document.text
    assert _text(extraction_en) == extraction_en.document.text


def test_nested_claims_come_longest_first(extraction_de: Extraction) -> None:
    said, told = extraction_de.claims[:2]
    segments = [segment for paragraph in cut_paragraphs(extraction_de) for segment in paragraph]
    inner = [segment for segment in segments if told.claim_id in segment.claims]
    assert inner
    assert all(segment.claims == (said.claim_id, told.claim_id) for segment in inner)
    assert "".join(segment.text for segment in inner) == told.assertion.passages[0].exact


def test_each_claim_starts_once(extraction_en: Extraction) -> None:
    segments = [segment for paragraph in cut_paragraphs(extraction_en) for segment in paragraph]
    starts = [claim_id for segment in segments for claim_id in segment.starts]
    assert sorted(starts) == sorted(claim.claim_id for claim in extraction_en.claims)


def test_marks_name_hedges_and_own_voice(extraction_en: Extraction) -> None:
    segments = [segment for paragraph in cut_paragraphs(extraction_en) for segment in paragraph]
    assert any(segment.text == "probably" and Mark.HEDGE in segment.marks for segment in segments)
    assert any(Mark.OWN in segment.marks for segment in segments)


def test_document_without_claims_is_plain(extraction_de: Extraction) -> None:
    bare = Extraction(document=extraction_de.document, provenance=extraction_de.provenance)
    paragraphs = cut_paragraphs(bare)
    assert len(paragraphs) == 4
    assert all(len(paragraph) == 1 and not paragraph[0].claims for paragraph in paragraphs)
