"""Articles to documents: what the file says first, what the text says where the file is silent."""

from datetime import datetime

from kg.ids import make_id, sha256_of
from kg.ingest.article import Article
from kg.ingest.byline import read_byline
from kg.ingest.languages import check_language, identify_language
from kg.ingest.normalise import join_paragraphs, normalise_paragraph
from kg.model import Document


def make_document(article: Article, where: str, retrieved: datetime | None = None) -> Document:
    """Make the document of an article.

    The text is the headline, a blank line, and the paragraphs; a title that does not open the text is put before it.
    Publisher, authors and date come from the article's own fields, else from byline, dateline and credits. Where only an
    agency is named, that is the publisher; an agency always counts among the authors, so that its copy can be told.

    Args:
        article: with at least one paragraph.
        where: stands in the error messages.
        retrieved: when it was fetched; None for what was not fetched.

    Returns:
        The document. Its identifier comes from the address, or the publisher where there is none, and from the text.

    Raises:
        LanguageError: the language is not supported.
        InputError: the language cannot be told because there are no words.
    """
    paragraphs = article.paragraphs
    if article.title and not _opens_with(paragraphs[0], article.title):
        paragraphs = (article.title, *paragraphs)
    language = check_language(article.language, where) if article.language else identify_language(paragraphs, where)
    byline = read_byline(paragraphs, language)
    publisher = article.publisher or byline.publisher or (byline.agencies[0] if byline.agencies else None)
    authors = (*(article.authors or byline.authors), *byline.agencies)
    text = join_paragraphs(paragraphs)
    sha256 = sha256_of(text)
    return Document(
        document_id=make_id("document", article.url or publisher, sha256),
        url=article.url,
        title=paragraphs[0] if article.title else None,
        publisher=publisher,
        authors=tuple({author.casefold(): author for author in reversed(authors)}.values())[::-1],
        published=article.published or byline.published,
        retrieved=retrieved,
        language=language,
        text=text,
        sha256=sha256,
    )


def _opens_with(paragraph: str, title: str) -> bool:
    return normalise_paragraph(paragraph).casefold().rstrip(" .") == title.casefold().rstrip(" .")
