"""Circular reporting: who has it from whom, and where that comes back to where it began (A cites B, B cites A)."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence

import networkx as nx

from kg.identities import key_of_name
from kg.model import Actor, ActorKind, ClaimType
from kg.trace.bearing import Bearing

_SPEAKS_FOR_ITSELF = frozenset({ClaimType.OWN})
_MAY_PUBLISH = frozenset({ActorKind.MEDIUM, ActorKind.ORGANISATION, ActorKind.PERSON})
_MIN_WORD = 4


def line_of(bearing: Bearing) -> list[tuple[str, str]]:
    """Return who has a claim from whom, the outlet first and the origin last: key and name of each.

    Unnamed actors are left out: two of them cannot be known to be one.
    """
    extraction = bearing.extraction
    actors = {actor.actor_id: actor for actor in extraction.actors}
    claims = {claim.claim_id: claim for claim in extraction.claims}
    around = [claims[i] for i in bearing.claim.source.chain if i in claims]
    line: list[tuple[str, str]] = []
    publisher = extraction.document.publisher
    if publisher:
        line.append((_key(publisher), publisher))
    for claim in (*around, bearing.claim):
        actor = actors.get(claim.actor_id)
        if actor is None or not _may_be_cited(actor):
            continue
        step = (_key(actor.name), actor.name)
        if not line or not _same(line[-1][0], step[0]):
            line.append(step)
    return line


def _may_be_cited(actor: Actor) -> bool:
    return actor.named and actor.kind in _MAY_PUBLISH


def _key(name: str) -> str:
    words = [word for word in key_of_name(name).split() if word not in ("the", "der", "die", "das")]
    return " ".join(words)


def _same(first: str, second: str) -> bool:
    """Tell whether two names are of one outlet: "The Chronicle" of "The Harbour Chronicle"."""
    mine, theirs = set(first.split()), set(second.split())
    fewer = min(mine, theirs, key=len)
    return mine == theirs or (fewer <= mine & theirs and max(map(len, fewer), default=0) >= _MIN_WORD)


def find_circles(bearings: Iterable[Bearing]) -> list[tuple[tuple[str, ...], list[Bearing]]]:
    """Find where reports rest on each other in a circle.

    Args:
        bearings: claims that say the same; those of outlets in their own voice rest on nobody.

    Returns:
        The names along each circle, once round, and the claims that go into it; the largest first.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    names: dict[str, str] = {}
    used: dict[tuple[str, str], list[Bearing]] = defaultdict(list)
    for bearing in bearings:
        if bearing.claim.type in _SPEAKS_FOR_ITSELF:
            continue
        line = [(_known(key, names), name) for key, name in line_of(bearing)]
        for key, name in line:
            names.setdefault(key, name)
        for (citing, _), (cited, _) in itertools.pairwise(line):
            if citing != cited:
                graph.add_edge(citing, cited)
                used[citing, cited].append(bearing)
    circles = []
    for component in nx.strongly_connected_components(graph):
        if len(component) > 1:
            members = _round(graph, sorted(component))
            inside = [b for pair, found in used.items() if component.issuperset(pair) for b in found]
            unique = {bearing.claim.claim_id: bearing for bearing in inside}
            circles.append((tuple(names[key] for key in members), list(unique.values())))
    return sorted(circles, key=lambda circle: (-len(circle[1]), circle[0]))


def _known(key: str, names: Iterable[str]) -> str:
    """Return the key under which an outlet is known already, if by another part of its name."""
    return next((other for other in names if _same(other, key)), key)


def _round(graph: "nx.DiGraph[str]", component: Sequence[str]) -> list[str]:
    """Return the members of one shortest circle through the first member."""
    first = component[0]
    inner = graph.subgraph(component)
    ways = (nx.shortest_path(inner, after, first) for after in sorted(inner.successors(first)))
    return [first, *min(ways, key=len)[:-1]]
