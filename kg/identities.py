"""Whether actors of several documents are the same: one spelling for the ways of writing a name, and short names.

A key is made from the actor's own name alone, so that a document can be read by itself; which full name a bare surname
stands for can only be told from all documents together, and is left open where two people have it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.concepts import fold_name, place_concepts
from kg.model import Actor, ActorKind

# Endings of names that were written in Cyrillic letters; romanised by sound, and in each language otherwise
_ROMANISED = re.compile(
    r"(?:sk(?:y|yy|yj|ij|ii|i|iy|yi)|[oe](?:v|w|ff?)|[oei](?:va|wa)|enko|(?:ts?ch|ch)(?:uk|iuk|juk|yuk)|i(?:ts?ch|ch|č)"
    r"|(?:aja|aya|aia)|mir|sla[vw]|(?:ij|iy|ej|ey|ei))$",
    re.IGNORECASE,
)
_MIN_SURNAME = 3


def key_of_name(name: str) -> str:
    """Return one key for all spellings of a name: "Selenskyj", "Zelenskyy" and "Selenski" have the same.

    Only names that look romanised from Cyrillic are folded by sound; "Meyer" and "Meier" stay two names.
    """
    words = name.split()
    if any(_ROMANISED.search(word.removesuffix("’s").removesuffix("'s")) for word in words):
        return " ".join(fold_name(word) or word.casefold() for word in words)
    return " ".join(word.casefold() for word in words)


def key_of_actor(name: str, kind: ActorKind, stands_for: str | None = None) -> str:
    """Return the key of a named actor; a state has that of the country, in any language and also by its capital.

    >>> key_of_actor("Nordkorea", ActorKind.STATE) == key_of_actor("North Korea", ActorKind.STATE)
    True
    """
    if kind is ActorKind.STATE:
        for words in (stands_for, name):
            found = place_concepts(words) if words else ()
            if found:
                return f"state:{found[-1].removeprefix('place:').lower()}"
    return key_of_name(name) if kind is ActorKind.PERSON else " ".join(name.casefold().split())


def full_names(actors: Iterable[Actor]) -> Mapping[str, str]:
    """Return which keys of bare surnames stand for which full name.

    A person of whom some document has a surname alone is the one person with that surname in all documents; where there are
    two, or the words that describe them name different offices or countries, each stays on its own.

    Returns:
        From the key of the short name to that of the full one.
    """
    bare: dict[str, list[Actor]] = defaultdict(list)
    full: dict[str, dict[str, list[Actor]]] = defaultdict(lambda: defaultdict(list))
    for actor in actors:
        if not actor.named or actor.kind is not ActorKind.PERSON or "#" in actor.key:
            continue
        words = actor.key.split()
        if len(words) == 1 and len(words[0]) >= _MIN_SURNAME:
            bare[words[0]].append(actor)
        elif words:
            full[words[-1]][actor.key].append(actor)
    return {
        surname: next(iter(full[surname]))
        for surname, short in bare.items()
        if len(full.get(surname, ())) == 1 and not _differ(short, next(iter(full[surname].values())))
    }


def _differ(some: Iterable[Actor], others: Iterable[Actor]) -> bool:
    """Tell whether two actors are said to belong to different countries or bodies."""
    mine, theirs = ({_plain(actor.affiliation) for actor in group if actor.affiliation} for group in (some, others))
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def _plain(affiliation: str) -> str:
    found = place_concepts(affiliation)
    return found[-1] if found else key_of_name(affiliation)
