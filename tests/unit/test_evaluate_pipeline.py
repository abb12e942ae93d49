"""kg evaluate pipeline: its figures on tiny files, with a stand-in for the pipeline, and its command."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from kg.cli import main
from kg.errors import InputError, LanguageError
from kg.evaluate import evaluate_pipeline, format_pipeline_scores
from kg.treebanks import place_words, read_entities, read_trees

TREES = {
    "de": """\
# text = Er sei zum Amt gegangen.
1	Er	er	PRON	_	Case=Nom|Number=Sing|Person=3	6	nsubj	_	_
2	sei	sein	AUX	_	Mood=Sub|Tense=Pres|VerbForm=Fin	6	aux:tense	_	_
3-4	zum	_	_	_	_	_	_	_	_
3	zu	zu	ADP	_	_	5	case	_	_
4	dem	der	DET	_	Case=Dat	5	det	_	_
5	Amt	Amt	NOUN	_	Case=Dat|Gender=Neut|Number=Sing	6	obl	_	_
6	gegangen	gehen	VERB	_	VerbForm=Part	0	root	_	SpaceAfter=No
7	.	.	PUNCT	_	_	6	punct	_	_

1	Gut	gut	ADJ	_	Degree=Pos	0	root	_	SpaceAfter=No
2	.	.	PUNCT	_	_	1	punct	_	_
""",
    "en": """\
# text = They don't go.
1	They	they	PRON	_	Case=Nom|Number=Plur|Person=3	4	nsubj	_	_
2-3	don't	_	_	_	_	_	_	_	_
2	do	do	AUX	_	Mood=Sub|Tense=Pres|VerbForm=Fin	4	aux	_	_
3	n't	not	PART	_	Polarity=Neg	4	advmod:neg	_	_
4	go	go	VERB	_	VerbForm=Inf	0	root	_	SpaceAfter=No
5	.	.	PUNCT	_	_	4	punct	_	_

