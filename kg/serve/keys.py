"""The keys that writing needs: made once, kept as hashes in a file beside the store, sent as ``Authorization: Bearer``."""

import hashlib
import hmac
import re
import secrets
from http import HTTPStatus
from pathlib import Path

from kg.errors import InputError
from kg.serve.http_errors import RequestError

_KEY_BYTES = 32  # so many random bytes cannot be guessed, and need no slow hash
_NAME = re.compile(r"[\w.@-]{1,100}")
_LINE = re.compile(r"(?P<name>[\w.@-]{1,100}) sha256:(?P<digest>[0-9a-f]{64})")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="kg"'}


def keys_path(store: Path) -> Path:
    """Return where the keys of a store are kept: beside its folder."""
    return store.with_name(f"{store.name}.keys")


class KeyRing:
    """The keys of a store; a changed file is read anew."""

    def __init__(self, path: Path | None) -> None:
        """Take the file that holds them; without one, nobody may write."""
        self._path = path
        self._read: tuple[int, dict[str, str]] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nobody may write."""
        return not self._digests()

    def holder(self, authorization: str | None) -> str:
        """Return the name of whoever holds the key in an Authorization header.

        Every key is compared, each in the same time, so that how long it takes says nothing.

        Raises:
            RequestError: 403, nobody may write here; 401, there is no key or it is not one of ours.
            InputError: the file of keys cannot be read.
        """
        digests = self._digests()
        if not digests:
            msg = "this endpoint is read-only: its owner has given out no keys"
            raise RequestError(HTTPStatus.FORBIDDEN, msg)
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.casefold() != "bearer" or not key.strip():
            msg = "writing needs a key: expected the header Authorization: Bearer KEY"
            raise RequestError(HTTPStatus.UNAUTHORIZED, msg, _CHALLENGE)
        digest = _digest(key.strip())
        found = [name for name, other in digests.items() if hmac.compare_digest(digest, other)]
        if not found:
            raise RequestError(HTTPStatus.UNAUTHORIZED, "the key is not known here", _CHALLENGE)
        return found[0]

    def add(self, name: str) -> str:
        """Make a key for somebody, in place of one of that name, and return it; only its hash is kept.

        Raises:
            InputError: the name has other than letters, digits and ``.@_-``, or the file cannot be written.
        """
        if not _NAME.fullmatch(name):
            msg = f'the name "{name}" cannot be used, expected letters, digits and . @ _ -'
            raise InputError(msg)
        key = secrets.token_urlsafe(_KEY_BYTES)
        self._write({**self._digests(), name: _digest(key)})
        return key

    def remove(self, name: str) -> None:
        """Take a key back.

        Raises:
            InputError: there is none of that name, or the file cannot be written.
        """
        digests = self._digests()
        if name not in digests:
            msg = f'no key is called "{name}", expected one of {", ".join(digests) or "none"}'
            raise InputError(msg)
        self._write({other: digest for other, digest in digests.items() if other != name})

    def names(self) -> tuple[str, ...]:
        """Return whose keys there are."""
        return tuple(self._digests())

    def _digests(self) -> dict[str, str]:
        if self._path is None:
            return {}
        try:
            changed = self._path.stat().st_mtime_ns
            if self._read is None or self._read[0] != changed:
                self._read = changed, _parse(self._path)
        except FileNotFoundError:
            return {}
        except OSError as err:
            msg = f"{self._path}: cannot be read: {err.strerror}"
            raise InputError(msg) from err
        return self._read[1]

    def _write(self, digests: dict[str, str]) -> None:
        if self._path is None:
            msg = "a store that is not a folder has no keys"
            raise InputError(msg)
        written = self._path.with_name(f".{self._path.name}.new")
        try:
            written.touch(mode=0o600)
            written.write_text("".join(f"{name} sha256:{digest}\n" for name, digest in digests.items()))
            written.replace(self._path)
        except OSError as err:
            msg = f"{self._path}: cannot be written: {err.strerror}"
            raise InputError(msg) from err
        self._read = None


def _parse(path: Path) -> dict[str, str]:
    digests = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            msg = f'{path}:{number}: expected "NAME sha256:DIGEST", as `kg key` writes it'
            raise InputError(msg)
        digests[found["name"]] = found["digest"]
    return digests


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
