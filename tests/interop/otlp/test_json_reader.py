"""OTLP's JSON is read in all the spellings that tools write; what is wrong in it is named with its span."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.interop.otlp import JSON, decode, encode
from pytest_flock_trace.model.span import Event, Link, Scope, Span

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7"
IDS = {"traceId": TRACE_ID, "spanId": SPAN_ID}


def document(span: Any, **group: Any) -> bytes:
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{**IDS, **span}]}], **group}]}).encode()


def read(**fields: Any) -> Span:
    (span,) = decode(document(fields), JSON)
    return span


def value_of(value: Any) -> Any:
    return read(attributes=[{"key": "k", "value": value}]).attributes["k"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"stringValue": "a"}, "a"),
        ({"string_value": "a"}, "a"),
        ({"boolValue": True}, True),
        ({"boolValue": "false"}, False),
        ({"intValue": "-9223372036854775808"}, -(2**63)),
        ({"intValue": 7}, 7),
        ({"intValue": 7.0}, 7),
        ({"int_value": "7"}, 7),
        ({"doubleValue": 1}, 1.0),
        ({"doubleValue": "Infinity"}, float("inf")),
        ({"doubleValue": "1.5"}, 1.5),
        ({"bytesValue": "AP8="}, b"\x00\xff"),
        ({"bytesValue": "_w"}, b"\xff"),
        ({"arrayValue": {"values": [{"intValue": "1"}, {}, {"arrayValue": {}}]}}, (1, None, ())),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"stringValue": "b"}}]}}, {"a": "b"}),
        ({"kvlist_value": {}}, {}),
        ({}, None),
        (None, None),
    ],
    ids=str,
)
def test_a_value_of_each_type_is_read(value: Any, expected: Any):
    found = value_of(value)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("kind", [3, "SPAN_KIND_CLIENT"])
def test_enumerations_may_be_numbers_or_names(kind: Any):
    span = read(kind=kind, status={"code": "STATUS_CODE_ERROR", "message": "no"})

    assert (span.kind, span.status, span.status_description) == ("client", "error", "no")


def test_fields_may_have_protobuf_s_own_names():
    span = {
        "trace_id": TRACE_ID,
        "span_id": SPAN_ID,
        "parent_span_id": "00f067aa0ba902b8",
        "start_time_unix_nano": 5,
        "end_time_unix_nano": "7",
        "dropped_events_count": 1,
        "events": [{"name": "e", "time_unix_nano": "6"}],
        "links": [{"trace_id": TRACE_ID, "span_id": SPAN_ID, "trace_state": "a=b"}],
    }
    groups = [{"scope_spans": [{"scope": {"name": "s", "version": "1"}, "spans": [span]}], "schema_url": "u"}]

    (found,) = decode(json.dumps({"resource_spans": groups}).encode(), JSON)

    assert (found.key, found.parent_id, found.start_ns, found.end_ns) == ((TRACE_ID, SPAN_ID), "00f067aa0ba902b8", 5, 7)
    assert (found.scope, found.resource, found.dropped) == (Scope("s", "1"), {"otlp.schema_url": "u"}, 1)
    assert found.events == (Event("e", 6),)
    assert found.links == (Link(SPAN_ID, TRACE_ID, {"otlp.trace_state": "a=b"}),)


@pytest.mark.parametrize(
    "encoded",
    [
        lambda digits: digits.upper(),
        lambda digits: base64.b64encode(bytes.fromhex(digits)).decode(),
        lambda digits: base64.urlsafe_b64encode(bytes.fromhex(digits)).decode(),
    ],
    ids=["upper case", "base64", "base64 for URLs"],
)
def test_ids_may_be_written_otherwise(encoded: Any):
    ids = {"traceId": encoded("fbf7651916cd43dd8448eb211c80319c"), "spanId": encoded(SPAN_ID)}
    parent = encoded("00f067aa0ba902b8")

    span = read(**ids, parentSpanId=parent)

    assert span.key == ("fbf7651916cd43dd8448eb211c80319c", SPAN_ID)
    assert span.parent_id == "00f067aa0ba902b8"


@pytest.mark.parametrize("parent", ["", None, "0" * 16, "AAAAAAAAAAA="])
def test_a_parent_without_id_is_none(parent: Any):
    assert read(parentSpanId=parent).parent_id is None


def test_instrumentation_libraries_of_old_are_scopes():
    group = {"instrumentationLibrarySpans": [{"instrumentationLibrary": {"name": "old"}, "spans": [IDS]}]}

    (span,) = decode(json.dumps({"resourceSpans": [group]}).encode(), JSON)

    assert span.scope == Scope("old")


def test_what_a_span_has_no_field_for_is_kept_in_attributes_and_written_again():
    scope = {"name": "s", "attributes": [{"key": "a", "value": {"intValue": "1"}}], "droppedAttributesCount": 2}
    link = {"traceId": TRACE_ID, "spanId": SPAN_ID, "traceState": "c=d", "flags": 769, "droppedAttributesCount": 1}
    event = {"timeUnixNano": "3", "name": "e", "droppedAttributesCount": 4}
    span = {
        **IDS,
        "traceState": "a=b",
        "flags": 768,
        "name": "n",
        "kind": 1,
        "startTimeUnixNano": "1",
        "endTimeUnixNano": "2",
        "droppedAttributesCount": 5,
        "events": [event],
        "droppedEventsCount": 6,
        "links": [link],
        "droppedLinksCount": 7,
    }
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "x"}}], "droppedAttributesCount": 8}
    part = {"scope": scope, "spans": [span], "schemaUrl": "https://v/2"}
    said = {"resourceSpans": [{"resource": resource, "scopeSpans": [part], "schemaUrl": "https://v/1"}]}

    spans = decode(json.dumps(said).encode(), JSON)

    assert spans[0].dropped == 5 + 6 + 7
    assert spans[0].attributes["otlp.trace_state"] == "a=b"
    assert json.loads(encode(spans, JSON)) == said


def test_flags_that_say_nothing_special_are_left_out():
    assert read(flags=257).attributes == {}
    assert read(flags=768).attributes == {"otlp.flags": 768}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": 3}, "name is 3, expected text"),
        ({"startTimeUnixNano": "soon"}, "startTimeUnixNano is 'soon', expected a whole number from 0 to"),
        ({"startTimeUnixNano": -1}, "startTimeUnixNano is -1"),
        ({"startTimeUnixNano": 1.5}, "startTimeUnixNano is 1.5"),
        ({"endTimeUnixNano": 2**64}, "endTimeUnixNano is 18446744073709551616"),
        ({"endTimeUnixNano": True}, "endTimeUnixNano is True"),
        ({"endTimeUnixNano": "²"}, "endTimeUnixNano is '²'"),
        ({"kind": "AGENT"}, "kind is 'AGENT', expected a number or one of SPAN_KIND_UNSPECIFIED, SPAN_KIND_INTERNAL"),
        ({"kind": 6}, "kind is 6"),
        ({"status": "ok"}, "status is 'ok', expected an object"),
        ({"status": {"code": []}}, "status.code is a list"),
        ({"parentSpanId": "parent"}, "parentSpanId is 'parent', expected 16 hexadecimal digits, or 8 bytes as base64"),
        ({"attributes": {"a": 1}}, "attributes is an object, expected a list"),
        ({"attributes": [7]}, "an entry of attributes is 7, expected an object"),
        ({"attributes": [{"key": 1}]}, "the key of an attribute is 1, expected text"),
        ({"attributes": [{"key": "k", "value": "v"}]}, "the value of attribute 'k' is 'v', expected an object"),
        (
            {"attributes": [{"key": "k", "value": {"text": "v"}}]},
            "the type of attribute 'k' is 'text', expected one of",
        ),
        ({"attributes": [{"key": "k", "value": {"intValue": "x"}}]}, "attribute 'k' is 'x', expected a whole number"),
        ({"attributes": [{"key": "k", "value": {"intValue": 2**63}}]}, "attribute 'k' is 9223372036854775808"),
        ({"attributes": [{"key": "k", "value": {"doubleValue": "x"}}]}, "attribute 'k' is 'x', expected a number"),
        ({"attributes": [{"key": "k", "value": {"boolValue": 1}}]}, "attribute 'k' is 1, expected true or false"),
        (
            {"attributes": [{"key": "k", "value": {"bytesValue": "é"}}]},
            "attribute 'k' is 'é', expected bytes as base64",
        ),
        (
            {"attributes": [{"key": "k", "value": {"intValue": 1, "boolValue": True}}]},
            "expected an object with one type",
        ),
        ({"attributes": [{"key": "k", "value": {"arrayValue": []}}]}, "attribute 'k' is a list, expected an object"),
        ({"events": [{"name": []}]}, "the name of an event is a list, expected text"),
        ({"links": [{"traceId": TRACE_ID}]}, "the spanId of a link is absent, so it can't be told what belongs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_field_is_named_with_its_span(fields: Any, complaint: str):
    with pytest.raises(BadTraceFile) as raised:
        read(**fields)

    assert str(raised.value).startswith(f"span {SPAN_ID!r} of trace {TRACE_ID!r} cannot be read: ")
    assert complaint in str(raised.value)


@pytest.mark.parametrize("key", ["traceId", "spanId"])
@pytest.mark.parametrize("said", [None, "", "00000000000000000000", "AAAAAAAAAAA="[:0]])
def test_a_span_needs_both_its_ids(key: str, said: Any):
    with pytest.raises(
        BadTraceFile, match=f"{key} is .*, so it can't be told what belongs together|{key} is .*expected"
    ):
        read(**{key: said})


def test_a_value_that_is_nested_without_end_is_refused():
    value: Any = {"stringValue": "core"}
    for _ in range(150):
        value = {"arrayValue": {"values": [value]}}

    with pytest.raises(BadTraceFile, match="attribute 'k' is nested more than 100 levels deep"):
        value_of(value)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "it is cut off after 0 bytes"),
        (b"{", "it is cut off after 1 bytes"),
        (b"nonsense", "it is no JSON: Expecting value at column 1"),
        (b"\xff", "it is no UTF-8: byte 0xff at position 0"),
        (b"[]", "the body is a list, expected an object with resourceSpans"),
        (b'{"resourceSpans": {}}', "resourceSpans is an object, expected a list"),
        (b'{"resourceSpans": [{"scopeSpans": 3}]}', "scopeSpans is 3, expected a list"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 10_000, "is no JSON of traces|the body is"),
    ],
    ids=lambda value: value[:30],
)
def test_a_body_that_is_no_request_says_why(body: bytes, complaint: str):
    with pytest.raises(BadTraceFile, match=complaint):
        decode(body, JSON)


def test_an_empty_request_has_no_spans():
    assert decode(b"{}", "application/json; charset=utf-8") == []


@pytest.mark.parametrize("content_type", ["text/html", "", None])
def test_a_content_type_that_is_none_of_otlp_s_is_refused(content_type: Any):
    with pytest.raises(
        BadArgument, match="is no content type of OTLP; valid: application/x-protobuf, application/json"
    ):
        decode(b"{}", content_type)
    with pytest.raises(BadArgument, match="is no content type of OTLP"):
        encode([], content_type)
