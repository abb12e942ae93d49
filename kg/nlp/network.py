"""The component that annotates sentences: one recurrent network for tags, features, lemmas, trees and names.

Three graphs run in onnxruntime: ``forms`` looks at each distinct word form once, ``encoder`` at sentences, ``labels`` at
the arcs that were chosen. ``scripts/train_pipeline.py`` trains them; the arcs are scored as by Dozat & Manning (2017).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.special import log_softmax
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import SimpleFrozenList
from thinc.types import Ints2d

from kg.nlp.features import AGREEMENT, AGREEMENT_VALUES
from kg.nlp.form_lexicon import FormLexicon
from kg.nlp.lemma_rules import apply_rule
from kg.nlp.sequences import decode_entities
from kg.nlp.tree_decoding import decode_tree
from kg.nlp.word_forms import FormReader, read_clusters

GRAPHS = ("forms", "encoder", "labels")
_N_DOCS = 64
"""Documents whose sentences are sorted by length together."""
_BATCH_WORDS = 1500
_LONGEST = 300
"""Words; a longer sentence is read in pieces."""
_MAX_CACHED = 20_000
"""Forms whose vectors are kept."""
_SPACE_TAG = "_SP"
_ATTRIBUTES = ("POS", "TAG", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE")
"""In the order of the columns that are written."""
_IOB_INSIDE, _IOB_OUTSIDE, _IOB_BEGIN = 1, 2, 3


class NetworkSettings(BaseModel):
    """The label tables that lie beside the weights.

    Attributes:
        letters: that the network knows.
        words: that the network knows, in small letters.
        tags: universal parts of speech.
        features: values of each feature; the first is "", the feature is absent.
        allowed: for each tag, the features that it can have.
        lemmas: lemma rules (``kg.nlp.lemma_rules``).
        relations: of Universal Dependencies.
        entities: IOB labels; "O" is the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    letters: str
    words: tuple[str, ...]
    tags: tuple[str, ...]
    features: dict[str, tuple[str, ...]]
    allowed: dict[str, tuple[str, ...]]
    lemmas: tuple[str, ...]
    relations: tuple[str, ...]
    entities: tuple[str, ...]


@dataclass
class _Piece:
    """A sentence, or a part of a very long one, with what was found. ``heads``: 0 is the root, ``i + 1`` word ``i``."""

    tokens: list[int]
    forms: list[str]
    follows: bool
    columns: dict[str, NDArray[np.int64]]


