import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.found import TokenSpan
from kg.ids import sha256_of
from kg.model import (
    Actor,
    ActorKind,
    Assertion,
    Certainty,
    CertaintyLevel,
    Claim,
    ClaimType,
    Confidence,
    Direction,
    Document,
    Extraction,
    Language,
    PartialDate,
    Passage,
    Provenance,
    Source,
)
from kg.nlp import load_pipeline
from kg.stages.propositions import find_propositions
from kg.trace import Trace, render_text, trace
from kg.trace.question import detect_language
from kg.trace.records import Opinion
from kg.trace.sentences import sentence_around
from kg.trace.support import VACUOUS, accumulate, average, opinion_of, weightiest, without_copies

OUTLET = ("Outlet", ActorKind.MEDIUM, True)
Row = tuple[tuple[str, ActorKind, bool], str, ClaimType]


def article(
    name: str, language: str, rows: list[Row], publisher: str = "Outlet", title: str | None = None
) -> Extraction:
    """Build an extraction whose text is the rows' contents, one paragraph each, with our propositions."""
    contents = [content for _, content, _ in rows]
    text = "\n\n".join(f"{content}." for content in contents)
    starts = []
    at = 0
    for content in contents:
        starts.append(at)
        at += len(content) + 3
    doc = load_pipeline(language)(text)
    spans = [
        doc.char_span(start, start + len(content), alignment_mode="expand")
        for start, content in zip(starts, contents, strict=True)
    ]
    found = find_propositions(doc, [[TokenSpan(span.start, span.end)] for span in spans], name, language)
    actors = {
        actor: Actor(
            actor_id=f"{name}:{actor[0]}",
            key=actor[0].lower() if actor[2] else f"{name}:{actor[0]}",
            name=actor[0],
            kind=actor[1],
            named=actor[2],
        )
        for actor, _, _ in rows
    }
    claims = tuple(
        Claim(
            claim_id=f"{name}:{i}",
            actor_id=actors[actor].actor_id,
            assertion=Assertion(
                passages=(Passage(document_id=name, start=start, end=start + len(content), exact=content),),
                propositions=propositions,
            ),
            source=Source(document_id=name),
            confidence=Confidence(value=0.9),
            type=claim_type,
            certainty=Certainty(level=CertaintyLevel.CERTAIN),
        )
        for i, ((actor, content, claim_type), start, propositions) in enumerate(zip(rows, starts, found, strict=True))
    )
    document = Document(
        document_id=name,
        title=title,
        publisher=publisher,
        published=PartialDate(value="2024-03-01", precision="day"),
        language=Language(language),
        text=text,
        sha256=sha256_of(text),
    )
    return Extraction(
        document=document,
        actors=tuple(actors.values()),
        claims=claims,
        provenance=Provenance(software="test", pipeline="test", stages=()),
    )


OFFICIAL = ("ein US-Beamter", ActorKind.PERSON, False)
MINISTRY = ("Russian Foreign Ministry", ActorKind.ORGANISATION, True)
GERMAN = article(
    "de",
    "de",
    [
        (OFFICIAL, "Nordkorea hat Artillerie nach Russland geliefert", ClaimType.INDIRECT),
        (OUTLET, "Die Angaben ließen sich nicht unabhängig überprüfen", ClaimType.OWN),
        (("Moskau", ActorKind.STATE, True), "Moskau wies die Vorwürfe als haltlos zurück", ClaimType.REPORTED),
        (OUTLET, "Der Zoo hat zwei junge Elefanten bekommen", ClaimType.OWN),
    ],
    publisher="Abendblatt",
)
ENGLISH = article(
    "en",
    "en",
    [
        (("Shin Dae-ho", ActorKind.PERSON, True), "North Korea has shipped artillery to Russia", ClaimType.INDIRECT),
        (MINISTRY, "Russia has never received artillery from North Korea", ClaimType.INDIRECT),
    ],
    publisher="Chronicle",
)
BOTH = (GERMAN, ENGLISH)
QUESTIONS = [
    "Artillerie nach Russland geliefert",
    "artillery shipped to Russia",
    "North Korea supplied Russia with artillery",
]


def directions(answer: Trace) -> dict[str, Direction]:
    return {item.claim_id: item.direction for item in answer.items}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_in_either_language_finds_the_claims_of_both(question):
    found = directions(trace(question, BOTH))
    assert found["de:0"] is Direction.SUPPORTS
    assert found["en:0"] is Direction.SUPPORTS
    assert "de:3" not in found


def test_denial_and_doubt():
    found = directions(trace(QUESTIONS[0], BOTH))
    assert found["de:1"] is Direction.UNDERCUTS
    assert found["de:2"] is Direction.DISPUTES
    assert found["en:1"] is Direction.DISPUTES


