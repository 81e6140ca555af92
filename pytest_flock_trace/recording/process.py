"""Recording a whole process into a trace file or for a collector, without pytest."""

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

from pytest_flock_trace.environment.sampling import SamplingSettings
from pytest_flock_trace.environment.tracing import DEFAULT_FILE, Environment
from pytest_flock_trace.errors import BadArgument, BadSetting
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.span import Span, SpanKey
from pytest_flock_trace.recording.export import export_if_asked
from pytest_flock_trace.recording.process_file import ProcessFile
from pytest_flock_trace.recording.recorded_trace import recorder
from pytest_flock_trace.recording.sampling import sampling
from pytest_flock_trace.store.file.expiry import DAYS, check_days

if TYPE_CHECKING:
    from pytest_flock_trace.capture.otlp.span_export import SpanExport
    from pytest_flock_trace.capture.sampling import Sampling
    from pytest_flock_trace.capture.stream import SpanStream

_log: Final = logging.getLogger("pytest_flock_trace")


class ProcessRecording:
    """Takes every span that ends in this process to a trace file, a collector or both, until it ends or `close`.

    What a span's own provider exports is left to that and goes into the file alone. `kept` chooses among the traces.
    """

    def __init__(
        self, file: ProcessFile | None, export: SpanExport | None = None, kept: Sampling | None = None
    ) -> None:
        from pytest_flock_trace.capture.stream import SpanStream

        self._file = file
        self._export = export
        self._outgoing = Outgoing()
        self._ahead: set[SpanKey] = set()
        self.stream: SpanStream = SpanStream(self._deliver, sampling=kept)
        self.is_open = True
        process = recorder()
        process.acquire()
        process.router.stream = self.stream
        atexit.register(self.close)
        _before_termination(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._go_on_in_child)

    def close(self) -> None:
        """Write and send what is left, and record no longer."""
        if not self.is_open:
            return
        self.is_open = False
        self.stream.shutdown()
        if self._file is not None:
            self._file.finish()
        if self._export is not None:
            self._export.close()
        process = recorder()
        process.router.stream = None
        process.release()
        atexit.unregister(self.close)

    def _go_on_in_child(self) -> None:
        """A forked child delivers its own spans; one of multiprocessing's leaves without asking those at its exit."""
        if self.is_open:
            if self._file is not None:
                self._file.go_on_in_child()
            if (util := sys.modules.get("multiprocessing.util")) is not None:
                util.register_after_fork(self, ProcessRecording._close_with_child)

    def _close_with_child(self) -> None:
        from multiprocessing import util

        util.Finalize(self, self.close, exitpriority=0)

    def _deliver(self, spans: Sequence[Span], partial: AbstractSet[str], resources: Sequence[object]) -> None:
        """Redacted and bounded, whichever way they go."""
        kept = [*map(self._outgoing, spans)]
        if self._export is not None:
            self._export.put(self._to_send(kept, resources))
        if self._file is not None:
            self._file.write(kept, partial, owned=self._export is None)
        self._ahead.clear()

    def _to_send(self, kept: Sequence[Span], resources: Sequence[object]) -> list[Span]:
        """Those that nobody else sends; what comes again since the file could not be written is sent already."""
        left = recorder().providers.export_themselves
        distinct = {id(resource): resource for resource in resources}
        theirs = {number for number, resource in distinct.items() if left(resource)}
        fresh = [
            span
            for span, resource in zip(kept, resources)
            if id(resource) not in theirs and span.key not in self._ahead
        ]
        self._ahead.update(span.key for span in fresh if self._file is not None)
        return fresh


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

    What is recorded is also sent where the environment names a collector. Raises `BadSetting` for an environment that
    can't be followed.
    """
    if _recording is not None and _recording.is_open:
        return _recording
    file = ProcessFile(Path(path or DEFAULT_FILE).absolute(), age=retention(Environment.read()))
    return _record(file, export_if_asked(_log.warning))


def record_process_if_asked(*, exporting: bool = False) -> None:
    """Record this process from now on where FLOCK_TRACE_FILE says so; `exporting`, also where a collector is named."""
    if _recording is not None:
        return
    if Environment.read().trace_file:
        record_process()
    elif exporting and (export := export_if_asked(_log.warning)) is not None:
        _record(None, export)


def _record(file: ProcessFile | None, export: SpanExport | None) -> ProcessRecording:
    global _recording  # noqa: PLW0603  # there is one process, and one recorder in it
    _recording = ProcessRecording(file, export, sampling(SamplingSettings.read(), _log.warning))
    return _recording
