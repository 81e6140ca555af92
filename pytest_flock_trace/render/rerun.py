"""Another run of the program that made a trace, with other luck."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count, zip_longest

from pytest_flock_trace.errors import FlockTraceError
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.span import Link, Origin, Span, with_agent
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.sibling_order import moment_of


def rerun(trace: Trace) -> Trace:
    """The same spans with other ids, times and tasks: who started last now starts first.

    What one task or thread started keeps its order. Parents, links, durations and all that the spans say stay.
    """
    tree = trace.tree
    starts = _starts(tree)
    spans = [_again(tree, position, start) for position, start in starts.items()]
    return Trace(SpanTree(spans, agents_known=True), name=trace.name)


def must_not_change(trace: Trace, draw: Callable[[Trace], str]) -> None:
    """Raise `FlockTraceError` if what is drawn of the trace would be different after a rerun."""
    pairs = zip_longest(draw(trace).split("\n"), draw(rerun(trace)).split("\n"), fillvalue="")
    difference = next(((at, one, other) for at, (one, other) in enumerate(pairs, 1) if one != other), None)
    if difference is not None:
        at, one, other = difference
        raise FlockTraceError(
            f"a snapshot of {trace.title} would not be the same after the next run: when unrelated spans start in "
            f"another order, line {at} is {other.strip()!r} instead of {one.strip()!r}; hide= and collapse= must not "
            "ask for times or ids, and if they do not, this is a defect of pytest-flock-trace"
        )


def _starts(tree: SpanTree) -> dict[int, int]:
    """When each span starts, counted from 0: task by task, the last task first."""
    strands = grouped((_strand(span, position), position) for position, span in enumerate(tree.spans))
    starts: dict[int, int] = {}
    numbers = count()
    for strand in reversed(strands.values()):
        for _, moment in sorted(grouped((moment_of(tree.spans[position]), position) for position in strand).items()):
            starts.update(dict.fromkeys(moment, next(numbers)))
    return starts


def _strand(span: Span, position: int) -> Hashable:
    """Who started the span; a span of which that is not known is on its own."""
    origin = span.origin
    if origin.task is not None:
        return "task", origin.task
    return position if origin.thread is None else ("thread", origin.thread)


def _again(tree: SpanTree, position: int, start: int) -> Span:
    span, parent = tree.spans[position], tree.parents[position]
    origin = span.origin
    again = span.replace(
        span_id=_other_id(position),
        parent_id=None if parent < 0 else _other_id(parent),
        start_ns=start,
        end_ns=start + span.duration,
        links=[Link(_other_id(cause), tree.spans[cause].trace_id) for cause in tree.causality.linked(position)],
        origin=Origin(start, origin.thread, None if origin.task is None else -origin.task, origin.phase),
    )
    return with_agent(again, span.agent, span.actor, owned=True)


def _other_id(position: int) -> str:
    return f"{-position:x}"
