"""What the tagger finds, as groups of the quotation data's metric."""

from collections.abc import Iterable, Sequence

from kg.attribution_metric import QuoteGroup, mark_nesting
from kg.tagger.decoding import TokenGroup


def to_quote_groups(groups: Sequence[TokenGroup], types: Sequence[str], media: Sequence[str]) -> list[QuoteGroup]:
    """Turn the tagger's groups of one document into the metric's; they stay in order.

    Args:
        groups: by word index.
        types: the labels of ``TokenGroup.type_index``.
        media: the labels of ``TokenGroup.medium_index``.
    """
    return mark_nesting(
        [
            QuoteGroup(
                quote=group.content_words(),
                speaker=_words((group.speaker,) if group.speaker else ()),
                cue=_words(group.cue),
                frame=_words(group.frame),
                addressee=_words(group.addressee),
                type=types[group.type_index],
                medium=media[group.medium_index],
            )
            for group in groups
        ]
    )


def _words(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(word for start, end in spans for word in range(start, end))
