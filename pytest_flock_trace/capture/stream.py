"""Spans on their way out of a process: collected as they end, handed on in batches by a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from opentelemetry.sdk.trace import SpanProcessor

from pytest_flock_trace.capture.convert import convert
from pytest_flock_trace.capture.forking import in_forked_children
from pytest_flock_trace.capture.holding import Holding
from pytest_flock_trace.capture.ledger import Row
from pytest_flock_trace.capture.loop_clock import TIMING
from pytest_flock_trace.model.span import WAIT_NAMES, Span

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace import Span as LiveSpan

    from pytest_flock_trace.capture.sampling import Sampling

Deliver = Callable[[Sequence[Span], AbstractSet[str], Sequence[object]], None]
"""Takes spans, the ids of those traces among them of which more is to come, and the resource object of each span, which
tells one provider's from another's; raises where they can't be kept."""

EVERY: Final = 1.0
"""Seconds between two batches while little happens."""
MOST: Final = 50_000
"""Ended spans that may wait. Whoever ends one more waits until there is room."""
_LAST_WORDS: Final = 5.0
"""Seconds that the thread has to come to its end."""
_BATCH: Final = 5_000
"""Ended spans that do not wait for the next second."""

_log: Final = logging.getLogger("pytest_flock_trace")


class SpanStream(SpanProcessor):
    """A span processor that costs a program an append a span.

    Spans of a trace are handed on together where that is possible: when the trace's root has ended, at the latest
    after `longest` seconds. What can't be delivered is tried again; if there is no room left either, the oldest spans
    are given up, which the log says. With `sampling`, only what it keeps is handed on.
    """

    def __init__(
        self,
        deliver: Deliver,
        *,
        waits: Sequence[str] = WAIT_NAMES,
        every: float = EVERY,
        longest: float = 5 * EVERY,
        most: int = MOST,
        sampling: Sampling | None = None,
    ) -> None:
        self._deliver = deliver
        self._waits = waits
        self._every = every
        self._longest = longest
        self._most = most
        self._sampling = sampling
        self.lost = 0
        """Spans that could not be kept anywhere."""
        self._begin()
        in_forked_children(self._begin)

    def _begin(self) -> None:
        """Start empty, as a forked child must: what has ended before is its parent's to deliver."""
        self._ended: deque[Row] = deque()
        self._orders: SimpleQueue[_Flush | None] = SimpleQueue()  # may be used in a signal's handler
        self._holding = Holding(self._every, self._longest, self._sampling, self._most)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._failing = ""

    def on_start(self, span: LiveSpan, parent_context: Context | None = None) -> None:
        """Nothing: what counts is what has ended."""

    def on_end(self, span: ReadableSpan) -> None:
        """Take the span's fields; whoever is far ahead of the thread that writes waits for it."""
        context = span.context
        if self._closed or context is None or not context.trace_flags.sampled:
            return
        if self._ended and self._ended[-1].context is context:
            return  # the router sits on two layers of one provider
        row = Row(span, context, 0, threading.current_thread().name, None, None)
        row.timing = getattr(span, TIMING, None)
        row.finish(span)
        self._ended.append(row)
        waiting = len(self._ended)
        if self._thread is None:
            self._start()
        if waiting >= _BATCH and waiting % _BATCH == 0:
            self._orders.put(None)
        if waiting >= self._most:
            self._wait_for_room()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """True once every span that has ended is kept, for good."""
        if self._closed or (self._thread is None and not self._ended):
            return not self._ended
        self._start()
        flush = _Flush()
        self._orders.put(flush)
        return flush.done.wait(timeout_millis / 1000) and flush.kept

    def shutdown(self) -> None:
        """Deliver what has ended and take no more."""
        if not self._closed:
            self.force_flush()
            self._closed = True
            self._orders.put(None)
            # a thread that is still there when Python ends is torn out of what it does, which may end in an abort
            if self._thread is not None and self._thread is not threading.current_thread():
                self._thread.join(_LAST_WORDS)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="flock-trace-stream", daemon=True)
                self._thread.start()

    def _wait_for_room(self) -> None:
        flush = _Flush()
        self._orders.put(flush)
        if threading.current_thread() is not self._thread:
            while not flush.done.wait(self._every) and not self._closed:
                pass

    def _work(self) -> None:
        while not self._closed:
            try:
                order = self._orders.get(timeout=self._every)
            except Empty:
                order = None
            if isinstance(order, _Flush):
                order.kept = self._hand_on(everything=True)
                order.done.set()
            else:
                self._hand_on(everything=False)

    def _hand_on(self, *, everything: bool) -> bool:
        """Deliver what is due; True where nothing was left behind."""
        now = time.monotonic()
        ended = self._ended
        for _ in range(len(ended)):
            self._holding.add(ended.popleft(), now)
        rows, partial = self._holding.due(now, everything=everything)
        if not rows:
            return True
        try:
            self._deliver(convert(rows, self._waits), partial, [row.resource for row in rows])
        except Exception as exc:  # noqa: BLE001  # whatever a writer meets, the program that is traced goes on
            self._failed(rows, exc)
            return False
        self._failing = ""
        return True

    def _failed(self, rows: Sequence[Row], exc: Exception) -> None:
        """Try these again later, as far as there is room; say so once for each reason."""
        if str(exc) != self._failing:
            self._failing = str(exc)
            _log.error("spans cannot be written: %s", exc)
        kept = self._holding.put_back(rows, self._most)
        if kept < len(rows):
            self.lost += len(rows) - kept
            _log.error("%d spans could not be kept anywhere and are lost", len(rows) - kept)


class _Flush:
    """A request to deliver everything."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.kept = False
