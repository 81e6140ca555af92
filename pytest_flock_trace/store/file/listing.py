"""The traces of a file, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.text import one_line

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

LATEST: Final = "latest"
_NAMED: Final = 5
"""Ids that are listed where a beginning says too little."""
_LIST: Final = """
    WITH summed AS (
        SELECT
            trace_id,
            coalesce(arg_min(name, place) FILTER (parent_place IS NULL), arg_min(name, place)) AS name,
            min(start_time) AS start_ns,
            max(greatest(start_time, end_time)) - min(start_time) AS duration_ns,
            count(*) AS spans,
            count(*) FILTER (status_code = 'ERROR') AS errors,
            coalesce(list_sort(list(DISTINCT agent) FILTER (agent IS NOT NULL)), []) AS agents,
            min(test) AS test
        FROM spans
        GROUP BY trace_id
    ),
    caused AS (SELECT trace_id, min(test) AS caused_by FROM test_traces GROUP BY trace_id),
    listed AS (
        SELECT summed.* EXCLUDE (test), coalesce(test, caused_by) AS test FROM summed LEFT JOIN caused USING (trace_id)
    )
    FROM listed
    WHERE (NOT $failed OR errors > 0)
        AND ($test::VARCHAR IS NULL OR test LIKE $test ESCAPE '\\')
        AND ($since::BIGINT IS NULL OR start_ns >= $since)
    ORDER BY start_ns DESC, trace_id
    LIMIT $limit
"""
_ALL: Final = 2**62
_BEGINNING: Final = f"SELECT DISTINCT trace_id FROM spans WHERE starts_with(trace_id, $id) ORDER BY ALL LIMIT {_NAMED}"
_NEWEST: Final = """
    SELECT trace_id FROM spans GROUP BY trace_id ORDER BY min(start_time) DESC, trace_id LIMIT 1
"""


class TraceLine(NamedTuple):
    """What a list says of a trace. Times are Unix nanoseconds and nanoseconds."""

    trace_id: str
    name: str
    """Of its first root."""
    start_ns: int
    duration_ns: int
    """From the first start to the last end."""
    spans: int
    errors: int
    """Spans that ended in error."""
    agents: list[str]
    """Those that were invoked, by name."""
    test: str | None
    """Id of the test that caused it."""


def listed(
    view: TraceFileView,
    *,
    failed: bool = False,
    test: str | None = None,
    since_ns: int | None = None,
    limit: int | None = None,
) -> list[TraceLine]:
    """The traces, newest first: those with errors, of tests that match a glob, that started no earlier than this."""
    parameters = {
        "failed": failed,
        "test": None if test is None else _like(test),
        "since": since_ns,
        "limit": _ALL if limit is None else limit,
    }
    return [TraceLine(*row) for row in view.sql(_LIST, parameters)]


def found(view: TraceFileView, said: str) -> str:
    """The id of the trace that an id, an unambiguous beginning of one or `latest` means; raises `BadArgument`."""
    if said == LATEST:
        newest = view.sql(_NEWEST).fetchone()
        if newest is None:
            raise BadArgument("the file holds no trace, so there is no latest one")
        return str(newest[0])
    ids: list[str] = [row[0] for row in view.sql(_BEGINNING, {"id": said})] if said else []
    if said in ids or len(ids) == 1:
        return said if said in ids else ids[0]
    if ids:
        raise BadArgument(f"{said!r} is the beginning of several traces: {', '.join(map(one_line, ids))}; write more")
    raise BadArgument(f"no trace begins with {said!r}; `ls` lists those that are there, `latest` is the newest")


def _like(glob: str) -> str:
    """The glob, in which only `*` and `?` are special, as a pattern of LIKE."""
    escaped = glob.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
