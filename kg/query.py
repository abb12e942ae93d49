"""Named look-ups over extractions: documents, actors and claims by text, actor and document.

All take any iterable of extractions (``store.extractions()``, ``pipeline.extract``), read it once, and return records in
the order of the extractions. Text is compared after case folding; names also by their folded spelling, so that
"Selenskyj" finds "Zelensky".
"""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz.fuzz import ratio

from kg.concepts import fold_name
from kg.errors import QueryError
from kg.model import Actor, Claim, Direction, Document, EvidenceLink, Extraction, Language, Record

_SAME_NAME = 85.0  # per cent of characters in common, of folded words
_WORD = re.compile(r"\w+")


class FoundClaim(Record):
    """A claim with its document, its actor, and the actors of the claims around it, outermost first."""

    claim: Claim
    document: Document
    actor: Actor
    chain: tuple[Actor, ...] = ()


def find_documents(
    extractions: Iterable[Extraction], *, text: str | None = None, language: Language | None = None
) -> Iterator[Document]:
    """Find documents whose title, publisher or text has all words of ``text``."""
    words = _words(text)
    for extraction in extractions:
        document = extraction.document
        if language is not None and document.language != language:
            continue
        if words and not _has_words(" ".join(filter(None, (document.title, document.publisher, document.text))), words):
            continue
        yield document


def find_actors(extractions: Iterable[Extraction], name: str) -> Iterator[tuple[Actor, Document]]:
    """Find actors by name, in any spelling; every document speaks of its own.

    Raises:
        QueryError: the name has no letters.
    """
    wanted = [fold_name(word) for word in _WORD.findall(name)]
    if not wanted:
        msg = f'the name "{name}" has no letters; expected the name of an actor'
        raise QueryError(msg)
    for extraction in extractions:
        for actor in extraction.actors:
            if is_called(actor, wanted):
                yield actor, extraction.document


def is_called(actor: Actor, folded_words: Iterable[str]) -> bool:
    """Whether all these folded words stand in an actor's name, affiliation or what it stands for."""
    words = " ".join(filter(None, (actor.name, actor.affiliation, actor.stands_for)))
    known = [fold_name(word) for word in _WORD.findall(words)]
    return all(any(word == other or ratio(word, other) >= _SAME_NAME for other in known) for word in folded_words)


def find_claims(
    extractions: Iterable[Extraction],
    *,
    actor: str | None = None,
    text: str | None = None,
    document_id: str | None = None,
    language: Language | None = None,
) -> Iterator[FoundClaim]:
    """Find claims; what is given must all fit.

    Args:
        extractions: where to look.
        actor: a name, in any spelling, or an actor's identifier.
        text: words that must all stand in the claim's content, in any order.
        document_id: the document.
        language: the document's language.
    """
    words = _words(text)
    folded = [fold_name(word) for word in _WORD.findall(actor)] if actor else []
    for extraction in extractions:
        if document_id is not None and extraction.document.document_id != document_id:
            continue
        if language is not None and extraction.document.language != language:
            continue
        actors = {each.actor_id: each for each in extraction.actors}
        claims = {each.claim_id: each for each in extraction.claims}
        for claim in extraction.claims:
            speaker = actors[claim.actor_id]
            if actor and claim.actor_id != actor and not is_called(speaker, folded):
                continue
            if words and not _has_words(" ".join(p.exact for p in claim.assertion.passages), words):
                continue
            chain = tuple(actors[claims[i].actor_id] for i in claim.source.chain if i in claims)
            yield FoundClaim(claim=claim, document=extraction.document, actor=speaker, chain=chain)


def find_links(extraction: Extraction, claim_id: str, direction: Direction | None = None) -> Iterator[EvidenceLink]:
    """Find the links that tie a claim to evidence or to other claims, either way round."""
    for link in extraction.links:
        if claim_id in (link.claim_id, link.evidence_claim_id) and direction in (None, link.direction):
            yield link


def _words(text: str | None) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text or "")]


def _has_words(text: str, words: Iterable[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
