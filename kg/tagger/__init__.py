"""The learned attribution tagger: who says what, from weights shipped in ``kg/models/attribution*``.

It reads a whole article at once. A recurrent network tags the words of quotations in two layers (outer and nested);
a second one looks at each quotation in turn and finds its speaker, cue, frame and addressee anywhere in the article,
the other parts of the same quotation, its type and its medium.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.tokens import Doc

from kg.config import AttributionWeights
from kg.errors import InputError, LanguageError
from kg.found import Attribution, TokenSpan
from kg.model import ClaimMedium, ClaimType
from kg.tagger.decoding import PairFigures, Thresholds, TokenGroup, find_parts, make_groups, order_groups
from kg.tagger.features import (
    DocFeatures,
    char_ids,
    distance_ids,
    read_doc,
    sentence_distance_ids,
    shape_flags,
    split_features,
)
from kg.tagger.medium import choose_medium, medium_features

__all__ = ["AttributionTagger", "TaggerSettings", "has_tagger", "load_tagger"]

_MODELS = {
    ("de", AttributionWeights.NEWS): "attribution",
    ("de", AttributionWeights.SPEECHES): "attribution-speeches",
}
_BATCH = 16  # pieces; more gains nothing on one core
_WORKERS = 2  # batches at once
_TYPES = {
    "Direct": ClaimType.DIRECT,
    "Indirect": ClaimType.INDIRECT,
    "Reported": ClaimType.REPORTED,
    "FreeIndirect": ClaimType.FREE_INDIRECT,
    "IndirectFreeIndirect": ClaimType.INDIRECT_FREE_INDIRECT,
    "Message": ClaimType.INDIRECT,
}
"""Labels of the data; what has another, such as a mere topic, is no claim."""
_MEDIA = {
    "Speech": ClaimMedium.SPEECH,
    "Writing": ClaimMedium.WRITING,
    "Thought": ClaimMedium.THOUGHT,
    "SW": ClaimMedium.SPEECH_OR_WRITING,
    "ST": ClaimMedium.SPEECH_OR_THOUGHT,
    "TW": ClaimMedium.THOUGHT_OR_WRITING,
    "none": None,
}


class TaggerSettings(BaseModel):
    """What the weights need beside themselves (``model.json``).

    ``types`` and ``media`` are the labels of the training data in the order of the network's outputs. ``calibration``
    holds the weight of each figure in ``TokenGroup.evidence``, then the constant. ``medium`` has the weights of each
    feature of ``medium_features``, one for each of ``media``; where it is empty the network chooses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    words: tuple[str, ...]
    alphabet: tuple[str, ...]
    types: tuple[str, ...]
    media: tuple[str, ...]
    vector_size: int
    quote_bias: tuple[float, float]
    role_thresholds: tuple[float, float, float]
    same_threshold: float
    nobody_bias: float
    calibration: tuple[float, ...]
    medium: dict[str, tuple[float, ...]] = {}


@dataclass(frozen=True)
class _Piece:
    """A document, or a part of a long one: its place among the documents and its first word there."""

    document: int
    offset: int
    features: DocFeatures


