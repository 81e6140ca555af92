"""Raw rows as immutable spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.capture.correlation import Ids, handed_down
from pytest_flock_trace.capture.loop_clock import LoopClock, Timing
from pytest_flock_trace.model.span import Event, Link, Origin, Scope, Span

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row


def convert(rows: Iterable[Row], wait_names: Sequence[str]) -> list[Span]:
    """Spans of the rows, in the rows' order; an unfinished span reaches to the last moment any row knows of."""
    rows = list(rows)
    for row in rows:
        if (live := row.live) is not None:
            row.take(live)
    latest = _latest(rows)
    resources: dict[int, dict[str, Any]] = {}
    for row in rows:
        if id(row.resource) not in resources:
            resources[id(row.resource)] = dict(row.resource.attributes)
    inherited = handed_down(rows)
    return [
        _span(
            row,
            latest[_clock(row)],
            wait_names,
            resources.get(id(row.resource)),
            inherited.get(position),
        )
        for position, row in enumerate(rows)
    ]


def _clock(row: Row) -> LoopClock | None:
    return None if row.timing is None else row.timing.clock


def _latest(rows: Iterable[Row]) -> dict[LoopClock | None, int]:
    """The last moment by each clock."""
    latest: dict[LoopClock | None, int] = {}
    for row in rows:
        clock = _clock(row)
        moments = (moment for moment in (row.start, row.end) if moment is not None)
        latest[clock] = max(latest.get(clock, 0), *map(int, moments), 0)
    return latest


def _span(
    row: Row,
    latest: int,
    wait_names: Sequence[str],
    resource: dict[str, Any] | None,
    ids: Ids | None,
) -> Span:
    attributes = row.attributes if row.live is None else dict(row.attributes)
    if ids:
        attributes = {**attributes, **ids}
    start = int(row.start or 0)  # a caller may have given seconds as a float; the nonsense shows, but it is read
    return Span(
        row.name if isinstance(row.name, str) else str(row.name),
        span_id=format(row.context.span_id, "016x"),
        parent_id=None if row.parent is None else format(row.parent.span_id, "016x"),
        trace_id=format(row.context.trace_id, "032x"),
        start_ns=start,
        end_ns=int(row.end) if row.end is not None else max(start, latest),
        status=row.status.status_code.name.lower(),
        status_description=row.status.description,
        kind=row.kind.name.lower(),
        attributes=attributes,
        events=[_event(event, row.timing) for event in row.events],
        links=[_link(link) for link in row.links],
        resource=resource,
        scope=_scope(row.scope),
        late=row.late,
        unfinished=row.live is not None,
        detached=row.detached,
        dropped=row.dropped,
        origin=Origin(row.ordinal, row.thread, row.task, row.phase),
        waits=wait_names,
    )


def _event(event: Any, timing: Timing | None) -> Event:
    moment = event.timestamp if timing is None else timing.event_at(event.timestamp)
    return Event(event.name, moment, dict(event.attributes or {}))


def _link(link: Any) -> Link:
    context = link.context
    return Link(format(context.span_id, "016x"), format(context.trace_id, "032x"), dict(link.attributes or {}))


def _scope(scope: Any) -> Scope:
    return Scope() if scope is None else _known_scope(scope.name, scope.version or None)


@lru_cache(maxsize=256)
def _known_scope(name: str, version: str | None) -> Scope:
    return Scope(name, version)
