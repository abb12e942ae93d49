"""Names in the text: persons, organisations and places, with the variants of one name under one roof."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc, Span, Token

from kg.found import ActorMention, Found, TokenSpan
from kg.nouns import NounClasses, gender_of_name, is_first_name, load_actor_rules, load_noun_classes
from kg.places import country_of, country_of_capital
from kg.stages import Stage

_LABELS = {"PER", "ORG", "LOC"}
_NAME_PARTS = {"compound", "flat", "flat:name"}
_UNLABELLED = "PER"  # a name without label that stands for a speaker is most often a person
POSSESSIVES = {"'s", "’s", "'", "’"}
_HYPHENS = {"-", "‐", "‑"}
_GENITIVE_ENDINGS = ("'s", "’s", "'", "’")
_MIN_GENITIVE_LENGTH = 4  # "Hans" is no genitive of "Han", but "Putins" is one of "Putin"


@dataclass
class NamedEntity:
    """The mentions of one name. ``name`` is its fullest form, without genitive; ``label`` is PER, ORG or LOC."""

    name: str
    label: str
    mentions: list[ActorMention] = field(default_factory=list)


def find_entities(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find the names of persons, organisations and places, as mentions in text order."""
    rules = load_actor_rules(found.document.language)
    titles = set(rules.words["titles"])
    nouns = load_noun_classes(found.document.language)
    mentions = []
    for ent in doc.ents:
        if ent.label_ not in _LABELS:
            continue
        start, end = ent.start, ent.end
        while end > start and (doc[end - 1].text in POSSESSIVES or doc[end - 1].is_space or doc[end - 1].is_quote):
            end -= 1
        while (
            end + 1 < len(doc)
            and doc[end].text in _HYPHENS
            and not doc[end - 1].whitespace_
            and not doc[end].whitespace_
        ):
            end += 2  # "Shin Dae-ho", where the tokens part at hyphens
        while start < end and (
            doc[start].text in titles or doc[start].pos_ == "DET" or doc[start].is_space or doc[start].is_quote
        ):
            start += 1
        language = found.document.language
        while end - start > 1 and ent.label_ == "PER" and _is_person_noun(doc[start], nouns, language):
            start += 1  # "Angler Jost Reimann": the name begins after what the person is
        if end - start == 1 and doc[start].pos_ == "NOUN" and nouns.of(doc[start].lemma_, doc[start].text):
            continue  # what somebody is, and no name
        while start < end and start > 0 and _belongs_to_next(doc[start - 1], nouns, titles):
            start -= 1
        end = next((i for i in range(start + 1, end) if doc[i].is_quote or doc[i].pos_ in {"AUX", "VERB"}), end)
        if start < end:
            mentions.append(ActorMention(TokenSpan(start, end), doc[start:end].root.i))
    return {"entities": tuple(mentions)}


def _is_person_noun(token: Token, nouns: NounClasses, language: str) -> bool:
    return nouns.of(token.lemma_, token.text) == "person" and not is_first_name(token.text, language)


def _belongs_to_next(token: Token, nouns: NounClasses, titles: set[str]) -> bool:
    """Tell whether a proper noun that was left out is the first part of the name after it: "Air" of "Air Niugini"."""
    joined = token.dep_ in _NAME_PARTS and token.head.i > token.i and token.head.ent_type_ in _LABELS
    joined |= token.nbor().dep_ in _NAME_PARTS and token.nbor().head == token
    name_like = token.pos_ == "PROPN" and token.is_title and not token.ent_type_ and bool(token.whitespace_)
    return joined and name_like and token.text not in titles and nouns.of(token.lemma_, token.text) is None


