"""The examples of a Hypothesis test: what each of them records is forgotten when the next one begins."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.capture.example import running_example, when_over

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.recording.attempt import TestRecord
    from pytest_flock_trace.recording.traced_run import TracedRun


_LAST: Final = "last example"
_FAILING: Final = "failing example"


@dataclass(frozen=True)
class Capture:
    """What a test's record holds at the end of an example, what its fixtures did included."""

    runs: Sequence[TracedRun]
    rows: Sequence[Row]
    received: Sequence[Span]


class Examples:
    """Keeps in a test's record what the running example did, beside what was there before the first one.

    Hypothesis replays the smallest failing example last, so what a failed test is left with is that one.
    """

    def __init__(self) -> None:
        self.count = 0
        """How many have recorded anything or asked for it."""
        self.shown = _LAST
        """Which of them the record holds."""
        self.had_runs = False
        """One of those that came through has run runs."""
        self.ended: Callable[[bool], None] | None = None
        """Called when an example is over, with True if no error ended it; what it raises fails the example."""
        self._running: weakref.ref[object] | None = None
        self._before = 0, 0, 0

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
        self.shown = _FAILING if getattr(example, "is_final", False) else _LAST
        self._running = weakref.ref(example)
        if self.ended is not None:
            when_over(self.ended)

    def capture(self, record: TestRecord) -> Capture:
        """What there is of the example that is over, to be put back."""
        return Capture(record.runs, record.rows, record.received)

    def put_back(self, record: TestRecord, capture: Capture, shown: str) -> None:
        """Have the record hold an earlier example again, since there is something to say about it."""
        record.runs, record.rows, record.received = [*capture.runs], [*capture.rows], [*capture.received]
        record.trace.read_anew()
        self.shown = shown

    def _forget(self, record: TestRecord) -> None:
        runs, rows, received = self._before
        for run in record.runs[runs:]:
            if run.fixture is None:
                run.close_store()
        # fixtures may be set up by an example, and serve those after it
        record.runs = [*record.runs[:runs], *(run for run in record.runs[runs:] if run.fixture is not None)]
        record.rows, record.received = record.rows[:rows], record.received[:received]
        record.trace.read_anew()
        record.forget_findings()


def _inside_run(record: TestRecord) -> bool:
    """Whether the test itself holds a run open: examples are a part of that one then."""
    from pytest_flock_trace.capture.router import current_run

    run = current_run.get()
    return run is not None and run.is_open and run.test is record
