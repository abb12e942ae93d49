"""The noun phrases by which a text speaks of actors: their heads, their definiteness, their plain words."""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from kg.found import TokenSpan
from kg.nouns import ActorRules

CLAUSAL = frozenset({"acl", "acl:relcl", "appos", "parataxis", "advcl"})
"""Relations of what only comments on a noun."""


def forms(token: Token) -> set[str]:
    """Return lemma and form of a token, lower case."""
    return {token.lemma_.lower(), token.text.lower()}


def is_definite(head: Token, rules: ActorRules) -> bool:
    """Tell whether a noun phrase is definite; one without any article counts where it is singular ("Polizei")."""
    for child in head.children:
        if child.pos_ in {"DET", "NUM"} and child.i < head.i:
            return child.text.lower() not in rules.words["indefinite"]
    return head.morph.get("Number", []) != ["Plur"]


def noun_phrase(head: Token, within: Span | None = None, without: TokenSpan | None = None) -> str | None:
    """Return the words of a noun phrase without article, apposition and clauses, its head as a lemma."""
    dropped = {i for i in range(*without)} if without else set()
    for child in head.children:
        if child.dep_ in CLAUSAL or child.dep_ in {"det", "case", "punct", "cc", "conj", "mark", "advmod"}:
            dropped.update(token.i for token in child.subtree)
    tokens = [
        token
        for token in head.subtree
        if token.i not in dropped and (within is None or within.start <= token.i < within.end)
    ]
    return " ".join("".join(_words(tokens, head)).split()) or None


def _words(tokens: list[Token], head: Token) -> Iterator[str]:
    for place, token in enumerate(tokens):
        if place and tokens[place - 1].i + 1 < token.i:
            yield " "  # something was left out in between
        inflected = token == head and token.lemma_[:3].lower() == token.text[:3].lower()
        yield (
            token.lemma_ if inflected and token.morph.get("Number", []) != ["Plur"] else token.text
        ) + token.whitespace_


def plain_text(span: Span) -> str:
    """Return the words of a span on one line, without punctuation at its ends."""
    return " ".join(span.text.strip(' ,;:–-„“”"»«').split())
