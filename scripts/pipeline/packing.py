"""Put trained parts together and write them small: half precision, and only the strings that are needed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy
import srsly
from spacy.language import Language

import kg.nlp  # noqa: F401 - registers our components


def assemble(syntax: Path, entities: Path, lexicon: Path | None = None) -> Language:
    """Return one pipeline of the syntax part, the entity part and, where there is one, the folder of a form lexicon."""
    nlp = spacy.load(syntax)
    nlp.add_pipe("universal_tags")
    if lexicon:
        nlp.add_pipe("form_lexicon").from_disk(lexicon)
    source = spacy.load(entities)
    nlp.add_pipe("ner", source=source)
    return nlp


def pack(nlp: Language, out: Path, description: str) -> None:
    """Write the pipeline to ``out``, replacing what is there but its model card.

    Args:
        nlp: with single-precision weights.
        out: the folder, ``kg/models/<language>``.
        description: for the meta data.
    """
    final, out = out, out.with_name(f"{out.name}.new")
    shutil.rmtree(out, ignore_errors=True)
    nlp.to_disk(out)
    needed = set(_needed_strings(nlp))
    strings = sorted(string for string in nlp.vocab.strings if string in needed or nlp.vocab.strings[string] in needed)
    srsly.write_json(out / "vocab" / "strings.json", strings)
    vectors = np.load(out / "vocab" / "vectors")
    with (out / "vocab" / "vectors").open("wb") as file:
        np.save(file, vectors.astype(np.float16))
    for path in out.glob("*/model"):
        path.write_bytes(srsly.msgpack_dumps(_halve(srsly.msgpack_loads(path.read_bytes()))))
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    meta.update(name="kg", version="1.0.0", description=description, spacy_version=">=3.8,<3.9", license="CC BY-SA 4.0")
    meta["performance"] = {}
    srsly.write_json(out / "meta.json", meta)
    card = final / "README.md"
    if card.exists():
        shutil.copy(card, out)
    old = final.with_name(f"{final.name}.old")
    if final.exists():
        final.rename(old)
    out.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def _needed_strings(nlp: Language) -> Iterator[str | int]:
    for _, component in nlp.pipeline:
        for label in getattr(component, "labels", ()):
            yield str(label)
            for part in str(label).split("|"):
                yield part
                yield from part.split("=")
        trees = getattr(component, "trees", None)
        if trees is not None:
            for tree in srsly.msgpack_loads(trees.to_bytes())["trees"]:
                yield from (value for key, value in tree.items() if key in ("orig", "subst"))


def _halve(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _halve(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_halve(part) for part in value]
    if isinstance(value, np.ndarray) and value.dtype == np.float32:
        return value.astype(np.float16)
    return value
