"""Train an attribution tagger: on German news, or on speeches of the Bundestag.

The weights in use at each report lie in --out; --start goes on from there, --finish packs them.
"""

import argparse
import json
import pickle
from pathlib import Path

import numpy as np
import spacy
import torch
from attribution.export import export_models
from attribution.medium import fit_medium
from attribution.network import Encoder, PairHead, Sizes
from attribution.targets import make_targets
from attribution.training import Example, Lists, make_lists, train
from attribution.tuning import tune, write_settings
from spacy.tokens import Doc

from kg.attribution_metric import PARTS, QuoteGroup
from kg.nlp import load_pipeline
from kg.quotation_data import CUE, MESSAGE, TOPIC, GoldDocument, make_doc, read_documents, read_speeches, token_places
from kg.tagger import TaggerSettings
from kg.tagger.decoding import N_FIGURES
from kg.tagger.features import read_doc, split_features

DATA = Path(__file__).parents[2] / "shared/data/attribution"
TYPES = {
    "news": ["Direct", "Indirect", "Reported", "FreeIndirect", "IndirectFreeIndirect"],
    "speeches": [MESSAGE, TOPIC, CUE],
}
MEDIA = {"news": ["Speech", "Writing", "Thought", "SW", "ST", "TW", "none"], "speeches": ["none"]}
VERSION = {"news": "2", "speeches": "1"}


def read_gold(data: str, split: str) -> tuple[GoldDocument, ...]:
    if data == "news":
        return read_documents(DATA / "german-news" / split)
    return read_speeches(DATA / "bundestag/data" / split)


def make_docs(golds: tuple[GoldDocument, ...]) -> list[Doc]:
    nlp = load_pipeline("de")
    return list(nlp.pipe([make_doc(gold, nlp.vocab) for gold in golds], batch_size=64))


def make_examples(gold: GoldDocument, doc: Doc, data: str) -> list[Example]:
    features = read_doc(doc)
    if len(features) != len(gold.words) or [*features.tokens] != token_places(gold):
        raise SystemExit(f"{gold.name}: a word is white space")
    examples = []
    for start, piece in split_features(features):
        end = start + len(piece)
        own = tuple(
            QuoteGroup(
                **{part: frozenset(t - start for t in group.part(part) if start <= t < end) for part in PARTS},
                type=group.type,
                medium=group.medium,
            )
            for group in gold.groups
            if group.quote and start <= min(group.quote) < end
        )
        targets = make_targets(own, end - start, TYPES[data], MEDIA[data])
        examples.append(Example(gold.name, start, piece, targets, own))
    return examples


def prepare(data: str, split: str) -> tuple[list[Example], dict[str, tuple[QuoteGroup, ...]]]:
    golds = read_gold(data, split)
    docs = make_docs(golds)
    examples = [example for gold, doc in zip(golds, docs, strict=True) for example in make_examples(gold, doc, data)]
    return examples, {gold.name: gold.groups for gold in golds}


def finish(run: Path, out: Path, data: str) -> None:
    """Export a run, fit the choice of the medium, and choose thresholds and calibration on the development data."""
    sizes = Sizes(**json.loads((run / "sizes.json").read_text()))
    lists = Lists(**json.loads((run / "lists.json").read_text()))
    weights = torch.load(run / "weights.pt")
    encoder, head = Encoder(sizes), PairHead(sizes)
    encoder.load_state_dict(weights["encoder"])
    head.load_state_dict(weights["head"])
    out.mkdir(parents=True, exist_ok=True)
    export_models(encoder, head, out)
    settings = TaggerSettings(
        version=VERSION[data],
        words=tuple(sorted(lists.words, key=lists.words.__getitem__)),
        alphabet=tuple(sorted(lists.alphabet, key=lists.alphabet.__getitem__)),
        types=tuple(lists.types),
        media=tuple(lists.media),
        vector_size=sizes.vector,
        quote_bias=(0.0, 0.0),
        role_thresholds=(0.4, 0.4, 0.4),
        same_threshold=0.5,
        nobody_bias=0.0,
        calibration=(0.0,) * (N_FIGURES + len(lists.types) + 1),
        medium=fit_medium(read_gold(data, "train"), lists.media) if len(lists.media) > 1 else {},
    )
    write_settings(settings, out)
    golds = read_gold(data, "dev")
    write_settings(tune(out, golds, make_docs(golds)), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", choices=sorted(TYPES), help="what to learn from")
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument(
        "--finish", type=Path, help="export the run in --out to this folder, tune and calibrate it there"
    )
    parser.add_argument("--cache", type=Path, help="where the prepared data lies, made when missing")
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.33)
    parser.add_argument("--drop-pipeline", type=float, default=0.1)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--start", help="folder of a run whose weights to start from")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.finish:
        finish(arguments.out, arguments.finish, arguments.data)
        return
    vocab = load_pipeline("de").vocab
    cache = arguments.cache or arguments.out.parent / f"attribution-{arguments.data}.pickle"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps([prepare(arguments.data, split) for split in ("train", "dev")]))
    (train_set, _), (dev_set, dev_gold) = pickle.loads(cache.read_bytes())
    lists: Lists = make_lists(train_set, TYPES[arguments.data], MEDIA[arguments.data])
    sizes = Sizes(
        vector=vocab.vectors.shape[1],
        vocabulary=len(lists.words) + 2,
        characters=len(lists.alphabet) + 2,
        types=len(lists.types),
        media=len(lists.media),
        hidden=arguments.hidden,
    )

    def vectors(words: list[str]) -> np.ndarray:
        return np.asarray(vocab.vectors.get_batch(words), dtype=np.float32)

    options = {name: value for name, value in vars(arguments).items() if not isinstance(value, Path)}
    print(json.dumps(options), f"spacy {spacy.__version__}", flush=True)
    train(train_set, dev_set, dev_gold, lists, vectors, sizes, arguments.out, options)


if __name__ == "__main__":
    main()
