"""Attribution by syntax, on trees written out by hand: German and English side by side.

A tree is written one token after the other as ``form/lemma/POS/label/head``, heads counted from 1, 0 for the root;
features follow after a further slash.
"""

import pytest
import spacy
from spacy.tokens import Doc

from kg.errors import LanguageError
from kg.found import Attribution, Block, BlockKind, Found, TokenSpan
from kg.model import ClaimType, Document, Language
from kg.stages.attribution_rules import drop_repeated, find_by_rules
from kg.stages.passages import find_passages

VOCAB = spacy.blank("en").vocab


def make_doc(*sentences: str) -> Doc:
    columns: dict[str, list] = {"words": [], "lemmas": [], "pos": [], "deps": [], "heads": [], "morphs": []}
    spaces: list[bool] = []
    for sentence in sentences:
        base = len(columns["words"])
        for offset, token in enumerate(sentence.split()):
            form, lemma, pos, label, head, *morph = token.split("/")
            columns["words"].append(form)
            columns["lemmas"].append(lemma)
            columns["pos"].append(pos)
            columns["deps"].append("ROOT" if head == "0" else label)
            columns["heads"].append(base + (offset if head == "0" else int(head) - 1))
            columns["morphs"].append(morph[0] if morph else "")
            spaces.append(True)
    for index, word in enumerate(columns["words"]):
        if word in ("“", "„", "‘"):
            spaces[index] = False
        if word in (",", ".", "”", "’", ":", ";", "?") and index:
            spaces[index - 1] = False
    return Doc(VOCAB, spaces=spaces, **columns)


def run(doc: Doc, language: str) -> tuple[Attribution, ...]:
    document = Document(document_id="d", language=Language(language), text="x", sha256="0" * 64)
    passages = find_passages(doc, Found(document=document))
    return find_by_rules(doc, language, passages["quoted"], passages["blocks"])


def words(doc: Doc, spans: tuple[TokenSpan, ...] | TokenSpan | None) -> list[str]:
    if spans is None:
        return []
    if isinstance(spans, TokenSpan):
        spans = (spans,)
    return [doc[span.start : span.end].text for span in spans]


INDIRECT_EN = (
    "The/the/DET/det/2 ministry/ministry/NOUN/nsubj/3 said/say/VERB/ROOT/0/Tense=Past|VerbForm=Fin "
    "that/that/SCONJ/mark/7 the/the/DET/det/6 plant/plant/NOUN/nsubj/7 leaked/leak/VERB/ccomp/3/Tense=Past|VerbForm=Fin ././PUNCT/punct/3"
)
INDIRECT_DE = (
    "Das/der/DET/det/2 Ministerium/Ministerium/NOUN/nsubj/3 teilte/teilen/VERB/ROOT/0/Mood=Ind|VerbForm=Fin mit/mit/ADP/compound:prt/3 "
    ",/,/PUNCT/punct/9 dass/dass/SCONJ/mark/9 Öl/Öl/NOUN/nsubj/9 ins/in/ADP/advmod/9 lief/laufen/VERB/ccomp/3/Mood=Ind|VerbForm=Fin ././PUNCT/punct/3"
)


@pytest.mark.parametrize(
    ("language", "tree", "actor", "cue", "content"),
    [
        ("en", INDIRECT_EN, "The ministry", ["said"], ["that the plant leaked"]),
        ("de", INDIRECT_DE, "Das Ministerium", ["teilte mit"], ["dass Öl ins lief"]),
    ],
)
def test_indirect_speech(language: str, tree: str, actor: str, cue: list[str], content: list[str]) -> None:
    doc = make_doc(tree)
    (found,) = run(doc, language)
    assert found.type is ClaimType.INDIRECT
    assert words(doc, found.actor) == [actor]
    assert words(doc, found.cue) == cue
    assert words(doc, found.content) == content


