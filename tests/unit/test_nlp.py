"""kg.nlp: the shipped pipelines and their own components."""

import lzma
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.errors import LanguageError
from kg.nlp import load_pipeline
from kg.nlp.features import AGREEMENT, AGREEMENT_VALUES
from kg.nlp.form_lexicon import FormLexicon

LABELS = {"PER", "LOC", "ORG", "MISC"}
UNIVERSAL = set(
    [
        "ADJ",
        "ADP",
        "ADV",
        "AUX",
        "CCONJ",
        "DET",
        "INTJ",
        "NOUN",
        "NUM",
        "PART",
        "PRON",
        "PROPN",
        "PUNCT",
        "SCONJ",
        "SYM",
        "VERB",
        "X",
        "SPACE",
    ]
)

TEXTS = {
    "de": (
        "Regierung weist Vorwürfe zurück\n\n"
        "„Das Abkommen wurde am 5. Oktober 2023 unterzeichnet“, sagte Dr. Anna Schmidt in Berlin. "
        "Er habe davon z. B. am 19. März gehört. Der Minister kam zum Treffen."
    ),
    "en": (
        "Government rejects allegations\n\n"
        '"The agreement was signed on October 5, 2023," said Dr. Anna Schmidt in Berlin. '
        "The U.S. official had not heard of it. The minister didn't come to the meeting."
    ),
}


