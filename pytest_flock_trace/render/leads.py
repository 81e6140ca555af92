"""Which branches of a tree lead to which, through links and artifacts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Union

from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.preorder import Preorder
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.partial_order import Edges

Place = Union[int, str]
"""The position of a span, or the id of an artifact."""


class Leads:
    """Where the links and artifacts of each branch lead.

    Times have no say here: an artifact leads from all its producers to all its consumers, whoever started first. What
    leads up one's own branch counts for nothing.
    """

    def __init__(self, tree: SpanTree) -> None:
        self._tree = tree
        self._consumers = grouped((artifact, at) for at, span in enumerate(tree.spans) for artifact in span.consumed)
        steps = sorted(self._steps(), key=lambda step: step[0])
        self._numbers = [number for number, _ in steps]
        self._targets = [target for _, target in steps]

    def between(self, parent: int, siblings: Sequence[int]) -> Edges:
        """Steps that join siblings, where need be by way of artifacts and of spans outside their branches.

        `parent` is the nearest shown span above the siblings, -1 above roots. Each sibling stands for its branch. No
        step leads to the parent or what is above it: they are as much above the one sibling as above the other.
        """
        edges: Edges = {}
        branches = _Branches(self._tree.numbers, parent, siblings)
        pending: list[Place] = list(siblings) if self._targets else []
        while pending:
            place = pending.pop()
            if place not in edges:
                found = (branches.holding(target) for target in self._onward(place))
                reached = {there for there in (*found, *branches.within(place)) if there not in (None, place)}
                edges[place] = {*reached}
                pending.extend(there for there in reached if there is not None)
        return edges

    def _steps(self) -> Iterator[tuple[int, Place]]:
        """The preorder number of a span and what its links or artifacts lead to."""
        numbers = self._tree.numbers
        for at, span in enumerate(self._tree.spans):
            for cause in self._tree.causality.linked(at):
                if not numbers.holds(at, cause):
                    yield numbers.enter[cause], at
            for artifact in span.produced:
                yield numbers.enter[at], artifact

    def _onward(self, place: Place) -> Sequence[Place]:
        if isinstance(place, str):
            return self._consumers.get(place, ())
        numbers = self._tree.numbers
        first = bisect_left(self._numbers, numbers.enter[place])
        return self._targets[first : bisect_left(self._numbers, numbers.leave[place], first)]


class _Branches:
    """The branches of some siblings, none of which stands above another."""

    def __init__(self, numbers: Preorder, parent: int, siblings: Sequence[int]) -> None:
        self._numbers = numbers
        self._parent = parent
        self._siblings = sorted(siblings, key=numbers.enter.__getitem__)
        self._starts = [numbers.enter[sibling] for sibling in self._siblings]

    def holding(self, place: Place) -> Place | None:
        """The sibling in whose branch a place is; the place itself outside all; None above them all."""
        if isinstance(place, str):
            return place
        at = bisect_right(self._starts, self._numbers.enter[place]) - 1
        if at >= 0 and self._numbers.holds(self._siblings[at], place):
            return self._siblings[at]
        return None if self._parent >= 0 and self._numbers.holds(place, self._parent) else place

    def within(self, place: Place) -> Sequence[int]:
        """The siblings below a span that is not shown, or the sibling itself."""
        if isinstance(place, str):
            return ()
        first = bisect_left(self._starts, self._numbers.enter[place])
        return self._siblings[first : bisect_left(self._starts, self._numbers.leave[place], first)]
