"""GEXF: the same graph as GraphML with colours and sizes that Gephi shows as they are."""

from typing import IO
from xml.etree import ElementTree as ET

import networkx as nx

from kg.exporters.claim_map import ClaimMap
from kg.exporters.imprint import SOFTWARE
from kg.exporters.network import build_network, rgb
from kg.graph import NodeKind

_VERSION = "1.2draft"  # the newest that both networkx and Gephi read
_NAMESPACE = "http://www.gexf.net/1.2draft"
_SIZES = {NodeKind.CLAIM: 10.0, NodeKind.EVIDENCE: 7.0, NodeKind.ACTOR: 14.0, NodeKind.DOCUMENT: 6.0}


def write_gexf(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write nodes and edges of ``build_network``; what the file says about itself stands in its ``meta`` element."""
    network = build_network(claim_map)
    for _, data in network.nodes(data=True):
        red, green, blue = rgb(data.pop("color"))
        data["viz"] = {"color": {"r": red, "g": green, "b": blue, "a": 1.0}, "size": _SIZES[NodeKind(data["kind"])]}
    for _, _, data in network.edges(data=True):
        red, green, blue = rgb(data.pop("color"))
        data["viz"] = {"color": {"r": red, "g": green, "b": blue, "a": 1.0}}
        data["weight"] = data.get("strength", 1.0)
    about = dict(network.graph)
    network.graph.clear()
    network.graph["mode"] = "static"
    root = ET.fromstring("\n".join(nx.generate_gexf(network, version=_VERSION)))
    meta = root.find(f"{{{_NAMESPACE}}}meta")
    if meta is None:
        meta = ET.Element(f"{{{_NAMESPACE}}}meta")
        root.insert(0, meta)
    meta.clear()
    if about.get("date"):
        meta.set("lastmodifieddate", str(about["date"]))
    for name, text in (("creator", SOFTWARE), ("keywords", about["scope"]), ("description", about["cite_as"])):
        ET.SubElement(meta, f"{{{_NAMESPACE}}}{name}").text = str(text)
    ET.register_namespace("", _NAMESPACE)
    ET.register_namespace("viz", f"{_NAMESPACE}/viz")
    ET.indent(root)
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(ET.tostring(root, encoding="utf-8"))
    out.write(b"\n")