class AttributionTagger:
    """Finds attributions in parsed or plain documents; the same documents give the same result, whatever their company."""

    def __init__(self, encoder: Any, pairs: Any, settings: TaggerSettings) -> None:
        """Make a tagger from two onnxruntime sessions and their settings."""
        self.settings = settings
        self._encoder = encoder
        self._pairs = pairs
        self._words = {word: index for index, word in enumerate(settings.words, 2)}
        self._alphabet = {char: index for index, char in enumerate(settings.alphabet, 2)}
        self._medium = {feature: np.array(weights) for feature, weights in settings.medium.items()}
        self._thresholds = Thresholds(
            settings.quote_bias, settings.role_thresholds, settings.same_threshold, settings.nobody_bias
        )

    def with_settings(self, settings: TaggerSettings) -> "AttributionTagger":
        """Return a tagger with the same weights and other settings."""
        return AttributionTagger(self._encoder, self._pairs, settings)

    def tag(self, docs: Sequence[Doc]) -> list[tuple[Attribution, ...]]:
        """Find the attributions of each document.

        Args:
            docs: documents on the vocabulary of the language's pipeline, whose word vectors are read. Sentence starts,
                part of speech, morphology, arcs and entities are used where present; white-space tokens with a line
                break end a paragraph.

        Returns:
            For each document its attributions, ordered by where their content starts, outer before nested ones.

        Raises:
            InputError: a vocabulary lacks the word vectors that the weights were trained with.
        """
        features = [read_doc(doc) for doc in docs]
        found = self.find_groups(features, docs)
        return [self._attributions(groups, one) for groups, one in zip(found, features, strict=True)]

    def find_groups(self, features: Sequence[DocFeatures], docs: Sequence[Doc]) -> list[list[TokenGroup]]:
        """Find the groups of each document by word index, in the order of ``tag``."""
        pieces = [
            _Piece(document, offset, piece)
            for document, one in enumerate(features)
            for offset, piece in split_features(one)
        ]
        pieces.sort(key=lambda piece: -len(piece.features))
        found: list[list[TokenGroup]] = [[] for _ in docs]
        batches = [pieces[begin : begin + _BATCH] for begin in range(0, len(pieces), _BATCH)]
        # the graphs run without Python's lock; what each batch gives does not depend on the others
        with ThreadPoolExecutor(_WORKERS) as pool:
            results = list(pool.map(lambda batch: self._run(batch, docs), batches))
        for batch, result in zip(batches, results, strict=True):
            for piece, groups in zip(batch, result, strict=True):
                found[piece.document] += [group.shifted(piece.offset) for group in groups]
        return [
            [self._with_medium(group, one.words) for group in order_groups(groups)]
            for groups, one in zip(found, features, strict=True)
        ]

    def _with_medium(self, group: TokenGroup, words: Sequence[str]) -> TokenGroup:
        if not self._medium:
            return group
        described = medium_features(
            self.settings.types[group.type_index],
            words,
            quote=group.content_words(),
            cue=[place for start, end in group.cue for place in range(start, end)],
            speaker=range(*group.speaker) if group.speaker else (),
        )
        return replace(group, medium_index=choose_medium(described, self._medium))

    def score(self, group: TokenGroup) -> float:
        """Return the calibrated probability that content and speaker of a group are right."""
        *weights, constant = self.settings.calibration
        total = float(np.dot(weights, group.evidence)) + constant
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -30.0, 30.0))))

    def _run(self, pieces: Sequence[_Piece], docs: Sequence[Doc]) -> list[list[TokenGroup]]:
        features = [piece.features for piece in pieces]
        lengths = [len(one) for one in features]
        inputs = self._encoder_inputs(features, [docs[piece.document] for piece in pieces])
        states, tags = self._encoder.run(None, inputs)
        parts = find_parts(tags, lengths, self._thresholds)
        rows = np.array([row for row, found in enumerate(parts) for _ in found], dtype=np.int64)
        if not len(rows):
            return [[] for _ in pieces]
        starts = np.array([part.start for found in parts for part in found], dtype=np.int64)
        ends = np.array([part.end for found in parts for part in found], dtype=np.int64)
        sentence = np.zeros((len(rows), lengths[0]), dtype=np.int64)
        for row, one in enumerate(features):
            mine = np.flatnonzero(rows == row)
            if len(mine):
                sentence[mine, : len(one)] = sentence_distance_ids(starts[mine], ends[mine], one.sentence)
        pair, nobody, types, media = self._pairs.run(
            None,
            {
                "states": states,
                "tags": tags,
                "lengths": inputs["lengths"],
                "doc": rows,
                "starts": starts,
                "ends": ends,
                "distance": distance_ids(starts, ends, lengths[0]),
                "sentence": sentence,
            },
        )
        groups: list[list[TokenGroup]] = []
        at = 0
        for length, own in zip(lengths, parts, strict=True):
            rows_of = slice(at, at + len(own))
            at += len(own)
            figures = PairFigures(
                pair[rows_of, :length, :4], pair[rows_of, :length, 4:], nobody[rows_of], types[rows_of], media[rows_of]
            )
            groups.append(make_groups(own, figures, self._thresholds) if own else [])
        return groups

    def _encoder_inputs(self, features: Sequence[DocFeatures], docs: Sequence[Doc]) -> dict[str, npt.NDArray[Any]]:
        words = sorted({word for one in features for word in one.words})
        place = {word: index for index, word in enumerate(words)}
        n_words = len(features[0])
        index = np.zeros((len(features), n_words), dtype=np.int64)
        categories = np.zeros((len(features), n_words, features[0].categories.shape[1]), dtype=np.int64)
        heads = np.tile(np.arange(n_words, dtype=np.int64), (len(features), 1))
        for row, one in enumerate(features):
            index[row, : len(one)] = [place[word] for word in one.words]
            categories[row, : len(one)] = one.categories
            heads[row, : len(one)] = one.head
        return {
            "vectors": self._vectors(words, docs),
            "word_ids": np.array([self._words.get(word.lower(), 1) for word in words], dtype=np.int64),
            "chars": char_ids(words, self._alphabet),
            "shapes": shape_flags(words),
            "index": index,
            "categories": categories,
            "heads": heads,
            "lengths": np.array([len(one) for one in features], dtype=np.int64),
        }

    def _vectors(self, words: list[str], docs: Sequence[Doc]) -> npt.NDArray[np.float32]:
        vectors = docs[0].vocab.vectors
        for doc in docs:
            if doc.vocab.vectors.mode != "floret" or doc.vocab.vectors.shape[1] != self.settings.vector_size:
                msg = (
                    f"the document's vocabulary has vectors of mode {doc.vocab.vectors.mode} and shape "
                    f"{doc.vocab.vectors.shape}, expected the pipeline's floret vectors of size {self.settings.vector_size}"
                )
                raise InputError(msg)
        return np.asarray(vectors.get_batch(words), dtype=np.float32)

    def _attributions(self, groups: Sequence[TokenGroup], features: DocFeatures) -> tuple[Attribution, ...]:
        tokens = features.tokens

        def spans(words: Sequence[tuple[int, int]]) -> tuple[TokenSpan, ...]:
            return tuple(TokenSpan(int(tokens[start]), int(tokens[end - 1]) + 1) for start, end in words)

        groups = [group for group in groups if self.settings.types[group.type_index] in _TYPES]
        contents = [group.content_words() for group in groups]
        return tuple(
            Attribution(
                content=spans(group.content),
                type=_TYPES[self.settings.types[group.type_index]],
                actor=spans((group.speaker,))[0] if group.speaker else None,
                cue=spans(group.cue),
                frame=spans(group.frame),
                addressee=spans(group.addressee[:1])[0] if group.addressee else None,
                medium=_MEDIA[self.settings.media[group.medium_index]],
                parent=_parent(place, contents),
                score=self.score(group),
                method="tagger",
            )
            for place, group in enumerate(groups)
        )