@pytest.mark.parametrize(
    "question",
    [
        "Russland liefert Artillerie an Nordkorea",
        "Russia has shipped artillery to North Korea",
        pytest.param(
            "Russia ships artillery to North Korea",
            marks=pytest.mark.xfail(reason='the English network takes "ships" for a noun here'),
        ),
    ],
)
def test_the_reverse_is_no_support(question):
    assert Direction.SUPPORTS not in directions(trace(question, BOTH)).values()


@pytest.mark.parametrize("question", ["Der Papst besucht Brasilien", "A volcano erupts in Iceland"])
def test_nothing_relevant_is_said_plainly(question):
    answer = trace(question, BOTH)
    assert answer.items == ()
    assert answer.origins == ()
    assert answer.support == VACUOUS
    assert "2" in answer.verdict


@pytest.mark.parametrize("extractions", [(), (article("empty", "de", [(OUTLET, "Es regnet", ClaimType.OWN)]),)])
def test_little_or_nothing_to_look_in(extractions):
    assert trace(QUESTIONS[0], extractions).items == ()


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 2000])
def test_a_question_without_meaning_is_an_error(question):
    with pytest.raises(QueryError):
        trace(question, BOTH, language=Language.EN)


@pytest.mark.parametrize(
    ("text", "language"), [("Artillerie nach Russland geliefert", "de"), ("artillery shipped to Russia", "en")]
)
def test_the_language_of_a_question_is_found(text, language):
    assert detect_language(text) == language


def test_agency_text_counts_once():
    rows: list[Row] = [
        (
            ("Shin Dae-ho", ActorKind.PERSON, True),
            "Nordkorea hat seit dem Sommer Artillerie nach Russland geliefert",
            ClaimType.INDIRECT,
        )
    ]
    other: list[Row] = [(("Ein Sprecher", ActorKind.PERSON, False), rows[0][1], ClaimType.INDIRECT)]
    answer = trace(QUESTIONS[0], [article("p1", "de", rows), article("p2", "de", rows), article("p3", "de", other)])
    assert len(answer.origins) == 1
    assert answer.origins[0].copies == 2
    assert set(answer.origins[0].document_ids) == {"p1", "p2", "p3"}


def test_a_copy_changes_nothing():
    rows: list[Row] = [
        (
            ("Shin Dae-ho", ActorKind.PERSON, True),
            "Nordkorea hat seit dem Sommer Artillerie nach Russland geliefert",
            ClaimType.INDIRECT,
        )
    ]
    one = trace(QUESTIONS[0], [article("p1", "de", rows)])
    two = trace(QUESTIONS[0], [article("p1", "de", rows), article("p2", "de", rows)])
    assert one.support.belief == pytest.approx(two.support.belief)


def test_the_outlet_is_no_origin_of_what_it_reports():
    rows: list[Row] = [
        (OUTLET, "Nordkorea hat Artillerie nach Russland geliefert", ClaimType.OWN),
        (
            ("Shin Dae-ho", ActorKind.PERSON, True),
            "Nordkorea hat Artillerie über die Grenze nach Russland gebracht",
            ClaimType.INDIRECT,
        ),
    ]
    answer = trace(QUESTIONS[0], [article("p", "de", rows)])
    assert [origin.name for origin in answer.origins] == ["Shin Dae-ho"]


def test_gaps_name_who_was_not_heard():
    answer = trace(
        QUESTIONS[1],
        [
            article(
                "p",
                "en",
                [
                    (
                        ("an official", ActorKind.PERSON, False),
                        "North Korea has shipped artillery to Russia",
                        ClaimType.INDIRECT,
                    )
                ],
            )
        ],
    )
    gaps = {gap.kind: gap for gap in answer.gaps}
    assert {"one_origin", "all_unnamed", "silent", "nothing_disputes", "no_eyewitness", "no_document"} <= gaps.keys()
    assert gaps["silent"].about == ("place:KP", "place:RU")
    assert "North Korea" in gaps["silent"].text


def test_passages_are_exact_and_in_their_sentence():
    texts = {extraction.document.document_id: extraction.document.text for extraction in BOTH}
    for item in trace(QUESTIONS[0], BOTH).items:
        for passage in item.passages:
            assert texts[passage.document_id][passage.start : passage.end] == passage.exact
        assert item.before + item.passages[0].exact + item.after in texts[item.source.document_id]


