"""Traces that are read from what is recorded, at the moment they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.capture.ledger import Ledger, Row
from pytest_flock_trace.model.check_log import by_a_test
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.duration import DurationLike
from pytest_flock_trace.model.pattern import PatternLike
from pytest_flock_trace.model.span import WAIT_NAMES, Span, with_waits
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.memory import TraceStore
from pytest_flock_trace.store.result import Parameters, Rows

if TYPE_CHECKING:
    from pytest_flock_trace.capture.recorder import Recorder


@dataclass(frozen=True)
class Reading:
    """How raw rows are read as spans."""

    wait_names: Sequence[str] = WAIT_NAMES
    """Globs of the names of spans that only wait for others."""
    transform: Callable[[Span], Span | None] | None = None
    """What the user's hooks make of each span; None drops it."""

    def __call__(self, rows: Iterable[Row]) -> list[Span]:
        """The rows as spans."""
        from pytest_flock_trace.capture.convert import convert

        return self.kept(convert(rows, self.wait_names))

    def received(self, spans: Iterable[Span]) -> list[Span]:
        """Spans that other processes have sent."""
        return self.kept([with_waits(span, self.wait_names) for span in spans])

    def kept(self, spans: list[Span]) -> list[Span]:
        """What the user's hooks leave of spans, and make of them."""
        if (transform := self.transform) is None:
            return spans
        return [kept for span in spans if (kept := transform(span)) is not None]


_NO_SPANS: Final = SpanTree(())


class LiveTree:
    """The tree of some ledgers, built when it is asked for and again once they have changed."""

    def __init__(self, ledgers: Callable[[], Sequence[Ledger]], reading: Reading) -> None:
        self._ledgers = ledgers
        self._reading = reading
        self._sizes: list[tuple[int, int]] | None = None
        self._unfinished: list[Row] = []
        self._tree = _NO_SPANS
        self.version = 0
        """Changes with the tree."""

    def read_anew(self) -> None:
        """The ledgers hold something else now, even if it is as much as before."""
        self._sizes = None

    def __call__(self) -> SpanTree:
        """The tree as of now."""
        ledgers = self._ledgers()
        sizes = [(len(ledger.rows), len(ledger.received)) for ledger in ledgers]
        if sizes != self._sizes or self._unfinished:  # an open span may have changed without a trace
            rows = [row for ledger, (size, _) in zip(ledgers, sizes) for row in ledger.rows[:size]]
            received = [span for ledger, (_, size) in zip(ledgers, sizes) for span in ledger.received[:size]]
            self._unfinished = [row for row in rows if row.live is not None]
            self._tree = SpanTree([*self._reading(rows), *self._reading.received(received)], owned=True)
            self._sizes = sizes
            self.version += 1
        return self._tree


class RecordedTrace(Trace):
    """A trace that is read from what is recorded, at the moment it is asked."""

    def __init__(self, name: str, live: LiveTree, lacking: Callable[[Iterable[Name]], None]) -> None:
        super().__init__(_NO_SPANS, name=name, lacking=lacking)
        self._live = live
        self._store: TraceStore | None = None

    @property
    def tree(self) -> SpanTree:
        """The spans recorded until now."""
        return self.recorded()

    def recorded(self) -> SpanTree:
        """The spans until now, whether or not more is certain to come."""
        return self._live()

    def read_anew(self) -> None:
        """What it is read from was exchanged."""
        self._live.read_anew()

    def wait_for(self, pattern: PatternLike, *, timeout: DurationLike) -> Span:
        """The first span that matches and has ended, as soon as there is one, of this process or another.

        Works on open runs, too. Blocks the thread: in async code, `await asyncio.to_thread(run.wait_for, ...)`.
        Raises `NeverArrived` with what did arrive after `timeout`, such as "5s".
        """
        __tracebackhide__ = True
        from pytest_flock_trace.recording.awaiting import awaited

        return awaited(self, pattern, timeout)

    @property
    def store(self) -> TraceStore:
        """The same spans as a DuckDB of their own, opened by the first query."""
        if self._store is None:
            self._store = TraceStore(self._versioned, name=self.title)
        return self._store

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """Query these spans: table `spans`, view `runs`. The rows are fetched at once."""
        if self.check_log is not None and by_a_test():
            self.check_log.read("sql()")
        return self.store.sql(query, parameters)

    def close_store(self) -> None:
        """Free the DuckDB, if a query opened one."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _versioned(self) -> tuple[object, SpanTree]:
        tree = self.tree
        return self._live.version, tree

    def with_tree(self, tree: SpanTree) -> Trace:
        """A trace of this name over other spans, which stays as it is whatever is recorded."""
        other = super().with_tree(tree)
        other._taken_out = all(
            tree.spans[root].run is None for root in tree.roots
        )  # no root of a run that is no evidence
        return other

    @property
    def captured(self) -> bool:
        """True where any span stands for more than a run's `with` block."""
        return any(span.run is None for span in self.tree.spans)

    def cause_of_emptiness(self) -> str | None:
        """What keeps this process from recording, if anything does."""
        return recorder().obstacle()


def recorder() -> Recorder:
    """The recorder of this process; OpenTelemetry is imported when it is first asked for."""
    from pytest_flock_trace.capture.recorder import the_recorder

    return the_recorder()
