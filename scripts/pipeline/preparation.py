"""Everything that training needs, read from ../shared/data once and kept as numbers."""

import gzip
import json
import pickle
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import spacy_lookups_data
from spacy.vectors import Vectors
from torch import Tensor

from kg.nlp.form_lexicon import FormLexicon
from kg.nlp.word_forms import FormArrays, FormReader
from pipeline import corpora, german, german_forms, names
from pipeline.corpora import Sentence
from pipeline.examples import Example, Forms, Labels, make_examples, make_labels
from pipeline.network import Sizes

N_CLUSTERED = 150_000
"""Most frequent words whose cluster is kept."""
MIN_WORD = 3
SILVER = ("de-news", "de-wiki-bundestag")
SOURCES = {
    "gsd-dev": 0, "de-news": 1, "de-wiki-bundestag": 1, "pud": 2, "lit": 3, "gsd-train-part": 4, "germeval": 0, "smartdata": 5,
    "ewt-train": 0, "ewt-dev": 0, "gum": 1, "wikigold": 2, "re3d": 3, "uner-dev": 0,
}  # fmt: skip
"""Data by the way they are annotated; 0 is the way to follow. GSD's train part is of an older way than GSD dev ("ist" is a
VERB, possessives are PRON, datives iobj)."""
MORE_SOURCE = 6
"""The way of entities from elsewhere (``--more-entities``)."""
N_SOURCES = 7


@dataclass
class Prepared:
    """Everything that training needs, as numbers."""

    labels: Labels
    letters: str
    words: list[str]
    clusters: dict[str, int]
    arrays: FormArrays
    sizes: dict[str, object]
    trees: dict[str, list[Example]]
    entities: dict[str, list[Example]]
    tree_dev: list[Example]
    entity_dev: list[Example]
    form_ids: dict[str, int]

    def add_entities(self, path: Path, vectors: Path, lexicon: Path | None, weight: float) -> None:
        """Add sentences in two columns, token and IOB label ("-": open), as one more source of entities."""
        with path.open(encoding="utf-8") as file:
            sentences = list(names.read_columns(file, path.stem, form=0, label=1, separator="\t"))
        table = Forms()
        table.ids = self.form_ids
        known = len(table.ids)
        examples = make_examples(sentences, self.labels, table)
        for example in examples:
            example.weight, example.source = weight, MORE_SOURCE
        reader = make_reader(vectors, lexicon, self.letters, self.words, self.clusters)
        self.arrays = self.arrays.joined(reader.read(list(table.ids)[known:]))
        self.entities[path.stem] = examples


def read_brown(language: str) -> dict[str, int]:
    """Read Brown clusters of the most frequent words from ``spacy-lookups-data`` (MIT)."""
    folder = Path(spacy_lookups_data.__file__).parent / "data"
    with gzip.open(folder / f"{language}_lexeme_cluster.json.gz", "rt", encoding="utf-8") as file:
        clusters = json.load(file)
    with gzip.open(folder / f"{language}_lexeme_prob.json.gz", "rt", encoding="utf-8") as file:
        frequency = json.load(file)
    kept = sorted(frequency, key=lambda word: (-frequency[word], word))[:N_CLUSTERED]
    return {word: clusters[word] for word in kept if clusters.get(word) and "\t" not in word and "\n" not in word}


def prepare(language: str, vectors: Path, lexicon: Path | None, cache: Path) -> Prepared:
    """Read the data, or what an earlier run has made of them."""
    if cache.exists():
        return pickle.loads(cache.read_bytes())
    gold, silver, dev = corpora.trees(language)
    if language == "de":
        forms = german_forms.Lexicon.read(gold)
        gold = [german.enrich(s, forms) for s in gold]
        silver = [german.enrich(s, forms) for s in silver]
    else:
        gold = [s for s in gold if s.source != "gum"] + names.gum(dev)
    labels = make_labels(gold, silver)
    table = Forms()
    quotes = '"„“”»«'
    for mark in quotes:
        table.add(mark)
    trees: dict[str, list[Example]] = {}
    by_source: dict[str, list[Sentence]] = {}
    for sentence in gold + silver:
        by_source.setdefault(sentence.source, []).append(sentence)
    for source, sentences in by_source.items():
        if source in SILVER:
            # another notion of MISC than that of the gold entities
            sentences = [names.leave_open(s, lambda _, label: label == "MISC") for s in sentences]
        trees[source] = make_examples(sentences, labels, table, entities=source in SILVER or source == "gum")
    entity_train, entity_dev = names.entities(language)
    by_source = {}
    for sentence in entity_train:
        # those that have trees as well carry their entities there
        if sentence.source not in trees:
            by_source.setdefault(sentence.source, []).append(sentence)
    entities = {source: make_examples(s, labels, table) for source, s in by_source.items()}
    tree_dev = make_examples(dev, labels, table, entities=False)
    dev_examples = make_examples(entity_dev, labels, table)
    counts: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for sentence in gold + silver + entity_train:
        counts.update(t.form.lower() for t in sentence.tokens)
        letters.update(letter for t in sentence.tokens for letter in t.form)
    words = sorted(word for word, n in counts.items() if n >= MIN_WORD)
    alphabet = "".join(sorted(letter for letter, n in letters.items() if n >= 5))
    clusters = read_brown(language)
    reader = make_reader(vectors, lexicon, alphabet, words, clusters)
    prepared = Prepared(
        labels, alphabet, words, clusters, table.read(reader), reader.sizes, trees, entities, tree_dev, dev_examples,
        table.ids,
    )  # fmt: skip
    cache.write_bytes(pickle.dumps(prepared))
    return prepared


def make_reader(
    vectors: Path, lexicon: Path | None, letters: str, words: list[str], clusters: dict[str, int]
) -> FormReader:
    """Return the reader of forms that run time has as well."""
    component = FormLexicon().from_disk(lexicon) if lexicon else None
    return FormReader(Vectors().from_disk(vectors), letters, words, clusters, component)


def sizes_of(data: Prepared, hidden: int = 256, layers: int = 3, sources: int = 1) -> Sizes:
    """Return the widths of a network for the data."""
    labels = data.labels
    return Sizes(
        **data.sizes,  # type: ignore[arg-type]
        tags=len(labels.tags),
        features=[len(values) for values in labels.features.values()],
        lemmas=len(labels.lemmas),
        relations=len(labels.relations),
        entities=len(labels.entities),
        hidden=hidden,
        layers=layers,
        sources=sources,
    )


def sizes_of_weights(data: Prepared, weights: dict[str, Tensor]) -> Sizes:
    """Return the widths of the network that the weights belong to."""
    layers = sum(name.startswith("lstm.forth.") and name.endswith("weight_hh_l0") for name in weights)
    return sizes_of(data, weights["lstm.forth.0.weight_hh_l0"].shape[1], layers, weights["sources.weight"].shape[0])
