"""A trace file as the tables that every query asks, whoever wrote it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from os import PathLike
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.portions import portions
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.file import access
from pytest_flock_trace.store.file.appending import INCOMING, take_in
from pytest_flock_trace.store.file.attempts import append_tests
from pytest_flock_trace.store.file.narrowing import Narrowing
from pytest_flock_trace.store.file.packing import all_columns
from pytest_flock_trace.store.file.schema import TABLES
from pytest_flock_trace.store.file.settling import AT_ONCE
from pytest_flock_trace.store.file.spool import Spool, quoted
from pytest_flock_trace.store.load import arrow_table
from pytest_flock_trace.store.query import query as shipped
from pytest_flock_trace.store.refusal import PASSING, Refusal, explain
from pytest_flock_trace.store.result import Parameters, Rows, fetch
from pytest_flock_trace.store.rows import columns
from pytest_flock_trace.store.schema import COLUMNS, FILLED, PLACES, create_runs, create_spans
from pytest_flock_trace.store.spans import READ, REQUIRED
from pytest_flock_trace.store.trace_file import spans_in

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Progress = Callable[[int, int], None]
"""Told how many spans are done, of how many."""

_PAUSE: Final = 0.05
_FRESH: Final = "flock_trace_fresh"
_STORED: Final = "flock_trace_stored"
_BATCHES: Final = "flock_trace_batches"
_EMPTY: Final = ", ".join(f"NULL::{column.type} AS {column.name}" for column in COLUMNS)
_NAMES: Final = ", ".join(column.name for column in COLUMNS)
_VALUES: Final = ", ".join(f"worked_out.{column.name}{' + base' if column.name in PLACES else ''}" for column in FILLED)
_ADD: Final = f"""
    INSERT INTO {_FRESH} ({", ".join(column.name for column in FILLED)}, created_at)
    SELECT {_VALUES}, stored.created_at FROM {INCOMING} AS worked_out
    LEFT JOIN (
        SELECT trace_id, span_id, start_time, min(created_at) AS created_at FROM {_STORED} GROUP BY ALL
    ) AS stored USING (trace_id, span_id, start_time),
    (
        SELECT greatest(
            (SELECT coalesce(max(place), -1) FROM {_STORED}), (SELECT coalesce(max(place), -1) FROM {_FRESH})
        ) + 1 AS base
    )
"""
# Rows without a place are found, or ruled out, without reading the column; grouping a million spans takes a while.
_OPEN: Final = f"""
    CREATE TEMP TABLE flock_trace_unsettled AS
    SELECT trace_id, count(*) AS spans FROM {_STORED}
    SEMI JOIN (SELECT trace_id FROM {_STORED} WHERE place IS NULL) USING (trace_id)
    GROUP BY trace_id ORDER BY min(start_time), trace_id
"""
_SIZES: Final = "SELECT trace_id, count(*) FROM spans GROUP BY trace_id ORDER BY min(start_time), trace_id"
_TABLES: Final = ("renamed", "tests", "test_traces")


class TraceFileView:
    """What a trace file holds, with the batches that wait beside it.

    Tables `spans`, `tests` and `test_traces`, view `runs`. Its SQL reaches nothing outside and changes nothing in it.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """DuckDB's answer, fetched at once; raises `BadQuery` for what it refuses."""
        return fetch(self._connection, query, parameters)

    def saved(self, name: str, *, by: str | None = None) -> Rows:
        """The answer to a query that comes with the package."""
        return self.sql(shipped(name, by=by).sql)

    def traces(self, ids: Collection[str] | None = None, *, progress: Progress | None = None) -> Iterator[Trace]:
        """Each trace, or each of these, in order of their starts, under its id; only a few are in memory at a time."""
        sizes = [(trace, count) for trace, count in self.sql(_SIZES) if ids is None or trace in ids]
        total, done = sum(count for _, count in sizes), 0
        for chunk in portions(sizes, AT_ONCE):
            together = dict[str, list[Span]]({trace: [] for trace in chunk})
            for span in spans_in(self._connection, chunk, table="spans", columns=READ):
                together[span.trace_id].append(span)
            for trace, spans in together.items():
                yield Trace(SpanTree(spans, owned=True), name=trace)
                done += len(spans)
                if progress is not None:
                    progress(done, total)

    def trace(self, trace_id: str) -> Trace:
        """The spans of one trace, under its id; none where it is not there."""
        spans = spans_in(self._connection, [trace_id], table="spans", columns=READ)
        return Trace(SpanTree(spans, owned=True), name=trace_id)

    @contextmanager
    def beside(self, narrowing: Narrowing | None = None) -> Generator[TraceFileView, None, None]:
        """The same for another thread, or some of its spans; only where all of the file is settled."""
        with closing(self._connection.cursor()) as cursor:
            if narrowing is not None:
                narrowing.choose(cursor)
            yield TraceFileView(cursor)


@contextmanager
def viewed(
    path: str | PathLike[str],
    *,
    patience: float = 2.0,
    waits: Sequence[str] = WAIT_NAMES,
    progress: Progress | None = None,
) -> Generator[TraceFileView, None, None]:
    """Look into a trace file, which nobody can write to meanwhile.

    Traces that are not settled, such as those that Flock wrote, are worked out in memory first; `progress` is told how
    far that has come. Raises `BadTraceFile` for what can't be read.
    """
    with connected(path, patience=patience, waits=waits, progress=progress) as connection:
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        yield TraceFileView(connection)


