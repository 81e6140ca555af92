"""Traces as Jaeger's user interface and API give them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.jaeger_tags import MICROSECOND, TIMES, read_log, read_tags, taken_status, taken_text
from pytest_flock_trace.interop.json_value import (
    JsonObject,
    json_list,
    json_object,
    json_objects,
    refuse,
    shown,
    text,
    whole,
)
from pytest_flock_trace.interop.otlp.carried import THEIRS
from pytest_flock_trace.model.span import KINDS, Link, Scope, Span

REFERENCE: Final = "opentracing.ref_type"
"""On a link: which kind of reference it was, as OpenTelemetry's own translation has it."""
WARNINGS: Final = "jaeger.warnings"
"""On a span: what Jaeger had to say about it."""

_CHILD: Final = "CHILD_OF"
_FOLLOWER: Final = "FOLLOWS_FROM"
_SCOPE: Final = ("otel.scope.name", "otel.library.name")
_VERSION: Final = ("otel.scope.version", "otel.library.version")


def is_answer(document: JsonObject) -> bool:
    """True for an answer of the API, and for a single trace out of one."""
    return "data" in document or ("traceID" in document and "spans" in document)


def read_answer(document: JsonObject, waits: Sequence[str]) -> Iterator[Span]:
    """The spans of all traces; `waits` are globs of the names of spans that only wait."""
    if "data" not in document:
        yield from _trace(document, waits)
        return
    for trace in json_objects(document["data"], "data"):
        yield from _trace(trace, waits)
    if not document["data"] and (errors := json_objects(document.get("errors"), "errors")):
        raise BadTraceFile(f"it holds an error of Jaeger and no trace: {shown(errors[0].get('msg'))}")


def _trace(trace: JsonObject, waits: Sequence[str]) -> Iterator[Span]:
    if "spans" not in trace:
        raise BadTraceFile(
            f"the trace {shown(trace.get('traceID'))} in its data has no spans; is it an answer of Jaeger?"
        )
    processes = json_object(trace.get("processes"), "processes")
    resources = {key: _resource(json_object(process, f"process {key!r}")) for key, process in processes.items()}
    for said in json_objects(trace.get("spans"), "spans"):
        yield _read({"traceID": trace.get("traceID"), **said}, resources, waits)


def _read(said: JsonObject, resources: Mapping[str, Any], waits: Sequence[str]) -> Span:
    try:
        return _span(said, resources, waits)
    except BadTraceFile as exc:
        ids = f"{shown(said.get('spanID'))} of trace {shown(said['traceID'])}"
        raise BadTraceFile(f"span {ids} cannot be read: {exc}") from exc


def _resource(process: JsonObject) -> dict[str, Any]:
    service = text(process.get("serviceName"), "serviceName")
    tags = read_tags(process.get("tags"))
    return {"service.name": service, **tags} if service else tags


def _span(said: JsonObject, resources: Mapping[str, Any], waits: Sequence[str]) -> Span:
    trace_id, span_id = _id(said["traceID"], "traceID"), _id(said.get("spanID"), "spanID")
    tags = read_tags(said.get("tags"))
    parent, links = _relations(said, trace_id)
    start = whole(said.get("startTime"), "startTime", TIMES)
    end = start + whole(said.get("duration"), "duration", TIMES)
    scope, version = taken_text(tags, *_SCOPE), taken_text(tags, *_VERSION)
    kind = tags.get("span.kind")
    known = isinstance(kind, str) and kind.lower() in KINDS
    if state := taken_text(tags, "w3c.tracestate"):
        tags[f"{THEIRS}trace_state"] = state
    if warnings := json_list(said.get("warnings"), "warnings"):
        tags[WARNINGS] = tuple([text(warning, "a warning") for warning in warnings])
    return Span(
        text(said.get("operationName"), "operationName"),
        span_id=span_id,
        parent_id=parent,
        trace_id=trace_id,
        start_ns=start * MICROSECOND,
        end_ns=end * MICROSECOND,
        status=taken_status(tags),
        status_description=taken_text(tags, "otel.status_description"),
        kind=tags.pop("span.kind").lower() if known else "internal",
        events=[read_log(log) for log in json_objects(said.get("logs"), "logs")],
        links=links,
        resource=_process(said, resources),
        scope=Scope(scope or "", version),
        waits=waits,
        attributes=tags,
    )


def _process(said: JsonObject, resources: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The resource that the span names or holds; None where its process is not there."""
    if (named := said.get("processID")) is not None:
        return resources.get(text(named, "processID"))
    return _resource(json_object(said.get("process"), "process"))


def _relations(said: JsonObject, trace_id: str) -> tuple[str | None, list[Link]]:
    """The parent and the links: the parent is the first reference to one in the same trace, `CHILD_OF` rather than not.

    Only a `CHILD_OF` that is the parent says no more than that.
    """
    references = [_reference(one, trace_id) for one in json_objects(said.get("references"), "references")]
    near = [reference for reference in references if reference[1] == trace_id]
    parent = next((one for one in near if one[0] == _CHILD), near[0] if near else None)
    links = [
        Link(one[2], one[1], {REFERENCE: one[0].lower()}) for one in references if one[0] != _CHILD or one != parent
    ]
    if parent is not None:
        return parent[2], links
    return text(said.get("parentSpanID"), "parentSpanID") or None, links


def _reference(said: JsonObject, trace_id: str) -> tuple[str, str, str]:
    """Kind, trace and span of a reference."""
    kind = text(said.get("refType"), "refType") or _CHILD
    if kind not in {_CHILD, _FOLLOWER}:
        refuse(kind, "the refType of a reference", f"{_CHILD} or {_FOLLOWER}")
    where = said.get("traceID")
    trace = trace_id if where is None else _id(where, "the traceID of a reference")
    return kind, trace, _id(said.get("spanID"), "the spanID of a reference")


def _id(said: object, what: str) -> str:
    return text(said, what) or refuse(said, what, "hexadecimal digits")
