"""Spans that wait to be sent, and the thread that sends them; whoever puts some in never waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

from pytest_flock_trace.capture.forking import in_forked_children
from pytest_flock_trace.capture.otlp.daemon import started_daemon
from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.capture.otlp.trouble import Trouble
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import count_of

MOST: Final = 50_000
"""Spans that may wait; those that come when so many do are not sent."""
LAST_WORDS: Final = 5.0
"""Seconds that sending may go on once it is to end."""
_AT_ONCE: Final = 512
"""Spans of one request, as many as the SDK's own batches have."""
EVERY: Final = 1.0
"""Seconds in which spans gather."""
_LAST_PAUSE: Final = 1.0
"""Seconds between the last two attempts at the end."""

Send = Callable[[Sequence[Span]], None]
"""Makes one attempt; raises `NotSent`."""


class Outbox:
    """A bounded queue of spans, and a daemon that empties it.

    What a collector may take later is tried again, at growing intervals, for as long as there is room; what it refuses
    is given up. Trouble is told when it has lasted for some seconds, and at the end how many spans were not sent.
    """

    def __init__(self, send: Send, where: object, tell: Callable[[str], None], *, most: int = MOST) -> None:
        self._send = send
        self._where = where
        self._tell = tell
        self._most = most
        self._begin()
        in_forked_children(self._begin_anew)
        self._start()  # at once: when Python ends, it starts no thread any more

    def _begin_anew(self) -> None:
        """In a forked child: what waits is its parent's to send."""
        self._begin()
        self._start()

    def _begin(self) -> None:
        self._waiting: deque[Span] = deque()
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._ending = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._at_once = _AT_ONCE
        self._trouble = Trouble()
        self._last_attempt = False
        self.sent = 0
        """Spans that the collector has taken."""
        self.unsent = 0
        """Spans that were given up."""
        self.reason = ""
        """Why the first of them were."""

    def put(self, spans: Sequence[Span]) -> None:
        """Have these sent; the newest are given up where there is no room, all of them after the end."""
        with self._lock:
            room = 0 if self._ending.is_set() else max(0, self._most - len(self._waiting))
            self._waiting.extend(islice(spans, room))
            if room < len(spans):
                why = f"more than {self._most:,} were waiting"
                self._give_up(len(spans) - room, self._trouble.reason or why)
            if self._waiting and self._thread is None:
                self._start()
        self._filled.set()

    def close(self, seconds: float = LAST_WORDS) -> None:
        """Send what can be sent in that time, and tell how much could not."""
        if self._ending.is_set():
            return
        self._ending.set()
        self._filled.set()
        if self._thread is None:
            self._work()
        elif self._ended.wait(max(0.0, seconds)):
            self._thread.join(_LAST_PAUSE)  # it has nothing left to do, and Python must not tear it out of that
        with self._lock:
            if self._waiting:
                self._give_up(len(self._waiting), self._trouble.reason or "it took too long")
                self._waiting.clear()
        if self.unsent:
            self._tell(self.complaint())

    def complaint(self) -> str:
        """How many spans were not sent, where to, and why."""
        return complaint(self.unsent, self.sent, self._where, self.reason)

    def _start(self) -> None:
        self._thread = started_daemon(self._work, "flock-trace-otlp")  # `close` sends without one, too

    def _work(self) -> None:
        """Send what waits, a while after it has come, for more may come with it."""
        try:
            while not self._ending.is_set():
                self._filled.wait()
                self._filled.clear()
                self._ending.wait(EVERY)
                if not self._emptied():
                    return
            self._emptied()  # where no thread could be started, all that waits comes here
        finally:
            self._ended.set()

    def _emptied(self) -> bool:
        """Send all that waits; False where there is no use in going on."""
        while self._waiting:
            if not self._portion():
                return False
        return True

    def _portion(self) -> bool:
        """Send some of what waits; False where there is no use in going on."""
        some = [*islice(self._waiting, self._at_once)]
        try:
            self._send(some)
        except Refusal as exc:
            return self._failed(some, exc)
        except Exception as exc:  # noqa: BLE001  # whatever an exporter meets, what comes later is sent
            return self._failed(some, Refusal(f"{type(exc).__name__}: {exc}"))
        self._done_with(some)
        self._trouble.over()
        return True

    def _failed(self, some: Sequence[Span], exc: Refusal) -> bool:
        if exc.too_large and len(some) > 1:
            self._at_once = len(some) // 2
            return True
        if self._trouble.lasts(str(exc)):
            self._tell(f"spans cannot be sent to {self._where}: {exc}; it is told at the end how many were not")
        if exc.again:
            return self._try_again()
        self._done_with(some, len(some) if exc.rejected is None else exc.rejected, str(exc))
        return True

    def _try_again(self) -> bool:
        """Wait for the next attempt; False where the one after which it was to end has failed, too."""
        if self._ending.is_set():
            if not self._last_attempt:
                self._last_attempt = True
                time.sleep(_LAST_PAUSE)
                return True
            return False
        self._last_attempt = self._ending.wait(self._trouble.pause())
        return True

    def _done_with(self, some: Sequence[Span], refused: int = 0, reason: str = "") -> None:
        with self._lock:
            if not self._waiting:  # the end was not waited for any longer
                return
            for _ in some:
                self._waiting.popleft()
            refused = min(refused, len(some))
            self.sent += len(some) - refused
            if refused:
                self._give_up(refused, reason)

    def _give_up(self, number: int, reason: str) -> None:
        self.unsent += number
        self.reason = self.reason or reason


def complaint(unsent: int, sent: int, where: object, reason: str) -> str:
    """How many spans were not sent, where to, and why."""
    return f"{unsent:,} of {count_of(sent + unsent, 'span')} could not be sent to {where}: {reason}"
