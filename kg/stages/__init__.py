"""The stages of extraction, in order. Each is a pure function with a name, a version, and the fields it needs and fills."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from kg.found import Found


@dataclass(frozen=True)
class Stage:
    """A step of the extraction.

    Attributes:
        name: stands in the provenance.
        version: raised whenever the output changes.
        needs: fields of ``Found`` that earlier stages must have filled.
        fills: fields of ``Found`` that ``run`` returns.
        run: from the parsed document and what was found so far to the new values of exactly the fields in ``fills``.
    """

    name: str
    version: str
    needs: tuple[str, ...]
    fills: tuple[str, ...]
    run: Callable[[Doc, Found], Mapping[str, Any]]
