"""Where articles come from: files, folders, standard input, web addresses."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from kg.config import Limits
from kg.errors import InputError, KgError
from kg.ingest.articles import (
    InputFormat,
    article_of,
    format_of_name,
    format_of_text,
    parse_row,
    read_article,
    read_row,
)
from kg.ingest.decode import decode
from kg.ingest.documents import make_document
from kg.ingest.fetch import fetch, is_address, retrieval_time
from kg.model import Document

MANIFEST = "manifest.jsonl"
STDIN = "-"
_STDIN_NAME = "standard input"

Result = Document | KgError


class Reader(NamedTuple):
    """How to read: the format asked for, the limits, and where ``-`` reads from (None: the process's standard input)."""

    input_format: InputFormat
    limits: Limits
    stdin: BinaryIO | None = None

    def read(self, source: str) -> Iterator[Result]:
        """Read everything one argument names, in a fixed order.

        Args:
            source: a path, a web address, or ``-``.

        Yields:
            A document, or the error that stands in its place.
        """
        if source == STDIN:
            yield from self._read_stream(self.stdin or sys.stdin.buffer, _STDIN_NAME, self.input_format)
        elif not source:
            yield InputError('"": empty, expected a path or an address')
        elif is_address(source):
            yield from self._read_address(source)
        elif Path(source).is_dir():
            try:
                yield from self._read_folder(Path(source))
            except InputError as err:
                yield err
        else:
            yield from self._read_file(Path(source))

    def _read_folder(self, folder: Path) -> Iterator[Result]:
        """Read a folder and those in it: what its manifest lists where it has one, else every file of a known suffix."""
        found = False
        for root, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            if MANIFEST in names:
                folders.clear()
                names = [MANIFEST]
            for name in sorted(names):
                if name == MANIFEST:
                    found = True
                    yield from self._read_manifest(Path(root) / name)
                elif not name.startswith(".") and format_of_name(name):
                    found = True
                    yield from self._read_file(Path(root) / name)
        if not found:
            yield InputError(f"{folder}: no articles in this folder, expected .txt, .html, .md or .jsonl files")

    def _read_manifest(self, manifest: Path) -> Iterator[Result]:
        """Read the articles that a manifest lists; what it says of them goes before what they say themselves."""

        def read_listed(line: str, where: str) -> Document:
            row = parse_row(line, where)
            if not isinstance(row.get("file"), str):
                raise InputError(f'{where}: expected a string "file", the path of an article')
            path = manifest.parent / row["file"]
            if not path.resolve().is_relative_to(manifest.parent.resolve()):
                raise InputError(f'{where}: "{row["file"]}" lies outside of {manifest.parent}')
            text = decode(self._read_bytes(path), str(path))
            article = read_article(text, format_of_name(path.name) or InputFormat.AUTO, str(path))
            said = {key: value for key, value in article if key != "paragraphs"}
            said["authors"] = list(article.authors)
            said["published"] = article.published and dict(article.published)
            told = {key: row[key] for key in said if row.get(key)}
            return make_document(article_of({**said, **told}, article.paragraphs, where), str(path))

        try:
            with manifest.open("rb") as stream:
                yield from self._read_lines(stream, str(manifest), read_listed)
        except OSError as err:
            yield _file_error(manifest, err)

    def _read_file(self, path: Path) -> Iterator[Result]:
        input_format = self.input_format
        if input_format is InputFormat.AUTO:
            input_format = format_of_name(path.name) or InputFormat.AUTO
        try:
            if input_format is InputFormat.JSONL:
                with path.open("rb") as stream:
                    yield from self._read_stream(stream, str(path), input_format)
            else:
                yield from self._read_stream(io.BytesIO(self._read_bytes(path)), str(path), input_format)
        except OSError as err:
            yield _file_error(path, err)
        except KgError as err:
            yield err

    def _read_bytes(self, path: Path) -> bytes:
        """Read a file whose size, asked for beforehand, keeps to the limit."""
        try:
            size = path.stat().st_size
            if size > self.limits.max_bytes:
                raise self._size_error(str(path), size)
            with path.open("rb") as stream:
                return self._read_all(stream, str(path))
        except OSError as err:
            raise _file_error(path, err) from err

    def _read_all(self, stream: BinaryIO, where: str) -> bytes:
        raw = stream.read(self.limits.max_bytes + 1)
        if len(raw) > self.limits.max_bytes:
            raise self._size_error(where, None)
        return raw

    def _size_error(self, where: str, size: int | None) -> InputError:
        has = f"{size:,} bytes, more" if size is not None else "more"
        return InputError(f"{where}: {has} than the limit of {self.limits.max_bytes:,} bytes (max_bytes in kg.toml)")

    def _read_stream(self, stream: BinaryIO, where: str, input_format: InputFormat) -> Iterator[Result]:
        if input_format is InputFormat.JSONL:
            yield from self._read_lines(stream, where, _read_line)
            return
        try:
            raw = self._read_all(stream, where)
            yield from self._read_text(decode(raw, where), where, input_format)
        except KgError as err:
            yield err

    def _read_text(self, text: str, where: str, input_format: InputFormat) -> Iterator[Result]:
        if input_format is InputFormat.AUTO and format_of_text(text) is InputFormat.JSONL:
            yield from self._read_lines(io.BytesIO(text.encode("utf-8")), where, _read_line)
        else:
            yield make_document(read_article(text, input_format, where), where)

    def _read_lines(self, stream: BinaryIO, where: str, read_line: Callable[[str, str], Document]) -> Iterator[Result]:
        """Read JSON Lines; a line that cannot be read is an error of its own and does not stop the next ones."""
        number = 0
        found = False
        while raw := stream.readline(self.limits.max_bytes + 1):
            number += 1
            place = f"{where}:{number}"
            found = found or bool(raw.strip())
            try:
                if len(raw) > self.limits.max_bytes:
                    while raw and not raw.endswith(b"\n"):
                        raw = stream.readline(self.limits.max_bytes)
                    raise self._size_error(place, None)
                line = decode(raw, place)
                if line.strip():
                    yield read_line(line, place)
            except KgError as err:
                yield err
        if not found:
            yield InputError(f"{where}: empty, expected one JSON object a line")

    def _read_address(self, url: str) -> Iterator[Result]:
        try:
            fetched = fetch(url, self.limits)
            retrieved = retrieval_time()
            text = decode(fetched.raw, url, fetched.charset)
            input_format = self.input_format
            if input_format is InputFormat.AUTO:
                input_format = InputFormat(fetched.format_name)
            if input_format is InputFormat.JSONL:
                yield from self._read_lines(io.BytesIO(text.encode("utf-8")), url, _read_line)
            else:
                yield make_document(read_article(text, input_format, url, fetched.url), url, retrieved)
        except KgError as err:
            yield err


def _read_line(line: str, where: str) -> Document:
    found = read_row(parse_row(line, where), where)
    return found if isinstance(found, Document) else make_document(found, where)


def _file_error(path: Path, err: OSError) -> InputError:
    if isinstance(err, FileNotFoundError):
        return InputError(f"{path}: no such file or folder")
    return InputError(f"{path}: cannot be read: {err.strerror or err}")


def _raise(err: OSError) -> None:
    raise _file_error(Path(err.filename), err) from err
