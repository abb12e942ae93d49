"""What the side panel of the HTML claim map shows, as plain text and offsets: the page's script only lays it out."""

from collections import defaultdict
from typing import Any

from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, evidence_end, joined_words
from kg.labels import write_date, write_moment, write_number
from kg.model import Actor, Claim, Document, EvidenceLink, Extraction, Passage, TimeReference

LINES_UP_TO = 60
"""With more claims in view, lines are drawn for the chosen one only: more cannot be told apart."""

_ITEM_CHARACTERS = 160
_MAX_SAME = 12  # claims that express the same proposition; more are found by searching
_PAGE_WORDS = (
    "close",
    "copied",
    "copy_citation",
    "copy_failed",
    "document",
    "identifier",
    "mark_actor",
    "mark_content",
    "mark_cue",
    "mark_hedge",
    "passage",
    "provenance",
    "shown",
)

Fact = tuple[str, str]
Item = dict[str, str | None]


def page_data(claim_map: ClaimMap) -> dict[str, Any]:
    """Return everything that the page's script needs, ready for JSON."""
    panel = _Panel(claim_map)
    return {
        "linesUpTo": LINES_UP_TO,
        "words": {name: claim_map.labels[name] for name in _PAGE_WORDS},
        "documents": {item.document.document_id: panel.document(item) for item in claim_map.extractions},
        "records": {node.claim.claim_id: panel.claim(node) for node in claim_map.claims}
        | {item.evidence.evidence_id: panel.evidence(item) for item in claim_map.evidence},
        "links": [
            {"from": evidence_end(link), "to": link.claim_id, "direction": link.direction, "strength": link.strength}
            for link in claim_map.links
        ],
    }


def web_address(url: str | None) -> str | None:
    """Return an address if a click on it is safe: articles may name script or data addresses."""
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None


