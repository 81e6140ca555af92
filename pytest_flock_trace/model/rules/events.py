"""Declare's events: what happens in a trace, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree


def events_of(tree: SpanTree, among: Pattern | None) -> Sequence[int]:
    """Positions of the spans below the roots, in start order; only those that match `among` where it is given."""
    roots = set(tree.roots)
    below = [at for at in range(len(tree)) if at not in roots]
    return below if among is None else among.keep(tree, below)


class Events:
    """The events of a tree by their number in the sequence."""

    def __init__(self, tree: SpanTree, among: Pattern | None) -> None:
        self.tree = tree
        self.positions = events_of(tree, among)
        self._numbers = {position: number for number, position in enumerate(self.positions)}

    def __len__(self) -> int:
        return len(self.positions)

    def matching(self, pattern: Pattern) -> list[int]:
        """The numbers of the events that match, ascending."""
        return [self._numbers[position] for position in pattern.keep(self.tree, self.positions)]

    def gap_ns(self, first: int, second: int) -> int:
        """Nanoseconds from the end of one event to the start of another; negative where they overlap."""
        return self.tree.starts[self.positions[second]] - self.tree.ends[self.positions[first]]
