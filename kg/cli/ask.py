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
    from collections.abc import Iterator

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
    from kg.reviews import AppliedReviews
    from kg.trace import documents_of, render_text
    from kg.trace import trace as trace_question
    from kg.trace.question import read_question

    read_question(question)  # one that cannot be answered is said before anything is read
    failures = Failures()
    reviews: tuple[Review, ...] = ()
    if sources:
        from kg.pipeline import extract

        documents = session.ingest(sources, "auto", failures)
        extractions = list(extract(documents, weights=session.settings.attribution.weights))
        found = trace_question(question, extractions)
    else:
        with session.open_store(store_path) as store:
            reviews = tuple(store.reviews())
            applied = AppliedReviews(reviews)
            found = trace_question(question, store.claims, revise=applied.to, also=applied.added_to)
            extractions = [applied.to(store.claims.extraction(document_id)) for document_id in documents_of(found)]
    if output_format == "json":
        write_lines(output, [found.model_dump_json(indent=2)])
    elif output_format == "text":
        color = is_terminal(output) and "NO_COLOR" not in os.environ
        write_lines(output, [render_text(found, width=text_width(output), color=color).rstrip("\n")])
    else:
        write_claim_map(found, extractions, output, output_format, reviews=reviews)
    failures.finish()


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query_or_file", metavar="QUERY", callback=in_words, required=False)
@click.argument("values", metavar="[--PARAMETER VALUE]...", nargs=-1, type=click.UNPROCESSED)
@click.option("--list", "lists", is_flag=True, help="List the queries that come with kg, with their parameters.")
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
    session: Session,
    query_or_file: str | None,
    values: tuple[str, ...],
    lists: bool,
    result_format: str | None,
    store_path: Path | str | None,
    output: Path,
) -> None:
    """Ask the store in SPARQL 1.1.

    QUERY is the query itself, a file that holds it, - for standard input, or the name of one that comes with kg; those
    may have parameters. Without FROM, the default graph is the union of all graphs.

    \b
    Example:
      kg query "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a <https://w3id.org/kg-claims/ns#Claim> }"
      kg query --list
      kg query said-over-time --actor Moscow --words weapons --format csv
    """
    if lists:
        write_lines(output, _list_queries())
        return
    if query_or_file is None:
        raise click.UsageError("Missing argument 'QUERY'.")
    if query_or_file.startswith("--"):
        raise click.UsageError(f"No such option '{query_or_file}'.")
    sparql = _read_query(query_or_file, _read_values(values))
    with session.open_store(store_path) as store:
        write_lines(output, [render(store.query(sparql), result_format)])


def _list_queries() -> "Iterator[str]":
    from kg.named_queries import named_queries

    for item in named_queries().values():
        yield item.name
        yield f"  {item.titles['en']}"
        for parameter in item.parameters:
            default = f"; default {parameter.default}" if parameter.default else ""
            yield f"  --{parameter.name} TEXT  {parameter.descriptions['en']}{default}"


def _read_values(words: tuple[str, ...]) -> dict[str, str]:
    """Read the values of parameters: ``--name value`` or ``--name=value``."""
    values, rest = {}, list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"Got unexpected extra argument ({word})")
        name, is_given, value = word[2:].partition("=")
        if not is_given and not rest:
            raise click.UsageError(f"Option '{word}' requires an argument.")
        values[name] = value if is_given else rest.pop(0)
    return values


def _read_query(query_or_file: str, values: dict[str, str]) -> str:
    """Return the query that an argument names or is; only a named one has parameters."""
    from kg.named_queries import named_queries

    named = named_queries().get(query_or_file)
    if named is not None:
        return named.fill(values)
    if values:
        raise click.UsageError(f"No such option '--{next(iter(values))}'.")
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
    raise InputError(
        f'no query is called "{query_or_file}", expected SPARQL, a file or one of {", ".join(named_queries())}'
    )
