"""Which edges one dependency graph has and another has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from pytest_flock_trace.model.text import abridged, count_of
from pytest_flock_trace.render.difference import Difference

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.dependencies import DependencyGraph
    from pytest_flock_trace.analysis.edge import Edge

_COUNTED = {"-": "edge missing", "+": "edge added", "~": "other edge on a cycle or no longer on one"}


def edge_difference(expected: DependencyGraph, actual: DependencyGraph) -> Difference:
    """A line an edge, in the order of edges: `-` one that is missing, `+` one that was added.

    `~` marks an edge that both have, and that only one of them has on a cycle.
    """
    marked = sorted(_marked(expected, actual), key=lambda line: (line[0].key, line[1]))
    marks = Counter(mark for _, mark, _ in marked)
    counts = [_count(marks[mark], noun) for mark, noun in _COUNTED.items() if marks[mark]]
    lines = [f"{mark} {abridged(str(edge))}{note}" for edge, mark, note in marked]
    return Difference(", ".join(counts) or "the same edges", lines)


def _marked(expected: DependencyGraph, actual: DependencyGraph) -> Iterator[tuple[Edge, str, str]]:
    before, after = set(expected.edges), set(actual.edges)
    cyclic_before, cyclic_after = set(expected.cyclic), set(actual.cyclic)
    yield from ((edge, "-", "") for edge in before - after)
    yield from ((edge, "+", _on_cycle(edge, cyclic_after)) for edge in after - before)
    for edge in (cyclic_before ^ cyclic_after) & before & after:
        yield edge, "~", _on_cycle(edge, cyclic_after) or "  (on no cycle any more)"


def _on_cycle(edge: Edge, cyclic: Container[Edge]) -> str:
    return "  (on a cycle)" if edge in cyclic else ""


def _count(number: int, noun: str) -> str:
    what, _, more = noun.partition("edge")
    return f"{count_of(number, f'{what}edge')}{more}"
