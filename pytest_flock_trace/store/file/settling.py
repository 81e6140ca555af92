"""Working out, for whole traces in a file, what no span tells by itself.

Spans end before their parents do, so that what is above or below a span is often not in the file when it is written;
and Flock never says it. A trace is settled once it was looked at whole: then `place` is filled in each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.model.portions import portions
from pytest_flock_trace.model.span import WAIT_NAMES
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.file.packing import ADDED, packed
from pytest_flock_trace.store.load import arrow_table
from pytest_flock_trace.store.rows import columns
from pytest_flock_trace.store.trace_file import spans_in

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE: Final = 20_000
"""Spans that are in memory together, unless a single trace has more."""
_SETTLED: Final = "flock_trace_settled"
_UNSETTLED: Final = """
    SELECT trace_id, count(*) FROM spans SEMI JOIN (SELECT trace_id FROM spans WHERE place IS NULL) USING (trace_id)
    GROUP BY trace_id ORDER BY min(start_time), trace_id
"""
_CHANGES: Final = ", ".join(f"{one.name} = {packed(one.name, 'settled')}" for one in ADDED)
_KEY: Final = ("trace_id", "span_id", "start_time")
_UPDATE: Final = f"""
    UPDATE spans SET {_CHANGES} FROM {_SETTLED} AS settled
    WHERE {" AND ".join(f"spans.{name} = settled.{name}" for name in _KEY)}
"""


def unsettled(connection: DuckDBPyConnection) -> list[tuple[str, int]]:
    """The traces that are to be settled, with their numbers of spans."""
    return connection.execute(_UNSETTLED).fetchall()


def settle(
    connection: DuckDBPyConnection, traces: Iterable[tuple[str, int]], *, waits: Sequence[str] = WAIT_NAMES
) -> None:
    """Settle these traces, given with their numbers of spans, as part of the caller's transaction."""
    for chunk in portions(traces, AT_ONCE):
        tree = SpanTree(spans_in(connection, chunk, waits=waits), owned=True)
        # DuckDB looks the variable up by its name, which no table has
        flock_trace_arrow_rows = arrow_table(columns(tree))  # noqa: F841  # pyright: ignore[reportUnusedVariable]
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_SETTLED} AS SELECT * FROM flock_trace_arrow_rows")
        row = connection.execute("SELECT coalesce(max(place) + 1, 0) FROM spans").fetchone()
        connection.execute(_UPDATE, {"base": 0 if row is None else row[0]})
