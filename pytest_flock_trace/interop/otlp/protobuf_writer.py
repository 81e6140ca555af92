"""OTLP's protobuf messages of spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.interop.json_value import INT64
from pytest_flock_trace.interop.otlp.depth import DEEPEST, entries, items
from pytest_flock_trace.interop.otlp.extra import messages
from pytest_flock_trace.interop.otlp.grouping import Group, grouped_spans
from pytest_flock_trace.interop.otlp.otlp_span import OtlpEvent, OtlpLink, OtlpScope, OtlpSpan
from pytest_flock_trace.model.payload import digits, text_of, to_json

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span


def protobuf_message(spans: Iterable[Span]) -> bytes:
    """One `TracesData` message, which is an `ExportTraceServiceRequest` as well.

    Messages written one after another are one message with the spans of all.
    """
    message = messages().TracesData()
    for group in grouped_spans(spans):
        _write_group(message.resource_spans.add(), group)
    written: bytes = message.SerializeToString()
    return written


def _write_group(message: Any, group: Group) -> None:
    resource, scopes = group
    _write_attributes(message.resource.attributes, resource.attributes)
    message.resource.dropped_attributes_count = resource.dropped
    message.schema_url = text_of(resource.schema_url)
    for scope, spans in scopes:
        part = message.scope_spans.add()
        _write_scope(part, scope)
        for span in spans:
            _write_span(part.spans, span)


def _write_scope(message: Any, scope: OtlpScope) -> None:
    message.scope.name = text_of(scope.name)
    message.scope.version = text_of(scope.version)
    message.scope.dropped_attributes_count = scope.dropped
    message.schema_url = text_of(scope.schema_url)
    _write_attributes(message.scope.attributes, scope.attributes)


def _write_span(siblings: Any, span: OtlpSpan) -> None:
    message = siblings.add(
        trace_id=bytes.fromhex(span.trace_id),
        span_id=bytes.fromhex(span.span_id),
        parent_span_id=bytes.fromhex(span.parent_id),
        trace_state=text_of(span.trace_state),
        flags=span.flags,
        name=text_of(span.name),
        kind=span.kind,
        start_time_unix_nano=span.start,
        end_time_unix_nano=span.end,
        dropped_attributes_count=span.dropped_attributes,
        dropped_events_count=span.dropped_events,
        dropped_links_count=span.dropped_links,
    )
    _write_attributes(message.attributes, span.attributes)
    if span.status:
        message.status.code = span.status
    if span.message:
        message.status.message = text_of(span.message)
    for event in span.events:
        _write_event(message.events, event)
    for link in span.links:
        _write_link(message.links, link)


def _write_event(siblings: Any, event: OtlpEvent) -> None:
    message = siblings.add(time_unix_nano=event.time, name=text_of(event.name), dropped_attributes_count=event.dropped)
    _write_attributes(message.attributes, event.attributes)


def _write_link(siblings: Any, link: OtlpLink) -> None:
    message = siblings.add(
        trace_id=bytes.fromhex(link.trace_id),
        span_id=bytes.fromhex(link.span_id),
        trace_state=text_of(link.trace_state),
        flags=link.flags,
        dropped_attributes_count=link.dropped,
    )
    _write_attributes(message.attributes, link.attributes)


def _write_attributes(siblings: Any, attributes: Mapping[Any, Any]) -> None:
    add = siblings.add
    for key, value in attributes.items():
        _write_value(add(key=text_of(str(key))).value, value, 0)


def _write_value(message: Any, value: object, depth: int) -> None:
    """Set the field of a value's type; what OTLP has no type for becomes text."""
    if isinstance(value, str):
        message.string_value = text_of(value)
    elif value is None:
        pass
    elif isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, int):
        _write_integer(message, value)
    elif isinstance(value, float):
        message.double_value = value
    elif isinstance(value, (bytes, bytearray)):
        message.bytes_value = bytes(value)
    else:
        _write_nested(message, value, depth)


def _write_integer(message: Any, value: int) -> None:
    if INT64[0] <= value <= INT64[1]:
        message.int_value = value
    else:
        message.string_value = digits(value)


def _write_nested(message: Any, value: object, depth: int) -> None:
    pairs, values = entries(value), items(value)
    if pairs is None and values is None:
        message.string_value = text_of(str(value))
    elif depth >= DEEPEST:
        message.string_value = to_json(value)
    elif pairs is not None:
        message.kvlist_value.SetInParent()
        for key, inner in pairs:
            _write_value(message.kvlist_value.values.add(key=text_of(str(key))).value, inner, depth + 1)
    else:
        message.array_value.SetInParent()
        for inner in values or ():
            _write_value(message.array_value.values.add(), inner, depth + 1)
