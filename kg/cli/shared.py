"""What the commands share: options, the session, output, progress, and counting what failed."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from kg.config import Settings
    from kg.model import Document
    from kg.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")


EXPORT_FORMATS: dict[str, str] = {
    "html": ".html",
    "pdf": ".pdf",
    "markdown": ".md",
    "svg": ".svg",
    "png": ".png",
    "dot": ".dot",
    "graphml": ".graphml",
    "gexf": ".gexf",
    "canvas": ".canvas",
    "argdown": ".argdown",
    "csv": ".csv",
    "csv-excel": ".csv",
    "csv-nodes": ".csv",
    "csv-edges": ".csv",
    "jsonld": ".jsonld",
    "claimreview": ".jsonld",
    "trig": ".trig",
    "nanopub": ".trig",
}
"""The names and suffixes in ``kg.exporters.EXPORTERS``, known here without loading them; a test compares the two."""

CHECK_FAILED = 3
"""Exit code of a check that ran and whose answer is no."""

_MAX_WIDTH = 100  # longer lines are hard to read
_FILE_WIDTH = 80

INPUT_FORMATS = ("auto", "text", "html", "markdown", "jsonl")


def in_words(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Refuse an argument that is no text: what the shell passed is not UTF-8. A callback for click."""
    try:
        (value or "").encode("utf-8")
    except UnicodeEncodeError as err:
        raise click.BadParameter("is not UTF-8") from err
    return value


class StoreLocation(click.ParamType[Path | str]):
    """Where a store is: a folder, or the address of a SPARQL server."""

    name = "path or URL"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """Tell an address from a folder."""
        location = str(value)
        return location if "://" in location else Path(location)


sources_argument = click.argument("sources", metavar="PATH_OR_URL...", nargs=-1, required=True)
input_format_option = click.option(
    "--input-format",
    type=click.Choice(INPUT_FORMATS),
    default="auto",
    help="How to read the input; auto goes by the suffix, else by how it begins.",
)
store_option = click.option(
    "--store",
    "store_path",
    type=StoreLocation(),
    help="Folder of the store, or address of a SPARQL server.  [default: .kg, or as in kg.toml]",
)
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), default="-", help="File to write; - is standard output."
)


@dataclass
class Session:
    """What was said before the command: which settings, and how much to say. Settings are read when first asked for."""

    config_path: Path | None = None
    quiet: bool = False

    @cached_property
    def settings(self) -> "Settings":
        """The settings of the file that applies."""
        from kg.config import load_settings

        return load_settings(self.config_path)

    def open_store(self, store_path: Path | str | None, *, read_only: bool = True) -> "Store":
        """Open the store that was named, else that of the settings.

        Raises:
            StoreError: there is none to read, or it cannot be opened.
        """
        from kg.store import Store

        return Store(store_path or self.settings.store, read_only=read_only)

    def ingest(self, sources: Iterable[str], input_format: str, failures: "Failures") -> "Iterator[Document]":
        """Read articles; what cannot be read goes to ``failures``."""
        from kg.ingest import InputFormat, ingest

        chosen: InputFormat = InputFormat(input_format)
        return ingest(sources, input_format=chosen, limits=self.settings.limits, on_error=failures.add)

    def progress(
        self, items: Iterable[Item], label: str, length: int | None = None
    ) -> AbstractContextManager[Iterable[Item]]:
        """Show progress on stderr while the items are gone through, unless it is to be quiet or no terminal is there."""
        hidden = self.quiet or not sys.stderr.isatty()
        return click.progressbar(items, length=length, label=label, show_pos=True, hidden=hidden, file=sys.stderr)


pass_session = click.make_pass_decorator(Session, ensure=True)


@dataclass
class Failures:
    """Counts what failed in a batch, says each at once on stderr, and makes the command fail in the end."""

    errors: list[KgError] = field(default_factory=list)

    def add(self, err: KgError) -> None:
        """Say what failed and remember it."""
        self.errors.append(err)
        click.echo(f"Error: {err}", err=True)

    def finish(self) -> None:
        """End the command with exit code 1 if anything failed."""
        if self.errors:
            click.get_current_context().exit(KgError.exit_code)


@contextmanager
def open_output(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, or standard output for ``-``, to write bytes.

    A file comes to be as a whole or not at all: until the end, one that was there before is left as it is, and can be
    read meanwhile.

    Raises:
        InputError: it cannot be written: no such folder, read-only, disk full.
    """
    name = "standard output" if str(path) == "-" else str(path)
    is_file = str(path) != "-" and (path.is_file() or not path.exists())  # not a device, a pipe, a folder
    real = path.resolve() if is_file else path  # a link goes on leading to the file
    written = real.with_name(f".{real.name}.{os.getpid()}") if is_file else real
    try:
        with click.open_file(str(written), "wb") as stream:
            yield stream
            stream.flush()
        if is_file:
            if real.exists():
                written.chmod(real.stat().st_mode)
            written.replace(real)
    except BrokenPipeError:
        raise  # the reader has had enough; click ends quietly
    except OSError as err:
        if err.filename not in (None, str(written)):
            raise
        raise InputError(f"{name}: cannot be written: {err.strerror or err}") from err
    finally:
        if is_file:
            written.unlink(missing_ok=True)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines of UTF-8 to a file or to standard output, each as soon as it is there."""
    with open_output(path) as stream:
        for line in lines:
            stream.write(f"{line}\n".encode())


def is_terminal(path: Path) -> bool:
    """Say whether what is written goes to a terminal."""
    return str(path) == "-" and sys.stdout.isatty()


def text_width(path: Path) -> int:
    """Return how many columns a text to read may have there."""
    return min(shutil.get_terminal_size().columns, _MAX_WIDTH) if is_terminal(path) else _FILE_WIDTH


def note(session: Session, text: str) -> None:
    """Say something on stderr that is no error, unless it is to be quiet."""
    if not session.quiet:
        click.echo(text, err=True)


def count(n: int, noun: str) -> str:
    """Return "1 article", "1,200 articles"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
