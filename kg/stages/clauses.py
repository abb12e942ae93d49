"""Predicates and their arguments in Universal Dependencies trees, the same way for all languages.

Tokens are numbers; a ``Frame`` is a predicate with the heads of its arguments.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc

from kg.concepts import load_concepts, place_concepts
from kg.model import Modality, Role
from kg.stages.clause_polarity import set_colour
from kg.stages.clause_rules import load_proposition_rules
from kg.stages.exchange import find_return

_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj", "nsubj:outer", "csubj:pass"})
_OBJECTS = frozenset({"obj"})
_OBLIQUES = frozenset(
    {
        "obl",
        "obl:arg",
        "obl:agent",
        "nmod",
        "nmod:poss",
        "iobj",
        "obl:tmod",
        "obl:unmarked",
        "nmod:unmarked",
        "obl:mod",
        "nmod:desc",
        "obl:npmod",
        "dep",
    }
)
_AUXILIARIES = frozenset({"aux", "aux:pass"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X", "SYM"})


@dataclass
class Frame:
    """A predicate and its arguments, each with the token numbers of its heads (several in a coordination)."""

    head: int
    nominal: bool
    lemma: str
    arguments: dict[Role, list[int]] = field(default_factory=dict)
    modifiers: tuple[str, ...] = ()  # what a compound puts before a nominalisation: "Waffen|lieferung"
    negative: bool = False
    modality: Modality = Modality.ACTUAL
    presupposed: bool = False

    def add(self, role: Role, heads: Iterable[int]) -> None:
        """Add argument heads, each once."""
        known = self.arguments.setdefault(role, [])
        known.extend(head for head in heads if head not in known)


class Tree:
    """The dependency tree of one document as plain lists."""

    def __init__(self, doc: Doc, language: str, outside: Container[int] = ()) -> None:
        """Read words, lemmas, word classes and arcs out of the document once.

        Tokens ``outside`` of any content, such as the frame of a report, are no arguments of what is reported.
        """
        self.language = language
        self.rules = load_proposition_rules(language)
        self.table = load_concepts()
        self.words = [token.text.lower() for token in doc]
        self.pos = [token.pos_ for token in doc]
        self.lemmas = [
            self.table.lemma(word, token.lemma_ or word, pos, language)
            for word, pos, token in zip(self.words, self.pos, doc, strict=True)
        ]
        self.deps = [token.dep_ for token in doc]
        self.heads = [token.head.i for token in doc]
        self.case = [""] * len(doc)
        self.children: list[list[int]] = [[] for _ in doc]
        for i, head in enumerate(self.heads):
            if head != i and i not in outside:
                self.children[head].append(i)
        self.doc = doc

    def morph(self, i: int, feature: str) -> str:
        """Return the first value of a morphological feature, or nothing."""
        values = self.doc[i].morph.get(feature, [])
        return values[0] if values else ""

    def child(self, i: int, deps: Iterable[str]) -> int | None:
        """Return the first child with one of these labels."""
        return next((c for c in self.children[i] if self.deps[c] in deps), None)

    def conjuncts(self, i: int) -> list[int]:
        """Return a token and the nominal conjuncts that depend on it."""
        return [i, *(c for c in self.children[i] if self.deps[c] == "conj" and self.pos[c] in _NOMINAL)]

    def is_participle(self, i: int) -> bool:
        """Whether a verb is a past participle, by its features or its fine tag."""
        tag = self.doc[i].tag_
        return tag in ("VVPP", "VBN") or (
            self.morph(i, "VerbForm") == "Part" and self.morph(i, "Tense") != "Pres" and tag != "VBG"
        )

    def is_passive(self, i: int) -> bool:
        """Whether a verb stands in the passive; a participle without auxiliary counts ("artillery shipped to ...")."""
        auxiliaries = [c for c in self.children[i] if self.deps[c] in _AUXILIARIES]
        verbal = [c for c in auxiliaries if self.pos[c] in ("AUX", "VERB")]
        if any(self.deps[c] == "aux:pass" for c in auxiliaries):
            return True
        if not self.is_participle(i):
            return not verbal and any(self.deps[c] == "nsubj:pass" for c in self.children[i])
        if verbal:
            return any(self.lemmas[c] in self.rules.words.passive for c in verbal) and self.child(i, _OBJECTS) is None
        if any(self.words[c] == "to" or self.deps[c] == "mark" for c in self.children[i]):
            return False
        bare = re.fullmatch(self.rules.bare_participle, self.words[i]) is not None
        return bare and self.child(i, _OBJECTS) is None and self.deps[i] != "xcomp"

    # --- predicates ---------------------------------------------------------------------------------------------

    def frames(self, tokens: Iterable[int]) -> Iterator[Frame]:
        """Find the frames whose predicate is one of these tokens, in text order."""
        wanted = list(tokens)
        absorbed: set[int] = set()
        for i in wanted:
            if self.pos[i] in ("VERB", "AUX") and self.deps[i] not in (
                "aux",
                "aux:pass",
                "cop",
                "case",
                "mark",
                "amod",
                "fixed",
            ):
                frame = self._verbal(i, absorbed)
                if frame:
                    yield frame
                    yield from find_return(self, frame, i)
            elif (
                self.pos[i] == "NOUN"
                and self.child(i, _OBJECTS) is not None
                and f"{self.language}\t{self.words[i]}\tv" in self.table.form_of
            ):
                self.lemmas[i] = self.table.lemma(self.words[i], self.lemmas[i], "VERB", self.language)
                frame = self._verbal(i, absorbed)
                if frame:
                    absorbed.add(i)
                    yield frame
            elif self.child(i, ("cop",)) is not None and self.pos[i] in ("ADJ", "NOUN", "PROPN", "ADV", "NUM"):
                yield self._copular(i)
        for i in wanted:
            if self.pos[i] == "NOUN" and i not in absorbed and self.table.is_act(self.lemmas[i], self.language):
                frame = self._nominal(i)
                if frame:
                    yield frame

    def _verbal(self, i: int, absorbed: set[int]) -> Frame | None:
        words = self.rules.words
        lemma = self.verb_lemma(i)
        if self.child(i, ("xcomp",)) is not None and self.lemmas[i] in words.phase:
            inner = self.child(i, ("xcomp",))
            if inner is not None and self.pos[inner] == "VERB":
                return None
        frame = Frame(head=i, nominal=False, lemma=lemma)
        passive = self.is_passive(i)
        provided: list[int] = []
        for c in self.children[i]:
            dep = self.deps[c]
            if dep == "compound" and self.pos[i] == "NOUN" and self._is_agent_like(c):
                frame.add(Role.AGENT, [c])
            if dep in _SUBJECTS or dep in _OBJECTS or dep in _OBLIQUES:
                if self._is_relative(c):
                    antecedent = self._antecedent(i)
                    heads = [] if antecedent is None else [antecedent]
                else:
                    heads = self.conjuncts(c)
                role = self._role(i, c, passive)
                if role is Role.AGENT and dep in _SUBJECTS and Role.AGENT in frame.arguments and not passive:
                    role = Role.THEME  # a second subject is an object that the parser took for one
                if (
                    role is Role.MANNER
                    and self.rules.words.provided & {self.preposition(c)}
                    and lemma in words.providing
                ):
                    provided += heads
                    continue
                frame.add(role, heads)
        if Role.AGENT not in frame.arguments and not passive:
            subject = self._inherited_subject(i)
            if subject is not None:
                frame.add(Role.AGENT, self.conjuncts(subject))
        if self.deps[i] in ("acl", "acl:relcl") and not any(self._is_relative(c) for c in self.children[i]):
            frame.add(Role.THEME if passive else Role.AGENT, [self.heads[i]])
        self._attach_goals(frame)
        self._settle(frame, lemma, provided, passive, absorbed)
        set_colour(self, frame, i)
        return frame

    def _attach_goals(self, frame: Frame) -> None:
        """Give the act a goal or origin that hangs on one of its things: "liefert Artillerie an Nordkorea"."""
        words = self.rules.words
        stack = [head for role in (Role.THEME, Role.AGENT, Role.MANNER) for head in frame.arguments.get(role, ())]
        seen: set[int] = set()
        while stack:
            head = stack.pop()
            if head in seen or self.table.is_act(self.lemmas[head], self.language):
                continue
            seen.add(head)
            for c in self.children[head]:
                if self.deps[c] not in _OBLIQUES | {"conj", "appos", "flat"}:
                    continue
                preposition = self.preposition(c)
                found = Role.RECIPIENT if preposition in words.giving else self.rules.prepositions.get(preposition)
                goal = found in (Role.RECIPIENT, Role.ORIGIN) and preposition not in words.of and self._is_agent_like(c)
                if goal and found is not None and found not in frame.arguments:
                    frame.add(found, self.conjuncts(c))
                else:
                    stack.append(c)

    def _settle(self, frame: Frame, lemma: str, provided: list[int], passive: bool, absorbed: set[int]) -> None:
        """Turn roles round for verbs that see the act from another side, and take in the object of a light verb."""
        words = self.rules.words
        arguments = frame.arguments
        if provided:
            arguments[Role.RECIPIENT] = arguments.pop(Role.THEME, []) + arguments.get(Role.RECIPIENT, [])
            arguments[Role.THEME] = provided
        thing = not any(self.pos[head] == "PROPN" for head in arguments.get(Role.THEME, ()))
        if lemma in self.rules.converse and not passive and thing:  # not who receives a guest
            recipient, agent = arguments.pop(Role.AGENT, []), arguments.pop(Role.ORIGIN, [])
            frame.lemma = self.rules.converse[lemma]
            if recipient:
                arguments[Role.RECIPIENT] = recipient
            if agent:
                arguments[Role.AGENT] = agent
        elif lemma in words.unaccusative and Role.THEME not in arguments and Role.AGENT in arguments:
            arguments[Role.THEME] = arguments.pop(Role.AGENT)
        if lemma in words.light:
            act = next(
                (
                    h
                    for h in [*arguments.get(Role.THEME, []), *arguments.get(Role.AGENT, [])]
                    if self.pos[h] == "NOUN" and self.table.is_act(self.lemmas[h], self.language)
                ),
                None,
            )
            inner = self._nominal(act, always=True) if act is not None else None
            if inner and act is not None:
                absorbed.add(act)
                for role in list(arguments):
                    arguments[role] = [h for h in arguments[role] if h != act]
                for role, heads in inner.arguments.items():
                    frame.add(role, heads)
                frame.head, frame.lemma, frame.nominal, frame.modifiers = act, inner.lemma, True, inner.modifiers
        frame.arguments = {role: heads for role, heads in arguments.items() if heads}

    def _copular(self, i: int) -> Frame:
        frame = Frame(head=i, nominal=False, lemma=self.lemmas[i])
        for c in self.children[i]:
            if self.deps[c] in _SUBJECTS:
                frame.add(Role.THEME, self.conjuncts(c))
            elif self.deps[c] in _OBLIQUES:
                frame.add(self._role(i, c, False), self.conjuncts(c))
        set_colour(self, frame, i)
        return frame

    def _nominal(self, i: int, always: bool = False) -> Frame | None:
        frame = Frame(head=i, nominal=True, lemma=self.lemmas[i])
        words = self.rules.words
        bare: list[int] = []
        for c in self.children[i]:
            dep = self.deps[c]
            if dep in ("compound", "nmod:desc") and self.pos[c] in _NOMINAL:
                frame.add(Role.AGENT if self._is_agent_like(c) else Role.THEME, self.conjuncts(c))
            elif dep in ("nmod:poss", "det:poss"):
                if self.pos[c] in ("NOUN", "PROPN"):
                    frame.add(Role.AGENT, self.conjuncts(c))
            elif (dep == "amod" and self._is_agent_like(c)) or (
                dep in ("appos", "flat") and self.words[c].endswith("s") and place_of(self.words[c], self.lemmas[c])
            ):
                frame.add(Role.AGENT, [c])
            elif dep in _OBLIQUES:
                preposition = self.preposition(c)
                if c < i:  # a possessor, even where the parser gave it the preposition of its noun
                    frame.add(Role.AGENT, self.conjuncts(c))
                elif not preposition or preposition in words.of:
                    bare += self.conjuncts(c)
                else:
                    frame.add(self._role(i, c, False), self.conjuncts(c))
        for head in bare:
            agentive = self._is_agent_like(head) and Role.AGENT not in frame.arguments
            frame.add(Role.AGENT if agentive else Role.THEME, [head])
        self._attach_goals(frame)
        parts = self.table.split(frame.lemma, self.language)
        if parts and self.table.is_act(parts[-1], self.language):
            frame.modifiers, frame.lemma = parts[:-1], parts[-1]
        determiner = next((self.words[c] for c in self.children[i] if self.deps[c].startswith("det")), "")
        frame.presupposed = determiner in words.definite
        telling = frame.arguments.keys() & {Role.AGENT, Role.THEME, Role.RECIPIENT, Role.ORIGIN}
        if not (telling or frame.modifiers or frame.presupposed or always):
            return None
        set_colour(self, frame, i)
        governor = self.heads[i]
        if governor != i and self.deps[i] in _OBJECTS | {"nsubj:pass"} and self.lemmas[governor] in words.denying:
            frame.negative = not frame.negative
        return frame

    def verb_lemma(self, i: int) -> str:
        """Return the lemma of a verb, its separable particle in front: "lehnt ... ab" is "ablehnen"."""
        particle = self.child(i, ("compound:prt",))
        if particle is None:
            return self.lemmas[i]
        joined = self.words[particle] + self.lemmas[i]
        known = f"{self.language}\t{joined}\tv" in self.table.lexemes
        return joined if known or joined in self.rules.words.denying else self.lemmas[i]

    # --- arguments ----------------------------------------------------------------------------------------------

    def preposition(self, i: int) -> str:
        """Return the preposition of a noun, in lower case, or nothing."""
        case = self.child(i, ("case",))
        return self.words[case] if case is not None and self.words[case] not in ("'s", "’s", "'", "’") else ""

    def _role(self, predicate: int, i: int, passive: bool) -> Role:
        dep, words = self.deps[i], self.rules.words
        preposition = self.preposition(i)
        if dep in _SUBJECTS and not preposition:
            return Role.THEME if passive else Role.AGENT
        if dep in _OBJECTS and not preposition:
            return Role.THEME
        if self.lemmas[i] in words.time or (
            self.pos[i] == "NUM" and len(self.words[i]) == 4 and self.words[i].isdigit()
        ):
            return Role.TIME
        if not preposition:
            if dep in ("iobj", "obl:arg") or self.morph(i, "Case") == "Dat":
                return Role.RECIPIENT
            return Role.MANNER if dep != "nmod" else Role.THEME
        if (passive or dep == "obl:agent") and preposition in words.by:
            return Role.AGENT
        role = self.rules.prepositions.get(preposition, Role.MANNER)
        if preposition in words.either:
            case = self.morph(i, "Case")
            if preposition in words.giving and self._is_agent_like(i):
                role = Role.RECIPIENT
            elif case == "Dat":
                role = Role.PLACE
            elif case == "Acc":
                role = Role.RECIPIENT
        return role

    def _is_agent_like(self, i: int) -> bool:
        """Whether a word names a country, its people, or somebody with a name."""
        return self.pos[i] == "PROPN" or bool(place_of(self.words[i], self.lemmas[i]))

    def _is_relative(self, i: int) -> bool:
        return (
            self.pos[i] == "PRON"
            and self.words[i] in self.rules.words.relative
            and self.deps[self.heads[i]] in ("acl", "acl:relcl", "advcl", "conj")
        )

    def _antecedent(self, i: int) -> int | None:
        while self.deps[i] == "conj":
            i = self.heads[i]
        return (
            self.heads[i]
            if self.deps[i] in ("acl", "acl:relcl", "advcl") and self.pos[self.heads[i]] in _NOMINAL
            else None
        )

    def _inherited_subject(self, i: int) -> int | None:
        """Subject shared with the verb before ("and"), or of the governing verb ("begins to ship")."""
        seen = 0
        while self.deps[i] in ("conj", "xcomp", "ccomp", "advcl") and seen < 4:
            if self.deps[i] in ("ccomp", "advcl") and not self._is_infinitive(i):
                return None
            i = self.heads[i]
            seen += 1
            subject = self.child(i, _SUBJECTS)
            if subject is not None:
                if self._is_relative(subject):
                    return self._antecedent(i)
                return (
                    None
                    if self.is_passive(i) and self.deps[i] != "xcomp" and self.deps[subject] != "nsubj:pass"
                    else subject
                )
        return None

    def _is_infinitive(self, i: int) -> bool:
        return self.morph(i, "VerbForm") == "Inf" or self.doc[i].tag_ in ("VVINF", "VVIZU", "VB")


@cache
def place_of(word: str, lemma: str) -> tuple[str, ...]:
    """Return the concepts of a country, its people or its adjective, by word or lemma."""
    return place_concepts(word) or place_concepts(lemma)
