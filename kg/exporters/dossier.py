"""The evidence file: a claim map in reading order, every word ready to be set; PDF and Markdown lay it out."""

from dataclasses import dataclass

from kg.exporters.appearance import look_of
from kg.exporters.claim_map import ClaimMap, ClaimNode, EvidenceNode, evidence_end, joined_words
from kg.exporters.html_data import web_address
from kg.labels import write_moment, write_number
from kg.model import ClaimType, Document, EvidenceLink, Passage

_AROUND = 160  # characters of the article before and after a claim's words


@dataclass(frozen=True)
class Ground:
    """Evidence, or a claim used as evidence: ``how`` it bears on the claim, its number, what it is, its words."""

    how: str
    sign: str
    colour: str
    number: str
    kind: str
    words: str
    language: str


@dataclass(frozen=True)
class Entry:
    """One claim.

    Attributes:
        who: the speaker, then through whom it reached us.
        pieces: the article around and of the claim; each with whether it is the claim's own words.
        facts: type, certainty, our confidence, the claim around it.
        place: number of the document in ``Dossier.documents`` and the characters.
    """

    number: str
    who: str
    pieces: tuple[tuple[str, bool], ...]
    quoted: bool
    language: str
    facts: tuple[str, ...]
    grounds: tuple[Ground, ...]
    place: str


@dataclass(frozen=True)
class Section:
    """Claims that bear on the question in one way, or those of one document."""

    title: str
    detail: str
    sign: str
    colour: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class SourceEntry:
    """A document: its number, title, outlet and date, address, and when it was retrieved or read."""

    number: str
    title: str
    outlet: str
    url: str | None
    language: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Dossier:
    """All of the file. ``loose`` is evidence that bears on no claim."""

    language: str
    title: str
    question: str
    kicker: str
    counts: str
    findings: tuple[tuple[str, tuple[str, ...]], ...]
    sections: tuple[Section, ...]
    loose: tuple[Ground, ...]
    documents: tuple[SourceEntry, ...]
    scope: str
    made: str | None
    made_words: str
    citation: str
    words: dict[str, str]


_WORDS = (
    "cite_as",
    "disclaimer",
    "documents",
    "evidence",
    "loose_evidence",
    "made",
    "no_claims",
    "no_claims_for_question",
    "quote_close",
    "quote_open",
    "scope",
    "claim_map",
    "page_of",
)


def build_dossier(claim_map: ClaimMap) -> Dossier:
    """Put a claim map into reading order."""
    imprint, labels = claim_map.imprint, claim_map.labels
    writer = _Writer(claim_map)
    is_other_title = claim_map.question is not None and claim_map.question != claim_map.title
    return Dossier(
        language=claim_map.language,
        title=claim_map.title,
        question=claim_map.question or "" if is_other_title else "",
        kicker=f"{labels['claim_map']} · {labels['question']}" if claim_map.question else labels["claim_map"],
        counts=" · ".join(claim_map.counts()),
        findings=claim_map.findings(),
        sections=tuple(
            Section(
                title=f"{group.title} ({len(group.claims)})",
                detail=group.detail or "",
                sign=look_of(group.direction).sign,
                colour=look_of(group.direction).colour,
                entries=tuple(writer.entry(node) for node in group.claims),
            )
            for group in claim_map.groups
        ),
        loose=tuple(writer.loose(item) for item in claim_map.loose_evidence),
        documents=tuple(writer.sources()),
        scope=imprint.scope,
        made=imprint.made,
        made_words=imprint.made_words,
        citation=imprint.citation,
        words={name: labels[name] for name in _WORDS},
    )