@pytest.mark.parametrize("language", ["fr", "", "DE"])
def test_load_pipeline_refuses_other_languages(language: str) -> None:
    with pytest.raises(LanguageError, match=r"is not supported \(de, en\)"):
        load_pipeline(language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_load_pipeline_returns_the_same_object(language: str) -> None:
    assert load_pipeline(language) is load_pipeline(language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_pipeline_fills_all_annotations(language: str) -> None:
    doc = load_pipeline(language)(TEXTS[language])
    assert doc.text == TEXTS[language]
    assert all(token.lemma_ and token.dep_ and token.pos_ in UNIVERSAL for token in doc)
    assert {entity.label_ for entity in doc.ents} <= LABELS
    assert any(entity.text == "Berlin" and entity.label_ == "LOC" for entity in doc.ents)
    assert {token.dep_.partition(":")[2] for token in doc} <= {"", "pass"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_blank_line_ends_a_sentence(language: str) -> None:
    sentences = list(load_pipeline(language)(TEXTS[language]).sents)
    assert sentences[0].text.strip() == TEXTS[language].partition("\n\n")[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Am 5. Oktober 2023 sprach Dr. Weber mit der Polizei."),
        ("de", "Der Zug fuhr am 19. März um 8 Uhr nach Hamburg ab."),
        ("en", "On March 19, Dr. Weber spoke to the U.S. police."),
    ],
)
def test_abbreviations_and_dates_end_no_sentence(language: str, text: str) -> None:
    assert [sentence.text for sentence in load_pipeline(language)(text).sents] == [text]


@pytest.mark.parametrize("language", ["de", "en"])
def test_whitespace_tokens_are_spaces(language: str) -> None:
    doc = load_pipeline(language)(TEXTS[language])
    spaces = [token for token in doc if token.is_space]
    assert spaces
    assert all(token.pos_ == "SPACE" and not str(token.morph) and token.lemma_ == token.text for token in spaces)


@pytest.mark.parametrize(
    ("language", "words", "starts"),
    [
        ("de", ["Er", "kam", "zum", "Haus", ".", "Sie", "ging", "im", "Regen", "heim", "."], {0, 5}),
        ("de", ["Er", "kam", "zum", "Haus", ".", "Sie", "ging", "im", "Regen", "heim", "."], {0}),
        ("de", ["Er", "kam", "zum", "Haus", ".", "Sie", "ging", "im", "Regen", "heim", "."], {0, 2, 5}),
        ("en", ["He", "came", "to", "the", "house", ".", "She", "went", "home", "."], {0, 6}),
        ("en", ["He", "came", "to", "the", "house", ".", "She", "went", "home", "."], {0}),
        ("en", ["He", "came", "to", "the", "house", ".", "She", "went", "home", "."], {0, 2, 6}),
    ],
)
def test_given_words_and_sentence_starts_are_kept(language: str, words: list[str], starts: set[int]) -> None:
    nlp = load_pipeline(language)
    doc = nlp(Doc(nlp.vocab, words=words, sent_starts=[index in starts for index in range(len(words))]))
    assert [token.text for token in doc] == words
    assert {sentence.start for sentence in doc.sents} == starts


def test_contractions_are_one_token() -> None:
    words = [token.text for token in load_pipeline("de")("Er ging im Regen zum Haus am See.")]
    assert words == ["Er", "ging", "im", "Regen", "zum", "Haus", "am", "See", "."]


@pytest.mark.parametrize(
    ("text", "word", "mood"),
    [
        ("Der Sprecher sagte, die Lage sei ernst.", "sei", "Sub"),
        ("Er sagte, er habe nichts gewusst.", "habe", "Sub"),
        ("Sie erklärte, das Land könne das Ziel erreichen.", "könne", "Sub"),
        ("Das wäre ein Fehler.", "wäre", "Sub"),
        ("Die Lage ist ernst.", "ist", "Ind"),
        ("Ich habe nichts gewusst.", "habe", "Ind"),
        ("Das Land liefert Waffen.", "liefert", "Ind"),
    ],
)
def test_mood_of_german_verbs(text: str, word: str, mood: str) -> None:
    doc = load_pipeline("de")(text)
    assert [token.morph.get("Mood") for token in doc if token.text == word] == [[mood]]


@pytest.mark.parametrize(
    ("language", "text", "word", "lemma"),
    [
        ("de", "Der Bericht fuhr fort.", "fuhr", "fahren"),
        ("de", "Die Häuser brannten.", "Häuser", "Haus"),
        ("de", "Sie trafen Regierungssprechern zufolge ein.", "Regierungssprechern", "Regierungssprecher"),
        ("en", "Officials said the talks failed.", "said", "say"),
        ("en", "The houses burned.", "houses", "house"),
    ],
)
def test_lemmas(language: str, text: str, word: str, lemma: str) -> None:
    assert [token.lemma_ for token in load_pipeline(language)(text) if token.text == word] == [lemma]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("text", ["", " ", "\n\n", "\n\n\n\n?", "…", "😀"])
def test_pipeline_takes_texts_without_words(language: str, text: str) -> None:
    assert load_pipeline(language)(text).text == text


@pytest.mark.parametrize("language", ["de", "en"])
def test_pipeline_is_deterministic(language: str) -> None:
    nlp = load_pipeline(language)
    first, second = (nlp(TEXTS[language]).to_json() for _ in range(2))
    assert first == second
    alone = nlp(TEXTS[language]).to_json()
    batched = [doc.to_json() for doc in nlp.pipe(["Other text.", TEXTS[language]])]
    assert batched[1] == alone


@pytest.mark.parametrize("language", ["de", "en"])
def test_loading_warns_of_nothing(language: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_pipeline.__wrapped__(language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_shipped_pipeline_is_small_and_has_a_card(language: str) -> None:
    folder = Path(__file__).parents[2] / "kg" / "models" / language
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 20e6
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "CC BY-SA 4.0" in card


def test_import_loads_no_model() -> None:
    code = "import kg.nlp; import sys; sys.exit(kg.nlp.load_pipeline.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_sentence_without_end_is_read_in_pieces(language: str) -> None:
    nlp = load_pipeline(language)
    words = ["word", "and"] * 400
    doc = nlp(Doc(nlp.vocab, words=words, sent_starts=[index == 0 for index in range(len(words))]))
    assert len(list(doc.sents)) == 1
    assert all(token.dep_ and token.pos_ for token in doc)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sentence_is_one_tree(language: str) -> None:
    for sentence in load_pipeline(language)(TEXTS[language]).sents:
        words = [token for token in sentence if not token.is_space]
        assert sum(token.dep_ == "ROOT" for token in words) == 1
        assert {token.head.i for token in words} <= {token.i for token in words}


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Der Sprecher Jens  Spahn\n Müller sagte das."), ("en", "Mr John  Smith\n Miller said so.")],
)
def test_white_space_within_a_name_belongs_to_it(language: str, text: str) -> None:
    doc = load_pipeline(language)(text)
    assert any("  " in entity.text for entity in doc.ents)


def test_network_without_weights_changes_nothing() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("network")
    assert not any(token.pos_ for token in nlp("Der Zug fuhr ab."))


@pytest.mark.parametrize("language", ["de", "en"])
def test_network_survives_writing(language: str, tmp_path: Path) -> None:
    network = load_pipeline(language).get_pipe("network")
    network.to_disk(tmp_path)
    folder = Path(__file__).parents[2] / "kg" / "models" / language / "network"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_form_lexicon_without_a_table_changes_nothing() -> None:
    doc = Doc(spacy.blank("de").vocab, words=["fuhr"], pos=["VERB"], lemmas=["fuhr"])
    assert FormLexicon()(doc)[0].lemma_ == "fuhr"


def write_lexicon(folder: Path, *rows: str) -> FormLexicon:
    with lzma.open(folder / "table.tsv.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    return FormLexicon().from_disk(folder)


@pytest.mark.parametrize(
    ("form", "mood", "lemma"),
    [
        ("schlage", "Sub", "schlagen"),
        ("entgegenschlage", "Sub", "entgegenschlagen"),
        ("verschlage", "Sub", "verschlagen"),
        ("verschlägt", "Ind", "verschlagen"),
        # no verb is left when the prefix is gone
        ("vertrage", "Ind", "?"),
    ],
)
def test_a_verb_with_a_prefix_has_the_moods_of_the_verb_without(
    tmp_path: Path, form: str, mood: str, lemma: str
) -> None:
    lexicon = write_lexicon(tmp_path, "schlage\tV\tschlagen\t1SPI 1SPS 3SPS", "schlägt\tV\tschlagen\t3SPI")
    doc = Doc(
        Vocab(),
        words=["Hass", form],
        pos=["NOUN", "VERB"],
        lemmas=["Hass", "?"],
        heads=[1, 1],
        deps=["nsubj", "ROOT"],
        morphs=["Number=Sing", "Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin"],
    )
    verb = lexicon(doc)[1]
    assert verb.morph.get("Mood") == [mood]
    assert verb.lemma_ == lemma


@pytest.mark.parametrize(("sure_of_article", "case"), [(0.0, "Acc"), (4.0, "Dat")])
def test_the_words_of_a_noun_phrase_decide_their_case_together(
    tmp_path: Path, sure_of_article: float, case: str
) -> None:
    lexicon = write_lexicon(tmp_path, "Frau\tN\tFrau\tASF DSF GSF NSF")
    doc = Doc(
        Vocab(),
        words=["einer", "Frau"],
        pos=["DET", "NOUN"],
        heads=[1, 1],
        deps=["det", "ROOT"],
        morphs=["Case=Gen|Gender=Fem|Number=Sing", "Case=Acc|Gender=Fem|Number=Sing"],
    )
    chances = np.zeros((2, len(AGREEMENT_VALUES)), dtype=np.float32)
    chances[1, AGREEMENT_VALUES.index(("Case", "Acc"))] = 1.0
    chances[0, AGREEMENT_VALUES.index(("Case", "Dat"))] = sure_of_article
    doc.user_data[AGREEMENT] = chances
    lexicon(doc)
    assert [token.morph.get("Case") for token in doc] == [[case], [case]]
    assert AGREEMENT not in doc.user_data


def test_form_lexicon_table_survives_writing(tmp_path: Path) -> None:
    lexicon = load_pipeline("de").get_pipe("form_lexicon")
    lexicon.to_disk(tmp_path)
    assert FormLexicon().from_disk(tmp_path)._table == lexicon._table
