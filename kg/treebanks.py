"""Gold data for language pipelines: trees in CoNLL-U, and entities in columns (Universal NER, GermEval, wikigold)."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError

ENTITY_CLASSES = {
    "PER": "PER",
    "PERSON": "PER",
    "LOC": "LOC",
    "LOCATION": "LOC",
    "GPE": "LOC",
    "ORG": "ORG",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "MISC": "MISC",
    "OTH": "MISC",
}
"""Classes of the sources, in capitals, to ours. What is not here is no entity of ours: GermEval's "LOCderiv", dates."""

_N_CONLLU_COLUMNS = 10
_LABEL_COLUMN = 2  # of the files with numbered words: number, word, label, more labels


@dataclass(frozen=True, slots=True)
class TreeWord:
    """One word of a tree; None where the file has "_".

    Attributes:
        space: whether a space follows.
        features: as in the file, "Case=Nom|Number=Sing"; empty where it has none.
        head: index of its head in the sentence, from 0; a root is its own head.
        relation: with its subtype.
        misc: the last column as it is.
    """

    form: str
    space: bool
    upos: str | None
    xpos: str | None
    lemma: str | None
    features: str
    head: int
    relation: str
    misc: str


@dataclass(frozen=True, slots=True)
class Tree:
    """One sentence of a treebank; ``line`` is where it begins, from 1, and ``text`` what its ``# text`` says."""

    words: tuple[TreeWord, ...]
    line: int
    text: str | None = None
    new_document: bool = False
    new_paragraph: bool = False


