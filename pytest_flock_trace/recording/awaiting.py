"""Waiting for a span that is still to come."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadArgument, NeverArrived
from pytest_flock_trace.model.duration import Duration, DurationLike
from pytest_flock_trace.model.explanation import nearest_lines
from pytest_flock_trace.model.pattern import Pattern, PatternLike, as_pattern
from pytest_flock_trace.model.text import label_of
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.recording.recorded_trace import RecordedTrace

_SHORTEST: Final = 0.002
_LONGEST: Final = 0.05
"""Seconds between two looks; they double."""
_LISTED: Final = 10


def awaited(trace: RecordedTrace, pattern: PatternLike, timeout: DurationLike) -> Span:
    """The first span that matches and has ended; raises `NeverArrived` once the time is over."""
    __tracebackhide__ = True
    wanted, limit = as_pattern(pattern), Duration(timeout)
    if limit < 0:
        raise BadArgument(f"timeout={timeout!r} is over before it begins; write how long to wait at most, such as '5s'")
    deadline, pause = time.monotonic() + limit.seconds, _SHORTEST
    while (found := _ended(trace.recorded(), wanted)) is None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _never_arrived(trace, wanted, limit)
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST)
    return found


def _ended(tree: SpanTree, pattern: Pattern) -> Span | None:
    matches = (tree.spans[position] for position in pattern.positions(tree))
    return next((span for span in matches if not span.unfinished), None)


def _never_arrived(trace: RecordedTrace, pattern: Pattern, limit: Duration) -> NeverArrived:
    tree = trace.recorded()
    lines, near = nearest_lines(pattern, tree)
    lines.append(_arrivals(tree))
    if pattern.positions(tree):
        lines.append("what matches has not ended")
    if asyncio._get_running_loop() is not None:  # exported by asyncio for this question
        lines.append(
            "the event loop stood still meanwhile; write `await asyncio.to_thread(run.wait_for, ..., timeout=...)`"
        )
    head = f"no span that matches {pattern!r} arrived in {trace.title} within {limit}"
    return NeverArrived("\n  ".join([head, *lines]), near)


def _arrivals(tree: SpanTree) -> str:
    counts = Counter(map(label_of, tree.spans))
    named = [label if count == 1 else f"{label} ×{count}" for label, count in counts.items()]
    more = ", …" if len(named) > _LISTED else ""
    return f"arrived: {', '.join(named[:_LISTED])}{more}" if named else "nothing arrived"
