"""Commands that measure quality: of the extraction, and of what it rests on."""

import json
from pathlib import Path

import click

from kg.cli.attribution import attribution
from kg.cli.search import search
from kg.cli.shared import CHECK_FAILED, Session, output_option, pass_session, write_lines


class DefaultGroup(click.Group):
    """A group with a command that is meant where none of its commands is named, as in ``kg evaluate corpus/``."""

    default = "extraction"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before its arguments."""
        named = bool(args) and (args[0] in self.commands or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named or not args else [self.default, *args])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands as they were added."""
        return list(self.commands)


@click.group(cls=DefaultGroup, subcommand_metavar="[extraction] CORPUS | COMMAND [ARGS]...")
def evaluate() -> None:
    """Measure the extraction, or a part of it, against gold.

    With a folder in the format of corpus/README.md, the whole extraction against articles read by hand: the same as
    `kg evaluate extraction CORPUS`, whose --help has the options. The other commands measure one part each.

    \b
    Example:
      kg evaluate corpus/ --split dev
      kg evaluate corpus/ --gate tests/eval/floors.json
    """


format_option = click.option(
    "--format", "output_format", type=click.Choice(["text", "json"]), default="text", help="How to report."
)


@evaluate.command()
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option("--split", type=click.Choice(["dev", "test"]), help="Only the articles to develop on, or to test on.")
@format_option
@click.option(
    "--gate",
    type=click.Path(path_type=Path),
    metavar="FLOORS",
    help="File of floors, such as tests/eval/floors.json; the exit code is 3 if a score is below its own.",
)
@click.option("--errors", is_flag=True, help="List what was missed and what is too much in the dev half instead.")
@output_option
@pass_session
def extraction(
    session: Session,
    corpus: Path,
    split: str | None,
    output_format: str,
    gate: Path | None,
    errors: bool,
    output: Path,
) -> None:
    """Measure the extraction against articles read by hand.

    The word "extraction" can be left out. Prints precision, recall and F1 for claims, their types, chains and certainty, for evidence and for answers to
    questions, in each language. CORPUS is a folder in the format of corpus/README.md. With --gate, scores that
    are below their floors are named on stderr. With --errors, the items of the dev half that differ from the gold are
    listed, one a line: task, article, what is wrong, the words. The test half is for measuring only.

    \b
    Example:
      kg evaluate corpus/ --split dev
      kg evaluate corpus/ --errors
      kg evaluate corpus/ --gate tests/eval/floors.json
    """
    if errors and (gate is not None or split == "test"):
        raise click.UsageError(
            "Option '--errors' lists the dev half and goes with neither '--gate' nor '--split test'."
        )
    from kg.corpus import Split, read_corpus

    chosen = Split(split) if split else None
    read_corpus(
        corpus, Split.DEV if errors else chosen
    )  # a mistake in it is said at once, not after all models are loaded
    from kg.evaluate import evaluate_corpus, find_errors, format_errors, format_scores, missed_floors, read_floors

    if errors:
        items = find_errors(corpus)
        as_json = (json.dumps(item.model_dump(mode="json"), ensure_ascii=False) for item in items)
        write_lines(output, as_json if output_format == "json" else [format_errors(items)])
        return
    floors = read_floors(gate) if gate else None
    if floors is not None:
        missed_floors((), floors, corpus)  # and so are floors of another gold
    results = evaluate_corpus(corpus, chosen, session.settings.attribution.weights)
    if output_format == "json":
        report = {"scores": [scores.model_dump(mode="json") for scores in results]}
        write_lines(output, [json.dumps(report, ensure_ascii=False, indent=2)])
    else:
        write_lines(output, [format_scores(results)])
    missed = missed_floors(results, floors, corpus) if floors is not None else []
    for line in missed:
        click.echo(line, err=True)
    if missed:
        click.get_current_context().exit(CHECK_FAILED)


@evaluate.command()
@click.option("--language", type=click.Choice(["de", "en"]), required=True, help="Which pipeline.")
@click.option("--trees", type=click.Path(path_type=Path), metavar="FILE", help="Gold trees, in CoNLL-U.")
@click.option(
    "--entities",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Gold entities: number, word and label in columns, or word and label; labels in IOB.",
)
@click.option("--raw", is_flag=True, help="Measure on the raw text of the trees too.")
@click.option(
    "--speed",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Measure the speed too, on 200 articles of 400 words made of this text, one paragraph a line.",
)
@format_option
@output_option
def pipeline(
    language: str,
    trees: Path | None,
    entities: Path | None,
    raw: bool,
    speed: Path | None,
    output_format: str,
    output: Path,
) -> None:
    """Measure a language pipeline against gold trees and entities.

    Prints, in per cent, what is right of word classes, heads and relations (without subtypes, punctuation included),
    lemmas and features on words and sentences as given; precision, recall and F1 of entities, exact spans; and with
    --raw those of words, sentences and trees from plain text, as in the CoNLL 2018 shared task. JSON has fractions.

    \b
    Example:
      kg evaluate pipeline --language de --trees gsd-dev.conllu --entities germeval2014-dev.tsv
    """
    if trees is None and entities is None:
        raise click.UsageError("Missing option '--trees' or '--entities'.")
    if raw and trees is None:
        raise click.UsageError("Option '--raw' needs '--trees'.")
    from kg.evaluate import evaluate_pipeline, format_pipeline_scores

    scores = evaluate_pipeline(language, trees=trees, entities=entities, raw=raw, speed=speed)
    if output_format == "json":
        write_lines(output, [json.dumps(scores.model_dump(mode="json"), ensure_ascii=False, indent=2)])
    else:
        write_lines(output, [format_pipeline_scores(scores)])


@evaluate.command()
@click.argument("ratings", type=click.Path(path_type=Path), metavar="FILE")
@format_option
@output_option
def certainty(ratings: Path, output_format: str, output: Path) -> None:
    """Measure the levels of certainty against people's ratings of English sentences.

    FILE is JSON Lines with "finding", a sentence, and "sentence-level-certainty", its rating, as in the data of Pei & Jurgens
    (2021). Prints the rank correlation (Spearman) and the mean rating of the sentences of each level.

    \b
    Example:
      kg evaluate certainty sentence-level-certainty.jsonl
    """
    from kg.evaluate import evaluate_certainty, format_certainty_scores

    scores = evaluate_certainty(ratings)
    if output_format == "json":
        write_lines(output, [json.dumps(scores.model_dump(mode="json"), ensure_ascii=False, indent=2)])
    else:
        write_lines(output, [format_certainty_scores(scores)])


evaluate.add_command(search)
evaluate.add_command(attribution)
