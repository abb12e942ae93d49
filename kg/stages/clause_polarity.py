"""Polarity and modality of a predicate, from the words around it and from what governs it."""

from typing import TYPE_CHECKING

from kg.model import Modality

if TYPE_CHECKING:
    from kg.stages.clauses import Frame, Tree

_AUXILIARY_OR_MARK = ("mark", "aux")
_NEGATING = frozenset({"advmod", "det", "cc", "case", "discourse", "cc:preconj", "aux"})
_ARGUMENTS = frozenset(
    [
        "nsubj",
        "nsubj:pass",
        "csubj",
        "nsubj:outer",
        "csubj:pass",
        "obj",
        "obl",
        "obl:arg",
        "obl:agent",
        "nmod",
        "nmod:poss",
        "iobj",
        "obl:tmod",
        "obl:unmarked",
    ]
)


def set_colour(tree: "Tree", frame: "Frame", i: int) -> None:
    """Set polarity and modality from the words around the predicate and from what governs it."""
    words = tree.rules.words
    frame.negative = _is_negated(tree, i)
    frame.modality = _own_modality(tree, i)
    at, steps = i, 0
    while tree.heads[at] != at and steps < 5:
        dep, governor = tree.deps[at], tree.heads[at]
        if (
            dep in ("xcomp", "ccomp", "csubj", "csubj:pass")
            or (dep == "acl" and tree.pos[at] == "VERB")
            or (dep == "obj" and frame.nominal and steps == 0)
        ):
            lemma = tree.verb_lemma(governor)
            if _is_negated(tree, governor) and dep != "acl":
                frame.negative = not frame.negative
            if lemma in words.denying:
                frame.negative = not frame.negative
            if frame.modality is Modality.ACTUAL:
                frame.modality = _modality_of(tree, lemma) or _own_modality(tree, governor)
        elif (
            dep == "advcl"
            and frame.modality is Modality.ACTUAL
            and any(tree.words[c] in words.conditions for c in tree.children[at])
        ):
            frame.modality = Modality.CONDITIONAL
        elif dep not in ("conj", "advcl", "parataxis"):
            break
        at, steps = governor, steps + 1


def _modality_of(tree: "Tree", lemma: str) -> Modality | None:
    words = tree.rules.words
    for lemmas, modality in (
        (words.possible, Modality.POSSIBLE),
        (words.required, Modality.REQUIRED),
        (words.intended, Modality.INTENDED),
    ):
        if lemma in lemmas:
            return modality
    return None


def _own_modality(tree: "Tree", i: int) -> Modality:
    words = tree.rules.words
    for c in tree.children[i]:
        if tree.deps[c] in ("mark", "aux") and tree.words[c] in words.conditions:
            return Modality.CONDITIONAL
        if tree.deps[c] == "aux":
            if tree.words[c] in words.conditional_verbs:
                return Modality.CONDITIONAL
            found = _modality_of(tree, tree.lemmas[c])
            if found:
                return found
        if tree.deps[c] == "advcl" and any(tree.words[g] in words.conditions for g in tree.children[c]):
            return Modality.CONDITIONAL
    return Modality.CONDITIONAL if tree.words[i] in words.conditional_verbs else Modality.ACTUAL


def _is_negated(tree: "Tree", i: int) -> bool:
    words = tree.rules.words
    negations = 0
    for c in tree.children[i]:
        dep, word = tree.deps[c], tree.words[c]
        if (
            (dep in _NEGATING and word in words.negations | words.negative_determiners)
            or (dep == "case" and word in words.without)
            or (dep in _ARGUMENTS and (word in words.negative_pronouns or _is_none(tree, c)))
        ):
            negations += 1
    return negations % 2 == 1


def _is_none(tree: "Tree", i: int) -> bool:
    """Whether a noun has a negative determiner: "keine Waffen", "no weapons"."""
    negative = tree.rules.words.negative_determiners
    return any(
        tree.deps[c] in ("det", "advmod") and (tree.lemmas[c] in negative or tree.words[c] in negative)
        for c in tree.children[i]
    )
