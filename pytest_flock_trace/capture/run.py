"""A run: a stretch of a program under a root span of its own, whose spans are kept together."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry import context as otel_context
from opentelemetry import trace

from pytest_flock_trace.capture.correlation import carried, carrying, ids_of
from pytest_flock_trace.capture.exception import record_exception
from pytest_flock_trace.capture.ledger import Ledger, TestLedger
from pytest_flock_trace.capture.loop_clock import running_clock
from pytest_flock_trace.capture.remote_parent import inherited
from pytest_flock_trace.capture.router import Router, current_run
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, TEST_ATTRIBUTE

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext

_SCOPE = "pytest_flock_trace"


@contextmanager
def leaving_no_context() -> Generator[None, None, None]:
    """Whatever run or span is made current meanwhile, is not so afterwards."""
    context, run = otel_context.get_current(), current_run.get()
    try:
        yield
    finally:
        otel_context.attach(context)
        current_run.set(run)


@contextmanager
def outside_every_run() -> Generator[None, None, None]:
    """Forget the current run and span for a while."""
    with leaving_no_context():
        otel_context.attach(otel_context.Context())
        current_run.set(None)
        yield


class Run:
    """An open or closed run. An outermost run is a trace of its own; a nested one is a child span of the outer."""

    def __init__(self, router: Router, name: str, attributes: Mapping[str, Any] | None, *, by_loop: bool) -> None:
        self.name = name
        outer = current_run.get()
        self.outer: Run | None = outer if outer is not None and outer.is_open else None
        self.ledger: Ledger = self.outer.ledger if self.outer else _ledger(name, by_loop=by_loop)
        if by_loop and self.ledger.clock is None:
            raise BadArgument(
                f"traced_run({name!r}, clock='loop') is inside {self.ledger.title}, which goes by the "
                "machine's clock; spans of one trace need one clock: give clock='loop' to the outermost run"
            )
        self.test: TestLedger | None = self.outer.test if self.outer else router.running
        self.fixture = None if self.test is None else self.test.fixture
        self.is_open: bool = True
        self._router = router
        self._attributes = {**(attributes or {}), **self._identity()}
        self._before: tuple[otel_context.Context, Run | None] = otel_context.Context(), None
        self.root: Span = trace.INVALID_SPAN

    @property
    def span_context(self) -> SpanContext:
        """Trace and span id of the root span."""
        return self.root.get_span_context()

    def open(self) -> None:
        """Start the root span and make it current."""
        before = otel_context.get_current()
        self._before = before, current_run.get()
        current_run.set(self)
        tracer = trace.get_tracer(_SCOPE)
        parent = before if self.outer else inherited(before)
        ids = ids_of(self._attributes, carried(before))
        self.root = tracer.start_span(self.name, context=parent, attributes={**ids, **self._attributes})
        if not self.outer and self.span_context.is_valid:
            self._router.expect_trace(self.span_context.trace_id, self.ledger)
        mine = trace.set_span_in_context(self.root, before)
        otel_context.attach(carrying(mine, ids) if ids else mine)

    def close(self, error: BaseException | None = None) -> None:
        """End the root span, as failed where an error ended the run."""
        try:
            if error is not None and self.root.is_recording():
                record_exception(self.root, error)
        finally:
            self.root.end()
            self.is_open = False
            if not self.outer:
                self.ledger.close()
            self._restore()

    def _restore(self) -> None:
        """Put back what was current before; set rather than reset, since a fixture may end in another context."""
        before, run = self._before
        if trace.get_current_span().get_span_context().trace_id == self.span_context.trace_id:
            otel_context.attach(before)
        if current_run.get() is self:
            current_run.set(run)

    def _identity(self) -> dict[str, str]:
        identity = {RUN_ATTRIBUTE: self.name}
        if self.test is not None:
            identity[TEST_ATTRIBUTE] = self.test.title
        return identity


def _ledger(name: str, *, by_loop: bool) -> Ledger:
    __tracebackhide__ = True
    return Ledger(f"run {name!r}", running_clock(name) if by_loop else None)
