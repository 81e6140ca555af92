"""Which wait span covers the end of a span that outlives its parent."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from pytest_flock_trace.model.preorder import Preorder, preorder
from pytest_flock_trace.model.tree import SpanTree


def covering_waits(
    tree: SpanTree, starts: Sequence[int], ends: Sequence[int], waits: Sequence[int], outliving: Sequence[int]
) -> dict[int, int]:
    """For each outliving position the wait span in its root tree and outside its subtree that covers its end.

    A wait span covers a moment when `start < moment <= end`; of several, the shortest, then the latest start, then
    the id decides. Positions without one are left out.
    """
    if not waits or not outliving:
        return {}
    numbers = preorder(tree.top_down, tree.parents)
    preference = [(ends[wait] - starts[wait], -starts[wait], tree.spans[wait].span_id, wait) for wait in waits]
    ranked = [wait for *_, wait in sorted(preference)]
    roots = _roots(tree)
    waiting, waited = _by_root(ranked, roots), _by_root(outliving, roots)
    found: dict[int, int] = {}
    for root in waiting.keys() & waited.keys():
        found.update(_sweep(starts, ends, numbers, waiting[root], waited[root]))
    return found


def _roots(tree: SpanTree) -> list[int]:
    roots = list(range(len(tree)))
    for position in tree.top_down:
        if (parent := tree.parents[position]) >= 0:
            roots[position] = roots[parent]
    return roots


def _by_root(positions: Sequence[int], roots: Sequence[int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for position in positions:
        groups.setdefault(roots[position], []).append(position)
    return groups


def _sweep(
    starts: Sequence[int], ends: Sequence[int], numbers: Preorder, ranked: Sequence[int], outliving: Sequence[int]
) -> dict[int, int]:
    """Go through time once, with the wait spans of one root tree that are open at each end to be covered."""
    enter, leave = numbers.enter, numbers.leave
    rank = {wait: at for at, wait in enumerate(ranked)}
    placed = sorted(ranked, key=enter.__getitem__)
    place = {wait: at for at, wait in enumerate(placed)}
    entries = [enter[wait] for wait in placed]
    opening, closing = sorted(ranked, key=starts.__getitem__)[::-1], sorted(ranked, key=ends.__getitem__)[::-1]
    best_open = _Minimum(len(ranked))
    found: dict[int, int] = {}
    for position in sorted(outliving, key=ends.__getitem__):
        moment = ends[position]
        while opening and starts[opening[-1]] < moment:
            best_open.put(place[opening[-1]], rank[opening.pop()])
        while closing and ends[closing[-1]] < moment:
            best_open.put(place[closing.pop()], len(ranked))
        best = best_open.outside(bisect_left(entries, enter[position]), bisect_left(entries, leave[position]))
        if best < len(ranked):
            found[position] = ranked[best]
    return found


class _Minimum:
    """A row of numbers, `size` at first, that knows its least one outside any range in logarithmic time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._nodes = [size] * (2 * size)  # heap-shaped: node i is the least of nodes 2i and 2i + 1

    def put(self, place: int, value: int) -> None:
        nodes = self._nodes
        at = place + self._size
        nodes[at] = value
        while (at := at >> 1) and nodes[at] != (least := min(nodes[2 * at], nodes[2 * at + 1])):
            nodes[at] = least

    def outside(self, low: int, high: int) -> int:
        """The least number that does not stand in `[low, high)`."""
        return self._nodes[1] if low == high else min(self._within(0, low), self._within(high, self._size))

    def _within(self, low: int, high: int) -> int:
        nodes, least = self._nodes, self._size
        low, high = low + self._size, high + self._size
        while low < high:
            if low & 1:
                least = min(least, nodes[low])
                low += 1
            if high & 1:
                high -= 1
                least = min(least, nodes[high])
            low, high = low >> 1, high >> 1
        return least