class Network:
    """The component; it changes nothing before its weights are read."""

    def __init__(self, nlp: Language) -> None:
        """Keep the pipeline, whose vectors and strings are used."""
        self._nlp = nlp
        self._folder: dict[str, bytes] = {}
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}
        self._rows: dict[str, int] = {}
        self._table = np.zeros((0, 0), dtype=np.float32)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document in place."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = _N_DOCS) -> Iterator[Doc]:
        """Annotate documents in place, those of a batch together. Their sentence starts have to be set."""
        stream = iter(docs)
        while batch := list(islice(stream, max(batch_size, _N_DOCS))):
            if self._sessions:
                self._annotate(batch)
            yield from batch

    def _annotate(self, docs: Sequence[Doc]) -> None:
        pieces = [list(_split(doc)) for doc in docs]
        every = sorted((piece for own in pieces for piece in own), key=lambda piece: len(piece.forms))
        batch: list[_Piece] = []
        for piece in every:
            if batch and len(piece.forms) * (len(batch) + 1) > _BATCH_WORDS:
                self._run(batch)
                batch = []
            batch.append(piece)
        if batch:
            self._run(batch)
        for doc, own in zip(docs, pieces, strict=True):
            self._write(doc, own)

    def _look_up(self, forms: Iterable[str]) -> None:
        """Compute the vectors of forms that are not in the table."""
        new = list(dict.fromkeys(form for form in forms if form not in self._rows))
        if not new:
            return
        arrays = self._reader.read(new)
        inputs = {
            "vectors": arrays.vectors,
            "letters": arrays.letters,
            "words": arrays.words,
            "paths": arrays.paths,
            "flags": arrays.flags,
        }
        rows = self._sessions["forms"].run(None, inputs)[0]
        n_used = len(self._rows)
        if n_used + len(new) > len(self._table):
            grown = np.zeros((max(2 * len(self._table), n_used + len(new), 1024), rows.shape[1]), dtype=np.float32)
            grown[: len(self._table)] = self._table[:, : rows.shape[1]] if len(self._table) else 0
            self._table = grown
        self._table[n_used : n_used + len(new)] = rows
        self._rows.update((form, n_used + number) for number, form in enumerate(new))

    def _run(self, batch: Sequence[_Piece]) -> None:
        if len(self._rows) > _MAX_CACHED:
            self._rows.clear()
        self._look_up(form for piece in batch for form in piece.forms)
        # the runtime wants the longest first
        batch = sorted(batch, key=lambda piece: -len(piece.forms))
        lengths = np.array([len(piece.forms) for piece in batch], dtype=np.int64)
        index = np.zeros((len(batch), lengths[0]), dtype=np.int64)
        for number, piece in enumerate(batch):
            index[number, : lengths[number]] = [self._rows[form] for form in piece.forms]
        tags, features, lemmas, arcs, words, heads, entities = self._sessions["encoder"].run(
            None, {"rows": self._table[index], "lengths": lengths}
        )
        chosen = [decode_tree(arcs[number, :n, : n + 1]) for number, n in enumerate(lengths)]
        pairs = [words[number, :n] for number, n in enumerate(lengths)]
        partners = [heads[number][chosen[number]] for number in range(len(batch))]
        relations = self._sessions["labels"].run(
            None, {"words": np.concatenate(pairs), "heads": np.concatenate(partners)}
        )[0]
        start = 0
        for number, piece in enumerate(batch):
            n = int(lengths[number])
            piece.columns = {
                "tags": tags[number, :n],
                "features": features[number, :n],
                "lemmas": lemmas[number, :n],
                "heads": chosen[number],
                "relations": relations[start : start + n],
                "entities": decode_entities(entities[number, :n]),
            }
            start += n

    def _features(self, tag: int, logits: NDArray[np.float32]) -> int:
        """Return the key of the best values of the features that the tag can have."""
        values = []
        for name, start, end, options in self._spans[tag]:
            value = options[int(logits[start:end].argmax())]
            if value:
                values.append(f"{name}={value}")
        text = "|".join(values)
        key = self._keys.get(text)
        if key is None:
            key = self._keys[text] = self._nlp.vocab.morphology.add(text)
        return key

    def _write(self, doc: Doc, pieces: Sequence[_Piece]) -> None:
        settings = self._settings
        strings = self._nlp.vocab.strings
        table = np.zeros((len(doc), 8), dtype=np.uint64)
        offsets = np.zeros(len(doc), dtype=np.int64)
        table[:, 0] = strings["SPACE"]
        table[:, 1] = strings.add(_SPACE_TAG)
        table[:, 5] = strings.add("dep")
        table[:, 3] = doc.to_array("ORTH")
        table[:, 6] = _IOB_OUTSIDE
        empty = self._nlp.vocab.morphology.add("")
        table[:, 2] = empty
        last_root = -1
        agreement = np.zeros((len(doc), len(AGREEMENT_VALUES)), dtype=np.float32)
        for piece in pieces:
            columns, tokens = piece.columns, piece.tokens
            if self._agreement:
                agreement[tokens] = np.concatenate(
                    [
                        log_softmax(columns["features"][:, start:end], axis=1)[:, which]
                        for start, end, which in self._agreement
                    ],
                    1,
                )
            for place, i in enumerate(tokens):
                tag = int(columns["tags"][place])
                table[i, 0] = table[i, 1] = self._tags[tag]
                table[i, 2] = self._features(tag, columns["features"][place])
                lemma = apply_rule(piece.forms[place], settings.lemmas[int(columns["lemmas"][place])])
                table[i, 3] = strings.add(lemma)
                head = int(columns["heads"][place])
                if head:
                    offsets[i] = tokens[head - 1] - i
                    table[i, 5] = self._relations[int(columns["relations"][place])]
                elif piece.follows:
                    offsets[i] = last_root - i
                    table[i, 5] = strings.add("parataxis")
                else:
                    last_root = i
                    table[i, 5] = strings.add("ROOT")
                label = int(columns["entities"][place])
                if label:
                    name = settings.entities[label]
                    table[i, 6] = _IOB_BEGIN if name[0] == "B" else _IOB_INSIDE
                    table[i, 7] = strings.add(name[2:])
        _attach_spaces(doc, table[:, 0] == strings["SPACE"], offsets)
        _bridge_spaces(table)
        table[:, 4] = offsets.astype(np.uint64)
        doc.from_array(list(_ATTRIBUTES), cast(Ints2d, table))
        if self._agreement:
            doc.user_data[AGREEMENT] = agreement

    def to_disk(self, path: Path, *, exclude: Iterable[str] = SimpleFrozenList()) -> None:
        """Write the files as they were read."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._folder.items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = SimpleFrozenList()) -> "Network":
        """Read settings, clusters and graphs."""
        folder = Path(path)
        names = ["settings.json", "clusters.tsv.xz", *(f"{name}.onnx" for name in GRAPHS)]
        self._folder = {name: (folder / name).read_bytes() for name in names}
        self._settings = settings = NetworkSettings.model_validate(json.loads(self._folder["settings.json"]))
        lexicon: Any = self._nlp.get_pipe("form_lexicon") if self._nlp.has_pipe("form_lexicon") else None
        if lexicon is not None and not lexicon.filled:
            # the table is read after this component, in the order of the pipeline
            lexicon = FormLexicon().from_disk(folder.parent / "form_lexicon")
        clusters = read_clusters(folder / "clusters.tsv.xz")
        self._reader = FormReader(self._nlp.vocab.vectors, settings.letters, settings.words, clusters, lexicon)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._sessions = {
            name: onnxruntime.InferenceSession(
                self._folder[f"{name}.onnx"], options, providers=["CPUExecutionProvider"]
            )
            for name in GRAPHS
        }
        strings = self._nlp.vocab.strings
        self._tags = [strings.add(tag) for tag in settings.tags]
        self._relations = [strings.add("ROOT" if name == "root" else name) for name in settings.relations]
        self._keys: dict[str, int] = {}
        self._rows.clear()
        self._agreement = _find_agreement(settings) if lexicon is not None else []
        self._spans: list[list[tuple[str, int, int, tuple[str, ...]]]] = []
        for tag in settings.tags:
            spans = []
            start = 0
            for name, options_ in settings.features.items():
                if name in settings.allowed.get(tag, ()):
                    spans.append((name, start, start + len(options_), options_))
                start += len(options_)
            self._spans.append(spans)
        return self


def _find_agreement(settings: NetworkSettings) -> list[tuple[int, int, list[int]]]:
    """Return where the values of ``AGREEMENT_VALUES`` stand: the span of the feature's logits, and which of them."""
    result = []
    start = 0
    for name, options in settings.features.items():
        which = [options.index(value) for feature, value in AGREEMENT_VALUES if feature == name and value in options]
        if which:
            result.append((start, start + len(options), which))
        start += len(options)
    if sum(len(which) for _, _, which in result) != len(AGREEMENT_VALUES):
        raise ValueError(f"the network lacks some of the features {AGREEMENT_VALUES}")
    return result


