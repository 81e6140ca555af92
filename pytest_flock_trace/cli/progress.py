"""How far something has come, told on standard error once it takes more than a second."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, TextIO

from pytest_flock_trace.model.text import one_line

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

QUIET: Final = 1.0
"""Seconds in which nothing is told."""
_BETWEEN: Final = 10.0
"""Seconds between two lines where there is no terminal on which a bar could move."""


class Progress:
    """A bar on a terminal, elsewhere a line now and then; nothing for what is quick."""

    def __init__(self, stream: TextIO, what: str) -> None:
        self._stream = stream
        self._what = one_line(what)
        self._lock = threading.Lock()
        self._timer = threading.Timer(QUIET, self.begin)
        self._timer.daemon = True
        self._ended = False
        self._done, self._total = 0, 0
        self._next_line = 0.0
        self._begun = False
        self._bar: tuple[Bar, TaskID] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Take note of how much is done, of how much."""
        with self._lock:
            self._done, self._total = done, total
            if self._bar is not None:
                bar, task = self._bar
                bar.update(task, completed=done, total=total)
            elif self._begun and time.monotonic() >= self._next_line:
                self._line()

    def __enter__(self) -> Progress:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._bar is not None:
                self._bar[0].stop()

    def begin(self) -> None:
        """Begin to tell, unless it is over; called once it has taken long enough."""
        with self._lock:
            if self._ended:
                return
            self._begun = True
            if self._stream.isatty():
                self._bar = self._started()
            else:
                self._line()

    def _line(self) -> None:
        self._next_line = time.monotonic() + _BETWEEN
        how_far = f": {self._done:,} of {self._total:,}" if self._total else ""
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(f"{self._what}{how_far}\n".encode(encoding, "backslashreplace").decode(encoding))
        self._stream.flush()

    def _started(self) -> tuple[Bar, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(file=self._stream),
            transient=True,
        )
        task = bar.add_task(self._what, total=self._total or None, completed=self._done)
        bar.start()
        return bar, task
