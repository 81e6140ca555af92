"""Tempo's wrappings of OTLP as spans."""

from __future__ import annotations

from typing import Any

import pytest
from oracles import trace_file

from pytest_flock_trace import span, traced_run
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.document import read_document
from pytest_flock_trace.model.span import Span

GROUPS = [{"scopeSpans": [{"spans": [{"traceId": "fBfmUZFs1D3YRI6yEcgxnA==", "spanId": "APBnqgupArc=", "name": "n"}]}]}]


def read(document: Any) -> list[Span]:
    return list(read_document(document, ()))


@pytest.mark.parametrize(
    "document",
    [
        {"batches": GROUPS},
        {"resourceSpans": GROUPS},
        {"trace": {"resourceSpans": GROUPS}},
        {"trace": {"batches": GROUPS}, "metrics": {}},
    ],
    ids=" ".join,
)
def test_each_wrapping_is_read(document: Any):
    (found,) = read(document)

    assert found.key == ("7c17e651916cd43dd8448eb211c8319c", "00f067aa0ba902b7")
    assert found.name == "n"


@pytest.mark.parametrize("document", [{"trace": {}}, {"trace": "t"}, {"trace": None}, {"traces": []}])
def test_a_wrapping_without_spans_is_no_trace(document: Any):
    with pytest.raises(BadTraceFile, match="it is JSON, but no trace: .*; here: 'trace"):
        read(document)


def test_a_real_export_is_read_with_its_agents():
    trace = traced_run.load(trace_file("otlp/tempo_export_with_batches.json"))

    assert (len(trace), trace.trace_id) == (86, "dd547580319ab0312cee07f1def50dad")
    assert trace.count(span(kind="client", under=span(agent="helm_agent"))) > 0
    assert {one.scope.name for one in trace} > {"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"}
