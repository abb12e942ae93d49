import io
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kg.errors import InputError, QueryError, StoreError
from kg.model import Extraction, Review
from kg.rdf import extraction_lines, read_nquads
from kg.store import DUMPERS, Store

COUNT_CLAIMS = "SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(None if request.param == "memory" else tmp_path / "made" / "store")


def _n_claims(store: Store) -> int:
    return int(next(iter(store.query(COUNT_CLAIMS)))["n"].value)  # type: ignore[arg-type,union-attr,call-overload]


def _changed(extraction: Extraction, **values: object) -> Extraction:
    return Extraction.model_validate(extraction.model_dump() | values)


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.documents() == ()
    assert list(store.extractions()) == []
    assert list(store.reviews()) == []
    assert store.get("document-none") is None
    assert store.lines("document-none") == []
    assert not store.remove("document-none")
    out = io.BytesIO()
    store.dump(out)
    assert out.getvalue() == b""


def test_records_come_back_as_they_were(store: Store, extraction_de: Extraction, extraction_en: Extraction) -> None:
    assert store.add(extraction_de)
    assert store.add(extraction_en)
    expected = sorted((extraction_de, extraction_en), key=lambda item: item.document.document_id)
    assert list(store.extractions()) == expected
    assert store.documents() == tuple(item.document.document_id for item in expected)
    assert store.get(extraction_en.document.document_id) == extraction_en


