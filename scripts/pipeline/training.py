"""Train the network of a language pipeline for a number of words, with checkpoints."""

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from kg.nlp.sequences import decode_entities
from kg.nlp.tree_decoding import decode_tree
from kg.nlp.word_forms import FormArrays
from pipeline.examples import UNKNOWN, Example, Labels
from pipeline.network import Network

_QUOTES = (('"', '"'), ("„", "“"), ("“", "”"), ("»", "«"), ("„", "”"), ("«", "»"))
_OPENING = frozenset("„»")


@dataclass(frozen=True)
class Plan:
    """How to train: the number of words to see sets the learning rate's course, so the clock does not matter."""

    words: int
    batch_words: int = 1000
    learn_rate: float = 0.002
    seed: int = 1
    average: float = 0.999
    report_every: int = 500_000
    final_rate: float = 0.03


@dataclass
class Pool:
    """Examples, and how often they come in an epoch (a fraction by chance)."""

    examples: list[Example]
    times: float


class Batch:
    """Sentences of like length, padded."""

    def __init__(self, examples: Sequence[Example], arrays: FormArrays) -> None:
        self.examples = examples
        longest = max(len(e) for e in examples)
        self.lengths = torch.tensor([len(e) for e in examples])
        forms = _pad([e.forms for e in examples], longest, 0)
        unique, index = np.unique(forms, return_inverse=True)
        self.index = torch.from_numpy(index.reshape(forms.shape))
        some = arrays[unique]
        self.inputs = tuple(
            torch.from_numpy(a) for a in (some.vectors, some.letters, some.words, some.paths, some.flags)
        )
        self.tags = torch.from_numpy(_pad([e.tags for e in examples], longest, UNKNOWN))
        self.lemmas = torch.from_numpy(_pad([e.lemmas for e in examples], longest, UNKNOWN))
        self.heads = torch.from_numpy(_pad([e.heads for e in examples], longest, UNKNOWN))
        self.relations = torch.from_numpy(_pad([e.relations for e in examples], longest, UNKNOWN))
        self.entities = torch.from_numpy(_pad([e.entities for e in examples], longest, UNKNOWN))
        self.features = torch.from_numpy(_pad([e.features for e in examples], longest, UNKNOWN))
        self.sources = torch.tensor([e.source for e in examples])
        self.weights = torch.tensor([e.weight for e in examples]).unsqueeze(1).expand(-1, longest)


def _pad(rows: Sequence[NDArray[np.int64]], longest: int, value: int) -> NDArray[np.int64]:
    result = np.full((len(rows), longest, *rows[0].shape[1:]), value, dtype=np.int64)
    for number, row in enumerate(rows):
        result[number, : len(row)] = row
    return result


def batches(pools: Sequence[Pool], size: int, rng: random.Random) -> Iterator[list[Example]]:
    """Yield one epoch: batches of about ``size`` words, sentences of like length together, in random order."""
    chosen: list[Example] = []
    for pool in pools:
        whole, rest = int(pool.times), pool.times - int(pool.times)
        chosen += pool.examples * whole
        chosen += [e for e in pool.examples if rng.random() < rest]
    keyed = sorted(((len(e) + rng.random() * 3, rng.random(), e) for e in chosen), key=lambda row: row[:2])
    result: list[list[Example]] = []
    batch: list[Example] = []
    longest = 0
    for _, _, example in keyed:
        longest = max(longest, len(example))
        if batch and longest * (len(batch) + 1) > size:
            result.append(batch)
            batch, longest = [], len(example)
        batch.append(example)
    if batch:
        result.append(batch)
    rng.shuffle(result)
    yield from result


def _loss(logits: Tensor, gold: Tensor, weights: Tensor, smoothing: float = 0.03) -> Tensor:
    """Return the weighted mean cross-entropy over what is known; masked logits bear no label smoothing."""
    known = gold != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    losses = functional.cross_entropy(logits[known], gold[known], reduction="none", label_smoothing=smoothing)
    some = weights[known]
    return (losses * some).sum() / weights.shape[0] / weights.shape[1] * 1.5


