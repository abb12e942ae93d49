import json
import re
from enum import StrEnum

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS

from kg import model
from kg.errors import QueryError
from kg.model import Extraction, Review
from kg.named_queries import NamedQuery, named_queries
from kg.rdf import extraction_lines, review_lines, split_lines
from kg.rdf.jsonld import Context
from kg.sparql_text import parameters_of
from kg.store import Store
from kg.vocab import KG, NAMESPACE, SCHEMES, concept_iri, ontology_file

ENUMS: dict[URIRef, type[StrEnum]] = {
    KG.actorKind: model.ActorKind,
    KG.certainty: model.CertaintyLevel,
    KG.claimType: model.ClaimType,
    KG.decision: model.ReviewDecision,
    KG.direction: model.Direction,
    KG.hedgeClass: model.HedgeClass,
    KG.medium: model.ClaimMedium,
    KG.modality: model.Modality,
    KG.organisationKind: model.OrganisationKind,
    KG.playsRole: model.Role,
    KG.polarity: model.Polarity,
}
EVIDENCE_KINDS = {
    "imagery",
    "document",
    "official_statement",
    "expert_judgement",
    "eyewitness",
    "anonymous_source",
    "statistics",
    "study",
    "physical_finding",
    "court_record",
    "media_report",
    "admission",
    "absence",
}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(data=ontology_file("kg.ttl").read_text(encoding="utf-8"), format="turtle")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(data=ontology_file("shapes.ttl").read_text(encoding="utf-8"), format="turtle")


def _own_terms() -> list[str]:
    return [name for name in KG.__annotations__ if not name.startswith("_")]


def _languages(graph: Graph, subject: URIRef, prop: URIRef) -> set[str | None]:
    return {literal.language for literal in graph.objects(subject, prop)}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", _own_terms())
def test_every_term_in_vocab_is_defined_and_labelled_in_both_languages(name: str, ontology: Graph) -> None:
    term = KG[name]
    assert (term, RDF.type, None) in ontology
    assert _languages(ontology, term, RDFS.label) == {"de", "en"}
    assert _languages(ontology, term, SKOS.definition) == {"de", "en"}


def test_every_term_in_the_ontology_is_in_vocab(ontology: Graph) -> None:
    defined = {
        str(term).removeprefix(NAMESPACE)
        for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.ConceptScheme)
        for term in ontology.subjects(RDF.type, kind)
    }
    assert defined == set(_own_terms())


@pytest.mark.parametrize("prop", SCHEMES)
def test_concepts_fit_the_enums_of_the_model(prop: URIRef, ontology: Graph) -> None:
    concepts = set(ontology.subjects(SKOS.inScheme, SCHEMES[prop]))
    notations = {str(notation) for concept in concepts for notation in ontology.objects(concept, SKOS.notation)}
    expected = EVIDENCE_KINDS if prop == KG.evidenceKind else {str(member) for member in ENUMS[prop]}
    assert notations == expected
    assert concepts == {concept_iri(prop, notation) for notation in notations}
    for concept in concepts:
        assert isinstance(concept, URIRef)
        assert _languages(ontology, concept, SKOS.prefLabel) == {"de", "en"}
        assert _languages(ontology, concept, SKOS.definition) == {"de", "en"}


@pytest.mark.parametrize("prop", ENUMS)
def test_shapes_allow_exactly_the_concepts_of_closed_schemes(prop: URIRef, shapes: Graph) -> None:
    lists = [shapes.value(shape, SH["in"]) for shape in shapes.subjects(SH.path, prop)]
    assert lists
    for first in lists:
        assert set(shapes.items(first)) == {concept_iri(prop, member) for member in ENUMS[prop]}  # type: ignore[arg-type]


def test_every_term_of_ours_in_shapes_and_queries_is_defined(ontology: Graph) -> None:
    known = {str(term).removeprefix(NAMESPACE) for term in ontology.subjects() if str(term).startswith(NAMESPACE)}
    texts = [ontology_file("shapes.ttl").read_text(encoding="utf-8")]
    texts += [query.read_text(encoding="utf-8") for query in ontology_file("queries").iterdir()]
    used = {name for text in texts for name in re.findall(r"\bkg:([A-Za-z][\w-]*)", text)}
    assert {name for name in used if not name.endswith("Shape")} <= known


def test_context_has_a_name_for_every_property_that_we_write(
    extraction_de: Extraction, review: Review, ontology: Graph
) -> None:
    context = Context.load()
    lines = extraction_lines(extraction_de) + review_lines(review)
    for _subject, prop, term, _graph in split_lines("\n".join(lines)):
        if prop == str(RDF.type):
            continue
        name, value_type = context.property_name(prop)
        assert "://" not in name
        assert (value_type == "@id") == term.startswith("<"), prop
    own = {prop for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for prop in ontology.subjects(RDF.type, kind)}
    assert {str(prop) for prop in own} <= set(context.names)


def test_context_needs_nothing_from_the_network() -> None:
    source = json.loads(ontology_file("context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert isinstance(source, dict)
    assert "@import" not in source


# of these the small records have none
_MAY_BE_EMPTY = {"certainty-shifts", "circular-reports", "single-origin", "lost-evidence", "contradictions"}


@pytest.mark.parametrize("query", named_queries().values(), ids=named_queries())
def test_named_queries_have_a_header_and_find_something(
    query: NamedQuery, extraction_de: Extraction, extraction_en: Extraction
) -> None:
    assert set(query.titles) == {"de", "en"}
    assert parameters_of(query.text) == tuple(parameter.name for parameter in query.parameters)
    assert all(set(parameter.descriptions) == {"de", "en"} for parameter in query.parameters)
    store = Store()
    store.add(extraction_de)
    store.add(extraction_en)
    solutions = store.query(query.fill({}))
    assert tuple(variable.value for variable in solutions.variables) == query.columns  # type: ignore[union-attr]
    rows = list(solutions)  # type: ignore[arg-type]
    assert rows or query.name in _MAY_BE_EMPTY
    assert all(row[column] is not None for row in rows for column in query.columns)


def test_a_value_is_a_string_and_nothing_else(extraction_de: Extraction) -> None:
    query = named_queries()["first-said"]
    store = Store()
    store.add(extraction_de)
    assert list(store.query(query.fill({"words": '")) } } #'}))) == []  # type: ignore[arg-type]
    assert list(store.query(query.fill({"words": "RISSE im damm"})))  # type: ignore[arg-type]
    with pytest.raises(QueryError, match=r'no parameter "word" \(words\)'):
        query.fill({"word": "x"})
