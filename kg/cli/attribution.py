"""The command that measures who says what."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.shared import Session, output_option, pass_session, write_lines
from kg.config import AttributionWeights

if TYPE_CHECKING:
    pass

SCHEMES = ("news", "spans", "speeches")
METHODS = ("tagger", "rules", "both")


@click.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES),
    default="news",
    help="What GOLD is: documents of the German quotation data, a file of spans, or speeches of the Bundestag.",
)
@click.option(
    "--predictions",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write what is found there, in the format of GOLD.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    help="What finds attributions in news and speeches.  [default: the best for the weights]",
)
@click.option(
    "--weights",
    type=click.Choice([weights.value for weights in AttributionWeights]),
    help="Weights of the tagger, by what they were trained on.  [default: as in kg.toml, else news; speeches for speeches]",
)
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@output_option
@pass_session
def attribution(
    session: Session,
    gold: Path,
    scheme: str,
    predictions: Path | None,
    method: str | None,
    weights: str | None,
    output_format: str,
    output: Path,
) -> None:
    """Measure who says what against gold.

    GOLD is a folder of documents of the German quotation data (JSON): prints the official figures and their strict
    variant, calibration and speed, and looks at their text and tokens alone. With --scheme spans it is a file with an
    article in a line ({"id", "language", "text", "spans": [{"cue", "source", "content"}]}, each a list of [start, end]):
    prints token F1 of each, over the whole extraction. With --scheme speeches it is a folder of the SpkAtt-2023 data:
    prints token F1 of cues and roles. JSON has fractions.

    \b
    Example:
      kg evaluate attribution german-news/dev
      kg evaluate attribution --scheme spans gold.jsonl --predictions found.jsonl
    """
    if weights:
        chosen = AttributionWeights(weights)
    else:
        # speeches are marked in a way of their own, which those of news have not learned
        chosen = AttributionWeights.SPEECHES if scheme == "speeches" else session.settings.attribution.weights
    if scheme == "spans" and method is not None:
        raise click.UsageError(
            "Option '--method' does not go with '--scheme spans', which measures the whole extraction."
        )
    if method in ("tagger", "both") and chosen is AttributionWeights.NONE:
        raise click.UsageError(f"Option '--method {method}' needs weights, and these are none.")
    from kg.evaluate.attribution import measure_attribution

    scores, text = measure_attribution(gold, scheme, method=method, weights=chosen, predictions=predictions)
    if output_format == "json":
        text = json.dumps(scores.model_dump(mode="json"), ensure_ascii=False, indent=2)
    write_lines(output, [text])