1	Good	good	ADJ	_	Degree=Pos	0	root	_	SpaceAfter=No
2	.	.	PUNCT	_	_	1	punct	_	_
""",
}
WORDS = {
    "de": ["Er", "sei", "zum", "Amt", "gegangen", ".", "Gut", "."],
    "en": ["They", "do", "n't", "go", ".", "Good", "."],
}
N_FIRST = {"de": 6, "en": 5}  # words of the first sentence
ENTITIES = {
    "de": "#\tnews\n1\tAnna\tB-PER\tO\n2\tVoss\tI-PER\tO\n3\tin\tO\tO\n4\tBonn\tB-LOC\tO\n5\tdeutsche\tB-LOCderiv\tO\n\n"
    "1\tFaust\tB-OTH\tO\n",
    "en": "# text = Anna Voss in Bonn's\n1\tAnna\tB-PER\t-\t-\n2\tVoss\tI-PER\t-\t-\n3\tin\tO\t-\t-\n4\tBonn\tB-LOC\t-\t-\n"
    "5\t's\tO\t-\t-\n\n# text = Faust\n1\tFaust\tB-MISC\t-\t-\n",
}
COLUMNS = "-DOCSTART- O\n\nAnna I-PER\nVoss I-PER\nin O\nBonn I-LOC\n# O\n\nFaust I-MISC\n"


class StubPipeline:
    """Says what a treebank and a list of names say; ``wrong`` words get another word class and their head is the first."""

    def __init__(self, trees: Path | None, language: str, wrong: Iterable[str] = ()) -> None:
        self.vocab = Vocab()
        merge = language == "de"
        self._trees = list(read_trees(trees, merge=merge)) if trees else []
        self._wrong = set(wrong)

    def pipe(self, inputs: Iterable[Doc | str]) -> Iterator[Doc]:
        trees = iter(self._trees)
        for given in inputs:
            if not self._trees:
                yield self._name(given)
            elif isinstance(given, str):
                yield self._annotate(list(self._trees))
            else:
                doc = self._annotate([next(trees)])
                assert [token.text_with_ws for token in doc] == [token.text_with_ws for token in given]
                assert [token.is_sent_start for token in doc] == [token.is_sent_start for token in given]
                yield doc

    def _annotate(self, trees: list) -> Doc:
        words = [word for tree in trees for word in tree.words]
        offsets = [sum(len(tree.words) for tree in trees[:index]) for index in range(len(trees))]
        heads = [offset + word.head for offset, tree in zip(offsets, trees, strict=True) for word in tree.words]
        return Doc(
            self.vocab,
            words=[word.form for word in words],
            spaces=[word.space for word in words],
            pos=["X" if word.form in self._wrong else word.upos for word in words],
            morphs=[word.features for word in words],
            lemmas=[word.lemma or "" for word in words],
            heads=[0 if word.form in self._wrong else head for word, head in zip(words, heads, strict=True)],
            deps=["ROOT" if word.relation == "root" else word.relation for word in words],
            sent_starts=[index in offsets for index in range(len(words))],
        )

    def _name(self, doc: Doc) -> Doc:
        """Name the right persons, a place that is too long, and Faust as an organisation."""
        spans = {"Anna": (0, 2, "PER"), "Faust": (0, 1, "ORG")}
        found = [Span(doc, *spans[doc[0].text[:5]])]
        if len(doc) > 3:
            found.append(Span(doc, 2, 4, "LOC"))
        doc.ents = found
        return doc


def _write(folder: Path, text: str, name: str = "gold.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["de", "en"])
def test_trees_are_read_with_the_words_of_the_pipeline(tmp_path, language):
    trees = list(read_trees(_write(tmp_path, TREES[language]), merge=language == "de"))
    assert [word.form for tree in trees for word in tree.words] == WORDS[language]
    assert place_words([word.form for word in trees[0].words], trees[0].text)
    assert trees[1].line == (11 if language == "de" else 9)


def test_a_contraction_has_the_labels_of_its_first_word_and_the_head_outside(tmp_path):
    rows = "1-2\tZum\t_\t_\t_\t_\t_\t_\t_\t_\n1\tZu\tzu\tADP\t_\t_\t2\tcase\t_\t_\n2\tdem\tder\tDET\t_\t_\t3\tdet\t_\t_\n3\tAmt\tAmt\tNOUN\t_\t_\t0\troot\t_\t_\n"
    (tree,) = read_trees(_write(tmp_path, rows), merge=True)
    word = tree.words[0]
    assert (word.form, word.upos, word.lemma, word.head, word.relation) == ("Zum", "ADP", "zu", 1, "det")
    (tree,) = read_trees(_write(tmp_path, rows), merge=False)
    assert [(word.form, word.space, word.head) for word in tree.words[:2]] == [("Zu", False, 1), ("dem", True, 2)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_perfect_prediction_has_perfect_figures(tmp_path, language):
    path = _write(tmp_path, TREES[language])
    scores = evaluate_pipeline(language, trees=path, raw=True, load=lambda language: StubPipeline(path, language))
    assert scores.trees.n_words == len(WORDS[language])
    assert {"upos", "uas", "las", "lemma", "all_features", "mood", "case", "verb_form"} <= set(scores.trees.measures)
    assert {share.accuracy for share in scores.trees.measures.values()} == {1.0}
    assert (scores.trees.subjunctive.f1, scores.trees.subjunctive.n_gold) == (1.0, 1)
    assert {score.f1 for score in scores.raw.measures.values()} == {1.0}
    assert scores.raw.measures["sentences"].n_gold == 2
    assert scores.entities is None


@pytest.mark.parametrize(("language", "word"), [("de", "Amt"), ("en", "n't")])
def test_a_wrong_word_class_and_head_are_counted(tmp_path, language, word):
    path = _write(tmp_path, TREES[language])
    load = lambda language: StubPipeline(path, language, [word])  # noqa: E731
    scores = evaluate_pipeline(language, trees=path, raw=True, load=load)
    n = len(WORDS[language])
    assert {name: scores.trees.measures[name].n_right for name in ("upos", "uas", "las", "lemma")} == {
        "upos": n - 1,
        "uas": n - 1,
        "las": n - 1,
        "lemma": n,
    }
    assert [scores.raw.measures[name].n_hits for name in ("tokens", "upos", "las")] == [n, n - 1, n - 1]


def test_raw_words_are_aligned_by_characters(tmp_path):
    gold = _write(tmp_path, TREES["en"])
    other = TREES["en"].replace("\tdo\tdo", "\tdon\tdo").replace("\tn't\t", "\t't\t")
    split = _write(tmp_path, other, "other.txt")
    scores = evaluate_pipeline("en", trees=gold, raw=True, load=lambda language: _RawOnly(gold, split, language))
    assert scores.raw.measures["tokens"].n_hits == len(WORDS["en"]) - 2
    assert scores.raw.measures["sentences"].f1 == 1.0


class _RawOnly(StubPipeline):
    """Takes raw text for another treebank's words."""

    def __init__(self, gold: Path, raw: Path, language: str) -> None:
        super().__init__(gold, language)
        self._raw = StubPipeline(raw, language)

    def pipe(self, inputs: Iterable[Doc | str]) -> Iterator[Doc]:
        inputs = list(inputs)
        return self._raw.pipe(inputs) if isinstance(inputs[0], str) else super().pipe(inputs)


