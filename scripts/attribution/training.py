"""Training loop: batches, losses, averaged weights, evaluation on the development data."""

import copy
import json
import random
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from attribution.network import N_QUOTE_TAGS, N_ROLE_TAGS, N_ROLES, Encoder, PairHead, Sizes
from attribution.targets import Targets
from kg.attribution_metric import QuoteGroup, Scores, mark_nesting, score_groups
from kg.tagger.decoding import PairFigures, Thresholds, TokenGroup, find_parts, make_groups
from kg.tagger.features import DocFeatures, char_ids, distance_ids, sentence_distance_ids, shape_flags
from kg.tagger.groups import to_quote_groups

PAD = -100


@dataclass(frozen=True)
class Example:
    """One document, or a piece of a long one."""

    name: str
    offset: int
    features: DocFeatures
    targets: Targets
    groups: tuple[QuoteGroup, ...]


@dataclass(frozen=True)
class Lists:
    """The closed lists that the network is built on."""

    words: dict[str, int]
    alphabet: dict[str, int]
    types: list[str]
    media: list[str]


def make_lists(examples: list[Example], types: list[str], media: list[str], min_count: int = 2) -> Lists:
    """Collect the vocabulary (lower-cased words seen twice; 0 is padding, 1 unknown) and the alphabet."""
    counts = Counter(word.lower() for example in examples for word in example.features.words)
    words = [word for word, count in sorted(counts.items()) if count >= min_count]
    chars = Counter(char for example in examples for word in example.features.words for char in word)
    alphabet = [char for char, count in sorted(chars.items()) if count >= 5]
    return Lists(
        {word: place for place, word in enumerate(words, 2)},
        {char: place for place, char in enumerate(alphabet, 2)},
        types,
        media,
    )


