"""HTML: the claim map as one page that works offline, with each passage in its article one click away.

Articles are not trusted: their words are escaped wherever they stand, the data are JSON that no parser reads as markup,
and a content security policy lets nothing run but the page's own script, known by its hash, and nothing load at all.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from string import Template
from typing import IO

from kg.exporters.appearance import LOOKS
from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, Group, joined_words
from kg.exporters.html_data import LINES_UP_TO, page_data, web_address
from kg.exporters.svg import METER, METER_BARS
from kg.model import CertaintyLevel, ClaimType, Direction

OPEN_UP_TO = 150
"""With more claims, groups but the first are closed at first: a browser would lay out thousands of cards for seconds."""

_PAGE = resources.files("kg.exporters") / "page"


def write_html(claim_map: ClaimMap, out: IO[bytes]) -> None:
    """Write the page."""
    style, script = _asset("page.css"), _asset("page.js")
    labels = claim_map.labels
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    cards = _Cards(claim_map)
    is_question = claim_map.question is not None
    subtitles = [claim_map.question] if claim_map.question and claim_map.title != claim_map.question else []
    if len(claim_map.extractions) == 1:
        subtitles.append(claim_map.source_words())
    page = Template(_asset("page.html")).substitute(
        language=claim_map.language.value,
        policy=policy,
        title=escape(claim_map.title),
        kicker=escape(f"{labels['claim_map']} · {labels['question']}" if is_question else labels["claim_map"]),
        subtitle="\n".join(f'<p class="subtitle">{escape(text)}</p>' for text in subtitles),
        counts=escape(" · ".join(claim_map.counts()) if claim_map.claims else _nothing(claim_map)),
        hidden="" if claim_map.claims else " hidden",
        findings=_findings(claim_map),
        disclaimer=escape(labels["disclaimer"]),
        no_script=escape(labels["no_script"]),
        style=style,
        script=script,
        icons=_icons(),
        filters=_filters(claim_map),
        map="\n".join(cards.groups()),
        none_shown=escape(labels["none_shown"]),
        passage=escape(labels["passage"]),
        selection_hint=escape(labels["selection_hint"]),
        legend=_legend(claim_map),
        actors=_actors(claim_map),
        documents=_documents(claim_map),
        imprint=_imprint(claim_map),
        data=_json(page_data(claim_map)),
    )
    # lone surrogates cannot be written; they do not occur in text that was read as UTF-8
    out.write(page.encode("utf-8", "replace"))


def _asset(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _hash(code: str) -> str:
    """Name code by its hash, as a content security policy does (CSP 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _findings(claim_map: ClaimMap) -> str:
    parts = (
        f"<div><h2>{escape(title)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul></div>"
        for title, lines in claim_map.findings()
    )
    return f'<div class="findings">{"".join(parts)}</div>'


def _nothing(claim_map: ClaimMap) -> str:
    return claim_map.labels["no_claims_for_question" if claim_map.question else "no_claims"]


def _json(data: object) -> str:
    """Write JSON that can stand in a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _icons() -> str:
    symbols = "".join(
        f'<symbol id="icon-{direction}" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="currentColor"/>'
        f'<path d="{look.icon}"/></symbol>'
        for direction, look in LOOKS.items()
    )
    return f'<svg class="icons" aria-hidden="true">{symbols}</svg>'


def _icon(direction: Direction) -> str:
    return f'<svg class="icon {direction}" aria-hidden="true"><use href="#icon-{direction}"/></svg>'


def _meter(level: CertaintyLevel) -> str:
    bars = "".join(
        f'<rect x="{bar * 7 + 0.5}" y="{9.5 - 3 * bar}" width="5" height="{4 + 3 * bar}" stroke="currentColor" '
        f'fill="{"currentColor" if bar < METER[level] else "none"}"/>'
        for bar in range(METER_BARS)
    )
    return f'<svg class="meter" viewBox="0 0 28 14" aria-hidden="true">{bars}</svg>'


def _tone(direction: Direction | None) -> str:
    return direction or "plain"


class _Cards:
    """Writes groups, rows and cards."""

    def __init__(self, claim_map: ClaimMap) -> None:
        self._map = claim_map
        self._labels = claim_map.labels
        self._numbers = claim_map.numbers
        self._is_large = len(claim_map.claims) > OPEN_UP_TO

    def groups(self) -> Iterator[str]:
        """Yield each group; evidence that bears on nothing comes last."""
        for group in self._map.groups:
            yield self._group(group)
        if self._map.loose_evidence:
            rows = "\n".join(
                f'<li class="row" data-document="{escape(item.document.document_id)}" data-direction="plain">'
                f'<div class="side">{self._evidence(item)}</div></li>'
                for item in self._map.loose_evidence
            )
            title = escape(self._labels["loose_evidence"])
            yield _section(title, None, len(self._map.loose_evidence), "plain", rows, is_open=not self._is_large)

    def _group(self, group: Group) -> str:
        icon = _icon(group.direction) if group.direction else ""
        rows = "\n".join(self._row(node) for node in group.claims)
        is_open = not self._is_large or group is self._map.groups[0]
        return _section(
            icon + escape(group.title), group.detail, len(group.claims), _tone(group.direction), rows, is_open=is_open
        )

    def _row(self, node: ClaimNode) -> str:
        agent = self._map.graph.agent_of(node.claim.actor_id)
        beside = "".join(self._evidence(item) for item in node.beside)
        return (
            f'<li class="row" data-actor="{escape(agent)}" data-type="{node.claim.type}" '
            f'data-document="{escape(node.document.document_id)}" data-direction="{_tone(node.direction)}">'
            f'<div class="side">{beside}</div>{self._claim(node)}</li>'
        )

    def _claim(self, node: ClaimNode) -> str:
        claim, labels = node.claim, self._labels
        record_id = escape(claim.claim_id)
        content = escape(node.content)
        if claim.type is ClaimType.DIRECT:
            content = f"{labels['quote_open']}{content}{labels['quote_close']}"
        first, *others = self._voices(node)
        via = f' <span class="via">{" ".join(others)}</span>' if others else ""
        several = len(self._map.extractions) > 1
        where = f"<span>{escape(self._map.document_words(node.document))}</span>" if several else ""
        heading = _icon(node.direction) + " " if node.direction else ""
        return (
            f'<article class="card claim {_tone(node.direction)}" id="{record_id}" data-record="{record_id}">'
            f'<span class="number">{node.number}</span><h3 class="head">{heading}<a class="hit" href="#{record_id}">{first}</a>{via}</h3>'
            f'<p class="content" lang="{node.document.language}">{content}</p>'
            f'<p class="facts"><span class="strong">{escape(labels.types[claim.type])}</span>'
            f'<span title="{escape(labels["certainty_of"])}">{_meter(claim.certainty.level)} {escape(self._map.certainty_words(node))}</span>'
            f'<span title="{escape(labels["confidence_of"])}">{escape(self._map.confidence_words(node))}</span>'
            f"{where}</p>{self._references(node)}</article>"
        )

    def _voices(self, node: ClaimNode) -> list[str]:
        """Return who speaks, then "via" and each further voice."""
        labels = self._labels
        names = [escape(actor.name) for actor in node.voices]
        if not node.voices[0].named:
            names[0] += f' <span class="via">({escape(labels["unnamed"])})</span>'
        names += [escape(node.outlet)] if node.outlet else []
        return [names[0], *(f"{escape(labels['via'])} {name}" for name in names[1:])]

    def _references(self, node: ClaimNode) -> str:
        """Name evidence and the claim around this one by number: on paper and on small screens no lines are drawn."""
        items = [
            f'<li class="{direction}">{_icon(direction)}{escape(self._labels.directions[direction])} '
            f"{' '.join(map(self._number_link, ends))}</li>"
            for direction, ends in self._map.ends_by_direction(node.claim.claim_id).items()
        ]
        if node.claim.parent_id is not None:
            items.append(f"<li>{escape(self._labels['within'])} {self._number_link(node.claim.parent_id)}</li>")
        return f'<ul class="refs">{"".join(items)}</ul>' if items else ""

    def _number_link(self, record_id: str) -> str:
        return f'<a href="#{escape(record_id)}">{self._numbers[record_id]}</a>'

    def _evidence(self, item: EvidenceNode) -> str:
        record_id = escape(item.evidence.evidence_id)
        return (
            f'<article class="card evidence plain" id="{record_id}" data-record="{record_id}">'
            f'<span class="number">{item.number}</span><h3 class="head"><a class="hit" href="#{record_id}">{escape(item.kind)}</a></h3>'
            f'<p class="content" lang="{item.document.language}">{escape(joined_words([item.evidence.passage]))}</p></article>'
        )


def _section(title: str, detail: str | None, n: int, tone: str, rows: str, *, is_open: bool) -> str:
    """Write a group; a closed one costs the browser next to nothing until it is opened."""
    more = f'<span class="detail">{escape(detail)}</span>' if detail else ""
    return (
        f'<details class="group {tone}"{" open" if is_open else ""}>'
        f'<summary><h2>{title} <span class="n">({n})</span>{more}</h2></summary><ul class="rows">\n{rows}\n</ul></details>'
    )


def _filters(claim_map: ClaimMap) -> str:
    labels, graph = claim_map.labels, claim_map.graph
    directions = "".join(
        f'<label class="direction {_tone(group.direction)}"><input type="checkbox" name="direction" '
        f'value="{_tone(group.direction)}" checked>{_icon(group.direction) if group.direction else ""}'
        f"{escape(labels.directions[group.direction] if group.direction else group.title.partition(':')[0])} ({len(group.claims)})</label>"
        for group in claim_map.groups
        if claim_map.question is not None or group.direction is not None
    )
    agents = Counter(graph.agent_of(node.claim.actor_id) for node in claim_map.claims)
    actors = ((agent, f"{graph.agent_records(agent)[0].name} ({n})") for agent, n in agents.most_common())
    types = Counter(node.claim.type for node in claim_map.claims)
    documents = Counter(node.document.document_id for node in claim_map.claims)
    titles = ((item, f"{_title(claim_map, item)} ({n})") for item, n in documents.items())
    return (
        f'<form class="filters" role="search" aria-label="{escape(labels["filter"])}"{"" if claim_map.claims else " hidden"}>'
        f'<input type="search" name="search" placeholder="{escape(labels["search"])}" title="{escape(labels["search_hint"])}" '
        f'aria-label="{escape(labels["search"])}">{directions}'
        + _select("actor", labels["actor"], labels["all_actors"], actors)
        + _select(
            "type",
            labels["type"],
            labels["all_types"],
            ((name, f"{labels.types[name]} ({n})") for name, n in types.items()),
        )
        + (_select("document", labels["document"], labels["all_documents"], titles) if len(documents) > 1 else "")
        + f'<button type="button" id="reset-filters">{escape(labels["reset"])}</button>'
        f'<button type="button" id="print-page">{escape(labels["print"])}</button><span id="shown" role="status"></span></form>'
    )


def _title(claim_map: ClaimMap, document_id: str) -> str:
    document = claim_map.graph.documents[document_id]
    return ": ".join(part for part in (document.publisher, document.title or document_id) if part)


def _select(name: str, label: str, everything: str, options: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in options)
    return f'<select name="{name}" aria-label="{escape(label)}"><option value="">{escape(everything)}</option>{items}</select>'


def _legend(claim_map: ClaimMap) -> str:
    labels = claim_map.labels
    items = [
        f'<li class="{direction}">{_icon(direction)}<svg class="line" viewBox="0 0 40 8" aria-hidden="true">'
        f'<path class="{direction}" d="M0 4H40"/></svg>{escape(labels.directions[direction])}</li>'
        for direction in Direction
    ]
    items += [
        f"<li>{_meter(level)} {escape(labels['certainty'])}: {escape(word)}</li>"
        for level, word in labels.certainty.items()
    ]
    items.append(f"<li>{escape(labels['certainty'])}: {escape(labels['certainty_of'])}</li>")
    items.append(f"<li>{escape(labels['confidence'])}: {escape(labels['confidence_of'])} (0–1)</li>")
    hint = ""
    if len(claim_map.claims) > LINES_UP_TO:
        hint = f'<p id="lines-hint">{escape(labels["lines_hint"].format(n=LINES_UP_TO))}</p>'
    return f'{hint}<h2>{escape(labels["legend"])}</h2><ul class="legend">{"".join(items)}</ul>'


def _actors(claim_map: ClaimMap) -> str:
    graph, labels = claim_map.graph, claim_map.labels
    claims: dict[str, list[ClaimNode]] = {}
    for node in claim_map.claims:
        claims.setdefault(graph.agent_of(node.claim.actor_id), []).append(node)
    rows = []
    for agent, nodes in sorted(claims.items(), key=lambda item: -len(item[1])):
        actor = graph.agent_records(agent)[0]
        kind = labels.actor_kind(actor) + ("" if actor.named else f", {labels['unnamed']}")
        about = ", ".join(text for text in (actor.description, actor.affiliation) if text)
        rows.append(
            f"<tr><td>{escape(actor.name)}</td><td>{escape(kind)}</td><td>{escape(about)}</td><td>{_numbers(nodes)}</td></tr>"
        )
    heads = (labels["actor"], labels["type"], labels["description"], labels["claims"])
    return _table(labels["actors"], heads, rows)


def _documents(claim_map: ClaimMap) -> str:
    labels = claim_map.labels
    claims: dict[str, list[ClaimNode]] = {}
    for node in claim_map.claims:
        claims.setdefault(node.document.document_id, []).append(node)
    rows = []
    for extraction in claim_map.extractions:
        document = extraction.document
        url = web_address(document.url)
        address = (
            f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank">{escape(url)}</a>'
            if url
            else escape(document.url or "")
        )
        nodes = claims.get(document.document_id, [])
        rows.append(
            f'<tr><td lang="{document.language}">{escape(document.title or document.document_id)}</td>'
            f"<td>{escape(claim_map.document_words(document))}</td><td>{address}</td><td>{_numbers(nodes)}</td></tr>"
        )
    heads = (labels["document"], labels["publisher"], labels["url"], labels["claims"])
    return _table(labels["documents"], heads, rows)


def _numbers(nodes: Iterable[ClaimNode]) -> str:
    return ", ".join(f'<a href="#{escape(node.claim.claim_id)}">{node.number}</a>' for node in nodes)


def _imprint(claim_map: ClaimMap) -> str:
    labels, imprint = claim_map.labels, claim_map.imprint
    facts = (
        (labels["scope"], imprint.scope),
        (labels["made"], imprint.made_words),
        (labels["cite_as"], imprint.citation),
    )
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in facts)
    return f'<dl class="imprint">{items}</dl>'


def _table(title: str, heads: Iterable[str], rows: list[str]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "\n".join(rows)
    return f'<h2>{escape(title)}</h2><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'
