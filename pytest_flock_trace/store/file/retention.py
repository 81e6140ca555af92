"""Which traces a file keeps, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.rewriting import rewrite
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.file.writer import PATIENCE, TraceFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS: Final = 30.0
"""For how long traces are kept unless somebody says otherwise."""
_GOING: Final = "flock_trace_going"
_EXPIRED: Final = "SELECT trace_id FROM spans GROUP BY trace_id HAVING max(created_at) < $limit"
_EXCESS: Final = """
    SELECT trace_id FROM (
        SELECT trace_id, sum(count(*)) OVER (ORDER BY max(created_at) DESC, max(start_time) DESC, trace_id) AS kept
        FROM spans GROUP BY trace_id
    ) WHERE kept > $limit
"""
_DELETE_TESTS: Final = f"""
    DELETE FROM tests WHERE (session, test, attempt) IN (
        SELECT (session, test, attempt) FROM test_traces GROUP BY ALL HAVING bool_and(trace_id IN (FROM {_GOING}))
    )
"""
_ROUNDS: Final = 4
"""How often a file is rewritten until it fits: traces differ in size, so that their number says little at first."""


def check_days(days: float, name: str = "days") -> timedelta:
    """The age as a time span; raises `BadArgument` for what would delete everything or is no number."""
    if not isinstance(days, (int, float)) or isinstance(days, bool) or not 0 < days < 1e6:
        raise BadArgument(
            f"{name}={days!r} is no number of days above 0; traces older than that are deleted, so 0 would delete all"
        )
    return timedelta(days=days)


def expire(connection: DuckDBPyConnection, age: timedelta) -> int:
    """Delete the traces of which nothing was written for so long, as part of the caller's transaction; their spans."""
    limit = datetime.now() - age  # noqa: DTZ005  # Flock's `created_at` is local time without a zone
    oldest = connection.execute("SELECT min(created_at) < $limit FROM spans", {"limit": limit}).fetchall()
    return _delete(connection, _EXPIRED, limit) if oldest[0][0] else 0


def prune(path: Path, *, days: float | None = None, most_bytes: int | None = None, patience: float = PATIENCE) -> int:
    """Delete whole traces, the oldest first, and give their space back; how many spans went.

    Deletes those of which nothing was written for `days`, and as many more as it takes for the file to be no larger
    than `most_bytes`, as far as an empty file is. Raises `BadArgument` for limits that are none and `BadTraceFile`.
    """
    age = None if days is None else check_days(days)
    if most_bytes is not None and most_bytes <= 0:
        raise BadArgument(f"most_bytes={most_bytes!r} is no size above 0; use clear to delete everything")
    _must_exist(path)
    TraceFile(path).settle(patience=patience)
    gone = 0
    if age is not None:
        with opened(path, patience=patience) as connection:
            connection.execute("BEGIN")
            gone = expire(connection, age)
            connection.execute("COMMIT")
    rewrite(path)
    if most_bytes is not None:
        gone += _shrink(path, most_bytes, patience)
    return gone


def clear(path: Path, *, patience: float = PATIENCE) -> int:
    """Delete all spans, those that wait beside the file included, and give their space back; how many there were."""
    _must_exist(path)
    TraceFile(path).settle(patience=patience)
    with opened(path, patience=patience) as connection:
        connection.execute("BEGIN")
        count = connection.execute("SELECT count(*) FROM spans").fetchall()[0][0]
        for table in ("spans", "renamed", "tests", "test_traces"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("COMMIT")
    rewrite(path)
    return int(count)


def _must_exist(path: Path) -> None:
    if not path.exists() and not Spool(path).waiting():
        raise BadTraceFile(f"there is no file {str(path)!r}")


def _shrink(path: Path, most_bytes: int, patience: float) -> int:
    gone = 0
    for _ in range(_ROUNDS):
        size = path.stat().st_size
        if size <= most_bytes:
            break
        with opened(path, patience=patience) as connection:
            spans = connection.execute("SELECT count(*) FROM spans").fetchall()[0][0]
            if not spans:
                break
            connection.execute("BEGIN")
            gone += _delete(connection, _EXCESS, int(spans * most_bytes / size * 0.95))
            connection.execute("COMMIT")
        rewrite(path)
    return gone


def _delete(connection: DuckDBPyConnection, chosen: str, limit: object) -> int:
    """Delete the chosen traces, and the tests that caused these and no other."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_GOING} AS {chosen}", {"limit": limit})
    connection.execute(_DELETE_TESTS)
    for table in ("test_traces", "renamed"):
        connection.execute(f"DELETE FROM {table} WHERE trace_id IN (FROM {_GOING})")
    return int(connection.execute(f"DELETE FROM spans WHERE trace_id IN (FROM {_GOING})").fetchall()[0][0])
