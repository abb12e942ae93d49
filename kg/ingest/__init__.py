"""Ingest: files, folders, standard input and web addresses to documents."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from kg.config import DEFAULT_LIMITS, Limits
from kg.errors import InputError, KgError
from kg.ingest.articles import InputFormat
from kg.ingest.inputs import Reader
from kg.model import Document

__all__ = ["InputFormat", "ingest"]


def ingest(
    sources: Iterable[str | Path],
    *,
    input_format: InputFormat = InputFormat.AUTO,
    limits: Limits = DEFAULT_LIMITS,
    stdin: BinaryIO | None = None,
    on_error: Callable[[KgError], None] | None = None,
) -> Iterator[Document]:
    """Read articles as documents, one by one, in the order of the sources; folders are read by name.

    The same article gives the same document every time. ``retrieved`` is set for web addresses only.

    Args:
        sources: paths of files and folders, http(s) addresses, ``-`` for standard input.
        input_format: how to read them; by default each by its suffix, else by how it begins.
        limits: size of a document, time for an address.
        stdin: what ``-`` reads; the process's standard input when None.
        on_error: called with the error of each article that cannot be read, and reading goes on; without it the first
            such error is raised.

    Raises:
        InputError: an article cannot be read.
        LanguageError: an article's language is not supported.
    """
    reader = Reader(input_format, limits, stdin)
    for source in sources:
        for found in reader.read(str(source)):
            if isinstance(found, Document) and len(found.text) <= limits.max_characters:
                yield found
                continue
            error = _length_error(found, source, limits) if isinstance(found, Document) else found
            if on_error is None:
                raise error
            on_error(error)


def _length_error(document: Document, source: str | Path, limits: Limits) -> InputError:
    title = f' "{document.title}"' if document.title else ""
    return InputError(
        f"{source}: an article{title} of {len(document.text):,} characters, more than the limit of"
        f" {limits.max_characters:,} characters (max_characters in kg.toml)"
    )
