import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from rdflib import BNode, Dataset, URIRef
from rdflib.namespace import RDF, SDO

from kg.errors import InputError
from kg.model import Actor, DatePrecision, Document, Extraction, OrganisationKind, PartialDate, Passage, Review
from kg.rdf import (
    extraction_lines,
    from_dataset,
    read_nquads,
    read_reviews,
    review_lines,
    split_lines,
    to_dataset,
    write_jsonld,
    write_nquads,
    write_trig,
)
from kg.rdf.terms import date, date_of, double, double_of, iri_of, moment, moment_of, text, text_of
from kg.vocab import KG, concept_iri, record_iri


@pytest.fixture(params=["extraction_de", "extraction_en"])
def extraction(request: pytest.FixtureRequest) -> Extraction:
    value = request.getfixturevalue(request.param)
    assert isinstance(value, Extraction)
    return value


def test_extraction_survives_nquads(extraction: Extraction) -> None:
    assert list(read_nquads("\n".join(extraction_lines(extraction)))) == [extraction]


def test_extractions_survive_an_rdflib_dataset(extraction_de: Extraction, extraction_en: Extraction) -> None:
    expected = sorted((extraction_de, extraction_en), key=lambda item: item.document.document_id)
    assert list(from_dataset(to_dataset([extraction_en, extraction_de]))) == expected


@pytest.mark.parametrize(
    ("write", "format"), [(write_nquads, "nquads"), (write_trig, "trig"), (write_jsonld, "json-ld")]
)
def test_every_format_holds_the_same_records(write, format, extraction_de, extraction_en, review) -> None:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    write([extraction_de, extraction_en], out, [review])
    dataset = Dataset()
    dataset.parse(data=out.getvalue(), format=format)
    assert list(from_dataset(dataset)) == list(from_dataset(to_dataset([extraction_de, extraction_en])))
    assert list(read_reviews(split_lines(dataset.serialize(format="nquads")))) == [review]
    assert not any(isinstance(term, BNode) for quad in dataset.quads() for term in quad)


@pytest.mark.parametrize("write", [write_nquads, write_trig, write_jsonld])
def test_the_same_records_give_the_same_bytes(write, extraction_de, review) -> None:  # type: ignore[no-untyped-def]
    first, second = io.BytesIO(), io.BytesIO()
    write([extraction_de], first, [review])
    write([Extraction.model_validate_json(extraction_de.model_dump_json())], second, [review])
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("write", [write_nquads, write_trig, write_jsonld])
def test_nothing_to_write_is_still_a_file_that_can_be_read(write) -> None:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    write([], out)
    formats = {write_nquads: "nquads", write_trig: "trig", write_jsonld: "json-ld"}
    assert list(from_dataset(Dataset().parse(data=out.getvalue(), format=formats[write]))) == []  # type: ignore[arg-type]


def test_jsonld_claims_look_as_claimreview_expects(extraction_de: Extraction) -> None:
    import json

    out = io.BytesIO()
    write_jsonld([extraction_de], out)
    graphs = {graph["@id"]: graph["@graph"] for graph in json.loads(out.getvalue())["@graph"]}
    document_id = extraction_de.document.document_id
    claims = [node for node in graphs[f"urn:kg:{document_id}#claims"] if "Claim" in node["@type"]]
    assert [claim["@id"] for claim in claims] == [f"urn:kg:{claim.claim_id}" for claim in extraction_de.claims]
    first = claims[0]
    assert first["author"] == f"urn:kg:{extraction_de.claims[0].actor_id}"
    assert first["appearance"] == f"urn:kg:{document_id}"
    assert first["text"].startswith("Die Ingenieurin Jana Voss")
    assert first["text"].endswith(" … nicht sicher.")
    assert first["hadPrimarySource"]["passage"]["hasSource"] == f"urn:kg:{document_id}"


def test_review_survives_in_a_graph_of_its_own(review: Review) -> None:
    lines = review_lines(review)
    assert all(line.endswith(" <urn:kg:reviews> .") for line in lines)
    assert list(read_reviews(split_lines("\n".join(lines)))) == [review]


