"""Framed JSON-LD: the quads of a document as nested JSON under ``ontology/context.jsonld``."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rdflib.namespace import PROV, RDF, SDO, XSD

from kg.rdf import terms
from kg.vocab import KG, ontology_file

_TYPE = str(RDF.type)
_ROOTS = tuple(
    terms.iri(root)
    for root in (
        SDO.NewsArticle,
        KG.Actor,
        KG.Claim,
        KG.Evidence,
        KG.EvidenceLink,
        KG.Extraction,
        PROV.Bundle,
        SDO.Review,
        SDO.Dataset,
    )
)
"""Classes whose nodes stand on their own, in this order; every other node stands inside the first that names it."""


@dataclass(frozen=True)
class Context:
    """A JSON-LD context, turned round: from IRIs to names.

    Attributes:
        source: the context as it stands in the file.
        names: from a property's or class's IRI to its name and, where it has one, the type of its values.
        prefixes: from namespace to prefix.
    """

    source: dict[str, Any]
    names: dict[str, tuple[str, str | None]]
    prefixes: dict[str, str]

    @classmethod
    def load(cls) -> "Context":
        """Read ``ontology/context.jsonld``."""
        source: dict[str, Any] = json.loads(ontology_file("context.jsonld").read_text(encoding="utf-8"))["@context"]
        namespaces = {
            name: value for name, value in source.items() if isinstance(value, str) and value.endswith(("#", "/"))
        }

        def expand(name: str) -> str:
            prefix, colon, local = name.partition(":")
            return namespaces[prefix] + local if colon and prefix in namespaces else name

        names: dict[str, tuple[str, str | None]] = {}
        for name, value in source.items():
            if name.startswith("@") or name in namespaces:
                continue
            if isinstance(value, str):
                names[expand(value)] = (name, None)
            else:
                names[expand(value["@id"])] = (name, expand(value["@type"]) if "@type" in value else None)
        return cls(source, names, {namespace: prefix for prefix, namespace in namespaces.items()})

    def compact(self, iri: str) -> str:
        """Shorten an IRI with a prefix where there is one."""
        for namespace, prefix in self.prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def property_name(self, iri: str) -> tuple[str, str | None]:
        """Return the name of a property and the type that its values have unless they say otherwise."""
        return self.names.get(iri) or (self.compact(iri), None)

    def class_name(self, iri: str) -> str:
        """Return the name of a class."""
        return self.names.get(iri, (self.compact(iri), None))[0]


def frame(quads: Iterable[terms.Quad], context: Context) -> list[dict[str, Any]]:
    """Nest the quads of some named graphs.

    Args:
        quads: sorted, so that the result is the same every time.
        context: names for properties and classes.

    Returns:
        One JSON-LD graph object for each named graph, by name.
    """
    graphs: dict[str, terms.Nodes] = {}
    for subject, prop, term, graph in quads:
        graphs.setdefault(graph, {}).setdefault(subject, {}).setdefault(prop, []).append(term)
    return [{"@id": graph, "@graph": _Framer(graphs[graph], context).frame()} for graph in sorted(graphs)]


class _Framer:
    """Nests the nodes of one named graph."""

    def __init__(self, nodes: terms.Nodes, context: Context) -> None:
        self._nodes = nodes
        self._context = context
        self._placed: set[str] = set()
        ranks = {subject: self._rank(node) for subject, node in nodes.items()}
        self._roots = sorted((rank, subject) for subject, rank in ranks.items() if rank[0] < len(_ROOTS))
        self._root_names = {subject for _rank, subject in self._roots}

    def _rank(self, node: dict[str, list[str]]) -> tuple[int, int]:
        types = node.get(_TYPE, ())
        kind = next((rank for rank, root in enumerate(_ROOTS) if root in types), len(_ROOTS))
        index = node.get(str(KG.index))
        return kind, terms.integer_of(index[0]) if index else 0

    def frame(self) -> list[dict[str, Any]]:
        """Return the nodes that stand on their own, the others inside them; what nothing names comes last."""
        framed = [self._node(subject) for _rank, subject in self._roots]
        framed += [self._node(subject) for subject in sorted(self._nodes) if subject not in self._placed]
        return framed

    def _node(self, subject: str) -> dict[str, Any]:
        self._placed.add(subject)
        node = self._nodes[subject]
        written: dict[str, Any] = {"@id": subject}
        if _TYPE in node:
            written["@type"] = [self._context.class_name(terms.iri_of(term)) for term in node[_TYPE]]
        for prop, objects in sorted(node.items()):
            if prop != _TYPE:
                name, value_type = self._context.property_name(prop)
                values = [self._value(term, value_type) for term in objects]
                written[name] = values[0] if len(values) == 1 else values
        return written

    def _value(self, term: str, value_type: str | None) -> Any:
        if term.startswith("<"):
            iri = terms.iri_of(term)
            if iri in self._nodes and iri not in self._placed and iri not in self._root_names:
                return self._node(iri)
            return self._context.compact(iri) if value_type == "@id" else {"@id": self._context.compact(iri)}
        words = terms.text_of(term)
        datatype = term.rpartition('"')[2].removeprefix("^^<").removesuffix(">") or None
        if datatype == str(XSD.double) == value_type:
            return float(words)
        if datatype == value_type:
            return words
        if datatype == str(XSD.integer):
            return int(words)
        if datatype == str(XSD.boolean):
            return words == "true"
        return {"@value": words} if datatype is None else {"@value": words, "@type": self._context.compact(datatype)}
