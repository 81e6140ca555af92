"""Which edges one dependency graph has and another has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.text import abridged, count_of
from pytest_flock_trace.render.difference import Difference

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.dependencies import DependencyGraph


def edge_difference(expected: DependencyGraph, actual: DependencyGraph) -> Difference:
    """A line an edge, in the order of edges: `-` one that is missing, `+` one that was added, perhaps to a cycle."""
    missing, added = set(expected.edges) - set(actual.edges), set(actual.edges) - set(expected.edges)
    counts = [
        f"{count_of(len(edges), 'edge')} {how}" for edges, how in ((missing, "missing"), (added, "added")) if edges
    ]
    cyclic = set(actual.cyclic)
    marked = sorted(
        [*((edge, "-") for edge in missing), *((edge, "+") for edge in added)], key=lambda line: line[0].key
    )
    lines = [
        f"{mark} {abridged(str(edge))}{'  (on a cycle)' if mark == '+' and edge in cyclic else ''}"
        for edge, mark in marked
    ]
    return Difference(", ".join(counts) or "the same edges", lines)
