"""One run as a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.capture.ledger import Ledger
from pytest_flock_trace.errors import RunClosed, RunStillOpen
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.recording.recorded_trace import LiveTree, Reading, RecordedTrace

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from pytest_flock_trace.capture.foreign_run import ForeignRun
    from pytest_flock_trace.capture.run import Run


class TracedRun(RecordedTrace):
    """One run. While it is open its root span can be written to; once closed it serves wherever a `Trace` does.

    Spans of its trace that end after it closed appear when they do, marked `late`.
    """

    def __init__(self, run: Run | ForeignRun, reading: Reading, lacking: Callable[[Iterable[Name]], None]) -> None:
        super().__init__(run.name, LiveTree(lambda: (run.ledger,), reading), lacking)
        self._run = run
        self._subtree: tuple[int, SpanTree] | None = None

    @property
    def title(self) -> str:
        """What messages call this run."""
        return f"run {self.name!r}"

    @property
    def tree(self) -> SpanTree:
        """The run's spans; raise `RunStillOpen` before it closes."""
        __tracebackhide__ = True
        if self._run.is_open:
            raise RunStillOpen(f"{self.title} is still open; ask for its spans after its `with` block")
        return self.recorded()

    def recorded(self) -> SpanTree:
        """The run's spans until now, also before it closes."""
        tree = super().recorded()
        return tree if self.outermost else self._below_root(tree)

    @property
    def outermost(self) -> bool:
        """False for a run inside another one, which is a child span there."""
        return self._run.outer is None

    @property
    def is_open(self) -> bool:
        """True inside the `with` block."""
        return self._run.is_open

    @property
    def fixture(self) -> object:
        """The fixture that opened the run; None for a run of the test's own."""
        return self._run.fixture

    @property
    def shared(self) -> bool:
        """Whether a fixture that outlives a test opened the run."""
        return self.fixture is not None and getattr(self.fixture, "scope", "function") != "function"

    @property
    def ledger(self) -> Ledger:
        """The raw rows."""
        return self._run.ledger

    @property
    def span_context(self) -> SpanContext:
        """Trace and span id of the root span, for propagation by hand."""
        return self._run.span_context

    def set_attribute(self, key: str, value: Any) -> None:
        """Set an attribute of the root span; raise `RunClosed` once it has ended."""
        self._open_root("set_attribute").set_attribute(key, value)

    def add_event(self, name: str, attributes: Mapping[str, Any] | None = None) -> None:
        """Add an event to the root span; raise `RunClosed` once it has ended."""
        self._open_root("add_event").add_event(name, attributes)

    def _open_root(self, call: str) -> Any:
        if not self._run.is_open:
            raise RunClosed(f"{self.title} has closed; call {call} inside its `with` block")
        return self._run.root

    def _below_root(self, tree: SpanTree) -> SpanTree:
        """The part of the outer run's tree that this nested run is."""
        if self._subtree is None or self._subtree[0] != self._live.version:
            context = self._run.span_context
            root = tree.find((format(context.trace_id, "032x"), format(context.span_id, "016x")))
            positions = [] if root is None else [root, *tree.descendants(root)]
            part = SpanTree([tree.spans[position] for position in positions], agents_known=True)
            self._subtree = self._live.version, part
        return self._subtree[1]

    def cause_of_emptiness(self) -> str | None:
        """What keeps this process from recording, or where the spans have gone instead."""
        if cause := super().cause_of_emptiness():
            return cause
        lost = [] if self._run.test is None else [row.thread for row in self._run.test.rows if row.detached]
        if not lost:
            return None
        return (
            f"{len(lost)} spans of this test were started in threads without its context ({lost[0]!r}) and are in "
            "traced_run.test; start threads with contextvars.copy_context().run"
        )

    def __repr__(self) -> str:
        return f"<TracedRun {self.name!r}, open>" if self._run.is_open else super().__repr__()
