"""Identifiers from content: the same content has the same identifier, on every machine.

An identifier is a prefix that names the record and the first 80 bits of the SHA-256 of its parts, in base 32
(RFC 4648 alphabet, lower case). Records with 80-bit identifiers may number a billion before a collision is
expected once in two million such collections (birthday bound).
"""

import base64
import hashlib

_DIGEST_BYTES = 10
_SEPARATOR = "\x1f"  # ASCII unit separator: cannot occur in normalised text


def sha256_of(text: str) -> str:
    """Return the SHA-256 of the UTF-8 bytes of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def make_id(prefix: str, *parts: object) -> str:
    """Make an identifier from a prefix and the parts that make the record what it is.

    Args:
        prefix: names the kind of record, e.g. ``claim``.
        parts: anything with a stable ``str``; ``None`` counts as empty and differs from ``""``
            only by position, so give every part its own position.

    Returns:
        ``prefix-`` followed by 16 characters of base 32.
    """
    payload = _SEPARATOR.join("" if part is None else str(part) for part in parts)
    digest = hashlib.sha256(payload.encode("utf-8")).digest()[:_DIGEST_BYTES]
    return f"{prefix}-{base64.b32encode(digest).decode('ascii').lower()}"
