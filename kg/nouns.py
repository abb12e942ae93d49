"""What sort of actor a noun names: person, organisation and of which kind, state, medium, group, text or evidence.

The table in ``kg/data`` is computed from WordNet 3.0 and its German lemmas (``scripts/build_noun_classes.py``); the
suffixes in ``kg/lang/actors.*.toml`` go before it. German compounds have the class of their head, which stands last.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from kg.lang import load_rules
from kg.model import OrganisationKind

_MIN_HEAD_LENGTH = 4  # a shorter table entry is no head of a compound: "Verrat" is no "Rat"
_MIN_MODIFIER_LENGTH = 3
_EXPERT = "expert"
_COARSE: dict[str, str] = {_EXPERT: "person"} | {kind.value: "organisation" for kind in OrganisationKind}


class PronounRules(BaseModel):
    """Pronouns that refer to actors: gender ``m``, ``f``, ``n`` or ``*``, number ``s``, ``p`` or ``*``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    forms: tuple[str, ...]
    gender: str
    number: str


class ActorRules(BaseModel):
    """The words of one language for actors; see the comments in ``kg/lang/actors.de.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlet: str
    unnamed: str
    hearsay: str
    hearsay_lemmas: frozenset[str]
    pronouns: tuple[PronounRules, ...]
    feminine: tuple[str, ...]
    gendered: dict[str, tuple[str, ...]]
    suffixes: dict[str, tuple[str, ...]]
    name_endings: dict[str, tuple[str, ...]]
    buildings: dict[str, str]
    words: dict[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class NounClasses:
    """The classes of one language's nouns, with a cache of what was looked up."""

    suffixes: dict[str, str]
    table: dict[str, str]
    feminine: tuple[str, ...]

    def of(self, *forms: str) -> str | None:
        """Return the class of the first form that has one; give the lemma first, then the word as it stands.

        A whole word goes before a head, and a longer head before a shorter one.
        """
        found = self._look_up(*forms)
        return _COARSE.get(found, found) if found else None

    def organisation_kind(self, *forms: str) -> OrganisationKind | None:
        """Return the kind of organisation that the first form with a class names, None for any other."""
        found = self._look_up(*forms)
        return OrganisationKind(found) if found in set(OrganisationKind) else None

    def organisation_kind_of_word(self, word: str) -> OrganisationKind | None:
        """Return the kind of organisation that a word, or words, name as they stand, not by the head of a compound."""
        found = self.suffixes.get(word.lower()) or self.table.get(word.lower())
        return OrganisationKind(found) if found in set(OrganisationKind) else None

    def is_expert(self, *forms: str) -> bool:
        """Tell whether a noun names somebody by their learning: scientist, scholar, engineer, physician."""
        return self._look_up(*forms) == _EXPERT

    def _look_up(self, *forms: str) -> str | None:
        lowered = [form.lower() for form in forms if form]
        lowered += [word.removesuffix(ending) for word in lowered for ending in self.feminine if word.endswith(ending)]
        for word in lowered:
            if found := self.suffixes.get(word) or self.table.get(word):
                return found
        for word in lowered:
            if found := self._of_head(word):
                return found
        return None

    def _of_head(self, word: str) -> str | None:
        word = word.rsplit("-", 1)[-1]
        if found := self.suffixes.get(word) or self.table.get(word):
            return found
        for start in range(_MIN_MODIFIER_LENGTH, len(word) - _MIN_HEAD_LENGTH + 1):
            head = word[start:]
            if found := self.suffixes.get(head) or self.table.get(head):
                return found
        return None


@cache
def _first_names() -> dict[str, str]:
    text = (resources.files("kg.data") / "first_names.txt").read_text(encoding="utf-8")
    return {name: gender for gender, *names in (line.split() for line in text.splitlines()) for name in names}


def gender_of_name(name: str) -> str | None:
    """Return ``m`` or ``f`` for the first word of a person's name, None where it is not known to be of one gender."""
    return _first_names().get(name.split()[0]) if name.strip() else None


def is_first_name(word: str, language: str) -> bool:
    """Tell whether a word is a first name, and neither a rank nor a title that may stand before a last name."""
    return gender_of_name(word) is not None and word not in load_actor_rules(language).words["ranks"]


@cache
def load_actor_rules(language: str) -> ActorRules:
    """Load the words for actors of one language."""
    return load_rules("actors", language, ActorRules)


@cache
def load_noun_classes(language: str) -> NounClasses:
    """Load the noun classes of one language."""
    rules = load_actor_rules(language)
    suffixes = {suffix: name for name, words in rules.suffixes.items() for suffix in words}
    text = (resources.files("kg.data") / f"noun_classes.{language}.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    table = {noun.replace("_", " "): name for name, *nouns in rows for noun in nouns}
    return NounClasses(suffixes=suffixes, table=table, feminine=rules.feminine)
