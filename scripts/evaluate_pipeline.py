"""Measure a language pipeline on the development data: words with given sentence starts, and raw text.

.venv/bin/python scripts/evaluate_pipeline.py de

Relations are compared without subtypes, all tokens counted. Mood, tense, number and case: the share of tokens with
that feature in gold whose value is right. Sentence F1 is on raw text, groups of five sentences joined by a space.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import spacy
from pipeline import corpora, names
from spacy.language import Language
from spacy.tokens import Doc

from kg import nlp as pipelines

FEATURES = ("Mood", "Tense", "Number", "Case", "Person", "VerbForm")
N_TEXTS = 200
WORDS_A_TEXT = 350


def plain(label: str) -> str:
    return "root" if label == "ROOT" else label.partition(":")[0]


def read_features(feats: str | None) -> dict[str, str]:
    return dict(part.split("=", 1) for part in (feats or "").split("|") if part)


def measure_syntax(nlp: Language, sentences: Sequence[corpora.Sentence]) -> dict[str, float]:
    """Return accuracies over given words."""
    docs = (
        Doc(
            nlp.vocab,
            [t.form for t in s.tokens],
            [t.space for t in s.tokens],
            sent_starts=[i == 0 for i in range(len(s.tokens))],
        )
        for s in sentences
    )
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    subjunctive: Counter[str] = Counter()
    for doc, sentence in zip(nlp.pipe(docs), sentences, strict=True):
        for token, gold in zip(doc, sentence.tokens, strict=True):
            total["token"] += 1
            right["UPOS"] += token.pos_ == gold.upos
            head_right = token.head.i == gold.head
            right["UAS"] += head_right
            right["LAS"] += head_right and plain(token.dep_) == plain(gold.dep or "")
            right["lemma"] += token.lemma_ == gold.lemma
            right["all features"] += str(token.morph) == "|".join(
                f"{key}={value}" for key, value in sorted(read_features(gold.feats).items(), key=lambda i: i[0].lower())
            )
            given = read_features(gold.feats)
            for feature in FEATURES:
                if feature in given:
                    total[feature] += 1
                    right[feature] += token.morph.get(feature) == given[feature].split(",")
            if gold.upos in ("VERB", "AUX"):
                found, wanted = token.morph.get("Mood") == ["Sub"], given.get("Mood") == "Sub"
                subjunctive.update(found=found, wanted=wanted, both=found and wanted)
    scores = {name: right[name] / total["token"] for name in ("UPOS", "UAS", "LAS", "lemma", "all features")}
    scores |= {name: right[name] / total[name] for name in FEATURES if total[name]}
    if subjunctive["wanted"]:
        scores["Mood=Sub precision"] = subjunctive["both"] / max(1, subjunctive["found"])
        scores["Mood=Sub recall"] = subjunctive["both"] / subjunctive["wanted"]
    return scores


def measure_sentences(nlp: Language, sentences: Sequence[corpora.Sentence]) -> float:
    """Return the F1 of sentence spans on raw text."""
    found = wanted = both = 0
    for start in range(0, len(sentences), 5):
        text = ""
        gold = set()
        for sentence in sentences[start : start + 5]:
            own = "".join(t.form + " " * t.space for t in sentence.tokens).strip()
            begin = len(text) + (1 if text else 0)
            text = f"{text} {own}".strip()
            gold.add((begin, begin + len(own)))
        spans = {(span.start_char, span.end_char) for span in nlp(text).sents}
        found, wanted, both = found + len(spans), wanted + len(gold), both + len(spans & gold)
    return 2 * both / (found + wanted)


def spans_of(labels: Iterable[str]) -> set[tuple[int, int, str]]:
    """Return start, end and label of IOB labels."""
    spans: set[tuple[int, int, str]] = set()
    start, kind = 0, ""
    for index, label in enumerate([*labels, "O"]):
        prefix, _, name = label.partition("-")
        if kind and (prefix != "I" or name != kind):
            spans.add((start, index, kind))
            kind = ""
        if prefix == "B" or (prefix == "I" and not kind):
            start, kind = index, name
    return spans


def measure_entities(nlp: Language, sentences: Sequence[corpora.Sentence]) -> dict[str, float]:
    """Return precision, recall and F1 of the classes that the gold data knows."""
    kinds = {span[2] for s in sentences for span in spans_of(t.entity or "O" for t in s.tokens)}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in [*sorted(kinds), "all"]}
    docs = (Doc(nlp.vocab, [t.form for t in s.tokens], [t.space for t in s.tokens]) for s in sentences)
    for doc, sentence in zip(nlp.pipe(docs), sentences, strict=True):
        gold = spans_of(t.entity or "O" for t in sentence.tokens)
        predicted = {(e.start, e.end, e.label_) for e in doc.ents if e.label_ in kinds}
        for kind, count in counts.items():
            ours = {s for s in predicted if kind in ("all", s[2])}
            theirs = {s for s in gold if kind in ("all", s[2])}
            count.update(found=len(ours), wanted=len(theirs), both=len(ours & theirs))
    scores = {}
    for kind, count in counts.items():
        precision, recall = count["both"] / max(1, count["found"]), count["both"] / max(1, count["wanted"])
        scores[f"NER {kind} P"], scores[f"NER {kind} R"] = precision, recall
        scores[f"NER {kind} F1"] = 2 * precision * recall / max(1e-9, precision + recall)
    return scores


def measure_speed(nlp: Language, language: str) -> float:
    """Return words a second on news texts of usual length, on one core."""
    name = {"de": "newstest2019-ref.deu.txt", "en": "newstest2019-src.eng.txt"}[language]
    lines = (corpora.DATA / "bilingual" / "ntrex" / name).read_text(encoding="utf-8").splitlines()
    texts: list[str] = []
    current: list[str] = []
    for line in lines * 8:
        current.append(line)
        if sum(len(part.split()) for part in current) >= WORDS_A_TEXT:
            texts.append("\n\n".join(current))
            current = []
    texts = texts[:N_TEXTS]
    list(nlp.pipe(texts[:5]))
    n_words = sum(len(text.split()) for text in texts)
    # processor time, so that what else runs does not count
    start = time.process_time()
    for _ in nlp.pipe(texts):
        pass
    return n_words / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=("de", "en"))
    parser.add_argument("--path", type=Path, help="a packed pipeline; the shipped one if not given")
    parser.add_argument("--only", choices=("syntax", "entities", "speed"))
    args = parser.parse_args()
    start = time.perf_counter()
    if args.path:
        nlp = spacy.load(args.path)
        pipelines.widen(nlp)
    else:
        nlp = pipelines.load_pipeline(args.language)
    print(f"loaded in {time.perf_counter() - start:.2f} s")
    scores: dict[str, float] = {}
    if args.only in (None, "syntax"):
        _, _, dev = corpora.trees(args.language)
        scores |= measure_syntax(nlp, dev)
        scores["sentence F1"] = measure_sentences(nlp, dev)
    if args.only in (None, "entities"):
        scores |= measure_entities(nlp, names.entities(args.language)[1])
    for name, value in scores.items():
        print(f"{name:20} {100 * value:6.2f}")
    if args.only in (None, "speed"):
        print(f"{'words/s':20} {measure_speed(nlp, args.language):6.0f}")


if __name__ == "__main__":
    main()
