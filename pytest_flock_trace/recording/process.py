"""Recording a whole process into a trace file, without pytest."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.environment import DEFAULT_FILE, Environment
from pytest_flock_trace.errors import BadArgument, BadSetting, BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.recording.recorded_trace import recorder
from pytest_flock_trace.store.file.expiry import DAYS, check_days
from pytest_flock_trace.store.file.writer import TraceFile, load_libraries

if TYPE_CHECKING:
    from pytest_flock_trace.capture.stream import SpanStream

_log: Final = logging.getLogger("pytest_flock_trace")


class ProcessRecording:
    """Writes every span that ends in this process into a trace file, until the process ends or `close`."""

    def __init__(self, path: Path, *, age: timedelta | None = None) -> None:
        from pytest_flock_trace.capture.stream import SpanStream

        load_libraries()
        self._path = path
        self.file = TraceFile(path, age=age)
        self.stream: SpanStream = SpanStream(self._deliver)
        self._outgoing = Outgoing()
        self._told = ""
        self._forked = False
        self.is_open = True
        process = recorder()
        process.acquire()
        process.router.stream = self.stream
        atexit.register(self.close)
        _before_termination(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._go_on_in_child)

    def close(self) -> None:
        """Write what is left and record no longer."""
        if not self.is_open:
            return
        self.is_open = False
        self.stream.shutdown()
        if not self._forked:
            self.file.finish()
        process = recorder()
        process.router.stream = None
        process.release()
        atexit.unregister(self.close)

    def _go_on_in_child(self) -> None:
        """A forked child writes its own spans; one of multiprocessing's leaves without asking those at its exit."""
        if self.is_open:
            self.file = TraceFile(self._path)
            self._forked = True
            if (util := sys.modules.get("multiprocessing.util")) is not None:
                util.register_after_fork(self, ProcessRecording._close_with_child)

    def _close_with_child(self) -> None:
        from multiprocessing import util

        util.Finalize(self, self.close, exitpriority=0)

    def _deliver(self, spans: Sequence[Span], partial: AbstractSet[str]) -> None:
        kept = [*map(self._outgoing, spans)]
        if self._forked:  # what DuckDB had in the parent is half there in the child, which it would bring down
            self.file.write_beside(kept, partial=partial)
        else:
            self._tell(self.file.write(kept, partial=partial))

    def _tell(self, trouble: BadTraceFile | None) -> None:
        """Say once for each reason why spans are not in the file; that others use it is nothing to worry about."""
        if trouble is not None and str(trouble) != self._told:
            self._told = str(trouble)
            level = logging.INFO if isinstance(trouble, TraceFileHeld) else logging.WARNING
            _log.log(level, "%s; spans are kept in %s until it can be used", trouble, self.file.spool.folder)


def retention(environment: Environment) -> timedelta:
    """For how long the environment wants traces kept; raises `BadSetting` for what is no number of days."""
    said = environment.trace_days
    try:
        return check_days(DAYS if said is None else float(said), "FLOCK_TRACE_TTL_DAYS")
    except (ValueError, BadArgument) as exc:
        raise BadSetting(
            f"FLOCK_TRACE_TTL_DAYS={said!r} is no number of days above 0; traces older than that are deleted, so 0 "
            "would delete all"
        ) from exc


def _before_termination(close: Callable[[], None]) -> None:
    """Have SIGTERM end the process as before, once what was recorded is written; a program's own handler stays."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return

    def terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # a handler's signature
        close()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, terminate)


_recording: ProcessRecording | None = None


def record_process(path: Path | None = None) -> ProcessRecording:
    """Record this process from now on, once; into the file that Flock would write unless another is given.

    Raises `BadSetting` for an environment that can't be followed.
    """
    global _recording  # noqa: PLW0603  # there is one process, and one recorder in it
    if _recording is None or not _recording.is_open:
        _recording = ProcessRecording(Path(path or DEFAULT_FILE).absolute(), age=retention(Environment.read()))
    return _recording


def record_process_if_asked() -> None:
    """Record this process from now on where FLOCK_TRACE_FILE says so."""
    if _recording is None and Environment.read().trace_file:
        record_process()
