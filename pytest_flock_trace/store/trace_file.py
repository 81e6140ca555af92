"""Files of spans: a DuckDB database with a table `spans`, as Flock writes it or with further columns of ours."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.missing import absent_trace, existing_file, wanted_trace
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.store.file import access
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.refusal import PASSING, Refusal, explain
from pytest_flock_trace.store.schema import COLUMNS
from pytest_flock_trace.store.spans import READ, REQUIRED, spans_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DESCRIPTION: Final = (
    "SELECT column_name FROM duckdb_columns() "
    "WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'spans'"
)
_HAS_RENAMED: Final = (
    "SELECT 1 FROM duckdb_tables() "
    "WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'renamed'"
)
_PATIENCE: Final = 2.0
_PAUSE: Final = 0.02
"""Seconds: for how long, and how often, a file that somebody writes to is tried."""
_AT_ONCE: Final = 4096
"""Rows that are in memory beside the spans already made of others."""
_SEALED: Final[dict[str, Any]] = {"enable_external_access": False}
"""A view called `spans` shall not read other files, nor a file of another kind load an extension."""
_TYPES: Final = {column.name: "VARCHAR" if column.type == "JSON" else column.type for column in COLUMNS}
"""What is read of each column; a document as text, so that a bad one can be told with its span."""


def read_spans(
    path: str | PathLike[str],
    *,
    trace_id: str | None = None,
    waits: Sequence[str] = WAIT_NAMES,
    patience: float = _PATIENCE,
) -> list[Span]:
    """All spans of a trace file, or those of one trace, in the order of the file; agents are not worked out yet.

    The file is opened for reading, by itself, and closed again; spans that wait beside it are read, too. `waits` are
    globs of the names of spans that only wait, where the file does not say which do. Raises `BadTraceFile` for what
    is no such file or can't be read within `patience` seconds, and `BadArgument` for a trace that is not in it.
    """
    import duckdb

    file, trace_id = existing_file(path), wanted_trace(trace_id)
    traces = None if trace_id is None else [trace_id]
    try:
        with access.in_this_process, closing(_connect(file, time.monotonic() + patience)) as connection:
            found = _as_they_were(connection, list(spans_in(connection, traces, waits=waits)))
            found = [*found, *_waiting(Path(file), found, traces, waits)]
            if trace_id is not None and not found:
                raise absent_trace(trace_id, _ids(connection), file)
            return found
    except BadTraceFile as exc:
        raise BadTraceFile(f"{file!r}: {exc}") from exc.__cause__
    except duckdb.Error as exc:
        kind = TraceFileHeld if Refusal.of(exc) in PASSING else BadTraceFile
        raise kind(explain(file, exc)) from exc


def _connect(file: str, deadline: float) -> DuckDBPyConnection:
    import duckdb

    while True:
        try:
            return duckdb.connect(file, read_only=True, config=_SEALED)
        except duckdb.Error as exc:
            if Refusal.of(exc) not in PASSING or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE)


def _as_they_were(connection: DuckDBPyConnection, spans: list[Span]) -> list[Span]:
    """The spans with the ids that they had before their ids were found to be taken."""
    if not connection.execute(_HAS_RENAMED).fetchall():
        return spans
    renamed = connection.execute(
        "SELECT trace_id, span_id, original_span_id FROM main.renamed WHERE trace_id = original_trace_id"
    ).fetchall()
    before = {(trace, span): original for trace, span, original in renamed}
    if not before:
        return spans
    return [
        span.replace(
            span_id=before.get(span.key, span.span_id),
            parent_id=before.get((span.trace_id, span.parent_id or ""), span.parent_id),
        )
        for span in spans
    ]


def _waiting(file: Path, there: Iterable[Span], traces: Collection[str] | None, waits: Sequence[str]) -> list[Span]:
    """The spans of the batches beside the file, but for those that are in it."""
    spool = Spool(file)
    found: list[Span] = []
    if batches := spool.waiting():
        known = {(span.key, span.start_ns) for span in there}
        for batch in batches:
            columns = spool.read(batch).columns
            rows = zip(*(columns[name] for name in READ))
            found += [
                span
                for span in spans_of(rows, READ, waits)
                if (span.key, span.start_ns) not in known and (traces is None or span.trace_id in traces)
            ]
    return found


def spans_in(
    connection: DuckDBPyConnection,
    traces: Collection[str] | None = None,
    *,
    waits: Sequence[str] = WAIT_NAMES,
    table: str = "main.spans",
    columns: Sequence[str] | None = None,
) -> Iterator[Span]:
    """The spans of a table, or those of some traces, in the table's order; the connection is theirs meanwhile.

    Raises `BadTraceFile` where there is no table spans or it holds what is no span.
    """
    columns = _columns(connection) if columns is None else columns
    chosen, values = ("", []) if traces is None else (f" WHERE trace_id::VARCHAR IN ({_marks(traces)})", [*traces])
    read = ", ".join(f"{name}::{_TYPES[name]}" for name in columns)
    connection.execute(f"SELECT {read} FROM {table}{chosen}", values)
    batches: Iterator[list[Any]] = iter(lambda: connection.fetchmany(_AT_ONCE), [])
    return spans_of(chain.from_iterable(batches), columns, waits)


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _columns(connection: DuckDBPyConnection) -> list[str]:
    """Those that the table has of the columns that a span is made of."""
    there = {row[0].lower() for row in connection.execute(_DESCRIPTION).fetchall()}
    if not there:
        raise BadTraceFile("it is a DuckDB database without a table spans, so it holds no traces")
    if missing := [name for name in REQUIRED if name not in there]:
        raise BadTraceFile(f"its table spans lacks {', '.join(missing)}")
    return [name for name in READ if name in there]


def _ids(connection: DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT DISTINCT trace_id::VARCHAR FROM main.spans").fetchall()
    return [row[0] for row in found]
