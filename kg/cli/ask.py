"""Asking commands: what bears on a question, and queries in SPARQL."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.claim_map import write_claim_map
from kg.cli.results import GRAPH_FORMATS, SOLUTION_FORMATS, render
from kg.cli.shared import (
    EXPORT_FORMATS,
    Failures,
    Session,
    in_words,
    is_terminal,
    output_option,
    pass_session,
    store_option,
    text_width,
    write_lines,
)
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.model import Review


@click.command()
@click.argument("question", callback=in_words)
@click.argument("sources", metavar="[PATH_OR_URL]...", nargs=-1)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", *EXPORT_FORMATS]),
    default="text",
    help="text to read, json for all of the trace, the others as in `kg export`.",
)
@store_option
@output_option
@pass_session
def trace(
    session: Session,
    question: str,
    sources: tuple[str, ...],
    output_format: str,
    store_path: Path | str | None,
    output: Path,
) -> None:
    """Show who claims what about a question, on what evidence.

    Shows which claims bear on the question and how, who makes each of them, through whom it reached us, on what
    evidence, how sure the speaker sounds, how sure we are, and how many independent origins stand behind it. Looks in
    the store, or in the articles given after the question. The question may be German or English, whatever
    the articles are in. Says so if nothing bears on it.

    \b
    Example:
      kg trace "artillery shipped to Russia"
      kg trace "Artillerie nach Russland geliefert" corpus/articles/a1-en-1.txt --format json
    """
    from kg.trace import render_text
    from kg.trace import trace as trace_question
    from kg.trace.question import read_question

    read_question(question)  # one that cannot be answered is said before anything is read
    failures = Failures()
    reviews: tuple[Review, ...] = ()
    if sources:
        from kg.pipeline import extract

        extractions = list(extract(session.ingest(sources, "auto", failures)))
    else:
        with session.open_store(store_path) as store:
            extractions = list(store.extractions())
            reviews = tuple(store.reviews())
    found = trace_question(question, extractions)
    if output_format == "json":
        write_lines(output, [found.model_dump_json(indent=2)])
    elif output_format == "text":
        color = is_terminal(output) and "NO_COLOR" not in os.environ
        write_lines(output, [render_text(found, width=text_width(output), color=color).rstrip("\n")])
    else:
        write_claim_map(found, extractions, output, output_format, reviews=reviews)
    failures.finish()


@click.command()
@click.argument("query_or_file", metavar="QUERY", callback=in_words)
@click.option(
    "--format",
    "result_format",
    type=click.Choice([*SOLUTION_FORMATS, *GRAPH_FORMATS]),
    help="Format of the answer.  [default: table; turtle for CONSTRUCT and DESCRIBE]",
)
@store_option
@output_option
@pass_session
def query(
    session: Session, query_or_file: str, result_format: str | None, store_path: Path | str | None, output: Path
) -> None:
    """Ask the store in SPARQL 1.1.

    QUERY is the query itself, a file that holds it, - for standard input, or the name of one that comes with kg: names
    are listed when there is none of that name. Without FROM, the default graph is the union of all graphs.

    \b
    Example:
      kg query "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
      kg query claims-by-actor --format csv
    """
    sparql = _read_query(query_or_file)
    with session.open_store(store_path) as store:
        write_lines(output, [render(store.query(sparql), result_format)])


def _read_query(query_or_file: str) -> str:
    """Return the query that an argument names or is."""
    if query_or_file == "-":
        return sys.stdin.read()
    if query_or_file.endswith(".rq") or ("/" in query_or_file and not any(map(str.isspace, query_or_file))):
        try:
            return Path(query_or_file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as err:
            raise InputError(
                f"{query_or_file}: cannot be read: {getattr(err, 'strerror', None) or 'not UTF-8'}"
            ) from err
    if any(map(str.isspace, query_or_file)) or "{" in query_or_file:
        return query_or_file
    from kg.vocab import ontology_file

    named = {file.name.removesuffix(".rq"): file for file in ontology_file("queries").iterdir()}
    if query_or_file not in named:
        raise InputError(
            f'no query is called "{query_or_file}", expected SPARQL, a file or one of {", ".join(sorted(named))}'
        )
    return named[query_or_file].read_text(encoding="utf-8")
