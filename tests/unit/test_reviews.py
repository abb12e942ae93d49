"""Decisions of reviewers: what they change, that a rerun never loses them, and the way through a spreadsheet."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import (
    Actor,
    CertaintyLevel,
    Claim,
    ClaimType,
    Direction,
    Extraction,
    Review,
    ReviewDecision,
)
from kg.reviews import AppliedReviews, ReviewDesk, read_table, reviewed_extractions, write_table
from kg.reviews.applying import active_reviews
from kg.reviews.drafting import Draft
from kg.reviews.lookup import find_reviewed
from kg.reviews.records import changed, rebuilt
from kg.store import Store
from kg.validate import check_records, validate_store

MOMENT = datetime(2024, 3, 7, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(extraction_de: Extraction, extraction_en: Extraction) -> Store:
    store = Store()
    store.add(extraction_de)
    store.add(extraction_en)
    return store


@pytest.fixture
def desk(store: Store) -> ReviewDesk:
    return ReviewDesk(store, "Ana Prüfer", clock=lambda: MOMENT)


def now(store: Store, like: Extraction) -> Extraction:
    """The document as it is after all reviews; its records hang together."""
    (found,) = (e for e in reviewed_extractions(store) if e.document.document_id == like.document.document_id)
    assert check_records(found) == ()
    return found


def by_id(extraction: Extraction) -> dict[str, Claim]:
    return {claim.claim_id: claim for claim in extraction.claims}


def test_without_reviews_nothing_changes(store: Store, extraction_de: Extraction) -> None:
    assert now(store, extraction_de) == store.get(extraction_de.document.document_id)


def test_what_was_extracted_stays_as_it_is(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    before = store.lines(extraction_de.document.document_id)
    desk.reject(extraction_de.claims[0].claim_id)
    desk.correct(extraction_de.claims[2].claim_id, {"certainty": "possible"})
    assert store.lines(extraction_de.document.document_id) == before


def test_a_rejected_claim_is_left_out_with_its_links(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    said, told = extraction_de.claims[:2]
    desk.reject(said.claim_id, "not in the article")
    found = now(store, extraction_de)
    assert said.claim_id not in by_id(found)
    assert all(said.claim_id not in (link.claim_id, link.evidence_claim_id) for link in found.links)
    assert {item.evidence_id for item in found.evidence} == {extraction_de.evidence[1].evidence_id}
    inner = by_id(found)[told.claim_id]
    assert (inner.parent_id, inner.source.chain) == (None, ())
    record, reviews = find_reviewed(store, said.claim_id) or (None, [])
    assert isinstance(record, Claim)
    assert record.reviewed is ReviewDecision.REJECT
    assert [review.note for review in reviews] == ["not in the article"]


def test_an_accepted_claim_is_marked_and_sure(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    claim = extraction_de.claims[1]
    review = desk.accept(claim.claim_id)
    found = by_id(now(store, extraction_de))[claim.claim_id]
    assert (found.reviewed, found.confidence.value) == (ReviewDecision.ACCEPT, 1.0)
    assert (review.reviewer, review.time) == ("Ana Prüfer", MOMENT)
    assert found.assertion == claim.assertion


def test_a_claim_that_was_rejected_can_be_accepted_after_all(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    claim = extraction_de.claims[4]
    desk.reject(claim.claim_id)
    desk.accept(claim.claim_id)
    assert by_id(now(store, extraction_de))[claim.claim_id].reviewed is ReviewDecision.ACCEPT


def test_a_correction_changes_what_it_names_and_nothing_else(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    claim = extraction_de.claims[2]
    review = desk.correct(
        claim.claim_id,
        {"certainty": "possible", "actor": "Hallwerk AG", "type": "indirect", "content": "den Betreiber"}
        | {"content": "der Betreiber die Schäden seit 2021 kennen"},
    )
    found = by_id(now(store, extraction_de))[claim.claim_id]
    assert found.certainty.level is CertaintyLevel.POSSIBLE
    assert found.type is ClaimType.INDIRECT
    assert found.assertion.passages[0].exact == "der Betreiber die Schäden seit 2021 kennen"
    assert found.assertion.propositions
    assert found.actor_id == extraction_de.actors[2].actor_id
    assert found.spoken == claim.spoken
    assert {change.field: (change.before, change.after) for change in review.changes}["certainty"] == (
        "unknown",
        "possible",
    )


def test_a_new_actor_comes_with_the_correction(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    claim = extraction_de.claims[4]
    desk.correct(claim.claim_id, {"actor": "Mia Zander"})
    found = now(store, extraction_de)
    names = {actor.actor_id: actor.name for actor in found.actors}
    assert names[by_id(found)[claim.claim_id].actor_id] == "Mia Zander"
    assert extraction_de.actors[4].actor_id not in names  # nobody refers to the outlet any more


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"certainty": "sure"}, 'certainty: "sure" is not known (certain, probable'),
        ({"content": "not a word of it"}, "does not stand in the article"),
        ({"content": "10-10"}, "hold no words"),
        ({"content": "10-99999"}, "hold no words"),
        ({"content": "10-20 15-30"}, "overlap"),
        ({"colour": "red"}, '"colour" cannot be corrected'),
        ({"parent": "claim-none"}, 'parent: no other claim of this document is "claim-none"'),
        ({"certainty": "unknown"}, "is so already"),
    ],
)
def test_a_correction_that_does_not_fit_says_what_would(
    desk: ReviewDesk, extraction_de: Extraction, values: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=r".") as caught:
        desk.correct(extraction_de.claims[2].claim_id, values)
    assert said in str(caught.value)
    assert desk.reviews == ()


def test_links_and_evidence_are_reviewed_too(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    supporting, disputing, undercutting, _ = extraction_de.links
    desk.correct(disputing.link_id, {"direction": "undercuts"})
    desk.reject(supporting.link_id)
    desk.correct(str(undercutting.evidence_id), {"kind": "document"})
    found = now(store, extraction_de)
    assert {link.link_id: link.direction for link in found.links}[disputing.link_id] is Direction.UNDERCUTS
    assert supporting.link_id not in {link.link_id for link in found.links}
    assert [item.kind for item in found.evidence] == ["document"]


def test_a_link_can_be_added(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    told, denied = extraction_de.claims[1], extraction_de.claims[3]
    review = desk.add_link(told.claim_id, denied.claim_id, Direction.DISPUTES)
    added = next(link for link in now(store, extraction_de).links if link.link_id == review.record_id)
    assert (added.claim_id, added.evidence_claim_id, added.direction) == (
        told.claim_id,
        denied.claim_id,
        Direction.DISPUTES,
    )
    with pytest.raises(InputError, match="already"):
        desk.add_link(told.claim_id, denied.claim_id, Direction.DISPUTES)


def test_a_claim_is_added_on_characters(store: Store, desk: ReviewDesk, extraction_en: Extraction) -> None:
    text = extraction_en.document.text
    start = text.index("the operator has known")
    draft = Draft(content=f"{start}-{start + 12}", actor="Hallwerk AG", type=ClaimType.REPORTED)
    review = desk.add_claim(extraction_en.document.document_id, draft)
    found = by_id(now(store, extraction_en))[review.record_id]
    assert found.assertion.passages[0].exact == "the operator"
    assert (found.reviewed, found.actor_id) == (ReviewDecision.ADD, extraction_en.actors[2].actor_id)
    with pytest.raises(InputError, match="there already"):
        desk.add_claim(extraction_en.document.document_id, draft)


def test_what_was_extracted_later_is_not_added_twice(store: Store, desk: ReviewDesk, extraction_en: Extraction) -> None:
    claim = extraction_en.claims[4]
    store.add(rebuilt(extraction_en, claims=extraction_en.claims[:4]))
    words = claim.assertion.passages[0].exact
    outlet = extraction_en.actors[4]
    review = ReviewDesk(store, "Bo").add_claim(
        extraction_en.document.document_id, Draft(content=words, actor=outlet.name)
    )
    read = changed(claim, claim_id=review.record_id)
    store.add(rebuilt(extraction_en, claims=(*extraction_en.claims[:4], read)))
    assert [c.claim_id for c in now(store, extraction_en).claims].count(review.record_id) == 1


def test_claims_of_a_document_are_merged(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    said, _, rumoured, denied, _ = extraction_de.claims
    desk.merge([denied.claim_id, said.claim_id])
    found = now(store, extraction_de)
    assert said.claim_id not in by_id(found)
    assert by_id(found)[denied.claim_id].reviewed is ReviewDecision.MERGE
    ends = {(link.evidence_claim_id, link.claim_id) for link in found.links}
    assert (denied.claim_id, rumoured.claim_id) in ends
    assert by_id(found)[extraction_de.claims[1].claim_id].parent_id == denied.claim_id


def test_a_claim_is_split(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    said, told = extraction_de.claims[:2]
    first, second = said.assertion.passages
    review = desk.split_claim(said.claim_id, [f"{first.start}-{first.end}", second.exact])
    found = by_id(now(store, extraction_de))
    assert said.claim_id not in found
    assert [found[part].assertion.passages[0].exact for part in review.others] == [first.exact, second.exact]
    assert found[told.claim_id].parent_id == review.others[0]


def test_actors_are_merged_across_documents_and_split_again(
    store: Store, desk: ReviewDesk, extraction_de: Extraction, extraction_en: Extraction
) -> None:
    company, voss = extraction_de.actors[2], extraction_en.actors[1]
    merged = desk.merge([company.actor_id, voss.actor_id])
    keys = {actor.actor_id: actor.key for e in reviewed_extractions(store) for actor in e.actors}
    assert keys[voss.actor_id] == company.key
    assert keys[extraction_de.actors[1].actor_id] == company.key  # she is the same in the other document
    desk.undo(merged.review_id)
    desk.split_off(voss.actor_id, [])
    keys = {actor.actor_id: actor.key for e in reviewed_extractions(store) for actor in e.actors}
    assert keys[voss.actor_id] != keys[extraction_de.actors[1].actor_id] == voss.key


def test_propositions_are_merged_and_split(
    store: Store, desk: ReviewDesk, extraction_de: Extraction, extraction_en: Extraction
) -> None:
    from kg.ids import make_id

    safe, cracks = (make_id("proposition", p.key) for p in extraction_de.claims[0].assertion.propositions)
    merged = desk.merge([safe, cracks])
    keys = {p.key for e in reviewed_extractions(store) for c in e.claims for p in c.assertion.propositions}
    assert "photograph(diver,crack)" not in keys
    desk.undo(merged.review_id)
    desk.split_off(cracks, [extraction_en.claims[1].claim_id])
    told_de, told_en = (now(store, e).claims[1].assertion.propositions[0].key for e in (extraction_de, extraction_en))
    assert told_de != told_en


def test_undo_and_undo_of_undo(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    claim = extraction_de.claims[4]
    review = desk.reject(claim.claim_id)
    undo = desk.undo(review.review_id)
    assert claim.claim_id in by_id(now(store, extraction_de))
    with pytest.raises(InputError, match="taken back already"):
        desk.undo(review.review_id)
    desk.undo(undo.review_id)
    assert claim.claim_id not in by_id(now(store, extraction_de))
    assert len(list(store.reviews())) == 3  # nothing is ever deleted


def test_the_same_decision_twice_is_one_review(desk: ReviewDesk, extraction_de: Extraction) -> None:
    claim_id = extraction_de.claims[0].claim_id
    assert desk.accept(claim_id, "yes") == desk.accept(claim_id, "yes")
    assert desk.reject(claim_id) == desk.reject(claim_id)
    assert len(desk.reviews) == 2


def test_what_is_not_there_is_an_error(desk: ReviewDesk, extraction_de: Extraction) -> None:
    for decide in (
        lambda: desk.accept("claim-none"),
        lambda: desk.reject("claim-none"),
        lambda: desk.undo("review-none"),
        lambda: desk.merge([extraction_de.claims[0].claim_id, extraction_de.actors[0].actor_id]),
        lambda: desk.reject(extraction_de.actors[0].actor_id),
        lambda: desk.split_off(extraction_de.links[0].link_id, []),
        lambda: desk.add_claim("document-none", Draft(content="0-5", actor="A")),
    ):
        with pytest.raises(InputError):
            decide()
    assert desk.reviews == ()


def reread(extraction: Extraction, **claim_values: Callable[[Claim], object]) -> Extraction:
    """The same document as a later version reads it: claims under other identifiers, and otherwise changed."""
    renamed = {claim.claim_id: f"{claim.claim_id}-new" for claim in extraction.claims}
    claims = tuple(
        changed(
            claim,
            claim_id=renamed[claim.claim_id],
            parent_id=renamed.get(claim.parent_id or ""),
            source=changed(claim.source, chain=tuple(renamed[c] for c in claim.source.chain)),
            **{name: make(claim) for name, make in claim_values.items()},
        )
        for claim in extraction.claims
    )
    links = tuple(
        changed(
            link,
            link_id=f"{link.link_id}-new",
            claim_id=renamed[link.claim_id],
            evidence_claim_id=renamed.get(link.evidence_claim_id or ""),
        )
        for link in extraction.links
    )
    return rebuilt(extraction, claims=claims, links=links)


def shorter(claim: Claim) -> object:
    """Its content without the last letter."""
    last = claim.assertion.passages[-1]
    cut = changed(last, end=last.end - 1, exact=last.exact[:-1])
    return changed(claim.assertion, passages=(*claim.assertion.passages[:-1], cut))


def test_reviews_hold_when_a_rerun_names_and_cuts_claims_otherwise(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    said, told, rumoured, denied, own = extraction_de.claims
    desk.accept(said.claim_id)
    desk.reject(told.claim_id)
    desk.correct(rumoured.claim_id, {"certainty": "possible"})
    desk.correct(extraction_de.links[1].link_id, {"direction": "context"})
    store.add(reread(extraction_de, assertion=shorter))
    found = now(store, extraction_de)
    claims = by_id(found)
    assert claims[said.claim_id].reviewed is ReviewDecision.ACCEPT  # under the identifier it was reviewed by
    assert claims[rumoured.claim_id].certainty.level is CertaintyLevel.POSSIBLE
    assert {told.claim_id, f"{told.claim_id}-new"}.isdisjoint(claims)
    assert set(claims) == {said.claim_id, rumoured.claim_id, denied.claim_id, f"{own.claim_id}-new"}
    assert {link.direction for link in found.links if link.reviewed} == {Direction.CONTEXT}


def test_what_a_person_confirmed_stays_when_a_rerun_misses_it(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    said, told, rumoured, denied, own = extraction_de.claims
    desk.accept(told.claim_id)
    desk.correct(rumoured.claim_id, {"actor": "Hallwerk AG"})
    rejected = desk.reject(own.claim_id)
    desk.accept(extraction_de.links[1].link_id)
    store.add(rebuilt(extraction_de, claims=(), links=(), evidence=(), actors=()))
    found = now(store, extraction_de)
    assert set(by_id(found)) == {told.claim_id, rumoured.claim_id, denied.claim_id}
    assert by_id(found)[told.claim_id].parent_id is None  # said is gone: nobody confirmed it
    assert [link.link_id for link in found.links] == [extraction_de.links[1].link_id]
    applied = AppliedReviews(store.reviews())
    applied.to(store.get(extraction_de.document.document_id))  # type: ignore[arg-type]
    assert applied.waiting == {rejected.review_id}
    store.add(extraction_de)  # read as before: everything is as it was decided
    assert own.claim_id not in by_id(now(store, extraction_de))
    assert said.claim_id in by_id(now(store, extraction_de))


def test_a_rejection_is_not_for_the_same_words_of_somebody_else(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    own = extraction_de.claims[4]
    desk.reject(own.claim_id, "not the outlet's words")
    company = extraction_de.actors[2].actor_id
    store.add(reread(extraction_de, actor_id=lambda claim: company if claim == own else claim.actor_id))
    assert f"{own.claim_id}-new" in by_id(now(store, extraction_de))


def test_reviewed_records_are_valid_rdf(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    said, _, rumoured, denied, own = extraction_de.claims
    desk.correct(rumoured.claim_id, {"actor": "Eine Neue", "certainty": "possible"})
    desk.merge([denied.claim_id, own.claim_id])
    desk.split_claim(said.claim_id, [p.exact for p in said.assertion.passages])
    assert list(validate_store(store)) == []
    other = Store()
    for extraction in reviewed_extractions(store):
        other.add(extraction)
        assert other.get(extraction.document.document_id) == extraction
    assert list(validate_store(other)) == []


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_decisions_leave_sound_records_and_undoing_all_leaves_none(extraction_de: Extraction, seed: int) -> None:
    dice = random.Random(seed)
    store = Store()
    store.add(extraction_de)
    desk = ReviewDesk(store, "Ana", clock=lambda: MOMENT)
    claims, links = [c.claim_id for c in extraction_de.claims], [link.link_id for link in extraction_de.links]
    for _ in range(6):
        choice = dice.randrange(6)
        claim = dice.choice(claims)
        try:
            if choice == 0:
                desk.accept(claim)
            elif choice == 1:
                desk.reject(dice.choice((claim, dice.choice(links))))
            elif choice == 2:
                desk.correct(claim, {"certainty": dice.choice(list(CertaintyLevel)), "parent": dice.choice(claims)})
            elif choice == 3:
                desk.merge([claim, dice.choice(claims)])
            elif choice == 4:
                desk.undo(dice.choice([review.review_id for review in desk.reviews] or ["none"]))
            else:
                desk.correct(claim, {"actor": dice.choice(["Jana Voss", "Neu"])})
        except InputError:
            continue
    found = AppliedReviews(store.reviews()).to(extraction_de)
    assert check_records(found) == () or "circle" in str(check_records(found))
    for review in active_reviews(store.reviews()):
        desk.undo(review.review_id)
    assert AppliedReviews(store.reviews()).to(extraction_de) == extraction_de


# the spreadsheet


def table(store: Store, separator: str) -> tuple[list[str], list[dict[str, str]]]:
    out = io.BytesIO()
    write_table(reviewed_extractions(store), out, separator)
    data = out.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=separator)
    return list(reader.fieldnames or ()), list(reader)


def saved(columns: list[str], rows: list[dict[str, str]], separator: str = ";") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def row_of(rows: list[dict[str, str]], claim: Claim) -> dict[str, str]:
    return next(row for row in rows if row["claim_id"] == claim.claim_id)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_table_comes_back_unchanged_and_decisions_come_with_it_once(
    store: Store, desk: ReviewDesk, extraction_de: Extraction, separator: str
) -> None:
    said, told, rumoured, _denied, own = extraction_de.claims
    columns, rows = table(store, ";")
    assert read_table(saved(columns, rows, separator), desk).n_kept == 0
    row_of(rows, said)["decision"] = "accept"
    row_of(rows, own)["decision"] = "verworfen"
    row_of(rows, told)["certainty"] = "possible"
    row_of(rows, rumoured)["actor"] = "Jörg Müßig"
    row_of(rows, rumoured)["note"] = "heißt so"
    rows.append(
        dict.fromkeys(columns, "")
        | {"document_id": said.source.document_id, "actor": "Taucher", "content": "Risse im Damm"}
    )
    data = saved(columns, rows, separator)
    assert (read_table(data, desk).n_kept, len(desk.reviews)) == (5, 5)
    found = by_id(now(store, extraction_de))
    assert own.claim_id not in found
    assert found[told.claim_id].certainty.level is CertaintyLevel.POSSIBLE
    assert {a.actor_id: a.name for a in now(store, extraction_de).actors}[
        found[rumoured.claim_id].actor_id
    ] == "Jörg Müßig"
    again = read_table(data, ReviewDesk(store, "Ana Prüfer", clock=lambda: MOMENT))
    assert (again.n_kept, again.errors, len(list(store.reviews()))) == (0, [], 5)


def test_wrong_rows_are_named_by_line_and_the_rest_is_taken(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    columns, rows = table(store, ";")
    rows[0]["decision"] = "perhaps"
    rows[1]["certainty"] = "quite"
    rows[2]["claim_id"] = "claim-none"
    rows[2]["decision"] = "accept"
    rows[3]["decision"] = "correct"
    rows[4]["decision"] = "accept"
    rows.append(dict.fromkeys(columns, "") | {"document_id": "document-none", "actor": "A", "content": "x"})
    rows.append(dict.fromkeys(columns, "") | {"actor": "A", "content": "x"})
    found = read_table(saved(columns, rows), desk, "t.csv")
    assert found.n_kept == 1
    assert [str(err).partition(": ")[0] for err in found.errors] == [
        *(f"t.csv:{line}" for line in (2, 3, 4, 5)),
        *(f"t.csv:{len(rows)}", f"t.csv:{len(rows) + 1}"),
    ]


def test_a_stale_row_does_not_undo_what_somebody_else_corrected(
    store: Store, desk: ReviewDesk, extraction_de: Extraction
) -> None:
    claim = extraction_de.claims[1]
    columns, rows = table(store, ";")
    desk.correct(claim.claim_id, {"certainty": "doubtful"})
    assert read_table(saved(columns, rows), desk).errors == []
    row_of(rows, claim)["type"] = "direct"
    (error,) = read_table(saved(columns, rows), desk).errors
    assert "was changed since this table was written" in str(error)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", 't.csv:1: no column "decision"'),
        (b"a,b\n1,2\n", 't.csv:1: no column "decision"'),
        ("decision,claim_id,document_id,state\nmöglich,,,\n".encode("cp1252"), "t.csv:2: not UTF-8"),
    ],
)
def test_what_is_no_table_says_so(desk: ReviewDesk, data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_table(data, desk, "t.csv")
    assert str(caught.value).startswith(said)


def test_no_cell_is_taken_for_a_formula(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    claim = extraction_de.claims[4]
    desk.correct(claim.claim_id, {"actor": "=1+1"})
    columns, rows = table(store, ";")
    assert row_of(rows, claim)["actor"] == "'=1+1"
    assert read_table(saved(columns, rows), desk).n_kept == 0


def test_actors_are_corrected(store: Store, desk: ReviewDesk, extraction_de: Extraction) -> None:
    actor = extraction_de.actors[3]
    desk.correct(actor.actor_id, {"name": "ein Taucher", "kind": "person", "description": "-"})
    found = next(a for a in now(store, extraction_de).actors if a.actor_id == actor.actor_id)
    assert (found.name, found.kind, found.reviewed) == ("ein Taucher", "person", ReviewDecision.CORRECT)
    assert isinstance(found, Actor)


def _moments() -> Iterator[datetime]:
    yield from (datetime(2024, 3, 7, hour, tzinfo=UTC) for hour in range(24))


def test_reviews_survive_the_store_in_order(store: Store, extraction_de: Extraction) -> None:
    moments = _moments()
    desk = ReviewDesk(store, "Bo", clock=lambda: next(moments))
    made: list[Review] = [desk.accept(claim.claim_id) for claim in extraction_de.claims]
    assert tuple(store.reviews()) == tuple(made) == ReviewDesk(store, "Bo").reviews
