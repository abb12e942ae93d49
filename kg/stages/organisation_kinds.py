"""What kind of organisation a name or a noun stands for, where the text says it: a ministry, a company, a party.

Told by the last words of a name ("Hallwerk GmbH"), by its head ("Ministry of Health"), or by a noun that the text puts
beside it ("der Chemiekonzern Hallwerk", "Hallwerk, a chemical company", "Hallwerk is a company"). Else it stays open.
"""

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Token

from kg.found import ActorMention
from kg.lang import LANGUAGES
from kg.model import OrganisationKind
from kg.nouns import ActorRules, NounClasses, load_actor_rules, load_noun_classes
from kg.places import country_of

NAME_RELATIONS = frozenset({"appos", "flat", "flat:name", "compound", "nmod:npmod", "name"})
"""Relations between a name and the noun that says what bears it."""

_NOMINAL = {"NOUN", "PROPN"}
_MODIFIERS = {"compound", "amod"}


def noun_forms(token: Token) -> tuple[str, str, str]:
    """Return the forms by which a noun is looked up: with the word before it ("news agency"), its lemma, itself."""
    before = token.nbor(-1) if token.i else token
    modified = before.head == token and before.dep_ in _MODIFIERS
    return f"{before.lower_} {token.lemma_}" if modified else "", token.lemma_, token.text


def nouns_beside(doc: Doc, mention: ActorMention) -> Iterator[Token]:
    """Yield the nouns that the text puts beside a name to say what bears it."""
    head, inside = doc[mention.head], range(*mention.span)
    if mention.span.start > 0 and _belongs_to(before := doc[mention.span.start - 1], head):
        yield before
    if head.dep_ in NAME_RELATIONS and (head.dep_ == "appos" or head.head.i < mention.span.start):
        yield head.head  # in "the Hallwerk works" the name only modifies
    yield from (child for child in head.children if child.dep_ in NAME_RELATIONS and child.i not in inside)
    if head.dep_ == "nsubj" and any(child.dep_ == "cop" for child in head.head.children):
        yield head.head


def _belongs_to(token: Token, head: Token) -> bool:
    """Tell whether a noun right before a name is one phrase with it: "the insurer Hallwerk"."""
    siblings = token.head == head.head and token.dep_ in NAME_RELATIONS
    return token.head == head or head.head == token or siblings


def kind_of_name(name: str, language: str) -> OrganisationKind | None:
    """Return the kind that a name itself says, by its last word or by its head, be it a name of another language."""
    rules, nouns = load_actor_rules(language), load_noun_classes(language)
    words = name.split()
    if (ending := class_of_ending(name, rules)) is not None:
        return OrganisationKind(ending) if ending in set(OrganisationKind) else None
    if (whole := nouns.organisation_kind_of_word(name)) is not None:
        return whole  # "House of Commons"
    for place, word in reversed(list(enumerate(_before_complement(words)))):
        if country_of(word):
            continue  # whose it is
        forms = (f"{words[place - 1]} {word}" if place else "", word)
        if nouns.of(*forms) is not None:
            return nouns.organisation_kind(*forms)
        for other in LANGUAGES:
            if (kind := load_noun_classes(other).organisation_kind_of_word(word)) is not None:
                return kind
    return None


def class_of_ending(name: str, rules: ActorRules) -> str | None:
    """Return what the last word of a name of several words says of it: a legal form, a word in titles of outlets."""
    words = name.casefold().split()
    endings = rules.name_endings.items()
    return next((known for known, forms in endings if len(words) > 1 and words[-1] in forms), None)


def kind_by_nouns(
    doc: Doc, mentions: Iterable[ActorMention], in_names: Iterable[int], nouns: NounClasses
) -> OrganisationKind | None:
    """Return the kind that the nouns say by which the text speaks of an actor, or that stand beside its name.

    Args:
        doc: the document of the mentions.
        mentions: those of one actor; the first that says it counts.
        in_names: tokens of names, which say nothing here.
        nouns: the classes of the language.
    """
    named = set(in_names)
    for mention in mentions:
        bracketed = mention.span.start > 0 and doc[mention.span.start - 1].text == "("
        for token in (doc[mention.head], *nouns_beside(doc, mention)):
            if token.pos_ not in _NOMINAL or token.i in named:
                continue
            if bracketed and token == doc[mention.head].head and token.dep_ == "nmod":
                continue  # "Gewerkschaft der Polizei (GdP)" is none of the police
            if kind := nouns.organisation_kind(*noun_forms(token)):
                return kind
    return None


def _before_complement(words: list[str]) -> list[str]:
    """Return the words of a name up to where a lower-case one begins what follows its head: "Ministry of Health"."""
    end = next((i for i, word in enumerate(words) if i and word[0].islower()), len(words))
    return words[:end]
