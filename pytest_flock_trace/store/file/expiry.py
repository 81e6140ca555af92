"""Which traces go when a file is to keep only some."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadArgument

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS: Final = 30.0
"""For how long traces are kept unless somebody says otherwise."""
_GOING: Final = "flock_trace_going"
_EXPIRED: Final = "SELECT trace_id FROM spans GROUP BY trace_id HAVING max(created_at) < $limit"
EXCESS: Final = """
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
    return delete(connection, _EXPIRED, limit) if oldest[0][0] else 0


def delete(connection: DuckDBPyConnection, chosen: str, limit: object) -> int:
    """Delete the chosen traces, and the tests that caused these and no other."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_GOING} AS {chosen}", {"limit": limit})
    connection.execute(_DELETE_TESTS)
    for table in ("test_traces", "renamed"):
        connection.execute(f"DELETE FROM {table} WHERE trace_id IN (FROM {_GOING})")
    return int(connection.execute(f"DELETE FROM spans WHERE trace_id IN (FROM {_GOING})").fetchall()[0][0])