class _Writer:
    """Puts records into words."""

    def __init__(self, claim_map: ClaimMap) -> None:
        self._map = claim_map
        self._labels = claim_map.labels
        self._places = {
            item.document.document_id: f"D{number}" for number, item in enumerate(claim_map.extractions, start=1)
        }

    def entry(self, node: ClaimNode) -> Entry:
        """Describe a claim."""
        claim, labels = node.claim, self._labels
        facts = [labels.types[claim.type], self._map.certainty_words(node), self._map.confidence_words(node)]
        if claim.certainty.hedges:
            hedges = (f"{h.passage.exact} ({labels.hedge_classes[h.hedge_class]})" for h in claim.certainty.hedges)
            facts.append(f"{labels['hedges']}: {', '.join(hedges)}")
        if claim.parent_id in self._map.numbers:
            facts.append(f"{labels['within']} {self._map.numbers[claim.parent_id]}")
        links = self._map.links_on.get(claim.claim_id, ())
        passages = claim.assertion.passages
        return Entry(
            number=node.number,
            who=self._map.chain_words(node),
            pieces=_in_context(node.document, passages),
            quoted=claim.type is ClaimType.DIRECT,
            language=node.document.language,
            facts=tuple(facts),
            grounds=tuple(self._ground(link) for link in links),
            place=self._place(node.document, passages),
        )

    def _place(self, document: Document, passages: tuple[Passage, ...]) -> str:
        spans = ", ".join(f"{passage.start}–{passage.end}" for passage in passages)
        name = self._map.document_words(document)
        return f"{self._places[document.document_id]} {name}, {self._labels['characters']} {spans}"

    def _ground(self, link: EvidenceLink) -> Ground:
        end, look = evidence_end(link), look_of(link.direction)
        strength = self._labels.strength(link.strength).word
        how = (
            f"{self._labels.directions[link.direction]} ({strength} {write_number(link.strength, self._map.language)})"
        )
        if link.evidence_id is None:
            claim = self._map.graph.claims[end]
            kind = self._map.graph.actors[claim.actor_id].name
            words, document_id = joined_words(claim.assertion.passages), claim.source.document_id
        else:
            evidence = self._map.graph.evidence[end]
            kind = self._labels.evidence_kind(evidence.kind)
            words, document_id = joined_words([evidence.passage]), evidence.passage.document_id
        language = self._map.graph.documents[document_id].language
        return Ground(how, look.sign, look.colour, self._map.numbers[end], kind, words, language)

    def loose(self, item: EvidenceNode) -> Ground:
        """Describe evidence that bears on no claim."""
        words = joined_words([item.evidence.passage])
        return Ground("", "", look_of(None).colour, item.number, item.kind, words, item.document.language)

    def sources(self) -> list[SourceEntry]:
        """Describe the documents, in the order of their numbers."""
        labels, language = self._labels, self._map.language
        entries = []
        for extraction in self._map.extractions:
            document, provenance = extraction.document, extraction.provenance
            facts = []
            if document.authors:
                facts.append(f"{labels['authors']} {', '.join(document.authors)}")
            if document.retrieved is not None:
                facts.append(f"{labels['retrieved']}: {write_moment(document.retrieved, language)}")
            if provenance.extracted is not None:
                facts.append(f"{labels['extracted']}: {write_moment(provenance.extracted, language)}")
            facts.append(f"{labels['software']}: {provenance.software}, {provenance.pipeline}")
            facts.append(f"SHA-256 {document.sha256[:16]}…")
            entries.append(
                SourceEntry(
                    number=self._places[document.document_id],
                    title=document.title or document.document_id,
                    outlet=self._map.document_words(document),
                    url=web_address(document.url),
                    language=document.language,
                    facts=tuple(facts),
                )
            )
        return entries


def _in_context(document: Document, passages: tuple[Passage, ...]) -> tuple[tuple[str, bool], ...]:
    """Return the words of a claim with those around them; what is left out is an ellipsis."""
    text = document.text
    pieces: list[tuple[str, bool]] = []
    at = max(0, passages[0].start - _AROUND)
    before = _from_word(text[at : passages[0].start], is_cut=at > 0)
    pieces.append((before, False))
    for passage, following in zip(passages, (*passages[1:], None), strict=True):
        pieces.append((" ".join(passage.exact.split()), True))
        end = following.start if following is not None else min(len(text), passage.end + _AROUND)
        after = text[passage.end : end]
        if following is None:
            after = _to_word(after, is_cut=end < len(text))
        elif len(after) > 2 * _AROUND:
            after = f"{_to_word(after[:_AROUND], is_cut=True)} {_from_word(after[-_AROUND:], is_cut=True)}"
        pieces.append((after, False))
    return tuple((_one_line(words), own) for words, own in pieces if words)


def _from_word(text: str, *, is_cut: bool) -> str:
    """Begin with the paragraph, else with a whole word."""
    head, found, last = text.rpartition("\n\n")
    if found:
        return last
    return f"… {head.partition(' ')[2] or last.partition(' ')[2]}" if is_cut else text


def _to_word(text: str, *, is_cut: bool) -> str:
    """End with the paragraph, else with a whole word."""
    first, found, _ = text.partition("\n\n")
    if found:
        return first
    return f"{text.rpartition(' ')[0]} …" if is_cut else text


def _one_line(text: str) -> str:
    """Keep one blank where white space is, at the ends too: the pieces are set one after the other."""
    words = " ".join(text.split())
    return f"{' ' if text[:1].isspace() else ''}{words}{' ' if words and text[-1:].isspace() else ''}"
