"""The errors a caller can act on.

KgError              exit code 1
├── InputError       a file, address, text or argument is not what was expected
├── LanguageError    the language of a text is not supported
├── StoreError       the store cannot be opened, read or written
├── QueryError       a question or SPARQL query cannot be answered as put
└── MissingExtraError  an optional dependency is not installed

Anything else that is raised is a bug.
"""


class KgError(Exception):
    """Base class: bad input, said in one line that names what, where and what was expected."""

    exit_code = 1


class InputError(KgError):
    """A file, address, text or argument is not what was expected."""


class LanguageError(KgError):
    """The language of a text is not supported."""


class StoreError(KgError):
    """The store cannot be opened, read or written."""


class QueryError(KgError):
    """A question or SPARQL query cannot be answered as put."""


class MissingExtraError(KgError):
    """An optional dependency is not installed."""
