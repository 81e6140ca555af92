"""The examples of a Hypothesis test: what each of them records is forgotten when the next one begins."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pytest_flock_trace.capture.example import running_example

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.recording.attempt import TestRecord
    from pytest_flock_trace.recording.traced_run import TracedRun


class Examples:
    """Keeps in a test's record what the running example did, beside what was there before the first one.

    Hypothesis replays the smallest failing example last, so what a failed test is left with is that one.
    """

    def __init__(self) -> None:
        self.count = 0
        """How many have recorded anything or asked for it."""
        self.is_final = False
        """The last of them is one that Hypothesis reports: the smallest that fails, or one that the test names."""
        self.had_runs = False
        """An earlier one opened a run of its own."""
        self.keeps_runs = False
        """Runs are needed at the end of the test, by its budgets."""
        self.keeps_ambient = False
        """So are the spans outside them."""
        self.over: Callable[[], None] | None = None
        """Called before an example is forgotten."""
        self.are_together = False
        """The record holds all that was kept of all of them."""
        self._running: weakref.ref[object] | None = None
        self._before = 0, 0, 0
        self._runs: list[TracedRun] = []
        self._rows: list[Row] = []
        self._received: list[Span] = []

    def follow(self, record: TestRecord) -> None:
        """Forget the last example if another one has begun since."""
        example = running_example()
        if example is None or (self._running is not None and self._running() is example) or _inside_run(record):
            return
        if self.count:
            self._forget(record)
        else:
            self._before = len(record.runs), len(record.rows), len(record.received)
        self.count += 1
        self.is_final = bool(getattr(example, "is_final", False))
        self._running = weakref.ref(example)

    @contextmanager
    def together(self, record: TestRecord) -> Generator[None, None, None]:
        """All that was kept of earlier examples beside the last one; it stays so where the test fails over it."""
        if self.are_together:
            yield
            return
        self.are_together = True
        last = record.runs, record.rows, record.received
        runs, rows, received = self._before
        record.runs = [*record.runs[:runs], *self._runs, *record.runs[runs:]]
        record.rows = [*record.rows[:rows], *self._rows, *record.rows[rows:]]
        record.received = [*record.received[:received], *self._received, *record.received[received:]]
        record.trace.read_anew()
        yield
        self.are_together = False
        record.runs, record.rows, record.received = last
        record.trace.read_anew()

    def _forget(self, record: TestRecord) -> None:
        if self.over is not None:
            self.over()
        runs, rows, received = self._before
        own = [run for run in record.runs[runs:] if run.fixture is None]
        self.had_runs = self.had_runs or bool(own)
        if self.keeps_runs:
            self._runs.extend(own)
        if self.keeps_ambient:
            self._rows.extend(record.rows[rows:])
            self._received.extend(record.received[received:])
        for run in own:
            run.close_store()
        record.runs = [*record.runs[:runs], *(run for run in record.runs[runs:] if run.fixture is not None)]
        record.rows, record.received = record.rows[:rows], record.received[:received]
        record.trace.read_anew()
        record.forget_findings()


def _inside_run(record: TestRecord) -> bool:
    """Whether the test itself holds a run open: examples are a part of that one then."""
    from pytest_flock_trace.capture.router import current_run

    run = current_run.get()
    return run is not None and run.is_open and run.test is record and run.fixture is None
