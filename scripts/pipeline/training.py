"""Train one part of a pipeline (syntax or entities) with spaCy's own convolutional models."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.pipeline.tok2vec import Tok2VecListener
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vectors import Vectors
from thinc.api import Adam, fix_random_seed

import kg.nlp  # noqa: F401 - registers our components
from pipeline.corpora import Sentence, Token

WIDTH = 96
LABEL_SMOOTHING = 0.05
HEADLINES = 0.04
"""Share of the sentences that lose their full stop in training, as headlines have none."""
QUOTES = (('"', '"'), ("„", "“"), ("“", "”"), ("»", "«"), ("„", "”"), ("«", "»"))
QUOTE_FORMS = frozenset('"„“”»«')
OPENING = frozenset("„»")


@dataclass(frozen=True)
class Plan:
    """What to train and for how long."""

    language: str
    part: str
    minutes: float
    vectors: Path
    batch_words: int = 600
    start_from: Path | None = None
    learn_rate: float = 0.001
    seed: int = 1
    depth: int = 4
    dropout: float = 0.15


def _tok2vec(depth: int, rows: Sequence[int]) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": WIDTH,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": list(rows),
            "include_static_vectors": True,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": WIDTH,
            "window_size": 1,
            "maxout_pieces": 3,
            "depth": depth,
        },
    }


_LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH, "upstream": "*"}


def _state(kind: str, tok2vec: dict[str, Any], *, tokens: bool, hidden: int) -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": kind,
        "extra_state_tokens": tokens,
        "hidden_width": hidden,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": tok2vec,
    }


def build(plan: Plan) -> Language:
    """Return an untrained pipeline for the plan's part, with the static vectors in its vocabulary."""
    nlp = spacy.blank(plan.language)
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings).from_disk(plan.vectors)
    if plan.part == "entities":
        model = _state("ner", _tok2vec(plan.depth, (5000, 1000, 2500, 1000)), tokens=False, hidden=64)
        nlp.add_pipe("ner", config={"model": model})
        return nlp
    nlp.add_pipe("sentence_limits")
    nlp.add_pipe("tok2vec", config={"model": _tok2vec(plan.depth, (5000, 1000, 2500, 1000))})
    tagger = {"@architectures": "spacy.Tagger.v2", "nO": None, "normalize": False, "tok2vec": _LISTENER}
    nlp.add_pipe("tagger", config={"model": tagger, "label_smoothing": LABEL_SMOOTHING})
    nlp.add_pipe("morphologizer", config={"model": tagger, "label_smoothing": LABEL_SMOOTHING})
    nlp.add_pipe(
        "parser", config={"model": _state("parser", _LISTENER, tokens=False, hidden=64), "min_action_freq": 20}
    )
    lemmatizer = {"model": tagger, "min_tree_freq": 4, "top_k": 3, "backoff": "orth"}
    nlp.add_pipe("trainable_lemmatizer", name="lemmatizer", config=lemmatizer)
    return nlp


def requote(tokens: Sequence[Token], choice: tuple[str, str]) -> tuple[Token, ...]:
    """Replace the double quotation marks by another style, opening and closing in turn where the mark does not say."""
    result = []
    inside = False
    for token in tokens:
        if token.form in QUOTE_FORMS:
            opening = token.form in OPENING or not inside
            inside = opening
            new = choice[0 if opening else 1]
            token = replace(token, form=new, lemma=new if token.lemma else token.lemma)
        result.append(token)
    return tuple(result)


def _ends_in_free_stop(tokens: Sequence[Token]) -> bool:
    """Tell whether the last token is a full stop on which nothing hangs."""
    last = len(tokens) - 1
    return last > 2 and tokens[-1].form == "." and all(token.head != last for token in tokens)


def make_doc(nlp: Language, sentences: Sequence[Sentence], rng: random.Random, *, augment: bool) -> Example:
    """Join sentences to one example; with ``augment`` quotation marks vary and blank lines come between paragraphs."""
    words: list[str] = []
    spaces: list[bool] = []
    columns: dict[str, list[Any]] = {name: [] for name in ("tags", "pos", "morphs", "lemmas", "heads", "deps", "ents")}
    starts: list[bool] = []
    for number, sentence in enumerate(sentences):
        tokens = sentence.tokens
        if augment and rng.random() < 0.5:
            tokens = requote(tokens, rng.choice(QUOTES))
        if augment and rng.random() < HEADLINES and _ends_in_free_stop(tokens):
            tokens = tokens[:-1]
        offset = len(words)
        for index, token in enumerate(tokens):
            words.append(token.form)
            spaces.append(token.space or index == len(tokens) - 1)
            columns["tags"].append((token.xpos if nlp.lang == "en" else token.upos) or "")
            columns["pos"].append((token.upos or "") if token.feats is not None else "")
            columns["morphs"].append(token.feats or "")
            columns["lemmas"].append(token.lemma or "")
            columns["heads"].append(offset + (token.head if token.head is not None else index))
            columns["deps"].append("ROOT" if token.dep == "root" else token.dep or "")
            columns["ents"].append(token.entity or "")
            starts.append(index == 0)
        last = number == len(sentences) - 1
        if augment and (
            (not last and (sentences[number + 1].new_paragraph or rng.random() < 0.1)) or rng.random() < 0.02
        ):
            spaces[-1] = False
            words.append("\n\n")
            spaces.append(False)
            for name, value in (
                ("tags", ""),
                ("pos", ""),
                ("morphs", ""),
                ("lemmas", ""),
                ("deps", "dep"),
                ("ents", "O"),
            ):
                columns[name].append(value)
            columns["heads"].append(len(words) - 2)
            starts.append(False)
    predicted = Doc(nlp.vocab, words=words, spaces=spaces)
    if sentences[0].tokens[0].dep is None:
        reference = Doc(nlp.vocab, words=words, spaces=spaces, ents=["O" if e == "-" else e for e in columns["ents"]])
        unsure = [Span(reference, i, i + 1) for i, entity in enumerate(columns["ents"]) if entity == "-"]
        if unsure:
            reference.set_ents(list(reference.ents), missing=unsure, default="unmodified")
    else:
        has_features = any(columns["pos"])
        reference = Doc(
            nlp.vocab,
            words=words,
            spaces=spaces,
            tags=columns["tags"],
            pos=columns["pos"] if has_features else None,
            morphs=columns["morphs"] if has_features else None,
            lemmas=columns["lemmas"],
            heads=columns["heads"],
            deps=columns["deps"],
        )
        if has_features:
            for token, pos in zip(reference, columns["pos"], strict=True):
                if not pos:
                    # nothing known, which is not the same as no features
                    token.set_morph(None)
    return Example(predicted, reference)


