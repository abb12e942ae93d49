"""The quality of a language pipeline, against gold trees and gold entities, and its speed."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc, Token

from kg.attribution_metric import Prf
from kg.errors import InputError
from kg.evaluate.corpus import Score
from kg.evaluate.raw_text import score_raw_text
from kg.lang import load_rules
from kg.model import Record
from kg.nlp import load_pipeline
from kg.treebanks import NamedSentence, Tree, TreeWord, plain_relation, read_entities, read_trees

FEATURES = {
    "mood": "Mood",
    "tense": "Tense",
    "number": "Number",
    "case": "Case",
    "person": "Person",
    "gender": "Gender",
    "verb_form": "VerbForm",
}
"""The features that are measured one by one: the names of the measures, and of Universal Dependencies."""

NAMES = ("PER", "LOC", "ORG")
_OTHER = "MISC"

_MAX_MISSING = 0.25
"""Share of verbs without features, or of words without lemmas, above which the gold is taken to have none.

Verbs always have features in Universal Dependencies; in carefully made German trees up to 13 in 100 have none.
"""

_WORDS_PER_ARTICLE = 400
_N_ARTICLES = 200
_N_WARM_UP = 5  # the first texts fill caches


class TreebankRules(BaseModel):
    """How the pipeline of a language takes the words of a treebank.

    Attributes:
        merges_contractions: whether a multiword token, such as "zum", is one word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    merges_contractions: bool


class Share(Record):
    """How many words are right of those that count, and their share, 0-1."""

    accuracy: float
    n_right: int
    n_words: int


class TreeScores(Record):
    """What is right on given words and sentence starts, punctuation included.

    Attributes:
        measures: ``upos``, ``uas`` and ``las`` (relations without subtypes); ``lemma`` over the words with a lemma in
            gold; each of ``FEATURES`` over the words that have it in gold; ``all_features``. Those of lemmas or features
            are not there where gold has none.
        subjunctive: the words with ``Mood=Sub``; None where gold has none.
    """

    file: str
    n_sentences: int
    n_words: int
    measures: dict[str, Share]
    subjunctive: Score | None = None


class RawScores(Record):
    """What is right on raw text that the pipeline tokenises and segments; see ``score_raw_text``."""

    n_texts: int
    measures: dict[str, Score]


class EntityScores(Record):
    """Strict spans: start, end and class are right.

    Attributes:
        classes: ``PER``, ``LOC``, ``ORG``, and ``MISC`` where gold has it.
        micro: over the classes that gold has.
        names: over ``PER``, ``LOC`` and ``ORG``, whatever else gold has.
    """

    file: str
    n_sentences: int
    n_words: int
    classes: dict[str, Score]
    micro: Score
    names: Score


class PipelineScores(Record):
    """All that was measured of one pipeline; what was not asked for is None."""

    language: str
    trees: TreeScores | None = None
    raw: RawScores | None = None
    entities: EntityScores | None = None
    words_per_second: float | None = None


def evaluate_pipeline(
    language: str,
    *,
    trees: Path | None = None,
    entities: Path | None = None,
    raw: bool = False,
    speed: Path | None = None,
    load: Callable[[str], Language] = load_pipeline,
) -> PipelineScores:
    """Compare a pipeline with gold data.

    Args:
        language: ISO 639-1 code.
        trees: a file in CoNLL-U.
        entities: a file of words with labels, see ``read_entities``.
        raw: measure on the raw text of the trees too.
        speed: a text, one paragraph a line, on which to measure the speed.
        load: gives the pipeline of a language; called when all files have been read, so that a mistake in them is said
            at once.

    Raises:
        LanguageError: the language is not supported.
        InputError: a file cannot be read or is of another format; raw text is asked for without trees.
    """
    merge = load_rules("treebanks", language, TreebankRules).merges_contractions
    if raw and trees is None:
        raise InputError("raw text is that of trees, expected a file of them")
    gold_trees = tuple(read_trees(trees, merge=merge)) if trees else ()
    gold_entities = tuple(read_entities(entities)) if entities else ()
    articles = _make_articles(speed) if speed else ()
    nlp = load(language)
    return PipelineScores(
        language=language,
        trees=_score_trees(nlp, gold_trees, trees) if trees else None,
        raw=_score_raw(nlp, gold_trees, trees) if raw and trees else None,
        entities=_score_entities(nlp, gold_entities, entities) if entities else None,
        words_per_second=_measure_speed(nlp, articles) if articles else None,
    )