@pytest.mark.parametrize(
    ("language", "tree", "actor", "content"),
    [
        (
            "en",
            "“/“/PUNCT/punct/3 It/it/PRON/nsubj/3 leaks/leak/VERB/ccomp/6/VerbForm=Fin ,/,/PUNCT/punct/3 ”/”/PUNCT/punct/3 "
            "said/say/VERB/ROOT/0/Tense=Past|VerbForm=Fin Ann/Ann/PROPN/nsubj/6 Lee/Lee/PROPN/flat/7 ././PUNCT/punct/6 "
            "“/“/PUNCT/punct/12 We/we/PRON/nsubj/12 know/know/VERB/parataxis/6/VerbForm=Fin ././PUNCT/punct/12 ”/”/PUNCT/punct/12",
            "Ann Lee",
            ["It leaks", "We know"],
        ),
        (
            "de",
            "„/„/PUNCT/punct/3 Es/es/PRON/nsubj/3 leckt/lecken/VERB/ccomp/6/VerbForm=Fin “/“/PUNCT/punct/3 ,/,/PUNCT/punct/3 "
            "sagte/sagen/VERB/ROOT/0/Mood=Ind|VerbForm=Fin Anna/Anna/PROPN/nsubj/6 Lehn/Lehn/PROPN/flat/7 ././PUNCT/punct/6",
            "Anna Lehn",
            ["Es leckt"],
        ),
    ],
)
def test_direct_speech_with_its_frame_behind(language: str, tree: str, actor: str, content: list[str]) -> None:
    doc = make_doc(tree)
    (found,) = run(doc, language)
    assert found.type is ClaimType.DIRECT
    assert words(doc, found.actor) == [actor]
    assert words(doc, found.content) == content


@pytest.mark.parametrize(
    ("language", "tree", "actor", "content"),
    [
        (
            "en",
            "The/the/DET/det/2 pipe/pipe/NOUN/nsubj/7 ,/,/PUNCT/punct/5 she/she/PRON/nsubj/5 said/say/VERB/parataxis/7/Tense=Past|VerbForm=Fin "
            ",/,/PUNCT/punct/5 burst/burst/VERB/ROOT/0/Tense=Past|VerbForm=Fin ././PUNCT/punct/7",
            "she",
            ["The pipe", "burst"],
        ),
        (
            "de",
            "Das/der/DET/det/2 Rohr/Rohr/NOUN/nsubj/8 ,/,/PUNCT/punct/4 sagte/sagen/VERB/parataxis/8/Mood=Ind|VerbForm=Fin sie/sie/PRON/nsubj/4 "
            ",/,/PUNCT/punct/4 sei/sein/AUX/cop/8/Mood=Sub|VerbForm=Fin undicht/undicht/ADJ/ROOT/0 ././PUNCT/punct/8",
            "sie",
            ["Das Rohr", "sei undicht"],
        ),
    ],
)
def test_frame_in_the_middle(language: str, tree: str, actor: str, content: list[str]) -> None:
    doc = make_doc(tree)
    (found,) = run(doc, language)
    assert words(doc, found.actor) == [actor]
    assert words(doc, found.content) == content