def loss_of(network: Network, batch: Batch, splits: list[int], factors: dict[str, float]) -> Tensor:
    """Return the sum of the losses of all annotations that the batch has."""
    rows = network.forms(*batch.inputs)[batch.index]
    rows, states = network.encode(rows, batch.lengths, batch.sources)
    total = torch.zeros(())
    weights = batch.weights
    if (batch.tags != UNKNOWN).any():
        tags, features, lemmas = network.score_words(rows, states)
        total = total + _loss(tags, batch.tags, weights)
        for column, logits in enumerate(features.split(splits, 2)):
            total = total + factors.get("features", 0.3) * _loss(logits, batch.features[:, :, column], weights)
        total = total + factors.get("lemmas", 0.5) * _loss(lemmas, batch.lemmas, weights)
    known = batch.heads != UNKNOWN
    if known.any():
        scores, word, head = network.score_arcs(states)
        n_words = scores.shape[1]
        columns = torch.arange(n_words + 1)
        scores = scores.masked_fill((columns > batch.lengths.unsqueeze(1)).unsqueeze(1), -1e4)
        scores = scores.masked_fill((columns - 1 == torch.arange(n_words).unsqueeze(1)).unsqueeze(0), -1e4)
        total = total + factors.get("arcs", 1.0) * _loss(scores, batch.heads, weights, smoothing=0.0)
        sentence, place = known.nonzero(as_tuple=True)
        logits = network.score_labels(word[sentence, place], head[sentence, batch.heads[known]])
        full = logits.new_zeros(*known.shape, logits.shape[1])
        full[sentence, place] = logits
        total = total + _loss(full, batch.relations, weights)
    if (batch.entities != UNKNOWN).any():
        entities = network.score_entities(rows, states, batch.lengths)
        total = total + factors.get("entities", 1.0) * _loss(entities, batch.entities, weights)
    return total


class Averages:
    """An exponential moving average of the weights."""

    def __init__(self, network: Network, decay: float) -> None:
        self.decay = decay
        self.values = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self.steps = 0

    def update(self, network: Network) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in network.state_dict().items():
                self.values[name].lerp_(value, 1 - decay)


def train(
    network: Network,
    labels: Labels,
    arrays: FormArrays,
    pools: Sequence[Pool],
    quotes: dict[str, int],
    plan: Plan,
    report: Callable[[Network, str, bool], None],
    out: Path,
    factors: dict[str, float],
) -> None:
    """Train on ``plan.words`` words; the averaged weights are written to ``out`` at every report and at the end."""
    rng = random.Random(plan.seed)
    splits = [len(values) for values in labels.features.values()]
    optimizer = torch.optim.Adam(network.parameters(), lr=plan.learn_rate, betas=(0.9, 0.98), fused=True)
    averages = Averages(network, plan.average)
    start = time.time()
    steps = n_words = reported = 0
    running = 0.0

    def save(when: str, final: bool) -> None:
        kept = {name: value.clone() for name, value in network.state_dict().items()}
        network.load_state_dict(averages.values)
        torch.save(averages.values, out)
        network.eval()
        report(network, when, final)
        network.load_state_dict(kept)
        network.train()

    network.train()
    while True:
        for examples in batches(pools, plan.batch_words, rng):
            done = n_words / plan.words
            if done >= 1:
                save(f"end, {steps} steps, {n_words} words", True)
                return
            rate = plan.learn_rate * min(1.0, (steps + 1) / 300)
            rate *= plan.final_rate + (1 - plan.final_rate) * 0.5 * (1 + math.cos(math.pi * done))
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = Batch([_requote(e, quotes, rng) for e in examples], arrays)
            loss = loss_of(network, batch, splits, factors)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            averages.update(network)
            steps += 1
            n_words += int(batch.lengths.sum())
            running = 0.98 * running + 0.02 * loss.item() if steps > 1 else loss.item()
            if n_words - reported >= plan.report_every:
                save(
                    f"{done:.0%} step {steps} words {n_words} loss {running:.2f} ({n_words / (time.time() - start):.0f}/s)",
                    False,
                )
                reported = n_words


def _requote(example: Example, quotes: dict[str, int], rng: random.Random) -> Example:
    """Write the double quotation marks of half the sentences in another style."""
    marks = set(quotes.values())
    if rng.random() < 0.5 or not marks.intersection(example.forms.tolist()):
        return example
    of_id = {number: mark for mark, number in quotes.items()}
    style = rng.choice(_QUOTES)
    forms = example.forms.copy()
    inside = False
    for place, number in enumerate(forms.tolist()):
        if number in of_id:
            opening = of_id[number] in _OPENING or not inside
            inside = opening
            forms[place] = quotes[style[0 if opening else 1]]
    return Example(
        forms, example.tags, example.features, example.lemmas, example.heads, example.relations, example.entities,
        example.weight, example.source,
    )  # fmt: skip


