"""Commands that hand out: exports, the server, schemas."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.claim_map import write_claim_map
from kg.cli.shared import (
    EXPORT_FORMATS,
    Session,
    in_words,
    note,
    open_output,
    output_option,
    pass_session,
    store_option,
    write_lines,
)
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.model import Extraction
    from kg.store import Store


@click.command()
@click.option(
    "--question",
    callback=in_words,
    help="Only the claims that bear on this question, and how; as `kg trace QUESTION` does.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(EXPORT_FORMATS),
    help="The format to write.  [default: by the suffix of the output file, else html]",
)
@click.option("--document", "document_ids", metavar="ID", multiple=True, help="Only this document; can be repeated.")
@click.option(
    "--title", help="Heads the map.  [default: the question, the only document's title, or how many there are]"
)
@click.option(
    "--language",
    type=click.Choice(["de", "en"]),
    help="Of the map's own words.  [default: that of the question, else of most documents]",
)
@store_option
@output_option
@pass_session
def export(
    session: Session,
    question: str | None,
    output_format: str | None,
    document_ids: tuple[str, ...],
    title: str | None,
    language: str | None,
    store_path: Path | None,
    output: Path,
) -> None:
    """Write the claims of the store in another format.

    html is a claim map in one file that works offline; svg and dot are pictures of it, graphml is for graph tools, csv
    for spreadsheets (csv-excel with semicolons), jsonld and trig are RDF with ClaimReview and PROV-O.

    \b
    Example:
      kg export -o claims.html
      kg export --question "artillery shipped to Russia" -o artillery.html
      kg export --format csv-excel -o claims.csv
    """
    chosen = output_format or (output.suffix[1:] if output.suffix[1:] in EXPORT_FORMATS else "html")
    with session.open_store(store_path) as store:
        extractions = [_get(store, document_id) for document_id in document_ids] or list(store.extractions())
        reviews = list(store.reviews())
    from kg.model import Language

    words = Language(language) if language else None
    if question is not None:
        from kg.trace import trace

        found = trace(question, extractions)
        write_claim_map(found, extractions, output, chosen, title=title, language=words, reviews=reviews)
        return
    from kg.exporters import export as write_export

    with open_output(output) as stream:
        write_export(extractions, stream, chosen, title=title, language=words, reviews=reviews)


def _get(store: "Store", document_id: str) -> "Extraction":
    extraction = store.get(document_id)
    if extraction is None:
        raise InputError(f'{store.path}: no document has the identifier "{document_id}"')
    return extraction


@click.command()
@store_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1, or as in kg.toml]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8765, or as in kg.toml]")
@pass_session
def serve(session: Session, store_path: Path | None, host: str | None, port: int | None) -> None:
    """Serve the store over HTTP, read-only.

    Pages to search, trace and read articles, a JSON API, and SPARQL 1.1 at /sparql. Stop it with Ctrl-C.

    \b
    Example:
      kg serve --port 8765
    """
    settings = session.settings.serve
    with session.open_store(store_path) as store:
        from kg.serve import serve as run_server

        with suppress(KeyboardInterrupt):  # the way to stop it
            run_server(
                store,
                host=host or settings.host,
                port=settings.port if port is None else port,
                on_ready=lambda address: note(session, f"Serving {store.path} at {address} until Ctrl-C"),
            )


@click.command()
@click.argument("name", required=False)
@output_option
def schema(name: str | None, output: Path) -> None:
    """Print the JSON Schema of the records.

    Of all of them, each an entry of $defs, or of the one that is named.

    \b
    Example:
      kg schema Claim
    """
    schemas = _schemas()
    if name is not None and name not in schemas["$defs"]:
        raise InputError(f'no record is called "{name}", expected one of {", ".join(schemas["$defs"])}')
    found = schemas if name is None else {**schemas, "$ref": f"#/$defs/{name}"}
    write_lines(output, [json.dumps(found, ensure_ascii=False, indent=2)])


def _schemas() -> dict[str, Any]:
    from pydantic.json_schema import models_json_schema

    from kg import model

    records = [
        value
        for value in vars(model).values()
        if isinstance(value, type) and issubclass(value, model.Record) and value is not model.Record
    ]
    _, schemas = models_json_schema([(record, "validation") for record in records], title="Records of kg")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schemas}
