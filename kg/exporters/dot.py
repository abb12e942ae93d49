"""DOT: the claim map for Graphviz."""

from collections.abc import Iterator
from typing import IO

from kg.exporters.appearance import LOOKS, look_of
from kg.exporters.characters import wrap_text, xml_text
from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, Group, evidence_end, joined_words
from kg.model import Direction

_LINE_WIDTH = 300.0  # points, at the font size below
_FONT_SIZE = 10.0
_MAX_LINES = 8
_MIN_PEN = 0.8
_PEN_RANGE = 1.6


def write_dot(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write a directed graph: evidence to claims to the question; the whole passage stands in each tooltip."""
    out.write("".join(f"{line}\n" for line in _lines(claim_map)).encode("utf-8"))


def _lines(claim_map: ClaimMap) -> Iterator[str]:
    yield "digraph claims {"
    yield f'  graph [rankdir=LR, fontname=Helvetica, charset="UTF-8", labelloc=t, label={_quoted(_head(claim_map))}];'
    yield f"  node [fontname=Helvetica, fontsize={_FONT_SIZE:g}, shape=box, style=filled, fillcolor=white];"
    yield f"  edge [fontname=Helvetica, fontsize={_FONT_SIZE - 1:g}];"
    for index, group in enumerate(claim_map.groups, 1):
        yield from _group(claim_map, group, index)
    for item in claim_map.evidence:
        yield _evidence(claim_map, item)
    if claim_map.question:
        yield f"  question [shape=hexagon, penwidth=2, label={_quoted(_wrapped(claim_map.question))}];"
        yield from (_bearing(claim_map, node, node.direction) for node in claim_map.claims if node.direction)
    for link in claim_map.links:
        look = LOOKS[link.direction]
        yield _edge(
            evidence_end(link),
            link.claim_id,
            label=claim_map.labels.directions[link.direction],
            color=look.colour,
            fontcolor=look.colour,
            style=look.dot_style,
            penwidth=f"{_MIN_PEN + _PEN_RANGE * link.strength:.2f}",
        )
    known = claim_map.graph.claims
    for node in claim_map.claims:
        if node.claim.parent_id in known:
            yield _edge(
                node.claim.claim_id,
                node.claim.parent_id or "",
                label=claim_map.labels["within"],
                style="dashed",
                color="#8a939c",
                arrowhead="odot",
                constraint="false",
            )
    yield "}"


def _group(claim_map: ClaimMap, group: Group, index: int) -> Iterator[str]:
    look = look_of(group.direction)
    title = f"{look.sign} {group.title} ({len(group.claims)})".strip()
    yield f"  subgraph cluster_{index} {{"
    yield f"    label={_quoted(_wrapped(title))}; color={_quoted(look.colour)}; fontcolor={_quoted(look.colour)}; style=rounded;"
    for node in group.claims:
        yield f"    {_claim(claim_map, node)}"
    yield "  }"


def _claim(claim_map: ClaimMap, node: ClaimNode) -> str:
    look = look_of(node.direction)
    facts = f"{claim_map.certainty_words(node)} · {claim_map.labels.types[node.claim.type]} · {claim_map.confidence_words(node)}"
    words = [f"{node.number}  {claim_map.chain_words(node)}", node.content, facts]
    return _node(
        node.claim.claim_id,
        label="\n".join(_wrapped(text) for text in words),
        tooltip="\n".join([*words, claim_map.document_words(node.document)]),
        color=look.colour,
        fillcolor=look.tint,
        style="filled,rounded",
        URL=_link(node.document.url),
    )


def _evidence(claim_map: ClaimMap, item: EvidenceNode) -> str:
    words = [f"{item.number}  {item.kind}", joined_words([item.evidence.passage])]
    return "  " + _node(
        item.evidence.evidence_id,
        label="\n".join(_wrapped(text) for text in words),
        tooltip="\n".join([*words, claim_map.document_words(item.document)]),
        shape="note",
        URL=_link(item.document.url),
    )


def _bearing(claim_map: ClaimMap, node: ClaimNode, direction: Direction) -> str:
    look = LOOKS[direction]
    return _edge(
        node.claim.claim_id,
        "question",
        label=claim_map.labels.directions[direction],
        color=look.colour,
        fontcolor=look.colour,
        style=look.dot_style,
    )


def _node(name: str, **attributes: str) -> str:
    return f"{_quoted(name)} [{_list(attributes)}];"


def _edge(start: str, end: str, **attributes: str) -> str:
    return f"  {_quoted(start)} -> {_quoted(end)} [{_list(attributes)}];"


def _list(attributes: dict[str, str]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items() if value)


def _link(url: str | None) -> str:
    """Return a web address as it is and nothing else: an SVG made from this would run a script address."""
    return url if url is not None and url.startswith(("https://", "http://")) else ""


def _head(claim_map: ClaimMap) -> str:
    return "\n".join((_wrapped(claim_map.title), *wrap_text(claim_map.imprint.citation, 2 * _LINE_WIDTH, _FONT_SIZE)))


def _wrapped(text: str) -> str:
    return "\n".join(wrap_text(text, _LINE_WIDTH, _FONT_SIZE, max_lines=_MAX_LINES))


def _quoted(text: str) -> str:
    """Quote a string; Graphviz reads backslash escapes and HTML entities in labels, so both are written as themselves."""
    plain = xml_text(text).replace("\\", "\\\\").replace("&", "&amp;").replace('"', '\\"')
    return f'"{plain.replace(chr(13), "").replace(chr(10), chr(92) + "n")}"'