class _Panel:
    """Puts records into words for the side panel."""

    def __init__(self, claim_map: ClaimMap) -> None:
        self._map = claim_map
        self._labels = claim_map.labels
        self._graph = claim_map.graph
        self._numbers = claim_map.numbers
        self._links_from: dict[str, list[EvidenceLink]] = defaultdict(list)
        for link in claim_map.links:
            self._links_from[evidence_end(link)].append(link)
        self._reviews: dict[str, list[Item]] = defaultdict(list)
        for review in claim_map.reviews:
            words = self._labels.review_decisions[review.decision]
            text = f"{words}: {review.reviewer}, {write_moment(review.time, claim_map.language)}"
            self._reviews[review.record_id].append(_item(f"{text} – {review.note}" if review.note else text))

    def document(self, extraction: Extraction) -> dict[str, Any]:
        """Describe a document, its text included."""
        document, provenance, labels = extraction.document, extraction.provenance, self._labels
        stages = ", ".join(f"{stage.name} {stage.version}" for stage in provenance.stages)
        facts = [(labels["software"], provenance.software), (labels["pipeline"], provenance.pipeline)]
        facts += [(labels["stages"], stages)] if stages else []
        if provenance.extracted is not None:
            facts.append((labels["extracted"], write_moment(provenance.extracted, self._map.language)))
        if document.retrieved is not None:
            facts.append((labels["retrieved"], write_moment(document.retrieved, self._map.language)))
        return {
            "title": document.title,
            "name": self._map.document_words(document),
            "url": web_address(document.url),
            "language": document.language,
            "text": document.text,
            "provenance": facts,
        }

    def claim(self, node: ClaimNode) -> dict[str, Any]:
        """Describe a claim."""
        claim, labels = node.claim, self._labels
        kicker = f"{node.number} · {labels['claim']}"
        if node.direction is not None:
            kicker += f" · {labels.directions[node.direction]}"
        quoted = claim.type == "direct"
        content = f"{labels['quote_open']}{node.content}{labels['quote_close']}" if quoted else node.content
        spans = _spans("content", *claim.assertion.passages)
        spans += _spans("actor", claim.mention) + _spans("cue", claim.cue)
        spans += _spans("hedge", *(hedge.passage for hedge in claim.certainty.hedges))
        parent = [] if claim.parent_id is None else [self._claim_item(claim.parent_id)]
        lists = [
            (labels["rests_on"], [self._end_item(link) for link in self._map.links_on.get(claim.claim_id, ())]),
            (labels["bears_on"], [self._claim_item(link.claim_id, link) for link in self._links_from[claim.claim_id]]),
            (labels["within"], parent),
            (labels["contains"], [self._claim_item(inner.claim_id) for inner in self._graph.nested(claim.claim_id)]),
            (labels["same_proposition"], self._same(claim)),
            (labels["reviews"], self._reviews[claim.claim_id]),
        ]
        return {
            "head": self._map.chain_words(node),
            "kicker": kicker,
            "direction": node.direction,
            "document": node.document.document_id,
            "words": content,
            "spans": spans,
            "facts": self._claim_facts(node),
            "lists": [part for part in lists if part[1]],
            "citation": self._citation(
                node.content, self._map.chain_words(node), node.document, claim.assertion.passages
            ),
        }

    def _claim_facts(self, node: ClaimNode) -> list[Fact]:
        claim, labels, language = node.claim, self._labels, self._map.language
        value = claim.confidence.value
        facts = [
            (labels["certainty"], labels.certainty[claim.certainty.level]),
            (labels["confidence"], f"{write_number(value, language)} – {labels.confidence(value).word}"),
            (labels["type"], labels.types[claim.type]),
        ]
        if claim.certainty.hedges:
            hedges = (
                f"{hedge.passage.exact} ({labels.hedge_classes[hedge.hedge_class]})" for hedge in claim.certainty.hedges
            )
            facts.insert(1, (labels["hedges"], "; ".join(hedges)))
        if claim.confidence.parts:
            parts = (
                f"{labels.confidence_parts.get(name, name)} {write_number(part, language)}"
                for name, part in claim.confidence.parts.items()
            )
            facts.append((labels["confidence_parts"], ", ".join(parts)))
        if claim.medium is not None:
            facts.append((labels["medium"], labels.media[claim.medium]))
        facts += self._time(labels["spoken"], claim.spoken)
        for name, passage in (("addressee", claim.addressee), ("publication", claim.source.publication)):
            if passage is not None:
                facts.append((labels[name], passage.exact))
        actor = node.voices[0]
        facts.append((labels["about_actor"], self._about(actor)))
        facts.append((labels["characters"].capitalize(), _offsets(claim.assertion.passages)))
        return facts

    def _about(self, actor: Actor) -> str:
        parts = [actor.name, self._labels.actor_kind(actor)]
        if not actor.named:
            parts.append(self._labels["unnamed"])
        parts += [text for text in (actor.description, actor.affiliation) if text]
        return ", ".join(parts)

    def _time(self, label: str, time: TimeReference | None) -> list[Fact]:
        if time is None:
            return []
        words = " ".join(time.passage.exact.split())
        return [(label, f"{words} ({write_date(time.date, self._map.language)})" if time.date else words)]

    def evidence(self, item: EvidenceNode) -> dict[str, Any]:
        """Describe a piece of evidence."""
        evidence, labels = item.evidence, self._labels
        facts = [(labels["evidence_kind"], item.kind)]
        words = joined_words([evidence.passage])
        if evidence.description != words:
            facts.append((labels["description"], evidence.description))
        producer = self._graph.actors.get(evidence.producer_id or "")
        if producer is not None:
            facts.append((labels["producer"], self._about(producer)))
        facts += self._time(labels["date"], evidence.date)
        facts.append((labels["characters"].capitalize(), _offsets([evidence.passage])))
        lists = [
            (
                labels["bears_on"],
                [self._claim_item(link.claim_id, link) for link in self._links_from[evidence.evidence_id]],
            ),
            (labels["reviews"], self._reviews[evidence.evidence_id]),
        ]
        return {
            "head": item.kind,
            "kicker": f"{item.number} · {labels['evidence']}",
            "direction": None,
            "document": item.document.document_id,
            "words": words,
            "spans": _spans("content", evidence.passage),
            "facts": facts,
            "lists": [part for part in lists if part[1]],
            "citation": self._citation(words, item.kind, item.document, [evidence.passage]),
        }

    def _end_item(self, link: EvidenceLink) -> Item:
        end = evidence_end(link)
        if link.evidence_id is None:
            return self._claim_item(end, link)
        evidence = self._graph.evidence[end]
        words = joined_words([evidence.passage])
        text = f"{self._numbers[end]} {self._labels.evidence_kind(evidence.kind)}: {_short(words)}"
        return _item(f"{text} ({self._link_words(link)})", end, link)

    def _claim_item(self, claim_id: str, link: EvidenceLink | None = None) -> Item:
        claim = self._graph.claims[claim_id]
        actor = self._graph.actors[claim.actor_id].name
        text = f"{self._numbers[claim_id]} {actor}: {_short(joined_words(claim.assertion.passages))}"
        return _item(f"{text} ({self._link_words(link)})" if link else text, claim_id, link)

    def _link_words(self, link: EvidenceLink) -> str:
        strength = self._labels.strength(link.strength).word
        number = write_number(link.strength, self._map.language)
        return f"{self._labels.directions[link.direction]}, {strength} {number}"

    def _same(self, claim: Claim) -> list[Item]:
        keys = (proposition.key for proposition in claim.assertion.propositions if not proposition.presupposed)
        others = {other.claim_id: None for key in keys for other in self._graph.claims_expressing(key)}
        others.pop(claim.claim_id, None)
        return [self._claim_item(claim_id) for claim_id in list(others)[:_MAX_SAME]]

    def _citation(self, words: str, by: str, document: Document, passages: tuple[Passage, ...] | list[Passage]) -> str:
        labels = self._labels
        opening, closing = labels["quote_open"], labels["quote_close"]
        parts = [f"{opening}{words}{closing} ({by})."]
        title = f"{opening}{document.title}{closing}. " if document.title else ""
        parts.append(f"{labels['citation_in']}: {title}{self._map.document_words(document)}")
        if document.url is not None:
            parts.append(document.url)
        if document.retrieved is not None:
            parts.append(f"({labels['retrieved']}: {write_moment(document.retrieved, self._map.language)})")
        parts.append(f"[{labels['characters'].capitalize()} {_offsets(passages)}]")
        return " ".join(parts)


def _item(text: str, record_id: str | None = None, link: EvidenceLink | None = None) -> Item:
    return {"text": text, "id": record_id, "direction": link.direction if link else None}


def _spans(kind: str, *passages: Passage | None) -> list[tuple[int, int, str]]:
    return [(passage.start, passage.end, kind) for passage in passages if passage is not None]


def _offsets(passages: tuple[Passage, ...] | list[Passage]) -> str:
    return ", ".join(f"{passage.start}–{passage.end}" for passage in passages)


def _short(text: str) -> str:
    return text if len(text) <= _ITEM_CHARACTERS else text[: _ITEM_CHARACTERS - 1].rstrip() + "…"
