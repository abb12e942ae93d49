"""Any extraction, however odd, survives RDF: as N-Quads, through rdflib, and through the store."""

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ids import sha256_of
from kg.model import (
    ActorKind,
    CertaintyLevel,
    ClaimMedium,
    ClaimType,
    DatePrecision,
    Direction,
    Extraction,
    HedgeClass,
    Language,
    Modality,
    OrganisationKind,
    Polarity,
    Review,
    ReviewDecision,
    Role,
)
from kg.rdf import extraction_lines, from_dataset, read_nquads, read_reviews, review_lines, split_lines, to_dataset
from kg.store import Store

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
SHARES = st.floats(0, 1)
MOMENTS = st.datetimes(
    datetime(1000, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=st.one_of(st.just(UTC), st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))),
)
IDENTIFIERS = st.one_of(WORDS, st.integers(0, 99).map("id-{}".format))


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def tuples(strategy: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


@st.composite
def dates(draw: st.DrawFn) -> dict[str, Any]:
    precision = draw(st.sampled_from(DatePrecision))
    day = draw(st.dates())
    time = draw(st.times()).strftime("%H:%M:%S")
    zone = draw(st.sampled_from(["", "Z", "+00:00", "-00:00", "+02:00", "-05:30"]))
    value = {
        DatePrecision.YEAR: f"{day.year:04}",
        DatePrecision.MONTH: f"{day.year:04}-{day.month:02}",
        DatePrecision.DAY: day.isoformat(),
        DatePrecision.SECOND: f"{day.isoformat()}T{time}{zone}",
    }[precision]
    return {"value": value, "precision": precision}


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
    document_id = draw(WORDS)
    ids = draw(st.lists(IDENTIFIERS.filter(lambda item: item != document_id), min_size=8, max_size=8, unique=True))
    n_actors, n_claims, n_evidence, n_links = draw(st.tuples(*[st.integers(0, 2)] * 4))
    actor_ids, claim_ids, evidence_ids, link_ids = (
        ids[:n_actors],
        ids[2 : 2 + n_claims],
        ids[4 : 4 + n_evidence],
        ids[6 : 6 + n_links],
    )

    @st.composite
    def spans(draw: st.DrawFn) -> dict[str, Any]:
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        return {"document_id": document_id, "start": start, "end": end, "exact": text[start:end]}

    passages = spans()
    times = st.fixed_dictionaries({"passage": passages, "date": optional(dates())})
    roles = st.fixed_dictionaries({"role": st.sampled_from(Role), "text": WORDS, "concepts": tuples(WORDS)})
    propositions = st.fixed_dictionaries(
        {
            "key": WORDS,
            "predicate": WORDS,
            "concepts": tuples(WORDS),
            "roles": tuples(roles),
            "polarity": st.sampled_from(Polarity),
            "modality": st.sampled_from(Modality),
            "presupposed": st.booleans(),
            "passage": passages,
        }
    )
    actors = st.fixed_dictionaries(
        {
            "key": WORDS,
            "kind": st.sampled_from(ActorKind),
            "organisation_kind": optional(st.sampled_from(OrganisationKind)),
            "name": WORDS,
            "named": st.booleans(),
            "description": optional(WORDS),
            "affiliation": optional(WORDS),
            "stands_for": optional(WORDS),
            "mentions": tuples(passages),
            "external_ids": tuples(WORDS),
        }
    )
    claims = st.fixed_dictionaries(
        {
            "actor_id": WORDS,
            "assertion": st.fixed_dictionaries(
                {"passages": tuples(passages, least=1), "propositions": tuples(propositions)}
            ),
            "source": st.fixed_dictionaries(
                {
                    "document_id": WORDS,
                    "publication": optional(passages),
                    "publication_actor_id": optional(WORDS),
                    "chain": tuples(st.sampled_from([*ids, "claim-gone"])),
                }
            ),
            "confidence": st.fixed_dictionaries(
                {"value": SHARES, "parts": st.dictionaries(st.text("ab-# /ü", max_size=3), SHARES, max_size=3)}
            ),
            "type": st.sampled_from(ClaimType),
            "medium": optional(st.sampled_from(ClaimMedium)),
            "mention": optional(passages),
            "cue": optional(passages),
            "frame": optional(passages),
            "addressee": optional(passages),
            "certainty": st.fixed_dictionaries(
                {
                    "level": st.sampled_from(CertaintyLevel),
                    "hedges": tuples(
                        st.fixed_dictionaries({"hedge_class": st.sampled_from(HedgeClass), "passage": passages})
                    ),
                }
            ),
            "spoken": optional(times),
            "parent_id": optional(st.sampled_from([*ids, "claim-gone"])),
        }
    )
    evidence = st.fixed_dictionaries(
        {
            "kind": st.from_regex(r"\A[a-z][a-z0-9_]{0,8}\Z"),
            "description": WORDS,
            "passage": passages,
            "producer_id": optional(WORDS),
            "date": optional(times),
        }
    )
    ends = st.one_of(st.fixed_dictionaries({"evidence_id": WORDS}), st.fixed_dictionaries({"evidence_claim_id": WORDS}))
    links = st.fixed_dictionaries(
        {"claim_id": WORDS, "direction": st.sampled_from(Direction), "strength": SHARES, "cue": optional(passages)}
    )
    return Extraction.model_validate(
        {
            "document": {
                "document_id": document_id,
                "url": draw(optional(WORDS)),
                "title": draw(optional(WORDS)),
                "publisher": draw(optional(WORDS)),
                "authors": draw(tuples(WORDS)),
                "published": draw(optional(dates())),
                "retrieved": draw(optional(MOMENTS)),
                "language": draw(st.sampled_from(Language)),
                "text": text,
                "sha256": sha256_of(text),
            },
            "actors": tuple(draw(actors) | {"actor_id": item} for item in actor_ids),
            "claims": tuple(draw(claims) | {"claim_id": item} for item in claim_ids),
            "evidence": tuple(draw(evidence) | {"evidence_id": item} for item in evidence_ids),
            "links": tuple(draw(links) | draw(ends) | {"link_id": item} for item in link_ids),
            "provenance": {
                "software": draw(WORDS),
                "pipeline": draw(WORDS),
                "stages": draw(tuples(st.fixed_dictionaries({"name": WORDS, "version": WORDS}))),
                "extracted": draw(optional(MOMENTS)),
            },
        }
    )


@given(extractions(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_shuffled_lines_give_the_records_back(extraction: Extraction, shuffler: random.Random) -> None:
    lines = extraction_lines(extraction)
    assert lines == sorted(set(lines))
    assert not any(" _:" in line for line in lines)
    shuffled = list(lines)
    shuffler.shuffle(shuffled)
    (back,) = read_nquads("\n".join(shuffled))
    assert back == extraction
    assert extraction_lines(back) == lines


@given(extractions())
@settings(deadline=None, max_examples=25)
def test_the_store_gives_records_and_lines_back(extraction: Extraction) -> None:
    store = Store()
    assert store.add(extraction)
    assert store.get(extraction.document.document_id) == extraction
    assert store.lines(extraction.document.document_id) == extraction_lines(extraction)
    assert not store.add(extraction)


@given(extractions())
@settings(deadline=None, max_examples=8)
def test_rdflib_gives_records_back(extraction: Extraction) -> None:
    assert list(from_dataset(to_dataset([extraction]))) == [extraction]


@given(
    st.builds(
        Review,
        review_id=WORDS,
        record_id=WORDS,
        reviewer=WORDS,
        decision=st.sampled_from(ReviewDecision),
        note=optional(WORDS),
        time=MOMENTS,
    )
)
@settings(deadline=None, max_examples=30)
def test_reviews_come_back(review: Review) -> None:
    assert list(read_reviews(split_lines("\n".join(review_lines(review))))) == [review]
    store = Store()
    store.add_review(review)
    assert list(store.reviews()) == [review]