@dataclass(frozen=True, slots=True)
class NamedSentence:
    """One sentence with its entities: index of the first word, index after the last, class."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    entities: frozenset[tuple[int, int, str]]


def read_trees(path: Path, *, merge: bool) -> Iterator[Tree]:
    """Read a CoNLL-U file.

    Args:
        path: plain or gzipped.
        merge: make one word of a multiword token ("zum"): it has the labels of its first word and the head and relation
            of the first word whose head is outside. Otherwise its words stand alone, with no space between them.

    Raises:
        InputError: the file cannot be read, has no sentence in it, or is not CoNLL-U.
    """
    empty = True
    for line, block in _blocks(path):
        rows = [_split_row(path, n, text) for n, text in enumerate(block, line) if not text.startswith("#")]
        if not rows:
            continue
        empty = False
        comments = [text for text in block if text.startswith("#")]
        yield Tree(
            words=_read_words(path, rows, merge=merge),
            line=line,
            text=_text_of(comments),
            new_document=any(text.startswith("# newdoc") for text in comments),
            new_paragraph=any(text.startswith("# newpar") for text in comments),
        )
    if empty:
        raise InputError(f"{path}: no sentence in it, expected CoNLL-U")


def _text_of(comments: Sequence[str]) -> str | None:
    texts = [comment.partition("=")[2].strip() for comment in comments if comment.startswith("# text =")]
    return texts[0].replace("\u00a0", " ") if texts else None


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[str, ...]


def _split_row(path: Path, line: int, text: str) -> _Row:
    cells = tuple(text.split("\t"))
    if len(cells) != _N_CONLLU_COLUMNS:
        count = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        raise InputError(f"{path}:{line}: {count}, expected the {_N_CONLLU_COLUMNS} of CoNLL-U, separated by tabs")
    return _Row(line, cells)


def _read_words(path: Path, rows: Sequence[_Row], *, merge: bool) -> tuple[TreeWord, ...]:
    words = [row for row in rows if row.cells[0].isdecimal()]
    for number, row in enumerate(words, 1):
        if int(row.cells[0]) != number:
            raise InputError(f'{path}:{row.line}: the number of the word is "{row.cells[0]}", expected "{number}"')
        if not (row.cells[6].isdecimal() and int(row.cells[6]) <= len(words)):
            raise InputError(
                f'{path}:{row.line}: the head is "{row.cells[6]}", expected a number from 0 to {len(words)}'
            )
    groups = _group_words(path, rows, words, merge=merge)
    index_of = {int(row.cells[0]): index for index, (group, _, _) in enumerate(groups) for row in group}
    return tuple(_make_word(index, *group, index_of) for index, group in enumerate(groups))


def _group_words(
    path: Path, rows: Sequence[_Row], words: Sequence[_Row], *, merge: bool
) -> list[tuple[Sequence[_Row], str, str]]:
    """Return for each word the rows that it is made of, its form, and its last column."""
    spans: dict[int, tuple[int, _Row]] = {}
    for row in rows:
        first, dash, last = row.cells[0].partition("-")
        if dash:
            if not (first.isdecimal() and last.isdecimal() and 0 < int(first) < int(last) <= len(words)):
                raise InputError(f'{path}:{row.line}: "{row.cells[0]}", expected the numbers of words, such as "3-4"')
            spans[int(first)] = (int(last), row)
    groups: list[tuple[Sequence[_Row], str, str]] = []
    number = 1
    while number <= len(words):
        if number not in spans:
            groups.append(([words[number - 1]], words[number - 1].cells[1], words[number - 1].cells[9]))
            number += 1
            continue
        end, token = spans[number]
        group = words[number - 1 : end]
        if merge:
            groups.append((group, token.cells[1], token.cells[9]))
        else:
            # they stand together; the space after belongs to the last
            groups += [([row], row.cells[1], "SpaceAfter=No") for row in group[:-1]]
            groups.append(([group[-1]], group[-1].cells[1], token.cells[9]))
        number = end + 1
    return groups


def _make_word(index: int, group: Sequence[_Row], form: str, misc: str, index_of: dict[int, int]) -> TreeWord:
    heads = [index_of.get(int(row.cells[6]), -1) for row in group]
    head, outer = next(((head, row) for head, row in zip(heads, group, strict=True) if head != index), (-1, group[0]))
    _, _, lemma, upos, xpos, features, *_ = group[0].cells
    return TreeWord(
        form=form.replace("\u00a0", " "),
        space="SpaceAfter=No" not in misc.split("|"),
        upos=None if upos == "_" else upos,
        xpos=None if xpos == "_" else xpos,
        lemma=None if lemma == "_" != form else lemma,
        features="" if features == "_" else features,
        head=index if head < 0 else head,
        relation="root" if head < 0 else outer.cells[7],
        misc=misc,
    )


def plain_relation(label: str) -> str:
    """Return a relation without its subtype, in small letters: spaCy calls a root "ROOT"."""
    return label.partition(":")[0].lower()


def place_words(forms: Sequence[str], text: str) -> list[tuple[int, int]] | None:
    """Return the start and end (exclusive) of each word in its text; None if the words do not spell it.

    White space does not count, in neither of them.
    """
    places = [place for place, character in enumerate(text) if not character.isspace()]
    spelled = ["".join(form.split()) for form in forms]
    if "".join(spelled) != "".join(text.split()) or not all(spelled):
        return None
    spans = []
    done = 0
    for form in spelled:
        spans.append((places[done], places[done + len(form) - 1] + 1))
        done += len(form)
    return spans


def read_entities(path: Path) -> Iterator[NamedSentence]:
    """Read a file with a word and its label in each line, and blank lines between sentences.

    Columns are number, word, label and any more (Universal NER; GermEval, whose inner entities are left out), separated
    by tabs; or word and label (wikigold). Labels are IOB2 or IOB1; classes that are not ours do not count.

    Raises:
        InputError: the file cannot be read, is of another format, or has no entity of ours.
    """
    empty = True
    n_columns: int | None = None
    for line, block in _blocks(path):
        comments: list[str] = []
        words: list[str] = []
        labels: list[str] = []
        for number, text in enumerate(block, line):
            cells = text.split("\t") if "\t" in text else text.split()
            if _is_comment(text, cells):
                comments.append(text)
                continue
            n_columns = n_columns or len(cells)
            word, label = _read_label(path, number, cells, n_columns)
            words.append(word.replace("\u00a0", " "))
            labels.append(label)
        if words:
            entities = _find_entities(labels)
            empty = empty and not entities
            yield NamedSentence(tuple(words), _find_spaces(words, _text_of(comments)), entities)
    if empty:
        classes = ", ".join(dict.fromkeys(ENTITY_CLASSES.values()))
        raise InputError(f"{path}: no entity in it, expected words with labels of {classes}")


def _is_comment(text: str, cells: Sequence[str]) -> bool:
    if "-DOCSTART-" in cells[0]:
        return True
    return text.startswith("#") and not (len(cells) == _LABEL_COLUMN and _is_label(cells[-1]))


def _is_label(label: str) -> bool:
    return label == "O" or (label[:2] in ("B-", "I-") and len(label) > len("B-"))


def _read_label(path: Path, line: int, cells: Sequence[str], n_columns: int) -> tuple[str, str]:
    """Return a word and its label, which is "O" unless the class is one of ours."""
    if len(cells) != n_columns:
        raise InputError(f"{path}:{line}: {len(cells)} columns, expected {n_columns} as in the lines before")
    if len(cells) > _LABEL_COLUMN and cells[0].isdecimal():
        word, label = cells[1], cells[_LABEL_COLUMN]
    elif len(cells) == _LABEL_COLUMN:
        word, label = cells
    else:
        count = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        raise InputError(
            f"{path}:{line}: {count}, expected number, word and label separated by tabs, or word and label"
        )
    if not _is_label(label):
        raise InputError(f'{path}:{line}: the label is "{label}", expected "O", or "B-" or "I-" and a class')
    known = ENTITY_CLASSES.get(label[2:].upper())
    return word, f"{label[:2]}{known}" if known else "O"


def _find_entities(labels: Sequence[str]) -> frozenset[tuple[int, int, str]]:
    entities = []
    start, inside = 0, ""
    for index, label in enumerate([*labels, "O"]):
        prefix, _, name = label.partition("-")
        if inside and (prefix != "I" or name != inside):
            entities.append((start, index, inside))
            inside = ""
        if name and not inside:
            start, inside = index, name
    return frozenset(entities)


def _find_spaces(words: Sequence[str], text: str | None) -> tuple[bool, ...]:
    """Tell after which words a space follows: as the text says, after all if there is none that they spell."""
    spans = place_words(words, text) if text else None
    if spans is None:
        return (True,) * len(words)
    starts = [start for start, _ in spans[1:]]
    return (*(start > end for (_, end), start in zip(spans, starts, strict=False)), True)


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands between blank lines, with the number of its first line, from 1.

    Raises:
        InputError: the file cannot be read.
    """
    block: list[str] = []
    first = 1
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    first = first if block else number
                    block.append(line.rstrip("\r\n"))
                elif block:
                    yield first, block
                    block = []
    except OSError as err:
        raise InputError(f"{path}: {err.strerror or err}, expected a text file") from err
    except (UnicodeDecodeError, EOFError) as err:
        raise InputError(f"{path}: not UTF-8, expected a text file") from err
    if block:
        yield first, block
