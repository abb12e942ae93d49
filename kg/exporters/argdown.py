"""Argdown: the question as a statement, claims and evidence as arguments that support, attack and undercut."""

import json
import re
from collections.abc import Iterator
from typing import IO

from kg.exporters.characters import xml_text
from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, joined_words
from kg.exporters.html_data import web_address
from kg.model import Direction

# what Argdown's lexer takes for markup: brackets, data, tags, emphasis, mentions, comments, shortcodes, dashes
_SPECIAL = re.compile(r"[\\\[\]<>{}#*_@/:]|\.(?=\S)|-(?=-)|(?<=-)-|=(?==)|(?<==)=")
_RELATIONS = {Direction.SUPPORTS: "+", Direction.DISPUTES: "-", Direction.UNDERCUTS: "_"}
_QUESTION = "[Question]"


def write_argdown(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the map; context bears on nothing in Argdown, so such claims only stand in a section of their own."""
    out.write("".join(f"{line}\n" for line in _lines(claim_map)).encode("utf-8", "replace"))


def escape_argdown(text: str) -> str:
    """Return a text in one line of which nothing is markup."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(xml_text(text).split()))


def _lines(claim_map: ClaimMap) -> Iterator[str]:
    imprint = claim_map.imprint
    about = {
        "title": claim_map.title,
        "scope": imprint.scope,
        "date": imprint.made,
        "citeAs": imprint.citation,
        "disclaimer": claim_map.labels["disclaimer"],
    }
    yield "==="
    yield from (f"{name}: {_string(text)}" for name, text in about.items() if text)
    yield "==="
    if claim_map.question:
        yield f"\n{_QUESTION}: {escape_argdown(claim_map.question)}"
        for node in claim_map.claims:
            if node.direction in _RELATIONS and node.direction is not Direction.UNDERCUTS:
                yield f"  {_RELATIONS[node.direction]} <{node.number}>"
    for group in claim_map.groups:
        yield f"\n# {escape_argdown(group.title)}"
        for node in group.claims:
            yield from _claim(claim_map, node)
    if claim_map.evidence:
        yield f"\n# {escape_argdown(claim_map.labels['evidence'])}"
    for item in claim_map.evidence:
        yield f"\n{_evidence(item)}"


def _claim(claim_map: ClaimMap, node: ClaimNode) -> Iterator[str]:
    claim, passages = node.claim, node.claim.assertion.passages
    data = {
        "id": claim.claim_id,
        "actor": node.voices[0].name,
        "chain": claim_map.chain_words(node),
        "type": claim.type,
        "certainty": claim.certainty.level,
        "confidence": round(claim.confidence.value, 3),
        "document": claim_map.document_words(node.document),
        "url": web_address(node.document.url),
        "start": passages[0].start,
        "end": passages[-1].end,
    }
    tag = f" #{node.direction}" if node.direction else ""
    words = escape_argdown(f"{node.voices[0].name}: {node.content}")
    yield f"\n<{node.number}>: {words}{tag} {_data(data)}"
    for direction, ends in claim_map.ends_by_direction(claim.claim_id).items():
        if direction in _RELATIONS:
            yield from (f"  {_RELATIONS[direction]} <{claim_map.numbers[end]}>" for end in dict.fromkeys(ends))


def _evidence(item: EvidenceNode) -> str:
    evidence = item.evidence
    data = {
        "id": evidence.evidence_id,
        "kind": evidence.kind,
        "start": evidence.passage.start,
        "end": evidence.passage.end,
    }
    words = escape_argdown(f"{item.kind}: {joined_words([evidence.passage])}")
    return f"<{item.number}>: {words} #evidence {_data(data)}"


def _data(values: dict[str, object]) -> str:
    pairs = (f"{name}: {_string(value)}" for name, value in values.items() if value is not None)
    return f"{{{', '.join(pairs)}}}"


def _string(value: object) -> str:
    """Write a value of YAML; braces would end the data that it stands in, equals signs the front matter."""
    text = json.dumps(xml_text(value) if isinstance(value, str) else value, ensure_ascii=False)
    return text.replace("{", "\\u007b").replace("}", "\\u007d").replace("==", "=\\u003d")
