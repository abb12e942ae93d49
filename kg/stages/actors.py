"""Who the words for a speaker stand for: names, roles, groups, pronouns, metonymy, merged within the document."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from spacy.tokens import Doc, Span, Token

from kg.found import ActorMention, Attribution, Found, TokenSpan
from kg.model import ActorKind, ClaimType
from kg.nouns import ActorRules, PronounRules, load_actor_rules
from kg.stages import Stage
from kg.stages.actor_names import KIND_OF_CLASS, Draft, NamedActors
from kg.stages.actor_words import forms, is_definite, noun_phrase, plain_text
from kg.stages.organisation_kinds import NAME_RELATIONS

_SUBJECTS = {"nsubj", "nsubj:pass"}
_PRONOUN_WINDOW = 120  # tokens; a pronoun further from its name is not resolved


def resolve_actors(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Say for each attribution who its actor is.

    Args:
        doc: a parsed document.
        found: entities, attributions and quoted spans are read.

    Returns:
        ``actors``: the outlet first, then every actor that claims something, in the order of their first claim.
        ``actor_of``: for each attribution the index of its actor.
    """
    names = NamedActors(doc, found)
    resolver = _Resolver(doc, found, names)
    drafts: list[Draft] = [names.outlet]
    indices: dict[int, int] = {id(names.outlet): 0}
    actor_of: list[int] = [0] * len(found.attributions)
    in_text_order = sorted(range(len(found.attributions)), key=lambda index: _position(found.attributions[index]))
    for index in in_text_order:
        draft = resolver.resolve(found.attributions[index])
        if id(draft) not in indices:
            indices[id(draft)] = len(drafts)
            drafts.append(draft)
        actor_of[index] = indices[id(draft)]
    return {
        "actors": tuple(draft.freeze(names.organisation_kind(draft)) for draft in drafts),
        "actor_of": tuple(actor_of),
    }


def _position(attribution: Attribution) -> int:
    if attribution.actor is not None:
        return attribution.actor.start
    return attribution.cue[0].start if attribution.cue else attribution.content[0].start


