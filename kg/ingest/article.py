"""One article between reading and becoming a document."""

from kg.model import PartialDate, Record, Text


class Article(Record):
    """What a reader found: normalised paragraphs and whatever the file says about them.

    ``paragraphs`` may or may not begin with the title. ``language`` is as the file gives it, not checked.
    """

    paragraphs: tuple[Text, ...]
    title: Text | None = None
    publisher: Text | None = None
    authors: tuple[Text, ...] = ()
    published: PartialDate | None = None
    language: Text | None = None
    url: Text | None = None
