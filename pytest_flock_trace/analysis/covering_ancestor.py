"""Which of a span's ancestors covers a moment."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from pytest_flock_trace.model.tree import SpanTree


class Ancestry:
    """The ancestors of every span, searched in jumps instead of step by step.

    Each span knows one far ancestor (the skew-binary jumps of E. W. Myers, "An applicative random-access stack",
    1983), the latest end and the least duration met before it, so that a stretch without a better answer is skipped
    at once. Memory is a few integers per span, however deep the tree.
    """

    def __init__(self, tree: SpanTree, starts: Sequence[int], ends: Sequence[int]) -> None:
        above_roots = len(tree)  # a parent for the roots, at which every search stops
        self._starts, self._ends = starts, ends
        self._parents = [parent if parent >= 0 else above_roots for parent in tree.parents]
        self._jumps = [above_roots] * (above_roots + 1)
        self._latest: list[float] = [*ends, -inf]
        self._least: list[float] = [*(end - start for start, end in zip(starts, ends)), inf]
        self._link(tree.top_down)

    def _link(self, top_down: Sequence[int]) -> None:
        jumps, latest, least = self._jumps, self._latest, self._least
        depths = [0] * len(jumps)
        for position in top_down:
            parent = self._parents[position]
            far = jumps[parent]
            depths[position] = depths[parent] + 1
            if depths[parent] - depths[far] != depths[far] - depths[jumps[far]]:
                jumps[position] = parent
            else:
                jumps[position] = jumps[far]
                latest[position] = max(latest[position], latest[parent], latest[far])
                least[position] = min(least[position], least[parent], least[far])

    def shortest_covering(self, position: int, moment: int) -> int:
        """The shortest ancestor with `start < moment <= end`, the nearest of equals; -1 if there is none."""
        parents, jumps, latest, least = self._parents, self._jumps, self._latest, self._least
        starts, ends = self._starts, self._ends
        best, shortest = -1, inf
        at, above_roots = parents[position], len(parents)
        while at != above_roots:
            if latest[at] < moment or least[at] >= shortest:
                at = jumps[at]
                continue
            if starts[at] < moment <= ends[at] and ends[at] - starts[at] < shortest:
                best, shortest = at, ends[at] - starts[at]
            at = parents[at]
        return best
