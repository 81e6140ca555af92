"""What is shown of a trace file at the moment, held for as long as somebody looks at it."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.snapshot import Snapshot, take_snapshot
from pytest_flock_trace.viewer.server.kept_answers import KeptAnswers

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.store.file.narrowing import Narrowing
    from pytest_flock_trace.store.file.reading import TraceFileView

_TRACES: Final = 4
"""Traces that are kept as they were read: a page asks for one block after the other of the same."""


class Shown:
    """A snapshot with its tables open. It goes once it is retired and nobody uses it."""

    def __init__(self, path: Path, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._open = ExitStack()
        self._lock = threading.Lock()
        self._users = 1
        self.created = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
        self.answers = KeptAnswers()
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        try:
            self.snapshot: Snapshot = take_snapshot(path, folder)
            self._view = self._open.enter_context(viewed(self.snapshot.file))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @property
    def revision(self) -> str:
        """Which state of the file this is."""
        return self.snapshot.state.revision

    @contextmanager
    def used(self) -> Generator[Shown, None, None]:
        """Keep it meanwhile; only whoever knows that it is not gone may ask."""
        with self._lock:
            self._users += 1
        try:
            yield self
        finally:
            self.retire()

    @contextmanager
    def looked_into(self, narrowing: Narrowing | None = None) -> Generator[TraceFileView, None, None]:
        """Its tables, or some of its spans, for one thread."""
        with ExitStack() as open_here:
            with self._lock:
                view = open_here.enter_context(self._view.beside(narrowing))
            yield view

    def trace(self, trace_id: str) -> Trace:
        """One trace of all that are shown."""
        with self._lock:
            if (kept := self._traces.get(trace_id)) is not None:
                self._traces.move_to_end(trace_id)
                return kept
        with self.looked_into() as view:
            found = view.trace(trace_id)
        with self._lock:
            self._traces[trace_id] = found
            while len(self._traces) > _TRACES:
                self._traces.popitem(last=False)
        return found

    def retire(self) -> None:
        """One user less; whoever made it is one."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
        self._open.close()
        shutil.rmtree(self._folder, ignore_errors=True)
