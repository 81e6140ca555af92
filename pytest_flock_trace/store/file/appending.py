"""Putting rows of spans into a trace file, each span once and under an id of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.store.file.packing import WRITTEN, packed
from pytest_flock_trace.store.file.renaming import follow, rename
from pytest_flock_trace.store.file.spool import quoted
from pytest_flock_trace.store.load import arrow_table
from pytest_flock_trace.store.rows import Columns
from pytest_flock_trace.store.schema import FILLED

if TYPE_CHECKING:
    from arro3.core import Table
    from duckdb import DuckDBPyConnection

INCOMING: Final = "flock_trace_incoming"
"""A temporary table of rows to be written, with the columns of table spans."""
_NAMES: Final = ", ".join(column.name for column in FILLED)
_INSERT: Final = f"""
    INSERT INTO spans ({", ".join(WRITTEN)})
    SELECT {", ".join(packed(name, "incoming") for name in WRITTEN)} FROM %s AS incoming
"""
_EMPTY: Final = "SELECT NOT (EXISTS (FROM spans) OR EXISTS (FROM renamed))"
_LOOK: Final = f"""
    SELECT
        EXISTS (FROM renamed),
        (SELECT count(*) > count(DISTINCT span_id) FROM {INCOMING})
            OR EXISTS (FROM {INCOMING} SEMI JOIN spans USING (span_id)),
        EXISTS (FROM {INCOMING} SEMI JOIN spans USING (trace_id)),
        NOT EXISTS (FROM {INCOMING} WHERE place IS NULL),
        (SELECT coalesce(max(place) + 1, 0) FROM spans)
"""
_FORGET_WRITTEN: Final = f"""
    DELETE FROM {INCOMING} AS new USING spans AS old
    WHERE old.trace_id = new.trace_id AND old.span_id = new.span_id AND old.start_time = new.start_time
"""
_FORGET_TWINS: Final = f"""
    DELETE FROM {INCOMING} WHERE rowid NOT IN (
        SELECT min(rowid) FROM {INCOMING} GROUP BY trace_id, span_id, start_time
    )
"""
_UNSETTLE: Final = f"""
    UPDATE {INCOMING} SET place = NULL
    WHERE trace_id IN (SELECT trace_id FROM spans SEMI JOIN {INCOMING} USING (trace_id))
"""


def put_in(connection: DuckDBPyConnection, columns: Columns) -> bool:
    """Add rows to the file as `append` does; at once where no id of theirs can be taken."""
    if not _distinct(columns["span_id"]) or not connection.execute(_EMPTY).fetchall()[0][0]:
        take_in(connection, arrow_table(columns))
        return append(connection)
    # DuckDB looks the variable up by its name, which no table has
    flock_trace_arrow_rows = arrow_table(columns)  # noqa: F841  # pyright: ignore[reportUnusedVariable]
    connection.execute(_INSERT % "flock_trace_arrow_rows", {"base": 0})
    return None not in columns["place"]


def take_in(connection: DuckDBPyConnection, rows: Table) -> None:
    """Make these rows the incoming ones."""
    # DuckDB looks the variable up by its name, which no table has
    flock_trace_arrow_rows = rows  # noqa: F841  # pyright: ignore[reportUnusedVariable]
    # up to 1.4 an Arrow stream can be read once, and only whole
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {INCOMING} AS SELECT * FROM flock_trace_arrow_rows")


def take_in_file(connection: DuckDBPyConnection, rows: Path) -> None:
    """Make the rows of a Parquet file with the columns of table spans the incoming ones."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {INCOMING} AS SELECT {_NAMES} FROM read_parquet({quoted(rows)})")


def append(connection: DuckDBPyConnection) -> bool:
    """Add the incoming rows to the file, as part of the caller's transaction; False where some are not settled.

    `place` is NULL in rows of a trace that is not settled: of which more is to come, or of which the file holds spans
    already. A span that the file holds, which its ids and its start tell, is left out; one that shares no more than
    an id gets another id.
    """
    renamed, clashes, known, whole, base = connection.execute(_LOOK).fetchall()[0]
    if renamed:
        follow(connection, INCOMING)
    if clashes:
        connection.execute(_FORGET_TWINS)
        connection.execute(_FORGET_WRITTEN)
        rename(connection, INCOMING)
    if known:
        connection.execute(_UNSETTLE)
    connection.execute(_INSERT % INCOMING, {"base": base})
    return whole and not known


def _distinct(ids: Sequence[str]) -> bool:
    return len(set(ids)) == len(ids)