@pytest.mark.parametrize("question", QUESTIONS[:2])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_too_long(question, width):
    text = render_text(trace(question, BOTH), width=width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert text.endswith("\n")


def test_the_text_speaks_the_language_of_the_question():
    assert "Dafür" in render_text(trace(QUESTIONS[0], BOTH))
    assert "Supports" in render_text(trace(QUESTIONS[1], BOTH))


def test_colour_only_where_it_is_wanted():
    answer = trace(QUESTIONS[0], BOTH)
    assert "\x1b" not in render_text(answer)
    assert "\x1b[" in render_text(answer, color=True)


def test_an_answer_survives_json():
    answer = trace(QUESTIONS[0], BOTH)
    assert Trace.model_validate(json.loads(answer.model_dump_json())) == answer


def test_the_same_question_has_the_same_answer():
    assert trace(QUESTIONS[0], BOTH) == trace(QUESTIONS[0], BOTH)


def test_a_limit_keeps_the_most_relevant():
    every = trace(QUESTIONS[0], BOTH)
    few = trace(QUESTIONS[0], BOTH, limit=1)
    assert few.items[0].claim_id == every.items[0].claim_id
    assert few.n_found == every.n_found > len(few.items)


def test_sentence_around():
    text = "Erstens. Er sagte, es regne stark. Drittens."
    start = text.index("es regne")
    passage = Passage(document_id="d", start=start, end=start + 8, exact="es regne")
    left, right = sentence_around(text, (passage,))
    assert text[left:right] == "Er sagte, es regne stark."


def mass(value: float, share: float) -> Opinion:
    return Opinion(belief=value * share, disbelief=value * (1 - share), uncertainty=1 - value)


opinions = st.builds(mass, st.floats(0.0, 0.95), st.floats(0.0, 1.0))


@settings(max_examples=50)
@given(st.lists(opinions, min_size=1, max_size=6))
def test_the_order_does_not_matter(many):
    for fuse in (accumulate, average):
        forward, backward = fuse(many), fuse(many[::-1])
        assert forward.belief == pytest.approx(backward.belief, abs=1e-5)
        assert forward.disbelief == pytest.approx(backward.disbelief, abs=1e-5)


@settings(max_examples=50)
@given(opinions)
def test_the_average_of_copies_is_the_original(opinion):
    assert average([opinion] * 3).belief == pytest.approx(opinion.belief, abs=1e-5)


@settings(max_examples=50)
@given(st.lists(opinions, max_size=4), st.floats(0.0, 0.95))
def test_a_dispute_never_raises_belief(many, value):
    assert accumulate([*many, mass(value, 0.0)]).belief <= accumulate(many).belief + 1e-6


@settings(max_examples=50)
@given(st.lists(opinions, min_size=1, max_size=4), st.floats(0.0, 1.0), st.data())
def test_a_copy_however_far_down_the_chain_changes_nothing(many, share, data):
    stories = list(enumerate(many))
    i = data.draw(st.integers(0, len(many) - 1))
    weaker = Opinion(
        belief=many[i].belief * share,
        disbelief=many[i].disbelief * share,
        uncertainty=1 - (many[i].belief + many[i].disbelief) * share,
    )
    assert average(without_copies([*stories, (i, weaker)])).belief == pytest.approx(average(many).belief, abs=1e-5)


@settings(max_examples=50)
@given(st.lists(opinions, min_size=2, max_size=5))
def test_what_it_hangs_on_is_the_origin_without_which_it_changes_most(many):
    named = {str(i): opinion for i, opinion in enumerate(many)}
    name, left = weightiest(named)
    whole = accumulate(many).projected
    for other in named:
        rest = accumulate([opinion for each, opinion in named.items() if each != other])
        assert abs(rest.projected - whole) <= abs(left.projected - whole) + 1e-6
    assert weightiest({name: many[0]}) is None


def test_trust_shrinks_along_the_chain():
    near, far = (opinion_of(Direction.SUPPORTS, CertaintyLevel.CERTAIN, 1.0, named=True, n_between=n) for n in (0, 3))
    assert far.belief < near.belief
    assert opinion_of(Direction.CONTEXT, CertaintyLevel.CERTAIN, 1.0, named=True, n_between=0) == VACUOUS


@pytest.mark.parametrize(
    ("language", "question", "same", "other"),
    [
        ("de", "Die Firma lieferte im Jahr 2021 Maschinen an Polen", "2021", "2019"),
        ("en", "The company delivered machines to Poland in 2021", "2021", "2019"),
    ],
)
def test_another_year_is_not_taken_for_support(language, question, same, other):
    said = {
        "de": "Die Firma lieferte im Jahr {} Maschinen an Polen",
        "en": "The company delivered machines to Poland in {}",
    }[language]
    rows = [(OFFICIAL, said.format(year), ClaimType.INDIRECT) for year in (same, other)]
    found = directions(trace(question, [article("a", language, rows[:1]), article("b", language, rows[1:])]))
    assert found["a:0"] is Direction.SUPPORTS
    assert found["b:0"] is Direction.CONTEXT
