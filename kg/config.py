"""Settings, read once from TOML: where the store is, how large an input may be, where the server listens, which weights are used."""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kg.errors import InputError

CONFIG_NAME = "kg.toml"
CONFIG_VARIABLE = "KG_CONFIG"


class _Section(BaseModel):
    """A table of the settings file: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Section):
    """What an input may cost.

    Attributes:
        max_bytes: size of one document, or of one line of a JSON Lines file; ten million is some 1,500 book pages.
        max_characters: length of one document's text; some ten times the longest of newspaper features. Parsing takes time
            and about 4 KB of memory for each, and no language pipeline takes more than a million.
        timeout_s: seconds until an unanswered web request is given up; the whole download may take four times as long.
        max_redirects: how many redirects of a web address are followed.
    """

    max_bytes: Annotated[int, Field(gt=0)] = 10_000_000
    max_characters: Annotated[int, Field(gt=0, le=1_000_000)] = 300_000
    timeout_s: Annotated[float, Field(gt=0)] = 30.0
    max_redirects: Annotated[int, Field(ge=0)] = 5


DEFAULT_LIMITS = Limits()


class ServeSettings(_Section):
    """Where ``kg serve`` listens, and what it allows. Port 0 takes any free one.

    Attributes:
        public_url: the address of the server as its clients know it; needed behind a proxy on another machine.
        shared_with: origins (``https://example.org``) whose pages may read the data; ``"*"`` is every one.
        allowed_hosts: hosts that SERVICE and LOAD may reach.
        union_default_graph: SPARQL queries that name no dataset ask all graphs at once, else the default graph alone.
        timeout_s: seconds until a SPARQL query or update is ended.
        max_rows: rows of a SPARQL answer; a longer one is an error.
        max_answer_bytes: size of a SPARQL answer; a larger one is an error.
        max_memory_bytes: memory of one SPARQL query.
    """

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    shared_with: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    union_default_graph: bool = True
    timeout_s: Annotated[float, Field(gt=0)] = 30.0
    max_rows: Annotated[int, Field(gt=0)] = 1_000_000
    max_answer_bytes: Annotated[int, Field(gt=0)] = 64_000_000
    max_memory_bytes: Annotated[int, Field(ge=200_000_000)] = 2_000_000_000


def _as_location(value: object) -> object:
    return Path(value) if isinstance(value, str) and "://" not in value else value


class AttributionWeights(StrEnum):
    """Which weights of the attribution tagger are used, by what they were trained on; with ``NONE`` the rules work alone.

    ``NEWS`` is the best, and licensed CC BY-NC-SA (not for commercial use); ``SPEECHES`` is CC BY-SA.
    """

    NEWS = "news"
    SPEECHES = "speeches"
    NONE = "none"


class AttributionSettings(_Section):
    """How attributions are found."""

    weights: AttributionWeights = AttributionWeights.NEWS


class Settings(_Section):
    """All settings. A relative ``store`` counts from the folder of the settings file; it may be a server's address."""

    store: Annotated[Path | str, BeforeValidator(_as_location)] = Path(".kg")
    limits: Limits = DEFAULT_LIMITS
    serve: ServeSettings = ServeSettings()
    attribution: AttributionSettings = AttributionSettings()


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings file.

    Args:
        path: the file; without it the one that ``KG_CONFIG`` names, else ``kg.toml`` in the working folder if there is one.
        environ: where ``KG_CONFIG`` is looked up.

    Returns:
        The settings; the defaults where no file is named and none is found.

    Raises:
        InputError: the file cannot be read, is not TOML, or holds an unknown key or a value that does not fit.
    """
    named = path or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    found = named or Path(CONFIG_NAME)
    if named is None and not found.is_file():
        return Settings()
    try:
        values = tomllib.loads(found.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as err:
        msg = f"{found}: cannot read the settings: {getattr(err, 'strerror', None) or 'not UTF-8'}"
        raise InputError(msg) from err
    except tomllib.TOMLDecodeError as err:
        msg = f"{found}: not TOML: {err}"
        raise InputError(msg) from err
    try:
        settings = Settings.model_validate(values)
    except ValidationError as err:
        raise InputError(f"{found}: {_first_problem(err)}") from err
    store = settings.store if isinstance(settings.store, str) else found.parent / settings.store
    return settings.model_validate({**dict(settings), "store": store})


def _first_problem(err: ValidationError) -> str:
    problem = err.errors()[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        sections: dict[str, type[_Section]] = {
            "limits": Limits,
            "serve": ServeSettings,
            "attribution": AttributionSettings,
        }
        section = sections.get(str(problem["loc"][0]), Settings) if len(problem["loc"]) > 1 else Settings
        return f'unknown key "{key}", expected one of {", ".join(section.model_fields)}'
    return f'"{key}": {problem["msg"]}, found {problem["input"]!r}'
