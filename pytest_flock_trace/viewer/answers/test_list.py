"""The tests of a session or a file, each attempt with its outcome, its budgets and its traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.viewer.answers.moment import iso
from pytest_flock_trace.viewer.answers.portable import Answer, portable, whole
from pytest_flock_trace.viewer.answers.trace_key import key_of

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView
    from pytest_flock_trace.viewer.answers.told import Told

_ATTEMPTS: Final = """
    WITH sizes AS (
        SELECT
            trace_id,
            min(start_time) AS started,
            count(*) AS spans,
            count(*) FILTER (status_code = 'ERROR') AS errors
        FROM spans
        GROUP BY trace_id
    ),
    caused AS (
        SELECT
            session,
            test,
            attempt,
            list(trace_id ORDER BY started, trace_id) AS traces,
            sum(spans)::BIGINT AS spans,
            sum(errors)::BIGINT AS errors
        FROM (SELECT DISTINCT session, test, attempt, trace_id FROM test_traces)
        JOIN sizes USING (trace_id)
        GROUP BY session, test, attempt
    )
    SELECT
        session, test, attempt, outcome, worker, start_time, duration, failure,
        coalesce(spans, 0) AS spans, coalesce(errors, 0) AS errors, coalesce(traces, []) AS traces
    FROM tests
    LEFT JOIN caused USING (session, test, attempt)
    ORDER BY start_time, test, attempt, session
"""


def tests(view: TraceFileView, told: Told) -> Answer:
    """A row for each attempt, in the order in which they started."""
    rows = view.sql(_ATTEMPTS)
    return {"rows": [_row(dict(zip(rows.columns, row)), told) for row in rows]}


def _row(row: dict[str, Any], told: Told) -> dict[str, Any]:
    return {
        "id": portable(row["test"]),
        "session": portable(row["session"]),
        "outcome": row["outcome"],
        "attempt": row["attempt"],
        "worker": portable(row["worker"]),
        "started": iso(row["start_time"]),
        "duration": whole(row["duration"]),
        "spans": whole(row["spans"]),
        "errors": whole(row["errors"]),
        "failure": portable(row["failure"]),
        **told.of_attempt(row["test"], row["attempt"]),
        "traces": [key_of(trace) for trace in row["traces"]],
    }
