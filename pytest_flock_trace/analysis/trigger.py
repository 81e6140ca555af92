"""What set a span going: the latest of its causes, which decides where the critical path came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from pytest_flock_trace.analysis.effective_tree import EffectiveTree


class Trigger(NamedTuple):
    """Step 4 of the critical path."""

    cause: int
    """Position of the span that set the other going."""
    moment: int
    """Nanosecond at which the cause had done so: its end, or the start of the other if it still ran then."""


class Triggers:
    """The triggers of an effective tree's spans and the branches on which they stand."""

    def __init__(self, effective: EffectiveTree) -> None:
        self._effective = effective
        self._spans = effective.tree.spans
        self._starts = effective.tree.starts  # of the spans themselves, not clamped

    def of(self, position: int) -> Trigger | None:
        """The cause that came last; of several that still ran, the one that started last, then by id."""
        span, outlives = self._spans[position], position in self._effective.outliving
        if not outlives and not span.links and not span.consumed:
            return None
        causes = self._started(self._effective.tree.causality.sources(position), position)
        if not causes and outlives:
            causes = self._started([self._effective.tree.parents[position]], position)
        if not causes:
            return None
        begin = self._starts[position]
        cause = causes[0] if len(causes) == 1 else min(causes, key=lambda cause: self._lateness(cause, begin))
        return Trigger(cause, self._moment(cause, begin))

    def branch(self, above: int, cause: int) -> int | None:
        """The effective child of `above` whose effective subtree holds the cause."""
        numbers, children = self._effective.numbers, self._effective.children[above]
        at = bisect_right(children, numbers.enter[cause], key=numbers.enter.__getitem__) - 1
        return children[at] if at >= 0 and numbers.holds(children[at], cause) else None

    def _started(self, causes: Sequence[int], position: int) -> list[int]:
        """Those that a span may stem from: others than itself, started no later than it."""
        starts, begin = self._starts, self._starts[position]
        return [cause for cause in causes if cause != position and starts[cause] <= begin]

    def _moment(self, cause: int, begin: int) -> int:
        return min(max(self._starts[cause], self._spans[cause].end_ns), begin)

    def _lateness(self, cause: int, begin: int) -> tuple[int, int, str]:
        return -self._moment(cause, begin), -self._starts[cause], self._spans[cause].span_id
