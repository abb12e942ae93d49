"""Reading commands: articles to documents, documents to claims."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.claims_text import extraction_lines
from kg.cli.shared import (
    Failures,
    Session,
    input_format_option,
    output_option,
    pass_session,
    sources_argument,
    text_width,
    write_lines,
)

if TYPE_CHECKING:
    from kg.model import Extraction


@click.command()
@sources_argument
@input_format_option
@output_option
@pass_session
def ingest(session: Session, sources: tuple[str, ...], input_format: str, output: Path) -> None:
    """Read articles and write them as documents, a JSON object each.

    Reads plain text, HTML, Markdown and JSON Lines from files, folders, web addresses and standard input (-). Finds
    title, publisher, authors, date and language (German or English). A folder with a manifest.jsonl gives what that
    lists. What cannot be read is said on stderr, the rest is written, and the exit code is 1.

    \b
    Example:
      kg ingest corpus/ -o documents.jsonl
      kg ingest - < corpus/articles/a1-en-1.txt
    """
    failures = Failures()
    write_lines(output, (document.model_dump_json() for document in session.ingest(sources, input_format, failures)))
    failures.finish()


@click.command()
@sources_argument
@input_format_option
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["jsonl", "records", "text"]),
    default="jsonl",
    help="jsonl: a claim a line, with its actor and evidence; records: all records of a document a line; text: to read.",
)
@output_option
@pass_session
def extract(session: Session, sources: tuple[str, ...], input_format: str, output_format: str, output: Path) -> None:
    """Find the claims in articles, without storing anything.

    Takes what `kg ingest` takes, and what it writes.

    \b
    Example:
      kg extract corpus/ --format jsonl -o claims.jsonl
      kg extract corpus/articles/a1-de-1.txt --format text
    """
    from kg.pipeline import extract as extract_records

    failures = Failures()
    documents = session.ingest(sources, input_format, failures)
    width = text_width(output)
    render: dict[str, Callable[[Extraction], Iterator[str]]] = {
        "jsonl": _claim_lines,
        "records": _record_lines,
        "text": lambda extraction: extraction_lines(extraction, width),
    }
    extracted = extract_records(documents, weights=session.settings.attribution.weights)
    with session.progress(extracted, "Extracting") as extractions:
        write_lines(output, (line for extraction in extractions for line in render[output_format](extraction)))
    failures.finish()


def _record_lines(extraction: "Extraction") -> Iterator[str]:
    yield extraction.model_dump_json()


def _claim_lines(extraction: "Extraction") -> Iterator[str]:
    actors = {actor.actor_id: actor for actor in extraction.actors}
    evidence = {item.evidence_id: item for item in extraction.evidence}
    for claim in extraction.claims:
        links = [link for link in extraction.links if link.claim_id == claim.claim_id]
        offered = {link.evidence_id: evidence[link.evidence_id] for link in links if link.evidence_id}
        line = {
            "claim": claim.model_dump(mode="json"),
            "actor": actors[claim.actor_id].model_dump(mode="json"),
            "links": [link.model_dump(mode="json") for link in links],
            "evidence": [item.model_dump(mode="json") for item in offered.values()],
        }
        yield json.dumps(line, ensure_ascii=False)
