"""What is given in return: "receives food in exchange for artillery" tells of two acts, the second the other way round."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.model import Role

if TYPE_CHECKING:
    from kg.stages.clauses import Frame, Tree


def find_return(tree: "Tree", frame: "Frame", verb: int) -> Iterator["Frame"]:
    """Find the act in return that a verb of giving or receiving names.

    Args:
        tree: the tree of the document.
        frame: the frame of the verb; its giver is the receiver of the return.
        verb: the token of the verb.
    """
    words = tree.rules.words
    exchange = next((c for c in tree.children[verb] if tree.lemmas[c] in words.exchange), None)
    givers = frame.arguments.get(Role.AGENT, []) or frame.arguments.get(Role.ORIGIN, [])
    takers = frame.arguments.get(Role.RECIPIENT, [])
    if exchange is None or not (givers or takers):
        return
    things = [c for c in (*tree.children[exchange], *tree.children[verb]) if tree.preposition(c) in words.exchanged]
    if things:
        back = type(frame)(head=exchange, nominal=False, lemma=frame.lemma, modality=frame.modality)
        back.add(Role.THEME, [head for thing in things for head in tree.conjuncts(thing)])
        back.add(Role.AGENT, takers)
        back.add(Role.RECIPIENT, givers)
        back.arguments = {role: heads for role, heads in back.arguments.items() if heads}
        yield back
