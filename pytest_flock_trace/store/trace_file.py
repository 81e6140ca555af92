"""Files of spans: a DuckDB database with a table `spans`, as Flock writes it or with further columns of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.store.refusal import explain
from pytest_flock_trace.store.schema import COLUMNS
from pytest_flock_trace.store.spans import READ, REQUIRED, spans_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DESCRIPTION: Final = (
    "SELECT column_name FROM duckdb_columns() "
    "WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'spans'"
)
_AT_ONCE: Final = 4096
"""Rows that are in memory beside the spans already made of others."""
_LISTED: Final = 5
_SEALED: Final[dict[str, Any]] = {"enable_external_access": False}
"""A view called `spans` shall not read other files, nor a file of another kind load an extension."""
_TYPES: Final = {column.name: "VARCHAR" if column.type == "JSON" else column.type for column in COLUMNS}
"""What is read of each column; a document as text, so that a bad one can be told with its span."""


def read_spans(
    path: str | PathLike[str], *, trace_id: str | None = None, waits: Sequence[str] = WAIT_NAMES
) -> list[Span]:
    """All spans of a trace file, or those of one trace, in the order of the file; agents are not worked out yet.

    The file is opened for reading, by itself, and closed again. `waits` are globs of the names of spans that only
    wait, where the file does not say which do. Raises `BadTraceFile` for what is no such file or can't be read, and
    `BadArgument` for a trace that is not in it.
    """
    import duckdb

    file = _existing(path)
    if trace_id is not None and not isinstance(trace_id, str):
        raise BadArgument(f"trace_id={trace_id!r} is no text; the ids of traces are hexadecimal digits, as text")
    try:
        with closing(duckdb.connect(file, read_only=True, config=_SEALED)) as connection:
            found = list(spans_in(connection, None if trace_id is None else [trace_id], waits=waits))
            if trace_id is not None and not found:
                raise BadArgument(_absent(connection, trace_id, file))
            return found
    except BadTraceFile as exc:
        raise BadTraceFile(f"{file!r}: {exc}") from exc.__cause__
    except duckdb.Error as exc:
        raise BadTraceFile(explain(file, exc)) from exc


def _existing(path: str | PathLike[str]) -> str:
    """The absolute path, which DuckDB can't take for the name of a service or of a database in memory."""
    try:
        file = Path(path).absolute()
    except TypeError as exc:
        raise BadArgument(f"{path!r} is no path of a file") from exc
    if file.is_dir():
        raise BadTraceFile(f"{str(file)!r} is a folder; name the trace file in it, such as traces.duckdb")
    if not file.exists():
        raise BadTraceFile(f"there is no file {str(file)!r}")
    return str(file)


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


def _absent(connection: DuckDBPyConnection, trace_id: str, file: str) -> str:
    """What to say of a trace that is not there: which may have been meant."""
    ids: list[str] = [
        row[0] for row in connection.execute("SELECT DISTINCT trace_id::VARCHAR FROM main.spans").fetchall()
    ]
    near = [one for one in sorted(ids) if trace_id and one.startswith(trace_id.lower())]
    near = near or get_close_matches(trace_id, ids[:1000], n=_LISTED)
    few = sorted(ids) if len(ids) <= _LISTED else []
    meant = (
        f"; did you mean {' or '.join(map(repr, near[:_LISTED]))}?" if near else f": {', '.join(few)}" if few else ""
    )
    return f"trace_id={trace_id!r} is none of the {count_of(len(ids), 'trace')} in {file!r}{meant}"
