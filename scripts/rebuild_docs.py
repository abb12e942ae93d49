"""Refresh the output shown in README.md, or in the files given; scripts/rebuild-docs calls this once the store is up to date."""

import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

README = Path("README.md")
MOST_LINES = 60  # of an output shown in full
PER_GROUP = 2  # claims kept of each direction in one that is not
SHOWN = re.compile(r"(^```sh\n(?P<command>kg [^\n]*)\n```\n\n```text\n)(.*?)(^```$)", re.DOTALL | re.MULTILINE)


def run(command: str) -> str:
    """Run a command of the README and return what it prints."""
    done = subprocess.run(f".venv/bin/{command}", shell=True, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def shorten(output: str) -> str:
    """Keep the first claims of each group of a trace; a line of dots stands for the others."""
    if len(output.splitlines()) <= MOST_LINES:
        return output
    return "\n\n".join(_shorten_section(section) for section in output.rstrip("\n").split("\n\n")) + "\n"


def _shorten_section(section: str) -> str:
    head, *rest = section.splitlines()
    # claims are parted by a line that holds only the trunk of the tree
    items = [list(lines) for is_trunk, lines in groupby(rest, key=lambda line: line == "│") if not is_trunk]
    if len(items) <= PER_GROUP:
        return section
    return "\n".join([head, *("\n".join([*item, "│"]) for item in items[:PER_GROUP]), "└─ …"])


def main() -> None:
    for path in [Path(name) for name in sys.argv[1:]] or [README]:
        text = path.read_text("utf-8")
        path.write_text(SHOWN.sub(lambda found: found[1] + shorten(run(found["command"])) + found[4], text), "utf-8")


if __name__ == "__main__":
    main()
