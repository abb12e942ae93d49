"""What the claims that answer a question speak of, to tell which others belong to the same story."""

from collections.abc import Iterable

from kg.concepts import load_concepts

_TELLING = 8.0  # nats; more frequent words tell little of a story


class Story:
    """What the claims that answer a question speak of, apart from places and names."""

    def __init__(self, claims: Iterable[frozenset[str]]) -> None:
        """Gather what comes near the things that these claims speak of."""
        table = load_concepts()
        self.surprisal = table.surprisal
        self.near: dict[str, float] = {}
        for concepts in claims:
            for concept in concepts:
                if _is_thing(concept) and table.surprisal(concept) >= _TELLING:
                    for other, value in table.near(concept).items():
                        self.near[other] = max(self.near.get(other, 0.0), value)

    def cohesion(self, concepts: frozenset[str]) -> float:
        """Return the share of a claim's things, by how rare they are, that come near those of the story."""
        things = [concept for concept in concepts if _is_thing(concept)]
        weights = [max(0.0, self.surprisal(concept) - _TELLING + 1) for concept in things]
        total = sum(weights)
        if not total:
            return 0.0
        return (
            sum(weight * self.near.get(concept, 0.0) for concept, weight in zip(things, weights, strict=True)) / total
        )


def _is_thing(concept: str) -> bool:
    return not concept.startswith(("place:", "name:", "num:"))