def test_stored_lines_are_the_lines_of_the_records(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    assert store.lines(extraction_de.document.document_id) == extraction_lines(extraction_de)


def test_the_same_document_again_changes_nothing(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    later = extraction_de.model_dump()
    later["document"]["retrieved"] = datetime(2030, 1, 1, tzinfo=UTC)
    later["provenance"]["extracted"] = datetime(2030, 1, 1, tzinfo=UTC)
    assert not store.add(extraction_de)
    assert not store.add(Extraction.model_validate(later))
    assert list(store.extractions()) == [extraction_de]


def test_a_changed_document_replaces_what_was_there(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    fewer = _changed(extraction_de, claims=extraction_de.claims[:2], links=())
    assert store.add(fewer)
    assert list(store.extractions()) == [fewer]
    assert _n_claims(store) == 2


def test_holds_asks_for_text_and_versions_but_not_for_times(store: Store, extraction_de: Extraction) -> None:
    document, provenance = extraction_de.document, extraction_de.provenance
    assert not store.holds(document, provenance)
    store.add(extraction_de)
    assert store.holds(document, provenance)
    assert store.holds(document, type(provenance).model_validate(provenance.model_dump() | {"extracted": None}))
    assert not store.holds(document, type(provenance).model_validate(provenance.model_dump() | {"pipeline": "kg_de 2"}))
    assert not store.holds(type(document).model_validate(document.model_dump() | {"title": "Anders"}), provenance)


def test_removing_a_document_leaves_the_others_and_the_reviews(
    store: Store, extraction_de: Extraction, extraction_en: Extraction, review: Review
) -> None:
    store.add(extraction_de)
    store.add(extraction_en)
    store.add_review(review)
    assert store.remove(extraction_de.document.document_id)
    assert list(store.extractions()) == [extraction_en]
    assert list(store.reviews(extraction_de.claims[0].claim_id)) == [review]


def test_reviews_survive_a_document_that_is_added_again(
    store: Store, extraction_de: Extraction, review: Review
) -> None:
    store.add(extraction_de)
    store.add_review(review)
    store.add(_changed(extraction_de, links=()))
    assert list(store.reviews()) == [review]


def test_a_review_replaces_its_earlier_version_and_can_be_removed(store: Store, review: Review) -> None:
    store.add_review(review)
    store.add_review(Review.model_validate(review.model_dump() | {"note": None, "reviewer": "Bo"}))
    assert [(item.note, item.reviewer) for item in store.reviews()] == [(None, "Bo")]
    assert list(store.reviews("claim-other")) == []
    store.remove_review(review.review_id)
    assert list(store.reviews()) == []


def test_queries_see_all_graphs_unless_told_otherwise(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    graph = f"urn:kg:{extraction_de.document.document_id}#provenance"
    assert _n_claims(store) == len(extraction_de.claims)
    ask = "ASK { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
    assert store.query(ask)
    assert not store.query(ask, default_graphs=[graph])


def test_a_query_with_from_sees_only_those_graphs(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    claims, provenance = (f"urn:kg:{extraction_de.document.document_id}#{name}" for name in ("claims", "provenance"))
    pattern = "{ ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
    assert store.query(f"ASK FROM <{claims}> {pattern}")
    assert not store.query(f"ASK FROM <{provenance}> {pattern}")
    assert store.query(f"ASK {pattern} # not from here: FROM <{provenance}>")


@pytest.mark.parametrize("sparql", ["", "SELECT", "DROP ALL", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"])
def test_what_is_not_a_query_is_refused(store: Store, sparql: str) -> None:
    with pytest.raises(QueryError, match=r"^query: ") as caught:
        store.query(sparql)
    assert "\n" not in str(caught.value)


def test_a_bad_graph_name_is_refused(store: Store) -> None:
    with pytest.raises(QueryError, match=r"^graph name: "):
        store.query("ASK {}", default_graphs=["no iri"])


@pytest.mark.parametrize("format", DUMPERS)
def test_dumps_do_not_depend_on_the_order_of_adding(
    format: str, extraction_de: Extraction, extraction_en: Extraction, review: Review
) -> None:
    dumps = []
    for extractions in ((extraction_de, extraction_en), (extraction_en, extraction_de)):
        store, out = Store(), io.BytesIO()
        for extraction in extractions:
            store.add(extraction)
        store.add_review(review)
        store.dump(out, format)
        dumps.append(out.getvalue())
    assert dumps[0] == dumps[1] != b""


def test_a_dump_can_be_read_again(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    out = io.BytesIO()
    store.dump(out, "nquads")
    assert list(read_nquads(out.getvalue())) == [extraction_de]


def test_an_unknown_dump_format_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match=r'format "turtle" is not known \(nquads, trig, jsonld\)'):
        store.dump(io.BytesIO(), "turtle")


def test_records_that_cannot_be_written_leave_the_store_as_it_was(store: Store, extraction_de: Extraction) -> None:
    store.add(extraction_de)
    values = extraction_de.model_dump()
    values["claims"][0]["cue"]["document_id"] = "document-other"
    with pytest.raises(InputError):
        store.add(Extraction.model_validate(values))
    assert list(store.extractions()) == [extraction_de]


def test_a_store_is_still_there_when_opened_again(tmp_path: Path, extraction_de: Extraction) -> None:
    with Store(tmp_path / "store") as store:
        store.add(extraction_de)
    with Store(tmp_path / "store") as store:
        assert list(store.extractions()) == [extraction_de]


def test_a_second_writer_is_refused_and_readers_are_not(tmp_path: Path, extraction_de: Extraction) -> None:
    path = tmp_path / "store"
    with Store(path) as store:
        store.add(extraction_de)
        with pytest.raises(StoreError, match="store is open for writing elsewhere"):
            Store(path)
        with Store(path, read_only=True) as reader:
            assert list(reader.extractions()) == [extraction_de]
        other = f"from kg.store import Store\nprint(len(Store({str(path)!r}, read_only=True).documents()))\nStore({str(path)!r})"
        ran = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
        assert ran.stdout == "1\n"
        assert "StoreError" in ran.stderr.splitlines()[-1]
        assert "is open for writing elsewhere" in ran.stderr.splitlines()[-1]


def test_a_read_only_store_cannot_be_written(tmp_path: Path, extraction_de: Extraction, review: Review) -> None:
    path = tmp_path / "store"
    Store(path).close()
    with Store(path, read_only=True) as reader:
        attempts: tuple[Callable[[], object], ...] = (
            lambda: reader.add(extraction_de),
            lambda: reader.remove("document-a"),
            lambda: reader.add_review(review),
            lambda: reader.remove_review("review-a"),
        )
        for attempt in attempts:
            with pytest.raises(StoreError, match="the store is open read-only"):
                attempt()


def _file(path: Path) -> None:
    path.write_text("words", encoding="utf-8")


def _folder_of_other_things(path: Path) -> None:
    path.mkdir()
    _file(path / "notes.txt")


def _broken_store(path: Path) -> None:
    Store(path).close()
    (path / "CURRENT").write_text("garbage\n", encoding="utf-8")


def _store_without_manifest(path: Path) -> None:
    Store(path).close()
    for manifest in path.glob("MANIFEST*"):
        manifest.unlink()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_file, "is a file, expected the folder of a store"),
        (_folder_of_other_things, "is not a store, expected the folder of a store"),
        (_broken_store, "the store is broken; build it anew"),
        (_store_without_manifest, "the store is broken"),
    ],
)
def test_what_is_not_a_store_is_refused_in_one_line_and_left_alone(
    make: Callable[[Path], None], message: str, read_only: bool, tmp_path: Path
) -> None:
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(StoreError, match=message) as caught:
        Store(path, read_only=read_only)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    if make is _folder_of_other_things:
        assert [item.name for item in path.iterdir()] == ["notes.txt"]


def test_a_missing_store_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such folder, expected the folder of a store"):
        Store(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()


def test_a_store_below_a_file_is_refused(tmp_path: Path) -> None:
    _file(tmp_path / "file")
    with pytest.raises(StoreError, match="file"):
        Store(tmp_path / "file" / "store")


def test_records_of_another_make_are_an_error_that_names_the_document(extraction_de: Extraction) -> None:
    store = Store()
    store.add(extraction_de)
    document_id = extraction_de.document.document_id
    store._store.update("DELETE WHERE { GRAPH ?g { ?claim <https://w3id.org/kg-claims/ns#claimType> ?type } }")
    with pytest.raises(StoreError, match=f"document {document_id}: Claim .*: type: Field required"):
        store.get(document_id)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from kg.errors import StoreError
from kg.model import Extraction
from kg.store import Store

first, second = (Extraction.model_validate_json(line) for line in sys.stdin)
store = Store(Path(sys.argv[1]))
store.add(first)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # no file may grow further, as on a full disk
try:
    store.add(second)
except StoreError as err:
    print(err)
print(list(store.extractions()) == [first])
"""


def test_a_full_disk_is_one_clear_line_and_nothing_is_lost(
    tmp_path: Path, extraction_de: Extraction, make_extraction: Callable[[str], Extraction]
) -> None:
    path = tmp_path / "store"
    lines = "\n".join(item.model_dump_json() for item in (extraction_de, make_extraction("Noch ein Satz.")))
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], input=lines, capture_output=True, text=True, check=True
    )
    message, intact = ran.stdout.splitlines()
    assert message.startswith(f"{path}: the store cannot be written: the disk is full")
    assert intact == "True"
    with Store(path) as store:
        assert list(store.extractions()) == [extraction_de]
