"""A pipeline on raw text: it tokenises and segments by itself, and its words are aligned with gold by characters.

The measures are those of the CoNLL 2018 shared task (Zeman et al. 2018), with the words of our pipelines as units.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import InputError
from kg.treebanks import Tree, TreeWord, place_words, plain_relation

MEASURES = ("tokens", "sentences", "upos", "uas", "las", "lemma")

_SENTENCES_PER_TEXT = 5
"""What makes a text where the file marks no documents or paragraphs: its sentences are then often unrelated."""
_MAX_CHARACTERS = 100_000  # a new text begins with the next paragraph; spaCy takes a million, but memory grows with it

_Span = tuple[int, int]


@dataclass
class _GoldText:
    """A text, with the words and sentences at their offsets; heads are indices of words in the text."""

    text: str = ""
    words: list[tuple[_Span, TreeWord]] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    sentences: set[_Span] = field(default_factory=set)


def score_raw_text(nlp: Language, trees: Sequence[Tree], file: Path) -> tuple[int, dict[str, tuple[int, int, int]]]:
    """Analyse the text of a treebank and compare.

    Sentences are joined by a space, and paragraphs by a blank line; each document is a text. Where the file marks
    neither, five sentences are one.

    Args:
        nlp: the pipeline.
        trees: gold.
        file: where they are from, for errors.

    Returns:
        The number of texts, and for each of ``MEASURES`` the hits, what was predicted, and what is in gold. A word is a
        token hit where its first and last character are right; the other measures of words count only such words, and
        ``uas`` and ``las`` heads that are such words too. A lemma that gold does not have is right.

    Raises:
        InputError: words of a sentence do not spell its ``# text``.
    """
    texts = list(_make_texts(trees, file))
    hits: Counter[str] = Counter()
    n_words = n_sentences = 0
    for doc, gold in zip(nlp.pipe(text.text for text in texts), texts, strict=True):
        sentences = _find_sentences(doc)
        n_words += sum(not token.is_space for token in doc)
        n_sentences += len(sentences)
        hits["sentences"] += len(sentences & gold.sentences)
        hits.update(_count_words(doc, gold))
    n_gold_words = sum(len(text.words) for text in texts)
    n_gold_sentences = sum(len(text.sentences) for text in texts)
    return len(texts), {
        name: (hits[name], n_sentences, n_gold_sentences)
        if name == "sentences"
        else (hits[name], n_words, n_gold_words)
        for name in MEASURES
    }


def _make_texts(trees: Sequence[Tree], file: Path) -> Iterator[_GoldText]:
    marked = any(tree.new_document or tree.new_paragraph for tree in trees)
    current = _GoldText()
    for index, tree in enumerate(trees):
        full = tree.new_paragraph and len(current.text) > _MAX_CHARACTERS
        if current.text and (tree.new_document or full or not (marked or index % _SENTENCES_PER_TEXT)):
            yield current
            current = _GoldText()
        if current.text:
            current.text += "\n\n" if tree.new_paragraph else " "
        _add_sentence(current, tree, file)
    yield current


def _add_sentence(gold: _GoldText, tree: Tree, file: Path) -> None:
    own = tree.text or "".join(word.form + " " * word.space for word in tree.words).rstrip()
    spans = place_words([word.form for word in tree.words], own)
    if spans is None:
        raise InputError(f'{file}:{tree.line}: the words of the sentence do not spell its "# text", expected the same')
    offset, first = len(gold.text), len(gold.words)
    gold.text += own
    for (start, end), word in zip(spans, tree.words, strict=True):
        gold.words.append(((offset + start, offset + end), word))
        gold.heads.append(first + word.head)
    gold.sentences.add((offset + spans[0][0], offset + spans[-1][1]))


def _find_sentences(doc: Doc) -> set[_Span]:
    """Return the sentences, without white space around them."""
    sentences = set()
    for sentence in doc.sents:
        tokens = [token for token in sentence if not token.is_space]
        if tokens:
            sentences.add((tokens[0].idx, tokens[-1].idx + len(tokens[-1])))
    return sentences


def _count_words(doc: Doc, gold: _GoldText) -> Counter[str]:
    hits: Counter[str] = Counter()
    token_at = {(token.idx, token.idx + len(token)): token for token in doc}
    found = {index: token_at[span] for index, (span, _) in enumerate(gold.words) if span in token_at}
    for index, token in found.items():
        word, head = gold.words[index][1], gold.heads[index]
        head_right = head in found and token.head.i == found[head].i
        hits["tokens"] += 1
        hits["upos"] += token.pos_ == word.upos
        hits["uas"] += head_right
        hits["las"] += head_right and plain_relation(token.dep_) == plain_relation(word.relation)
        hits["lemma"] += word.lemma is None or token.lemma_ == word.lemma
    return hits
