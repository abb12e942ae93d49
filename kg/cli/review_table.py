"""kg review export and import: decisions by way of a spreadsheet; and what all decisions on the command line share."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.cli.shared import (
    Failures,
    Session,
    count,
    in_words,
    open_output,
    output_option,
    pass_session,
    store_option,
)
from kg.cli.shared import note as say_aside
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.reviews import ReviewDesk

Command = TypeVar("Command", bound=Callable[..., Any])


def _login() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return ""


def reviewing(command: Command) -> Command:
    """Add the options that all decisions have."""
    for option in (
        click.option("--note", callback=in_words, help="Why; kept with the decision."),
        click.option(
            "--reviewer",
            envvar="KG_REVIEWER",
            default=_login,
            show_default="$KG_REVIEWER, else your login name",
            callback=in_words,
            help="Who decides.",
        ),
        store_option,
    ):
        command = option(command)
    return command


@contextmanager
def open_desk(session: Session, store_path: Path | str | None, reviewer: str) -> "Iterator[ReviewDesk]":
    """Open a store that is there, for one reviewer to decide in."""
    from kg.reviews import ReviewDesk

    with session.open_store(store_path) as known:  # one that is not there is an error, not made
        known.documents()
    with session.open_store(store_path, read_only=False) as store:
        yield ReviewDesk(store, reviewer)


@click.command("export")
@click.option("--document", "document_ids", metavar="ID", multiple=True, help="Only this document; can be repeated.")
@click.option(
    "--separator",
    type=click.Choice([",", ";"]),
    help="Between cells.  [default: ; where most articles are German, as German Excel expects]",
)
@store_option
@output_option
@pass_session
def export_table(
    session: Session, document_ids: tuple[str, ...], separator: str | None, store_path: Path | str | None, output: Path
) -> None:
    """Write the claims as a table to review in a spreadsheet.

    Say accept, reject or correct in the column decision, or just edit actor, content, type, medium or certainty. A
    claim that was missed is a new row with document_id, actor and content. Then save as CSV UTF-8 and `kg review import` it.

    \b
    Example:
      kg review export -o out/claims.csv
    """
    from kg.reviews import reviewed_extractions, write_table

    with session.open_store(store_path) as store:
        chosen = [e for e in reviewed_extractions(store) if not document_ids or e.document.document_id in document_ids]
    missing = set(document_ids) - {extraction.document.document_id for extraction in chosen}
    if missing:
        raise InputError(f'no document has the identifier "{min(missing)}"')
    with open_output(output) as stream:
        n_claims = write_table(chosen, stream, separator)
    say_aside(session, f"{count(n_claims, 'claim')} written")


@click.command("import")
@click.argument("table", type=click.Path(path_type=Path))
@reviewing
@pass_session
def import_table(session: Session, table: Path, store_path: Path | str | None, reviewer: str, note: str | None) -> None:
    """Take over the decisions of a table that `kg review export` wrote.

    Rows that nobody touched change nothing. What is wrong with a row is said with its line; the other rows
    are taken over, and the exit code is 1. Importing the same table again changes nothing.

    \b
    Example:
      kg review import out/claims.csv
    """
    from kg.reviews import read_table

    try:
        data = table.read_bytes()
    except OSError as err:
        raise InputError(f"{table}: cannot be read: {err.strerror}") from err
    failures = Failures()
    with open_desk(session, store_path, reviewer) as desk:
        found = read_table(data, desk, str(table), note)
    for error in found.errors:
        failures.add(error)
    say_aside(session, f"{count(found.n_kept, 'decision')} taken over, {count(found.n_same, 'row')} unchanged")
    failures.finish()
