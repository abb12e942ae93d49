"""Who says what in short texts, through the shipped pipelines: frames, chains, and what is no claim, German and English."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.config import AttributionWeights
from kg.found import Attribution, Found, TokenSpan
from kg.ids import sha256_of
from kg.model import Document
from kg.pipeline import parse
from kg.stages.attribution import ATTRIBUTION
from kg.stages.passages import PASSAGES

Claim = tuple[str, str | None, str, int | None]
Read = Callable[..., list[Claim]]


@pytest.fixture(scope="module")
def read() -> Read:
    """Return type, actor, content and parent of each attribution in a text."""

    def run(language: str, text: str, weights: str = "news") -> list[Claim]:
        document = Document(document_id="d", language=language, text=text, sha256=sha256_of(text))
        (doc,) = parse([document], AttributionWeights(weights))
        found = Found(document=document)
        for stage in (PASSAGES, ATTRIBUTION):
            found = replace(found, **stage.run(doc, found))

        def words(*spans: TokenSpan) -> str:
            return " … ".join(doc[span.start : span.end].text for span in spans)

        def claim(one: Attribution) -> Claim:
            return str(one.type), None if one.actor is None else words(one.actor), words(*one.content), one.parent

        return [claim(one) for one in found.attributions]

    return run


@pytest.mark.parametrize(
    ("language", "text", "actors"),
    [
        (
            "de",
            "Laut einem Bericht erklärte ein Beamter, der Minister habe gesagt, die Lage sei ernst.",
            ["einem Bericht", "ein Beamter", "der Minister"],
        ),
        (
            "de",
            "Einem Zeitungsbericht zufolge sagte ein Sprecher des Amtes, Zeugen hätten berichtet, dass Schüsse gefallen seien.",
            ["Einem Zeitungsbericht", "ein Sprecher des Amtes", "Zeugen"],
        ),
        (
            "en",
            "According to a newspaper report, an official said the minister had told him that the situation was serious.",
            ["a newspaper report", "an official", "the minister"],
        ),
        (
            "en",
            '"The plan is dead," Ms. Kerr told us, adding that a colleague had said the minister knew.',
            ["Ms. Kerr", "Ms. Kerr", "a colleague"],
        ),
    ],
)
def test_each_report_of_a_chain_is_told_within_the_one_around_it(
    read: Read, language: str, text: str, actors: list[str]
) -> None:
    claims = read(language, text)
    assert [actor for _, actor, _, _ in claims] == actors
    parents = [parent for _, _, _, parent in claims]
    assert parents == ([None, None, 1] if text.startswith('"') else [None, 0, 1])


@pytest.mark.parametrize(
    ("language", "text", "actor", "content"),
    [
        ("de", "Der Bericht fuhr fort, die Brücke sei nie geprüft worden.", "Der Bericht", "die Brücke sei nie geprüft worden"),
        ("en", "The report went on to say that the bridge had never been inspected.", "The report", "that the bridge had never been inspected"),
        ("de", "Nach Ansicht von Fachleuten ist die Brücke nicht zu retten.", "Fachleuten", "ist die Brücke nicht zu retten"),
        ("en", "In the view of experts, the bridge cannot be saved.", "experts", "the bridge cannot be saved"),
        ("de", "Die Brücke sei nicht mehr zu retten, so die Gutachterin.", "die Gutachterin", "Die Brücke sei nicht mehr zu retten"),
        ("de", "Der Polizei zufolge war der Fahrer betrunken.", "Der Polizei", "war der Fahrer betrunken"),
        ("en", "In her view, that is enough.", "her", "that is enough"),
        ("en", "The bank signalled that it would not raise the rate.", "The bank", "that it would not raise the rate"),
        ("en", "She warned, however, that energy could become dearer again.", "She", "that energy could become dearer again"),
        ("en", "There is no evidence, Mr. Lind, a lawyer, said.", "Mr. Lind, a lawyer", "There is no evidence"),
        ("de", "Aus dem Ministerium hieß es, eine Entscheidung sei noch nicht gefallen.", "dem Ministerium", "eine Entscheidung sei noch nicht gefallen"),
        ("de", "Wie die Zeitung berichtet, hat der Vorstand den Verkauf beschlossen.", "die Zeitung", "hat der Vorstand den Verkauf beschlossen"),
        ("de", "Wie aus Regierungskreisen verlautete, soll das Gesetz im Mai kommen.", "Regierungskreisen", "soll das Gesetz im Mai kommen"),
        ("de", "Dem Bericht zufolge, der am Montag vorgestellt wurde, fehlen 3.000 Lehrer.", "Dem Bericht", "fehlen 3.000 Lehrer"),
        ("de", "Kritiker werfen der Regierung vor, die Zahlen geschönt zu haben.", "Kritiker", "die Zahlen geschönt zu haben"),
        ("en", "His bond has been set at $350,000, the Advocate reports.", "the Advocate", "His bond has been set at $350,000"),
        ("en", "As the newspaper reports, the board has approved the sale.", "the newspaper", "the board has approved the sale"),
        ("en", "Analysts expect profits to fall by a tenth.", "Analysts", "profits to fall by a tenth"),
        ("en", "Critics accuse the government of hiding the figures.", "Critics", "Critics accuse the government of hiding the figures"),
    ],
)  # fmt: skip
def test_frames(read: Read, language: str, text: str, actor: str, content: str) -> None:
    ((_, found_actor, found_content, _),) = read(language, text, "none")
    assert (found_actor, found_content) == (actor, content)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die sogenannten „Reformen“ haben viele verärgert."),
        ("en", 'The so-called "reforms" have angered many.'),
        ("de", "Der Roman „Die Verwandlung“ ist berühmt."),
        ("en", 'The novel "The Trial" is famous.'),
    ],
)
def test_scare_quotes_and_titles_are_no_claims(read: Read, language: str, text: str) -> None:
    assert read(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Es soll Tote gegeben haben."), ("en", "Up to 500 jobs are said to be at risk.")],
)
def test_hearsay_has_no_actor(read: Read, language: str, text: str) -> None:
    ((kind, actor, _, _),) = read(language, text)
    assert (kind, actor) == ("free_indirect", None)


@pytest.mark.parametrize(
    ("language", "text", "actor", "content"),
    [
        ("de", "„Wir haben alles versucht, sagte der Trainer nach dem Spiel.", "der Trainer", "Wir haben alles versucht"),
        ("en", '"We tried everything, the coach said after the match.', "the coach", "We tried everything"),
    ],
)  # fmt: skip
def test_quotation_mark_left_open_closes_at_the_frame(
    read: Read, language: str, text: str, actor: str, content: str
) -> None:
    ((_, found_actor, found_content, _),) = read(language, text)
    assert (found_actor, found_content) == (actor, content)


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("de", "Ministerin: Wir werden nicht nachgeben\n\nDie Ministerin sagte am Montag, sie werde nicht nachgeben.", "Ministerin"),
        ("en", "Minister: We will not give in\n\nThe minister said on Monday that she would not give in.", "Minister"),
    ],
)  # fmt: skip
def test_headline_with_a_colon(read: Read, language: str, text: str, speaker: str) -> None:
    headline, body = read(language, text)
    assert headline[1] == speaker
    assert body[1] is not None


def test_subjunctive_goes_on_without_a_frame(read: Read) -> None:
    text = "Der Fahrer sei betrunken gewesen, teilte die Polizei mit. Er habe die Kontrolle verloren."
    first, second = read("de", text)
    assert second == ("indirect_free_indirect", "die Polizei", "Er habe die Kontrolle verloren", None)
    assert first[1] == "die Polizei"


@pytest.mark.parametrize(
    ("language", "text", "actor"),
    [
        ("en", "The army rejected the rebels' claim that they had taken the town.", "the rebels"),
        ("en", "The paper quoted a diplomat: “They are not serious.”", "a diplomat"),
        ("de", "Die Zeitung zitierte einen Diplomaten: „Sie meinen es nicht ernst.“", "einen Diplomaten"),
    ],
)
def test_whoever_passes_a_claim_on_does_not_make_it(read: Read, language: str, text: str, actor: str) -> None:
    assert read(language, text)[-1][1] == actor


def test_nobody_made_the_suggestion_that_is_rejected(read: Read) -> None:
    claims = read("en", "The owner rejected suggestions that he had been in debt.")
    assert [claim[0] for claim in claims] == ["reported"]


@pytest.mark.parametrize("weights", ["news", "speeches", "none"])
def test_plain_reports_are_found_with_any_weights(read: Read, weights: str) -> None:
    ((kind, actor, content, _),) = read("de", "Der Minister sagte, die Brücke sei sicher.", weights)
    assert (kind, actor, content) == ("indirect", "Der Minister", "die Brücke sei sicher")
