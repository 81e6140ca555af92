"""Spans written as OTLP, in each of its encodings, are the same spans when they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from strategies import telling_spans, traces

from pytest_flock_trace.interop.otlp import JSON, PROTOBUF, decode, encode
from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.span import Event, Link, Scope, Span
from pytest_flock_trace.model.trace import Trace

ENCODINGS = pytest.mark.parametrize("encoding", [JSON, PROTOBUF])
TRACE_ID, SPAN_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7", "b7ad6b7169203331"


def round_trip(spans: Sequence[Span], encoding: str) -> list[Span]:
    """What becomes of spans, in the order in which they were given."""
    found = {span.key: span for span in decode(encode(spans, encoding), encoding)}
    assert len(found) == len(spans)
    return [found[span.key] for span in spans]


def beside_equality(span: Span) -> Any:
    """What makes no two spans different, and is kept all the same."""
    return span.origin, [[type_of(artifact) for artifact in ids] for ids in (span.consumed, span.produced)]


@ENCODINGS
@given(spans=telling_spans())
@example(spans=[Span("", span_id="é" * 20, parent_id="zzz", trace_id="no digits at all")])
@example(spans=[Span("a", span_id="0" * 16, parent_id="0", trace_id="ABC")])
def test_every_field_is_kept(encoding: str, spans: list[Span]):
    found = round_trip(spans, encoding)

    assert found == spans
    assert list(map(beside_equality, found)) == list(map(beside_equality, spans))


@ENCODINGS
@given(trace=traces())
def test_a_trace_is_the_same_trace_with_its_agents_and_artifacts(encoding: str, trace: Trace):
    found = Trace.of(decode(encode(trace.spans, encoding), encoding))

    assert [(one.key, one.agent, one.actor, one.consumed) for one in found] == [
        (one.key, one.agent, one.actor, one.consumed) for one in trace
    ]


@ENCODINGS
def test_ids_that_otlp_can_hold_are_those_it_holds(encoding: str):
    link = Link(PARENT_ID, TRACE_ID)

    span = Span("a", span_id=SPAN_ID, parent_id=PARENT_ID, trace_id=TRACE_ID, links=[link], start_ns=1, end_ns=2)

    assert b"flock_trace" not in encode([span], encoding)


@ENCODINGS
def test_a_link_without_trace_leads_into_the_span_s_own(encoding: str):
    (found,) = round_trip([Span("a", span_id=SPAN_ID, trace_id=TRACE_ID, links=[PARENT_ID])], encoding)

    assert found.links == (Link(PARENT_ID, TRACE_ID),)


@ENCODINGS
def test_values_that_otlp_has_no_type_for_become_text(encoding: str):
    values = {
        "huge": 2**64,
        "nan": float("nan"),
        "endless": 16**4000,
        "object": Scope("a"),
        "list": [1, {2}],
        3: "\ud800",
    }

    (found,) = round_trip([Span("a\ud800", span_id="1", attributes=values)], encoding)  # type: ignore[arg-type]

    assert found.name == "a?"
    assert found.attributes["nan"] != found.attributes["nan"]
    assert {key: found.attributes[key] for key in ("huge", "endless", "object", "list", "3")} == {
        "huge": str(2**64),
        "endless": hex(16**4000),
        "object": "a",
        "list": (1, (2,)),
        "3": "?",
    }


@ENCODINGS
def test_what_is_nested_very_deeply_is_json_text_from_there_on(encoding: str):
    deep: Any = "core"
    for _ in range(400):
        deep = {"a": deep}

    (found,) = round_trip([Span("a", span_id="1", attributes={"deep": deep})], encoding)

    value = found.attributes["deep"]
    while isinstance(value, dict):
        value = value["a"]
    assert value.startswith('{"a":{"a":')


@ENCODINGS
def test_attributes_that_only_bear_the_name_of_a_field_stay_attributes(encoding: str):
    attributes = {
        "flock_trace.run": "review",
        "flock_trace.test": "test_it",
        "flock_trace.late": "yes",
        "flock_trace.waits": 3,
        "flock_trace.task": True,
        "flock_trace.service": 7,
        "flock_trace.consumed": ("a",),
        "flock_trace.start_ns": "soon",
        "otlp.flags": "many",
    }

    (found,) = round_trip([Span("a", span_id="1", attributes=attributes)], encoding)

    assert found.attributes == attributes
    assert found.run == "review"


@ENCODINGS
def test_spans_that_share_a_resource_share_it_when_read(encoding: str):
    spans = [Span("a", span_id=str(at), resource={"service.name": "crew"}, scope="s") for at in range(3)]

    found = round_trip(spans, encoding)

    assert len({id(span.resource) for span in found}) == len({id(span.scope) for span in found}) == 1


@ENCODINGS
def test_no_spans_are_none(encoding: str):
    assert decode(encode([], encoding), encoding) == []


@ENCODINGS
def test_scopes_that_differ_in_attributes_alone_stay_apart(encoding: str):
    spans = [Span("a", span_id=str(at), scope="s", attributes={"otlp.scope.attributes": {"n": at}}) for at in range(2)]

    assert round_trip(spans, encoding) == spans


@ENCODINGS
def test_counts_of_what_was_dropped_never_exceed_the_whole(encoding: str):
    (found,) = round_trip([Span("a", span_id="1", dropped=1, attributes={"otlp.dropped_events_count": 3})], encoding)

    assert (found.dropped, found.attributes) == (1, {})


def test_events_and_links_keep_what_only_otlp_says_of_them():
    event = Event("e", 1, {"otlp.dropped_attributes_count": 2})
    link = Link(PARENT_ID, TRACE_ID, {"otlp.trace_state": "a=b", "otlp.flags": 0x300})
    span = Span("a", span_id=SPAN_ID, trace_id=TRACE_ID, events=[event], links=[link])

    assert b"otlp." not in encode([span], JSON)
    assert round_trip([span], JSON) == [span]
