"""Spans as OTLP has them from spans of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_flock_trace.interop.json_value import UINT32, UINT64
from pytest_flock_trace.interop.otlp.carried import OURS, put_in, theirs
from pytest_flock_trace.interop.otlp.otlp_span import (
    KIND_NUMBERS,
    STATUS_NUMBERS,
    OtlpEvent,
    OtlpLink,
    OtlpResource,
    OtlpScope,
    OtlpSpan,
)
from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.model.wire_id import SPAN_BYTES, TRACE_BYTES, wire_id

_SCOPE: Final = {"scope.schema_url": str, "scope.dropped_attributes_count": int, "scope.attributes": dict}
_SPAN: Final = {"trace_state": str, "flags": int, "dropped_events_count": int, "dropped_links_count": int}
_LINK: Final = {"trace_state": str, "flags": int, "dropped_attributes_count": int}
_EVENT: Final = {"dropped_attributes_count": int}
_RESOURCE: Final = {"schema_url": str, "dropped_attributes_count": int}


def resource_of(attributes: Mapping[str, Any]) -> OtlpResource:
    """The resource that has these attributes."""
    kept = dict(attributes)
    schema_url, dropped = theirs(kept, _RESOURCE)
    return OtlpResource(kept, schema_url, _count(dropped))


def disassembled(span: Span) -> tuple[OtlpScope, OtlpSpan]:
    """The span as OTLP has it; what OTLP has no field for is carried by attributes."""
    attributes = {**span.attributes, **put_in(span)}
    schema_url, scope_dropped, scope_attributes = theirs(attributes, _SCOPE)
    trace_state, flags, *dropped = theirs(attributes, _SPAN)
    events, links = map(_count, dropped)
    if events + links > span.dropped:  # said of a span before its `dropped` was changed
        events = links = 0
    scope = OtlpScope(span.scope.name, span.scope.version or "", schema_url, _count(scope_dropped), scope_attributes)
    said = OtlpSpan(
        name=span.name,
        trace_id=_id(attributes, "trace_id", span.trace_id, TRACE_BYTES),
        span_id=_id(attributes, "span_id", span.span_id, SPAN_BYTES),
        parent_id="" if span.parent_id is None else _id(attributes, "parent_id", span.parent_id, SPAN_BYTES),
        start=_bounded(attributes, "start_ns", span.start_ns, UINT64),
        end=_bounded(attributes, "end_ns", span.end_ns, UINT64),
        kind=KIND_NUMBERS[span.kind],
        status=STATUS_NUMBERS[span.status],
        message=span.status_description or "",
        events=[_event(event) for event in span.events],
        links=[_link(link, span.trace_id) for link in span.links],
        trace_state=trace_state,
        flags=_count(flags),
        dropped_attributes=_bounded(attributes, "dropped", span.dropped - events - links, UINT32),
        dropped_events=events,
        dropped_links=links,
        attributes=attributes,
    )
    return scope, said


def _event(event: Event) -> OtlpEvent:
    attributes = dict(event.attributes)
    (dropped,) = theirs(attributes, _EVENT)
    return OtlpEvent(event.name, _bounded(attributes, "time_ns", event.time_ns, UINT64), attributes, _count(dropped))


def _link(link: Link, trace_id: str) -> OtlpLink:
    attributes = dict(link.attributes)
    trace_state, flags, dropped = theirs(attributes, _LINK)
    return OtlpLink(
        _id(attributes, "trace_id", link.trace_id or trace_id, TRACE_BYTES),
        _id(attributes, "span_id", link.span_id, SPAN_BYTES),
        attributes,
        trace_state,
        _count(flags),
        _count(dropped),
    )


def _id(attributes: dict[str, Any], name: str, identifier: str, size: int) -> str:
    """The digits that stand for the id; unless they are the id, it is carried beside them."""
    digits = wire_id(identifier, size)
    if digits != identifier:
        attributes[OURS + name] = identifier
    return digits


def _bounded(attributes: dict[str, Any], name: str, number: int, limits: tuple[int, int]) -> int:
    """The number that is nearest within the limits; unless it is the number itself, that is carried beside it."""
    nearest = max(limits[0], min(number, limits[1]))
    if nearest != number:
        attributes[OURS + name] = str(number)
    return nearest


def _count(number: int) -> int:
    return max(0, min(number, UINT32[1]))