@pytest.mark.parametrize(
    ("language", "tree", "actor", "content", "claim_type"),
    [
        (
            "en",
            "According/accord/VERB/case/3 to/to/ADP/fixed/1 police/police/NOUN/obl/6 ,/,/PUNCT/punct/3 he/he/PRON/nsubj/6 "
            "fled/flee/VERB/ROOT/0/Tense=Past|VerbForm=Fin ././PUNCT/punct/6",
            ["police"],
            ["he fled"],
            ClaimType.INDIRECT,
        ),
        (
            "de",
            "Nach/nach/ADP/case/2 Angaben/Angabe/NOUN/obl/5 der/der/DET/det/4/Case=Gen Polizei/Polizei/NOUN/nmod/2/Case=Gen "
            "floh/fliehen/VERB/ROOT/0/VerbForm=Fin er/er/PRON/nsubj/5 ././PUNCT/punct/5",
            ["der Polizei"],
            ["floh er"],
            ClaimType.INDIRECT,
        ),
        (
            "de",
            "Er/er/PRON/nsubj/4 wurde/werden/AUX/aux:pass/4/VerbForm=Fin Berichten/Bericht/NOUN/obl/4 "
            "gewarnt/warnen/VERB/ROOT/0/VerbForm=Part zufolge/zufolge/ADP/case/3 ././PUNCT/punct/4",
            [],
            [],
            None,
        ),
        (
            "de",
            "Berichten/Bericht/NOUN/obl/4 zufolge/zufolge/ADP/case/1 ist/sein/AUX/aux/4/VerbForm=Fin "
            "geflohen/fliehen/VERB/ROOT/0/VerbForm=Part er/er/PRON/nsubj/4 ././PUNCT/punct/4",
            ["Berichten"],
            ["ist geflohen er"],
            ClaimType.FREE_INDIRECT,
        ),
        (
            "en",
            "He/he/PRON/nsubj/3 reportedly/reportedly/ADV/advmod/3 fled/flee/VERB/ROOT/0/Tense=Past|VerbForm=Fin ././PUNCT/punct/3",
            [],
            ["He reportedly fled"],
            ClaimType.FREE_INDIRECT,
        ),
        (
            "de",
            "Er/er/PRON/nsubj/4 soll/sollen/AUX/aux/4/Mood=Ind|VerbForm=Fin Geld/Geld/NOUN/obj/4 "
            "genommen/nehmen/VERB/ROOT/0/VerbForm=Part haben/haben/AUX/aux/4/VerbForm=Inf ././PUNCT/punct/4",
            [],
            ["Er soll Geld genommen haben"],
            ClaimType.FREE_INDIRECT,
        ),
    ],
)
def test_frames_without_a_verb_and_hearsay(
    language: str, tree: str, actor: list[str], content: list[str], claim_type: ClaimType | None
) -> None:
    doc = make_doc(tree)
    attributions = run(doc, language)
    if claim_type is None:
        assert len(attributions) <= 1
        return
    (found,) = attributions
    assert found.type is claim_type
    assert words(doc, found.actor) == actor
    assert words(doc, found.content) == content


NOUN_DE = (
    "Die/der/DET/det/2 Aussage/Aussage/NOUN/nsubj/10 eines/ein/DET/det/4/Case=Gen Beamten/Beamter/NOUN/nmod/2/Case=Gen ,/,/PUNCT/punct/8 "
    "dass/dass/SCONJ/mark/8 Öl/Öl/NOUN/nsubj/8 auslief/auslaufen/VERB/acl/2/VerbForm=Fin ,/,/PUNCT/punct/8 überrascht/überraschen/VERB/ROOT/0/VerbForm=Fin ././PUNCT/punct/10"
)
NOUN_EN = (
    "The/the/DET/det/2 claim/claim/NOUN/nsubj/10 of/of/ADP/case/5 an/a/DET/det/5 official/official/NOUN/nmod/2 that/that/SCONJ/mark/8 "
    "oil/oil/NOUN/nsubj/8 leaked/leak/VERB/acl/2/VerbForm=Fin surprises/surprise/VERB/dep/10 us/we/VERB/ROOT/0/VerbForm=Fin ././PUNCT/punct/10"
)


@pytest.mark.parametrize(
    ("language", "tree", "actor", "content"),
    [("de", NOUN_DE, "eines Beamten", "dass Öl auslief"), ("en", NOUN_EN, "an official", "that oil leaked")],
)
def test_noun_with_a_clause(language: str, tree: str, actor: str, content: str) -> None:
    doc = make_doc(tree)
    (found,) = run(doc, language)
    assert words(doc, found.actor) == [actor]
    assert words(doc, found.content) == [content]


def test_reports_within_reports_have_parents() -> None:
    doc = make_doc(
        "Ann/Ann/PROPN/nsubj/2 said/say/VERB/ROOT/0/Tense=Past|VerbForm=Fin that/that/SCONJ/mark/5 Bob/Bob/PROPN/nsubj/5 "
        "claimed/claim/VERB/ccomp/2/Tense=Past|VerbForm=Fin that/that/SCONJ/mark/8 Cy/Cy/PROPN/nsubj/8 "
        "believed/believe/VERB/ccomp/5/Tense=Past|VerbForm=Fin that/that/SCONJ/mark/11 it/it/PRON/nsubj/11 "
        "leaked/leak/VERB/ccomp/8/Tense=Past|VerbForm=Fin ././PUNCT/punct/2"
    )
    outer, middle, inner = run(doc, "en")
    assert [words(doc, found.actor) for found in (outer, middle, inner)] == [["Ann"], ["Bob"], ["Cy"]]
    assert (outer.parent, middle.parent, inner.parent) == (None, 0, 1)


