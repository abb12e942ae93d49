"""Independent origins: which claims go back to the same mouth.

Claims count once where they have the same innermost actor, where one document prints, rewrites or translates what the
other has it from (``kg.copies``), where unnamed speakers of the same office say the same, or where reports rest on each
other in a circle (``kg.trace.circles``). The outlet is no origin of what it only reports.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kg.concepts import fold_name, place_concepts
from kg.copies import Groups, Sentence, find_copies, read_sentence, shingles_of
from kg.identities import full_names, key_of_name
from kg.model import Actor, ActorKind, Claim, ClaimType, Direction, Extraction
from kg.trace.bearing import Bearing
from kg.trace.circles import find_circles
from kg.trace.rules import agency_patterns, load_trace_rules

_COPY = 0.6  # share of the shorter content's shingles that the other has
_COPY_WITHIN = 0.25  # the same in documents that are copies, or credit one agency
_MANY = 200  # claims with one shingle: a stock phrase, no copy
_MIN_NAME = 3
_WORD = re.compile(r"\w+")


class Origins:
    """Groups of bearings by origin.

    Attributes:
        circles: the names along each circle of reports, and the claims that go into it.
    """

    def __init__(self, bearings: Sequence[Bearing]) -> None:
        """Group the bearings of one direction."""
        self.bearings = list(bearings)
        self.circles = find_circles(self.bearings)
        self._groups = Groups(len(self.bearings))
        documents = {b.extraction.document.document_id: b.extraction.document for b in self.bearings}
        self._story = {d: n for n, group in enumerate(find_copies(documents.values())) for d in group}
        self._join_actors()
        self._join_copies()
        self._join_outlets()
        self._join_circles()

    def groups(self) -> list[list[Bearing]]:
        """Return the groups, each with its claims in order, the largest first."""
        found = [[self.bearings[i] for i in group] for group in self._groups.groups()]
        return sorted(found, key=lambda group: (-len(group), group[0].claim.claim_id))

    def n_copies(self, document_ids: Iterable[str]) -> int:
        """Return how many of these documents only print, rewrite or translate another of them."""
        stories = [self._story[document_id] for document_id in dict.fromkeys(document_ids)]
        return len(stories) - len(set(stories))

    def story_of(self, bearing: Bearing) -> int:
        """Return a number that all documents share which print, rewrite or translate one text."""
        return self._story[bearing.extraction.document.document_id]

    def _join_actors(self) -> None:
        short = full_names(actor_of(bearing) for bearing in self.bearings)
        by_key: dict[str, list[int]] = defaultdict(list)
        for i, bearing in enumerate(self.bearings):
            for key in origin_keys(bearing, short):
                by_key[key].append(i)
        for members in by_key.values():
            for other in members[1:]:
                self._groups.join(members[0], other)

    def _join_copies(self) -> None:
        """Join claims that say the same, in the same words or where their documents tell the same sentences."""
        shingles = [shingles_of(_content(bearing.claim)) for bearing in self.bearings]
        at: dict[int, list[int]] = defaultdict(list)
        for i, mine in enumerate(shingles):
            for shingle in mine:
                at[shingle].append(i)
        common: dict[tuple[int, int], int] = defaultdict(int)
        for members in at.values():
            for n, i in enumerate(members if len(members) <= _MANY else ()):
                for j in members[n + 1 :]:
                    common[i, j] += 1
        for (i, j), n in common.items():
            related = self._related(i, j) or self._same_agency(i, j)
            if self._document(i) != self._document(j) and n >= (_COPY_WITHIN if related else _COPY) * min(
                len(shingles[i]), len(shingles[j])
            ):
                self._groups.join(i, j)
        by_story: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self.bearings)):
            by_story[self._story[self._document(i)]].append(i)
        for members in by_story.values():
            self._join_retold(members)

    def _join_retold(self, members: Sequence[int]) -> None:
        """Join claims of documents that are copies of each other, where they say the same in other words."""
        if len({self._document(i) for i in members}) == 1:
            return
        said: dict[int, Sentence] = {
            i: read_sentence(_content(self.bearings[i].claim), str(self.bearings[i].extraction.document.language))
            for i in members
        }
        for n, i in enumerate(members):
            for j in members[n + 1 :]:
                if self._document(i) != self._document(j) and said[i].says_the_same(said[j]):
                    self._groups.join(i, j)

    def _document(self, i: int) -> str:
        return self.bearings[i].extraction.document.document_id

    def _related(self, i: int, j: int) -> bool:
        return self._story[self._document(i)] == self._story[self._document(j)]

    def _same_agency(self, i: int, j: int) -> bool:
        mine, theirs = (agency_of(self.bearings[k].extraction) for k in (i, j))
        return mine is not None and mine == theirs

    def _join_outlets(self) -> None:
        """An outlet that says in its own voice what somebody says in the same article has it from them."""
        reported: dict[str, list[int]] = defaultdict(list)
        for i, bearing in enumerate(self.bearings):
            if bearing.claim.type is not ClaimType.OWN:
                reported[bearing.extraction.document.document_id].append(i)
        for i, bearing in enumerate(self.bearings):
            others = reported.get(bearing.extraction.document.document_id)
            if bearing.claim.type is ClaimType.OWN and others:
                self._groups.join(min(others, key=lambda j: abs(self.bearings[j].position - bearing.position)), i)

    def _join_circles(self) -> None:
        """Reports that rest on each other are one origin, however many outlets they go through."""
        place = {bearing.claim.claim_id: i for i, bearing in enumerate(self.bearings)}
        for names, members in self.circles:
            keys = {key_of_name(name) for name in names}
            inside = [
                place[b.claim.claim_id]
                for b in members
                if b.claim.claim_id in place and key_of_name(actor_of(b).name) in keys
            ]
            for other in inside[1:]:
                self._groups.join(inside[0], other)


def actor_of(bearing: Bearing) -> Actor:
    """Return the actor of a claim."""
    return next(actor for actor in bearing.extraction.actors if actor.actor_id == bearing.claim.actor_id)


def origin_keys(bearing: Bearing, short: Mapping[str, str] | None = None) -> list[str]:
    """Return the keys by which a claim's origin may be recognised in other documents.

    A named person: the name, in one spelling; a bare surname where it is clear whose. An organisation: its words. A
    government or a ministry of it: the country. Somebody unnamed: the country of the office, if any, else only within
    the document.

    Args:
        bearing: the claim.
        short: from ``full_names`` over the claims that are compared.
    """
    actor = actor_of(bearing)
    document_id = bearing.extraction.document.document_id
    keys = [
        f"actor:{(short or {}).get(actor.key, actor.key)}" if actor.named else f"actor:{document_id}:{actor.actor_id}"
    ]
    words = [fold_name(word) for word in _WORD.findall(actor.name) if len(word) >= _MIN_NAME and word[:1].isupper()]
    if actor.named and words and actor.kind is not ActorKind.PERSON and "#" not in actor.key:
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


def supporting(bearings: Iterable[Bearing], direction: Direction) -> list[Bearing]:
    """Return the bearings with one direction."""
    return [bearing for bearing in bearings if bearing.direction is direction]
