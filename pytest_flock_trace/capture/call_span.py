"""The span of one call: opened before, current while the call's own code runs, ended after."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode

from pytest_flock_trace.capture.exception import is_cancellation, record_exception
from pytest_flock_trace.capture.io_capture import outputs
from pytest_flock_trace.capture.provider import installed_provider

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

SCOPE: Final = "pytest_flock_trace.instrument"
_OK: Final = Status(StatusCode.OK)
_log = logging.getLogger(__name__)


class CurrentTracer:
    """The tracer of whatever provider is installed at the moment: suites reset and replace it."""

    def __init__(self) -> None:
        self._provider: object = self
        self._tracer: Tracer = trace.NoOpTracer()

    def __call__(self) -> Tracer:
        """The tracer."""
        provider = installed_provider()
        if provider is not self._provider:
            self._provider, self._tracer = provider, trace.get_tracer(SCOPE)
        return self._tracer


current_tracer = CurrentTracer()


class CallSpan:
    """A span that has been started. Nothing that goes wrong in here reaches the traced program."""

    __slots__ = ("_before", "_mine", "_span")

    def __init__(self, span: Span, before: Context, mine: Context) -> None:
        self._span = span
        self._before = before
        self._mine = mine

    def enter(self) -> None:
        """Make the span current."""
        otel_context.attach(self._mine)

    def resume(self) -> None:
        """Make the span current in the context of whoever asks a generator for more."""
        self._before = otel_context.get_current()
        otel_context.attach(self._mine)

    def leave(self) -> None:
        """Put back what was current before, unless the call's code or another task has put something else there."""
        if otel_context.get_current() is self._mine:
            otel_context.attach(self._before)

    def returned(self, result: object) -> None:
        """The call came to its end."""
        try:
            span = self._span
            if span.is_recording():
                span.set_attributes(outputs(result))
                span.set_status(_OK)
            span.end()
        except Exception:  # noqa: BLE001  # the traced program must not see it
            _log.exception("the span of a call could not be ended")
        self.leave()

    def exhausted(self, kind: str, items: int) -> None:
        """A generator came to its end after so many items."""
        try:
            self._span.set_attributes({"output.type": kind, "output.length": items})
            self._span.set_status(_OK)
            self._span.end()
        except Exception:  # noqa: BLE001  # as above
            _log.exception("the span of a generator could not be ended")
        self.leave()

    def raised(self, error: BaseException) -> None:
        """An exception came out of the call."""
        try:
            if not is_cancellation(error) and self._span.is_recording():
                record_exception(self._span, error)
            self._span.end()
        except Exception:  # noqa: BLE001  # as above
            _log.exception("the span of a failed call could not be ended")
        self.leave()


def idle_span() -> CallSpan:
    """One that records nothing, for a call that was to be traced and could not be."""
    here = otel_context.get_current()
    return CallSpan(trace.INVALID_SPAN, here, here)
