"""Whose word is evidence by what they are: experts, those who were there, unnamed persons, media, documents that speak."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from kg.found import Attribution, Found, FoundActor, TokenSpan
from kg.model import ActorKind, ClaimType, OrganisationKind
from kg.nouns import NounClasses
from kg.stages.evidence_rules import EvidenceRules, HeadTable

_NOMINAL = {"NOUN", "PROPN"}
_INTRODUCED = {"appos", "flat", "conj", "compound", "nsubj", "acl:relcl", "acl"}
_MAX_WORDS = 20
_CLAUSES = {"acl", "acl:relcl", "appos", "advcl", "parataxis"}


@dataclass(frozen=True)
class WitnessWords:
    """The words by which witnesses are known in one language."""

    rules: EvidenceRules
    persons: HeadTable
    things: HeadTable
    nouns: NounClasses
    hearsay: str


@dataclass(frozen=True)
class Witness:
    """An actor whose word is evidence: of which kind, what it claims, and the words that say most of it."""

    kind: str
    actor: int
    claims: tuple[int, ...]
    span: TokenSpan


def find_witnesses(doc: Doc, found: Found, words: WitnessWords) -> Iterator[Witness]:
    """Yield those among the actors of a document whose word is evidence, with all they claim.

    Unnamed persons of one description ("a senior official", in the headline "official") are one witness.
    """
    by_actor: dict[int, list[int]] = {}
    for index, attribution in enumerate(found.attributions):
        actor = found.actor_of[index]
        if attribution.type is not ClaimType.OWN and actor:  # 0 is the outlet itself
            by_actor.setdefault(actor, []).append(index)
    unnamed: list[Witness] = []
    for actor, claims in sorted(by_actor.items()):
        reader = _Reader(doc, found, words, found.actors[actor], tuple(claims))
        things = tuple(reader.things())
        yield from (Witness(kind, actor, (claim,), span) for claim, kind, span in things)
        said = {claim for claim, _, _ in things}
        claims = [claim for claim in claims if claim not in said]
        if not claims:
            continue
        kind, span = reader.kind(), reader.introduction()
        if kind is None or span is None:
            continue
        witness = Witness(kind, actor, tuple(claims), span)
        if kind != "anonymous_source":
            yield witness
            continue
        same = next((w for w in unnamed if doc[w.span.start : w.span.end].root.lemma_ == reader.head(span)), None)
        if same is None:
            unnamed.append(witness)
        else:
            longer = max(same.span, span, key=lambda s: (s.end - s.start, -s.start))
            merged = Witness(kind, same.actor, tuple(sorted({*same.claims, *claims})), longer)
            unnamed[unnamed.index(same)] = merged
    yield from unnamed


@dataclass(frozen=True)
class _Reader:
    """What the text says of one actor."""

    doc: Doc
    found: Found
    words: WitnessWords
    actor: FoundActor
    claims: tuple[int, ...]

    def head(self, span: TokenSpan) -> str:
        return str(self.doc[span.start : span.end].root.lemma_)

    def introduction(self) -> TokenSpan | None:
        """Return the words that say most of the actor: of its mentions with a noun the first longer than its name."""
        spans = [span for claim in self.claims if (span := self.found.attributions[claim].actor) is not None]
        spans += [mention.span for mention in self.actor.mentions]
        nouns = [s for s in spans if any(t.pos_ in _NOMINAL for t in self.doc[s.start : s.end])]
        longer = [s for s in nouns if s.end - s.start > len(self.actor.name.split())]
        chosen = min(longer or nouns, default=None)
        return self._with_apposition(chosen) if chosen is not None else None

    def _with_apposition(self, span: TokenSpan) -> TokenSpan:
        """Add what is said of somebody right after the name: ", a member of parliament who attended the session"."""
        head, end = self.doc[span.start : span.end].root, span.end
        for child in sorted(head.children, key=lambda token: token.i):
            near = end <= child.left_edge.i <= end + 1
            if child.dep_ in {"appos", "acl:relcl"} and near and child.right_edge.i + 1 - span.start <= _MAX_WORDS:
                end = child.right_edge.i + 1
        return TokenSpan(span.start, end)

    def kind(self) -> str | None:
        actor, words = self.actor, self.words
        if actor.name == words.hearsay or actor.kind is ActorKind.MEDIUM:
            return "media_report"
        nouns = list(self._nouns())
        texts = [w.strip(".,;:") for w in (actor.description or "").split()] if actor.kind is ActorKind.PERSON else []
        kinds = [kind for token in nouns if (kind := words.persons.kind_of(token))]
        kinds += [kind for word in texts if (kind := words.persons.kind_of_words(word.lower()))]
        if "anonymous_source" in kinds and not actor.named:
            nouns_of_learning: list[Token] = []  # "investigators" and the like are no scholars
        else:
            nouns_of_learning = nouns
        learned = any(words.nouns.is_expert(t.lemma_, t.text) for t in nouns_of_learning) or any(
            map(words.nouns.is_expert, texts)
        )
        is_person = actor.kind in {ActorKind.PERSON, ActorKind.ROLE, ActorKind.GROUP}
        if learned or (is_person and self._is_scholar()):
            kinds.append("expert_judgement")
        if "eyewitness" in kinds or (is_person and self._was_there()):
            return "eyewitness"
        if "expert_judgement" in kinds:
            return "expert_judgement"
        return "anonymous_source" if self._is_unnamed_source(nouns) else None

    def _nouns(self) -> Iterator[Token]:
        for mention in self.actor.mentions:
            span = self.doc[mention.span.start : mention.span.end]
            for token in span:
                if token.pos_ in _NOMINAL and token.ent_type_ != "PER" and _describes(token, span):
                    yield token

    def things(self) -> Iterator[tuple[int, str, TokenSpan]]:
        """Yield claims that a document, image or measurement is said to make itself, with its kind and its words."""
        for claim in self.claims:
            span = self.found.attributions[claim].actor
            head = self.doc[span.start : span.end].root if span is not None else None
            if span is None or head is None or head.pos_ != "NOUN":
                continue
            kind = self.words.things.kind_of(head)
            if kind is not None and self.words.nouns.of(head.lemma_, head.text) not in {"person", "organisation"}:
                yield claim, kind, span

    def _clauses(self) -> Iterator[Token]:
        """Yield the words of relative clauses and appositions that say more of the actor."""
        for mention in self.actor.mentions:
            if self.doc[mention.head].pos_ in _NOMINAL:
                for child in self.doc[mention.head].children:
                    if child.dep_ in _CLAUSES:
                        yield from child.subtree

    def _is_scholar(self) -> bool:
        """Tell whether somebody does research: "who studies ...", "of the Institute for ..."."""
        if any(t.lemma_.lower() in self.words.rules.scenes["learned"] for t in self._clauses()):
            return True
        if self.actor.kind is not ActorKind.PERSON or not self.actor.named:
            return False
        texts = f"{self.actor.description or ''} {self.actor.affiliation or ''}".split()
        kinds = (self.words.nouns.organisation_kind(word.strip(".,;:’'")) for word in texts)
        return any(kind is OrganisationKind.RESEARCH_BODY for kind in kinds)

    def _was_there(self) -> bool:
        """Tell whether somebody saw or heard it: by the clause about them, or by what they say they perceived."""
        scenes = self.words.rules.scenes
        if any(t.pos_ in {"VERB", "ADJ"} and t.lemma_.lower() in scenes["present"] for t in self._clauses()):
            return True
        return any(self._perceives(self.found.attributions[claim]) for claim in self.claims)

    def _perceives(self, attribution: Attribution) -> bool:
        """Tell whether a claim is of what the speaker perceived: "I saw ...", "claims to have seen"."""
        for start, end in attribution.content:
            for token in self.doc[start:end]:
                if token.pos_ != "VERB" or token.lemma_.lower() not in self.words.rules.scenes["perceive"]:
                    continue
                at_top = token.head.i == token.i or not start <= token.head.i < end
                subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
                past = "Past" in token.morph.get("Tense", []) or "Part" in token.morph.get("VerbForm", [])
                if at_top and past and subject is None and not self.actor.named:
                    return True
                negated = any(child.lower_ in self.words.rules.undercuts["negations"] for child in token.children)
                first = subject is not None and "1" in subject.morph.get("Person", []) and not negated
                if past and first and token.dep_ not in _CLAUSES and attribution.type is ClaimType.DIRECT:
                    return True
        return False

    def _is_unnamed_source(self, nouns: list[Token]) -> bool:
        """Tell whether an unnamed person is brought in as a source of its own, not as the voice of somebody known."""
        actor, rules = self.actor, self.words.rules
        if actor.named or actor.kind not in {ActorKind.ROLE, ActorKind.GROUP} or not nouns:
            return False
        if any(token.lower_.endswith(rules.spokespersons) for token in nouns):
            return False
        if not any(self.words.nouns.of(token.lemma_, token.text) == "person" for token in nouns):
            return False
        if any(token.lower_ in rules.scenes["unnamed"] for token in self._clauses()):
            return True
        described = [self.doc[m.span.start : m.span.end] for m in actor.mentions]
        heads = [self.doc[m.head] for m in actor.mentions if self.doc[m.head].pos_ in _NOMINAL]
        if any(child.dep_ in {"nmod:poss", "det:poss"} for head in heads for child in head.children):
            return False
        introduced = any(
            token.lower_ in rules.scenes["indefinite"] for span in described for token in span if token.i <= span.root.i
        )
        bare = any(not any(c.dep_ == "det" for c in head.children) for head in heads)
        known = any(self.words.persons.kind_of(token) == "anonymous_source" for token in nouns)
        counted = any(token.pos_ == "NUM" for span in described for token in span if token.i < span.root.i)
        several = any("Plur" in token.morph.get("Number", []) for token in nouns)
        return (introduced and (known or counted or not several)) or (bare and known)


def _describes(token: Token, span: Span) -> bool:
    """Tell whether a noun says what the actor is: the head of the mention, or in apposition to it."""
    node = token
    while node != span.root and node.dep_ in _INTRODUCED:
        node = node.head
    return node == span.root