def predict(
    network: Network, examples: Sequence[Example], arrays: FormArrays, labels: Labels, *, trees: bool
) -> list[dict[str, NDArray[np.int64]]]:
    """Return predicted numbers of each annotation; ``trees``: with the tree constraint."""
    splits = [len(values) for values in labels.features.values()]
    order = sorted(range(len(examples)), key=lambda i: len(examples[i]))
    results: list[dict[str, NDArray[np.int64]]] = [{} for _ in examples]
    with torch.no_grad():
        for begin in range(0, len(order), 48):
            some = order[begin : begin + 48]
            batch = Batch([examples[i] for i in some], arrays)
            rows = network.forms(*batch.inputs)[batch.index]
            rows, states = network.encode(rows, batch.lengths, batch.sources)
            tags, features, lemmas = network.score_words(rows, states)
            scores, word, head = network.score_arcs(states)
            entities = network.score_entities(rows, states, batch.lengths)
            for row, i in enumerate(some):
                n = len(examples[i])
                arcs = scores[row, :n, : n + 1].numpy()
                own = arcs.copy()
                own[np.arange(n), np.arange(n) + 1] = -1e9
                heads = decode_tree(arcs) if trees else own.argmax(1)
                pairs = network.score_labels(word[row, :n], head[row, torch.from_numpy(heads)])
                exp = np.exp(own - own.max(1, keepdims=True))
                results[i] = {
                    "tags": tags[row, :n].argmax(1).numpy(),
                    "features": np.stack([f[row, :n].argmax(1).numpy() for f in features.split(splits, 2)], 1),
                    "lemmas": lemmas[row, :n].argmax(1).numpy(),
                    "heads": heads,
                    "relations": pairs.argmax(1).numpy(),
                    "sure": (exp[np.arange(n), heads] / exp.sum(1)) * torch.softmax(pairs, 1).amax(1).numpy(),
                    "entities": decode_entities(torch.log_softmax(entities[row, :n], 1).numpy()),
                }
    return results


def entity_spans(labels: Sequence[int]) -> set[tuple[int, int, int]]:
    """Return start, end and kind of label numbers (0: O, odd: begin, even: inside)."""
    spans = set()
    start = kind = -1
    for place, label in enumerate([*labels, 0]):
        if kind >= 0 and (label <= 0 or label % 2 or (label + 1) // 2 - 1 != kind):
            spans.add((start, place, kind))
            kind = -1
        if label > 0 and (label % 2 or kind < 0):
            start, kind = place, (label + 1) // 2 - 1
    return spans


def measure_trees(
    examples: Sequence[Example], results: Sequence[dict[str, NDArray[np.int64]]], labels: Labels
) -> dict[str, float]:
    """Return shares of right annotations; relations without subtypes."""
    plain = np.array([labels.relations.index(r.split(":")[0]) if r.split(":")[0] in labels.relations else i
                      for i, r in enumerate(labels.relations)])  # fmt: skip
    counts = {"upos": 0.0, "uas": 0.0, "las": 0.0, "lemma": 0.0, "feats": 0.0, "words": 0.0, "feature words": 0.0}
    for example, found in zip(examples, results, strict=True):
        counts["words"] += len(example)
        counts["upos"] += (example.tags == found["tags"]).sum()
        right = example.heads == found["heads"]
        counts["uas"] += right.sum()
        counts["las"] += (right & (plain[example.relations] == plain[found["relations"]])).sum()
        counts["lemma"] += (example.lemmas == found["lemmas"]).sum()
        counts["feats"] += ((example.features == found["features"]) | (example.features == UNKNOWN)).all(1).sum()
    return {name: 100 * counts[name] / counts["words"] for name in ("upos", "uas", "las", "lemma", "feats")}


def measure_entities(
    examples: Sequence[Example], results: Sequence[dict[str, NDArray[np.int64]]], kinds: Sequence[int]
) -> dict[str, float]:
    """Return precision, recall and F1 of strict spans of some kinds."""
    found = wanted = both = 0
    for example, result in zip(examples, results, strict=True):
        gold = {s for s in entity_spans(example.entities.tolist()) if s[2] in kinds}
        ours = {s for s in entity_spans(result["entities"].tolist()) if s[2] in kinds}
        found, wanted, both = found + len(ours), wanted + len(gold), both + len(gold & ours)
    precision, recall = both / max(1, found), both / max(1, wanted)
    return {"P": 100 * precision, "R": 100 * recall, "F": 200 * both / max(1, found + wanted)}
