"""From tokens to concepts: words, compounds, countries, names and numbers."""

import re
from collections.abc import Iterable
from functools import lru_cache

from kg.concepts import load_concepts, name_concept, place_concepts
from kg.stages.clause_rules import PropositionWords, load_proposition_rules
from kg.stages.clauses import Tree

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "X"})
_LONGEST_PLACE = 3  # words
_THOUSANDS = {"de": ".", "en": ","}
_DECIMAL = {"de": ",", "en": "."}
_DIGITS = re.compile(r"\d[\d.,  ]*")


def concepts_of_tokens(tree: Tree) -> list[tuple[str, ...]]:
    """Return the concepts of every token of a document; none for words without content of their own."""
    found: list[tuple[str, ...]] = [()] * len(tree.words)
    words = tree.rules.words
    i = 0
    while i < len(found):
        pos = tree.pos[i]
        if pos not in _CONTENT:
            i += 1
            continue
        length = _place_length(tree, i)
        if length:
            place = place_concepts(" ".join(token.text for token in tree.doc[i : i + length]))
            found[i : i + length] = [place] * length
            i += length
            continue
        found[i] = (
            _concepts_of_word(tree.doc[i].text, tree.lemmas[i], pos, tree.language)
            if _has_content(tree, i, words)
            else ()
        )
        i += 1
    for i, pos in enumerate(tree.pos):
        if pos == "NUM":
            found[i] = _number(tree, i)
    return found


def _has_content(tree: Tree, i: int, words: PropositionWords) -> bool:
    return (
        tree.lemmas[i] not in words.stop
        and tree.words[i] not in words.negations
        and tree.deps[i] not in ("aux", "aux:pass", "cop", "compound:prt")
    )


def _place_length(tree: Tree, i: int) -> int:
    """Number of tokens, at least two, that name a country from here on."""
    if not tree.doc[i].text[:1].isupper():
        return 0
    for length in range(_LONGEST_PLACE, 1, -1):
        if i + length <= len(tree.words) and place_concepts(" ".join(token.text for token in tree.doc[i : i + length])):
            return length
    return 0


@lru_cache(maxsize=200_000)
def _concepts_of_word(text: str, lemma: str, pos: str, language: str) -> tuple[str, ...]:
    table = load_concepts()
    place = place_concepts(text) or place_concepts(lemma)
    if place:
        return place
    if "-" in text.strip("-"):
        pieces = [piece for piece in re.split("-", text) if piece]
        # the head of words joined by hyphens stands last, in both languages
        joined = [
            concept
            for piece in reversed(pieces)
            for concept in _concepts_of_word(
                piece, lemma.split("-")[-1] if piece is pieces[-1] else piece.lower(), pos, language
            )
        ]
        return tuple(dict.fromkeys(joined))
    if pos == "PROPN":
        concepts: tuple[str, ...] = (name_concept(text),)
        if table.knows(lemma, "NOUN", language):
            concepts += table.concepts(lemma, "NOUN", language)
        return concepts
    known = table.concepts(lemma, pos, language)
    if text[:1].isupper() and not table.knows(lemma, pos, language):
        return (*known, name_concept(text))
    return known


def _number(tree: Tree, i: int) -> tuple[str, ...]:
    value = read_number(tree.words[i], tree.language)
    if value is None:
        return ()
    # "6,7 million": a number word that multiplies stands to the right
    for right in (i + 1,):
        factor = tree.rules.numbers.get(tree.words[right]) if right < len(tree.words) else None
        if factor and factor >= 100:
            value *= factor
    left = read_number(tree.words[i - 1], tree.language) if i and tree.pos[i - 1] == "NUM" and value >= 100 else None
    if left and value in (100, 1000, 1_000_000, 1_000_000_000):
        return ()
    return (f"num:{value:g}" if value % 1 else f"num:{int(value)}",)


def read_number(word: str, language: str) -> float | None:
    """Return the value of a number in digits or letters, as the language writes it: "6.700" is 6700 in German.

    >>> read_number("6.700", "de")
    6700.0
    """
    if not _DIGITS.fullmatch(word):
        value = load_proposition_rules(language).numbers.get(word)
        return None if value is None else float(value)
    thousands = _THOUSANDS.get(language, ",")
    plain = re.sub(rf"(?<=\d)[{re.escape(thousands)}  ](?=\d{{3}}(?!\d))", "", word).replace(
        _DECIMAL.get(language, "."), "."
    )
    try:
        return float(plain)
    except ValueError:
        return None


def merge(concepts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Join concepts in order, each once."""
    return tuple(dict.fromkeys(concept for group in concepts for concept in group))
