"""Commands that hand out: the server, schemas."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from kg.cli.shared import (
    Session,
    in_words,
    note,
    output_option,
    pass_session,
    store_option,
    write_lines,
)
from kg.errors import InputError


@click.command()
@store_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1, or as in kg.toml]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8765, or as in kg.toml]")
@pass_session
def serve(session: Session, store_path: Path | str | None, host: str | None, port: int | None) -> None:
    """Serve the store over HTTP; to change it needs a key.

    Pages to search, trace and read articles, a JSON API, SPARQL 1.1 at /sparql and its graph store protocol at /graphs.
    `kg key` gives out keys. Stop it with Ctrl-C.

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
                settings=settings,
                on_ready=lambda address: note(session, f"Serving {store.name} at {address} until Ctrl-C"),
            )


@click.command()
@click.argument("name", required=False, callback=in_words)
@click.option("--remove", is_flag=True, help="Take the key back.")
@store_option
@pass_session
def key(session: Session, name: str | None, remove: bool, store_path: Path | str | None) -> None:
    """Give somebody a key to change the store over HTTP.

    Makes a key for NAME and prints it; only its hash is kept, in a file beside the store. Whoever sends it in the header
    "Authorization: Bearer KEY" may send updates and graphs to `kg serve`; each is noted under NAME. A new key replaces
    the one before. Without NAME, lists who has one.

    \b
    Example:
      kg key anna
      kg key anna --remove
    """
    from kg.serve.keys import KeyRing, keys_path

    location = store_path or session.settings.store
    if isinstance(location, str):
        raise InputError(f"{location}: the keys of a server are its own matter")
    ring = KeyRing(keys_path(location))
    if name is None:
        write_lines(Path("-"), ring.names())
    elif remove:
        ring.remove(name)
    else:
        write_lines(Path("-"), [ring.add(name)])
        note(session, f"{name} may change {location}; the key is not shown again")


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