def test_what_gold_does_not_say_is_left_out(tmp_path):
    rows = [line.split("\t") for line in TREES["de"].splitlines()]
    bare = "\n".join("\t".join([*r[:2], "_", *r[3:5], "_", *r[6:]]) if len(r) > 1 else r[0] for r in rows)
    path = _write(tmp_path, bare)
    scores = evaluate_pipeline("de", trees=path, raw=True, load=lambda language: StubPipeline(path, language))
    assert set(scores.trees.measures) == {"upos", "uas", "las"}
    assert scores.trees.subjunctive is None
    assert "lemma" not in scores.raw.measures
    assert "features: not in gold" in format_pipeline_scores(scores)


@pytest.mark.parametrize(
    ("language", "text", "n_words"), [("de", ENTITIES["de"], 6), ("en", ENTITIES["en"], 6), ("en", COLUMNS, 6)]
)
def test_entities_are_strict_spans(tmp_path, language, text, n_words):
    path = _write(tmp_path, text)
    scores = evaluate_pipeline(language, entities=path, load=lambda language: StubPipeline(None, language)).entities
    assert scores.n_words == n_words
    counts = {name: (s.n_hits, s.n_predicted, s.n_gold) for name, s in scores.classes.items()}
    assert counts == {"PER": (1, 1, 1), "LOC": (0, 1, 1), "ORG": (0, 1, 0), "MISC": (0, 0, 1)}
    assert (scores.micro.n_hits, scores.micro.n_predicted, scores.micro.n_gold) == (1, 2, 3)  # ORG is not in gold
    assert (scores.names.n_hits, scores.names.n_predicted, scores.names.n_gold) == (1, 3, 2)


def test_spaces_come_from_the_text_if_there_is_one(tmp_path):
    sentences = list(read_entities(_write(tmp_path, ENTITIES["en"])))
    assert sentences[0].spaces == (True, True, True, False, True)


ROW = "1\tGut\tgut\tADJ\t_\t_\t0\troot\t_\t_\n"


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("trees", None, ": No such file or directory, expected a text file"),
        ("trees", "", ": no sentence in it, expected CoNLL-U"),
        ("trees", "# text = Gut\n", ": no sentence in it, expected CoNLL-U"),
        ("trees", f"{ROW}2\tso\n", ":2: 2 columns, expected the 10 of CoNLL-U, separated by tabs"),
        ("trees", "Gut\n", ":1: 1 column, expected the 10 of CoNLL-U, separated by tabs"),
        ("trees", ROW.replace("0\troot", "2\troot"), ':1: the head is "2", expected a number from 0 to 1'),
        ("trees", ROW.replace("1\t", "2\t"), ':1: the number of the word is "2", expected "1"'),
        ("trees", f"1-3{ROW[1:]}{ROW}", ':1: "1-3", expected the numbers of words, such as "3-4"'),
        ("trees", f"# text = Schlecht\n{ROW}", ':1: the words of the sentence do not spell its "# text"'),
        ("entities", "", ": no entity in it, expected words with labels of PER, LOC, ORG, MISC"),
        ("entities", "Gut O\n", ": no entity in it, expected words with labels of PER, LOC, ORG, MISC"),
        ("entities", "1\tBonn\tB-LOC\n2\tso\n", ":2: 2 columns, expected 3 as in the lines before"),
        ("entities", "\nBonn\n", ":2: 1 column, expected number, word and label"),
        ("entities", "Bonn LOC\n", ':1: the label is "LOC", expected "O", or "B-" or "I-" and a class'),
        ("speed", "\n", ": no text in it, expected one paragraph a line"),
        ("speed", None, ": No such file or directory, expected a text file"),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_bad_input_says_what_where_and_what_was_expected(tmp_path, language, kind, content, message):
    path = tmp_path / "gold.txt"
    if content is not None:
        _write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        evaluate_pipeline(
            language,
            **{kind: path},
            raw=kind == "trees",
            load=lambda language: StubPipeline(path if kind == "trees" else None, language),
        )
    assert str(caught.value).startswith(f"{path}{message}")
    assert "\n" not in str(caught.value)


