"""Bugs by which something takes too long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.duration import NANOSECONDS, Duration
from pytest_flock_trace.model.span import Span, with_contents
from pytest_flock_trace.model.trace import Trace

LEAST_NS: Final = NANOSECONDS["min"]
"""No test can afford a limit so tight that it notices ten times a microsecond; a call that hangs it should."""
_TIMES: Final = 9


def slowed(scene: Scene) -> Iterator[Proposal]:
    """A span on the critical path takes longer, and all that comes later is later by as much."""
    path = critical_path(Trace(scene.tree))
    working = {section.span.key for root in path.paths for section in root.sections if section.kind == "self"}
    for at in scene.subjects:
        if scene.spans[at].key in working:
            delay = max(LEAST_NS, _TIMES * int(scene.spans[at].duration))
            sentence = f"{scene.name(at)} took {Duration(delay)} longer"
            yield Proposal(at, sentence, partial(_later, scene, at, delay))


def _later(scene: Scene, slow: int, delay: int) -> Edit:
    """Time is put in where the span ended: whatever was open then ends later, what had not begun begins later."""
    moment = scene.tree.ends[slow]
    spans = [_delayed(span, moment, delay) for span in scene.spans]
    if scene.spans[slow].start_ns == moment:  # it took no time, so its end alone moves
        spans[slow] = with_contents(scene.spans[slow], end_ns=moment + delay)
    return Edit(spans)


def _delayed(span: Span, moment: int, delay: int) -> Span:
    if span.end_ns < moment:
        return span
    start = span.start_ns + (delay if span.start_ns >= moment else 0)
    return with_contents(span, start_ns=start, end_ns=span.end_ns + delay)
