import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.found import Attribution, Found, TokenSpan
from kg.ids import sha256_of
from kg.model import ClaimType, Document, Modality, Polarity, Role
from kg.stages.meanings import read_number
from kg.stages.propositions import PROPOSITIONS, find_propositions


def parse(rows: str) -> Doc:
    """Build a Doc from lines "word lemma class relation head", heads counted from 1, 0 for the root."""
    cells = [line.split() for line in rows.strip().splitlines()]
    heads = [int(cell[4]) - 1 if int(cell[4]) else i for i, cell in enumerate(cells)]
    return Doc(
        Vocab(),
        words=[cell[0] for cell in cells],
        lemmas=[cell[1] for cell in cells],
        pos=[cell[2] for cell in cells],
        deps=[cell[3] for cell in cells],
        heads=heads,
        tags=[cell[5] if len(cell) > 5 else "" for cell in cells],
    )


ACTIVE = {
    "de": """
Nordkorea Nordkorea PROPN nsubj 6
hat haben AUX aux 6
Artillerie Artillerie NOUN obj 6
nach nach ADP case 5
Russland Russland PROPN obl 6
geliefert liefern VERB ROOT 0 VVPP
""",
    "en": """
Pyongyang Pyongyang PROPN nsubj 3
has have AUX aux 3
shipped ship VERB ROOT 0 VBN
artillery artillery NOUN obj 3
to to ADP case 6
Russia Russia PROPN obl 3
""",
}
PASSIVE = {
    "de": """
Artillerie Artillerie NOUN nsubj:pass 7
wurde werden AUX aux:pass 7
von von ADP case 4
Nordkorea Nordkorea PROPN obl 7
nach nach ADP case 6
Russland Russland PROPN obl 7
geliefert liefern VERB ROOT 0 VVPP
""",
    "en": """
artillery artillery NOUN nsubj:pass 3
was be AUX aux:pass 3
shipped ship VERB ROOT 0 VBN
to to ADP case 5
Russia Russia PROPN obl 3
by by ADP case 7
Pyongyang Pyongyang PROPN obl 3
""",
}
NOMINAL = {
    "de": """
Lieferung Lieferung NOUN ROOT 0
von von ADP case 3
Artillerie Artillerie NOUN nmod 1
an an ADP case 5
Russland Russland PROPN nmod 1
durch durch ADP case 7
Nordkorea Nordkorea PROPN nmod 1
""",
    "en": """
Pyongyang Pyongyang PROPN nmod:poss 3
's 's PART case 1
delivery delivery NOUN ROOT 0
of of ADP case 5
artillery artillery NOUN nmod 3
to to ADP case 7
Russia Russia PROPN nmod 3
""",
}


def read(rows: str, language: str):
    doc = parse(rows)
    return find_propositions(doc, [[TokenSpan(0, len(doc))]], "doc", language)[0]


def roles_of(proposition) -> dict[Role, str]:
    return {filler.role: filler.concepts[0].partition("/")[0] for filler in proposition.roles if filler.concepts}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", [ACTIVE, PASSIVE, NOMINAL], ids=["active", "passive", "nominal"])
def test_the_direction_of_the_act_is_kept(kind, language):
    roles = roles_of(read(kind[language], language)[0])
    assert roles[Role.AGENT] == "place:KP"
    assert roles[Role.RECIPIENT] == "place:RU"
    assert roles[Role.THEME] == "artillery.n"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_reverse_act_has_another_key(language):
    swapped = ACTIVE[language].replace("Russland", "#").replace("Nordkorea", "Russland").replace("#", "Nordkorea")
    swapped = swapped.replace("Russia", "#").replace("Pyongyang", "Russia").replace("#", "Pyongyang")
    assert read(ACTIVE[language], language)[0].key != read(swapped, language)[0].key


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        (
            "de",
            "Nordkorea Nordkorea PROPN nsubj 4\nhat haben AUX aux 4\nnie nie ADV advmod 4\ngeliefert liefern VERB ROOT 0 VVPP",
        ),
        (
            "de",
            "Nordkorea Nordkorea PROPN nsubj 2\nliefert liefern VERB ROOT 0\nkeine kein DET det 4\nWaffen Waffe NOUN obj 2",
        ),
        (
            "en",
            "Russia Russia PROPN nsubj 4\nhas have AUX aux 4\nnever never ADV advmod 4\nshipped ship VERB ROOT 0 VBN",
        ),
        ("en", "Russia Russia PROPN nsubj 2\nships ship VERB ROOT 0\nno no DET det 4\narms arm NOUN obj 2"),
    ],
)
def test_negation(language, rows):
    assert read(rows, language)[0].polarity is Polarity.NEGATIVE


