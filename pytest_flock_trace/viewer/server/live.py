"""A trace file that changes while it is looked at."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.store.file.state import FileState
from pytest_flock_trace.viewer.server.shown import Shown

_AWAITED: Final = 1.0
"""Seconds for which somebody who asks what is new waits for it."""
_READING: Final = "new spans are being read; what is shown is older"


class Revision(NamedTuple):
    """Which state of the file is shown, and why that is not the latest."""

    revision: str
    busy: str | None


class LiveFile:
    """Snapshots of a trace file, a new one when somebody asks and the file has changed.

    They stand in a folder of their own, which nobody else may read and which goes with `close`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = Path(tempfile.mkdtemp(prefix="flock-trace-"))
        self._serial = count(1)
        self._lock = threading.Lock()
        self._shown: Shown | None = None
        self._complaint: str | None = None
        self._refreshing: threading.Thread | None = None
        self._closed = False

    def begin(self) -> None:
        """Read the file for the first time; raises `BadTraceFile` unless it may be read later."""
        try:
            self._take()
        except TraceFileHeld as exc:
            self._complaint = str(exc)

    def look(self) -> Revision:
        """What is shown; reads the file again where that is not the latest, and waits a moment for it."""
        refreshing = self._begun_to_refresh()
        if refreshing is not None:
            refreshing.join(_AWAITED)
        with self._lock:
            revision = "" if self._shown is None else self._shown.revision
            reading = self._refreshing is not None and self._refreshing.is_alive()
            return Revision(revision, _READING if reading else self._complaint)

    @contextmanager
    def shown(self) -> Generator[Shown, None, None]:
        """The latest that was read; raises `TraceFileHeld` where nothing could be read yet."""
        with self._lock:
            shown = self._shown
            if shown is None:
                raise TraceFileHeld(f"{self._complaint}; it will be shown once nobody does")
            using = shown.used()
            using.__enter__()
        try:
            yield shown
        finally:
            using.__exit__(None, None, None)

    def close(self) -> None:
        """Forget the snapshots; what still reads one has a moment to end."""
        with self._lock:
            self._closed = True
            refreshing, shown, self._shown = self._refreshing, self._shown, None
        if refreshing is not None:
            refreshing.join(_AWAITED)
        if shown is not None:
            shown.retire()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begun_to_refresh(self) -> threading.Thread | None:
        """The thread that reads what is new; None where nothing is."""
        with self._lock:
            if self._refreshing is not None and self._refreshing.is_alive():
                return self._refreshing
            if self._closed or (self._shown and self._shown.snapshot.state == FileState.of(self.path)):
                return None
            self._refreshing = threading.Thread(target=self._refresh, name="flock-trace snapshot", daemon=True)
            self._refreshing.start()
            return self._refreshing

    def _refresh(self) -> None:
        try:
            self._take()
        except TraceFileHeld as exc:
            self._complaint = f"{exc}; what is shown is older"
        except BadTraceFile as exc:
            self._complaint = f"{exc}; what is shown was read before"

    def _take(self) -> None:
        taken = Shown(self.path, self.folder / str(next(self._serial)))
        with self._lock:
            before, self._shown = self._shown, taken
            self._complaint = "; ".join(taken.snapshot.complaints) or None
            if self._closed:
                before, self._shown = taken, None
        if before is not None:
            before.retire()