def test_times_stay_out_of_the_claims_graph(extraction_de: Extraction) -> None:
    other = extraction_de.model_dump()
    other["document"]["retrieved"] = datetime(2030, 1, 1, tzinfo=UTC)
    other["provenance"]["extracted"] = None
    changed = set(extraction_lines(extraction_de)) ^ set(extraction_lines(Extraction.model_validate(other)))
    assert changed
    assert all("#provenance> ." in line for line in changed)


def test_organisations_have_their_kind_and_the_class_of_schema_org(extraction_de: Extraction) -> None:
    company = next(a for a in extraction_de.actors if a.organisation_kind is OrganisationKind.COMPANY)
    subject = URIRef(record_iri(company.actor_id))
    dataset = to_dataset([extraction_de])
    kinds = [quad[2] for quad in dataset.quads((subject, KG.organisationKind, None, None))]
    assert kinds == [concept_iri(KG.organisationKind, "company")]
    assert any(dataset.quads((subject, RDF.type, SDO.Corporation, None)))


def test_what_was_stored_before_there_were_kinds_of_organisations_is_read(extraction_de: Extraction) -> None:
    lines = [line for line in extraction_lines(extraction_de) if str(KG.organisationKind) not in line]
    (read,) = read_nquads("\n".join(lines))
    old = [actor.model_dump(exclude={"organisation_kind"}) for actor in extraction_de.actors]
    assert read.actors == tuple(Actor.model_validate(actor) for actor in old)


def test_order_is_kept_where_it_is_not_the_natural_one(extraction_de: Extraction) -> None:
    values = extraction_de.model_dump()
    content = values["claims"][0]["assertion"]["passages"]
    values["claims"][0]["assertion"]["passages"] = (content[1], content[0], content[1])
    values["actors"][0]["external_ids"] = ("b", "a", "b")
    values["claims"][1]["source"]["chain"] = ("claim-z", "claim-y")
    extraction = Extraction.model_validate(values)
    assert list(read_nquads("\n".join(extraction_lines(extraction)))) == [extraction]


def test_a_passage_that_is_not_in_the_text_is_refused(extraction_de: Extraction) -> None:
    values = extraction_de.model_dump()
    values["claims"][1]["cue"]["exact"] = "behauptet"[: len(values["claims"][1]["cue"]["exact"])]
    with pytest.raises(InputError, match=r'passage \d+:\d+ is "behaup", not what the text says'):
        extraction_lines(Extraction.model_validate(values))


def test_a_passage_of_another_document_is_refused(extraction_de: Extraction) -> None:
    values = extraction_de.model_dump()
    values["evidence"][0]["passage"]["document_id"] = "document-other"
    with pytest.raises(InputError, match="is of document document-other"):
        extraction_lines(Extraction.model_validate(values))


def test_two_records_with_one_identifier_are_refused(extraction_de: Extraction) -> None:
    values = extraction_de.model_dump()
    values["claims"][1]["claim_id"] = values["claims"][0]["claim_id"]
    with pytest.raises(InputError, match="two records have the identifier claim-"):
        extraction_lines(Extraction.model_validate(values))


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        ("/ns#claimType>", r"Claim <urn:kg:claim-\w+>: type: Field required"),
        ("/oa#exact>", r"passage <urn:kg:document-\w+#char=\d+,\d+> has no http://www.w3.org/ns/oa#exact"),
        ("#software>", r"Provenance <urn:kg:document-\w+#extraction>: software: Field required"),
        ("/articleBody>", r"Document <urn:kg:document-\w+>: text: Field required"),
    ],
)
def test_reading_says_which_record_lacks_what(lost: str, message: str, extraction_de: Extraction) -> None:
    lines = [line for line in extraction_lines(extraction_de) if lost not in line.split(" ")[1]]
    with pytest.raises(InputError, match=message):
        list(read_nquads("\n".join(lines)))


