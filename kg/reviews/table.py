"""Claims as a spreadsheet: written for people to decide in, and their decisions read from it again.

A row that nobody touched changes nothing; a decision or an edited cell becomes a review. Reading the same table twice
changes nothing more.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from kg.errors import InputError, KgError
from kg.ids import make_id
from kg.labels import load_labels
from kg.model import Actor, ActorKind, CertaintyLevel, Claim, ClaimType, Document, Extraction, Language, ReviewDecision
from kg.reviews.applying import find_record
from kg.reviews.desk import ReviewDesk
from kg.reviews.drafting import Draft, claim_id_of, find_actor, read_content
from kg.reviews.editing import one_of, value_of

EDITABLE = ("actor", "actor_kind", "content", "type", "medium", "certainty")
COLUMNS = (
    "decision",
    "note",
    *EDITABLE,
    "reviewed",
    "confidence",
    "sentence",
    "title",
    "publisher",
    "published",
    "language",
    "start",
    "end",
    "document_id",
    "claim_id",
    "state",
)
"""``decision``, ``note`` and the columns of ``EDITABLE`` are read again; a row to add needs ``document_id`` besides."""

_CORRECTED = ("actor", "content", "type", "medium", "certainty")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # OWASP, CSV injection
_ALONGSIDE = 160  # characters around a claim
_CELL = 1_000_000  # characters
_SEPARATORS = (",", ";", "\t")


@dataclass
class Imported:
    """What came of a table: rows that became reviews, rows that changed nothing, and what was wrong, by line."""

    n_kept: int = 0
    n_same: int = 0
    errors: list[InputError] = field(default_factory=list)


def write_table(extractions: Iterable[Extraction], out: IO[bytes], separator: str | None = None) -> int:
    """Write one row a claim, in UTF-8 with a byte order mark, as Excel takes it.

    Args:
        extractions: with reviews applied.
        out: takes bytes.
        separator: between cells; else a semicolon where most documents are German, as German Excel expects.

    Returns:
        How many claims were written.
    """
    chosen = list(extractions)
    if separator is None:
        n_german = sum(extraction.document.language is Language.DE for extraction in chosen)
        separator = ";" if 2 * n_german > len(chosen) else ","
    stream = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.DictWriter(stream, COLUMNS, delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    n_claims = 0
    for extraction in chosen:
        for claim in extraction.claims:
            writer.writerow({column: _safe(cell) for column, cell in _row(claim, extraction).items()})
            n_claims += 1
    stream.detach()
    return n_claims


def _row(claim: Claim, extraction: Extraction) -> dict[str, str]:
    document = extraction.document
    passages = claim.assertion.passages
    return {
        "decision": "",
        "note": "",
        **editable(claim, extraction),
        "reviewed": claim.reviewed or "",
        "confidence": f"{claim.confidence.value:.2f}",
        "sentence": _around(claim, document),
        "title": document.title or "",
        "publisher": document.publisher or "",
        "published": document.published.value if document.published else "",
        "language": document.language,
        "start": " ".join(str(passage.start) for passage in passages),
        "end": " ".join(str(passage.end) for passage in passages),
        "document_id": document.document_id,
        "claim_id": claim.claim_id,
        "state": state_of(editable(claim, extraction)),
    }


def editable(claim: Claim, extraction: Extraction) -> dict[str, str]:
    """Return the cells of a claim that can be edited."""
    actor = find_record(extraction, claim.actor_id)
    kind = actor.kind if isinstance(actor, Actor) else ""
    return {name: kind if name == "actor_kind" else value_of(claim, name, extraction) or "" for name in EDITABLE}


def state_of(cells: Mapping[str, str]) -> str:
    """Return what tells whether the cells of a row were edited."""
    return make_id("row", *(" ".join(cells.get(name, "").split()) for name in EDITABLE))


def _around(claim: Claim, document: Document) -> str:
    start, end = claim.assertion.passages[0].start, claim.assertion.passages[-1].end
    left, right = max(0, start - _ALONGSIDE), min(len(document.text), end + _ALONGSIDE)
    words = " ".join(document.text[left:right].split())
    return f"{'… ' if left else ''}{words}{' …' if right < len(document.text) else ''}"


def _safe(cell: str) -> str:
    """Write a cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


def _plain(cell: str | None) -> str:
    text = " ".join((cell or "").split())
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(_FORMULA_STARTS) else text


def read_table(data: bytes, desk: ReviewDesk, name: str = "table", note: str | None = None) -> Imported:
    """Read decisions from a table and keep them.

    A row with an empty ``decision`` is a correction where a cell was edited. A row without ``claim_id`` is a claim to
    add. Rows that are wrong are passed over, and named in ``errors``.

    Args:
        data: the file, as ``write_table`` wrote it and a spreadsheet saved it; commas, semicolons or tabs.
        desk: keeps the decisions.
        name: of the file, for messages.
        note: for decisions whose row has none.

    Raises:
        InputError: it is not such a table at all.
    """
    imported = Imported()
    for line, cells in _rows(data, name):
        try:
            kept = _take_row(cells, desk, note)
        except KgError as err:
            imported.errors.append(InputError(f"{name}:{line}: {err}"))
            continue
        if kept:
            imported.n_kept += 1
        else:
            imported.n_same += 1
    return imported


