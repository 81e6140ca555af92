"""Spans of OTLP's protobuf messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.otlp.assembly import Assembler, resource_attributes
from pytest_flock_trace.interop.otlp.depth import DEEPEST_READ
from pytest_flock_trace.interop.otlp.extra import decode_error, messages
from pytest_flock_trace.interop.otlp.otlp_span import (
    KINDS,
    STATUSES,
    OtlpEvent,
    OtlpLink,
    OtlpResource,
    OtlpScope,
    OtlpSpan,
)
from pytest_flock_trace.interop.otlp.refusing import readable
from pytest_flock_trace.model.span import Span


def read_resource_spans(message: bytes, waits: Sequence[str], refused: list[str] | None = None) -> Iterator[Span]:
    """The spans of one `ResourceSpans` message; `waits` are globs of the names of spans that only wait.

    A span that can't be read is left out where `refused` is given, which takes the reason.
    """
    try:
        group = messages().ResourceSpans.FromString(message)
    except decode_error() as exc:
        raise BadTraceFile(f"it holds a message that is no ResourceSpans of OTLP ({exc})") from exc
    said = OtlpResource(
        _attributes(group.resource.attributes), group.schema_url, group.resource.dropped_attributes_count
    )
    resource = resource_attributes(said)
    for part in group.scope_spans:
        assembled = Assembler(resource, _scope(part), waits)
        yield from readable(part.spans, partial(_read, assembled), refused)


def _scope(part: Any) -> OtlpScope:
    said = part.scope
    attributes = _attributes(said.attributes)
    return OtlpScope(said.name, said.version, part.schema_url, said.dropped_attributes_count, attributes)


def _read(assembled: Assembler, said: Any) -> Span:
    try:
        return assembled(_span(said))
    except BadTraceFile as exc:
        ids = f"{said.span_id.hex()!r} of trace {said.trace_id.hex()!r}"
        raise BadTraceFile(f"span {ids} cannot be read: {exc}") from exc


def _span(said: Any) -> OtlpSpan:
    kind, status = said.kind, said.status
    code = status.code
    _known("kind", kind, KINDS)
    _known("status code", code, STATUSES)
    return OtlpSpan(
        name=said.name,
        trace_id=_id(said.trace_id) or _lacking("trace id"),
        span_id=_id(said.span_id) or _lacking("span id"),
        parent_id=_id(said.parent_span_id),
        start=said.start_time_unix_nano,
        end=said.end_time_unix_nano,
        kind=kind,
        status=code,
        message=status.message,
        attributes=_attributes(said.attributes),
        events=[_event(event) for event in said.events],
        links=[_link(link) for link in said.links],
        trace_state=said.trace_state,
        flags=said.flags,
        dropped_attributes=said.dropped_attributes_count,
        dropped_events=said.dropped_events_count,
        dropped_links=said.dropped_links_count,
    )


def _event(said: Any) -> OtlpEvent:
    return OtlpEvent(said.name, said.time_unix_nano, _attributes(said.attributes), said.dropped_attributes_count)


def _link(said: Any) -> OtlpLink:
    return OtlpLink(
        _id(said.trace_id) or _lacking("trace id in a link"),
        _id(said.span_id) or _lacking("span id in a link"),
        _attributes(said.attributes),
        said.trace_state,
        said.flags,
        said.dropped_attributes_count,
    )


def _id(said: bytes) -> str:
    """The digits; none where all are zero."""
    return said.hex() if any(said) else ""


def _lacking(what: str) -> str:
    raise BadTraceFile(f"it has no {what}, so it can't be told what belongs together")


def _known(what: str, number: int, words: Sequence[str]) -> None:
    if not 0 <= number < len(words):
        raise BadTraceFile(f"its {what} is {number}, expected a number from 0 to {len(words) - 1}")


def _attributes(said: Any, depth: int = 0) -> dict[str, Any]:
    """Attributes by key; of a key that repeats the last counts."""
    return {entry.key: _value(entry.value, depth) for entry in said}


def _value(said: Any, depth: int) -> Any:
    kind = said.WhichOneof("value")
    if kind is None:
        return None
    held = getattr(said, kind)
    if kind in _PLAIN:
        return held
    if depth >= DEEPEST_READ:  # pragma: no cover  # protobuf itself has refused it by then
        raise BadTraceFile(f"an attribute is nested more than {DEEPEST_READ} levels deep")
    if kind == "array_value":
        return tuple([_value(value, depth + 1) for value in held.values])
    return _attributes(held.values, depth + 1)


_PLAIN: Final = frozenset({"string_value", "bool_value", "int_value", "double_value", "bytes_value"})
