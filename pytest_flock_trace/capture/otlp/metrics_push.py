"""Metrics on their way to a collector: now and then, and once more at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from opentelemetry.sdk.resources import Resource

from pytest_flock_trace.capture.forking import in_forked_children
from pytest_flock_trace.capture.otlp.daemon import started_daemon
from pytest_flock_trace.capture.otlp.outbox import LAST_WORDS
from pytest_flock_trace.capture.otlp.red_metrics import RedMetrics
from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.capture.otlp.sender import Sender
from pytest_flock_trace.model.span import Span


class MetricsPush:
    """Counts spans, and sends what they come to by a daemon; that it can't be sent is told once."""

    def __init__(self, sender: Sender, tell: Callable[[str], None], *, every: float, deltas: bool) -> None:
        self._sender = sender
        self._every = every
        self._deltas = deltas
        self._tell = tell
        self._resource = Resource.create()  # by threads of its own, for which it is too late when Python ends
        self._begin()
        in_forked_children(self._begin_anew)
        self._start()  # at once: when Python ends, it starts no thread any more

    def _begin_anew(self) -> None:
        """In a forked child: what was counted before is its parent's."""
        self._begin()
        self._start()

    def _begin(self) -> None:
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._metrics = RedMetrics(self._resource, deltas=self._deltas)
        self._told = False

    def add(self, spans: Sequence[Span]) -> None:
        """Count these."""
        self._metrics.add(spans)
        if self._thread is None and not self._ending.is_set():
            self._start()

    def close(self, seconds: float = LAST_WORDS) -> None:
        """Send once more, if that can be done in so many seconds."""
        self._ending.set()
        if self._thread is None:
            self._work()
        else:
            self._thread.join(max(0.0, seconds))
            if self._thread.is_alive():
                self._trouble("it took too long")

    def _start(self) -> None:
        self._thread = started_daemon(self._work, "flock-trace-metrics")  # `close` sends without one, too

    def _work(self) -> None:
        while not self._ending.wait(self._every):
            self._send()
        self._send()

    def _send(self) -> None:
        try:
            if (data := self._metrics.collected()) is not None:
                self._sender(data)
        except Refusal as exc:
            self._trouble(str(exc))

    def _trouble(self, reason: str) -> None:
        if not self._told:
            self._told = True
            self._tell(f"metrics cannot be sent to {self._sender.endpoint}: {reason}")
