"""The course of a trace: its spans' starts and failing ends, in an order that luck does not decide."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_flock_trace.analysis.course import Waypoint
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.shape import Shape
from pytest_flock_trace.render.shown import Patterns
from pytest_flock_trace.render.skeleton import shapes_of


def course_of(trace: Trace, *, hide: Patterns = ()) -> tuple[Waypoint, ...]:
    """What a snapshot of the trace shows, line by line; a span's failure follows all that is below it."""
    return tuple(_walked(shape for shape, times in shapes_of(trace, hide=hide) for _ in range(times)))


def _walked(roots: Iterator[Shape]) -> Iterator[Waypoint]:
    stack: list[tuple[Waypoint, Shape | None]] = []
    stack.extend(reversed([(Waypoint(0, root.text, ""), root) for root in roots]))
    while stack:
        waypoint, shape = stack.pop()
        yield waypoint
        if shape is None:
            continue
        if shape.failed:
            stack.append((waypoint._replace(failed=True), None))
        depth, above = waypoint.depth + 1, waypoint.label
        stack.extend((Waypoint(depth, child.text, above), child) for child in reversed(shape.children))
