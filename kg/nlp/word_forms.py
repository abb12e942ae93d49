"""What the network sees of a word form by itself: vector, letters, cluster, shape, and what the form table says of it."""

import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.vectors import Vectors  # type: ignore[import-not-found]

from kg.nlp.form_lexicon import FormLexicon

N_FIRST = 10
N_LAST = 10
N_LETTERS = N_FIRST + N_LAST
"""Letters of a form that are looked at: the first and the last ones."""
PATH_LENGTHS = (4, 6, 10, 18)
"""Bits of a Brown cluster's path (Brown et al. 1992; Koo et al. 2008) that are looked at."""
N_SHAPES = 8
_PAD = 0
_UNKNOWN = 1
_KINDS = "VNAPDRC"
_N_VERB = 12
_N_NOMINAL = 9
N_READINGS = len(_KINDS) + _N_VERB + 2 * _N_NOMINAL
"""Word classes; person, number, tense, mood, other forms of verbs; case, number, gender of nouns and of determiners."""


@dataclass(frozen=True)
class FormArrays:
    """Inputs of the network for ``n`` forms.

    Attributes:
        vectors: n x width of the static vectors.
        letters: n x N_LETTERS.
        words: n.
        paths: n x len(PATH_LENGTHS).
        flags: n x (N_SHAPES + N_READINGS).
    """

    vectors: NDArray[np.float32]
    letters: NDArray[np.int64]
    words: NDArray[np.int64]
    paths: NDArray[np.int64]
    flags: NDArray[np.float32]

    def __getitem__(self, rows: NDArray[np.int64]) -> "FormArrays":
        """Return some of the forms."""
        return FormArrays(self.vectors[rows], self.letters[rows], self.words[rows], self.paths[rows], self.flags[rows])

    def joined(self, more: "FormArrays") -> "FormArrays":
        """Return these forms and then the others."""
        return FormArrays(
            np.concatenate([self.vectors, more.vectors]),
            np.concatenate([self.letters, more.letters]),
            np.concatenate([self.words, more.words]),
            np.concatenate([self.paths, more.paths]),
            np.concatenate([self.flags, more.flags]),
        )


class FormReader:
    """Turns forms into arrays."""

    def __init__(
        self,
        vectors: Vectors,
        letters: str,
        words: Sequence[str],
        clusters: dict[str, int],
        lexicon: FormLexicon | None,
    ) -> None:
        """Keep the tables.

        Args:
            vectors: floret vectors.
            letters: the known letters.
            words: the known words in small letters.
            clusters: Brown clusters; the lowest bit of a number is the first step of the path.
            lexicon: None where the language has none.
        """
        self._vectors = vectors
        self._letters = {letter: number for number, letter in enumerate(letters, start=2)}
        self._words = {word: number for number, word in enumerate(words, start=1)}
        self._clusters = clusters
        self._lexicon = lexicon
        self._path_ids: list[dict[int, int]] = []
        numbers = sorted(set(clusters.values()))
        for length in PATH_LENGTHS:
            ids: dict[int, int] = {}
            for number in numbers:
                ids.setdefault(number & ((1 << length) - 1), len(ids) + 1)
            self._path_ids.append(ids)

    @property
    def sizes(self) -> dict[str, int | list[int]]:
        """Numbers of vector columns, letters, words and paths."""
        return {
            "vector": int(self._vectors.shape[1]),
            "letters": len(self._letters) + 2,
            "words": len(self._words) + 1,
            "paths": [len(ids) + 1 for ids in self._path_ids],
        }

    def read(self, forms: Sequence[str]) -> FormArrays:
        """Return the arrays of forms."""
        n_forms = len(forms)
        letters = np.zeros((n_forms, N_LETTERS), dtype=np.int64)
        words = np.zeros(n_forms, dtype=np.int64)
        paths = np.zeros((n_forms, len(PATH_LENGTHS)), dtype=np.int64)
        flags = np.zeros((n_forms, N_SHAPES + N_READINGS), dtype=np.float32)
        for row, form in enumerate(forms):
            shown = form if len(form) <= N_LETTERS else form[:N_FIRST] + form[-N_LAST:]
            letters[row, : len(shown)] = [self._letters.get(letter, _UNKNOWN) for letter in shown]
            words[row] = self._words.get(form.lower(), 0)
            cluster = self._clusters.get(form)
            if cluster is None:
                cluster = self._clusters.get(form.lower())
            if cluster is not None:
                for column, (length, ids) in enumerate(zip(PATH_LENGTHS, self._path_ids, strict=True)):
                    paths[row, column] = ids[cluster & ((1 << length) - 1)]
            flags[row, :N_SHAPES] = _shape(form)
            if self._lexicon is not None:
                flags[row, N_SHAPES:] = _readings(self._lexicon, form)
        vectors = np.asarray(self._vectors.get_batch(list(forms)), dtype=np.float32)
        return FormArrays(vectors, letters, words, paths, flags)


def _shape(form: str) -> tuple[bool, ...]:
    first = form[:1]
    return (
        first.isupper(),
        form.isupper(),
        first.islower(),
        form[1:] != form[1:].lower() and form[1:] != form[1:].upper(),
        form.isdigit(),
        any(letter.isdigit() for letter in form),
        not any(letter.isalnum() for letter in form),
        "-" in form[1:],
    )


def _readings(lexicon: FormLexicon, form: str) -> NDArray[np.float32]:
    flags = np.zeros(N_READINGS, dtype=np.float32)
    for number, kind in enumerate(_KINDS):
        entry = lexicon.find(form, kind)
        if entry is None:
            continue
        flags[number] = 1
        codes = entry.readings
        if kind == "V":
            place = len(_KINDS)
            for code in codes:
                if code[0] in "123" and len(code) == 4:
                    flags[place + int(code[0]) - 1] = 1
                    flags[place + 3 + "SP".index(code[1])] = 1
                    flags[place + 5 + "PT".index(code[2])] = 1
                    flags[place + 7 + "IS".index(code[3])] = 1
                elif code in ("inf", "part", "imp"):
                    flags[place + 9 + ("inf", "part", "imp").index(code)] = 1
        elif kind in "NPDC":
            place = len(_KINDS) + _N_VERB + (0 if kind in "NP" else _N_NOMINAL)
            for code in codes:
                flags[place + "NADG".index(code[0])] = 1
                if len(code) == 3:
                    flags[place + 4 + "SP".index(code[1])] = 1
                    flags[place + 6 + "MFN".index(code[2])] = 1
    return flags


def read_clusters(path: Path) -> dict[str, int]:
    """Read a table of words and cluster numbers, ``word TAB number`` a line, xz-packed."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return {word: int(number) for word, number in rows}


def write_clusters(clusters: dict[str, int], path: Path) -> None:
    """Write the table that ``read_clusters`` reads."""
    rows = sorted(clusters.items(), key=lambda item: (item[1], item[0]))
    with lzma.open(path, "wt", encoding="utf-8", preset=9) as file:
        file.writelines(f"{word}\t{number}\n" for word, number in rows)
