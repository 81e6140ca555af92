"""Tokens in traces that real agents left, in which frameworks and instrumentations repeat each other's numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace import Span, Trace
from pytest_flock_trace.analysis.usage import usage

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures"
pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason="the shared fixtures are not beside this checkout")


def jaeger(name: str) -> Trace:
    (trace,) = json.loads((FIXTURES / "jaeger" / name).read_text(encoding="utf-8"))["data"]
    return Trace.of(
        Span(
            span["operationName"],
            span_id=span["spanID"],
            parent_id=next((reference["spanID"] for reference in span["references"]), None),
            start_ns=span["startTime"] * 1000,
            end_ns=(span["startTime"] + span["duration"]) * 1000,
            attributes={tag["key"]: tag["value"] for tag in span["tags"]},
        )
        for span in trace["spans"]
    )


def tempo(name: str) -> Trace:
    batches = json.loads((FIXTURES / "otlp" / name).read_text(encoding="utf-8"))["batches"]
    return Trace.of(_otlp(batches))


def _otlp(batches: list[dict[str, Any]]) -> Iterator[Span]:
    for span in (
        span for batch in batches for scope in batch["instrumentationLibrarySpans"] for span in scope["spans"]
    ):
        yield Span(
            span["name"],
            span_id=span["spanId"],
            parent_id=span.get("parentSpanId"),
            start_ns=int(span["startTimeUnixNano"]),
            end_ns=int(span["endTimeUnixNano"]),
            attributes={one["key"]: _value(one["value"]) for one in span.get("attributes", [])},
        )


def _value(value: dict[str, Any]) -> Any:
    ((kind, held),) = value.items()
    return int(held) if kind == "intValue" else held


@pytest.mark.parametrize(
    ("file", "calls", "read", "written"),
    [("helm.json", 2, 1820 + 1956, 13 + 117), ("k8s.json", 1, 2203, 139)],
)
def test_a_call_that_a_framework_and_a_client_library_both_report_counts_once(
    file: str, calls: int, read: int, written: int
) -> None:
    found = usage(jaeger(file))

    assert (found.calls, found.input_tokens, found.output_tokens) == (calls, read, written)


def test_a_call_that_three_spans_report_counts_once() -> None:
    found = usage(tempo("tempo_export_with_batches.json"))

    assert (found.calls, found.input_tokens, found.output_tokens) == (2, 2256 + 2392, 13 + 116)
    assert found.total_tokens == 2269 + 2508
