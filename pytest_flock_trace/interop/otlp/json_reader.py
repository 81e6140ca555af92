"""Spans of OTLP's JSON documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.json_value import (
    UINT32,
    UINT64,
    JsonObject,
    json_object,
    json_objects,
    one_of,
    shown,
    text,
    whole,
)
from pytest_flock_trace.interop.otlp.assembly import Assembler, resource_attributes
from pytest_flock_trace.interop.otlp.identity import optional_id, required_id
from pytest_flock_trace.interop.otlp.json_attributes import read_attributes
from pytest_flock_trace.interop.otlp.otlp_span import OtlpEvent, OtlpLink, OtlpResource, OtlpScope, OtlpSpan
from pytest_flock_trace.interop.otlp.refusing import readable
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.wire_id import SPAN_BYTES, TRACE_BYTES


def _numbers(prefix: str, *words: str) -> Mapping[object, int]:
    """The number of each word of an enumeration, by what a document may say for it."""
    return {said: number for number, word in enumerate(words) for said in (number, f"{prefix}{word}")}


_RARE: Final = frozenset(
    {
        *("events", "links", "traceState", "flags"),
        *("droppedAttributesCount", "droppedEventsCount", "droppedLinksCount"),
    }
)
"""Fields that most spans lack; looking for each of them took a fifth of the time."""
_SNAKE: Final = re.compile("_([a-z])")
_KINDS: Final = _numbers("SPAN_KIND_", "UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
_STATUSES: Final = _numbers("STATUS_CODE_", "UNSET", "OK", "ERROR")


def read_groups(groups: object, what: str, waits: Sequence[str], refused: list[str] | None = None) -> Iterator[Span]:
    """The spans of a list of `ResourceSpans`.

    Field names may be in camel or in snake case. `waits` are globs of the names of spans that only wait. A span that
    can't be read is left out where `refused` is given, which takes the reason.
    """
    for group in map(_camel, json_objects(groups, what)):
        said = _camel(json_object(group.get("resource"), "resource"))
        dropped = whole(said.get("droppedAttributesCount"), "droppedAttributesCount", UINT32)
        attributes, url = read_attributes(said.get("attributes")), text(group.get("schemaUrl"), "schemaUrl")
        resource = resource_attributes(OtlpResource(attributes, url, dropped))
        for part in _scopes(group):
            assembled = Assembler(resource, _scope(part), waits)
            spans = map(_camel, json_objects(part.get("spans"), "spans"))
            yield from readable(spans, partial(_read, assembled), refused)


def _scopes(group: JsonObject) -> Iterator[JsonObject]:
    """Those of a resource; before OTLP 0.15 scopes were called instrumentation libraries."""
    for name in ("scopeSpans", "instrumentationLibrarySpans"):
        yield from map(_camel, json_objects(group.get(name), name))


def _scope(part: JsonObject) -> OtlpScope:
    said = _camel(json_object(part.get("scope") or part.get("instrumentationLibrary"), "scope"))
    return OtlpScope(
        text(said.get("name"), "the scope's name"),
        text(said.get("version"), "the scope's version"),
        text(part.get("schemaUrl"), "schemaUrl"),
        whole(said.get("droppedAttributesCount"), "droppedAttributesCount", UINT32),
        read_attributes(said.get("attributes")),
    )


def _read(assembled: Assembler, said: JsonObject) -> Span:
    try:
        return assembled(_span(said))
    except BadTraceFile as exc:
        span_id, trace_id = shown(said.get("spanId")), shown(said.get("traceId"))
        raise BadTraceFile(f"span {span_id} of trace {trace_id} cannot be read: {exc}") from exc


def _span(said: JsonObject) -> OtlpSpan:
    get = said.get
    status = json_object(get("status"), "status")
    common = OtlpSpan(
        name=text(get("name"), "name"),
        trace_id=required_id(get("traceId"), "traceId", TRACE_BYTES),
        span_id=required_id(get("spanId"), "spanId", SPAN_BYTES),
        parent_id=optional_id(get("parentSpanId"), "parentSpanId", SPAN_BYTES),
        start=whole(get("startTimeUnixNano"), "startTimeUnixNano", UINT64),
        end=whole(get("endTimeUnixNano"), "endTimeUnixNano", UINT64),
        kind=one_of(get("kind"), "kind", _KINDS),
        status=one_of(status.get("code"), "status.code", _STATUSES),
        message=text(status.get("message"), "status.message"),
        attributes=read_attributes(get("attributes")),
    )
    return common if _RARE.isdisjoint(said) else _with_rare(common, said)


def _with_rare(common: OtlpSpan, said: JsonObject) -> OtlpSpan:
    get = said.get
    return common._replace(
        events=[_event(_camel(event)) for event in json_objects(get("events"), "events")],
        links=[_link(_camel(link)) for link in json_objects(get("links"), "links")],
        trace_state=text(get("traceState"), "traceState"),
        flags=whole(get("flags"), "flags", UINT32),
        dropped_attributes=whole(get("droppedAttributesCount"), "droppedAttributesCount", UINT32),
        dropped_events=whole(get("droppedEventsCount"), "droppedEventsCount", UINT32),
        dropped_links=whole(get("droppedLinksCount"), "droppedLinksCount", UINT32),
    )


def _event(said: JsonObject) -> OtlpEvent:
    return OtlpEvent(
        text(said.get("name"), "the name of an event"),
        whole(said.get("timeUnixNano"), "timeUnixNano", UINT64),
        read_attributes(said.get("attributes")),
        whole(said.get("droppedAttributesCount"), "droppedAttributesCount", UINT32),
    )


def _link(said: JsonObject) -> OtlpLink:
    return OtlpLink(
        required_id(said.get("traceId"), "the traceId of a link", TRACE_BYTES),
        required_id(said.get("spanId"), "the spanId of a link", SPAN_BYTES),
        read_attributes(said.get("attributes")),
        text(said.get("traceState"), "the traceState of a link"),
        whole(said.get("flags"), "the flags of a link", UINT32),
        whole(said.get("droppedAttributesCount"), "droppedAttributesCount", UINT32),
    )


def _camel(said: JsonObject) -> JsonObject:
    """The same fields under the names that OTLP's JSON gives them, for files that have those of protobuf."""
    if "_" not in "".join(said):
        return said
    return {_SNAKE.sub(lambda found: found[1].upper(), name): value for name, value in said.items()}
