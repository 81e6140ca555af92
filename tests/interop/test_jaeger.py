"""Jaeger's JSON as spans."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oracles import trace_file

from pytest_flock_trace import Trace, critical_path, dependencies, span, traced_run, usage
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.document import read_document
from pytest_flock_trace.model.span import Event, Link, Scope, Span

PROCESSES = {"p1": {"serviceName": "crew", "tags": [{"key": "host", "type": "string", "value": "h"}]}}


def answer(*spans: dict[str, Any], **trace: Any) -> dict[str, Any]:
    return {"data": [{"traceID": "t1", "spans": list(spans), "processes": PROCESSES, **trace}]}


def read(document: Any) -> list[Span]:
    return list(read_document(document, ("*.join",)))


def one(**fields: Any) -> Span:
    (found,) = read(answer({"spanID": "s1", "operationName": "work", **fields}))
    return found


def tag(key: str, value: Any, kind: str | None = "string") -> dict[str, Any]:
    return {"key": key, "value": value, **({} if kind is None else {"type": kind})}


def test_times_are_microseconds():
    found = one(startTime=1771237534577907, duration=5510)

    assert (found.start_ns, found.end_ns) == (1771237534577907000, 1771237534583417000)


def test_a_process_is_the_resource_that_its_spans_share():
    document = answer(*({"spanID": name, "processID": "p1"} for name in "ab"))

    first, second = read(document)

    assert first.resource == {"service.name": "crew", "host": "h"}
    assert first.resource is second.resource


def test_a_process_that_is_not_there_leaves_the_resource_empty():
    assert one(processID="p9").resource == {}


def test_a_span_may_hold_its_process():
    assert one(process={"serviceName": "other"}).resource == {"service.name": "other"}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "a", "a"),
        ("bool", True, True),
        ("int64", 7, 7),
        ("int64", "9007199254740993", 9007199254740993),
        ("float64", 1, 1.0),
        ("binary", "AP8=", b"\x00\xff"),
        ("INT64", 7, 7),
        (None, 1.5, 1.5),
        (None, None, None),
    ],
)
def test_a_tag_has_the_value_of_its_type(kind: str | None, value: Any, expected: Any):
    found = one(tags=[tag("k", value, kind)]).attributes["k"]

    assert (found, type(found)) == (expected, type(expected))


def test_what_opentelemetry_says_in_tags_becomes_fields():
    tags = [
        tag("span.kind", "client"),
        tag("otel.status_code", "ERROR"),
        tag("otel.status_description", "no"),
        tag("error", True, "bool"),
        tag("otel.scope.name", "lib"),
        tag("otel.scope.version", "2"),
        tag("w3c.tracestate", "a=b"),
        tag("n", 1, "int64"),
    ]

    found = one(tags=tags)

    assert (found.kind, found.status, found.status_description) == ("client", "error", "no")
    assert found.scope == Scope("lib", "2")
    assert found.attributes == {"n": 1, "otlp.trace_state": "a=b"}


@pytest.mark.parametrize(
    ("tags", "status", "left"),
    [
        ([tag("error", True, "bool")], "error", {}),
        ([tag("error", False, "bool")], "unset", {}),
        ([tag("error", "true")], "error", {"error": "true"}),
        ([tag("error", "timeout")], "unset", {"error": "timeout"}),
        ([tag("error", True, "bool"), tag("otel.status_code", "OK")], "ok", {}),
        ([tag("otel.status_code", "odd")], "unset", {"otel.status_code": "odd"}),
        ([tag("span.kind", "odd")], "unset", {"span.kind": "odd"}),
    ],
    ids=str,
)
def test_the_status_is_opentelemetry_s_tag_else_the_error_tag(tags: Any, status: str, left: dict[str, Any]):
    found = one(tags=tags)

    assert (found.status, found.attributes) == (status, left)


def test_logs_are_events_named_by_their_field_event():
    logs = [
        {"timestamp": 3, "fields": [tag("event", "exception"), tag("exception.type", "ValueError")]},
        {"timestamp": 4, "fields": [tag("message", "hello")]},
    ]

    assert one(logs=logs).events == (
        Event("exception", 3000, {"exception.type": "ValueError"}),
        Event("log", 4000, {"message": "hello"}),
    )


def reference(kind: str, span_id: str, trace_id: str | None = "t1") -> dict[str, Any]:
    return {"refType": kind, "spanID": span_id, **({} if trace_id is None else {"traceID": trace_id})}


def link(kind: str, span_id: str, trace_id: str = "t1") -> Link:
    return Link(span_id, trace_id, {"opentracing.ref_type": kind})


@pytest.mark.parametrize(
    ("references", "parent", "links"),
    [
        ([], None, ()),
        ([reference("CHILD_OF", "a")], "a", ()),
        ([reference("CHILD_OF", "a", None)], "a", ()),
        ([reference("FOLLOWS_FROM", "a")], "a", (link("follows_from", "a"),)),
        ([reference("FOLLOWS_FROM", "a"), reference("CHILD_OF", "b")], "b", (link("follows_from", "a"),)),
        ([reference("CHILD_OF", "a"), reference("CHILD_OF", "b")], "a", (link("child_of", "b"),)),
        ([reference("CHILD_OF", "a", "t2")], None, (link("child_of", "a", "t2"),)),
        ([reference("CHILD_OF", "a", "t2"), reference("CHILD_OF", "a")], "a", (link("child_of", "a", "t2"),)),
    ],
    ids=str,
)
def test_references_are_a_parent_in_the_same_trace_and_links(references: Any, parent: Any, links: Any):
    found = one(references=references)

    assert (found.parent_id, found.links) == (parent, links)


def test_the_parent_field_of_old_exports_counts_where_there_is_no_reference():
    assert one(parentSpanID="a").parent_id == "a"


def test_warnings_are_kept():
    assert one(warnings=["clock skew"]).attributes == {"jaeger.warnings": ("clock skew",)}


def test_names_of_waits_are_those_that_the_caller_gives():
    assert one(operationName="Crew.join").waits
    assert not one(operationName="Crew.run_until_idle").waits


def test_a_single_trace_and_a_list_of_traces_are_read_too():
    trace = answer({"spanID": "a"})["data"][0]

    assert read(trace) == read([trace]) == read({"data": [trace]})


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"spanID": None}, "spanID is absent, expected hexadecimal digits"),
        ({"traceID": 3}, "traceID is 3, expected text"),
        ({"startTime": "x"}, "startTime is 'x', expected a whole number"),
        ({"startTime": 10**17}, "startTime is 100000000000000000, expected a whole number"),
        (
            {"tags": [{"key": "k", "type": "map", "value": 1}]},
            "the type of tag 'k' is 'map', expected one of string, bool",
        ),
        ({"tags": [tag("k", "x", "int64")]}, "tag 'k' is 'x', expected a whole number"),
        ({"tags": [tag("k", [], None)]}, "tag 'k' is a list, expected a plain value"),
        ({"tags": {}}, "tags is an object, expected a list"),
        (
            {"references": [{"refType": "PARENT"}]},
            "the refType of a reference is 'PARENT', expected CHILD_OF or FOLLOWS",
        ),
        ({"references": [{}]}, "the spanID of a reference is absent, expected"),
        ({"logs": [{"fields": 1}]}, "tags is 1, expected a list"),
        ({"processID": 1}, "processID is 1, expected text"),
        ({"warnings": [1]}, "a warning is 1, expected text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_field_is_named_with_its_span(fields: Any, complaint: str):
    with pytest.raises(BadTraceFile, match=r"span .* of trace .* cannot be read: ") as raised:
        one(**fields)

    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"data": 3}, "data is 3, expected a list"),
        ({"data": [{"traceID": "t"}]}, "the trace 't' in its data has no spans"),
        ({"data": None, "errors": [{"code": 404, "msg": "trace not found"}]}, "an error of Jaeger .*'trace not found'"),
        (answer(processes=[]), "processes is a list, expected an object"),
        (answer(processes={"p1": 1}), "process 'p1' is 1, expected an object"),
    ],
)
def test_a_document_that_is_no_answer_says_why(document: Any, complaint: str):
    with pytest.raises(BadTraceFile, match=complaint):
        read(document)


def test_an_answer_without_traces_has_no_spans():
    assert read({"data": [], "errors": None}) == []


@pytest.fixture(scope="module")
def helm() -> Trace:
    return traced_run.load(trace_file("jaeger/helm.json"))


def test_a_real_export_is_one_tree_with_its_agents(helm: Trace):
    assert (len(helm), len(helm.roots), helm.orphans) == (96, 1, [])
    assert helm.trace_id == "3e289017fe03ffd7c4145316d2eb3d0d"
    assert helm.count(span(agent="helm_agent")) == 1
    raw = json.loads(trace_file("jaeger/helm.json").read_text(encoding="utf-8"))["data"][0]["spans"]
    assert helm.count(span(status="error")) == sum(tag("error", True, "bool") in said["tags"] for said in raw) > 0
    assert helm.count(span(event="exception")) == sum(bool(said["logs"]) for said in raw) > 0
    assert {one.service for one in helm} > {"helm_agent"}
    assert usage(helm).total_tokens == 1820 + 1956 + 13 + 117
    assert sum(section.end_ns - section.start_ns for section in critical_path(helm).sections) == helm.roots[0].duration
    assert dependencies(helm).layer == "call"