class _Resolver:
    """Holds the actors of one document while its attributions are walked in text order."""

    def __init__(self, doc: Doc, found: Found, names: NamedActors) -> None:
        self._doc = doc
        self._names = names
        language = found.document.language
        self._quoted = found.quoted
        self._rules: ActorRules = load_actor_rules(language)
        self._pronouns = _pronouns_by_form(language)
        self._hearsay = {lemma.lower() for lemma in self._rules.hearsay_lemmas}
        self._publications: dict[str, Draft] = {}
        self._last: Draft | None = None

    def resolve(self, attribution: Attribution) -> Draft:
        """Return the actor of one attribution; attributions must come in text order."""
        if attribution.type is ClaimType.OWN:
            return self._names.outlet
        draft = self._resolve_span(attribution) if attribution.actor is not None else self._without_actor(attribution)
        self._remember_publication(attribution, draft)
        self._last = draft
        return draft

    # spans

    def _resolve_span(self, attribution: Attribution) -> Draft:
        span = self._nominal(self._doc[slice(*attribution.actor)])  # type: ignore[misc]  # actor is set
        head = span.root
        mention = ActorMention(TokenSpan(span.start, span.end), head.i)
        if span.text.lower() in self._rules.words["first_person"] and not self._is_quoted(span):
            return self._names.outlet
        if span.text.lower() in self._rules.words["going_on"] and self._last is not None:
            return self._noted(self._last, mention, span)
        pronoun = self._pronouns.get(span.text.lower())
        if pronoun is not None and (head.pos_ in {"PRON", "DET"} or len(span) == 1):
            return self._noted(self._antecedent(pronoun, span), mention, span)
        if len(names := self._coordinated_names(span, head)) > 1:
            return self._noted(Draft(ActorKind.GROUP, plain_text(span), named=True), mention, span, names=names)
        if (named := self._named_by(span, head)) is not None:
            return self._noted(named, mention, span)
        if (known := self._names.name_with(span.text)) is not None:
            return self._noted(known, mention, span)
        noun = self._names.class_of(head)
        if forms(head) & self._hearsay and not any(child.dep_.startswith("det") for child in head.children):
            return self._noted(Draft(ActorKind.GROUP, self._rules.hearsay, named=False), mention, span)
        if noun == "text" and (author := self._author(span, head)) is not None:
            return self._noted(author, mention, span)
        if is_definite(head, self._rules) and (known := self._known_role(head, span)) is not None:
            return self._noted(known, mention, span)
        return self._noted(self._new_role(span, head, noun), mention, span)

    def _is_quoted(self, span: Span) -> bool:
        return any(quote.start <= span.start < quote.end for quote in self._quoted)

    def _nominal(self, span: Span) -> Span:
        """Return the noun phrase meant: the subject where a clause was taken, the owned noun where only its owner was."""
        head = span.root
        if head.pos_ in {"VERB", "AUX"}:
            subject = next((child for child in head.children if child.dep_ in _SUBJECTS), None)
            if subject is not None and span.start <= subject.i < span.end:
                start, end = max(subject.left_edge.i, span.start), min(subject.right_edge.i + 1, span.end)
                return self._doc[start:end]
        if len(span) == 1 and head.pos_ == "DET" and head.head.pos_ in {"NOUN", "PROPN"} and head.head.i > head.i:
            return self._doc[head.i : head.head.i + 1]
        return span

    def _noted(self, draft: Draft, mention: ActorMention, span: Span, names: tuple[Draft, ...] = ()) -> Draft:
        draft.mentions.append(mention)
        if draft is not self._names.outlet and draft not in self._names.drafts:
            self._names.drafts.append(draft)
        if draft.named and not names and len(span) > len(draft.name.split()) + 1 and draft.description is None:
            draft.description = plain_text(span)
        return draft

    def _named_by(self, span: Span, head: Token) -> Draft | None:
        """Return the name that the span is about, not one that only modifies it ("ein Sprecher von X")."""
        of_head = self._names.by_token.get(head.i)
        first = head.i
        while of_head is not None and self._names.by_token.get(first - 1) is of_head:
            first -= 1
        if of_head is not None and of_head.kind is ActorKind.PERSON and not self._names.is_owner(first, of_head, span):
            self._learn_from(of_head, span, head)
            return of_head
        other: Draft | None = None
        for i in range(span.start, span.end):
            draft = self._names.by_token.get(i)
            if draft is not None and self._names.is_owner(i, draft, span):
                continue  # in "Alvers’ lawyer" the lawyer speaks
            if draft is None or (self._names.by_token.get(i - 1) is draft and i > span.start):
                continue
            token = self._doc[i]
            while token.head.i in range(span.start, span.end) and self._names.by_token.get(token.head.i) is draft:
                if token.head.i == token.i:
                    break
                token = token.head
            if token == head or (token.dep_ in NAME_RELATIONS and token.head == head):
                if draft.kind is ActorKind.PERSON:
                    self._learn_from(draft, span, head)
                    return draft
                if other is None and (self._names.class_of(head) != "person" or token == head):
                    other = draft
            elif draft.kind is ActorKind.PERSON and (i == span.start or self._stands_beside(i, span, head)):
                self._learn_from(draft, span, head)
                return draft
        return other

    def _stands_beside(self, start: int, span: Span, head: Token) -> bool:
        """Tell whether a name follows the noun that says what the person is, whatever the parse makes of it."""
        before = [token for token in self._doc[span.start : start] if not token.is_punct]
        if not before or self._names.class_of(head) not in {"person", None} or head.i >= start:
            return False
        last = before[-1]
        return last.pos_ not in {"ADP", "DET"} and (last == head or self._doc[start - 1].is_punct)

    def _learn_from(self, draft: Draft, span: Span, head: Token) -> None:
        if draft.kind is ActorKind.PERSON and self._names.class_of(head) == "person":
            draft.heads |= forms(head)
            self._names.set_gender(draft, head)
        if draft.affiliation is None and draft.kind is ActorKind.PERSON:
            draft.affiliation = next(
                (
                    other.name
                    for i in range(span.start, span.end)
                    if (other := self._names.by_token.get(i)) is not None and other.kind is ActorKind.ORGANISATION
                ),
                None,
            )

    def _coordinated_names(self, span: Span, head: Token) -> tuple[Draft, ...]:
        if not any(child.dep_ == "conj" and child.i in range(span.start, span.end) for child in head.children):
            return ()
        if any(child.dep_ in NAME_RELATIONS or child.dep_ == "punct" for child in head.children):
            return ()  # "Seth Jones, director of both ... and ..." is one
        drafts = {id(d): d for i in range(span.start, span.end) if (d := self._names.by_token.get(i)) is not None}
        return tuple(d for d in drafts.values() if d.kind is ActorKind.PERSON)

    def _author(self, span: Span, head: Token) -> Draft | None:
        """A report speaks for whoever published it: named in the span, or earlier as its author."""
        inside = next((d for i in range(span.start, span.end) if (d := self._names.by_token.get(i)) is not None), None)
        if inside is not None and inside.kind is not ActorKind.STATE:
            return inside
        for form in forms(head):
            if form in self._publications:
                return self._publications[form]
        if not is_definite(head, self._rules):
            return None
        if self._last is not None and self._last.named and self._last is not self._names.outlet:
            return self._last
        return self._nearest_publisher(span)

    def _nearest_publisher(self, span: Span) -> Draft | None:
        """Return the organisation named last before a report that has no author of its own."""
        before = [
            (mention.span.end, draft)
            for draft in self._names.drafts
            if draft.kind is ActorKind.ORGANISATION and draft.named
            for mention in draft.mentions
            if span.start - _PRONOUN_WINDOW < mention.span.end <= span.start
        ]
        return max(before, key=lambda pair: pair[0])[1] if before else None

    def _known_role(self, head: Token, span: Span) -> Draft | None:
        """Return the actor before that this noun fits; what the phrase adds must have been said of it already."""
        words = forms(head)
        plural = head.morph.get("Number", []) == ["Plur"]
        added = {t.lemma_.lower() for t in span if t.pos_ in {"ADJ", "NOUN", "PROPN"} and t != head}
        for draft in reversed(self._names.drafts):
            if draft.mentions and draft.mentions[0].span.start > head.i:
                continue
            if draft.number != "*" and (draft.number == "p") != plural:
                continue
            fits = any(known == form or known.endswith(form) for known in draft.heads for form in words)
            if fits and (not added or added <= self._words_of(draft)):
                return draft
        return None

    def _words_of(self, draft: Draft) -> set[str]:
        return {t.lemma_.lower() for mention in draft.mentions for t in self._doc[slice(*mention.span)]}

    def _new_role(self, span: Span, head: Token, noun: str | None) -> Draft:
        plural = head.morph.get("Number", []) == ["Plur"]
        for seat, stands_for in self._rules.buildings.items():
            if plain_text(span).endswith(seat):
                return Draft(ActorKind.ORGANISATION, seat, named=True, stands_for=stands_for, number="s")
        kind = KIND_OF_CLASS.get(noun or "", ActorKind.ROLE)
        if kind is ActorKind.ROLE and plural:
            kind = ActorKind.GROUP
        definite_office = kind in {ActorKind.ORGANISATION, ActorKind.MEDIUM} and is_definite(head, self._rules)
        draft = Draft(
            kind,
            noun_phrase(head, within=span) or plain_text(span),
            named=definite_office and not plural,
            heads=forms(head),
            description=plain_text(span),
            affiliation=self._names.affiliation_of(head, TokenSpan(head.i, head.i)),
            number="p" if plural else "s",
        )
        self._names.set_gender(draft, head)
        return draft

    def _without_actor(self, attribution: Attribution) -> Draft:
        cue = {form for span in attribution.cue for t in self._doc[span.start : span.end] for form in forms(t)}
        hearsay = attribution.type is ClaimType.FREE_INDIRECT or cue & self._hearsay
        if attribution.type is ClaimType.INDIRECT_FREE_INDIRECT and self._last is not None:
            return self._last
        name = self._rules.hearsay if hearsay else self._rules.unnamed
        return Draft(ActorKind.GROUP if hearsay else ActorKind.ROLE, name, named=False)

    def _antecedent(self, pronoun: PronounRules, span: Span) -> Draft:
        """Return the nearest fitting actor: the last to speak before others, subjects before others (Lappin & Leass 1994)."""
        head = span.root
        number = pronoun.number
        if number == "*" and head.head.morph.get("Number", []):
            number = "p" if head.head.morph.get("Number", []) == ["Plur"] else "s"
        best, best_score = None, 0.0
        for draft in self._names.drafts:
            before = [m for m in draft.mentions if m.span.end <= span.start]
            if not before or not _agrees(draft, pronoun.gender, number):
                continue
            mention = max(before, key=lambda m: m.span.end)
            distance = span.start - mention.span.end
            if distance > _PRONOUN_WINDOW:
                continue
            score = 1.0 / (1.0 + distance / 20)
            score += 0.4 * (draft is self._last) + 0.3 * (self._doc[mention.head].dep_ in _SUBJECTS)
            score += 0.3 * (draft.kind in {ActorKind.PERSON, ActorKind.ROLE}) - 0.3 * (draft.kind is ActorKind.STATE)
            if score > best_score:
                best, best_score = draft, score
        if best is None:
            return Draft(ActorKind.ROLE, self._rules.unnamed, named=False)
        if best.kind is ActorKind.PERSON and best.gender == "*" and number != "p":
            best.gender = pronoun.gender
        return best

    # words

    def _remember_publication(self, attribution: Attribution, draft: Draft) -> None:
        for span in (*attribution.frame, *attribution.cue):
            for token in self._doc[span.start : span.end]:
                if token.pos_ in {"NOUN", "PROPN"} and self._names.class_of(token) == "text":
                    for form in forms(token):
                        self._publications[form] = draft


@cache
def _pronouns_by_form(language: str) -> dict[str, PronounRules]:
    return {form: rules for rules in load_actor_rules(language).pronouns for form in rules.forms}


def _agrees(draft: Draft, gender: str, number: str) -> bool:
    if draft.kind is ActorKind.PERSON and (number == "p" or gender == "n"):
        return False
    if draft.kind is ActorKind.STATE and gender == "m":
        return False
    if "*" not in {draft.gender, gender} and draft.gender != gender and number != "p":
        return False
    return "*" in {draft.number, number} or draft.number == number


ACTORS = Stage(
    name="actors",
    version="2",
    needs=("entities", "quoted", "attributions"),
    fills=("actors", "actor_of"),
    run=resolve_actors,
)