def _score_trees(nlp: Language, trees: Sequence[Tree], file: Path) -> TreeScores:
    lemmas, features = _has_lemmas(trees), _has_features(trees)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    mood = dict.fromkeys(("hits", "found", "gold"), 0)
    given = (([w.form for w in tree.words], [w.space for w in tree.words]) for tree in trees)
    for doc, tree in zip(nlp.pipe(_give_words(nlp, given)), trees, strict=True):
        for token, gold in zip(doc, tree.words, strict=True):
            judged = _judge_syntax(token, gold)
            if lemmas and gold.lemma is not None:
                judged["lemma"] = token.lemma_ == gold.lemma
            if features:
                ours, theirs = _read_features(str(token.morph)), _read_features(gold.features)
                judged["all_features"] = ours == theirs
                judged |= {
                    measure: ours.get(name) == theirs[name] for measure, name in FEATURES.items() if name in theirs
                }
                found, wanted = ours.get("Mood") == {"Sub"}, theirs.get("Mood") == {"Sub"}
                mood["hits"] += found and wanted
                mood["found"] += found
                mood["gold"] += wanted
            total.update(judged.keys())
            right.update({measure: int(is_right) for measure, is_right in judged.items()})
    order = ("upos", "uas", "las", "lemma", "all_features", *FEATURES)
    return TreeScores(
        file=str(file),
        n_sentences=len(trees),
        n_words=total["upos"],
        measures={name: _share(right[name], total[name]) for name in order if total[name]},
        subjunctive=_score(mood["hits"], mood["found"], mood["gold"]) if mood["gold"] else None,
    )


def _judge_syntax(token: Token, gold: TreeWord) -> dict[str, bool]:
    head = token.head.i == gold.head
    return {
        "upos": token.pos_ == gold.upos,
        "uas": head,
        "las": head and plain_relation(token.dep_) == plain_relation(gold.relation),
    }


def _read_features(features: str) -> dict[str, set[str]]:
    pairs = (part.partition("=") for part in features.split("|") if part)
    return {name: set(values.split(",")) for name, _, values in pairs}


def _has_lemmas(trees: Iterable[Tree]) -> bool:
    missing = [word.lemma is None for tree in trees for word in tree.words]
    return sum(missing) <= _MAX_MISSING * len(missing)


def _has_features(trees: Iterable[Tree]) -> bool:
    words = [word for tree in trees for word in tree.words]
    missing = [not word.features for word in words if word.upos in ("VERB", "AUX")]
    return sum(missing) <= _MAX_MISSING * len(missing) and any(word.features for word in words)


def _score_raw(nlp: Language, trees: Sequence[Tree], file: Path) -> RawScores:
    n_texts, counts = score_raw_text(nlp, trees, file)
    if not _has_lemmas(trees):
        del counts["lemma"]
    return RawScores(n_texts=n_texts, measures={name: _score(*count) for name, count in counts.items()})


def _score_entities(nlp: Language, sentences: Sequence[NamedSentence], file: Path) -> EntityScores:
    gold = {(index, *entity) for index, sentence in enumerate(sentences) for entity in sentence.entities}
    given = ((sentence.words, sentence.spaces) for sentence in sentences)
    found = {
        (index, entity.start, entity.end, entity.label_)
        for index, doc in enumerate(nlp.pipe(_give_words(nlp, given)))
        for entity in doc.ents
    }
    in_gold = {label for *_, label in gold}

    def score(labels: Iterable[str]) -> Score:
        chosen = frozenset(labels)
        wanted = {entity for entity in gold if entity[3] in chosen}
        predicted = {entity for entity in found if entity[3] in chosen}
        return _score(len(wanted & predicted), len(predicted), len(wanted))

    return EntityScores(
        file=str(file),
        n_sentences=len(sentences),
        n_words=sum(len(sentence.words) for sentence in sentences),
        classes={label: score([label]) for label in (*NAMES, _OTHER) if label in in_gold or label in NAMES},
        micro=score(in_gold),
        names=score(NAMES),
    )


