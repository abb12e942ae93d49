"""The words of claim maps in German and English, with dates and numbers as each language writes them."""

from datetime import date, datetime
from typing import Annotated

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kg.lang import load_rules
from kg.model import (
    Actor,
    ActorKind,
    CertaintyLevel,
    ClaimMedium,
    ClaimType,
    DatePrecision,
    Direction,
    HedgeClass,
    Language,
    OrganisationKind,
    PartialDate,
    ReviewDecision,
)

Word = Annotated[str, StringConstraints(min_length=1)]
_DAY_LENGTH = len("2023-10-05")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WordFrom(_Strict):
    """The word for a number from ``at_least`` on, and a shorter one where room is short."""

    at_least: float
    word: Word
    short: Word


class Labels(_Strict):
    """What ``kg/lang/export.<language>.toml`` holds; ``words`` are those that stand for no value of a record."""

    words: dict[str, Word]
    directions: dict[Direction, Word]
    direction_heads: dict[Direction, Word]
    certainty: dict[CertaintyLevel, Word]
    types: dict[ClaimType, Word]
    media: dict[ClaimMedium, Word]
    actor_kinds: dict[ActorKind, Word]
    organisation_kinds: dict[OrganisationKind, Word]
    hedge_classes: dict[HedgeClass, Word]
    evidence_kinds: dict[str, Word]
    review_decisions: dict[ReviewDecision, Word]
    edge_kinds: dict[str, Word]
    confidence_parts: dict[str, Word]
    confidence_words: tuple[WordFrom, ...] = Field(min_length=1)
    strength_words: tuple[WordFrom, ...] = Field(min_length=1)

    def __getitem__(self, name: str) -> str:
        """Return one of the words."""
        return self.words[name]

    def count(self, name: str, n: int) -> str:
        """Return "1 claim", "2 claims" for a name such as ``n_claims``."""
        return self.words[f"{name}_one"] if n == 1 else self.words[name].format(n=n)

    def actor_kind(self, actor: Actor) -> str:
        """Return the word for what an actor is; that for the kind of organisation where it is known."""
        if actor.organisation_kind is not None:
            return self.organisation_kinds[actor.organisation_kind]
        return self.actor_kinds[actor.kind]

    def evidence_kind(self, kind: str) -> str:
        """Return the word for an evidence kind; a user's own kind is its notation, spelt with blanks."""
        return self.evidence_kinds.get(kind) or kind.replace("_", " ")

    def confidence(self, value: float) -> WordFrom:
        """Return the words for a confidence."""
        return _word_from(self.confidence_words, value)

    def strength(self, value: float) -> WordFrom:
        """Return the words for the strength of an evidence link."""
        return _word_from(self.strength_words, value)


def load_labels(language: Language) -> Labels:
    """Load the words of one language."""
    labels: Labels = load_rules("export", language, Labels)
    return labels


def _word_from(words: tuple[WordFrom, ...], value: float) -> WordFrom:
    return next((item for item in words if value >= item.at_least), words[-1])


def write_number(value: float, language: Language) -> str:
    """Write a probability with two decimals: 0.82, in German 0,82."""
    return format_decimal(value, format="0.00", locale=language.value)


def write_date(value: PartialDate, language: Language) -> str:
    """Write a date as precisely as it is known, a time of day left out: 2023, October 2023, October 5, 2023."""
    if value.precision is DatePrecision.YEAR:
        return value.value
    if value.precision is DatePrecision.MONTH:
        return format_skeleton("yMMMM", date.fromisoformat(f"{value.value}-01"), locale=_locale(language))
    return format_date(date.fromisoformat(value.value[:_DAY_LENGTH]), "long", locale=_locale(language))


def write_moment(value: datetime, language: Language) -> str:
    """Write the day of a moment."""
    return format_date(value.date(), "long", locale=_locale(language))


def _locale(language: Language) -> str:
    """Return the locale for dates; English ones in the order day, month, year, which every English reader knows."""
    return "en_GB" if language is Language.EN else language.value
