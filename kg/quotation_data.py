"""Annotated attributions in JSON: the German quotation data and speeches of the Bundestag, read and written.

The quotation data are those of Petersen-Frey & Biemann 2024, the speeches those of the SpkAtt-2023 shared task.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.attribution_metric import PARTS, QuoteGroup
from kg.errors import InputError

_Count = Annotated[int, Field(ge=0)]

SPEECH_PARTS = {"cue": "Cue", "speaker": "Source", "quote": "Message", "addressee": "Addr"}
"""The names that the speeches have for the parts of a group; their topics, media, evidence and particles are not predicted."""
MESSAGE, TOPIC, CUE = "Message", "Topic", "Cue"
"""What the ``quote`` of a speech's group is: the message, else what is spoken of, else the cue itself."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    tokenIds: tuple[_Count, ...] = ()  # noqa: N815 - the data's names


class _Token(_Part):
    id: int | None = None
    text: str
    charBegin: _Count  # noqa: N815
    charEnd: _Count  # noqa: N815
    sentence: int | None = None


class _Annotation(_Part):
    quote: _Part
    addressee: _Part | None = None
    cue: _Part | None = None
    frame: _Part | None = None
    speaker: _Part | None = None
    type: str | None = None
    medium: str | None = None
    isNested: bool = False  # noqa: N815
    hasNested: bool = False  # noqa: N815

    def words(self, part: str) -> frozenset[int]:
        found: _Part | None = getattr(self, part)
        return frozenset(found.tokenIds) if found is not None else frozenset()


class _Record(_Part):
    originalText: str  # noqa: N815
    tokens: tuple[_Token, ...]
    annotations: tuple[_Annotation, ...] = ()

    @model_validator(mode="after")
    def _tokens_follow_each_other(self) -> "_Record":
        at = 0
        for place, token in enumerate(self.tokens):
            if not at <= token.charBegin <= token.charEnd <= len(self.originalText):
                msg = f"token {place} has the characters {token.charBegin} to {token.charEnd}, expected some from {at} on, within the text"
                raise ValueError(msg)
            if token.id not in (None, place):
                msg = f"token {place} has the id {token.id}, expected its place"
                raise ValueError(msg)
            at = token.charBegin
        used = [token for one in self.annotations for part in PARTS for token in one.words(part)]
        if max(used, default=-1) >= len(self.tokens):
            msg = f"an annotation has the token {max(used)}, but there are {len(self.tokens)}"
            raise ValueError(msg)
        return self


class _Sentence(_Part):
    Tokens: tuple[str, ...]


class _SpeechAnnotation(_Part):
    Cue: tuple[str, ...] = ()
    PTC: tuple[str, ...] = ()
    Source: tuple[str, ...] = ()
    Message: tuple[str, ...] = ()
    Topic: tuple[str, ...] = ()
    Addr: tuple[str, ...] = ()


class _Speech(_Part):
    Sentences: tuple[_Sentence, ...]
    Annotations: tuple[_SpeechAnnotation, ...] = ()


_Format = TypeVar("_Format", _Record, _Speech)


@dataclass(frozen=True)
class GoldDocument:
    """One document of the data set: its words, sentences and paragraphs, and its annotations over the words.

    ``groups`` is for the comparison alone. ``record`` is the whole file as it was read. ``sentence_starts`` is None where
    the tokens do not say what sentence they are in.
    """

    name: str
    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    sentence_starts: frozenset[int] | None
    paragraph_starts: frozenset[int]
    groups: tuple[QuoteGroup, ...]
    record: dict[str, Any]


