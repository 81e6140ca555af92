from __future__ import annotations

from typing import Any

import pytest
from opentelemetry import metrics
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.resources import Resource

from pytest_flock_trace.capture.otlp.red_metrics import CALLS, DURATION, RedMetrics
from pytest_flock_trace.model.span import Span

MS = 1_000_000
AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}


def span(name: str, ms: int, **fields: Any) -> Span:
    return Span(name, span_id=name, end_ns=ms * MS, resource={"service.name": "crew"}, **fields)


def points(found: RedMetrics, name: str) -> dict[frozenset[tuple[str, Any]], Any]:
    data = found.collected()
    assert encode_metrics(data).resource_metrics
    (metric,) = [
        metric
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == name
    ]
    return {frozenset(point.attributes.items()): point for point in metric.data.data_points}


def key(name: str, status: str, **more: str) -> frozenset[tuple[str, str]]:
    said = {"service.name": "crew", "span.name": name, "span.kind": "SPAN_KIND_INTERNAL", "status.code": status}
    return frozenset({**said, **more}.items())


@pytest.fixture
def red() -> RedMetrics:
    red = RedMetrics(Resource({}))
    red.add([span("invoke", 30, attributes=AGENT), span("chat", 20, parent_id="invoke", status="error")])
    return red


def test_spans_are_counted_by_service_name_kind_and_status_agents_by_theirs_too(red: RedMetrics) -> None:
    red.add([span("chat", 40, status="error")])

    assert {named: point.value for named, point in points(red, CALLS).items()} == {
        key("invoke", "STATUS_CODE_UNSET", agent="writer"): 1,
        key("chat", "STATUS_CODE_ERROR"): 2,
    }


def test_durations_are_seconds_in_the_connector_s_buckets(red: RedMetrics) -> None:
    point = points(red, DURATION)[key("invoke", "STATUS_CODE_UNSET", agent="writer")]

    assert point.sum == pytest.approx(0.03)
    assert point.explicit_bounds[:2] == (0.002, 0.004)
    assert point.explicit_bounds[-1] == 15
    assert point.bucket_counts[point.explicit_bounds.index(0.05)] == 1


@pytest.mark.parametrize(("deltas", "second"), [(False, 2), (True, 1)])
def test_a_collector_gets_sums_or_what_came_since(deltas: bool, second: int) -> None:
    red = RedMetrics(Resource({}), deltas=deltas)
    values = []
    for _ in range(2):
        red.add([span("chat", 1)])
        values.extend(point.value for point in points(red, CALLS).values())

    assert values == [1, second]


def test_the_application_s_metrics_are_left_alone(red: RedMetrics) -> None:
    assert type(metrics.get_meter_provider()).__name__ == "_ProxyMeterProvider"
