"""Limits on what can be counted or timed of a span: children, descendants, depth, duration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_flock_trace.model.condition import Condition
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True)
class Measure:
    """A number that every span has."""

    of: Callable[[SpanTree, Sequence[int]], list[int]]
    """The numbers of the spans at these positions."""
    said: Callable[[int], str]
    """The number as a sentence about a span says it: "has 3 children"."""
    shown: Callable[[int], str] = str
    """The number as a limit."""


@dataclass(frozen=True)
class Bounded(Condition):
    """A number of the span is not below, or not above, a limit."""

    bound: str
    """`min` or `max`."""
    measure: str
    """One of `MEASURES`."""
    limit: int
    """Durations are in nanoseconds."""
    cost = 1

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions whose number is on the right side of the limit, or is the limit."""
        limit, numbers = self.limit, MEASURES[self.measure].of(tree, among)
        if self.bound == "min":
            return [at for at, number in zip(among, numbers) if number >= limit]
        return [at for at, number in zip(among, numbers) if number <= limit]

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """The number that the span has instead."""
        if self.keep(tree, [position]):
            return []
        measure = MEASURES[self.measure]
        most = "least" if self.bound == "min" else "most"
        return [f"{measure.said(measure.of(tree, [position])[0])}, expected at {most} {measure.shown(self.limit)}"]

    def __str__(self) -> str:
        limit = MEASURES[self.measure].shown(self.limit)
        return f"{self.bound}_{self.measure}={limit if limit.isdigit() else repr(limit)}"


def _durations(tree: SpanTree, among: Sequence[int]) -> list[int]:
    starts, ends = tree.starts, tree.ends
    return [ends[at] - starts[at] for at in among]


def _child_counts(tree: SpanTree, among: Sequence[int]) -> list[int]:
    children = tree.children
    return [len(children[at]) for at in among]


def _descendant_counts(tree: SpanTree, among: Sequence[int]) -> list[int]:
    enter, leave = tree.numbers.enter, tree.numbers.leave
    return [leave[at] - enter[at] - 1 for at in among]


def _depths(tree: SpanTree, among: Sequence[int]) -> list[int]:
    depths = tree.depths
    return [depths[at] for at in among]


MEASURES: Final[Mapping[str, Measure]] = {
    "duration": Measure(_durations, lambda ns: f"took {format_duration(ns)}", format_duration),
    "child_count": Measure(_child_counts, lambda number: f"has {number} {'child' if number == 1 else 'children'}"),
    "descendant_count": Measure(_descendant_counts, lambda number: f"has {count_of(number, 'descendant')}"),
    "depth": Measure(_depths, lambda number: f"stands at depth {number}"),
}
"""By name; the depth of a root is 0."""
