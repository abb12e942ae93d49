#!/usr/bin/env python3
"""Run the W3C's SPARQL 1.1 tests against `kg serve`, and the query and update suites against the bare engine as well.

    .venv/bin/python scripts/conformance.py [--tests ../shared/w3c] [--verbose]

Starts a server over an empty store and stops it in the end. Prints how many tests of each suite pass; with --verbose,
which do not. The exit status is 1 if the server passes fewer than the bare engine, or not all tests of a protocol.
"""

import argparse
import sys
from pathlib import Path

from w3c import protocols, suites
from w3c.server import BareEngine, RunningServer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=Path, default=Path("../shared/w3c"))
    parser.add_argument("--suite", action="append", help="only this suite of queries or updates; can be repeated")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    if not (args.tests / "sparql11").is_dir():
        print(f"{args.tests}: the W3C's tests are not there", file=sys.stderr)
        return 1
    is_good = True
    print(f"{'suite':28} {'kg serve':>12} {'bare engine':>12}")
    with RunningServer() as server:
        for name, run in (
            ("protocol", lambda: protocols.run_protocol(args.tests, server)),
            ("graph store protocol", lambda: protocols.run_graph_store(args.tests, server)),
            ("service description", lambda: protocols.run_description(server)),
        ):
            if args.suite:
                continue
            failed, n_tests = run()
            is_good &= not failed
            print(f"{name:28} {n_tests - len(failed):>8}/{n_tests:<3} {'':>12}")
            for line in failed if args.verbose else ():
                print(f"    {line}")
        for suite in args.suite or suites.SUITES:
            tests = list(suites.read_suite(args.tests, suite))
            ours, bare = (suites.run_suite(tests, engine) for engine in (server, BareEngine()))
            is_good &= len(ours) <= len(bare)
            print(f"{suite:28} {len(tests) - len(ours):>8}/{len(tests):<3} {len(tests) - len(bare):>8}/{len(tests):<3}")
            for line in ours if args.verbose else ():
                print(
                    f"    {line}{'' if line.split(':')[0] in {b.split(':')[0] for b in bare} else '   (bare engine passes)'}"
                )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