def read_document(path: Path) -> GoldDocument:
    """Read one file of the data set.

    Raises:
        InputError: it cannot be read, is not JSON, or not a document of this format.
    """
    record, parsed = _load(path, _Record, "a document of the German quotation data with originalText and tokens")
    tokens, text = parsed.tokens, parsed.originalText
    gaps = [text[left.charEnd : right.charBegin] for left, right in pairwise(tokens)]
    sentences = [token.sentence for token in tokens]
    starts = frozenset(place for place in range(len(tokens)) if place == 0 or sentences[place] != sentences[place - 1])
    return GoldDocument(
        name=path.name,
        words=tuple(token.text for token in tokens),
        spaces=(*(bool(gap) and "\n" not in gap for gap in gaps), False) if tokens else (),
        sentence_starts=None if None in sentences else starts,
        paragraph_starts=frozenset({0} | {place for place, gap in enumerate(gaps, 1) if "\n" in gap}),
        groups=tuple(_read_group(annotation) for annotation in parsed.annotations),
        record=record,
    )


def _load(path: Path, form: type[_Format], expected: str) -> tuple[dict[str, Any], _Format]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return record, form.model_validate(record)
    except (OSError, UnicodeDecodeError) as err:
        raise InputError(f"{path}: cannot be read: {getattr(err, 'strerror', None) or 'not UTF-8'}") from err
    except json.JSONDecodeError as err:
        raise InputError(f"{path}:{err.lineno}: not JSON: {err.msg}") from err
    except ValidationError as err:
        problem = err.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise InputError(f"{path}: {place + ': ' if place else ''}{problem['msg']}; expected {expected}") from err


def _read_group(annotation: _Annotation) -> QuoteGroup:
    return QuoteGroup(
        quote=annotation.words("quote"),
        addressee=annotation.words("addressee"),
        cue=annotation.words("cue"),
        frame=annotation.words("frame"),
        speaker=annotation.words("speaker"),
        type=annotation.type,
        medium=annotation.medium,
        is_nested=annotation.isNested,
        has_nested=annotation.hasNested,
    )


def read_documents(folder: Path) -> tuple[GoldDocument, ...]:
    """Read all files of a folder of the German quotation data, in the order of their names.

    Raises:
        InputError: there is no such folder, no file in it, or one is not of this format.
    """
    return tuple(read_document(path) for path in _paths(folder, "*.json", "documents of the German quotation data"))


def read_speeches(folder: Path) -> tuple[GoldDocument, ...]:
    """Read all speeches in a folder and the folders in it, in the order of their names.

    Raises:
        InputError: there is no such folder, no file in it, or one is not of this format.
    """
    return tuple(read_speech(path) for path in _paths(folder, "**/*.json", "speeches in the format of SpkAtt-2023"))


def read_speech(path: Path) -> GoldDocument:
    """Read one speech; what its groups put forward is named by their ``type``: ``MESSAGE``, ``TOPIC`` or ``CUE``.

    Raises:
        InputError: it cannot be read, is not JSON, or not a speech of this format.
    """
    record, parsed = _load(path, _Speech, "a speech in the format of SpkAtt-2023 with Sentences")
    sizes = [len(sentence.Tokens) for sentence in parsed.Sentences]
    first = list(accumulate(sizes, initial=0))

    def place(name: str) -> int:
        sentence, _, token = name.partition(":")
        if (
            not (sentence.isdecimal() and token.isdecimal())
            or int(sentence) >= len(sizes)
            or int(token) >= sizes[int(sentence)]
        ):
            msg = f'{path}: an annotation names the token "{name}", expected sentence:token of one that is there'
            raise InputError(msg)
        return first[int(sentence)] + int(token)

    words = tuple(word for sentence in parsed.Sentences for word in sentence.Tokens)
    groups = []
    for annotation in parsed.Annotations:
        cue, message, topic, particle, source, addressee = (
            frozenset(map(place, getattr(annotation, name)))
            for name in ("Cue", "Message", "Topic", "PTC", "Source", "Addr")
        )
        kind = MESSAGE if message else TOPIC if topic else CUE
        quote = message or topic or cue | particle
        if quote:
            groups.append(QuoteGroup(quote, addressee, cue, frozenset(), source, kind, "none"))
    return GoldDocument(
        name=path.name,
        words=words,
        spaces=(True,) * len(words),
        sentence_starts=frozenset(first[:-1]),
        paragraph_starts=frozenset({0}),
        groups=tuple(groups),
        record=record,
    )


