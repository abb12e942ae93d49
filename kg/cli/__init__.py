"""The command line: each command parses arguments, calls one library function and prints.

The only package that knows click. Libraries are imported inside the commands, so that ``kg --help`` stays quick.
"""

import logging
import sys
from pathlib import Path

import click

from kg import __version__
from kg.cli.ask import query, trace
from kg.cli.build import build, show, validate
from kg.cli.export import export
from kg.cli.give import key, schema, serve
from kg.cli.measure import evaluate
from kg.cli.read import extract, ingest
from kg.cli.review import review
from kg.cli.shared import Session
from kg.cli.take import import_
from kg.errors import KgError

_LEVELS = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


class KgGroup(click.Group):
    """A group that turns a KgError into one line on stderr and an exit code, and lists commands in the order of work."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except KgError as err:
            for line in str(err).splitlines():
                click.echo(f"Error: {line}", err=True)
            ctx.exit(err.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands as they were added."""
        return list(self.commands)


@click.group(cls=KgGroup, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="Settings file (TOML).  [default: $KG_CONFIG, else kg.toml in this folder if there is one]",
)
@click.option("-v", "--verbose", count=True, help="Say more on stderr; -vv says everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong: no progress, no warnings.")
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def main(ctx: click.Context, config_path: Path | None, verbose: int, quiet: bool) -> None:
    """Find out who claims what in the news, on what evidence.

    Reads German and English articles, keeps the claims made in them as a graph, and answers questions with who
    says so, through whom we know, on what grounds, and what speaks against it. It never says that a claim is true.

    \b
    Example:
      kg build corpus/
      kg trace "artillery shipped to Russia"
    """
    level = _LEVELS[-1 if quiet else min(verbose, max(_LEVELS))]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", force=True)
    ctx.obj = Session(config_path=config_path, quiet=quiet)


for command in (
    build,
    trace,
    query,
    show,
    review,
    export,
    import_,
    serve,
    key,
    ingest,
    extract,
    validate,
    evaluate,
    schema,
):
    main.add_command(command)