@pytest.mark.parametrize(
    ("language", "tree"),
    [
        (
            "en",
            "He/he/PRON/nsubj/4 did/do/AUX/aux/4/VerbForm=Fin not/not/PART/advmod/4 say/say/VERB/ROOT/0/VerbForm=Inf "
            "that/that/SCONJ/mark/7 it/it/PRON/nsubj/7 leaked/leak/VERB/ccomp/4/VerbForm=Fin ././PUNCT/punct/4",
        ),
        (
            "de",
            "Er/er/PRON/nsubj/2 sagte/sagen/VERB/ROOT/0/VerbForm=Fin nicht/nicht/PART/advmod/2 ,/,/PUNCT/punct/7 "
            "dass/dass/SCONJ/mark/7 Öl/Öl/NOUN/nsubj/7 auslief/auslaufen/VERB/ccomp/2/VerbForm=Fin ././PUNCT/punct/2",
        ),
        (
            "en",
            "He/he/PRON/nsubj/2 declined/decline/VERB/ROOT/0/VerbForm=Fin to/to/PART/mark/4 say/say/VERB/xcomp/2/VerbForm=Inf "
            "that/that/SCONJ/mark/7 it/it/PRON/nsubj/7 leaked/leak/VERB/ccomp/4/VerbForm=Fin ././PUNCT/punct/2",
        ),
        (
            "en",
            "We/we/PRON/nsubj/2 say/say/VERB/ROOT/0/VerbForm=Fin that/that/SCONJ/mark/5 it/it/PRON/nsubj/5 "
            "leaked/leak/VERB/ccomp/2/VerbForm=Fin ././PUNCT/punct/2",
        ),
        (
            "de",
            "Der/der/DET/det/5 Film/Film/NOUN/nsubj/5 „/„/PUNCT/punct/4 Krieg/Krieg/NOUN/appos/2 “/“/PUNCT/punct/4 läuft/laufen/VERB/ROOT/0/VerbForm=Fin ././PUNCT/punct/6",
        ),
    ],
)
def test_what_nobody_claims(language: str, tree: str) -> None:
    assert run(make_doc(tree), language) == ()


def test_subjunctive_goes_on_with_the_same_actor() -> None:
    doc = make_doc(
        INDIRECT_DE,
        "Er/er/PRON/nsubj/3 sei/sein/AUX/cop/3/Mood=Sub|VerbForm=Fin besorgt/besorgt/ADJ/ROOT/0 ././PUNCT/punct/3",
    )
    report, continuation = run(doc, "de")
    assert continuation.type is ClaimType.INDIRECT_FREE_INDIRECT
    assert continuation.actor == report.actor
    assert words(doc, continuation.content) == ["Er sei besorgt"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_empty_document(language: str) -> None:
    assert run(Doc(VOCAB), language) == ()


def test_unknown_language_is_refused() -> None:
    with pytest.raises(LanguageError, match="not supported"):
        find_by_rules(make_doc(INDIRECT_EN), "fr", (), ())


def test_blocks_are_optional() -> None:
    assert len(find_by_rules(make_doc(INDIRECT_EN), "en", (), ())) == 1
    block = Block(TokenSpan(0, 8), BlockKind.HEADLINE)
    assert len(find_by_rules(make_doc(INDIRECT_EN), "en", (), (block,))) == 1


def test_one_of_two_findings_of_the_same_content_is_kept() -> None:
    sure = Attribution(content=(TokenSpan(0, 10),), type=ClaimType.INDIRECT, score=0.9, cue=(TokenSpan(12, 13),))
    unsure = Attribution(content=(TokenSpan(0, 9),), type=ClaimType.INDIRECT, score=0.4, cue=(TokenSpan(12, 13),))
    assert drop_repeated([unsure, sure]) == [sure]
