"""Measure the shipped attribution tagger on a folder of the German quotation data.

The tagger sees the data's tokens, sentences and text; its annotations are read for the comparison alone.
"""

import argparse
import time
from pathlib import Path

from attribution.data import GoldDocument, make_doc, read_folder
from spacy.language import Language
from spacy.vocab import Vocab

from kg.attribution_metric import (
    QuoteGroup,
    Scores,
    calibration_error,
    pair_groups,
    reliability,
    score_groups,
    token_f1,
)
from kg.nlp import load_pipeline
from kg.tagger import AttributionTagger, load_tagger, read_tagger
from kg.tagger.decoding import TokenGroup
from kg.tagger.features import read_doc

_RIGHT = 0.8  # token F1 from which content and speaker count as right


def to_quote_groups(groups: list[TokenGroup], tagger: AttributionTagger) -> list[QuoteGroup]:
    """Turn the tagger's groups into the metric's; white-space tokens were no words, so indices are the data's."""
    contents = [group.content_words() for group in groups]

    def expand(spans: tuple[tuple[int, int], ...]) -> frozenset[int]:
        return frozenset(word for start, end in spans for word in range(start, end))

    return [
        QuoteGroup(
            quote=content,
            speaker=expand((group.speaker,)) if group.speaker else frozenset(),
            cue=expand(group.cue),
            frame=expand(group.frame),
            addressee=expand(group.addressee),
            type=tagger.settings.types[group.type_index],
            medium=tagger.settings.media[group.medium_index],
            is_nested=any(content < other for other in contents),
            has_nested=any(other < content for other in contents),
        )
        for group, content in zip(groups, contents, strict=True)
    ]


def is_right(found: QuoteGroup | None, wanted: QuoteGroup | None) -> bool:
    """Tell whether content and actor of a prediction are right: token F1 of at least 0.8, for the actor at least 0.5."""
    if found is None or wanted is None or token_f1(found.quote, wanted.quote) < _RIGHT:
        return False
    if not wanted.speaker and not found.speaker:
        return True
    return token_f1(found.speaker, wanted.speaker) >= 0.5


def judge(found: list[TokenGroup], quotes: list[QuoteGroup], gold: GoldDocument) -> list[tuple[TokenGroup, bool]]:
    """Say of each group whether it is right."""
    partner = {id(left): right for left, right in pair_groups(quotes, gold.groups, strict=True) if left}
    return [(group, is_right(quote, partner.get(id(quote)))) for group, quote in zip(found, quotes, strict=True)]


def show(title: str, scores: Scores) -> None:
    rows = {
        "quote": scores.quote,
        "roles": scores.roles,
        "joint": scores.joint,
        "type": scores.type,
        "medium": scores.medium,
        "isNested": scores.is_nested,
        "hasNested": scores.has_nested,
    }
    rows |= {f"tokens {part}": value for part, value in scores.tokens.items()}
    print(f"{title}: {scores.n_predicted} found, {scores.n_gold} in gold")
    for name, value in rows.items():
        print(f"  {name:17} P {100 * value.precision:5.1f}  R {100 * value.recall:5.1f}  F1 {100 * value.f1:5.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="another folder with weights")
    parser.add_argument("--plain", action="store_true", help="without the pipeline's annotations: words alone")
    parser.add_argument("--vectors", type=Path, help="with --plain: a folder of vectors instead of the pipeline's")
    arguments = parser.parse_args()
    tagger = read_tagger(arguments.model) if arguments.model else load_tagger("de")
    golds = list(read_folder(arguments.folder))
    nlp: Language | None = None
    if arguments.vectors:
        from train_attribution import load_vocab

        vocab: Vocab = load_vocab(arguments.vectors)
    else:
        nlp = load_pipeline("de")
        vocab = nlp.vocab
    docs = [make_doc(gold, vocab) for gold in golds]
    if nlp and not arguments.plain:
        docs = list(nlp.pipe(docs, batch_size=64))
    began, used = time.perf_counter(), time.process_time()
    found = tagger.find_groups([read_doc(doc) for doc in docs], docs)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    quotes = [to_quote_groups(groups, tagger) for groups in found]
    pairs = [(own, gold.groups) for own, gold in zip(quotes, golds, strict=True)]
    show("official", score_groups(pairs))
    show("strict", score_groups(pairs, strict=True))
    judged = [
        verdict for groups, own, gold in zip(found, quotes, golds, strict=True) for verdict in judge(groups, own, gold)
    ]
    values = [tagger.score(group) for group, _ in judged]
    right = [verdict for _, verdict in judged]
    print(f"score: expected calibration error {calibration_error(values, right):.3f}")
    for low, count, mean, share in reliability(values, right):
        print(f"  {low:.1f}  n {count:4}  mean {mean:.2f}  right {share:.2f}")
    n_words = sum(len(gold.words) for gold in golds)
    print(
        f"speed of the tagger alone: {n_words / seconds:,.0f} words/s by the clock, {n_words / used:,.0f} by processor "
        f"time of one core ({len(golds)} documents, {n_words} words)"
    )


if __name__ == "__main__":
    main()
