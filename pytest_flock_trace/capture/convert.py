"""Raw rows as immutable spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.trace import SpanKind, StatusCode

from pytest_flock_trace.capture.correlation import Ids, handed_down
from pytest_flock_trace.capture.loop_clock import LoopClock, Timing
from pytest_flock_trace.model.span import Event, Link, Origin, Scope, Span

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row

_STATUSES: Final = {status: status.name.lower() for status in StatusCode}
_KINDS: Final = {kind: kind.name.lower() for kind in SpanKind}


def convert(rows: Iterable[Row], wait_names: Sequence[str]) -> list[Span]:
    """Spans of the rows, in the rows' order; an unfinished span reaches to the last moment any row knows of."""
    rows, waits = list(rows), tuple(wait_names)
    for row in rows:
        if (live := row.live) is not None:
            row.take(live)
    latest = _latest(rows) if any(row.end is None for row in rows) else {}
    resources = {
        key: dict(resource.attributes) for key, resource in {id(row.resource): row.resource for row in rows}.items()
    }
    inherited = handed_down(rows)
    return [
        _span(row, latest, waits, resources[id(row.resource)], inherited.get(position))
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
    latest: Mapping[LoopClock | None, int],
    waits: tuple[str, ...],
    resource: dict[str, Any],
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
        end_ns=int(row.end) if row.end is not None else max(start, latest[_clock(row)]),
        status=_STATUSES[row.status.status_code],
        status_description=row.status.description,
        kind=_KINDS[row.kind],
        attributes=attributes,
        events=[_event(event, row.timing) for event in row.events] if row.events else (),
        links=[_link(link) for link in row.links] if row.links else (),
        resource=resource,
        scope=_scope(row.scope),
        late=row.late,
        unfinished=row.live is not None,
        detached=row.detached,
        dropped=row.dropped,
        origin=_origin(row),
        waits=waits,
    )


def _origin(row: Row) -> Origin:
    origin = Origin if row.ordinal else _shared_origin
    return origin(row.ordinal, row.thread, row.task, row.phase)


def _event(event: Any, timing: Timing | None) -> Event:
    moment = event.timestamp if timing is None else timing.event_at(event.timestamp)
    return Event(event.name, moment, dict(event.attributes or {}))


def _link(link: Any) -> Link:
    context = link.context
    return Link(format(context.span_id, "016x"), format(context.trace_id, "032x"), dict(link.attributes or {}))


def _scope(scope: Any) -> Scope:
    return Scope() if scope is None else _known_scope(scope.name, scope.version or None)


_shared_origin: Final = lru_cache(maxsize=256)(Origin)
"""Spans on their way out of the process are not numbered, so that few origins are left of all of theirs."""


@lru_cache(maxsize=256)
def _known_scope(name: str, version: str | None) -> Scope:
    return Scope(name, version)
