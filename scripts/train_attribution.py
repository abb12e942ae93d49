"""Train the attribution tagger on the German quotation data and write its weights."""

import argparse
import json
import pickle
from pathlib import Path

import numpy as np
import spacy
import torch
from attribution.data import GoldDocument, make_doc, make_targets, read_folder
from attribution.export import export_models
from attribution.network import Encoder, PairHead, Sizes
from attribution.training import Example, Lists, make_lists, train
from attribution.tuning import tune
from spacy.tokens import Doc
from spacy.vectors import Vectors
from spacy.vocab import Vocab

from kg.attribution_metric import QuoteGroup
from kg.nlp import load_pipeline
from kg.tagger import TaggerSettings
from kg.tagger.decoding import N_EVIDENCE
from kg.tagger.features import read_doc, split_features

DATA = Path(__file__).parents[2] / "shared/data/attribution/german-news"
TYPES = ["Direct", "Indirect", "Reported", "FreeIndirect", "IndirectFreeIndirect"]
VERSION = "1"
MEDIA = ["Speech", "Writing", "Thought", "SW", "ST", "TW", "none"]


def load_vocab(folder: Path) -> Vocab:
    vocab = Vocab()
    vocab.strings.from_disk(folder / "strings.json")
    vocab.vectors = Vectors(strings=vocab.strings).from_disk(folder)
    return vocab


def make_examples(gold: GoldDocument, doc: Doc) -> list[Example]:
    features = read_doc(doc)
    examples = []
    for start, piece in split_features(features):
        end = start + len(piece)
        own = tuple(
            type(group)(
                **{
                    part: frozenset(t - start for t in group.part(part) if start <= t < end)
                    for part in ("quote", "speaker", "cue", "frame", "addressee")
                },
                type=group.type,
                medium=group.medium,
            )
            for group in gold.groups
            if group.quote and start <= min(group.quote) < end
        )
        targets = make_targets(own, end - start, TYPES, MEDIA)
        examples.append(Example(gold.name, start, piece, targets, own))
    return examples


def make_docs(golds: list[GoldDocument], vocab: Vocab, *, pipeline: bool) -> list[Doc]:
    if not pipeline:
        return [make_doc(gold, vocab) for gold in golds]
    nlp = load_pipeline("de")
    return list(nlp.pipe([make_doc(gold, nlp.vocab) for gold in golds], batch_size=64))


def prepare(folder: Path, vocab: Vocab, *, pipeline: bool) -> tuple[list[Example], dict[str, tuple[QuoteGroup, ...]]]:
    golds = list(read_folder(folder))
    docs = make_docs(golds, vocab, pipeline=pipeline)
    examples = [example for gold, doc in zip(golds, docs, strict=True) for example in make_examples(gold, doc)]
    return examples, {gold.name: gold.groups for gold in golds}


def finish(run: Path, out: Path, vectors: Path, *, pipeline: bool) -> None:
    """Export a run and choose its thresholds and calibration on the development data."""
    sizes = Sizes(**json.loads((run / "sizes.json").read_text()))
    lists = Lists(**json.loads((run / "lists.json").read_text()))
    weights = torch.load(run / "weights.pt")
    encoder, head = Encoder(sizes), PairHead(sizes)
    encoder.load_state_dict(weights["encoder"])
    head.load_state_dict(weights["head"])
    out.mkdir(parents=True, exist_ok=True)
    export_models(encoder, head, out)
    settings = TaggerSettings(
        version=VERSION,
        words=tuple(sorted(lists.words, key=lists.words.__getitem__)),
        alphabet=tuple(sorted(lists.alphabet, key=lists.alphabet.__getitem__)),
        types=tuple(lists.types),
        media=tuple(lists.media),
        vector_size=sizes.vector,
        quote_bias=(0.0, 0.0),
        role_thresholds=(0.4, 0.4, 0.4),
        same_threshold=0.5,
        nobody_bias=0.0,
        calibration=(0.0,) * (N_EVIDENCE + 1),
    )
    write_settings(settings, out)
    golds = list(read_folder(DATA / "dev"))
    write_settings(tune(out, golds, make_docs(golds, load_vocab(vectors), pipeline=pipeline)), out)


def write_settings(settings: TaggerSettings, out: Path) -> None:
    text = json.dumps(settings.model_dump(), ensure_ascii=False, sort_keys=True)
    (out / "model.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument(
        "--finish", type=Path, help="export the run in --out to this folder, tune and calibrate it there"
    )
    parser.add_argument("--cache", type=Path, required=True, help="where the prepared data lies, made when missing")
    parser.add_argument("--vectors", type=Path, default=Path("build/vectors/de"))
    parser.add_argument("--pipeline", action="store_true", help="use features of the German pipeline")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.4)
    parser.add_argument("--drop-pipeline", type=float, default=0.1)
    parser.add_argument("--hidden", type=int, default=144)
    parser.add_argument("--start", help="folder of a run whose weights to start from")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.finish:
        finish(arguments.out, arguments.finish, arguments.vectors, pipeline=arguments.pipeline)
        return
    vocab = load_vocab(arguments.vectors)
    if not arguments.cache.exists():
        prepared = [prepare(DATA / split, vocab, pipeline=arguments.pipeline) for split in ("train", "dev")]
        arguments.cache.write_bytes(pickle.dumps(prepared))
    (train_set, _), (dev_set, dev_gold) = pickle.loads(arguments.cache.read_bytes())
    lists: Lists = make_lists(train_set, TYPES, MEDIA)
    sizes = Sizes(
        vector=vocab.vectors.shape[1],
        vocabulary=len(lists.words) + 2,
        characters=len(lists.alphabet) + 2,
        types=len(TYPES),
        media=len(MEDIA),
        hidden=arguments.hidden,
    )

    def vectors(words: list[str]) -> np.ndarray:
        return np.asarray(vocab.vectors.get_batch(words), dtype=np.float32)

    options = {name: value for name, value in vars(arguments).items() if not isinstance(value, Path)}
    print(json.dumps(options), f"spacy {spacy.__version__}", flush=True)
    train(train_set, dev_set, dev_gold, lists, vectors, sizes, arguments.out, options)


if __name__ == "__main__":
    main()