def _parent(place: int, contents: Sequence[frozenset[int]]) -> int | None:
    """Return the index of the smallest content that holds all words of this one and more."""
    around = [other for other, content in enumerate(contents) if contents[place] < content]
    return min(around, key=lambda other: (len(contents[other]), other), default=None)


def has_tagger(language: str, weights: AttributionWeights = AttributionWeights.NEWS) -> bool:
    """Tell whether a language has a tagger with these weights."""
    return (language, weights) in _MODELS


@cache
def load_tagger(language: str, weights: AttributionWeights = AttributionWeights.NEWS) -> AttributionTagger:
    """Load the tagger of one language; later calls return the same one.

    Args:
        language: ISO 639-1 code.
        weights: what it was trained on.

    Raises:
        LanguageError: there are no such weights for the language.
        InputError: the weights are missing or broken.
    """
    if (language, weights) not in _MODELS:
        having = ", ".join(code for code, trained_on in _MODELS if trained_on is weights) or "for no language"
        msg = f'there is no attribution tagger with the weights "{weights}" for the language "{language}" ({having})'
        raise LanguageError(msg)
    with resources.as_file(resources.files("kg") / "models" / _MODELS[language, weights]) as folder:
        return read_tagger(folder)


def read_tagger(folder: Path, wrap: Callable[[Any], Any] = lambda session: session) -> AttributionTagger:
    """Read a tagger from a folder with ``encoder.onnx``, ``pairs.onnx`` and ``model.json``.

    Args:
        folder: where the three files are.
        wrap: put around each onnxruntime session, for instance to remember its results.

    Raises:
        InputError: a file is missing or broken.
    """
    # here, because it takes longer to import than the rest of the package
    import onnxruntime  # type: ignore[import-untyped]
    from onnxruntime.capi.onnxruntime_pybind11_state import (  # type: ignore[import-untyped]
        Fail,
        InvalidArgument,
        InvalidGraph,
        InvalidProtobuf,
    )

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        settings = TaggerSettings.model_validate_json((folder / "model.json").read_text(encoding="utf-8"))
        encoder, pairs = (
            onnxruntime.InferenceSession((folder / name).read_bytes(), options, providers=["CPUExecutionProvider"])
            for name in ("encoder.onnx", "pairs.onnx")
        )
    except (OSError, ValidationError, Fail, InvalidArgument, InvalidGraph, InvalidProtobuf) as err:
        msg = f"{folder}: no attribution tagger, expected encoder.onnx, pairs.onnx and model.json: {err}"
        raise InputError(" ".join(msg.split())) from err
    return AttributionTagger(wrap(encoder), wrap(pairs), settings)
