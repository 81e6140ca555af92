"""The conditions of a pattern that speak of other spans of the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern

Holds = Callable[[SpanTree, Sequence[int], Sequence[int]], list[int]]
"""Tree, positions of the other pattern's matches, candidates: the candidates that stand so. Linear in the tree."""


def _under(tree: SpanTree, others: Sequence[int], candidates: Sequence[int]) -> list[int]:
    marked = [False] * len(tree)
    for other in others:
        marked[other] = True
    covered = [False] * len(tree)
    for position in tree.top_down:
        if (parent := tree.parents[position]) >= 0:
            covered[position] = marked[parent] or covered[parent]
    return [position for position in candidates if covered[position]]


def _after(tree: SpanTree, others: Sequence[int], candidates: Sequence[int]) -> list[int]:
    spans = tree.spans
    ends = sorted((max(spans[other].end_ns, spans[other].start_ns), other) for other in others)[:2]
    return [at for at in candidates if any(end <= spans[at].start_ns for end, other in ends if other != at)]


def _before(tree: SpanTree, others: Sequence[int], candidates: Sequence[int]) -> list[int]:
    spans = tree.spans
    starts = sorted(((spans[other].start_ns, other) for other in others), reverse=True)[:2]
    return [at for at in candidates if any(spans[at].end_ns <= start for start, other in starts if other != at)]


RELATIONS: dict[str, tuple[Holds, str]] = {
    "under": (_under, "is not below any"),
    "after": (_after, "does not start after the end of any"),
    "before": (_before, "does not end before the start of any"),
}
"""Each relation's keyword, its meaning, and how a span that misses it is described."""


@dataclass(frozen=True)
class Related:
    """The span stands in a relation to some other span that matches a pattern."""

    name: str
    other: Pattern

    def keep(self, tree: SpanTree, positions: Sequence[int]) -> list[int]:
        """Those of the positions that stand in the relation."""
        return RELATIONS[self.name][0](tree, self.other.positions(tree), positions)

    def miss(self, tree: SpanTree, position: int) -> str | None:
        """Why the span at this position does not stand in the relation; None if it does."""
        others = self.other.positions(tree)
        holds, phrase = RELATIONS[self.name]
        if holds(tree, others, [position]):
            return None
        return f"{phrase} {self.other!r}" if others else f"{self.name}={self.other!r} matches no span"

    def __str__(self) -> str:
        return f"{self.name}={self.other!r}"
