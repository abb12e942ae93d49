import pytest

from kg.concepts import fold_name, load_concepts, name_concept, place_concepts


@pytest.fixture(scope="module")
def table():
    return load_concepts()


@pytest.mark.parametrize(
    ("german", "english", "pos", "least"),
    [
        ("Artillerie", "artillery", "NOUN", 1.0),
        ("liefern", "ship", "VERB", 0.6),
        ("Lieferung", "shipment", "NOUN", 0.6),
        ("verlegen", "move", "VERB", 0.6),
        ("dementieren", "deny", "VERB", 0.6),
        ("Munition", "ammunition", "NOUN", 0.8),
        ("Fluss", "river", "NOUN", 0.8),
        ("entlassen", "dismiss", "VERB", 0.5),
    ],
)
def test_words_of_both_languages_meet(table, german, english, pos, least):
    left, right = table.concepts(german, pos, "de")[0], table.concepts(english, pos, "en")[0]
    assert table.similarity(left, right) >= least


@pytest.mark.parametrize(
    ("german", "english"),
    [("Artillerie", "coal"), ("Artillerie", "food"), ("Munition", "river"), ("Fluss", "minister")],
)
def test_words_of_other_things_stay_apart(table, german, english):
    left, right = table.concepts(german, "NOUN", "de")[0], table.concepts(english, "NOUN", "en")[0]
    assert table.similarity(left, right) < 0.3


def test_related_is_not_the_same(table):
    artillery, weapon = table.concepts("artillery", "NOUN", "en")[0], table.concepts("weapon", "NOUN", "en")[0]
    assert 0.3 < table.similarity(artillery, weapon) < 0.9


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Waffenlieferung", ("waffe", "lieferung")),
        ("Satellitenprogramm", ("satellit", "programm")),
        ("Bahn-Experte", ("bahn", "experte")),
        ("Partnerschaft", ()),
        ("Haus", ()),
        ("", ()),
    ],
)
def test_compounds_are_split(table, word, parts):
    assert table.split(word, "de") == parts


def test_english_words_are_not_split(table):
    assert table.split("railwaystation", "en") == ()


def test_a_compound_has_the_concepts_of_its_parts(table):
    concepts = table.concepts("Artilleriegranate", "NOUN", "de")
    assert table.concepts("Artillerie", "NOUN", "de")[0] in concepts


@pytest.mark.parametrize(
    ("word", "lemma", "pos", "language"),
    [
        ("geliefert", "liefern", "VERB", "de"),
        ("Waffen", "waffe", "NOUN", "de"),
        ("shipped", "ship", "VERB", "en"),
        ("begun", "begin", "VERB", "en"),
        ("shipments", "shipment", "NOUN", "en"),
    ],
)
def test_forms_lead_to_their_lemma(table, word, lemma, pos, language):
    assert table.lemma(word, "wrong", pos, language) == lemma


def test_an_unknown_word_keeps_the_lemma_given_and_a_concept_of_its_own(table):
    assert table.lemma("Xyzzy", "Xyzz", "NOUN", "de") == "xyzz"
    assert table.concepts("Xyzzy", "NOUN", "de") == ("de:xyzzy.n",)
    assert dict(table.near("de:xyzzy.n")) == {"de:xyzzy.n": 1.0}
    assert table.surprisal("de:xyzzy.n") > table.surprisal(table.concepts("Haus", "NOUN", "de")[0])


@pytest.mark.parametrize(
    ("noun", "language"), [("Lieferung", "de"), ("Waffenlieferung", "de"), ("shipment", "en"), ("sale", "en")]
)
def test_nouns_of_acts(table, noun, language):
    assert table.is_act(noun, language)


@pytest.mark.parametrize(("noun", "language"), [("Artillerie", "de"), ("Fluss", "de"), ("river", "en")])
def test_nouns_of_things(table, noun, language):
    assert not table.is_act(noun, language)


@pytest.mark.parametrize(
    ("words", "concepts"),
    [
        ("Nordkorea", ("place:KP",)),
        ("North Korea", ("place:KP",)),
        ("nordkoreanisch", ("place:KP",)),
        ("Russian", ("place:RU",)),
        ("russisch", ("place:RU",)),
        ("Moskau", ("place:RU/capital", "place:RU")),
        ("Moscow", ("place:RU/capital", "place:RU")),
        ("Haus", ()),
        ("", ()),
    ],
)
def test_places(words, concepts):
    assert place_concepts(words) == concepts


def test_a_city_is_near_its_country(table):
    assert table.similarity("place:RU/capital", "place:RU") > 0.5


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Selenskyj", "Zelensky"),
        ("Selenskyj", "Zelenskyy"),
        ("Wolodymyr", "Volodymyr"),
        ("Lawrow", "Lavrov"),
        ("Schoigu", "Shoigu"),
    ],
)
def test_spellings_of_a_name_come_to_the_same(left, right):
    assert fold_name(left) == fold_name(right)
    assert name_concept(left) == name_concept(right)


def test_names_stay_apart():
    assert fold_name("Merkel") != fold_name("Macron")
