"""Who waits for whom: each span below the span that it kept from ending, cut to that span's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_flock_trace.analysis.covering_ancestor import Ancestry
from pytest_flock_trace.analysis.covering_wait import covering_waits
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.preorder import Preorder, preorder
from pytest_flock_trace.model.tree import SpanTree

Policy = Literal["causal", "clamp"]

_NO_PARENT = -1
_OFF_EVERY_PATH = -2


@dataclass(frozen=True)
class EffectiveTree:
    """The spans of a tree by effective parent: steps 1 to 3 of the critical path. Indexed by position."""

    tree: SpanTree
    starts: Sequence[int]
    """Nanoseconds, never before the effective parent's."""
    ends: Sequence[int]
    """Nanoseconds, never after the effective parent's."""
    kept: Sequence[bool]
    """False for a span that lies outside its effective parent, for all below it, and for what no root reaches."""
    children: Sequence[Sequence[int]]
    """Effective children in start order, those that are not kept included."""
    numbers: Preorder
    """Of the effective tree."""
    outliving: frozenset[int]
    """Positions whose real parent did not wait for their end; none under the clamp policy."""
    waits: Sequence[bool]
    """True for wait spans; for none under the clamp policy."""


def effective_tree(tree: SpanTree, policy: Policy) -> EffectiveTree:
    """Steps 1 to 3 of the critical path: normalised times, effective parents, clamped children."""
    starts = [span.start_ns for span in tree.spans]
    ends = [max(span.start_ns, span.end_ns) for span in tree.spans]
    parents = _waiting_parents(tree)
    waits = [policy == "causal" and span.waits for span in tree.spans]
    outliving: list[int] = []
    if policy == "causal":
        outliving = _outliving(parents, ends)
        _adopt(tree, starts, ends, waits, outliving, parents)
    children = _children(parents)
    order = _top_down(tree.roots, children)
    kept = _clamp(order, parents, starts, ends)
    return EffectiveTree(tree, starts, ends, kept, children, preorder(order, parents), frozenset(outliving), waits)


def _waiting_parents(tree: SpanTree) -> list[int]:
    """The real parents, but none for a CONSUMER below a PRODUCER, which hands over and does not wait."""
    parents, spans = list(tree.parents), tree.spans
    for position, span in enumerate(spans):
        if span.kind == "consumer" and parents[position] >= 0 and spans[parents[position]].kind == "producer":
            parents[position] = _OFF_EVERY_PATH
    return parents


def _outliving(parents: Sequence[int], ends: Sequence[int]) -> list[int]:
    return [
        position
        for position, parent in enumerate(parents)
        if parent == _OFF_EVERY_PATH or (parent >= 0 and ends[position] > ends[parent])
    ]


def _adopt(
    tree: SpanTree,
    starts: Sequence[int],
    ends: Sequence[int],
    waits: Sequence[bool],
    outliving: Sequence[int],
    parents: list[int],
) -> None:
    """Give outliving spans the wait span, else the ancestor, that covers their end; the rest keep what they have."""
    covering = covering_waits(tree, starts, ends, [at for at, waiting in enumerate(waits) if waiting], outliving)
    ancestry: Ancestry | None = None
    for position in outliving:
        if (wait := covering.get(position)) is not None:
            parents[position] = wait
        elif parents[position] != _OFF_EVERY_PATH:
            ancestry = ancestry or Ancestry(tree, starts, ends)
            ancestor = ancestry.shortest_covering(position, ends[position])
            if ancestor >= 0:
                parents[position] = ancestor


def _children(parents: Sequence[int]) -> list[Sequence[int]]:
    """By position; a list only for who has any, since most spans of a large trace have none."""
    children: list[Sequence[int]] = [()] * len(parents)
    for parent, those in grouped((parent, at) for at, parent in enumerate(parents) if parent >= 0).items():
        children[parent] = those
    return children


def _top_down(roots: Sequence[int], children: Sequence[Sequence[int]]) -> list[int]:
    """What the roots reach, parents first. Two wait spans that would adopt each other's trees are not reached."""
    order: list[int] = []
    stack = list(reversed(roots))
    while stack:
        position = stack.pop()
        order.append(position)
        stack.extend(reversed(children[position]))
    return order


def _clamp(order: Sequence[int], parents: Sequence[int], starts: list[int], ends: list[int]) -> list[bool]:
    """Cut each span to its effective parent, in place, and say which have any time or moment left."""
    kept = [False] * len(parents)
    for position in order:
        parent = parents[position]
        if parent == _NO_PARENT:
            kept[position] = True
        elif kept[parent] and starts[position] < ends[parent] and ends[position] > starts[parent]:
            kept[position] = True
            starts[position] = max(starts[position], starts[parent])
            ends[position] = min(ends[position], ends[parent])
    return kept
