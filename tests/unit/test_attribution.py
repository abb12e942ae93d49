"""Joining the learned tagger's attributions with those of the rules; nesting."""

import pytest
import spacy
from spacy.tokens import Doc

from kg.found import Attribution, TokenSpan
from kg.model import ClaimType
from kg.stages.attribution import ATTRIBUTION, combine, complete_actors
from kg.stages.attribution_nesting import nest
from kg.stages.attribution_rules import read
from kg.stages.attribution_speakers import complete_name, find_name_pairs

WORDS = [
    "Das",
    "Amt",
    "sagte",
    ",",
    "„",
    "es",
    "brennt",
    "“",
    ".",
    "Laut",
    "Bildern",
    "regnet",
    "es",
    ".",
    "Die",
    "Frau",
    "glaubt",
    ",",
    "dass",
    "Bo",
    "log",
    ".",
]


def make_doc() -> Doc:
    pos = [
        "PUNCT" if not word[0].isalpha() else "NOUN" if word in ("Amt", "Bildern", "Frau") else "X" for word in WORDS
    ]
    lemmas = [{"Bildern": "bild"}.get(word, word.lower()) for word in WORDS]
    heads = list(range(len(WORDS)))
    heads[9] = 10
    return Doc(
        spacy.blank("de").vocab,
        words=WORDS,
        pos=pos,
        lemmas=lemmas,
        heads=heads,
        deps=["ROOT" if head == at else "case" for at, head in enumerate(heads)],
    )


def span(start: int, end: int) -> TokenSpan:
    return TokenSpan(start, end)


QUOTE = Attribution(content=(span(4, 8),), type=ClaimType.DIRECT, score=0.8, method="tagger")


def test_tagged_content_loses_its_quotation_marks_and_gains_roles() -> None:
    rule = Attribution(
        content=(span(5, 7),),
        type=ClaimType.DIRECT,
        actor=span(0, 2),
        cue=(span(2, 3),),
        score=0.9,
        method="rule:quote-before",
    )
    (found,) = combine(read(make_doc(), "de", (), ()), (QUOTE,), (rule,))
    assert found.content == (span(5, 7),)
    assert (found.actor, found.cue, found.method) == (span(0, 2), (span(2, 3),), "tagger")
    assert found.score > 0.9


def test_images_are_no_actors() -> None:
    tagged = Attribution(content=(span(11, 13),), type=ClaimType.INDIRECT, actor=span(10, 11), cue=(span(9, 10),))
    assert combine(read(make_doc(), "de", (), ()), (tagged,), ()) == ()


@pytest.mark.parametrize(("method", "n_found"), [("rule:clause", 2), ("rule:untrusted", 1)])
def test_trusted_rules_add_what_the_tagger_left_out(method: str, n_found: int) -> None:
    rule = Attribution(content=(span(18, 21),), type=ClaimType.INDIRECT, cue=(span(16, 17),), score=0.9, method=method)
    assert len(combine(read(make_doc(), "de", (), ()), (QUOTE,), (rule,))) == n_found


def test_quoted_fragment_of_a_report_is_no_claim() -> None:
    report = Attribution(content=(span(3, 8),), type=ClaimType.INDIRECT, cue=(span(2, 3),), score=0.9)
    fragment = Attribution(content=(span(6, 7),), type=ClaimType.DIRECT, score=0.9)
    (found,) = combine(read(make_doc(), "de", (), ()), (report, fragment), ())
    assert found.type is ClaimType.INDIRECT


def test_parts_of_one_quotation_are_joined() -> None:
    first = Attribution(content=(span(5, 6),), type=ClaimType.DIRECT, actor=span(0, 2), cue=(span(2, 3),))
    second = Attribution(content=(span(6, 7),), type=ClaimType.DIRECT)
    rule = Attribution(content=(span(5, 6), span(6, 7)), type=ClaimType.DIRECT, method="rule:quote-after")
    (found,) = combine(read(make_doc(), "de", (), ()), (first, second), (rule,))
    assert found.content == (span(5, 6), span(6, 7))
    assert found.actor == span(0, 2)


def test_nothing_from_nothing() -> None:
    assert combine(read(make_doc(), "de", (), ()), (), ()) == ()
    assert nest([]) == ()