def _split(doc: Doc) -> Iterator[_Piece]:
    """Yield the sentences without their white space; long ones in pieces."""
    if not len(doc):
        return
    starts = doc.to_array("SENT_START")
    words = [token.text for token in doc]
    tokens: list[int] = []
    forms: list[str] = []
    follows = False
    for i, word in enumerate(words):
        begins = i == 0 or starts[i] == 1
        if tokens and (begins or len(tokens) == _LONGEST):
            yield _Piece(tokens, forms, follows, {})
            tokens, forms, follows = [], [], not begins
        elif begins:
            follows = False
        if not word.isspace():
            tokens.append(i)
            forms.append(word)
    if tokens:
        yield _Piece(tokens, forms, follows, {})


def _attach_spaces(doc: Doc, is_space: NDArray[np.bool_], offsets: NDArray[np.int64]) -> None:
    """Hang white space on the word before it in its sentence, or else on the word after it, or on nothing."""
    starts = doc.to_array("SENT_START")
    for i in np.flatnonzero(is_space).tolist():
        place = i
        while place > 0 and starts[place] != 1 and is_space[place]:
            place -= 1
        if is_space[place]:
            place = i
            while place + 1 < len(doc) and is_space[place] and starts[place + 1] != 1:
                place += 1
        offsets[i] = 0 if is_space[place] else place - i


def _bridge_spaces(table: NDArray[np.uint64]) -> None:
    """Make white space within a name a part of it; columns 6 and 7 are IOB code and label."""
    for i in np.flatnonzero(table[:, 6] == _IOB_INSIDE).tolist():
        place = i - 1
        while place > 0 and table[place, 6] == _IOB_OUTSIDE:
            table[place, 6:] = table[i, 6:]
            place -= 1


@Language.factory("network", assigns=["token.pos", "token.morph", "token.lemma", "token.dep", "token.head", "doc.ents"])
def make_network(nlp: Language, name: str) -> Network:
    """Make the component, without weights."""
    return Network(nlp)
