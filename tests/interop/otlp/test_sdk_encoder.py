"""What OpenTelemetry's own encoder makes of recorded spans is read as the recorder has them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from google.protobuf.json_format import MessageToJson
from opentelemetry import trace as api
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanKind, StatusCode, TraceState

from pytest_flock_trace import TracedRuns
from pytest_flock_trace.interop.otlp import JSON, PROTOBUF, decode, encode
from pytest_flock_trace.model.span import Span


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def recorded(traced_run: TracedRuns, exporter: InMemorySpanExporter) -> list[Span]:
    """Spans that say all that an application can, as the recorder sees them; the exporter has the SDK's."""
    resource = Resource({"service.name": "crew", "cpus": 4})
    provider = TracerProvider(resource=resource, span_limits=SpanLimits(max_span_attributes=8))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    work(provider.get_tracer("crew.tracer", "1.2"))
    provider.shutdown()
    return list(traced_run.test)


def work(tracer: api.Tracer) -> None:
    attributes = {"text": "é\n", "n": 2**62, "x": 0.5, "ok": True, "list": ["a", "b"], "numbers": [1, 2], "none": ""}
    with tracer.start_as_current_span("invoke_agent writer", kind=SpanKind.SERVER, attributes=attributes) as agent:
        agent.add_event("moment", {"size": 3}, timestamp=17)
        with tracer.start_as_current_span("chat", kind=SpanKind.CLIENT) as chat:
            chat.set_status(StatusCode.OK)
        links = [Link(chat.get_span_context(), {"why": "input"})]
        with tracer.start_as_current_span("tool", links=links) as tool:
            tool.set_attributes({str(number): number for number in range(10)})
            tool.record_exception(ValueError("no"))
            tool.set_status(StatusCode.ERROR, "no")


def by_id(spans: Sequence[Span]) -> list[Span]:
    """The spans in one order, without what only a recorder knows."""
    return sorted((span.replace(waits=False) for span in spans), key=lambda span: span.span_id)


@pytest.fixture
def sdk_spans(recorded: list[Span], exporter: InMemorySpanExporter) -> Sequence[ReadableSpan]:
    return exporter.get_finished_spans()


def test_protobuf_of_the_sdk_is_what_was_recorded(recorded: list[Span], sdk_spans: Sequence[ReadableSpan]):
    found = by_id(decode(encode_spans(sdk_spans).SerializeToString(), PROTOBUF))

    assert found == by_id(recorded)
    assert [span.dropped for span in found if span.name == "tool"] == [2]


@pytest.mark.parametrize("preserving", [False, True], ids=["camelCase", "snake_case"])
def test_protobuf_s_own_json_is_what_was_recorded(
    recorded: list[Span], sdk_spans: Sequence[ReadableSpan], preserving: bool
):
    text = MessageToJson(encode_spans(sdk_spans), preserving_proto_field_name=preserving)

    assert by_id(decode(text.encode(), JSON)) == by_id(recorded)


def test_protobuf_that_we_write_says_what_the_sdk_s_does(recorded: list[Span], sdk_spans: Sequence[ReadableSpan]):
    theirs = decode(encode_spans(sdk_spans).SerializeToString(), PROTOBUF)

    assert by_id(decode(encode(theirs), PROTOBUF)) == by_id(theirs)


def test_a_trace_state_and_a_remote_parent_are_kept(exporter: InMemorySpanExporter):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    remote = api.SpanContext(
        1, 2, is_remote=True, trace_flags=api.TraceFlags(1), trace_state=TraceState([("vendor", "x")])
    )
    context = api.set_span_in_context(api.NonRecordingSpan(remote))
    provider.get_tracer("t").start_span("served", context).end()
    provider.shutdown()
    message = encode_spans(exporter.get_finished_spans())

    (span,) = decode(message.SerializeToString(), PROTOBUF)

    assert span.attributes["otlp.trace_state"] == "vendor=x"
    again = type(message).FromString(encode([span])).resource_spans[0].scope_spans[0].spans[0]
    original = message.resource_spans[0].scope_spans[0].spans[0]
    assert (again.trace_state, again.flags & 0x300) == (original.trace_state, original.flags & 0x300)
    assert again.parent_span_id == original.parent_span_id