def test_parent_is_the_innermost_content_around() -> None:
    def claim(start: int, end: int, cue: int) -> Attribution:
        return Attribution(content=(span(start, end),), type=ClaimType.INDIRECT, cue=(span(cue, cue + 1),))

    apart, inner, middle, outer = claim(30, 40, 29), claim(12, 18, 11), claim(8, 20, 7), claim(4, 20, 3)
    nested = nest([apart, inner, middle, outer])
    assert nested[0].content == outer.content
    assert [found.parent for found in nested] == [None, 0, 1, None]


def test_same_content_has_no_parent() -> None:
    twin = Attribution(content=(span(0, 5),), type=ClaimType.INDIRECT)
    assert [found.parent for found in nest([twin, twin])] == [None, None]


def test_stage_says_what_it_reads_and_fills() -> None:
    assert (ATTRIBUTION.needs, ATTRIBUTION.fills) == (("blocks", "quoted"), ("attributions",))


def test_part_of_what_a_rule_found_gives_way_to_the_whole() -> None:
    part = Attribution(content=(span(9, 11),), type=ClaimType.INDIRECT, cue=(span(16, 17),), score=0.9, method="tagger")
    rule = Attribution(
        content=(span(5, 7), span(9, 14)), type=ClaimType.INDIRECT, cue=(span(16, 17),), score=0.8, method="rule:clause"
    )
    (found,) = combine(read(make_doc(), "de", (), ()), (part,), (rule,))
    assert found.content == rule.content


def test_what_only_the_tagger_found_must_score() -> None:
    doubtful = Attribution(content=(span(18, 21),), type=ClaimType.INDIRECT, score=0.05, method="tagger")
    assert combine(read(make_doc(), "de", (), ()), (doubtful,), ()) == ()


def test_short_name_grows_to_the_name_used_elsewhere() -> None:
    words = ["Blue", "Harbour", "warned", ".", "Later", "said", "Blue", "Harbour", "no"]
    doc = Doc(
        spacy.blank("en").vocab,
        words=words,
        pos=["PROPN", "PROPN", "VERB", "PUNCT", "ADV", "VERB", "PROPN", "NOUN", "X"],
    )
    reading = read(doc, "en", (), ())
    assert complete_name(reading, span(6, 7), find_name_pairs(reading)) == span(6, 8)
    assert complete_name(reading, span(4, 5), find_name_pairs(reading)) == span(4, 5)


def test_parts_around_their_frame_are_one_quotation() -> None:
    first = Attribution((span(0, 2),), ClaimType.DIRECT, actor=span(14, 16), cue=(span(2, 3),), score=0.6)
    second = Attribution((span(4, 8),), ClaimType.DIRECT, actor=span(14, 16), cue=(span(2, 3),), score=0.9)
    (found,) = combine(read(make_doc(), "de", (), ()), (first, second), ())
    assert found.content == (span(0, 2), span(5, 7))
    assert found.score == 0.9


def test_who_is_told_is_not_who_speaks() -> None:
    doc = make_doc()
    for token, case in ((doc[0], "Nom"), (doc[14], "Dat")):
        token.set_morph(f"Case={case}")
    tagged = Attribution((span(4, 8),), ClaimType.DIRECT, actor=span(14, 16), cue=(span(2, 3),), score=0.9)
    rule = Attribution((span(4, 8),), ClaimType.DIRECT, actor=span(0, 2), cue=(span(2, 3),), method="rule:quote-before")
    (found,) = combine(read(doc, "de", (), ()), (tagged,), (rule,))
    assert found.actor == span(0, 2)


@pytest.mark.parametrize(
    ("words", "pos", "morphs", "kept"),
    [
        (["in", "dem"], ["ADP", "DET"], ["", "PronType=Art"], False),
        (["sich"], ["PRON"], ["PronType=Prs|Reflex=Yes"], False),
        (["by", "the"], ["ADP", "DET"], ["", "PronType=Art"], False),
        (["dieser"], ["DET"], ["PronType=Dem"], True),
        (["the", "mayor"], ["DET", "NOUN"], ["PronType=Art", ""], True),
    ],
)
def test_articles_prepositions_and_reflexive_pronouns_are_nobody(
    words: list[str], pos: list[str], morphs: list[str], kept: bool
) -> None:
    doc = Doc(spacy.blank("de").vocab, words=[*words, "x"], pos=[*pos, "X"], morphs=[*morphs, ""])
    said = Attribution(content=(span(len(words), len(words) + 1),), type=ClaimType.INDIRECT, actor=span(0, len(words)))
    (found,) = complete_actors(read(doc, "de", (), ()), (said,))
    assert (found.actor is not None) == kept
