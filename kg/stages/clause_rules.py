"""The words that shape propositions in one language (``kg/lang/propositions.*.toml``)."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from kg.lang import load_rules
from kg.model import Role

Words = frozenset[str]


class PropositionWords(BaseModel):
    """Lists of lemmas; the comments in the files say what each is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    either: Words
    giving: Words
    by: Words
    of: Words
    passive: Words
    negations: Words
    negative_determiners: Words
    negative_pronouns: Words
    without: Words
    possible: Words
    required: Words
    intended: Words
    denying: Words
    phase: Words
    light: Words
    copulas: Words
    unaccusative: Words
    providing: Words
    provided: Words
    exchange: Words
    exchanged: Words
    conditions: Words
    conditional_verbs: Words
    definite: Words
    relative: Words
    stop: Words
    time: Words


class PropositionRules(BaseModel):
    """What shapes propositions in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prepositions: dict[str, Role]
    words: PropositionWords
    bare_participle: str
    converse: dict[str, str]
    numbers: dict[str, int]


@cache
def load_proposition_rules(language: str) -> PropositionRules:
    """Load the words of one language."""
    return load_rules("propositions", language, PropositionRules)
