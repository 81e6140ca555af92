"""What checks can see of a tree: two trees of one look are the same to all of them."""

from __future__ import annotations

from collections.abc import Hashable

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

Look = tuple[Hashable, ...]


def look_of(tree: SpanTree) -> Look:
    """What the spans say and how they stand, in start order; ids count only for who refers to whom.

    Of attributes, those count that bugs change: the ones that name agents and tools.
    """
    return tuple(_seen(tree, at, span) for at, span in enumerate(tree.spans))


def _seen(tree: SpanTree, at: int, span: Span) -> Hashable:
    return (
        tree.parents[at],
        (span.name, span.agent, span.actor, span.tool, span.kind, span.status),
        (span.start_ns, span.end_ns, span.unfinished),
        tuple((event.name, event.time_ns) for event in span.events),
        tuple(tree.find((link.trace_id or span.trace_id, link.span_id)) for link in span.links),
        (span.consumed, span.produced),
    )
