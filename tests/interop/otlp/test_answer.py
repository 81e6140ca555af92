"""Answers to exporters, read by OpenTelemetry's own messages."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.interop.otlp import JSON, PROTOBUF
from pytest_flock_trace.interop.otlp.answer import accepted, status

service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
status_pb2 = pytest.importorskip("google.rpc.status_pb2")
json_format = pytest.importorskip("google.protobuf.json_format")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(st.integers(0, 2**63 - 1), TEXTS)
def test_protobuf_and_json_say_the_same_of_refused_spans(refused: int, reason: str) -> None:
    binary = service.ExportTraceServiceResponse.FromString(accepted(PROTOBUF, refused, reason))
    text = json_format.Parse(accepted(JSON, refused, reason), service.ExportTraceServiceResponse())

    assert (binary.partial_success.rejected_spans, binary.partial_success.error_message) == (refused, reason)
    assert text == binary


@given(st.integers(0, 16), TEXTS)
def test_protobuf_and_json_say_the_same_of_a_failure(code: int, message: str) -> None:
    binary = status_pb2.Status.FromString(status(PROTOBUF, code, message))
    text = json.loads(status(JSON, code, message))

    assert (binary.code, binary.message) == (code, message) == (text["code"], text["message"])


def test_where_all_is_kept_nothing_more_is_said() -> None:
    assert (accepted(PROTOBUF), accepted(JSON)) == (b"", b"{}")


def test_a_message_with_half_a_character_can_be_sent() -> None:
    assert status_pb2.Status.FromString(status(PROTOBUF, 3, "a\ud800b")).message == "a?b"