@contextmanager
def connected(
    path: str | PathLike[str],
    *,
    patience: float = 2.0,
    waits: Sequence[str] = WAIT_NAMES,
    progress: Progress | None = None,
) -> Generator[DuckDBPyConnection, None, None]:
    """The same tables on a connection that reaches other files too, for statements of this package."""
    import duckdb

    file = Path(path).absolute()
    spool = Spool(file)
    if not file.exists() and not spool.waiting():
        raise BadTraceFile(f"there is no file {str(file)!r}")
    try:
        with closing(duckdb.connect()) as connection:
            connection.execute(f"SET temp_directory = {quoted(Path(gettempdir(), f'flock-trace-{os.getpid()}'))}")
            if file.exists():
                _attach(connection, file, time.monotonic() + patience)
            connection.execute(TABLES)
            batches = spool.waiting()  # nobody can put them in, and delete them, while the file is open here
            _take_in_batches(connection, spool, batches)
            _build(connection, _stored(connection, bool(batches)), waits, progress)
            yield connection
    except BadTraceFile as exc:
        raise type(exc)(f"{str(file)!r}: {exc}") from exc.__cause__
    except FileNotFoundError as exc:
        raise TraceFileHeld(f"{str(file)!r} has just been made by another process; try again") from exc
    except duckdb.ProgrammingError:
        raise
    except duckdb.Error as exc:
        kind = TraceFileHeld if Refusal.of(exc) in PASSING else BadTraceFile
        raise kind(explain(str(file), exc)) from exc


def _attach(connection: DuckDBPyConnection, file: Path, deadline: float) -> None:
    with access.in_this_process:
        while not _attached(connection, file, last=time.monotonic() > deadline):
            time.sleep(_PAUSE)


def _attached(connection: DuckDBPyConnection, file: Path, *, last: bool) -> bool:
    """False where others hold the file, unless this is the last attempt."""
    import duckdb

    try:
        connection.execute(f"ATTACH {quoted(file)} AS file (READ_ONLY)")
    except duckdb.Error as exc:
        if last or Refusal.of(exc) not in PASSING:
            raise
        return False
    return True


def _take_in_batches(connection: DuckDBPyConnection, spool: Spool, batches: Sequence[Path]) -> None:
    """Make a table of the rows that wait beside the file, none of which is settled."""
    if batches:
        connection.execute(f"CREATE TABLE {_BATCHES} AS SELECT {_EMPTY} WHERE false")
    for batch in batches:
        found = spool.read(batch)
        append_tests(connection, found.tests)
        take_in(connection, arrow_table(found.columns))
        connection.execute(f"INSERT INTO {_BATCHES} BY NAME SELECT * REPLACE (NULL AS place) FROM {INCOMING}")


def _stored(connection: DuckDBPyConnection, batches: bool) -> list[str]:
    """The parts of what is stored, as queries that give every column of table spans."""
    described = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'file' AND schema_name = 'main'"
    ).fetchall()
    there = {name for table, name in described if table == "spans"}
    parts: list[str] = []
    if not described and batches:
        parts.append(f"SELECT {_EMPTY} WHERE false")
    elif there:
        if missing := [name for name in REQUIRED if name not in there]:
            raise BadTraceFile(f"its table spans lacks {', '.join(missing)}")
        parts.append(all_columns("file.main.spans", there))
    else:
        raise BadTraceFile("it is a DuckDB database without a table spans, so it holds no traces")
    if batches:
        written = "ANTI JOIN file.main.spans USING (trace_id, span_id, start_time)" if there else ""
        parts.append(f"FROM {_BATCHES} {written}")
    known = {table for table, _ in described}
    for table in _TABLES:
        if table in known:
            connection.execute(f"INSERT INTO {table} FROM file.main.{table}")
    return parts


def _build(
    connection: DuckDBPyConnection, parts: Sequence[str], waits: Sequence[str], progress: Progress | None
) -> None:
    """Make table spans and view runs of what is stored."""
    connection.execute(f"CREATE VIEW {_STORED} AS {' UNION ALL BY NAME '.join(parts)}")
    connection.execute(_OPEN)
    unsettled: list[tuple[str, int]] = connection.execute("FROM flock_trace_unsettled").fetchall()
    connection.execute(create_spans(_FRESH))
    if not unsettled:
        connection.execute(f"CREATE VIEW spans AS {parts[0]}")
    else:
        total, done = sum(count for _, count in unsettled), 0
        for chunk in portions(unsettled, AT_ONCE):
            done += _settle(connection, chunk, waits)
            if progress is not None:
                progress(done, total)
        # a view may not name the batches any more, which can't be reached once the door is shut
        settled = f"SELECT {_NAMES} FROM ({parts[0]}) ANTI JOIN flock_trace_unsettled USING (trace_id)"
        connection.execute(f"CREATE VIEW spans AS {settled} UNION ALL BY NAME FROM {_FRESH}")
    connection.execute(create_runs("runs", "spans"))


def _settle(connection: DuckDBPyConnection, traces: Sequence[str], waits: Sequence[str]) -> int:
    """Work out these traces, each in whole; how many spans they have."""
    tree = SpanTree(spans_in(connection, traces, waits=waits, table=_STORED, columns=READ), owned=True)
    take_in(connection, arrow_table(columns(tree)))
    connection.execute(_ADD)
    return len(tree)
