"""A trace's dependency graph as plain numbers, small enough to send between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.analysis.edge import Edge
from pytest_flock_trace.model.passages import Layer
from pytest_flock_trace.model.trace import Trace


@dataclass(frozen=True)
class EdgeTally:
    """That one agent led to another, and how it went."""

    source: str
    target: str
    artifact: str | None = None
    """The artifacts' type; None where it is not known, and for links and calls."""
    count: int = 1
    errors: int = 0
    """How often the target failed."""
    queue_ns: int = 0
    """The median time from the source's end to the target's start."""
    p50_ns: int = 0
    """The median of the target's durations."""
    p95_ns: int = 0

    @classmethod
    def of(cls, edge: Edge) -> EdgeTally:
        """The numbers of an edge."""
        return cls(
            edge.source,
            edge.target,
            edge.artifact,
            count=int(edge.count),
            errors=int(edge.errors),
            queue_ns=int(edge.queue),
            p50_ns=int(edge.p50),
            p95_ns=int(edge.p95),
        )


@dataclass(frozen=True)
class GraphTally:
    """The edges between agents on one layer, and the circles that they make."""

    layer: Layer
    edges: tuple[EdgeTally, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    """The agents around each circular dependency, the shortest first."""

    @classmethod
    def of(cls, trace: Trace) -> GraphTally:
        """The numbers of `dependencies(trace)`; raise `NothingCaptured` for a trace without spans."""
        graph = dependencies(trace)
        cycles = tuple(tuple(cycle.nodes) for cycle in graph.cycles)
        return cls(graph.layer, tuple(map(EdgeTally.of, graph.edges)), cycles)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> GraphTally:
        """The same after a way through JSON."""
        edges = tuple(EdgeTally(**edge) for edge in values["edges"])
        return cls(values["layer"], edges, tuple(map(tuple, values["cycles"])))
