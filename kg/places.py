"""Countries and capitals by name, in German and English, so that "Moskau" can stand for a government.

Country names come from CLDR (Babel), capitals from GeoNames (``scripts/build_capitals.py``).
"""

from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from kg.lang import LANGUAGES, load_rules


class PlaceRules(BaseModel):
    """Names of countries in everyday use, and their ISO 3166 codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    aliases: dict[str, str]


@cache
def _countries() -> dict[str, str]:
    from babel import Locale

    names = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names[name.casefold()] = code
        for name, code in load_rules("places", language, PlaceRules).aliases.items():
            names[name.casefold()] = code
    return names


@cache
def _capitals() -> dict[str, str]:
    text = (resources.files("kg.data") / "capitals.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {name.casefold(): code for code, *names in rows for name in names}


def country_of(name: str) -> str | None:
    """Return the ISO 3166 code of the country with this name, in either language."""
    return _countries().get(name.casefold())


def country_of_capital(name: str) -> str | None:
    """Return the ISO 3166 code of the country whose capital has this name."""
    return _capitals().get(name.casefold())


@cache
def country_name(code: str, language: str) -> str:
    """Return the name of a country in one of our languages."""
    from babel import Locale

    # some territories have a name in one language only
    return str(Locale(language).territories.get(code) or Locale("en").territories.get(code, code))
