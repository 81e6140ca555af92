"""Spans of ours from spans as OTLP has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pytest_flock_trace.interop.otlp.carried import keep_theirs, take_out
from pytest_flock_trace.interop.otlp.otlp_span import (
    KINDS,
    STATUSES,
    OtlpEvent,
    OtlpLink,
    OtlpResource,
    OtlpScope,
    OtlpSpan,
)
from pytest_flock_trace.model.span import Event, Link, Scope, Span

_ORDINARY: Final = frozenset({0, 0x001, 0x100, 0x101})
"""Flags that say no more than that a span was sampled and that its parent is of the same process."""


def resource_attributes(said: OtlpResource) -> dict[str, Any]:
    """The attributes of a resource, with what else was said of it."""
    attributes = dict(said.attributes)
    keep_theirs(attributes, {"schema_url": said.schema_url, "dropped_attributes_count": said.dropped})
    return attributes


class Assembler:
    """Makes spans that share a resource and a scope."""

    def __init__(self, resource: Mapping[str, Any], scope: OtlpScope, waits: Sequence[str]) -> None:
        """The resource's attributes are shared by the spans; `waits` are globs of the names of spans that only wait."""
        self._resource = resource
        self._scope = Scope(scope.name, scope.version or None)
        self._waits = waits
        self._of_scope: dict[str, Any] = {}
        keep_theirs(
            self._of_scope,
            {
                "scope.schema_url": scope.schema_url,
                "scope.attributes": scope.attributes,
                "scope.dropped_attributes_count": scope.dropped,
            },
        )

    def __call__(self, said: OtlpSpan) -> Span:
        """The span, which takes the attributes over; what it has no field for is kept in them."""
        attributes = {**said.attributes, **self._of_scope} if self._of_scope else said.attributes
        fields = take_out(attributes)
        if said.trace_state or said.flags not in _ORDINARY or said.dropped_events or said.dropped_links:
            keep_theirs(attributes, _beyond(said))
        span = Span(
            said.name,
            span_id=said.span_id,
            parent_id=said.parent_id,
            trace_id=said.trace_id,
            start_ns=said.start,
            end_ns=said.end,
            status=STATUSES[said.status],
            kind=KINDS[said.kind],
            status_description=said.message or None,
            attributes=attributes,
            events=map(_event, said.events),
            links=map(_link, said.links),
            resource=self._resource,
            scope=self._scope,
            dropped=said.dropped_attributes + said.dropped_events + said.dropped_links,
            waits=self._waits,
        )
        return span.replace(**fields) if fields else span


def _beyond(said: OtlpSpan) -> dict[str, object]:
    return {
        "trace_state": said.trace_state,
        "flags": 0 if said.flags in _ORDINARY else said.flags,
        "dropped_events_count": said.dropped_events,
        "dropped_links_count": said.dropped_links,
    }


def _event(said: OtlpEvent) -> Event:
    attributes = dict(said.attributes)
    fields = take_out(attributes)
    keep_theirs(attributes, {"dropped_attributes_count": said.dropped})
    return Event(said.name, fields.get("time_ns", said.time), attributes)


def _link(said: OtlpLink) -> Link:
    attributes = dict(said.attributes)
    fields = take_out(attributes)
    flags = 0 if said.flags in _ORDINARY else said.flags
    beyond = {"trace_state": said.trace_state, "flags": flags, "dropped_attributes_count": said.dropped}
    keep_theirs(attributes, beyond)
    return Link(fields.get("span_id", said.span_id), fields.get("trace_id", said.trace_id), attributes)
