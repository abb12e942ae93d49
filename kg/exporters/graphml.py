"""GraphML: the whole graph of claims, actors, evidence and documents, for networkx, Gephi, yEd and Cytoscape."""

from typing import IO

import networkx as nx

from kg.exporters.claim_map import ClaimMap
from kg.exporters.network import build_network, rgb


def write_graphml(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write nodes and edges of ``build_network``, every attribute with its type.

    Colours stand twice, as ``color`` and, for Gephi, as ``r``, ``g`` and ``b`` from 0 to 255.
    """
    network = build_network(claim_map)
    for _, data in network.nodes(data=True):
        data.update(zip("rgb", rgb(data["color"]), strict=True))
    for _, _, data in network.edges(data=True):
        data.update(zip("rgb", rgb(data["color"]), strict=True))
    nx.write_graphml(network, out, encoding="utf-8", prettyprint=True)
