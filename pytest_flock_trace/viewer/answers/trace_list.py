"""The traces, a row each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.viewer.answers.moment import iso, milliseconds
from pytest_flock_trace.viewer.answers.portable import Answer, whole
from pytest_flock_trace.viewer.answers.trace_key import key_of

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

ORDERS: Final = {
    "latest": "start_ns DESC, trace_id",
    "slowest": "duration DESC, start_ns DESC, trace_id",
    "errors": "errors DESC, start_ns DESC, trace_id",
    "spans": "spans DESC, start_ns DESC, trace_id",
}
_ALL: Final = 2**62
_ROWS: Final = """
    WITH summed AS (
        SELECT
            trace_id,
            coalesce(arg_min(name, place) FILTER (parent_place IS NULL), arg_min(name, place)) AS name,
            CASE
                WHEN bool_or(status_code = 'ERROR') FILTER (parent_place IS NULL) THEN 'error'
                WHEN bool_or(status_code = 'OK') FILTER (parent_place IS NULL) THEN 'ok'
                ELSE 'unset'
            END AS status,
            min(start_time) AS start_ns,
            max(greatest(start_time, end_time))::HUGEINT - min(start_time) AS duration,
            count(*) AS spans,
            count(*) FILTER (status_code = 'ERROR') AS errors,
            coalesce(list_sort(list(DISTINCT agent) FILTER (agent IS NOT NULL)), []) AS agents,
            coalesce(list_sort(list(DISTINCT service) FILTER (service <> '' AND NOT is_run)), []) AS services,
            min(test) AS test,
            arg_min(run, place) FILTER (is_run) AS run
        FROM spans
        WHERE $ids IS NULL OR list_contains($ids::VARCHAR[], trace_id)
        GROUP BY trace_id
    ),
    caused AS (SELECT trace_id, min(test) AS caused_by FROM test_traces GROUP BY trace_id)
    SELECT
        trace_id, name, status, start_ns, duration, spans, errors, agents, services,
        coalesce(test, caused_by) AS test, run, count(*) OVER () AS total
    FROM summed
    LEFT JOIN caused USING (trace_id)
    ORDER BY {order}
    LIMIT $limit OFFSET $offset
"""
_COUNT: Final = "SELECT count(DISTINCT trace_id) FROM spans"


def traces(
    view: TraceFileView,
    *,
    order: str = "latest",
    offset: int = 0,
    limit: int | None = None,
    among: Collection[str] | None = None,
    is_whole: Callable[[str], bool] = lambda trace: True,
) -> Answer:
    """The rows from `offset` on, of these traces or all; `is_whole` tells whose spans can be looked into.

    Numbers are of the spans that the view shows. Raises `BadArgument` for another order.
    """
    if order not in ORDERS:
        raise BadArgument(f"order={order!r} is none of traces; valid: {', '.join(ORDERS)}")
    ids = None if among is None else list(among)
    asked = {"ids": ids, "limit": _ALL if limit is None else limit, "offset": offset}
    found = list(view.sql(_ROWS.format(order=ORDERS[order]), asked))
    total = found[0][-1] if found else 0 if offset == 0 else next(iter(view.sql(_COUNT)))[0]
    return {"total": whole(total), "rows": [_row(*row[:-1], is_whole=is_whole) for row in found]}


def _row(  # noqa: PLR0913, PLR0917  # one for each column of the query
    trace_id: str,
    name: str,
    status: str,
    start_ns: int,
    duration: int,
    spans: int,
    errors: int,
    agents: list[str],
    services: list[str],
    test: str | None,
    run: str | None,
    *,
    is_whole: Callable[[str], bool],
) -> dict[str, Any]:
    return {
        "key": key_of(trace_id),
        "trace_id": trace_id,
        "name": name,
        "status": status,
        "started": iso(start_ns),
        "start_ms": milliseconds(start_ns),
        "duration": whole(duration),
        "spans": whole(spans),
        "errors": whole(errors),
        "agents": agents,
        "services": services,
        "test": test,
        "run": run,
        "whole": is_whole(trace_id),
    }
