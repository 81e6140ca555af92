"""Ledgers: the spans that a run or a test owns, as raw rows in the order they were started."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.capture.loop_clock import LoopClock, Timing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext

    from pytest_flock_trace.model.span import Span, SpanKey


class Row:
    """One span as the SDK gave it: the live object while it is open, its bare fields once it has ended."""

    __slots__ = (
        "attributes",
        "context",
        "detached",
        "dropped",
        "end",
        "events",
        "kind",
        "late",
        "links",
        "live",
        "name",
        "ordinal",
        "parent",
        "phase",
        "resource",
        "scope",
        "start",
        "status",
        "task",
        "thread",
        "timing",
    )

    def __init__(
        self, live: ReadableSpan, context: SpanContext, ordinal: int, thread: str, task: int | None, phase: str | None
    ) -> None:
        self.live: ReadableSpan | None = live
        self.context = context
        self.ordinal = ordinal
        self.thread = thread
        self.task = task
        self.phase = phase
        self.late = False
        self.detached = False
        self.timing: Timing | None = None
        """Its times where they are not the machine's."""

    def take(self, span: ReadableSpan) -> None:
        """Keep the span's fields and nothing else of it: an ended span object weighs five times as much."""
        self.name = span.name
        self.parent = span.parent
        self.kind = span.kind
        timing = self.timing
        self.start = span.start_time if timing is None else timing.start_of(span.start_time)
        self.end = span.end_time if timing is None else timing.end_of(span.end_time)
        self.status = span.status
        self.resource = span.resource
        self.scope = span.instrumentation_scope
        attributes: Any = getattr(span, "_attributes", None)  # the property copies; the mapping is frozen by now
        events: Any = getattr(span, "_events", None)
        links: Any = getattr(span, "_links", None)
        bare: dict[str, Any] | None = getattr(attributes, "_dict", None)
        self.attributes = dict(span.attributes or {}) if bare is None else bare
        self.events: Sequence[Any] = span.events if events is None or len(events) else ()
        self.links: Sequence[Any] = span.links if links is None or len(links) else ()
        self.dropped = getattr(attributes, "dropped", 0) + getattr(events, "dropped", 0) + getattr(links, "dropped", 0)

    def finish(self, span: ReadableSpan) -> None:
        """The span has ended."""
        self.take(span)
        self.live = None


class Ledger:
    """Rows of the spans that one owner caused; appending is atomic, so no lock guards it."""

    def __init__(self, title: str, clock: LoopClock | None = None) -> None:
        self.title = title
        self.clock = clock
        """What its spans' times are read from; None for the machine's clock."""
        self.rows: list[Row] = []
        self.closed = False
        """From then on, spans that start or end here are late."""
        self.received: list[Span] = []
        """What other processes have sent."""
        self.exported: frozenset[SpanKey] = frozenset()
        """Of these, what their process sends to a collector itself."""
        self._closed_at: int | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was recorded here, and nothing received."""
        return not (self.rows or self.received)

    def close(self) -> None:
        """Whatever goes on from now on does so after the end."""
        self.closed = True
        self._closed_at = time.time_ns()

    def receive(self, spans: Iterable[Span]) -> None:
        """Take what another process did; what is here already, since it was sent twice, is left out.

        A span is late that ended after the owner had closed, not one that only came later.
        """
        known = {(span.key, span.start_ns) for span in self.received}
        recorded = {format(row.context.span_id, "016x") for row in self.rows}
        for span in spans:
            if (span.key, span.start_ns) in known or span.span_id in recorded:
                continue
            late = self._closed_at is not None and span.end_ns > self._closed_at
            self.received.append(span.replace(late=True) if late else span)


class TestLedger(Ledger):
    """What one attempt at a test caused outside every run."""

    __test__ = False

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.phase: str | None = None
        self.thread = threading.get_ident()
        self.fixture: object = None
        """The fixture that is being set up, if any; runs opened meanwhile belong to it."""
        self.sharing = False
        """True while a fixture of a wider scope is set up: later tests' spans below its spans are their own."""

    def follow_example(self) -> None:
        """Something is about to be recorded here, perhaps in another example of a property test than before."""
