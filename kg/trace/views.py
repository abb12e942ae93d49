"""The claims of a document as concepts, with the names by which it speaks of its actors."""

import re
from functools import lru_cache

from kg.concepts import load_concepts, name_concept, place_concepts
from kg.model import ActorKind, Extraction
from kg.trace.matching import ClaimView, view_claims

_NAME_WORD = re.compile(r"[^\W\d_]+")


class _Same:
    """An extraction as a key: the same one, not an equal one, which would take long to tell."""

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction

    def __hash__(self) -> int:
        return id(self.extraction)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.extraction is other.extraction


@lru_cache(maxsize=500)
def _views(same: _Same) -> tuple[tuple[ClaimView, ...], frozenset[str]]:
    """The claims of a document as concepts, and the concepts of all of them."""
    views = tuple(view_claims(same.extraction.claims, actor_concepts(same.extraction)))
    return views, frozenset(concept for view in views for concept in view.concepts)


def actor_concepts(extraction: Extraction) -> dict[str, tuple[str, ...]]:
    """Return the concepts of the words by which a document speaks of each of its actors."""
    return {
        actor.actor_id: concepts_of_name(
            " ".join((actor.name, actor.description or "", *(m.exact for m in actor.mentions[:8]))),
            extraction.document.language,
        )
        for actor in extraction.actors
        if actor.kind is not ActorKind.MEDIUM
    }


@lru_cache(maxsize=50_000)
def concepts_of_name(text: str, language: str) -> tuple[str, ...]:
    """Return the concepts of the words of a name, a description or a headline."""
    table = load_concepts()
    found: dict[str, None] = {}
    for word in _NAME_WORD.findall(text):
        known = table.knows(word, "NOUN", language)
        place = place_concepts(word)
        if place:
            found.update(dict.fromkeys(place))
        elif known and len(word) > 3:
            found.update(
                dict.fromkeys(
                    c for c in table.concepts(table.lemma(word, word, "NOUN", language), "NOUN", language)[:2]
                )
            )
        if word[:1].isupper() and not place and len(word) > 2:
            found[name_concept(word)] = None
    return tuple(found)


def views_of(extraction: Extraction) -> tuple[tuple[ClaimView, ...], frozenset[str]]:
    """Return the claims of a document as concepts, and the concepts of all of them; the last documents are kept."""
    return _views(_Same(extraction))
