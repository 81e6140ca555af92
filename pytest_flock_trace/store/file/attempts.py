"""What a trace file knows of the tests that caused its traces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from arro3.core import Table
    from duckdb import DuckDBPyConnection


class AttemptRow(NamedTuple):
    """One attempt at one test."""

    session: str
    """Id of the session, the same for all its processes unless each of them runs every test."""
    test: str
    """Node id."""
    attempt: int
    """From 1; reruns count on."""
    outcome: str
    """passed, failed, error, skipped, xfailed or xpassed."""
    worker: str | None
    """xdist's name of the process; None without xdist."""
    start_time: int
    """Unix nanoseconds."""
    duration: int
    """Nanoseconds."""
    failure: str | None
    """What went wrong, in a few lines."""
    traces: Sequence[str]
    """Ids of the traces that it caused."""


_TESTS: Final = """
    INSERT INTO tests SELECT * FROM flock_trace_tests AS new
    ANTI JOIN tests AS old USING (session, test, attempt)
"""
_TRACES: Final = """
    INSERT INTO test_traces SELECT * FROM flock_trace_test_traces AS new
    ANTI JOIN test_traces AS old USING (session, test, attempt, trace_id)
"""


def append_tests(connection: DuckDBPyConnection, rows: Iterable[AttemptRow]) -> None:
    """Add attempts that the file does not know, and their traces, as part of the caller's transaction."""
    rows = list(rows)
    if not rows:
        return
    # DuckDB looks the variables up by their names, which no tables have
    flock_trace_arrow_tests = _tests(rows)  # noqa: F841  # pyright: ignore[reportUnusedVariable]
    flock_trace_arrow_traces = _traces(rows)  # noqa: F841  # pyright: ignore[reportUnusedVariable]
    connection.execute("CREATE OR REPLACE TEMP TABLE flock_trace_tests AS SELECT * FROM flock_trace_arrow_tests")
    connection.execute("CREATE OR REPLACE TEMP TABLE flock_trace_test_traces AS SELECT * FROM flock_trace_arrow_traces")
    connection.execute(_TESTS)
    connection.execute(_TRACES)


def _tests(rows: Sequence[AttemptRow]) -> Table:
    columns = [*zip(*(row[:-1] for row in rows))]
    return _table(AttemptRow._fields[:-1], columns, {"attempt", "start_time", "duration"})


def _traces(rows: Sequence[AttemptRow]) -> Table:
    columns = [*zip(*((*row[:3], trace) for row in rows for trace in row.traces))] or [()] * 4
    return _table((*AttemptRow._fields[:3], "trace_id"), columns, {"attempt"})


def _table(names: Sequence[str], columns: Sequence[Sequence[object]], numbers: set[str]) -> Table:
    from arro3.core import Array, DataType, Field, Schema, Table

    kinds = [DataType.int64() if name in numbers else DataType.string() for name in names]
    arrays = [Array(list(values), type=kind) for values, kind in zip(columns, kinds)]
    schema = Schema([Field(name, kind, nullable=True) for name, kind in zip(names, kinds)])
    return Table.from_arrays(arrays, schema=schema)  # pyright: ignore[reportUnknownMemberType]  # stubs want numpy
