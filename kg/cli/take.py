"""The command that takes back what was edited elsewhere."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from kg.cli.shared import Session, count, in_words, note, pass_session, store_option
from kg.errors import InputError


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Of a document that both graphs have, take the other's reading.")
@click.option(
    "--reviewer",
    envvar="KG_REVIEWER",
    callback=in_words,
    help="Who edited a GraphML file.  [default: $KG_REVIEWER, else your login name]",
)
@store_option
@pass_session
def import_(
    session: Session, files: tuple[Path, ...], replace: bool, reviewer: str | None, store_path: Path | str | None
) -> None:
    """Take in another graph, or edits made in a graph tool.

    TriG (.trig) and N-Quads (.nq) of another kg store are merged: a document that both have is kept once, and the
    reviews of both are kept. A GraphML file that was exported and edited, in Gephi or yEd, becomes reviews: what was
    changed of claims (type, certainty), actors (label, kinds, description), evidence (kind, description) and edges
    (kind), and what stands in the attributes review (accept, reject, correct) and note. The extraction itself is never
    changed. A file is taken in as a whole or not at all.

    \b
    Example:
      kg export -o out/graph.trig
      kg import out/graph.trig --store out/merged
    """
    from kg.incoming import GRAPHML_SUFFIX, add_reviews, as_reviews, merge, read_graphml, read_rdf

    who = reviewer or _login()
    contents = [(path, _read(path)) for path in files]  # before a store is made
    with session.open_store(store_path, read_only=False) as store:
        for path, data in contents:
            if path.suffix.lower() == GRAPHML_SUFFIX:
                edits, verdicts = read_graphml(data, str(path), store.extractions())
                made = as_reviews(edits, verdicts, reviewer=who, time=datetime.now(UTC).replace(microsecond=0))
                added = add_reviews(store, made)
                note(session, f"{path}: {count(len(edits), 'edit')}, {count(len(added), 'review')} added")
                continue
            merged = merge(store, *read_rdf(data, str(path)), replace=replace)
            parts = [f"{count(len(merged.added), 'document')} added"]
            parts += [f"{len(merged.known)} known"] if merged.known else []
            parts += [f"{len(merged.replaced)} replaced"] if merged.replaced else []
            if merged.kept:
                parts.append(f"{len(merged.kept)} kept as the store has read them (--replace takes the other reading)")
            parts.append(f"{count(len(merged.reviews), 'review')} added")
            note(session, f"{path}: {', '.join(parts)}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as err:
        raise InputError(f"{path}: cannot be read: {err.strerror or err}") from err


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