def test_reading_refuses_two_values_where_there_is_one(extraction_de: Extraction) -> None:
    lines = extraction_lines(extraction_de)
    lines += [line.replace('"0.9"', '"0.1"') for line in lines if "#confidence> " in line and '"0.9"' in line]
    with pytest.raises(InputError, match="confidence has 2 values, one was expected"):
        list(read_nquads("\n".join(lines)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("no quads", "line 1: not an N-Quads line: no quads"),
        ('_:b <urn:p> "x" <urn:g> .', "line 1: the subject is not an IRI"),
        (b"\xff\xfe", "N-Quads must be UTF-8, byte 0 is not"),
        ('<urn:kg:d#x> <urn:p> "x" <urn:kg:d#claims> .', "document d: <urn:kg:d> is missing"),
    ],
)
def test_broken_nquads_are_refused(data: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(read_nquads(data))


def test_no_nquads_no_records() -> None:
    assert list(read_nquads("")) == []


@pytest.mark.parametrize("value", ["2023", "2023-10", "2023-10-05", "2023-10-05T12:30:00", "2023-10-05T12:30:00Z", "2023-10-05T12:30:00+00:00", "2023-10-05T24:00:00", "2023-10-05T12:30:00-05:30"])  # fmt: skip
def test_dates_keep_their_precision_and_their_words(value: str) -> None:
    precision = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}.get(
        len(value), DatePrecision.SECOND
    )
    partial = PartialDate(value=value, precision=precision)
    typed, as_written = date(partial)
    assert date_of(typed, as_written) == partial


def test_a_date_is_read_as_the_same_moment_where_another_library_spells_it_otherwise() -> None:
    term = '"2023-10-05T12:30:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    assert date_of(term).value == "2023-10-05T12:30:00Z"


def test_a_date_without_a_date_type_is_refused() -> None:
    with pytest.raises(InputError, match='"5" is not typed as a year'):
        date_of('"5"^^<http://www.w3.org/2001/XMLSchema#integer>')


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (0.0, "0"), (-0.0, "0"), (0.8, "0.8"), (1e-7, "0.0000001"), (1 / 3, repr(1 / 3))]
)
def test_numbers_are_written_as_the_store_gives_them_back(value: float, written: str) -> None:
    assert text_of(double(value)) == written
    assert double_of(double(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05Z"),
        (datetime(2024, 1, 2, 3, 4, 5, 500000, tzinfo=timezone(timedelta(hours=-3))), "2024-01-02T03:04:05.5-03:00"),
        (datetime(2024, 1, 2, 3, 4), "2024-01-02T03:04:00"),  # noqa: DTZ001 - the model allows it
    ],
)
def test_moments_are_written_as_the_store_gives_them_back(value: datetime, written: str) -> None:
    assert text_of(moment(value)) == written
    assert moment_of(moment(value)) == value


@pytest.mark.parametrize("value", ["", 'a "b" \\ c', "\n\r\t\b\f\0\x7f", "\u2028\x85 „ü“ 😀", "\\u0041"])
def test_any_text_survives_on_one_line(value: str) -> None:
    term = text(value)
    assert "\n" not in term
    assert text_of(term) == value


def test_terms_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(InputError, match="is not a literal"):
        text_of("<urn:x>")
    with pytest.raises(InputError, match="is not an IRI"):
        iri_of('"x"')


def test_the_smallest_extraction_survives(extraction_de: Extraction) -> None:
    document = Document(
        document_id="d",
        language=extraction_de.document.language,
        text="Regen.",
        sha256=extraction_de.document.sha256,
    )
    small = Extraction(
        document=document,
        provenance=extraction_de.provenance.model_validate({"software": "s", "pipeline": "p", "stages": ()}),
    )
    assert list(read_nquads("\n".join(extraction_lines(small)))) == [small]


def test_actors_with_one_key_share_an_agent(extraction_de: Extraction, extraction_en: Extraction) -> None:
    def agents(extraction: Extraction, actor: Actor) -> set[str]:
        subject = f"<urn:kg:{actor.actor_id}> <http://www.w3.org/ns/prov#specializationOf>"
        return {line.split(" ")[2] for line in extraction_lines(extraction) if line.startswith(subject)}

    german, english = extraction_de.actors[1], extraction_en.actors[1]
    assert german.actor_id != english.actor_id
    assert agents(extraction_de, german) == agents(extraction_en, english) != set()


def test_passages_carry_their_context(extraction_de: Extraction) -> None:
    passage: Passage = extraction_de.claims[0].assertion.passages[1]
    node = f"<urn:kg:{passage.document_id}#quote={passage.start},{passage.end}>"
    found = {line.split(" ")[1]: line for line in extraction_lines(extraction_de) if line.startswith(f"{node} ")}
    before = extraction_de.document.text[passage.start - 32 : passage.start]
    assert text_of(found["<http://www.w3.org/ns/oa#prefix>"].split(" ", 2)[2].rsplit(" ", 2)[0]) == before
