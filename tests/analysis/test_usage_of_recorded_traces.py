"""Tokens in traces that real agents left, in which frameworks and instrumentations repeat each other's numbers."""

from __future__ import annotations

import pytest
from oracles import trace_file

from pytest_flock_trace import traced_run, usage


@pytest.mark.parametrize(
    ("file", "calls", "read", "written"),
    [("helm.json", 2, 1820 + 1956, 13 + 117), ("k8s.json", 1, 2203, 139)],
)
def test_a_call_that_a_framework_and_a_client_library_both_report_counts_once(
    file: str, calls: int, read: int, written: int
) -> None:
    found = usage(traced_run.load(trace_file(f"jaeger/{file}")))

    assert (found.calls, found.input_tokens, found.output_tokens) == (calls, read, written)


def test_a_call_that_three_spans_report_counts_once() -> None:
    found = usage(traced_run.load(trace_file("otlp/tempo_export_with_batches.json")))

    assert (found.calls, found.input_tokens, found.output_tokens) == (2, 2256 + 2392, 13 + 116)
    assert found.total_tokens == 2269 + 2508