def group_names(doc: Doc, mentions: Sequence[ActorMention]) -> list[NamedEntity]:
    """Put the variants of a name together: "Seth Jones" and "Jones", "Nordkorea" and "Nordkoreas", a name and its acronym.

    Persons are matched by their last names, organisations by equality or initials, places by equality.
    """
    plain = {word for mention in mentions for word in _as_base(doc, mention)}
    persons = {doc[m.span.start : m.span.end].text for m in mentions if doc[m.span.start].ent_type_ == "PER"}
    last_names = persons & {name.split()[-1] for name in persons if " " in name}
    groups: list[NamedEntity] = []
    for mention in mentions:
        span = doc[mention.span.start : mention.span.end]
        name = _without_genitive(span, plain)
        label = "PER" if name in last_names else next((t.ent_type_ for t in span if t.ent_type_), _UNLABELLED)
        group = next((group for group in reversed(groups) if _same_name(group, name, label)), None)
        if group is not None and "PER" in {label, group.label}:
            group.label = "PER"
        if group is None:
            group = NamedEntity(name, label)
            groups.append(group)
        elif len(name) > len(group.name):
            group.name = name
        group.mentions.append(mention)
    for group in groups:
        if group.label == "PER" and country_of(group.name) and gender_of_name(group.name) is None:
            group.label = "LOC"
    return groups


def _as_base(doc: Doc, mention: ActorMention) -> Iterator[str]:
    """Give name and last name where they stand without genitive: "Alvers’" is of "Alvers", not of "Alver"."""
    last = doc[mention.span.end - 1]
    apostrophe = mention.span.end < len(doc) and doc[mention.span.end].text in {"'", "’"} and not last.whitespace_
    if apostrophe or last.morph.get("Case", []) != ["Gen"]:
        yield doc[mention.span.start : mention.span.end].text
        yield last.text


def _without_genitive(span: Span, plain: set[str]) -> str:
    text = " ".join(span.text.split())
    for ending in _GENITIVE_ENDINGS:
        if text.endswith(ending):
            return text.removesuffix(ending)
    last: Token = span[-1]
    stem = text[:-1]
    if not text.endswith("s") or text.endswith("ss") or country_of(text) or country_of_capital(text):
        return text
    if len(span) > 1 and any(token.text.islower() for token in span):
        return stem if stem in plain else text  # "Commission for Employment and Skills" has a plural at its end
    if len(last.text) <= _MIN_GENITIVE_LENGTH:
        owner = last.dep_ in {"nmod", "nmod:poss"} or text not in plain
        return stem if stem in plain and owner else text
    genitive = last.morph.get("Case", []) == ["Gen"] and not {text, last.text} & plain
    return stem if genitive or stem in plain or country_of(stem) or country_of_capital(stem) else text


def _same_name(group: NamedEntity, name: str, label: str) -> bool:
    if group.name == name:
        return True
    shorter, longer = sorted((group.name, name), key=len)
    if "PER" in {label, group.label} and label != group.label:
        # "Palin" is the person named in full, whatever label it got here; "Washington" may be the city
        of_longer = label if longer == name else group.label
        known_place = country_of(shorter) or country_of_capital(shorter)
        return of_longer == "PER" and " " in longer and longer.endswith(" " + shorter) and not known_place
    if group.label != label:
        return False
    if label == "PER":
        return (
            longer.endswith(" " + shorter) or longer.startswith(shorter + " ") or _abbreviates_person(shorter, longer)
        )
    if label == "ORG":
        return shorter.isupper() and shorter == "".join(_initials(longer))
    return False


def _abbreviates_person(shorter: str, longer: str) -> bool:
    """Tell whether two names share first and last name: "George Bush" and "George W. Bush"."""
    short, long = shorter.split(), longer.split()
    return len(short) > 1 and len(long) > len(short) and short[0] == long[0] and short[-1] == long[-1]


def _initials(name: str) -> Iterator[str]:
    for word in name.replace("-", " ").split():
        if word[0].isupper():
            yield word[0]


ENTITIES = Stage(name="entities", version="1", needs=(), fills=("entities",), run=find_entities)
