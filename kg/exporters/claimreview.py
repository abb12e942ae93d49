"""schema.org ``Claim`` and, once a fact-checker has judged, ``ClaimReview``: what search engines read on a web page.

We never judge. Without a ``FactCheck`` the file says who claims what where; the rating, and the page that gives the
reasons for it, are the fact-checker's own words. Properties follow Google's "Fact Check (ClaimReview) structured data".
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from kg.errors import InputError
from kg.exporters.claim_map import ClaimMap, ClaimNode
from kg.exporters.html_data import web_address
from kg.exporters.imprint import SOFTWARE
from kg.model import Actor, ActorKind, Direction, Document
from kg.vocab import record_iri

Node = dict[str, Any]
_PEOPLE = (ActorKind.PERSON, ActorKind.ROLE)


@dataclass(frozen=True)
class FactCheck:
    """What a fact-checker found.

    Attributes:
        url: of the page with the fact check.
        rating: in words, as readers see it: "Unproven", "Mostly true".
        author: who checked.
        author_url: their web site.
    """

    url: str
    rating: str
    author: str
    author_url: str | None = None


def write_claimreview(claim_map: ClaimMap, out: IO[bytes], fact_check: FactCheck | None = None) -> None:
    """Write JSON-LD for a script element of a web page.

    With a question: one claim, its words those of the question, that appears wherever a claim supports it; without:
    every claim.

    Raises:
        InputError: there is a fact check but no question that it judges, or its address is none of the web.
    """
    imprint = claim_map.imprint
    about: Node = {
        "@type": "Dataset",
        "@id": record_iri(imprint.digest),
        "name": claim_map.title,
        "description": f"{imprint.scope}. {claim_map.labels['disclaimer']}",
        "creditText": imprint.citation,
        "inLanguage": claim_map.language.value,
        "creator": {"@type": "SoftwareApplication", "name": SOFTWARE},
    }
    if imprint.made is not None:
        about["dateCreated"] = imprint.made
    nodes = [about]
    if claim_map.question is None:
        if fact_check is not None:
            msg = "a ClaimReview judges one claim; expected a question with it"
            raise InputError(msg)
        nodes += [_claim(claim_map, node) for node in claim_map.claims]
    else:
        asked = _asked(claim_map, claim_map.question)
        nodes.append(asked if fact_check is None else _review(claim_map, claim_map.question, asked, fact_check))
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False, indent=1)
    # it stands in a script element
    out.write(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").encode("utf-8", "replace"))
    out.write(b"\n")


def _review(claim_map: ClaimMap, question: str, asked: Node, fact_check: FactCheck) -> Node:
    for url in (fact_check.url, fact_check.author_url):
        if url is not None and web_address(url) is None:
            msg = f'"{url}" is not an address of the web; expected http:// or https://'
            raise InputError(msg)
    author: Node = {"@type": "Organization", "name": fact_check.author}
    if fact_check.author_url:
        author["url"] = fact_check.author_url
    review: Node = {
        "@type": "ClaimReview",
        "url": fact_check.url,
        "claimReviewed": question,
        "author": author,
        "reviewRating": {"@type": "Rating", "alternateName": fact_check.rating},
        "itemReviewed": asked,
        "isBasedOn": _unique(_article(node.document) for node in claim_map.claims),
    }
    if claim_map.imprint.made is not None:
        review["datePublished"] = claim_map.imprint.made
    return review


def _asked(claim_map: ClaimMap, question: str) -> Node:
    supporting = sorted(
        (node for node in claim_map.claims if node.direction is Direction.SUPPORTS),
        key=lambda node: (node.document.published.value if node.document.published else "9999", node.number),
    )
    asked: Node = {"@type": "Claim", "name": question}
    if supporting:
        asked["author"] = _unique(_actor(node.voices[0]) for node in supporting)
        asked["appearance"] = _unique(_article(node.document) for node in supporting)
        if supporting[0].document.published is not None:
            asked["firstAppearance"] = _article(supporting[0].document)
            asked["datePublished"] = supporting[0].document.published.value
    return asked


def _claim(claim_map: ClaimMap, node: ClaimNode) -> Node:
    claim: Node = {
        "@type": "Claim",
        "@id": record_iri(node.claim.claim_id),
        "name": node.content,
        "author": _actor(node.voices[0]),
        "appearance": _article(node.document),
        "creditText": claim_map.chain_words(node),
        "inLanguage": node.document.language.value,
    }
    if node.document.published is not None:
        claim["datePublished"] = node.document.published.value
    return claim


def _actor(actor: Actor) -> Node:
    """Describe who claims: a person or office, else an organisation."""
    described: Node = {"@type": "Person" if actor.kind in _PEOPLE else "Organization", "name": actor.name}
    if actor.description:
        described["description"] = actor.description
    return described


def _article(document: Document) -> Node:
    article: Node = {"@type": "NewsArticle", "@id": record_iri(document.document_id)}
    if document.title:
        article["headline"] = document.title
    url = web_address(document.url)
    if url:
        article["url"] = url
    if document.published is not None:
        article["datePublished"] = document.published.value
    if document.publisher:
        article["publisher"] = {"@type": "Organization", "name": document.publisher}
    article["inLanguage"] = document.language.value
    return article


def _unique(nodes: Iterable[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node not in found:
            found.append(node)
    return found
