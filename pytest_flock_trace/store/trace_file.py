"""Files of spans: a DuckDB database with a table `spans`, as Flock writes it or with further columns of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.missing import absent_trace, existing_file, wanted_trace
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.store.schema import COLUMNS
from pytest_flock_trace.store.spans import READ, REQUIRED, spans_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, Error

_DESCRIPTION: Final = (
    "SELECT column_name FROM duckdb_columns() "
    "WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'spans'"
)
_AT_ONCE: Final = 4096
"""Rows that are in memory beside the spans already made of others."""
_SEALED: Final[dict[str, Any]] = {"enable_external_access": False}
"""A view called `spans` shall not read other files, nor a file of another kind load an extension."""
_TYPES: Final = {column.name: "VARCHAR" if column.type == "JSON" else column.type for column in COLUMNS}
"""What is read of each column; a document as text, so that a bad one can be told with its span."""

_FOREIGN: Final = re.compile("not a valid DuckDB database|Loading external extensions|Cannot launch in-memory")
_DAMAGED: Final = re.compile("Corrupt database|Could not read enough bytes")
_HELD: Final = re.compile("set lock on file|being used by another process")
_HOLDER: Final = re.compile(r"Conflicting lock is held in (.+?\(PID \d+\))")
_OPEN_HERE: Final = re.compile("different configuration than existing connections")
_NEWER: Final = re.compile("version number .* but we can only read")


def read_spans(
    path: str | PathLike[str], *, trace_id: str | None = None, waits: Sequence[str] = WAIT_NAMES
) -> list[Span]:
    """All spans of a trace file, or those of one trace, in the order of the file; agents are not worked out yet.

    The file is opened for reading, by itself, and closed again. `waits` are globs of the names of spans that only
    wait, where the file does not say which do. Raises `BadTraceFile` for what is no such file or can't be read, and
    `BadArgument` for a trace that is not in it.
    """
    import duckdb

    file, trace_id = existing_file(path), wanted_trace(trace_id)
    try:
        with closing(duckdb.connect(file, read_only=True, config=_SEALED)) as connection:
            found = list(_read(connection, trace_id, waits))
            if trace_id is not None and not found:
                raise absent_trace(trace_id, _ids(connection), file)
            return found
    except BadTraceFile as exc:
        raise BadTraceFile(f"{file!r}: {exc}") from exc.__cause__
    except duckdb.Error as exc:
        raise BadTraceFile(_refused(file, exc)) from exc


def _read(connection: DuckDBPyConnection, trace_id: str | None, waits: Sequence[str]) -> Iterator[Span]:
    columns = _columns(connection)
    chosen, values = ("", []) if trace_id is None else (" WHERE trace_id::VARCHAR = ?", [trace_id])
    read = ", ".join(f"{name}::{_TYPES[name]}" for name in columns)
    connection.execute(f"SELECT {read} FROM main.spans{chosen}", values)
    batches: Iterator[list[Any]] = iter(lambda: connection.fetchmany(_AT_ONCE), [])
    return spans_of(chain.from_iterable(batches), columns, waits)


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


def _refused(file: str, refusal: Error) -> str:
    """What DuckDB's complaint about a file means to whoever wants to load it."""
    import duckdb

    said = " ".join(str(refusal).split("\n\n")[0].split())
    if _FOREIGN.search(said):
        return f"{file!r} is no DuckDB trace file"
    if _HELD.search(said):
        holder = _HOLDER.search(said)
        return f"{file!r} is held by another process{f', {holder[1]}' if holder else ''}: wait for it, or load a copy"
    if _OPEN_HERE.search(said):
        return f"{file!r} is open in this process already; close that connection before loading the file"
    if _NEWER.search(said):
        return f"{file!r} was written by a newer DuckDB than {duckdb.__version__}, which is installed here: upgrade it"
    if _DAMAGED.search(said):
        return f"{file!r} is damaged or cut off: {said}"
    return f"{file!r} cannot be read as a trace file: {said}"
