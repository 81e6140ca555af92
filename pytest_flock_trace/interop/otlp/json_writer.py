"""OTLP's JSON documents of spans."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pytest_flock_trace.interop.json_value import JsonObject
from pytest_flock_trace.interop.otlp.grouping import Group, grouped_spans
from pytest_flock_trace.interop.otlp.json_attributes import write_attributes
from pytest_flock_trace.interop.otlp.otlp_span import OtlpEvent, OtlpLink, OtlpScope, OtlpSpan
from pytest_flock_trace.model.payload import text_of
from pytest_flock_trace.model.span import Span

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def json_document(spans: Iterable[Span]) -> bytes:
    """One document with all of the spans, on one line."""
    return _encode({"resourceSpans": [_group(group) for group in grouped_spans(spans)]}).encode("utf-8")


def _group(group: Group) -> JsonObject:
    resource, scopes = group
    said = {
        "attributes": write_attributes(resource.attributes),
        "droppedAttributesCount": resource.dropped,
    }
    return _without_defaults(
        {
            "resource": _without_defaults(said),
            "scopeSpans": [_scope(scope, spans) for scope, spans in scopes],
            "schemaUrl": text_of(resource.schema_url),
        }
    )


def _scope(scope: OtlpScope, spans: Iterable[OtlpSpan]) -> JsonObject:
    said = {
        "name": text_of(scope.name),
        "version": text_of(scope.version),
        "attributes": write_attributes(scope.attributes),
        "droppedAttributesCount": scope.dropped,
    }
    found = {"scope": _without_defaults(said), "spans": list(map(_span, spans)), "schemaUrl": text_of(scope.schema_url)}
    return _without_defaults(found)


def _span(span: OtlpSpan) -> JsonObject:
    said = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "traceState": text_of(span.trace_state),
        "parentSpanId": span.parent_id,
        "flags": span.flags,
        "name": text_of(span.name),
        "kind": span.kind,
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.end),
        "attributes": write_attributes(span.attributes),
        "droppedAttributesCount": span.dropped_attributes,
        "events": [_event(event) for event in span.events],
        "droppedEventsCount": span.dropped_events,
        "links": [_link(link) for link in span.links],
        "droppedLinksCount": span.dropped_links,
        "status": _without_defaults({"message": text_of(span.message), "code": span.status}),
    }
    return _without_defaults(said)


def _event(event: OtlpEvent) -> JsonObject:
    said = {
        "timeUnixNano": str(event.time),
        "name": text_of(event.name),
        "attributes": write_attributes(event.attributes),
        "droppedAttributesCount": event.dropped,
    }
    return _without_defaults(said)


def _link(link: OtlpLink) -> JsonObject:
    said = {
        "traceId": link.trace_id,
        "spanId": link.span_id,
        "traceState": text_of(link.trace_state),
        "attributes": write_attributes(link.attributes),
        "droppedAttributesCount": link.dropped,
        "flags": link.flags,
    }
    return _without_defaults(said)


def _without_defaults(said: JsonObject) -> JsonObject:
    """The fields that say something: what is empty or 0 is what a reader takes an absent field for."""
    return {name: value for name, value in said.items() if value}
