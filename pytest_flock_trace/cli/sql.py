"""`flock-trace sql`."""

from __future__ import annotations

import csv
import io
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.store_option import looked_into
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadCommand

if TYPE_CHECKING:
    from pytest_flock_trace.store.result import Rows


class Sql:
    """Ask a question in SQL, or one of the questions that come with the package.

    Tables are spans, tests and test_traces, and the view runs; `describe spans` lists columns. A query changes nothing
    and reaches no other file.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """The question, and how to print the answer."""
        parser.add_argument("query", metavar="QUERY", nargs="?", help="SQL, - for standard input, or a name of --list")
        parser.add_argument("--by", metavar="COLUMN", help="what a saved query groups by")
        parser.add_argument("--list", action="store_true", help="list the saved queries")
        parser.add_argument("--csv", action="store_true", help="comma-separated values instead of a table")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Print the answer."""
        if asked.csv and asked.json:
            raise BadCommand("--csv and --json are two forms of one answer; give one of them")
        if asked.list == (asked.query is not None):
            raise BadCommand("give a query, or --list for the names of saved ones")
        rows = _saved_queries() if asked.list else _answer(asked, terminal)
        if asked.json:
            terminal.document([dict(zip(rows.columns, row)) for row in rows])
        elif asked.csv:
            terminal.raw(_csv(rows))
        else:
            terminal.table(rows.columns, [["NULL" if cell is None else cell for cell in row] for row in rows])
        return FINE


def _answer(asked: Namespace, terminal: Terminal) -> Rows:
    from pytest_flock_trace.store.query import names

    query = sys.stdin.read() if asked.query == "-" else str(asked.query)
    saved = query.strip() in names()
    if asked.by is not None and not saved:
        raise BadCommand(f"--by={asked.by!r} is for saved queries, and {query.strip()!r} is none; --list has them")
    with looked_into(asked.store, terminal) as (view, _):
        return view.saved(query.strip(), by=asked.by) if saved else view.sql(query)


def _saved_queries() -> Rows:
    from pytest_flock_trace.store.query import names, query
    from pytest_flock_trace.store.result import Rows

    found = map(query, names())
    return Rows(["name", "title", "by"], [(one.name, one.title, ", ".join(one.by)) for one in found])


def _csv(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows(rows)
    return text.getvalue()
