"""`flock-trace report`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from pytest_flock_trace.cli.command import FINE, at_least_one
from pytest_flock_trace.cli.store_option import looked_into
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.model.text import count_of, one_line

OUTPUT: Final = Path("report.html")


class Report:
    """Write what a trace file holds into one HTML file that opens without network.

    A name that ends in .json gets the same answers as a JSON document. Secrets are left out, and traces beyond
    --max-spans are counted but can't be looked into: failed ones and the slowest are kept. What is there already is
    replaced.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Where to, what to call it and how much of it."""
        from pytest_flock_trace.viewer.answers.guide import text
        from pytest_flock_trace.viewer.kept_traces import MOST_SPANS

        parser.epilog = text()
        parser.add_argument("--output", metavar="FILE", type=Path, default=OUTPUT, help=f"{OUTPUT} by default")
        parser.add_argument("--title", metavar="TEXT", help="what the page is called")
        parser.add_argument(
            "--max-spans", metavar="N", type=at_least_one, default=MOST_SPANS, help=f"{MOST_SPANS:,} by default"
        )

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Write, and say where it is."""
        from pytest_flock_trace.viewer.report_file import contents_of, write_report, writer_for

        writer = writer_for(asked.output)
        with looked_into(asked.store, terminal) as (view, _):
            contents = contents_of(view, asked.store, asked.title, asked.max_spans)
            spans = write_report(asked.output, contents, writer)
        if asked.json:
            terminal.document({"spans": spans, "output": str(asked.output)})
        else:
            terminal.write(f"{count_of(spans, 'span')} reported in {one_line(str(asked.output))}")
        return FINE
