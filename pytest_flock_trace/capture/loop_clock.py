"""Moments by the clock of an event loop, for runs that go by it rather than by the machine's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from pytest_flock_trace.capture.task_numbers import trio_lowlevel, trio_task
from pytest_flock_trace.errors import NoEventLoop

_NOW: Final = 1_000_000_000
"""A span says when it started or ended, not whether somebody gave it that time. One that lies less than so many
nanoseconds from the moment at which it is said means that moment; any other was given, and is left as it is."""

TIMING: Final = "_flock_trace_timing"
"""Attribute of an ended SDK span that does not go by the machine's clock, for whoever else keeps spans."""


class Moment(NamedTuple):
    """One moment by both clocks, in nanoseconds since the epoch."""

    machine: int
    loop: int


class LoopClock:
    """The clock of an event loop. It starts from the machine's time and goes on at the loop's pace."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._zero = seconds()
        self._began = time.time_ns()

    def now(self) -> Moment:
        """The moment of the call, from any thread."""
        elapsed = round((self._seconds() - self._zero) * 1e9)
        return Moment(time.time_ns(), self._began + elapsed)


class Timing:
    """When one span started and ended by a loop's clock, and when its events happened."""

    __slots__ = ("_events", "clock", "ended", "started")

    def __init__(self, clock: LoopClock) -> None:
        self.clock = clock
        self.started = clock.now()
        self.ended: Moment | None = None
        self._events: dict[int, int] = {}

    def watch(self, span: Any) -> None:
        """Note when events are added to a span; processors are told of its start and end only."""
        add_event: Callable[..., Any] = span.add_event

        def noted(name: str, attributes: Any = None, timestamp: int | None = None, *more: Any, **named: Any) -> Any:
            moment = self.clock.now()
            said = moment.machine if timestamp is None else timestamp
            self._events[said] = _read(said, moment)
            return add_event(name, attributes, said, *more, **named)

        span.add_event = noted

    def end(self, span: Any) -> None:
        """The span ends now, and takes no more events."""
        self.ended = self.clock.now()
        del span.add_event  # the span's own, which leads back to it

    def start_of(self, said: int | None) -> int:
        """When the span started that says that it did so then by the machine's clock."""
        return _read(said, self.started)

    def end_of(self, said: int | None) -> int | None:
        """When it ended, if it has."""
        return said if self.ended is None else _read(said, self.ended)

    def event_at(self, said: int) -> int:
        """When the event happened that says so of itself."""
        return self._events.get(said, said)


def running_clock(run: str) -> LoopClock:
    """The clock of the event loop that is running here, asyncio's or trio's; raise `NoEventLoop` if none is."""
    __tracebackhide__ = True
    if trio_task() is not None:
        clock: Any = trio_lowlevel().current_clock()
        return LoopClock(clock.current_time)
    import asyncio

    try:
        return LoopClock(asyncio.get_running_loop().time)
    except RuntimeError:
        raise NoEventLoop(
            f"traced_run({run!r}, clock='loop') was opened where no event loop is running; open it inside the async "
            "function, with `async with`, or leave clock= out"
        ) from None


def _read(said: int | None, moment: Moment) -> int:
    return moment.loop if said is None or abs(moment.machine - said) < _NOW else said
