"""Spans as the SDK's exporters take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event as SdkEvent
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link as SdkLink
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from pytest_flock_trace.capture.otlp.sendable import sendable, within
from pytest_flock_trace.model.payload import text_of
from pytest_flock_trace.model.span import Event, Link, Scope, Span
from pytest_flock_trace.model.wire_id import SPAN_BYTES, TRACE_BYTES, wire_id

_STATUS: Final = {"unset": StatusCode.UNSET, "ok": StatusCode.OK, "error": StatusCode.ERROR}
_UNSIGNED: Final = (0, 2**64 - 1)
_COUNT: Final = (0, 2**32 - 1)


class _Sent(ReadableSpan):
    """A span that says how much was dropped of it, though what was dropped is not known by kind any more."""

    dropped = 0

    @property
    def dropped_attributes(self) -> int:
        """All that was dropped."""
        return self.dropped


def readable(spans: Iterable[Span]) -> list[ReadableSpan]:
    """The same spans: ids, resource and scope are kept, and what no exporter can encode is text."""
    resources: dict[int, Resource] = {}
    return [_readable(span, _resource(span.resource, resources)) for span in spans]


def _resource(attributes: Mapping[str, Any], known: dict[int, Resource]) -> Resource:
    """Spans that were recorded together share the mapping."""
    found = known.get(id(attributes))
    if found is None:
        found = known[id(attributes)] = Resource(sendable(attributes))
    return found


def _readable(span: Span, resource: Resource) -> ReadableSpan:
    sent = _Sent(
        text_of(span.name),
        _context(span.trace_id, span.span_id),
        None if span.parent_id is None else _context(span.trace_id, span.parent_id),
        resource,
        sendable(span.attributes),
        [_event(event) for event in span.events],
        [_link(link, span.trace_id) for link in span.links],
        SpanKind[span.kind.upper()],
        status=_status(span),
        start_time=within(span.start_ns, _UNSIGNED),
        end_time=within(span.end_ns, _UNSIGNED),
        instrumentation_scope=_scope(span.scope),
    )
    sent.dropped = within(span.dropped, _COUNT)
    return sent


def _context(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(
        int(wire_id(trace_id, TRACE_BYTES), 16),
        int(wire_id(span_id, SPAN_BYTES), 16),
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )


def _event(event: Event) -> SdkEvent:
    return SdkEvent(text_of(event.name), sendable(event.attributes), within(event.time_ns, _UNSIGNED))


def _link(link: Link, trace_id: str) -> SdkLink:
    return SdkLink(_context(link.trace_id or trace_id, link.span_id), sendable(link.attributes))


def _status(span: Span) -> Status:
    """Only an error has a description: the SDK throws away any other, with a warning."""
    description = span.status_description if span.status == "error" else None
    return Status(_STATUS[span.status], None if description is None else text_of(description))


def _scope(scope: Scope) -> InstrumentationScope:
    return InstrumentationScope(text_of(scope.name), None if scope.version is None else text_of(scope.version))
