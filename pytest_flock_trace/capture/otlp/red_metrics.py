"""Rate, errors and duration of what is recorded, as metrics for dashboards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View

from pytest_flock_trace.capture.otlp.sendable import sendable
from pytest_flock_trace.model.payload import text_of
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource

CALLS: Final = "traces.span.metrics.calls"
DURATION: Final = "traces.span.metrics.duration"
AGENT: Final = "agent"
_BOUNDS: Final = (0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.4, 2.0, 5.0, 10.0, 15.0)


class RedMetrics:
    """A counter of spans, and a histogram of their durations in seconds.

    Names, attributes (`service.name`, `span.name`, `span.kind`, `status.code`) and bounds are those of the span metrics
    connector of the OpenTelemetry Collector (connector/spanmetricsconnector/README.md of its contrib repository), with
    seconds as the unit, to which it is changing; `agent` is added on the spans that invoke one. The meter provider is
    not the application's, which sees nothing of it.
    """

    def __init__(self, resource: Resource, *, deltas: bool = False) -> None:
        """Each time what has come since the beginning, or with `deltas` since the last time."""
        temporality = AggregationTemporality.DELTA if deltas else AggregationTemporality.CUMULATIVE
        self._reader = InMemoryMetricReader({Counter: temporality, Histogram: temporality})
        buckets = ExplicitBucketHistogramAggregation(_BOUNDS)
        self._provider = MeterProvider(
            [self._reader],
            resource,
            shutdown_on_exit=False,
            views=[View(instrument_name=DURATION, aggregation=buckets)],
        )
        meter = self._provider.get_meter("pytest_flock_trace")
        self._calls = meter.create_counter(CALLS, "{call}", "Spans that have ended")
        self._duration = meter.create_histogram(DURATION, "s", "How long they took")

    def add(self, spans: Sequence[Span]) -> None:
        """Count these; who ran them is read off the tree that they make."""
        for span in SpanTree(spans).spans:
            attributes = _attributes(span)
            self._calls.add(1, attributes)
            self._duration.record(span.duration.seconds, attributes)

    def collected(self) -> Any:
        """What the exporter takes; None where there is nothing."""
        return self._reader.get_metrics_data()


def _attributes(span: Span) -> dict[str, str]:
    named = sendable({"service.name": span.resource.get("service.name", "")})["service.name"]
    said = {
        "service.name": str(named),
        "span.name": text_of(span.name),
        "span.kind": f"SPAN_KIND_{span.kind.upper()}",
        "status.code": f"STATUS_CODE_{span.status.upper()}",
    }
    return said if span.agent is None else {**said, AGENT: text_of(span.agent)}
