"""The natural order of what a tuple holds; only where a record has another one is it written down.

RDF statements have no order. Records without an identifier of their own carry ``kg:index``; passages stand in text
order, plain words in alphabetical order, the claims of a chain from the outermost inwards. A tuple that differs, or
names something twice, gets a ``kg:order``: the property's local name and the positions in the natural order.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from kg.model import Passage

Item = TypeVar("Item")


def text_order(passage: Passage) -> tuple[str, int, int]:
    """Key that sorts passages as they stand in their document."""
    return passage.document_id, passage.start, passage.end


def natural_passages(passages: Iterable[Passage]) -> list[Passage]:
    """Sort passages as they stand in the text, each once."""
    return sorted(set(passages), key=text_order)


def natural_words(words: Iterable[str]) -> list[str]:
    """Sort words alphabetically, each once."""
    return sorted(set(words))


def natural_chain(claim_ids: Iterable[str], line: Sequence[str]) -> list[str]:
    """Sort the claims around a claim from the outermost inwards, each once.

    Args:
        claim_ids: identifiers of the claims.
        line: the claim's ancestors by parent, outermost first; claims that are not among them come last.
    """
    place = {claim_id: index for index, claim_id in enumerate(line)}
    return sorted(set(claim_ids), key=lambda claim_id: (place.get(claim_id, len(place)), claim_id))


def order_note(prop: str, items: Sequence[Any], natural: Sequence[Any]) -> str | None:
    """Describe the order of a tuple, or return None where it is the natural one."""
    if list(items) == list(natural):
        return None
    place = {item: index for index, item in enumerate(natural)}
    return " ".join((prop.rpartition("#")[2], *(str(place[item]) for item in items)))


def restore_order(prop: str, natural: Sequence[Item], notes: Iterable[str]) -> tuple[Item, ...]:
    """Put items back into the order that a note describes.

    Raises:
        ValueError: a note has something other than positions of the items.
    """
    name = prop.rpartition("#")[2]
    for note in notes:
        first, *positions = note.split(" ")
        if first == name:
            try:
                return tuple(natural[int(position)] for position in positions)
            except IndexError as err:
                msg = f'order "{note}" names more items than there are ({len(natural)})'
                raise ValueError(msg) from err
    return tuple(natural)
