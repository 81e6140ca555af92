"""Which edges one dependency graph has and another has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.text import abridged, count_of
from pytest_flock_trace.render.difference import Difference

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.dependencies import DependencyGraph


def edge_difference(expected: DependencyGraph, actual: DependencyGraph) -> Difference:
    """A line an edge, in the order of edges: `-` one that is missing, `+` one that was added."""
    missing, added = set(expected.edges) - set(actual.edges), set(actual.edges) - set(expected.edges)
    counts = [
        f"{count_of(len(edges), 'edge')} {how}" for edges, how in ((missing, "missing"), (added, "added")) if edges
    ]
    marked = [*((edge.key, "-", edge) for edge in missing), *((edge.key, "+", edge) for edge in added)]
    lines = [f"{mark} {abridged(str(edge))}" for _, mark, edge in sorted(marked, key=lambda line: line[:2])]
    other = _title(expected) if expected.origin else "written down"
    return Difference(f"{_title(actual)} is not as {other}: {', '.join(counts)}", lines)


def _title(graph: DependencyGraph) -> str:
    return f"the {graph.layer} layer of {graph.origin.trace.title}" if graph.origin else "the graph"
