"""kg review: what people decide about claims, actors, evidence and links."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.review_table import export_table, import_table, open_desk, reviewing
from kg.cli.shared import (
    Failures,
    Session,
    in_words,
    output_option,
    pass_session,
    store_option,
    write_lines,
)
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.model import Review

_ACTOR_KINDS = ("person", "organisation", "state", "medium", "group", "role")
_CLAIM_TYPES = ("direct", "indirect", "reported", "free_indirect", "indirect_free_indirect", "own")
_CERTAINTIES = ("certain", "probable", "possible", "doubtful", "unknown")
_DIRECTIONS = ("supports", "disputes", "undercuts", "context")


def _say(review: "Review") -> None:
    write_lines(Path("-"), [_line(review)])


def _line(review: "Review") -> str:
    changes = "; ".join(f"{c.field}: {_shown(c.before)} → {_shown(c.after)}" for c in review.changes)
    others = ", ".join(review.others)
    parts = [
        review.review_id,
        f"{review.time:%Y-%m-%d %H:%M}",
        review.reviewer,
        f"{review.decision} {review.record_id}{f' with {others}' if others else ''}",
        changes,
        f"“{review.note}”" if review.note else "",
    ]
    return "  ".join(part for part in parts if part)


def _shown(value: str | None, width: int = 60) -> str:
    if value is None:
        return "nothing"
    return value if len(value) <= width else value[: width - 1].rstrip() + "…"


@click.group()
def review() -> None:
    """Accept, reject, correct, add, merge, split what was read; undo it.

    Decisions are kept in a graph of their own, with who decided, when and why. They hold for every later `kg build`,
    and whatever shows claims shows them as reviewed: rejected ones are left out, corrected ones are as corrected, and
    marked. `export` and `import` do the same by way of a spreadsheet.

    \b
    Example:
      kg review export -o out/claims.csv
      kg review import out/claims.csv
      kg review list
    """


@review.command()
@click.argument("record_ids", metavar="ID...", nargs=-1, required=True)
@reviewing
@pass_session
def accept(
    session: Session, record_ids: tuple[str, ...], store_path: Path | str | None, reviewer: str, note: str | None
) -> None:
    """Say that claims, evidence, links or actors are right.

    \b
    Example:
      kg review accept claim-6ij4ohkozeyk7iyl --note "checked against the recording"
    """
    with open_desk(session, store_path, reviewer) as desk:
        _each(record_ids, lambda record_id: desk.accept(record_id, note))


@review.command()
@click.argument("record_ids", metavar="ID...", nargs=-1, required=True)
@reviewing
@pass_session
def reject(
    session: Session, record_ids: tuple[str, ...], store_path: Path | str | None, reviewer: str, note: str | None
) -> None:
    """Say that claims, evidence or links are wrong: they are left out from now on.

    \b
    Example:
      kg review reject claim-6ij4ohkozeyk7iyl --note "a headline of another article"
    """
    with open_desk(session, store_path, reviewer) as desk:
        _each(record_ids, lambda record_id: desk.reject(record_id, note))


def _each(record_ids: tuple[str, ...], decide: "Callable[[str], Review]") -> None:
    failures = Failures()
    for record_id in record_ids:
        try:
            _say(decide(record_id))
        except InputError as err:
            failures.add(err)
    failures.finish()


@review.command()
@click.argument("record_id", metavar="ID")
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@reviewing
@pass_session
def correct(
    session: Session,
    record_id: str,
    values: tuple[str, ...],
    store_path: Path | str | None,
    reviewer: str,
    note: str | None,
) -> None:
    """Say what a record should be.

    Of a claim: content (characters such as 120-180, several with spaces between, or the exact words), actor (with
    actor_kind where the article's actors do not have it), type, medium, certainty, parent. Of an actor: name, kind,
    organisation_kind, named, description, affiliation, stands_for. Of evidence: kind, description. Of a link: direction.

    \b
    Example:
      kg review correct claim-6ij4ohkozeyk7iyl certainty=probable actor="Jana Voss"
    """
    pairs = dict(_pair(value) for value in values)
    with open_desk(session, store_path, reviewer) as desk:
        _say(desk.correct(record_id, pairs, note))


def _pair(value: str) -> tuple[str, str]:
    field, sign, text = value.partition("=")
    if not sign:
        raise click.BadParameter(f'"{value}" is not FIELD=VALUE, as in certainty=probable')
    return field.strip(), text.strip()


@review.command()
@click.argument("document_id", metavar="DOCUMENT")
@click.argument("content", callback=in_words)
@click.option("--actor", required=True, callback=in_words, help="Who makes the claim: name or identifier.")
@click.option("--actor-kind", type=click.Choice(_ACTOR_KINDS), default="person", help="Where the actor is new.")
@click.option("--unnamed", is_flag=True, help='The actor has no name, as in "a diplomat".')
@click.option("--type", "claim_type", type=click.Choice(_CLAIM_TYPES), default="indirect", help="How it is told.")
@click.option(
    "--certainty", type=click.Choice(_CERTAINTIES), help="How sure the actor sounds.  [default: by the words]"
)
@click.option("--parent", help="The claim in which this one is reported.")
@reviewing
@pass_session
def add(
    session: Session,
    document_id: str,
    content: str,
    actor: str,
    actor_kind: str,
    unnamed: bool,
    claim_type: str,
    certainty: str | None,
    parent: str | None,
    store_path: Path | str | None,
    reviewer: str,
    note: str | None,
) -> None:
    """Add a claim that was missed.

    CONTENT is what is claimed: characters of the document such as 120-180, several with spaces between, or its exact words.

    \b
    Example:
      kg review add document-avidz23xfqgva26o 120-180 --actor "Jana Voss" --type direct
    """
    from kg.model import ActorKind, CertaintyLevel, ClaimType
    from kg.reviews.drafting import Draft

    draft = Draft(
        content=content,
        actor=actor,
        actor_kind=ActorKind(actor_kind),
        named=not unnamed,
        type=ClaimType(claim_type),
        certainty=CertaintyLevel(certainty) if certainty else None,
        parent=parent,
    )
    with open_desk(session, store_path, reviewer) as desk:
        _say(desk.add_claim(document_id, draft, note))


@review.command()
@click.argument("claim_id", metavar="CLAIM")
@click.argument("direction", type=click.Choice(_DIRECTIONS))
@click.argument("end_id", metavar="EVIDENCE_OR_CLAIM")
@reviewing
@pass_session
def link(
    session: Session,
    claim_id: str,
    direction: str,
    end_id: str,
    store_path: Path | str | None,
    reviewer: str,
    note: str | None,
) -> None:
    """Tie evidence, or another claim of the same article, to a claim: by what is the claim supported, disputed, ...

    \b
    Example:
      kg review link claim-6ij4ohkozeyk7iyl disputes claim-avidz23xfqgva26o
    """
    from kg.model import Direction

    with open_desk(session, store_path, reviewer) as desk:
        _say(desk.add_link(claim_id, end_id, Direction(direction), note))


@review.command()
@click.argument("record_ids", metavar="ID ID...", nargs=-1, required=True)
@reviewing
@pass_session
def merge(
    session: Session, record_ids: tuple[str, ...], store_path: Path | str | None, reviewer: str, note: str | None
) -> None:
    """Say that actors, propositions, or claims of one article are one and the same; the first one stands.

    \b
    Example:
      kg review merge actor-6ij4ohkozeyk7iyl actor-avidz23xfqgva26o --note "two spellings of his name"
    """
    with open_desk(session, store_path, reviewer) as desk:
        _say(desk.merge(record_ids, note))


@review.command()
@click.argument("record_id", metavar="ID")
@click.argument("parts", metavar="[PART]...", nargs=-1)
@reviewing
@pass_session
def split(
    session: Session,
    record_id: str,
    parts: tuple[str, ...],
    store_path: Path | str | None,
    reviewer: str,
    note: str | None,
) -> None:
    """Say that what was taken for one is several.

    A claim is split into PARTs, each characters such as 120-180 or exact words. An actor is kept apart from those of the same
    name in other articles, together with the actors given as PARTs. Of a proposition, the PARTs are the claims that
    express another one.

    \b
    Example:
      kg review split claim-6ij4ohkozeyk7iyl 120-180 185-240
      kg review split actor-avidz23xfqgva26o --note "another man of that name"
    """
    with open_desk(session, store_path, reviewer) as desk:
        if record_id.startswith("claim-"):
            _say(desk.split_claim(record_id, parts, note))
        else:
            _say(desk.split_off(record_id, parts, note))


@review.command()
@click.argument("review_ids", metavar="REVIEW...", nargs=-1, required=True)
@reviewing
@pass_session
def undo(
    session: Session, review_ids: tuple[str, ...], store_path: Path | str | None, reviewer: str, note: str | None
) -> None:
    """Take reviews back; they are kept, but hold no longer. Undoing an undo brings the review back.

    \b
    Example:
      kg review undo review-6ij4ohkozeyk7iyl
    """
    with open_desk(session, store_path, reviewer) as desk:
        _each(review_ids, lambda review_id: desk.undo(review_id, note))


@review.command("list")
@click.option("--record", "record_id", help="Only reviews of this record.")
@click.option("--format", "output_format", type=click.Choice(["text", "jsonl"]), default="text", help="How to report.")
@store_option
@output_option
@pass_session
def list_reviews(
    session: Session, record_id: str | None, output_format: str, store_path: Path | str | None, output: Path
) -> None:
    """List all reviews, oldest first, and say which were taken back and which wait.

    A review waits where the store has nothing that it is about: the article is gone, or was read so differently that nothing in it is
    the claim that was rejected.

    \b
    Example:
      kg review list
    """
    from kg.reviews import AppliedReviews
    from kg.reviews.applying import in_order, undone_by

    with session.open_store(store_path) as store:
        reviews = in_order(store.reviews())
        applied = AppliedReviews(reviews)
        stored = set(store.documents())
        for document_id in sorted({each.document_id for each in applied.reviews if each.document_id} & stored):
            extraction = store.get(document_id)
            if extraction is not None:
                applied.to(extraction)
    undone = undone_by(reviews)
    lines = []
    for each in reviews:
        if record_id is not None and record_id not in (each.record_id, *each.others):
            continue
        waits = each.review_id in applied.waiting or (each.document_id and each.document_id not in stored)
        state = f"undone by {undone[each.review_id]}" if each.review_id in undone else "waits" if waits else ""
        if output_format == "jsonl":
            lines.append(json.dumps({**each.model_dump(mode="json"), "state": state or "holds"}, ensure_ascii=False))
        else:
            lines.append(_line(each) + (f"  ({state})" if state else ""))
    write_lines(output, lines)


for table_command in (export_table, import_table):
    review.add_command(table_command)
