"""Bytes to text: UTF-8, UTF-16 with a mark, or Windows-1252 where the result reads like German or English."""

import codecs
import re
import unicodedata

from kg.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP archive or office file"),
    (b"\x1f\x8b", "gzip archive"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"\x7fELF", "program"),
    (b"\xd0\xcf\x11\xe0", "old office file"),
    (b"SQLite format 3", "SQLite database"),
)
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\v\x1b")
_MIN_PRINTABLE = 0.99
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_META_REACH = 2048  # the HTML standard looks for the charset in the first 1024 bytes; old pages put it later

# What a German or English text has beyond ASCII: letters of these languages and of names, typographic marks
_EXPECTED = frozenset("äöüÄÖÜßéèêëáàâãåæçíìîïñóòôõøúùûýšžœÉÅØČ„“”‚‘’‹›«»–—…€£§°·•©®½¼¾²³™×´\xa0\xad")
_MISPLACED_MARK = re.compile(r"[^\W\d_][„“”‚‘«»–—…€£§©®½¼¾²³×´°][^\W\d_]")
_MIN_EXPECTED = 0.9
# About one letter in 50 is an umlaut or ß in German; Cyrillic read as Windows-1252 has nothing else
_MAX_FOREIGN_LETTERS = 0.2


def decode(raw: bytes, where: str, declared: str | None = None) -> str:
    """Decode an input.

    Args:
        raw: the bytes.
        where: stands in the error messages.
        declared: the encoding an HTTP header names. Bytes that are valid UTF-8 are taken as such whatever is declared;
            after it, a ``meta`` element of an HTML page is heeded.

    Raises:
        InputError: the input is binary, or in an encoding that cannot be told.
    """
    kind = next((name for magic, name in _MAGIC if raw.startswith(magic)), None)
    if kind:
        raise _binary_error(where, kind)
    mark = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), None)
    if mark:
        return _decode_as(raw, mark, where)
    if b"\x00" in raw:
        raise _binary_error(where, "it has null bytes")
    if len(raw.translate(None, _CONTROL_BYTES)) < _MIN_PRINTABLE * len(raw):
        raise _binary_error(where, "it has control characters")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as err:
        meta = _META_CHARSET.search(raw[:_META_REACH])
        for encoding in (declared, meta and meta[1].decode("ascii")):
            if encoding and (text := _try(raw, encoding)) is not None:
                return text
        guess = _try(raw, "cp1252")
        if guess is not None and _is_plausible(guess):
            return guess
        msg = f"{where}: cannot tell the encoding (byte {err.start} is not UTF-8), expected UTF-8 or Windows-1252"
        raise InputError(msg) from err


def _binary_error(where: str, kind: str) -> InputError:
    return InputError(f"{where}: a binary file ({kind}), expected text, HTML, Markdown or JSON Lines")


def _decode_as(raw: bytes, encoding: str, where: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as err:
        raise InputError(f"{where}: marked as {encoding}, but byte {err.start} is not") from err


def _try(raw: bytes, encoding: str) -> str | None:
    """Decode; None where the encoding is unknown, is not one of text, or does not fit."""
    # the WHATWG encoding standard reads these labels as Windows-1252
    name = "cp1252" if encoding.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii") else encoding
    try:
        return raw.decode(name)
    except (LookupError, UnicodeError):
        return None


def _is_plausible(text: str) -> bool:
    beyond = [char for char in text if char > "\x7f"]
    n_letters = sum(map(str.isalpha, text))
    n_foreign = sum(map(str.isalpha, beyond))
    n_controls = sum(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in text)
    n_expected = sum(char in _EXPECTED for char in beyond)
    return (
        n_controls == 0
        and n_expected >= _MIN_EXPECTED * len(beyond)
        and n_foreign <= _MAX_FOREIGN_LETTERS * n_letters
        and not _MISPLACED_MARK.search(text)
    )
