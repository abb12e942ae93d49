"""The command that measures the search across languages."""

import json
from pathlib import Path

import click

from kg.cli.shared import output_option, write_lines


@click.command()
@click.option(
    "--questions", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Sentences, one a line."
)
@click.option(
    "--sentences",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The same sentences in the other language.",
)
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@output_option
def search(questions: Path, sentences: Path, output_format: str, output: Path) -> None:
    """Measure the search across languages on parallel lines.

    Line n of one file says in German what line n of the other says in English. Each line of either file is looked for
    among all lines of the other. Prints how often the right line is the first found and among the first five, the mean
    reciprocal rank, and milliseconds a question, with and without parsing it, for both directions.

    \b
    Example:
      kg evaluate search --questions news.de.txt --sentences news.en.txt
    """
    from kg.evaluate import evaluate_search, format_search_scores

    scores = evaluate_search(questions, sentences)
    if output_format == "json":
        report = {"scores": [each.model_dump(mode="json") for each in scores]}
        write_lines(output, [json.dumps(report, ensure_ascii=False, indent=2)])
    else:
        write_lines(output, [format_search_scores(scores)])
