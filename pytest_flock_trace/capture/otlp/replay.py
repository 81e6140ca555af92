"""Sending spans that are there already, and waiting until they are taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from pytest_flock_trace.capture.otlp.readable import readable
from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.capture.otlp.sender import Sender
from pytest_flock_trace.errors import NotSent
from pytest_flock_trace.model.endpoint import Endpoint
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import count_of

_AT_ONCE: Final = 512
_PAUSES: Final = (1.0, 2.0)
"""Seconds before the second and the third attempt, which is the last."""


def replay(spans: Iterable[Span], endpoint: Endpoint) -> int:
    """Send these; how many they were. Raises `NotSent`, which says why and how many were sent before.

    Raises `MissingExtra` where the protocol needs one.
    """
    sender = Sender(endpoint)
    sent = 0
    try:
        for some in _portions(spans):
            for taken in _taken(some, lambda few: sender(readable(few))):
                sent += taken
    except Refusal as exc:
        before = f"; {count_of(sent, 'span')} had been sent" if sent else ""
        raise NotSent(f"spans could not be sent to {endpoint}: {exc}{before}") from exc
    return sent


def _portions(spans: Iterable[Span]) -> Iterator[list[Span]]:
    rest = iter(spans)
    return iter(lambda: list(islice(rest, _AT_ONCE)), [])


def _taken(spans: Sequence[Span], send: Callable[[Sequence[Span]], None]) -> Iterator[int]:
    """Numbers of spans as they are taken, in parts where they are too large together."""
    waiting = [spans]
    while waiting:
        some = waiting.pop()
        try:
            _insistently(some, send)
        except Refusal as exc:
            if not exc.too_large or len(some) == 1:
                raise
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
        else:
            yield len(some)


def _insistently(spans: Sequence[Span], send: Callable[[Sequence[Span]], None]) -> None:
    for pause in _PAUSES:
        try:
            return send(spans)
        except Refusal as exc:
            if not exc.again or exc.too_large:
                raise
        time.sleep(pause)
    return send(spans)
