"""Commands around the store: fill it, check it, look at one record."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.shared import (
    CHECK_FAILED,
    Failures,
    Session,
    count,
    in_words,
    input_format_option,
    note,
    output_option,
    pass_session,
    sources_argument,
    store_option,
    write_lines,
)
from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from kg.model import Document, Record, Review
    from kg.store import Store


@click.command()
@sources_argument
@input_format_option
@store_option
@pass_session
def build(session: Session, sources: tuple[str, ...], input_format: str, store_path: Path | str | None) -> None:
    """Read articles, find their claims, and add these to the store.

    Takes what `kg ingest` takes, and what it writes. An article that is in the store already, read by the same
    version, is passed over; one read by an older version is replaced. What cannot be read is said on stderr, the rest
    is stored, and the exit code is 1.

    \b
    Example:
      kg build corpus/
      kg build corpus/articles/a1-de-1.txt corpus/articles/a1-en-1.txt --store out/mine
    """
    from kg.pipeline import extract, provenance_of

    failures = Failures()
    weights = session.settings.attribution.weights
    n_known = n_read = n_done = n_stored = n_claims = 0

    def unknown(documents: "Iterable[Document]") -> "Iterator[Document]":
        nonlocal n_known, n_read
        for document in documents:
            if store.holds(document, provenance_of(document.language, weights=weights)):
                n_known += 1
            else:
                n_read += 1
                yield document

    with session.open_store(store_path, read_only=False) as store:
        documents = unknown(session.ingest(sources, input_format, failures))
        with session.progress(extract(documents, weights=weights), "Extracting claims") as extractions:
            for extraction in extractions:
                n_done += 1
                if store.add(extraction):
                    n_stored += 1
                    n_claims += len(extraction.claims)
                else:  # the same article twice among the sources
                    n_known += 1
    n_left_out = n_read - n_done  # the pipeline has logged each of them
    n_failed = len(failures.errors) + n_left_out
    if n_left_out:
        left_out = count(n_left_out, "article")
        failures.add(KgError(f"{left_out} left out because the extraction broke on it; see the log above"))
    counts = [f"{count(n_stored, 'article')} with {count(n_claims, 'claim')} stored in {store.name}"]
    counts += [f"{n} {what}" for n, what in ((n_known, "known already"), (n_failed, "failed")) if n]
    note(session, "; ".join(counts))
    failures.finish()


@click.command()
@store_option
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@output_option
@pass_session
def validate(session: Session, store_path: Path | str | None, output_format: str, output: Path) -> None:
    """Check the store against the ontology and its own references.

    Runs the SHACL shapes, and checks that every reference leads somewhere and that every passage is what stands in the
    text. Prints one line for each violation, warning and remark. The exit code is 3 if there is a
    violation.

    \b
    Example:
      kg validate
      kg validate --store out/kg --format json
    """
    with session.open_store(store_path) as store:
        from kg.validate import Severity, validate_store

        with session.progress(validate_store(store), "Checking") as found:
            violations = list(found)
    is_valid = all(violation.severity is not Severity.VIOLATION for violation in violations)
    if output_format == "json":
        report = {"valid": is_valid, "violations": [violation.model_dump(mode="json") for violation in violations]}
        write_lines(output, [json.dumps(report, ensure_ascii=False, indent=2)])
    else:
        lines = [f"{v.severity}: {v.document_id}: {v.focus}: {' '.join(v.message.split())}" for v in violations]
        write_lines(output, lines)
        note(session, "valid" if is_valid else "not valid")
    if not is_valid:
        click.get_current_context().exit(CHECK_FAILED)


@click.command()
@click.argument("record_id", metavar="ID", callback=in_words)
@store_option
@output_option
@pass_session
def show(session: Session, record_id: str, store_path: Path | str | None, output: Path) -> None:
    """Print one record of the store as JSON.

    A document, an actor, a claim, a piece of evidence, a link or a review. Identifiers are those that `kg extract`,
    `kg query` and `kg trace` print. A record is shown as it is after all reviews, which stand below it.

    \b
    Example:
      kg show document-avidz23xfqgva26o
    """
    with session.open_store(store_path) as store:
        record, reviews = _find_record(store, record_id)
    shown = record.model_dump(mode="json")
    if reviews:
        shown["reviews"] = [review.model_dump(mode="json", exclude={"before", "after"}) for review in reviews]
    write_lines(output, [json.dumps(shown, ensure_ascii=False, indent=2)])


def _find_record(store: "Store", record_id: str) -> "tuple[Record, list[Review]]":
    """Find a record by its identifier, as it is after all reviews, and the reviews of it, oldest first.

    One that was rejected is shown as it was read, marked as rejected.

    Raises:
        InputError: the store has no such record.
    """
    from kg.reviews.lookup import find_reviewed

    found = find_reviewed(store, record_id)
    if found is None:
        raise InputError(f'{store.name}: no record has the identifier "{record_id}"')
    return found
