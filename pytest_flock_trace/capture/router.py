"""The router: decides, when a span starts, which ledger it belongs to."""

from __future__ import annotations

import itertools
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.trace import get_current_span

from pytest_flock_trace.capture.ledger import Ledger, Row, TestLedger
from pytest_flock_trace.capture.loop_clock import TIMING, Timing
from pytest_flock_trace.capture.task_numbers import TaskNumbers

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span
    from opentelemetry.trace import SpanContext

    from pytest_flock_trace.capture.run import Run

current_run: ContextVar[Run | None] = ContextVar("flock_trace_run", default=None)
"""The innermost run that was opened in this context; it counts only while it is open."""
handed_down: ContextVar[bool] = ContextVar("flock_trace_handed_down", default=False)
"""True wherever the context of the tests has reached; a bare thread starts without it."""

_LEDGER = "_flock_trace_ledger"
"""Attribute of an SDK span that names its ledger. It lives as long as the contexts that hold the span, so a task
that outlives its test still finds the way home, and nothing is left behind when the task ends."""
_REPORTERS = frozenset({"pytest-opentelemetry"})
"""Instrumentation scopes whose spans describe pytest's own work rather than the application's."""


class Router(SpanProcessor):
    """The one span processor of the process; every SDK provider gets it, and it can't be taken off again.

    The owner of a span is decided once, when it starts: its parent's owner, else the run open in the context,
    else the running test. While nobody records, spans pass through untouched.
    """

    def __init__(self) -> None:
        self.running: TestLedger | None = None
        """The test whose set-up, call or tear-down is under way."""
        self.resting: TestLedger | None = None
        """The test that is between two of these; other threads do not pause for that."""
        self.recording = False
        self.stream: SpanProcessor | None = None
        """Takes every span of the process that ends, whoever owns it."""
        self._open: dict[int, Row] = {}
        self._by_trace: WeakValueDictionary[int, Ledger] = WeakValueDictionary()
        self._ordinals = itertools.count(1)
        self._tasks = TaskNumbers()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Open a row in the ledger of whoever caused the span."""
        if not self.recording:
            return
        context = span.get_span_context()
        key = id(context)  # ids of spans may repeat under a seeded generator, this object does not
        if key in self._open:
            return  # the router sits on two layers of one provider
        detached = False
        ledger = None if span.parent is None else self._ledger_of_parent(span.parent, parent_context)
        if ledger is None:
            ledger, detached = self._adopt(span)
        if ledger is None:
            return
        test = ledger if isinstance(ledger, TestLedger) else None
        if test is not None:
            test.follow_example()
        phase = None if test is None else test.phase
        row = Row(span, context, next(self._ordinals), threading.current_thread().name, self._tasks.current(), phase)
        row.late = ledger.closed
        row.detached = detached
        if ledger.clock is not None:
            row.timing = Timing(ledger.clock)
            row.timing.watch(span)
        self._open[key] = row
        ledger.rows.append(row)
        if test is None or not test.sharing:
            setattr(span, _LEDGER, ledger)

    def on_end(self, span: ReadableSpan) -> None:
        """Complete the span's row."""
        row = self._open.pop(id(span.context), None)
        if row is not None and row.timing is not None:
            row.timing.end(row.live)
            setattr(span, TIMING, row.timing)
        if self.stream is not None:
            self.stream.on_end(span)
        if row is None:
            return
        live = row.live
        row.finish(span)
        ledger: Ledger | None = getattr(live, _LEDGER, None)
        if ledger is not None and ledger.closed:
            row.late = True

    def shutdown(self) -> None:
        """Nothing: an application that shuts its provider down must not end the recording of other tests."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """True once nothing waits to be written."""
        return self.stream is None or self.stream.force_flush(timeout_millis)

    def stop(self) -> None:
        """Record no longer, and forget the spans that are still open."""
        self.recording = False
        self.running = self.resting = None
        self._open.clear()

    def expect_trace(self, trace_id: int, ledger: Ledger) -> None:
        """Spans whose remote parent is of this trace belong to the ledger."""
        self._by_trace[trace_id] = ledger

    def ledger_of_trace(self, trace_id: str) -> Ledger | None:
        """Who expects spans of this trace from elsewhere; of several that share the id, the latest."""
        try:
            return self._by_trace.get(int(trace_id, 16))
        except ValueError:  # an id that OpenTelemetry did not make
            return None

    def owner_here(self) -> tuple[trace.Span | None, Ledger | None]:
        """The span below which another process would go on from here, and to whom its spans would belong."""
        run = current_run.get()
        run = run if run is not None and run.is_open else None
        current: Any = get_current_span()
        current = getattr(current, "span", current)
        span = current if current.get_span_context().is_valid else None if run is None else run.root
        ledger: Ledger | None = getattr(current, _LEDGER, None)
        if ledger is None:
            ledger = self.running or self._resting() if run is None else run.ledger
        return span, ledger

    def _ledger_of_parent(self, parent: SpanContext, context: Context | None) -> Ledger | None:
        row = self._open.get(id(parent))
        holder: object = get_current_span(context) if row is None else row.live
        holder = getattr(holder, "span", holder)  # some libraries hand out a wrapper of the SDK's span
        ledger: Ledger | None = getattr(holder, _LEDGER, None)
        return self._by_trace.get(parent.trace_id) if ledger is None else ledger

    def _adopt(self, span: Span) -> tuple[Ledger | None, bool]:
        run = current_run.get()
        if run is not None and run.is_open:
            return run.ledger, False
        scope = span.instrumentation_scope
        test = self.running or self._resting()
        if test is None or (scope is not None and scope.name in _REPORTERS):
            return None, False
        return test, not handed_down.get() and threading.get_ident() != test.thread

    def _resting(self) -> TestLedger | None:
        test = self.resting
        return None if test is None or threading.get_ident() == test.thread else test