def _give_words(nlp: Language, sentences: Iterable[tuple[Sequence[str], Sequence[bool]]]) -> Iterator[Doc]:
    """Make a document of each sentence, with its words, spaces and the one sentence start."""
    for words, spaces in sentences:
        starts: list[bool | int | None] = [index == 0 for index in range(len(words))]
        yield Doc(nlp.vocab, words=list(words), spaces=list(spaces), sent_starts=starts)


def _make_articles(path: Path) -> tuple[str, ...]:
    """Join paragraphs to articles of about 400 words, beginning again from the first until there are 200 of them."""
    try:
        paragraphs = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError as err:
        raise InputError(f"{path}: {err.strerror or err}, expected a text file") from err
    except UnicodeDecodeError as err:
        raise InputError(f"{path}: not UTF-8, expected a text file") from err
    if not paragraphs:
        raise InputError(f"{path}: no text in it, expected one paragraph a line")
    articles: list[str] = []
    current: list[str] = []
    n_words = 0
    for paragraph in cycle(paragraphs):
        current.append(paragraph)
        n_words += len(paragraph.split())
        if n_words >= _WORDS_PER_ARTICLE:
            articles.append("\n\n".join(current))
            current, n_words = [], 0
        if len(articles) == _N_ARTICLES:
            break
    return tuple(articles)


def _measure_speed(nlp: Language, articles: Sequence[str]) -> float:
    """Return the words (between blanks) per second of processor time, of all threads together."""
    for _ in nlp.pipe(articles[:_N_WARM_UP]):
        pass
    start = time.process_time()
    for _ in nlp.pipe(articles):
        pass
    return sum(len(article.split()) for article in articles) / (time.process_time() - start)


def _share(n_right: int, n_words: int) -> Share:
    return Share(accuracy=n_right / n_words, n_right=n_right, n_words=n_words)


def _score(n_hits: int, n_predicted: int, n_gold: int) -> Score:
    values = Prf(n_hits / n_predicted if n_predicted else 0.0, n_hits / n_gold if n_gold else 0.0)
    return Score(
        precision=values.precision,
        recall=values.recall,
        f1=values.f1,
        n_hits=n_hits,
        n_predicted=n_predicted,
        n_gold=n_gold,
    )


def format_pipeline_scores(scores: PipelineScores) -> str:
    """Return the scores as tables of fixed-width text, per cent."""
    lines: list[str] = []
    if scores.trees:
        lines += [f"{_heading(scores.trees)}, given words and sentences", _SHARE_HEAD]
        lines += [
            f"{_LABELS.get(name, name):20} {100 * share.accuracy:9.2f}   {share.n_right}/{share.n_words}"
            for name, share in scores.trees.measures.items()
        ]
        if scores.trees.subjunctive:
            lines += ["", *_score_table({"subjunctive": scores.trees.subjunctive})]
        if "lemma" not in scores.trees.measures:
            lines.append("lemmas: not in gold")
        if "all_features" not in scores.trees.measures:
            lines.append("features: not in gold")
    if scores.raw:
        lines += ["", f"raw text: {scores.raw.n_texts:,} texts", *_score_table(scores.raw.measures)]
    if scores.entities:
        both = {"micro": scores.entities.micro}
        if _OTHER in scores.entities.classes:
            both[f"without {_OTHER}"] = scores.entities.names
        lines += ["", f"{_heading(scores.entities)}, given words", *_score_table({**scores.entities.classes, **both})]
    if scores.words_per_second:
        lines += ["", f"words per second of processor time: {scores.words_per_second:,.0f}"]
    return "\n".join(lines).strip("\n")


_SHARE_HEAD = f"{'measure':20} {'accuracy':>9}   right/words"
_LABELS = {
    "upos": "UPOS",
    "uas": "UAS",
    "las": "LAS",
    "all_features": "all features",
    "verb_form": "verb form",
}


def _heading(scores: TreeScores | EntityScores) -> str:
    return f"{scores.file}: {scores.n_sentences:,} sentences, {scores.n_words:,} words"


def _score_table(table: dict[str, Score]) -> list[str]:
    rows = [f"{'measure':20} {'precision':>9} {'recall':>6} {'f1':>6}   hits/predicted/gold"]
    rows += [
        f"{_LABELS.get(name, name):20} {100 * s.precision:9.2f} {100 * s.recall:6.2f} {100 * s.f1:6.2f}"
        f"   {s.n_hits}/{s.n_predicted}/{s.n_gold}"
        for name, s in table.items()
    ]
    return rows
