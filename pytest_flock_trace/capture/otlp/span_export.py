"""What leaves for a collector while a process is recorded: spans, and metrics of them if they are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pytest_flock_trace.capture.otlp.outbox import LAST_WORDS, Outbox
from pytest_flock_trace.capture.otlp.readable import readable
from pytest_flock_trace.capture.otlp.sender import Sender
from pytest_flock_trace.model.span import Span

if TYPE_CHECKING:
    from pytest_flock_trace.capture.otlp.metrics_push import MetricsPush
    from pytest_flock_trace.environment.otlp import OtlpExport
    from pytest_flock_trace.model.endpoint import Endpoint

Tell = Callable[[str], None]


class SpanExport:
    """Takes spans that are fit to leave the process; neither what it is handed nor its end is waited for long."""

    def __init__(self, settings: OtlpExport, tell: Tell, tell_of_spans: Tell) -> None:
        """Raises `MissingExtra` where an exporter is not installed."""
        self.outbox = None if settings.traces is None else _outbox(settings.traces, tell_of_spans)
        self._metrics = _metrics(settings, tell)

    def put(self, spans: Sequence[Span]) -> None:
        """Send these soon."""
        if self._metrics is not None:
            self._metrics.add(spans)
        if self.outbox is not None and spans:
            self.outbox.put(spans)

    def close(self, seconds: float = LAST_WORDS) -> None:
        """Send what is left, as far as it can be done in so many seconds, and tell what could not be sent."""
        until = time.monotonic() + seconds
        if self.outbox is not None:
            self.outbox.close(seconds)
        if self._metrics is not None:
            self._metrics.close(max(0.0, until - time.monotonic()))


def _outbox(endpoint: Endpoint, tell: Tell) -> Outbox:
    sender = Sender(endpoint)
    return Outbox(lambda spans: sender(readable(spans)), endpoint, tell)


def _metrics(settings: OtlpExport, tell: Tell) -> MetricsPush | None:
    if settings.metrics is None:
        return None
    from pytest_flock_trace.capture.otlp.metrics_push import MetricsPush

    sender = Sender(settings.metrics)
    return MetricsPush(sender, tell, every=settings.metrics_every, deltas=settings.metrics_deltas)
