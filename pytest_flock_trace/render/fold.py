"""Repeats: identical sibling spans that stand in one line."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Union

from pytest_flock_trace.render.shown import Shown

Looks = Union[Sequence[Hashable], Mapping[int, Hashable]]
"""What the line of a span shows, by position."""


@dataclass(frozen=True)
class Line:
    """The spans that one line stands for."""

    members: list[int]
    """Positions in the tree, in start order for the spans of one parent."""
    depth: int
    parent: int
    """The index of the line above it in the tree; -1 for roots."""


def fold(shown: Shown, looks: Looks, apart: Iterable[int] = ()) -> list[Line]:
    """Lines from the top down, in which neighbouring siblings that look the same and so do their subtrees are one.

    `looks` says by position what a span's line shows; a span of `apart` and whatever stands above it never
    share a line. Below a folded line, each line stands for its counterparts under all the members, so the
    members of all lines are the spans that are shown, each once.
    """
    shapes = _shapes(shown, looks, apart)
    lines: list[Line] = []
    stack = [Line(members, 0, -1) for members in reversed(_runs(shown.below[-1], shapes))]
    while stack:
        line = stack.pop()
        runs_of_each = (_runs(shown.below[member], shapes) for member in line.members)
        below = [Line(list(chain(*runs)), line.depth + 1, len(lines)) for runs in zip(*runs_of_each)]
        lines.append(line)
        stack.extend(reversed(below))
    return lines


def unfolded(shown: Shown) -> list[Line]:
    """A line for each span, from the top down."""
    return fold(shown, {position: position for position in shown.top_down})


def _shapes(shown: Shown, looks: Looks, apart: Iterable[int]) -> dict[int, int]:
    """Numbers by position; two are equal where the spans and all below them look the same.

    The number of a span apart is its own, and so, as their shapes contain it, are those of all above it.
    """
    alone = frozenset(apart)
    numbers: dict[Hashable, int] = {}
    shapes: dict[int, int] = {}
    for position in reversed(shown.top_down):  # children first
        runs = groupby(map(shapes.__getitem__, shown.below[position]))
        below = tuple((shape, len(list(run))) for shape, run in runs)
        own: Hashable = (position,) if position in alone else (looks[position], below)
        shapes[position] = numbers.setdefault(own, len(numbers))
    return shapes


def _runs(siblings: Iterable[int], shapes: Mapping[int, int]) -> list[list[int]]:
    """The siblings in lists of neighbours of the same shape."""
    return [list(run) for _, run in groupby(siblings, shapes.__getitem__)]