def _paths(folder: Path, pattern: str, expected: str) -> list[Path]:
    paths = sorted(folder.glob(pattern))
    if not paths:
        problem = "has no file that ends in .json" if folder.is_dir() else "no such folder"
        raise InputError(f"{folder}: {problem}, expected {expected}")
    return paths


def make_doc(gold: GoldDocument, vocab: Vocab) -> Doc:
    """Make a Doc of the data's own tokens; a white-space token stands where a paragraph ends.

    The annotations are not looked at. Without known sentences, those of the Doc are left open.
    """
    words: list[str] = []
    spaces: list[bool] = []
    starts: list[bool | int | None] = []
    for place, word in enumerate(gold.words):
        if place and place in gold.paragraph_starts:
            words.append("\n\n")
            spaces.append(False)
            starts.append(False)
        words.append(word)
        spaces.append(gold.spaces[place])
        starts.append(gold.sentence_starts is not None and place in gold.sentence_starts | gold.paragraph_starts)
    return Doc(vocab, words=words, spaces=spaces, sent_starts=None if gold.sentence_starts is None else starts)


def token_places(gold: GoldDocument) -> list[int]:
    """Return the index in the Doc of ``make_doc`` of each word of the data."""
    n_breaks = 0
    places = []
    for word in range(len(gold.words)):
        n_breaks += bool(word) and word in gold.paragraph_starts
        places.append(word + n_breaks)
    return places


def word_runs(words: Iterable[int]) -> list[tuple[int, int]]:
    """Return the contiguous runs of some word indices, in order, ends exclusive."""
    found: list[tuple[int, int]] = []
    for word in sorted(words):
        if found and found[-1][1] == word:
            found[-1] = (found[-1][0], word + 1)
        else:
            found.append((word, word + 1))
    return found


def write_predictions(gold: GoldDocument, groups: Sequence[QuoteGroup], folder: Path) -> None:
    """Write a document of the quotation data with predicted annotations in place of its own, under its own name.

    Raises:
        InputError: the file cannot be written.
    """
    _write({**gold.record, "annotations": list(_annotations(gold, groups))}, folder / gold.name)


def write_speech(gold: GoldDocument, groups: Sequence[QuoteGroup], folder: Path) -> None:
    """Write a speech with predicted annotations in place of its own, under its own name.

    Raises:
        InputError: the file cannot be written.
    """
    names = [
        f"{number}:{token}"
        for number, sentence in enumerate(gold.record["Sentences"])
        for token in range(len(sentence["Tokens"]))
    ]
    empty: dict[str, list[str]] = {"Topic": [], "Medium": [], "Evidence": [], "PTC": []}
    annotations = [
        empty | {name: [names[token] for token in sorted(group.part(part))] for part, name in SPEECH_PARTS.items()}
        for group in groups
    ]
    _write({**gold.record, "Annotations": annotations}, folder / gold.name)


def _write(record: dict[str, Any], path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as err:
        raise InputError(f"{path}: cannot be written: {err.strerror or err}") from err


def _annotations(gold: GoldDocument, groups: Sequence[QuoteGroup]) -> Iterator[dict[str, Any]]:
    text, tokens = gold.record["originalText"], gold.record["tokens"]
    for index, group in enumerate(groups):
        parts = {}
        for part in PARTS:
            runs = word_runs(group.part(part))
            ends = [(tokens[start]["charBegin"], tokens[end - 1]["charEnd"]) for start, end in runs]
            parts[part] = {
                "spans": [
                    {"begin": start, "charBegin": begin, "charEnd": stop, "end": end}
                    for (start, end), (begin, stop) in zip(runs, ends, strict=True)
                ],
                "text": " ".join(text[begin:stop] for begin, stop in ends),
                "tokenIds": sorted(group.part(part)),
            }
        labels = {"type": group.type, "medium": group.medium}
        yield {"id": index, "isNested": group.is_nested, "hasNested": group.has_nested} | labels | parts