@pytest.mark.parametrize(
    ("language", "rows", "modality"),
    [
        (
            "de",
            "Nordkorea Nordkorea PROPN nsubj 3\nkann können AUX aux 3\nliefern liefern VERB ROOT 0",
            Modality.POSSIBLE,
        ),
        ("en", "Russia Russia PROPN nsubj 3\nmust must AUX aux 3\nship ship VERB ROOT 0", Modality.REQUIRED),
        ("en", "Russia Russia PROPN nsubj 3\nwould would AUX aux 3\nship ship VERB ROOT 0", Modality.CONDITIONAL),
    ],
)
def test_modality(language, rows, modality):
    assert read(rows, language)[0].modality is modality


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        ("de", "diese dies DET det 2\nLieferungen Lieferung NOUN ROOT 0"),
        ("en", "the the DET det 2\nshipments shipment NOUN ROOT 0"),
    ],
)
def test_a_definite_nominalisation_is_presupposed(language, rows):
    assert read(rows, language)[0].presupposed


def test_the_modifier_of_a_compound_is_the_theme():
    proposition = read(
        "Waffenlieferung Waffenlieferung NOUN ROOT 0\nnach nach ADP case 3\nRussland Russland PROPN nmod 1", "de"
    )[0]
    assert roles_of(proposition)[Role.THEME] == "weapon.n"


def test_receiving_is_delivering_seen_from_the_other_side():
    rows = "Russia Russia PROPN nsubj 2\nreceived receive VERB ROOT 0\nartillery artillery NOUN obj 2\nfrom from ADP case 5\nPyongyang Pyongyang PROPN obl 2"
    roles = roles_of(read(rows, "en")[0])
    assert roles[Role.AGENT] == "place:KP"
    assert roles[Role.RECIPIENT] == "place:RU"


EXCHANGE = {
    "de": """
Nordkorea Nordkorea PROPN nsubj 8
bekommt bekommen AUX aux 8
im in ADP case 4
Austausch Austausch NOUN obl 8
für für ADP case 6
Artillerie Artillerie NOUN nmod 4
Lebensmittel Lebensmittel NOUN obj 8
erhalten erhalten VERB ROOT 0
von von ADP case 10
Russland Russland PROPN obl 8
""",
    "en": """
Pyongyang Pyongyang PROPN nsubj 2
receives receive VERB ROOT 0
food food NOUN obj 2
from from ADP case 5
Russia Russia PROPN obl 2
in in ADP case 7
exchange exchange NOUN obl 2
for for ADP case 9
artillery artillery NOUN nmod 7
""",
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_given_in_return_goes_the_other_way(language):
    found = [roles_of(proposition) for proposition in read(EXCHANGE[language], language)]
    assert any(roles.get(Role.THEME) == "food.n" and roles.get(Role.RECIPIENT) == "place:KP" for roles in found)
    assert any(roles.get(Role.THEME) == "artillery.n" and roles.get(Role.RECIPIENT) == "place:RU" for roles in found)


def test_content_without_a_predicate_still_has_its_concepts():
    proposition = read("Artillerie Artillerie NOUN ROOT 0", "de")[0]
    assert "artillery.n" in proposition.concepts


def test_passages_are_exact():
    doc = parse(ACTIVE["de"])
    proposition = find_propositions(doc, [[TokenSpan(0, len(doc))]], "doc", "de")[0][0]
    passage = proposition.passage
    assert doc.text[passage.start : passage.end] == passage.exact


@pytest.mark.parametrize(
    ("word", "language", "value"),
    [
        ("6.700", "de", 6700),
        ("6,700", "en", 6700),
        ("1,2", "de", 1.2),
        ("1.2", "en", 1.2),
        ("drei", "de", 3),
        ("three", "en", 3),
        ("Haus", "de", None),
    ],
)
def test_numbers(word, language, value):
    assert read_number(word, language) == value


def _found(text: str, *attributions: Attribution) -> Found:
    document = Document(document_id="doc", language="de", text=text or "x", sha256=sha256_of(text))
    return Found(document=document, attributions=attributions)


def test_no_attribution_no_proposition():
    assert PROPOSITIONS.run(Doc(Vocab()), _found("")) == {"propositions": ()}


def test_a_predicate_belongs_to_the_innermost_content():
    doc = parse(ACTIVE["de"])
    outer = Attribution(content=(TokenSpan(0, 6),), type=ClaimType.INDIRECT)
    inner = Attribution(content=(TokenSpan(1, 6),), type=ClaimType.INDIRECT, parent=0)
    outer_found, inner_found = PROPOSITIONS.run(doc, _found(doc.text, outer, inner))["propositions"]
    assert [p.predicate for p in inner_found] != [p.predicate for p in outer_found]
    assert inner_found[0].roles