def test_other_languages_are_refused(tmp_path):
    with pytest.raises(LanguageError, match=r"is not supported \(de, en\)"):
        evaluate_pipeline("fr", trees=_write(tmp_path, TREES["de"]))


def test_raw_text_needs_trees(tmp_path):
    with pytest.raises(InputError, match="raw text is that of trees"):
        evaluate_pipeline("de", entities=_write(tmp_path, ENTITIES["de"]), raw=True)


def test_speed_is_measured_on_200_articles_of_400_words(tmp_path):
    class Counting:
        texts: tuple[str, ...] = ()

        def pipe(self, texts):
            self.texts += tuple(texts)
            return iter(range(10_000))

    nlp = Counting()
    scores = evaluate_pipeline("en", speed=_write(tmp_path, "one two three\n\nfour five\n"), load=lambda _: nlp)
    assert scores.words_per_second > 0
    assert len(nlp.texts) == 205  # five to warm up
    assert {len(text.split()) for text in nlp.texts} <= {400, 401, 402}
    assert nlp.texts[0].startswith("one two three\n\nfour five\n\none")


@pytest.mark.parametrize("language", ["de", "en"])
def test_command_prints_percent_or_json(tmp_path, monkeypatch, language):
    trees, entities = _write(tmp_path, TREES[language], "trees"), _write(tmp_path, ENTITIES[language], "names")

    class Both(StubPipeline):
        def pipe(self, inputs):
            inputs = list(inputs)
            named = not isinstance(inputs[0], str) and inputs[0][0].text in ("Anna", "Faust")
            return map(self._name, inputs) if named else super().pipe(inputs)

    nlp = Both(trees, language)
    monkeypatch.setattr("kg.evaluate.evaluate_pipeline", lambda *a, **k: evaluate_pipeline(*a, **k, load=lambda _: nlp))
    arguments = ["evaluate", "pipeline", "--language", language, "--trees", str(trees), "--entities", str(entities)]
    result = CliRunner().invoke(main, [*arguments, "--raw"])
    assert (result.exit_code, result.stderr) == (0, "")
    n = len(WORDS[language])
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["LAS", "100.00", f"{n}/{n}"] in lines
    assert ["LAS", "100.00", "100.00", "100.00", f"{n}/{n}/{n}"] in lines
    assert ["subjunctive", "100.00", "100.00", "100.00", "1/1/1"] in lines
    assert ["micro", "50.00", "33.33", "40.00", "1/2/3"] in lines
    result = CliRunner().invoke(main, [*arguments, "--format", "json"])
    report = json.loads(result.stdout)
    assert report["language"] == language
    assert report["trees"]["measures"]["las"] == {"accuracy": 1.0, "n_right": n, "n_words": n}
    assert report["entities"]["classes"]["PER"]["f1"] == 1.0
    assert report["raw"] is None


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["--language", "de"], 2, "Missing option '--trees' or '--entities'."),
        (["--language", "en", "--entities", "x", "--raw"], 2, "Option '--raw' needs '--trees'."),
        (["--language", "fr", "--trees", "x"], 2, "'fr' is not one of 'de', 'en'."),
        (["--trees", "x"], 2, "Missing option '--language'."),
        (["--language", "de", "--trees", "x"], 1, "Error: x: No such file or directory, expected a text file"),
    ],
)
def test_command_refuses_in_one_line(tmp_path, monkeypatch, arguments, exit_code, message):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["evaluate", "pipeline", *arguments])
    assert (result.exit_code, result.stdout) == (exit_code, "")
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert message in errors[0]


@pytest.mark.parametrize("arguments", [["nowhere"], ["extraction", "nowhere"], ["--split", "dev", "nowhere"]])
def test_a_folder_means_the_extraction(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["evaluate", *arguments])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: nowhere/manifest.jsonl:1: no such file")
