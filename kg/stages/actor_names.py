"""The named actors of a document and what the text says they are, before it is asked who speaks where."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from kg.found import ActorMention, Found, FoundActor, TokenSpan
from kg.model import ActorKind, OrganisationKind
from kg.nouns import ActorRules, NounClasses, gender_of_name, is_first_name, load_actor_rules, load_noun_classes
from kg.places import country_name, country_of, country_of_capital
from kg.stages.actor_words import CLAUSAL, forms, noun_phrase
from kg.stages.entities import POSSESSIVES, NamedEntity, group_names
from kg.stages.organisation_kinds import (
    NAME_RELATIONS,
    class_of_ending,
    kind_by_nouns,
    kind_of_name,
    noun_forms,
    nouns_beside,
)
from kg.stages.times import is_calendar_word

KIND_OF_CLASS = {
    "person": ActorKind.ROLE,
    "organisation": ActorKind.ORGANISATION,
    "medium": ActorKind.MEDIUM,
    "group": ActorKind.GROUP,
    "state": ActorKind.STATE,
}
_KIND_OF_LABEL = {"PER": ActorKind.PERSON, "ORG": ActorKind.ORGANISATION}
_MAY_BE_SHORT = {ActorKind.PERSON, ActorKind.ORGANISATION}
_MIN_OUTLET_WORD = 4


@dataclass
class Draft:
    """An actor in the making."""

    kind: ActorKind
    name: str
    named: bool
    heads: set[str] = field(default_factory=set)
    description: str | None = None
    affiliation: str | None = None
    stands_for: str | None = None
    gender: str = "*"
    number: str = "*"
    mentions: list[ActorMention] = field(default_factory=list)

    def freeze(self, organisation_kind: OrganisationKind | None) -> FoundActor:
        """Return the actor as it is known now, its mentions in text order."""
        mentions = tuple(sorted(set(self.mentions), key=lambda mention: mention.span))
        description = self.description if self.description and _says_more(self.description, self.name) else None
        return FoundActor(
            self.kind,
            self.name,
            self.named,
            description,
            self.affiliation,
            self.stands_for,
            mentions,
            organisation_kind,
        )


def _says_more(description: str, name: str) -> bool:
    """Tell whether a description is more than the name with an article before it."""
    if not description.casefold().endswith(name.casefold()):
        return True
    return len(description.split()) > len(name.split()) + 1


class NamedActors:
    """The drafts of all actors of one document; ``by_token`` has the name that a token belongs to.

    The outlet is one of them where the article speaks of itself by name, but it is not among ``drafts``.
    """

    def __init__(self, doc: Doc, found: Found) -> None:
        """Draft an actor for every name in the document."""
        self._doc = doc
        self._language: str = found.document.language
        self._rules: ActorRules = load_actor_rules(self._language)
        self._nouns: NounClasses = load_noun_classes(self._language)
        self.drafts: list[Draft] = []
        self.by_token: dict[int, Draft] = {}
        publisher = found.document.publisher
        self.outlet = Draft(ActorKind.MEDIUM, publisher or self._rules.outlet, named=publisher is not None)
        unlabelled = tuple(self._names_without_label(found))
        self._marked = {i for mention in (*found.entities, *unlabelled) for i in range(*mention.span)}
        for entity in group_names(doc, sorted((*found.entities, *unlabelled), key=lambda mention: mention.span)):
            self._add_name(entity)
        self._join_short_names()

    def _join_short_names(self) -> None:
        """Join the first word of a company's name to the whole, which has a legal form at its end: "Hallwerk GmbH"."""
        for draft in [d for d in self.drafts if " " not in d.name and d.kind in _MAY_BE_SHORT]:
            whole = next((d for d in self.drafts if d.name.startswith(f"{draft.name} ") and self._is_firm(d)), None)
            if whole is None or gender_of_name(draft.name):
                continue
            whole.mentions.extend(draft.mentions)
            self.by_token.update((i, whole) for mention in draft.mentions for i in range(*mention.span))
            self.drafts = [other for other in self.drafts if other is not draft]

    def _is_firm(self, draft: Draft) -> bool:
        is_organisation = draft.kind is ActorKind.ORGANISATION
        return is_organisation and class_of_ending(draft.name, self._rules) == OrganisationKind.COMPANY

    def _names_without_label(self, found: Found) -> Iterator[ActorMention]:
        """Take runs of proper nouns in the words for a speaker as names, although no entity was found there."""
        doc, known = self._doc, {i for mention in found.entities for i in range(*mention.span)}
        for attribution in found.attributions:
            start, end = attribution.actor or (0, 0)
            i = start
            while i < end:
                stop = i
                while stop < end and stop not in known and self._may_be_name(doc[stop], goes_on=stop > i):
                    known.add(stop)
                    stop += 1
                if stop > i:
                    yield ActorMention(TokenSpan(i, stop), doc[i:stop].root.i)
                i = max(stop, i + 1)

    def _may_be_name(self, token: Token, *, goes_on: bool) -> bool:
        name_like = token.pos_ == "PROPN" or (goes_on and token.is_title and token.dep_ in NAME_RELATIONS)
        if goes_on and not token.nbor(-1).whitespace_ and (token.text == "-" or token.nbor(-1).text == "-"):
            return True  # "Dae-ho", where the tokens part at hyphens
        usable = not token.is_stop and not is_calendar_word(token.text, self._language)
        starts_like_name = goes_on or token.text[0].isupper()
        return name_like and starts_like_name and usable and self.class_of(token) is None

    def _add_name(self, entity: NamedEntity) -> None:
        kind = _KIND_OF_LABEL.get(entity.label, ActorKind.STATE)
        stands_for = None
        if entity.label != "PER" or entity.name in self._rules.buildings:
            country, capital = country_of(entity.name), country_of_capital(entity.name)
            building = self._rules.buildings.get(entity.name)
            if country:
                kind = ActorKind.STATE
            elif building:
                kind, stands_for = ActorKind.ORGANISATION, building
            elif self._is_called_person(entity):
                entity.label, kind = "PER", ActorKind.PERSON
            elif capital:
                kind = ActorKind.STATE
                template = str(self._rules.words["government_of"])
                stands_for = template.format(country=country_name(capital, self._language))
            else:
                kind = ActorKind.ORGANISATION
            if (
                not (country or building or capital or entity.label == "PER")
                and (noun := self._class_of_name(entity.name)) in KIND_OF_CLASS
            ):
                kind = KIND_OF_CLASS[noun] if noun != "person" else kind
            if kind is ActorKind.ORGANISATION and building is None and self._is_called_medium(entity):
                kind = ActorKind.MEDIUM
        draft = Draft(kind, entity.name, named=True, stands_for=stands_for, number="s")
        if kind is ActorKind.PERSON:
            first = self._doc[max(entity.mentions[0].span.start - 1, 0)]
            draft.gender = gender_of_name(entity.name) or "*"
            self.set_gender(draft, first)
        elif self.outlet.named and _is_part(entity.name, self.outlet.name):
            draft = self.outlet
        for mention in (*entity.mentions, *self._unmarked(entity)):
            draft.mentions.append(mention)
            for i in range(*mention.span):
                self.by_token[i] = draft
            if entity.label == "PER":
                self._describe_person(draft, mention)
        if draft is not self.outlet:
            self.drafts.append(draft)

    def _class_of_name(self, name: str) -> str | None:
        if kind_of_name(name, self._language):
            return "organisation"
        first, *_, last = f"{name} {name}".split()
        found = self._nouns.of(first, last)
        return (
            self._nouns.of(last) if found == "person" else found
        )  # "Deutsche" is one, "Deutsche Presseagentur" is none

    def _is_called_person(self, entity: NamedEntity) -> bool:
        """Tell whether the text says of a name of several words that it is somebody: "X Y, editor at the Z"."""
        if " " not in entity.name or self._nouns.of(entity.name.split()[-1]) is not None:
            return False
        for mention in entity.mentions:
            head = self._doc[mention.head]
            beside = [child for child in head.children if child.dep_ == "appos" and child.i >= mention.span.end]
            if head.dep_ in NAME_RELATIONS and head.head.i == mention.span.start - 1:
                beside.append(head.head)
            if any(self.class_of(token) == "person" for token in beside):
                return True
        return False

    def _unmarked(self, entity: NamedEntity) -> Iterator[ActorMention]:
        """Yield where a name of one word stands again without being marked as an entity."""
        for token in self._doc if " " not in entity.name else ():
            if (
                token.text == entity.name
                and token.pos_ == "PROPN"
                and not token.ent_type_
                and token.i not in self._marked
            ):
                yield ActorMention(TokenSpan(token.i, token.i + 1), token.i)

    def _is_called_medium(self, entity: NamedEntity) -> bool:
        """Tell whether a name is that of an outlet: by its last word, or as the text says so of it."""
        if class_of_ending(entity.name, self._rules) == "medium":
            return True
        beside = (token for mention in entity.mentions for token in nouns_beside(self._doc, mention))
        return any(token.pos_ == "NOUN" and self.class_of(token) == "medium" for token in beside)

    def organisation_kind(self, draft: Draft) -> OrganisationKind | None:
        """Return what kind of organisation an actor is, None for any other actor and where the text does not say it."""
        if draft.kind is not ActorKind.ORGANISATION:
            return None
        if draft.stands_for is not None:
            return OrganisationKind.GOVERNMENT_BODY  # by its seat
        is_name = any(named is draft for named in self.by_token.values())
        by_name = kind_of_name(draft.name, self._language) if is_name else None
        mentions = sorted(set(draft.mentions), key=lambda mention: mention.span)
        return by_name or kind_by_nouns(self._doc, mentions, self.by_token, self._nouns)

    def _describe_person(self, draft: Draft, mention: ActorMention) -> None:
        """Read off the nouns beside a name ("Verteidigungsminister X", "X, Direktor am Y") what the person is."""
        head = self._doc[mention.head]
        beside = [head.head] if head.dep_ in NAME_RELATIONS else []
        beside += [child for child in head.children if child.dep_ in NAME_RELATIONS]
        beside += [self._doc[i] for i in (mention.span.start - 1,) if i >= 0]
        # "Firma Brandis" is not the Rolf Brandis of whom the text speaks elsewhere
        may_be_body = (
            gender_of_name(draft.name) is None and len(draft.name.split()) == mention.span.end - mention.span.start
        )
        joined = {token.i for token in nouns_beside(self._doc, mention)}
        for token in beside:
            noun = self.class_of(token) if token.i not in range(*mention.span) else None
            is_body = noun == "medium" or (noun == "organisation" and token.i in joined)
            if (
                noun is not None
                and is_body
                and may_be_body
                and not any(child.dep_ == "case" for child in head.children)
            ):
                draft.kind = KIND_OF_CLASS[noun]
            if noun == "person":
                draft.heads |= forms(token)
                self.set_gender(draft, token)
                if draft.description is None:
                    draft.description = noun_phrase(token, without=mention.span)
                    draft.affiliation = self.affiliation_of(token, mention.span)

    def is_owner(self, start: int, draft: Draft, span: Span) -> bool:
        """Tell whether a name owns what follows: a possessive mark or a genitive before its noun."""
        end = start
        while end < len(self._doc) and self.by_token.get(end) is draft:
            end += 1
        if end >= span.end:
            return False
        last = self._doc[end - 1]
        marked = self._doc[end].text in POSSESSIVES or last.text.endswith(("’", "'"))
        owned = last.dep_ in {"nmod:poss"} or (last.dep_ == "nmod" and last.head.i >= end)
        return marked or owned

    def name_with(self, words: str) -> Draft | None:
        """Return the name of which these words are a part, as where only half of it was found."""
        if not words[:1].isupper():
            return None
        return next((d for d in self.drafts if d.named and f" {words} " in f" {d.name} "), None)

    def affiliation_of(self, head: Token, without: TokenSpan) -> str | None:
        """Return the organisation or state named in a noun phrase, outside some tokens of it."""
        for token in head.subtree:
            if token.i in range(*without) or any(node.dep_ in CLAUSAL for node in _path(token, head)):
                continue
            draft = self.by_token.get(token.i)
            if draft is not None and draft.kind in {ActorKind.ORGANISATION, ActorKind.STATE, ActorKind.MEDIUM}:
                return draft.name
        return None

    def class_of(self, token: Token) -> str | None:
        """Return what sort of actor a word names; a first name is no noun, whatever else it may mean."""
        if token.pos_ == "PROPN" and is_first_name(token.text, self._language):
            return None
        return self._nouns.of(*noun_forms(token)) if token.pos_ in {"NOUN", "PROPN", "ADJ", "X"} else None

    def set_gender(self, draft: Draft, token: Token) -> None:
        """Learn an actor's gender from a noun that is said of it, unless it is known."""
        word = token.lower_
        for known, endings in self._rules.gendered.items():
            if draft.gender == "*" and word.endswith(endings):
                draft.gender = known
        gender = {"Masc": "m", "Fem": "f", "Neut": "n"}.get("".join(token.morph.get("Gender", [])), "*")
        if gender != "*" and draft.gender == "*":
            draft.gender = gender


def _path(token: Token, head: Token) -> Iterator[Token]:
    """Yield a token and those above it, up to the head of the phrase, which is left out."""
    while token.i != head.i and token.head.i != token.i:
        yield token
        token = token.head


def _is_part(name: str, publisher: str) -> bool:
    """Tell whether an article speaks of its own outlet by a part of its name: "The Chronicle" of "The Harbour Chronicle"."""
    words, whole = set(name.casefold().split()), set(publisher.casefold().split())
    return words <= whole and len(max(words, key=len, default="")) >= _MIN_OUTLET_WORD
