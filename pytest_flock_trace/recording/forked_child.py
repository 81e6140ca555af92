"""Forked children, which go on recording: what they record is sent to the process they come from."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from functools import cache
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.recording.recorded_trace import recorder

if TYPE_CHECKING:
    from pytest_flock_trace.capture.stream import SpanStream

_EVERY: Final = 0.1
_PATIENCE: Final = 10.0
"""Seconds between two requests, and for an answer."""


@cache
def report_from_forks() -> None:
    """From now on a child that is forked while this process receives spans sends its own, in whichever way it ends."""
    if hasattr(os, "register_at_fork"):
        forking = _Forking()
        os.register_at_fork(before=forking.before, after_in_child=forking.in_child)


class _Forking:
    """A fork under way."""

    def __init__(self) -> None:
        self._prefix: str | None = None
        self._stream: SpanStream | None = None

    def before(self) -> None:
        """The parent finds out, while it can still tell its receiver, for whom the child is."""
        process = recorder()
        span, ledger = process.router.owner_here() if process.in_use else (None, None)
        self._prefix = None if ledger is None else process.remote.prefix(span, ledger)

    def in_child(self) -> None:
        """The child sends, unless what it records is written into a file anyway."""
        process = recorder()
        url = process.leave_receiver()
        if url is None or self._prefix is None or process.router.stream is not None:
            return
        from pytest_flock_trace.capture.stream import SpanStream

        sender = _Sender(url, f"/{self._prefix}/v1/traces")
        self._stream = process.router.stream = SpanStream(sender, every=_EVERY, longest=5 * _EVERY)
        atexit.register(self._stream.shutdown)
        if (util := sys.modules.get("multiprocessing.util")) is not None:  # its children end without asking atexit
            util.register_after_fork(self, _Forking.end_with_child)

    def end_with_child(self) -> None:
        """Have multiprocessing send what is left before it leaves."""
        from multiprocessing import util

        if self._stream is not None:
            util.Finalize(self, self._stream.shutdown, exitpriority=0)


class _Sender:
    """Sends spans to a receiver of ours, straight and past every proxy."""

    def __init__(self, url: str, path: str) -> None:
        self._address = urlsplit(url)
        self._path = path

    def __call__(self, spans: Sequence[Span], *_: object) -> None:
        from pytest_flock_trace.interop.otlp import JSON, encode

        connection = HTTPConnection(self._address.hostname or "", self._address.port, timeout=_PATIENCE)
        try:
            connection.request("POST", self._path, encode(spans, JSON), {"Content-Type": JSON})
            answer = connection.getresponse()
            if answer.status != 200:
                said = answer.read().decode("utf-8", "replace")
                raise ConnectionError(f"the process that was forked from did not take them ({answer.status}): {said}")
        finally:
            connection.close()
