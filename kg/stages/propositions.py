"""Propositions: what an assertion says, independent of the language it says it in.

From verbs, active and passive, nominalisations ("Lieferung von Waffen an Russland"), light verbs, coordinations and
relative clauses to a predicate concept with roles. The direction of the act is part of its meaning: who delivers to
whom is never lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spacy.tokens import Doc

from kg.concepts import load_concepts, name_concept, place_concepts
from kg.found import Found, TokenSpan
from kg.model import Modality, Passage, Polarity, Proposition, Role, RoleFiller
from kg.stages import Stage
from kg.stages.clauses import Frame, Tree
from kg.stages.meanings import concepts_of_tokens, merge

_INNER_CLAUSES = frozenset({"acl", "acl:relcl", "advcl", "advcl:relcl", "ccomp", "parataxis", "csubj", "appos"})
_FUNCTION = frozenset({"punct", "case", "cc", "mark"})
_KEY_ROLES = (Role.AGENT, Role.THEME, Role.RECIPIENT, Role.ORIGIN, Role.QUANTITY)
_MOST_ROLE_CONCEPTS = 12
_PREDICATE_CLASS = {True: "NOUN", False: "VERB"}


def run_propositions(doc: Doc, found: Found) -> Mapping[str, Any]:
    """Find the propositions of every attribution's content.

    A predicate inside nested content belongs to the innermost attribution around it. Content without any predicate
    gives one proposition about its head.

    Returns:
        ``propositions``: one tuple per attribution, in text order.
    """
    if not found.attributions:
        return {"propositions": ()}
    spans = [attribution.content for attribution in found.attributions]
    names = {mention.head: actor.name for actor in found.actors for mention in actor.mentions if actor.named}
    document = found.document
    return {"propositions": find_propositions(doc, spans, document.document_id, str(document.language), names)}


def find_propositions(
    doc: Doc,
    contents: Sequence[Sequence[TokenSpan]],
    document_id: str,
    language: str,
    names: Mapping[int, str] | None = None,
) -> tuple[tuple[Proposition, ...], ...]:
    """Find the propositions of several contents of one parsed text.

    Args:
        doc: parsed text; its ``text`` is the document's, so that offsets fit.
        contents: the token spans of each content; where contents overlap, the shortest owns a token.
        document_id: goes into the passages.
        language: ISO 639-1 code.
        names: names of the actors that pronouns and roles stand for, by token.
    """
    owner = [-1] * len(doc)
    lengths = [sum(end - start for start, end in spans) for spans in contents]
    for index in sorted(range(len(contents)), key=lambda index: -lengths[index]):
        for start, end in contents[index]:
            owner[start:end] = [index] * (end - start)
    tokens_of: dict[int, list[int]] = defaultdict(list)
    for i, index in enumerate(owner):
        if index >= 0:
            tokens_of[index].append(i)
    outside = frozenset(i for i, index in enumerate(owner) if index < 0)
    tree = Tree(doc, language, outside)
    reader = _Reader(tree, document_id, names or {})
    return tuple(reader.read(tokens_of.get(index, [])) for index in range(len(contents)))


class _Reader:
    """Turns the frames of one document into propositions."""

    def __init__(self, tree: Tree, document_id: str, names: Mapping[int, str]) -> None:
        self.tree = tree
        self.document_id = document_id
        self.concepts = concepts_of_tokens(tree)
        self.names = names
        self.table = load_concepts()

    def read(self, tokens: list[int]) -> tuple[Proposition, ...]:
        """Read the propositions whose predicate is among these tokens."""
        if not tokens:
            return ()
        frames = list(self.tree.frames(tokens))
        if not frames:
            frames = [self._fragment(tokens)]
        frames.sort(key=lambda frame: frame.head)
        shares = self._share(tokens, frames)
        return tuple(self._proposition(frame, share) for frame, share in zip(frames, shares, strict=True))

    def _fragment(self, tokens: list[int]) -> Frame:
        """Content without a predicate: its topmost word is one."""
        inside = set(tokens)
        content = [i for i in tokens if self.concepts[i]] or tokens
        head = next((i for i in content if self.tree.heads[i] not in inside or self.tree.heads[i] == i), content[0])
        return Frame(head=head, nominal=self.tree.pos[head] != "VERB", lemma=self.tree.lemmas[head])

    def _share(self, tokens: list[int], frames: list[Frame]) -> list[list[int]]:
        """Give every token to the nearest predicate above it, else to the first."""
        at_head = {frame.head: n for n, frame in enumerate(frames)}
        shares: list[list[int]] = [[] for _ in frames]
        for i in tokens:
            j = i
            while j not in at_head and self.tree.heads[j] != j:
                j = self.tree.heads[j]
            shares[at_head.get(j, 0)].append(i)
        return shares

    def _proposition(self, frame: Frame, share: list[int]) -> Proposition:
        predicate = self._predicate(frame)
        fillers = [self._filler(role, heads) for role, heads in sorted(frame.arguments.items())]
        if frame.modifiers and Role.THEME not in frame.arguments:
            language = self.tree.language
            concepts = merge(self._modifier_concepts(part, language) for part in frame.modifiers)
            fillers.append(RoleFiller(role=Role.THEME, text="".join(frame.modifiers), concepts=concepts))
        fillers += self._quantities(frame)
        roles = tuple(fillers)
        polarity = Polarity.NEGATIVE if frame.negative else Polarity.POSITIVE
        modality = frame.modality
        mine = [*share, frame.head] if share else [frame.head]
        own = [i for i in mine if self.tree.deps[i] != "punct"] or mine
        passage = self._passage(min(own), max(own) + 1)
        return Proposition(
            key=make_key(predicate, roles, polarity, modality),
            predicate=predicate,
            concepts=merge(self.concepts[i] for i in sorted(set(mine))),
            roles=roles,
            polarity=polarity,
            modality=modality,
            presupposed=frame.presupposed,
            passage=passage,
        )

    def _modifier_concepts(self, part: str, language: str) -> tuple[str, ...]:
        return place_concepts(part) or self.table.concepts(part, "NOUN", language)

    def _predicate(self, frame: Frame) -> str:
        pos = "NOUN" if frame.nominal else self.tree.pos[frame.head]
        if pos not in ("ADJ", "ADV", "NOUN", "PROPN") or (
            not frame.nominal and self.tree.child(frame.head, ("obj",)) is not None
        ):
            pos = "VERB"
        return self.table.concepts(frame.lemma, pos, self.tree.language)[0]

    def _filler(self, role: Role, heads: Iterable[int]) -> RoleFiller:
        heads = sorted(heads)
        tokens = sorted({i for head in heads for i in self._phrase(head)})
        ordered = [*heads, *(i for i in tokens if i not in heads)]
        concepts = merge([*(self._named(head) for head in heads), *(self.concepts[i] for i in ordered)])
        start, end = self._trim(tokens)
        return RoleFiller(role=role, text=self.tree.doc[start:end].text, concepts=concepts[:_MOST_ROLE_CONCEPTS])

    def _named(self, head: int) -> tuple[str, ...]:
        """Concepts of the actor that a pronoun or role word stands for."""
        name = self.names.get(head)
        if name is None or self.tree.pos[head] == "PROPN":
            return ()
        return place_concepts(name) or tuple(name_concept(word) for word in name.split() if word[:1].isupper())

    def _phrase(self, head: int) -> list[int]:
        """The noun phrase of a head: everything below it but clauses."""
        found, stack = [], [head]
        while stack:
            i = stack.pop()
            found.append(i)
            stack.extend(
                c
                for c in self.tree.children[i]
                if self.tree.deps[c] not in _INNER_CLAUSES
                and not (i == head and self.tree.deps[c] in ("conj", "cop", "case", "punct", "cc"))
            )
        return found

    def _trim(self, tokens: list[int]) -> tuple[int, int]:
        kept = [i for i in tokens if self.tree.deps[i] not in _FUNCTION] or tokens
        return min(kept), max(kept) + 1

    def _quantities(self, frame: Frame) -> list[RoleFiller]:
        fillers = []
        for role in (Role.THEME, Role.AGENT):
            for head in frame.arguments.get(role, ()):
                for c in self.tree.children[head]:
                    if self.tree.deps[c] in ("nummod", "nummod:gov", "amod", "nmod") and any(
                        x.startswith("num:") for x in self.concepts[c]
                    ):
                        start, end = self._trim(sorted([*self._phrase(c), head]))
                        numbers = tuple(x for x in self.concepts[c] if x.startswith("num:"))
                        fillers.append(
                            RoleFiller(
                                role=Role.QUANTITY,
                                text=self.tree.doc[start:end].text,
                                concepts=numbers + self.concepts[head][:1],
                            )
                        )
        return fillers

    def _passage(self, start: int, end: int) -> Passage:
        span = self.tree.doc[start:end]
        return Passage(document_id=self.document_id, start=span.start_char, end=span.end_char, exact=span.text)


def make_key(predicate: str, roles: Iterable[RoleFiller], polarity: Polarity, modality: Modality) -> str:
    """Make the key of a proposition: predicate, the first concept of each core role, polarity, modality.

    Example: ``not deliver.v(agent=place:KP recipient=place:RU theme=artillery.n) possible``.
    """
    first = {role.role: role.concepts[0] for role in reversed(list(roles)) if role.concepts}
    inside = " ".join(f"{role.value}={first[role]}" for role in sorted(_KEY_ROLES) if role in first)
    negation = "not " if polarity is Polarity.NEGATIVE else ""
    return f"{negation}{predicate}({inside})" + ("" if modality is Modality.ACTUAL else f" {modality.value}")


PROPOSITIONS = Stage(
    name="propositions",
    version="2",
    needs=("attributions", "certainties"),
    fills=("propositions",),
    run=run_propositions,
)