def _rows(data: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = data[: err.start].count(b"\n") + 1
        msg = f'{name}:{line}: not UTF-8; save the table as "CSV UTF-8"'
        raise InputError(msg) from err
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    csv.field_size_limit(_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        columns = [column.strip() for column in next(reader, [])]
        missing = [column for column in ("decision", "claim_id", "document_id", "state") if column not in columns]
        if missing:
            msg = f'{name}:1: no column "{missing[0]}", expected the columns that kg review export writes'
            raise InputError(msg)
        line = reader.line_num + 1
        for row in reader:
            cells = {column: _plain(cell) for column, cell in zip(columns, row, strict=False)}
            if any(cells.values()):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as err:
        msg = f"{name}:{reader.line_num}: {err}"
        raise InputError(msg) from err


def _decision(word: str) -> ReviewDecision | None:
    if not word:
        return None
    names = {
        spoken.lower(): decision
        for language in Language
        for decision, spoken in load_labels(language).review_decisions.items()
    }
    decision = names.get(word.lower()) or one_of(ReviewDecision, word)
    if decision not in (ReviewDecision.ACCEPT, ReviewDecision.REJECT, ReviewDecision.CORRECT, ReviewDecision.ADD):
        msg = f'"{word}" cannot be said in a table (accept, reject, correct, add)'
        raise InputError(msg)
    return decision


def _take_row(cells: dict[str, str], desk: ReviewDesk, note: str | None) -> bool:
    """Keep what one row decides; say whether that changed anything."""
    decision, note = _decision(cells["decision"]), cells.get("note") or note
    n_before = len(desk.reviews)
    claim_id = cells["claim_id"]
    if not claim_id or decision is ReviewDecision.ADD:
        _add(cells, desk, note)
    elif decision is ReviewDecision.REJECT:
        desk.reject(claim_id, note)
    else:
        _accept_or_correct(claim_id, decision, cells, desk, note)
    return len(desk.reviews) > n_before


def _accept_or_correct(
    claim_id: str, decision: ReviewDecision | None, cells: dict[str, str], desk: ReviewDesk, note: str | None
) -> None:
    edited = state_of(cells) != cells["state"]
    if decision is None and not edited:
        return
    claim, extraction = desk.find(claim_id)
    if not isinstance(claim, Claim):
        msg = f'"{claim_id}" is no claim'
        raise InputError(msg)
    now = editable(claim, extraction)
    differs = [column for column in _CORRECTED if column in cells and cells[column] != " ".join(now[column].split())]
    if differs and state_of(now) != cells["state"]:
        msg = f'"{claim_id}" was changed since this table was written ({", ".join(differs)}); write the table anew'
        raise InputError(msg)
    if differs:
        values = {column: cells[column] for column in differs}
        if "actor" in values:
            values["actor_kind"] = cells.get("actor_kind", "")
        desk.correct(claim_id, values, note)
    elif decision is ReviewDecision.CORRECT and not edited:
        msg = f'"{claim_id}" is to be corrected, but no cell of it was edited ({", ".join(_CORRECTED)})'
        raise InputError(msg)
    elif decision is ReviewDecision.ACCEPT and not edited:
        desk.accept(claim_id, note)


def _add(cells: dict[str, str], desk: ReviewDesk, note: str | None) -> None:
    for column in ("document_id", "actor"):
        if not cells.get(column):
            msg = f'a claim to add needs "{column}"'
            raise InputError(msg)
    extraction = desk.extraction(cells["document_id"])
    content = cells.get("content", "")
    if not content and cells.get("start"):
        pairs = zip(cells["start"].split(), cells.get("end", "").split(), strict=False)
        content = " ".join(f"{start}-{end}" for start, end in pairs)
    draft = Draft(
        content=content,
        actor=cells["actor"],
        actor_kind=one_of(ActorKind, cells.get("actor_kind") or ActorKind.PERSON),
        type=one_of(ClaimType, cells.get("type") or ClaimType.INDIRECT),
        certainty=one_of(CertaintyLevel, cells["certainty"]) if cells.get("certainty") else None,
    )
    passages = read_content(content, extraction.document)
    actor = find_actor(extraction, draft.actor, draft.actor_kind)
    claim_id = claim_id_of(extraction.document.document_id, actor.actor_id, passages)
    if find_record(extraction, claim_id) is None:
        desk.add_claim(extraction.document.document_id, draft, note)
