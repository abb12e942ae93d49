"""Independent origins: which claims go back to the same mouth.

Claims count once where they have the same innermost actor, where one is a copy of the other (agency text, reprints:
near-duplicate wording by shared word shingles, Broder 1997), or where unnamed speakers of the same office say the same.
The outlet is no origin of what it only reports.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg.concepts import fold_name, place_concepts
from kg.model import Actor, ActorKind, Claim, ClaimType, Direction, Extraction
from kg.trace.bearing import Bearing
from kg.trace.rules import agency_patterns, load_trace_rules

_SHINGLE = 4  # words
_COPY = 0.6  # share of the shorter text's shingles that the other has
_COPY_AGENCY = 0.3  # the same where both credit one agency
_COPY_DOCUMENT = 0.35
_MIN_NAME = 3
_WORD = re.compile(r"\w+")


class Origins:
    """Groups of bearings by origin; a union-find over them."""

    def __init__(self, bearings: Sequence[Bearing]) -> None:
        """Group the bearings of one direction."""
        self.bearings = list(bearings)
        self.parent = list(range(len(self.bearings)))
        self._join_all()

    def groups(self) -> list[list[Bearing]]:
        """Return the groups, each with its claims in order, the largest first."""
        found: dict[int, list[Bearing]] = defaultdict(list)
        for i, bearing in enumerate(self.bearings):
            found[self._root(i)].append(bearing)
        return sorted(found.values(), key=lambda group: (-len(group), group[0].claim.claim_id))

    def _root(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def _join(self, i: int, j: int) -> None:
        a, b = self._root(i), self._root(j)
        self.parent[max(a, b)] = min(a, b)

    def _join_all(self) -> None:
        by_key: dict[str, list[int]] = defaultdict(list)
        for i, bearing in enumerate(self.bearings):
            for key in origin_keys(bearing):
                by_key[key].append(i)
        for members in by_key.values():
            for other in members[1:]:
                self._join(members[0], other)
        self._join_copies()
        self._join_outlets()

    def _join_copies(self) -> None:
        """Join claims that say the same in the same words in different documents."""
        shingles = [shingles_of(_content(bearing.claim)) for bearing in self.bearings]
        at: dict[int, list[int]] = defaultdict(list)
        for i, mine in enumerate(shingles):
            for shingle in mine:
                at[shingle].append(i)
        pairs: dict[tuple[int, int], int] = defaultdict(int)
        for members in at.values():
            if len(members) > 200:
                continue
            for n, i in enumerate(members):
                for j in members[n + 1 :]:
                    pairs[i, j] += 1
        documents = [bearing.extraction.document.document_id for bearing in self.bearings]
        credits = [agency_of(bearing.extraction) for bearing in self.bearings]
        for (i, j), common in pairs.items():
            same_agency = credits[i] is not None and credits[i] == credits[j]
            least = _COPY_AGENCY if same_agency else _COPY
            if documents[i] != documents[j] and common >= least * min(len(shingles[i]), len(shingles[j])):
                self._join(i, j)

    def _join_outlets(self) -> None:
        """An outlet that says in its own voice what somebody says in the same article has it from them."""
        reported: dict[str, list[int]] = defaultdict(list)
        for i, bearing in enumerate(self.bearings):
            if bearing.claim.type is not ClaimType.OWN:
                reported[bearing.extraction.document.document_id].append(i)
        for i, bearing in enumerate(self.bearings):
            others = reported.get(bearing.extraction.document.document_id)
            if bearing.claim.type is ClaimType.OWN and others:
                self._join(min(others, key=lambda j: abs(self.bearings[j].position - bearing.position)), i)


def actor_of(bearing: Bearing) -> Actor:
    """Return the actor of a claim."""
    return next(actor for actor in bearing.extraction.actors if actor.actor_id == bearing.claim.actor_id)


def origin_keys(bearing: Bearing) -> list[str]:
    """Return the keys by which a claim's origin may be recognised in other documents.

    A named person: the last word of the name, folded. An organisation: its words. A government or a ministry of it: the
    country. Somebody unnamed: the country of the office, if any, else only within the document.
    """
    actor = actor_of(bearing)
    document_id = bearing.extraction.document.document_id
    keys = [f"actor:{actor.key}" if actor.named else f"actor:{document_id}:{actor.actor_id}"]
    words = [fold_name(word) for word in _WORD.findall(actor.name) if len(word) >= _MIN_NAME and word[:1].isupper()]
    if actor.named and words:
        if actor.kind is ActorKind.PERSON:
            keys.append(f"person:{words[-1]}")
        else:
            keys.append("organisation:" + " ".join(sorted(words)))
    country = country_of_actor(actor)
    official = country is not None and _is_official(actor, bearing.extraction.document.language)
    if official:
        keys.append(f"government:{country}")
    elif actor.affiliation:
        names = [
            fold_name(word)
            for word in _WORD.findall(actor.affiliation)
            if word[:1].isupper() and len(word) >= _MIN_NAME
        ]
        if names:
            keys.append("organisation:" + " ".join(sorted(names)))
    return keys


def _is_official(actor: Actor, language: str) -> bool:
    """Whether an actor speaks for a country: the state itself, a ministry, an official."""
    if actor.kind is ActorKind.STATE:
        return True
    words = " ".join(text for text in (actor.name, actor.description, actor.affiliation) if text).lower()
    return any(part in words for part in load_trace_rules(language).official)


def country_of_actor(actor: Actor) -> str | None:
    """Return the country an actor speaks for, by any word of name, description or affiliation."""
    for text in (actor.stands_for, actor.name, actor.affiliation, actor.description):
        if not text:
            continue
        words = re.findall(r"[^\W\d_]+(?:\.[^\W\d_]+)*\.?", text)
        for n in (3, 2, 1):
            for i in range(len(words) - n + 1):
                candidate = " ".join(words[i : i + n])
                for form in (candidate, re.sub(r"(e[nmrs]?|s)$", "", candidate)):
                    if candidate[:1].isupper() or n == 1:
                        found = place_concepts(form)
                        if found:
                            return found[-1]
    return None


def shingles_of(text: str) -> frozenset[int]:
    """Return the hashes of all runs of four words, or of the whole where it is shorter."""
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _SHINGLE:
        return frozenset()
    return frozenset(hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1))


def _content(claim: Claim) -> str:
    return " ".join(passage.exact for passage in claim.assertion.passages)


def agency_of(extraction: Extraction) -> str | None:
    """Return the agency that a document credits, in lower case."""
    return _agency_of(extraction.document.text, extraction.document.language)


@lru_cache(maxsize=2048)
def _agency_of(text: str, language: str) -> str | None:
    for pattern in agency_patterns(language):
        found = pattern.search(text)
        if found:
            return found.group("name").lower()
    return None


def copies(extractions: Iterable[Extraction]) -> int:
    """Return how many of these documents print, for more than a third, words that another of them prints, too."""
    seen: list[frozenset[int]] = []
    n_copies = 0
    for extraction in extractions:
        mine = shingles_of(extraction.document.text)
        if mine and any(len(mine & other) >= _COPY_DOCUMENT * min(len(mine), len(other)) for other in seen if other):
            n_copies += 1
        seen.append(mine)
    return n_copies


def supporting(bearings: Iterable[Bearing], direction: Direction) -> list[Bearing]:
    """Return the bearings with one direction."""
    return [bearing for bearing in bearings if bearing.direction is direction]
