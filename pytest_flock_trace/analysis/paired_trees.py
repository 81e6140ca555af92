"""Two trees side by side: which span of one is which of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pytest_flock_trace.analysis.alignment import aligned
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

State = Literal["same", "added", "missing", "slower", "faster"]

MATTERS: Final = 1_000_000
"""Nanoseconds by which the time of one span has to differ to be called slower or faster."""
TIMES: Final = 1.5
"""And how many times as long the longer has to be: one measurement on either side says no more."""
_WIDEST: Final = 4_000
"""Siblings on a side beyond which they are paired in order by label alone: aligning takes time by their product."""


@dataclass(frozen=True)
class Row:
    """A span that both trees have, or one of them."""

    depth: int
    before: int | None
    """Position in the first tree; None where it is only in the second."""
    now: int | None
    state: State


def paired(before: Trace, now: Trace) -> list[Row]:
    """Every span of both trees, parents before children, the siblings of both in one order.

    Siblings go together by their labels, as many as can in one order; the children of those that go together are
    paired in turn. Whatever stands under a span that only one tree has is missing or added with it.
    """
    one, other = before.tree, now.tree
    rows: list[Row] = []
    stack = [(0, *pair) for pair in reversed(_merged(one, other, one.roots, other.roots))]
    while stack:
        depth, mine, its = stack.pop()
        rows.append(Row(depth, mine, its, _state(one, other, mine, its)))
        below = [[] if at is None else tree.children[at] for tree, at in ((one, mine), (other, its))]
        stack.extend((depth + 1, *pair) for pair in reversed(_merged(one, other, *below)))
    return rows


def _merged(
    one: SpanTree, other: SpanTree, mine: Sequence[int], its: Sequence[int]
) -> list[tuple[int | None, int | None]]:
    """Siblings of both sides: pairs, and between them what only one side has, the first's before the second's."""
    merged: list[tuple[int | None, int | None]] = []
    left = right = 0
    for row, column in [*_pairs([one.spans[at].label for at in mine], [other.spans[at].label for at in its]), (-1, -1)]:
        until = (len(mine), len(its)) if row < 0 else (row, column)
        merged.extend((at, None) for at in mine[left : until[0]])
        merged.extend((None, at) for at in its[right : until[1]])
        if row >= 0:
            merged.append((mine[row], its[column]))
            left, right = row + 1, column + 1
    return merged


def _pairs(mine: Sequence[str], its: Sequence[str]) -> list[tuple[int, int]]:
    if len(mine) * len(its) > _WIDEST**2:
        return _in_step(mine, its)
    places = grouped((label, at) for at, label in enumerate(its))
    bits = {label: sum(1 << at for at in found) for label, found in places.items()}
    return aligned([bits.get(label, 0) for label in mine], len(its))


def _in_step(mine: Sequence[str], its: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of the same place, as far as the labels agree there."""
    return [(at, at) for at, (label, twin) in enumerate(zip(mine, its)) if label == twin]


def _state(one: SpanTree, other: SpanTree, mine: int | None, its: int | None) -> State:
    if mine is None:
        return "added"
    if its is None:
        return "missing"
    return speed(int(one.spans[mine].duration), int(other.spans[its].duration))


def speed(before: int, now: int) -> Literal["same", "slower", "faster"]:
    """What became of a time, as far as one measurement on either side can tell."""
    if abs(now - before) < MATTERS or max(before, now) < TIMES * min(before, now):
        return "same"
    return "slower" if now > before else "faster"
