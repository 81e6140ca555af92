"""Rewriting a trace file, which gives back the space of what was deleted."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.store.file import access
from pytest_flock_trace.store.file.packing import KEPT
from pytest_flock_trace.store.file.schema import LONG_EVENTS, STORAGE_VERSION, create
from pytest_flock_trace.store.file.spool import quoted
from pytest_flock_trace.store.refusal import explain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NAMES: Final = ", ".join(column.name for column in KEPT)
_OURS: Final = ("renamed", "tests", "test_traces")
_BLOCKS: Final = "SELECT free_blocks, total_blocks FROM pragma_database_size() WHERE database_name = 'old'"
_LONG: Final = f"SELECT coalesce(avg(strlen(events::VARCHAR)), 0) >= {LONG_EVENTS} FROM old.spans"
_FOREIGN: Final = """
    SELECT table_name, NULL FROM duckdb_tables() WHERE database_name = 'old' AND schema_name = 'main'
        AND table_name NOT IN ('spans', 'flock_trace_schema', 'renamed', 'tests', 'test_traces')
    UNION ALL
    SELECT view_name, sql FROM duckdb_views() WHERE database_name = 'old' AND schema_name = 'main' AND NOT internal
"""

_log: Final = logging.getLogger("pytest_flock_trace")


def rewrite(path: Path) -> None:
    """Put a copy in the file's place that holds the same and nothing else.

    Nobody can write meanwhile; who opened the file before for reading goes on with the old one. Raises `BadTraceFile`
    and leaves the file as it was where others hold it or there is no space for the copy.
    """
    import duckdb

    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    draft.unlink(missing_ok=True)
    try:
        with access.in_this_process, closing(duckdb.connect()) as connection:
            connection.execute(f"ATTACH {quoted(path)} AS old (READ_ONLY)")
            before = path.stat()
            _copy(connection, draft)
            after = path.stat()
            if (before.st_ino, before.st_mtime_ns, before.st_size) != (after.st_ino, after.st_mtime_ns, after.st_size):
                raise BadTraceFile(f"{str(path)!r} was written by somebody else meanwhile; try again")
            draft.replace(path)
    except duckdb.Error as exc:
        raise BadTraceFile(explain(str(path), exc)) from exc
    finally:
        draft.unlink(missing_ok=True)


def tighten(path: Path) -> None:
    """Rewrite a file of which a tenth or more is empty, as DuckDB 2 leaves it when much is written part by part.

    A file that others hold stays as it is: what is written next goes into the empty space.
    """
    import duckdb

    try:
        with access.in_this_process, closing(duckdb.connect()) as connection:
            connection.execute(f"ATTACH {quoted(path)} AS old (READ_ONLY)")
            empty, all_of_it = connection.execute(_BLOCKS).fetchall()[0]
        if empty * 10 >= all_of_it:
            rewrite(path)
    except (BadTraceFile, duckdb.Error) as exc:
        _log.info("%s", exc)


def _copy(connection: DuckDBPyConnection, draft: Path) -> None:
    (row,) = connection.execute(_LONG).fetchall()
    connection.execute(f"ATTACH {quoted(draft)} AS new (STORAGE_VERSION '{STORAGE_VERSION}'); USE new")
    create(connection, long_events=row[0])
    connection.execute("USE memory")
    connection.execute(f"INSERT INTO new.spans ({_NAMES}) SELECT {_NAMES} FROM old.spans ORDER BY place, start_time")
    for table in _OURS:
        connection.execute(f"INSERT INTO new.{table} FROM old.{table}")
    for name, view in connection.execute(_FOREIGN).fetchall():
        identifier = '"' + name.replace('"', '""') + '"'
        if view is None:
            connection.execute(f"CREATE TABLE new.{identifier} AS FROM old.{identifier}")
        else:
            connection.execute(f"USE new; {view}; USE memory")
    connection.execute("DETACH new")
