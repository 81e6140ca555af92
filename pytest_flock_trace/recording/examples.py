"""The examples of a Hypothesis test: what each of them records is forgotten when the next one begins."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
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
_PUT_BACK: Final = "run that used most"


@dataclass(frozen=True)
class Capture:
    """What an example recorded by itself."""

    runs: Sequence[TracedRun]
    rows: Sequence[Row]
    received: Sequence[Span]

    @property
    def size(self) -> int:
        """How many spans that is, and one since nothing takes room as well."""
        return 1 + len(self.rows) + len(self.received) + sum(len(run.ledger.rows) for run in self.runs)


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
        self.hinted: set[str] = set()
        """What Hypothesis was told of the running one."""
        self._running: weakref.ref[object] | None = None
        self._before = 0, 0, 0
        self._kept: list[Capture] = []
        self._size = 0

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
        self.hinted.clear()
        self.shown = _FAILING if getattr(example, "is_final", False) else _LAST
        self._running = weakref.ref(example)
        if self.ended is not None:
            when_over(self.ended)

    def keep(self, record: TestRecord) -> int:
        """Keep the example that is over for what concerns several of them; how many spans are kept."""
        runs, rows, received = self._before
        own = [run for run in record.runs[runs:] if run.fixture is None]
        self._kept.append(Capture(own, record.rows[rows:], record.received[received:]))
        self._size += self._kept[-1].size
        self.had_runs = self.had_runs or bool(own)
        return self._size

    @contextmanager
    def together(self, record: TestRecord) -> Generator[None, None, None]:
        """For a while, the record holds all that is kept; then it is kept no longer, and the record as it was."""
        if not self.count:
            yield
            return
        last = record.runs, record.rows, record.received
        record.runs = [*self._without_own(record), *(run for capture in self._kept for run in capture.runs)]
        record.rows = [*record.rows[: self._before[1]], *(row for capture in self._kept for row in capture.rows)]
        record.received = [
            *record.received[: self._before[2]],
            *(span for capture in self._kept for span in capture.received),
        ]
        record.trace.read_anew()
        try:
            yield
        finally:
            record.runs, record.rows, record.received = last
            record.trace.read_anew()
            self._kept.clear()
            self._size = 0

    def show(self, record: TestRecord, run: TracedRun) -> None:
        """Have the record hold this run instead of the last example, since there is something to say about it."""
        if self.count and run not in record.runs:
            self._forget(record)
            record.runs.append(run)
            self.shown = _PUT_BACK

    def _forget(self, record: TestRecord) -> None:
        kept = self._without_own(record)
        for run in record.runs:
            if run not in kept:
                run.close_store()
        record.runs = kept
        record.rows, record.received = record.rows[: self._before[1]], record.received[: self._before[2]]
        record.trace.read_anew()
        record.forget_findings()

    def _without_own(self, record: TestRecord) -> list[TracedRun]:
        """The runs that were there before, and those of fixtures that were set up since, which serve later examples."""
        before = self._before[0]
        return [*record.runs[:before], *(run for run in record.runs[before:] if run.fixture is not None)]


def _inside_run(record: TestRecord) -> bool:
    """Whether the test itself holds a run open: examples are a part of that one then."""
    from pytest_flock_trace.capture.router import current_run

    run = current_run.get()
    return run is not None and run.is_open and run.test is record
