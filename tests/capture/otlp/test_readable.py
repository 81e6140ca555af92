"""What the SDK's own encoder makes of our spans is read back as what they were."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from strategies import span_lists, telling_spans

from pytest_flock_trace.capture.otlp.readable import readable
from pytest_flock_trace.interop.otlp import PROTOBUF, decode
from pytest_flock_trace.model.span import Event, Link, Scope, Span
from pytest_flock_trace.model.wire_id import SPAN_BYTES, TRACE_BYTES, wire_id

TRACE, SPAN, PARENT = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7", "b7ad6b7169203331"


def sent(*spans: Span) -> list[Span]:
    return decode(encode_spans(readable(spans)).SerializeToString(), PROTOBUF)


def test_nothing_that_otlp_has_a_field_for_is_lost() -> None:
    span = Span(
        "chat",
        span_id=SPAN,
        parent_id=PARENT,
        trace_id=TRACE,
        start_ns=10,
        end_ns=2**63,
        status="error",
        status_description="no é",
        kind="client",
        attributes={"text": "é", "n": -(2**63), "x": 0.5, "ok": True, "list": ("a", "b"), "none": ()},
        events=[Event("exception", 12, {"exception.type": "E"})],
        links=[Link(PARENT, TRACE, {"why": "input"}), Link(PARENT)],
        resource={"service.name": "crew", "cpus": 4},
        scope=Scope("tracer", "1.2"),
        dropped=3,
    )

    (back,) = sent(span)

    links = (span.links[0], Link(PARENT, TRACE))
    assert back == span.replace(links=links, attributes={**span.attributes})


def test_spans_of_several_resources_keep_their_own() -> None:
    spans = [Span("a", span_id=f"{at}1", trace_id=TRACE, resource={"service.name": f"s{at}"}) for at in range(1, 4)]

    assert {span.service for span in sent(*spans)} == {"s1", "s2", "s3"}


VALUES: dict[str, tuple[Any, Any]] = {
    "beyond 64 bits": (2**63, str(2**63)),
    "a list beyond 64 bits": ([1, 2**63], ("1", str(2**63))),
    "a mapping": ({"a": [1, None]}, '{"a":[1,null]}'),
    "nothing": (None, "null"),
    "a mixed list": ([1, "a"], '[1,"a"]'),
    "bytes": (b"\x00\xff", '"AP8="'),
    "a lone surrogate": ("a\ud800", "a?"),
}


@pytest.mark.parametrize(("value", "read"), VALUES.values(), ids=VALUES)
def test_what_the_encoder_refuses_is_text(value: object, read: object) -> None:
    span = Span("x", span_id=SPAN, trace_id=TRACE, attributes={"key": value}, resource={"key": value})

    (back,) = sent(span)

    assert back.attributes["key"] == read
    assert back.resource["key"] == read


def test_ids_and_times_that_otlp_cannot_hold_are_those_that_stand_for_them() -> None:
    (back,) = sent(Span("x", span_id="the first", trace_id="t", start_ns=-5, end_ns=2**80))

    assert (back.trace_id, back.span_id) == (wire_id("t", TRACE_BYTES), wire_id("the first", SPAN_BYTES))
    assert (back.start_ns, back.end_ns) == (0, 2**64 - 1)


@given(span_lists(nested=True))
def test_any_trace_keeps_its_shape_and_its_words(spans: list[Span]) -> None:
    back = {span.span_id: span for span in sent(*spans)}

    assert len(back) == len(spans)
    for span in spans:
        same = back[wire_id(span.span_id, SPAN_BYTES)]
        assert (same.name, same.status, same.kind) == (span.name, span.status, span.kind)
        assert same.parent_id == (None if span.parent_id is None else wire_id(span.parent_id, SPAN_BYTES))
        assert same.trace_id == wire_id(span.trace_id, TRACE_BYTES)


@given(telling_spans())
def test_no_span_is_lost_whatever_it_says(spans: list[Span]) -> None:
    assert len(sent(*spans)) == len(spans)


@given(st.floats())
def test_every_float_arrives(number: float) -> None:
    (back,) = sent(Span("x", span_id=SPAN, trace_id=TRACE, attributes={"x": number}))

    assert back.attributes["x"] == number or math.isnan(number)
