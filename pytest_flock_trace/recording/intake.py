"""Spans of others on their way into a trace file: kept before they are acknowledged, written once a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, Full, SimpleQueue
from typing import Final

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile

_EVERY: Final = 1.0
"""Seconds between two batches."""
_QUIET: Final = 10.0
"""Seconds without spans after which the traces are taken to be whole, until more of them comes."""
_MOST: Final = 50_000
"""Spans that may wait for the next batch."""
_log: Final = logging.getLogger("pytest_flock_trace")


class Intake:
    """Takes spans in from any thread, without secrets and of bounded size.

    `keep` returns once they are in a file beside the trace file, where every reader of ours finds them and from where
    the next writer puts them in, should this process be killed. That takes 0.5 ms for a span and 20 ms for 512; to
    write them into the DuckDB file each time takes 70 ms and 95 ms, which a program would wait for that sends each span
    as it ends. They go into the trace file together, once a second.
    """

    def __init__(self, file: TraceFile, note: Callable[[str], None], *, most: int = _MOST) -> None:
        self.file = file
        self.spans = 0
        """How many have come."""
        self._services: set[str] = set()
        self._traces: set[int] = set()
        self._note = note
        self._most = most
        self._outgoing = Outgoing()
        self._lock = threading.Lock()
        self._room = most
        self._kept: list[tuple[Path | None, Sequence[Span]]] = []
        self._told = ""
        self._settled_at = self._latest = time.monotonic()
        self._orders: SimpleQueue[None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="flock-trace-intake", daemon=True)
        self._thread.start()

    @property
    def traces(self) -> int:
        """Of how many traces spans have come."""
        return len(self._traces)

    @property
    def services(self) -> list[str]:
        """From which services, by name."""
        with self._lock:
            return sorted(self._services)

    def keep(self, prefix: str, spans: Sequence[Span]) -> None:  # noqa: ARG002  # there is one path for all
        """Keep these for good; raises `queue.Full` where too many wait, `BadTraceFile` where they can't be kept."""
        with self._lock:
            if len(spans) > self._room and self._room < self._most:  # more than fit at all are let in alone
                raise Full
            self._room -= len(spans)
        try:
            outgoing = [*map(self._outgoing, spans)]
            path = self.file.write_beside(outgoing)
        except BaseException:
            self._free(len(spans))
            raise
        with self._lock:
            self._kept.append((path, outgoing))
            self._latest = time.monotonic()
            self.spans += len(spans)
            self._traces.update(hash(span.trace_id) for span in spans)  # a number takes less room than an id
            self._services.update(str(name) for span in spans if (name := span.resource.get("service.name")))

    def close(self) -> BadTraceFile | None:
        """Write what is left; what kept it from getting into the trace file, beside which it is then."""
        self._orders.put(None)
        self._thread.join()
        return self._write() or self.file.finish()

    def _work(self) -> None:
        while not self._ends_within(_EVERY):
            self._tell(self._write() or self._settle_if_quiet())

    def _ends_within(self, seconds: float) -> bool:
        try:
            self._orders.get(timeout=seconds)
        except Empty:
            return False
        return True

    def _write(self) -> BadTraceFile | None:
        with self._lock:
            kept, self._kept = self._kept, []
        spans = [span for _, some in kept for span in some]
        try:
            return self.file.write(spans, beside={path for path, _ in kept if path is not None})
        finally:
            self._free(len(spans))

    def _settle_if_quiet(self) -> BadTraceFile | None:
        if self._latest > self._settled_at and time.monotonic() - self._latest > _QUIET:
            trouble = self.file.finish()
            self._settled_at = self._settled_at if trouble else time.monotonic()
            return trouble
        return None

    def _free(self, room: int) -> None:
        with self._lock:
            self._room += room

    def _tell(self, trouble: BadTraceFile | None) -> None:
        """Say once for each reason why spans are not in the file; that others use it is nothing to worry about."""
        if trouble is not None and str(trouble) != self._told:
            self._told = str(trouble)
            if isinstance(trouble, TraceFileHeld):
                _log.info("%s; spans are kept in %s until it can be used", trouble, self.file.spool.folder)
            else:
                self._note(f"{trouble}; spans are kept in {self.file.spool.folder} until it can be used")
