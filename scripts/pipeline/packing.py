"""Put trained parts together into the folder of a pipeline: small, and only with the strings that are needed."""

import json
import pickle
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import spacy
import srsly
import torch
from spacy.vectors import Vectors

import kg.nlp  # noqa: F401 - registers our components
from kg.nlp.network import NetworkSettings
from kg.nlp.word_forms import write_clusters
from pipeline.examples import UNKNOWN, Example, Labels
from pipeline.export import export
from pipeline.network import Network
from pipeline.preparation import SILVER, sizes_of_weights

_MIN_ALLOWED = 3
"""Times that a tag has a feature in gold trees, from which on the tag can have it."""


def allowed_features(examples: Iterable[Example], labels: Labels) -> dict[str, tuple[str, ...]]:
    """Return the features that the words of each tag have."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for example in examples:
        for tag, row in zip(example.tags, example.features, strict=True):
            if tag == UNKNOWN:
                continue
            for name, value in zip(labels.features, row, strict=True):
                if value > 0:
                    counts[labels.tags[tag]][name] += 1
    return {tag: tuple(name for name in labels.features if n_of[name] >= _MIN_ALLOWED) for tag, n_of in counts.items()}


def write_network(
    network: Network, labels: Labels, letters: str, words: list[str], clusters: dict[str, int],
    allowed: dict[str, tuple[str, ...]], out: Path, bits: int = 8,
) -> None:  # fmt: skip
    """Write the folder that ``kg.nlp.network.Network.from_disk`` reads."""
    export(network, out, bits)
    settings = NetworkSettings(
        letters=letters,
        words=tuple(words),
        tags=tuple(labels.tags),
        features={name: tuple(values) for name, values in labels.features.items()},
        allowed=allowed,
        lemmas=tuple(labels.lemmas),
        relations=tuple(labels.relations),
        entities=tuple(labels.entities),
    )
    (out / "settings.json").write_text(settings.model_dump_json() + "\n", encoding="utf-8")
    write_clusters(clusters, out / "clusters.tsv.xz")


def pack_weights(
    language: str, vectors: Path, cache: Path, weights: Path, starts: Path, lexicon: Path | None, out: Path, bits: int = 8,
) -> None:  # fmt: skip
    """Export the network of a checkpoint and write the whole pipeline to ``out``; ``cache``: the prepared data."""
    data = pickle.loads(cache.read_bytes())
    state = torch.load(weights)
    network = Network(sizes_of_weights(data, state))
    network.load_state_dict(state)
    gold = [e for source, es in data.trees.items() if source not in SILVER for e in es] + data.tree_dev
    with tempfile.TemporaryDirectory() as folder:
        write_network(
            network, data.labels, data.letters, data.words, data.clusters, allowed_features(gold, data.labels),
            Path(folder), bits,
        )  # fmt: skip
        pack(language, vectors, Path(folder), starts, lexicon, out)


def pack(language: str, vectors: Path, network: Path, starts: Path, lexicon: Path | None, out: Path) -> None:
    """Write a pipeline to ``out``, replacing what is there but its model card.

    Args:
        language: code.
        vectors: floret vectors, as spaCy writes them.
        network: folder of the network component.
        starts: folder of the sentence starts.
        lexicon: folder of the form lexicon, where the language has one.
        out: ``kg/models/<language>``.
    """
    nlp = spacy.blank(language)
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings).from_disk(vectors)
    nlp.add_pipe("sentence_starts").from_disk(starts)
    nlp.add_pipe("network")
    if lexicon:
        nlp.add_pipe("form_lexicon").from_disk(lexicon)
    nlp.get_pipe("network").from_disk(network)
    final, out = out, out.with_name(f"{out.name}.new")
    shutil.rmtree(out, ignore_errors=True)
    nlp.to_disk(out)
    srsly.write_json(out / "vocab" / "strings.json", [])
    values = np.load(out / "vocab" / "vectors")
    with (out / "vocab" / "vectors").open("wb") as file:
        np.save(file, values.astype(np.float16))
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    description = "Sentences, Universal Dependencies, lemmas and names for kg."
    meta.update(name="kg", version="2.0.0", description=description, spacy_version=">=3.8,<3.9", license="CC BY-SA 4.0")
    meta["performance"] = {}
    srsly.write_json(out / "meta.json", meta)
    card = final / "README.md"
    if card.exists():
        shutil.copy(card, out)
    shutil.rmtree(final, ignore_errors=True)
    out.rename(final)
