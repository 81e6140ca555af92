"""Ledgers: the spans that a run or a test owns, as raw rows in the order they were started."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext


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

    def take(self, span: ReadableSpan) -> None:
        """Keep the span's fields and nothing else of it: an ended span object weighs five times as much."""
        self.name = span.name
        self.parent = span.parent
        self.kind = span.kind
        self.start = span.start_time
        self.end = span.end_time
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

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[Row] = []
        self.closed = False
        """From then on, spans that start or end here are late."""


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
