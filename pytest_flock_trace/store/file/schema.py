"""What a trace file holds besides Flock's columns, and how older files get it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.store.file.packing import ADDED, KEPT
from pytest_flock_trace.store.schema import FLOCKS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORAGE_VERSION: Final = "v1.2.0"
"""DuckDB's format of new files: the oldest that compresses text with zstd, which DuckDB 1.4 and Flock can read."""
VERSION: Final = 1
"""Version of what follows. A file of a later one is refused, one of an earlier one is brought up to it."""
HISTORY: Final = {1: "columns of ours in table spans; tables renamed, tests and test_traces"}

KEY: Final = "flock_trace_key"
"""Flock inserts with OR REPLACE, which wants a table with some unique column. A key on span_id would double the file
(1,000,000 spans: 54 MB without, 101 MB with it); this column is NULL in every row, so that its index stays empty."""

LONG_EVENTS: Final = 32
"""Bytes of a span's events on average, from which on zstd makes their column smaller. Most spans have none."""

TABLES: Final = """
    CREATE TABLE IF NOT EXISTS flock_trace_schema (version INTEGER NOT NULL);

    -- Spans whose ids were taken when they were written, by a span of another trace or a repeated random seed.
    CREATE TABLE IF NOT EXISTS renamed (
        trace_id VARCHAR NOT NULL,           -- as in table spans
        span_id VARCHAR NOT NULL,            -- as in table spans
        original_trace_id VARCHAR NOT NULL,  -- what the span itself said
        original_span_id VARCHAR NOT NULL    -- what the span itself said
    );

    -- One attempt at one test of a pytest session.
    CREATE TABLE IF NOT EXISTS tests (
        session VARCHAR NOT NULL,            -- id of the session, one for all its processes that share its tests
        test VARCHAR NOT NULL,               -- node id
        attempt INTEGER NOT NULL,            -- from 1; reruns count on
        outcome VARCHAR NOT NULL,            -- passed, failed, error, skipped, xfailed or xpassed
        worker VARCHAR,                      -- xdist's name of the process; NULL without xdist
        start_time BIGINT NOT NULL,          -- Unix nanoseconds
        duration BIGINT NOT NULL,            -- nanoseconds
        failure VARCHAR                      -- first line of what went wrong
    );

    -- The traces that an attempt caused.
    CREATE TABLE IF NOT EXISTS test_traces (
        session VARCHAR NOT NULL,
        test VARCHAR NOT NULL,
        attempt INTEGER NOT NULL,
        trace_id VARCHAR NOT NULL
    );
"""


def create(connection: DuckDBPyConnection, *, long_events: bool = False) -> None:
    """Make the tables of a new file in the database that is in use, all or nothing."""
    varied = {"attributes", "events"} if long_events else {"attributes"}
    connection.execute(f"BEGIN; CREATE TABLE spans ({', '.join(_definitions(varied))}); {TABLES}")
    connection.execute(f"INSERT INTO flock_trace_schema VALUES ({VERSION}); COMMIT")


def bring_up_to_date(connection: DuckDBPyConnection) -> None:
    """Give a file that Flock, or an earlier version of this package, has made what it lacks, all or nothing.

    Raises `BadTraceFile` for a file of a later version and for a table spans that is not Flock's.
    """
    version = _version(connection)
    if version == VERSION:
        return
    if version > VERSION:
        raise BadTraceFile(
            f"it was written by a later version of pytest-flock-trace (schema {version}, this one knows {VERSION}): "
            "upgrade the package"
        )
    connection.execute(f"BEGIN; {'; '.join(_from_flock(connection))}; {TABLES}")
    connection.execute(f"DELETE FROM flock_trace_schema; INSERT INTO flock_trace_schema VALUES ({VERSION}); COMMIT")


def _version(connection: DuckDBPyConnection) -> int:
    """0 for a file that only Flock has written, or nobody yet."""
    import duckdb

    try:
        found = connection.execute("SELECT max(version) FROM main.flock_trace_schema").fetchall()
    except duckdb.CatalogException:
        return 0
    return int(found[0][0] or 0)


def _from_flock(connection: DuckDBPyConnection) -> list[str]:
    described = connection.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'spans'"
    ).fetchall()
    there = {row[0] for row in described}
    if not there:
        return [f"CREATE TABLE spans ({', '.join(_definitions({'attributes'}))})"]
    if missing := [name for name in FLOCKS if name not in there]:
        raise BadTraceFile(f"its table spans lacks {', '.join(missing)}")
    return [f"ALTER TABLE spans ADD COLUMN {one.name} {one.type}" for one in ADDED if one.name not in there]


def _definitions(varied: Collection[str]) -> list[str]:
    """Columns of table spans in a file. Flock leaves ours empty, so none of them may be required.

    Those that are `varied` are compressed with zstd. It takes four bytes a row at least, whatever is in it: 4 MB of
    1,000,000 empty lists, where the compression that DuckDB chooses takes 0.2 MB.
    """
    import duckdb

    found: list[str] = []
    zstd = () if duckdb.__version__.startswith("1.3.") else varied  # 1.3 refuses to compress JSON so
    for column in KEPT:
        compression = " USING COMPRESSION zstd" if column.name in zstd else ""
        found.append(f"{column.name} {column.type}{compression}{'' if column in ADDED else column.rule}")
    return [*found, f"{KEY} BIGINT UNIQUE"]
