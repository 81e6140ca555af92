"""A run of another process: what is known of it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from opentelemetry import trace

from pytest_flock_trace.capture.ledger import Ledger, TestLedger


@dataclass(frozen=True)
class ForeignFixture:
    """The fixture that opened a run in another process."""

    scope: str


@dataclass
class ForeignRun:
    """Stands where a `Run` does; its spans are those that its ledger has received."""

    name: str
    ledger: Ledger
    outer: ForeignRun | None
    fixture: ForeignFixture | None
    ids: tuple[int, int]
    """Trace and span id of its root."""
    is_open: bool
    """What it was when it was told of: nobody here will learn that it has closed."""
    test: TestLedger | None = None
    root: Final[trace.Span] = trace.INVALID_SPAN
    """The live span is elsewhere."""

    @property
    def span_context(self) -> trace.SpanContext:
        """Trace and span id of the root span."""
        return trace.SpanContext(*self.ids, is_remote=True)
