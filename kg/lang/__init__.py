"""Data per language: ``<subject>.<language>.toml``, German and English side by side.

A file holds word lists and patterns, no control flow. Each stage declares a record for the rules that it reads and
validates them with it.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from pydantic import BaseModel

from kg.errors import LanguageError

LANGUAGES = ("de", "en")

Rules = TypeVar("Rules", bound=BaseModel)


def load_rules(subject: str, language: str, record: type[Rules]) -> Rules:
    """Load one subject's rules for one language.

    Args:
        subject: the first part of the file name, e.g. ``certainty``.
        language: ISO 639-1 code.
        record: the pydantic class that the file must fit.

    Raises:
        LanguageError: the language is not supported.
    """
    if language not in LANGUAGES:
        msg = f'language "{language}" is not supported ({", ".join(LANGUAGES)})'
        raise LanguageError(msg)
    return record.model_validate(_read(f"{subject}.{language}.toml"))


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("kg.lang") / name).read_text(encoding="utf-8"))