def make_batch(
    examples: list[Example], lists: Lists, vectors: Any, *, drop_pipeline: float = 0.0, round_to: int = 1
) -> dict[str, Tensor]:
    """Pad a list of examples, longest first."""
    features = [example.features for example in examples]
    words = sorted({word for one in features for word in one.words})
    place = {word: index for index, word in enumerate(words)}
    # few different lengths: the LSTM prepares itself anew for each
    n_words = -(-max(len(one) for one in features) // round_to) * round_to
    index = np.zeros((len(features), n_words), dtype=np.int64)
    categories = np.zeros((len(features), n_words, features[0].categories.shape[1]), dtype=np.int64)
    heads = np.tile(np.arange(n_words), (len(features), 1))
    for row, one in enumerate(features):
        index[row, : len(one)] = [place[word] for word in one.words]
        categories[row, : len(one)] = one.categories
        if random.random() < drop_pipeline:
            categories[row, :, 2:] = 0
        else:
            heads[row, : len(one)] = one.head
    return {
        "vectors": torch.from_numpy(vectors(words)),
        "word_ids": torch.tensor([lists.words.get(word.lower(), 1) for word in words]),
        "chars": torch.from_numpy(char_ids(words, lists.alphabet)),
        "shapes": torch.from_numpy(shape_flags(words)),
        "index": torch.from_numpy(index),
        "categories": torch.from_numpy(categories),
        "heads": torch.from_numpy(heads),
        "lengths": torch.tensor([len(one) for one in features]),
    }


def part_inputs(spans: list[tuple[int, int, int]], examples: list[Example], n_words: int) -> dict[str, Tensor]:
    """Make the pair head's input from (row, start, end) of each part."""
    doc = np.array([span[0] for span in spans])
    starts = np.array([span[1] for span in spans])
    ends = np.array([span[2] for span in spans])
    sentence = np.zeros((len(spans), n_words), dtype=np.int64)
    for row in range(len(examples)):
        mine = np.flatnonzero(doc == row)
        length = len(examples[row].features)
        if len(mine):
            sentence[mine, :length] = sentence_distance_ids(starts[mine], ends[mine], examples[row].features.sentence)
    return {
        "doc": torch.from_numpy(doc),
        "starts": torch.from_numpy(starts),
        "ends": torch.from_numpy(ends),
        "distance": torch.from_numpy(distance_ids(starts, ends, n_words)),
        "sentence": torch.from_numpy(sentence),
    }


def _jitter(start: int, end: int, length: int) -> tuple[int, int]:
    """Move the edges of one part in four a little, as the tagger will."""
    if random.random() < 0.25:
        start = min(max(start + random.choice((-2, -1, 0, 1, 2, 3)), 0), end - 1)
    if random.random() < 0.25:
        end = max(min(end + random.choice((-3, -1, 0, 1, 2)), length), start + 1)
    return start, end


def batch_loss(
    encoder: Encoder, head: PairHead, batch: dict[str, Tensor], examples: list[Example]
) -> tuple[Tensor, dict[str, float]]:
    """Return the loss of a batch, and its parts."""
    states, tags = encoder(**batch)
    n_words = states.shape[1]
    gold = np.full((len(examples), n_words, 2 + N_ROLES), PAD, dtype=np.int64)
    for row, example in enumerate(examples):
        gold[row, : len(example.features)] = example.targets.tags
    target = torch.from_numpy(gold)
    losses: dict[str, Tensor] = {}
    for layer in range(2):
        logits = tags[:, :, layer * N_QUOTE_TAGS : (layer + 1) * N_QUOTE_TAGS]
        losses[f"quote{layer}"] = functional.cross_entropy(
            logits.flatten(0, 1), target[:, :, layer].flatten(), ignore_index=PAD
        )
    for role in range(N_ROLES):
        start = 2 * N_QUOTE_TAGS + role * N_ROLE_TAGS
        logits = tags[:, :, start : start + N_ROLE_TAGS]
        losses[f"role{role}"] = functional.cross_entropy(
            logits.flatten(0, 1), target[:, :, 2 + role].flatten(), ignore_index=PAD
        )
    losses |= _pair_losses(head, states, tags, batch["lengths"], examples)
    weights = {"quote0": 4.0, "quote1": 3.0, "pair": 30.0, "first": 0.15, "last": 0.15, "type": 0.15, "medium": 0.4}
    total = torch.stack([weights.get(name, 1.0) * value for name, value in losses.items()]).sum()
    return total, {name: float(value.detach()) for name, value in losses.items()}


def _pair_losses(
    head: PairHead, states: Tensor, tags: Tensor, lengths: Tensor, examples: list[Example]
) -> dict[str, Tensor]:
    spans, rows, first, last, types, media = [], [], [], [], [], []
    n_words = states.shape[1]
    for row, example in enumerate(examples):
        targets = example.targets
        for place, (start, end) in enumerate(targets.parts):
            spans.append((row, *_jitter(start, end, len(example.features))))
            padded = np.zeros(n_words, dtype=np.int64)
            padded[: len(example.features)] = targets.pairs[place]
            rows.append(padded)
            speaker = targets.speakers[place]
            first.append(speaker[0] if speaker else n_words)
            last.append(speaker[1] - 1 if speaker else n_words)
            types.append(targets.types[place])
            media.append(targets.media[place])
    if not spans:
        return {}
    inputs = part_inputs(spans, examples, n_words)
    pair, nobody, type_logits, medium_logits = head(states, tags, lengths, **inputs)
    bits = torch.from_numpy(np.stack(rows))
    wanted = torch.stack([(bits >> bit) & 1 for bit in range(4)], 2).float()
    mask = (torch.arange(n_words).unsqueeze(0) < lengths[inputs["doc"]].unsqueeze(1)).float()
    losses = functional.binary_cross_entropy_with_logits(pair[:, :, :4], wanted, reduction="none").mean(2) * mask
    blocked = (1 - mask) * -1e4
    return {
        "pair": losses.sum() / mask.sum(),
        "first": functional.cross_entropy(torch.cat([pair[:, :, 4] + blocked, nobody], 1), torch.tensor(first)),
        "last": functional.cross_entropy(torch.cat([pair[:, :, 5] + blocked, nobody], 1), torch.tensor(last)),
        "type": functional.cross_entropy(type_logits, torch.tensor(types)),
        "medium": functional.cross_entropy(medium_logits, torch.tensor(media)),
    }


@torch.no_grad()
def predict(
    encoder: Encoder, head: PairHead, examples: list[Example], lists: Lists, vectors: Any, thresholds: Thresholds
) -> dict[tuple[str, int], list[TokenGroup]]:
    """Find the groups of each example, by name and offset."""
    encoder.eval()
    head.eval()
    results: dict[tuple[str, int], list[TokenGroup]] = {}
    ordered = sorted(examples, key=lambda example: -len(example.features))
    for begin in range(0, len(ordered), 24):
        chosen = ordered[begin : begin + 24]
        batch = make_batch(chosen, lists, vectors)
        states, tags = encoder(**batch)
        lengths = [len(example.features) for example in chosen]
        parts = find_parts(tags.numpy(), lengths, thresholds)
        spans = [(row, part.start, part.end) for row, found in enumerate(parts) for part in found]
        if not spans:
            results |= {(example.name, example.offset): [] for example in chosen}
            continue
        output = head(states, tags, batch["lengths"], **part_inputs(spans, chosen, states.shape[1]))
        pair, nobody, types, media = (value.numpy() for value in output)
        at = 0
        for row, (example, length) in enumerate(zip(chosen, lengths, strict=True)):
            own = slice(at, at + len(parts[row]))
            at += len(parts[row])
            figures = PairFigures(pair[own, :length, :4], pair[own, :length, 4:], nobody[own], types[own], media[own])
            results[example.name, example.offset] = make_groups(parts[row], figures, thresholds) if parts[row] else []
    return results


def evaluate(
    results: dict[tuple[str, int], list[TokenGroup]],
    gold: dict[str, tuple[QuoteGroup, ...]],
    lists: Lists,
    *,
    strict: bool = False,
) -> Scores:
    """Score predictions against the annotations of whole documents."""
    by_name: dict[str, list[QuoteGroup]] = {name: [] for name in gold}
    for (name, offset), found in sorted(results.items()):
        by_name[name] += to_quote_groups([group.shifted(offset) for group in found], lists.types, lists.media)
    return score_groups(((mark_nesting(by_name[name]), gold[name]) for name in gold), strict=strict)


def show(scores: Scores) -> str:
    """Return the main figures on one line, in per cent."""
    main = {
        "quote": scores.quote,
        "roles": scores.roles,
        "joint": scores.joint,
        "type": scores.type,
        "medium": scores.medium,
    }
    main |= {"isN": scores.is_nested, "hasN": scores.has_nested}
    text = " ".join(
        f"{name} {100 * value.f1:.1f} (P{100 * value.precision:.0f} R{100 * value.recall:.0f})"
        for name, value in main.items()
    )
    return (
        text
        + " tok "
        + " ".join(f"{name} {100 * value.f1:.1f}" for name, value in scores.tokens.items())
        + f" n {scores.n_predicted}/{scores.n_gold}"
    )


def train(
    train_set: list[Example],
    dev_set: list[Example],
    dev_gold: dict[str, tuple[QuoteGroup, ...]],
    lists: Lists,
    vectors: Any,
    sizes: Sizes,
    out: Path,
    options: dict[str, Any],
) -> None:
    """Train and keep the averaged weights with the best joint F1 on the development data in ``out``."""
    seed = int(options["seed"])
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    encoder = Encoder(sizes, dropout=options["dropout"])
    head = PairHead(sizes)
    if options["start"]:
        trained = torch.load(Path(options["start"]) / "weights.pt")
        encoder.load_state_dict(trained["encoder"])
        head.load_state_dict(trained["head"], strict=False)
    parameters = [*encoder.parameters(), *head.parameters()]
    n_parameters = sum(parameter.numel() for parameter in parameters)
    optimizer = torch.optim.AdamW(parameters, lr=options["lr"], weight_decay=0.01)
    n_epochs, size = int(options["epochs"]), int(options["batch"])
    n_steps = n_epochs * ((len(train_set) + size - 1) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options["lr"], total_steps=n_steps + 5, pct_start=0.1)
    averaged = (copy.deepcopy(encoder), copy.deepcopy(head))
    print(f"{n_parameters} parameters, {len(train_set)} pieces, {n_steps} steps", flush=True)
    best = 0.0
    began = time.time()
    step = 0
    for epoch in range(n_epochs):
        encoder.train()
        head.train()
        keyed = sorted(train_set, key=lambda example: len(example.features) * random.uniform(0.8, 1.25))
        batches = [keyed[begin : begin + size] for begin in range(0, len(keyed), size)]
        random.shuffle(batches)
        sums: Counter[str] = Counter()
        for chosen in batches:
            chosen = sorted(chosen, key=lambda example: -len(example.features))
            batch = make_batch(chosen, lists, vectors, drop_pipeline=options["drop_pipeline"], round_to=16)
            loss, parts = batch_loss(encoder, head, batch, chosen)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, 2.0)
            optimizer.step()
            schedule.step()
            step += 1
            sums.update(parts)
            decay = min(0.985, (1 + step) / (10 + step))
            with torch.no_grad():
                for mean, live in zip(averaged, (encoder, head), strict=True):
                    for target, source in zip(mean.parameters(), live.parameters(), strict=True):
                        target.lerp_(source, 1 - decay)
        message = f"epoch {epoch + 1} {time.time() - began:.0f}s " + " ".join(
            f"{name} {value / len(batches):.3f}" for name, value in sums.items()
        )
        print(message, flush=True)
        save(out / "last", averaged, sizes, lists, options)
        if epoch % 2 == 1 or epoch >= n_epochs - 4:
            scores = evaluate(predict(*averaged, dev_set, lists, vectors, Thresholds()), dev_gold, lists)
            print("   dev " + show(scores), flush=True)
            if scores.joint.f1 > best:
                best = scores.joint.f1
                save(out, averaged, sizes, lists, options)
    print(f"best joint {100 * best:.2f}", flush=True)


def save(out: Path, models: tuple[Encoder, PairHead], sizes: Sizes, lists: Lists, options: dict[str, Any]) -> None:
    """Write weights and lists."""
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"encoder": models[0].state_dict(), "head": models[1].state_dict()}, out / "weights.pt")
    (out / "sizes.json").write_text(json.dumps(sizes.as_dict()))
    (out / "options.json").write_text(json.dumps(options))
    (out / "lists.json").write_text(json.dumps(asdict(lists)))
