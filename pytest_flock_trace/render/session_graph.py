"""The dependency graph of a whole session, as a diagram that forges draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pytest_flock_trace.analysis.dependencies import DependencyGraph
from pytest_flock_trace.model.passages import LAYERS, Layer
from pytest_flock_trace.model.text import cut_middle, one_line
from pytest_flock_trace.render.tally import RunSummary

MOST_EDGES = 100
"""A diagram with more cannot be read; GitHub draws none with more than 500."""
_LONGEST_NODE = 60


@dataclass(frozen=True)
class SessionGraph:
    """What the runs of a session show on one layer, together."""

    layer: Layer
    mermaid: str
    hidden: int
    """Edges that are not drawn, the least taken ones."""


def session_graphs(parts: Iterable[RunSummary]) -> list[SessionGraph]:
    """A graph for each layer that any run shows; layers are never merged."""
    taken: dict[Layer, Counter[tuple[str, str, str | None]]] = {}
    for part in parts:
        if part.graph is not None:
            edges = taken.setdefault(part.graph.layer, Counter())
            for edge in part.graph.edges:
                edges[_drawn(edge.source), _drawn(edge.target), edge.artifact and _drawn(edge.artifact)] += edge.count
    return [_graph(layer, taken[layer]) for layer in LAYERS if taken.get(layer)]


def _graph(layer: Layer, edges: Counter[tuple[str, str, str | None]]) -> SessionGraph:
    ranked = sorted(edges, key=lambda edge: (-edges[edge], edge[0], edge[1], edge[2] or ""))
    drawn = DependencyGraph.from_edges(ranked[:MOST_EDGES], layer=layer)
    return SessionGraph(layer, drawn.mermaid(), max(0, len(ranked) - MOST_EDGES))


def _drawn(text: str) -> str:
    return cut_middle(one_line(text), _LONGEST_NODE)
