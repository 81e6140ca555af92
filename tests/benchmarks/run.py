"""Every row of what this package promises to cost: ours and the reference in turn, medians, targets and verdicts.

    python tests/benchmarks/run.py [NAME ...] [--small] [--json FILE] [--markdown] [--scaling]

Absolute times hold for one machine; the ratios are what can be compared. What concerns Flock itself is measured by
`trace_file.py`, with the Python and the DuckDB that Flock wants; `table.py` puts both together.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import bulk_load
import calls
import graphs
import memory
import million
import page
import paths
import patterns
import scaling
import spans
import suites
from comparison import Result
from table import show

Rows = Callable[..., Iterator[Result]]
SECTIONS: dict[str, Rows] = {
    "suites": suites.rows,
    "spans": spans.rows,
    "calls": calls.rows,
    "bulk-load": bulk_load.rows,
    "patterns": patterns.rows,
    "paths": paths.rows,
    "graphs": graphs.rows,
    "million": million.rows,
    "page": page.rows,
    "memory": memory.rows,
}
"""What there is to be measured, by name."""


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="NAME", help=f"one of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file")
    parser.add_argument("--markdown", action="store_true", help="print the table of the README")
    parser.add_argument("--small", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--scaling", action="store_true", help="print how costs grow, and nothing else")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"there is nothing called {', '.join(sorted(unknown))}; valid: {', '.join(SECTIONS)}")
    if options.scaling:
        lines = scaling.markdown if options.markdown else scaling.lines
        for line in lines(1_000 if options.small else scaling.SIZES[-1]):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return
    if options.small:
        sys.stderr.write("the sizes are small, so that the verdicts mean nothing\n")
    results: list[Result] = []
    for name in options.sections or SECTIONS:
        sys.stderr.write(f"{name} …\n")
        results += SECTIONS[name](small=options.small)
    show(results, options.json, as_markdown=options.markdown)


if __name__ == "__main__":
    main()