def group(
    sentences: Sequence[Sentence], rng: random.Random, *, shuffle: bool, longest: int = 6
) -> list[list[Sentence]]:
    """Group sentences as they follow each other (or at random) into short texts of one to ``longest`` sentences."""
    pool = list(sentences)
    if shuffle:
        rng.shuffle(pool)
    groups: list[list[Sentence]] = []
    place = 0
    while place < len(pool):
        size = rng.randint(1, longest)
        groups.append(pool[place : place + size])
        place += size
    return groups


def batches(
    nlp: Language, data: Sequence[tuple[Sequence[Sentence], float, bool]], plan: Plan
) -> Iterator[list[Example]]:
    """Yield batches for ever.

    Args:
        nlp: for its vocabulary.
        data: sentences, how often in an epoch they come (the fraction by chance), whether their order means nothing.
        plan: batch size and seed.
    """
    rng = random.Random(plan.seed)
    while True:
        groups: list[list[Sentence]] = []
        for sentences, weight, shuffle in data:
            whole, rest = int(weight), weight - int(weight)
            for _ in range(whole):
                groups.extend(group(sentences, rng, shuffle=shuffle))
            if rest:
                groups.extend(g for g in group(sentences, rng, shuffle=shuffle) if rng.random() < rest)
        rng.shuffle(groups)
        batch: list[Example] = []
        size = 0
        for sentences in groups:
            example = make_doc(nlp, sentences, rng, augment=True)
            batch.append(example)
            size += len(example.reference)
            if size >= plan.batch_words:
                yield batch
                batch, size = [], 0


def _batch_id(_: type, inputs: Sequence[Doc]) -> int:
    """Tell batches apart without reading every token."""
    return sum(id(doc) for doc in inputs)


Tok2VecListener.get_batch_id = classmethod(_batch_id)  # type: ignore[assignment]


def train(
    plan: Plan,
    data: Sequence[tuple[Sequence[Sentence], float, bool]],
    report: Callable[[Language, str], None],
) -> Language:
    """Train for ``plan.minutes`` of wall-clock time, the learning rate falling to a tenth, and return averaged weights."""
    fix_random_seed(plan.seed)
    rng = random.Random(plan.seed)
    optimizer = Adam(learn_rate=plan.learn_rate, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    if plan.start_from:
        nlp = spacy.load(plan.start_from)
        nlp.resume_training(sgd=optimizer)
        if "lemmatizer" in nlp.pipe_names:
            # spaCy does not store this table, without which nothing is learned
            lemmatizer = nlp.get_pipe("lemmatizer")
            lemmatizer.tree2label = {tree: label for label, tree in enumerate(lemmatizer.cfg["labels"])}
    else:
        nlp = build(plan)
        everything = [sentence for sentences, _, _ in data for sentence in sentences]
        sample = [
            make_doc(nlp, everything[start : start + 5], rng, augment=True) for start in range(0, len(everything), 5)
        ]
        nlp.initialize(lambda: sample, sgd=optimizer)
        print(f"initialised, {len(sample)} texts", flush=True)
    for _, component in nlp.pipeline:
        if "update_with_oracle_cut_size" in getattr(component, "cfg", {}):
            # our texts are short; cutting them costs a fifth of the time
            component.cfg["update_with_oracle_cut_size"] = 0
    start = time.time()
    losses: dict[str, float] = {}
    n_words = 0
    last = start
    for step, batch in enumerate(batches(nlp, data, plan)):
        done = (time.time() - start) / (plan.minutes * 60)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 200)
        optimizer.learn_rate = plan.learn_rate * warm * (1 - 0.93 * done)
        nlp.update(batch, sgd=optimizer, losses=losses, drop=plan.dropout)
        n_words += sum(len(example.reference) for example in batch)
        if time.time() - last > 300:
            last = time.time()
            shown = {name: round(value) for name, value in losses.items()}
            print(f"step {step} {n_words} words {done:.0%} {shown}", flush=True)
            losses = {}
            with nlp.use_params(optimizer.averages):
                report(nlp, f"step {step}")
    with nlp.use_params(optimizer.averages):
        for name, value in list(optimizer.averages.items()):
            optimizer.averages[name] = np.array(value)
        report(nlp, "end")
        data_bytes = nlp.to_bytes(exclude=["vocab"])
    nlp.from_bytes(data_bytes, exclude=["vocab"])
    return nlp
