"""`flock-trace ls`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pytest_flock_trace.cli.command import FINE, at_least_one
from pytest_flock_trace.cli.moment import local_time, since
from pytest_flock_trace.cli.store_option import looked_into
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.model.duration import format_duration

_HEADERS = ("trace", "name", "start", "duration", "spans", "errors", "agents", "test")
_SHORT = 12
"""Characters of an id on a terminal. Commands that take an id take its beginning too."""


class List:
    """List the traces of a file, newest first.

    Each with its id, the name of its root, when it started, how long it took, how many spans and errors it has, which
    agents were invoked in it and, where one caused it, the test.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Which traces to list."""
        parser.add_argument("--limit", metavar="N", type=at_least_one, help="no more than the newest N")
        parser.add_argument("--errors", action="store_true", help="only traces with a span that failed")
        parser.add_argument("--test", metavar="GLOB", help="only traces of tests whose ids match; * and ? are special")
        parser.add_argument("--since", metavar="WHEN", help="only traces that started so long ago, such as 2h, or then")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Print the table or the documents."""
        from pytest_flock_trace.store.file.listing import listed

        earliest = None if asked.since is None else since(asked.since)
        with looked_into(asked.store, terminal) as (view, _):
            found = listed(view, failed=asked.errors, test=asked.test, since_ns=earliest, limit=asked.limit)
        if asked.json:
            terminal.document([one._asdict() for one in found])
            return FINE
        shown = _SHORT if terminal.width else None
        rows = [
            (
                one.trace_id[:shown],
                one.name,
                local_time(one.start_ns),
                format_duration(one.duration_ns),
                one.spans,
                one.errors,
                ", ".join(one.agents),
                one.test or "",
            )
            for one in found
        ]
        if rows:
            terminal.table(_HEADERS, rows, failed={at for at, one in enumerate(found) if one.errors})
        else:
            terminal.write("no traces")
        return FINE
