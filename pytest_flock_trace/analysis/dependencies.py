"""Who depends on whom: the graph that nobody drew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Union

from pytest_flock_trace.analysis.cycle import Cycles, witnessed
from pytest_flock_trace.analysis.edge import Edge, Origin
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.calls import Level, level_of
from pytest_flock_trace.model.check_log import compared
from pytest_flock_trace.model.cycles import components
from pytest_flock_trace.model.passages import EXTERNAL, Layer, Passage, layer_of, passages
from pytest_flock_trace.model.question import Question
from pytest_flock_trace.model.ways_round import ways_round

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree

Pair = Union[tuple[str, str], tuple[str, str, "str | None"]]
"""Source and target, and maybe the type of the artifact."""


@dataclass(frozen=True)
class Dangling:
    """An artifact that was produced and that nobody consumed."""

    artifact: str
    type: str | None
    producer: Span = field(repr=False)


@dataclass(frozen=True)
class DependencyGraph:
    """Nodes and edges in alphabetical order. Equal to another graph of the same edges, however often each was taken."""

    edges: tuple[Edge, ...]
    nodes: tuple[str, ...]
    """Everybody that an edge touches, `(external)` included."""
    layer: Layer = field(compare=False)
    """Which of the three layers it shows."""
    dangling: tuple[Dangling, ...] = field(default=(), compare=False, repr=False)
    """Artifacts that were produced and that nobody consumed, in the order of their production."""
    origin: Origin | None = field(default=None, compare=False, repr=False)
    by: Level = field(default="agent", compare=False, repr=False)

    @classmethod
    def from_edges(cls, edges: Iterable[Pair], *, layer: Layer = "artifact") -> DependencyGraph:
        """A graph that is written down: `[("writer", "critic"), …]`; a pair that is repeated counts so often."""
        counts: dict[tuple[str, str, str | None], int] = {}
        for edge in edges:
            source, target, artifact = _read(edge)
            counts[source, target, artifact] = counts.get((source, target, artifact), 0) + 1
        return _graph([Edge(*names, times=times) for names, times in counts.items()], layer)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DependencyGraph):
            return NotImplemented
        for one, beside in ((self, other), (other, self)):
            if one.origin is not None and one.origin.trace.check_log is not None:
                compared(one._edges_question(one.origin.trace), "==", beside)
        return (self.edges, self.nodes) == (other.edges, other.nodes)

    def __hash__(self) -> int:
        return hash((self.edges, self.nodes))

    @cached_property
    def cycles(self) -> Cycles:
        """Circular dependencies, the shortest first, at most 100 of them; `(external)` is part of none."""
        found = ways_round(self._targets)
        cycles = Cycles(witnessed(found.cycles, self.edges, None if self.origin is None else self.origin.tree))
        cycles.cap, cycles.question = found.cap, self._question()
        return cycles

    @cached_property
    def cyclic(self) -> tuple[Edge, ...]:
        """The edges that are part of some cycle, listed in `cycles` or not."""
        component = {node: at for at, nodes in enumerate(components(self._targets)) for node in nodes}
        return tuple(edge for edge in self.edges if component.get(edge.source, -1) == component.get(edge.target, -2))

    @cached_property
    def _targets(self) -> dict[str, list[str]]:
        """Whom each node leads to, outside left out."""
        targets: dict[str, list[str]] = {}
        for edge in self.edges:
            if EXTERNAL not in (edge.source, edge.target):
                targets.setdefault(edge.source, []).append(edge.target)
        return targets

    def edge(self, source: str, target: str, artifact: str | None = None) -> Edge | None:
        """The edge between two nodes, of one type of artifact where several are; None if there is none."""
        if self.origin is not None and self.origin.trace.check_log is not None:
            compared(self._edge_question(self.origin.trace, source, target, artifact), "is", other=True)
        between = [edge for edge in self.edges if (edge.source, edge.target) == (source, target)]
        return next((edge for edge in between if artifact is None or edge.artifact == artifact), None)

    def mermaid(self) -> str:
        """The graph as a Mermaid flowchart; edges of a cycle are red."""
        from pytest_flock_trace.analysis.diagram import mermaid

        return mermaid(self)

    def dot(self) -> str:
        """The graph as a DOT digraph for Graphviz; edges of a cycle are red."""
        from pytest_flock_trace.analysis.diagram import dot

        return dot(self)

    def _edges_question(self, trace: Trace) -> Question:
        by, layer = self.by, self.layer
        return Question(f"edges of {trace.title}", trace, lambda other: dependencies(other, by, layer))

    def _edge_question(self, trace: Trace, source: str, target: str, artifact: str | None) -> Question:
        by, layer = self.by, self.layer
        return Question(
            f"edge {source} -> {target} of {trace.title}",
            trace,
            lambda other: dependencies(other, by, layer).edge(source, target, artifact) is not None,
        )

    def _question(self) -> Question | None:
        if self.origin is None:
            return None
        by, layer = self.by, self.layer
        return Question(
            f"cycles of the {layer} layer of {self.origin.trace.title}",
            self.origin.trace,
            lambda trace: dependencies(trace, by, layer).cycles,
            lambda trace: _spans(dependencies(trace, by, layer).cycles),
        )


def dependencies(trace: Trace, by: Level = "agent", layer: Layer | None = None) -> DependencyGraph:
    """Which agents (services, operations) led to which, on one layer.

    `artifact`: who consumed what another produced, by artifact ids and links; `call`: parents and children; `service`:
    services that call each other. Without `layer`, artifacts where the trace has any, or links, else calls; the graph
    says which. Raises `NothingCaptured` for a trace without any span below its root, `BadArgument` for another `by` or
    `layer`.
    """
    __tracebackhide__ = True
    level = level_of(by)
    trace.must_hold_spans("its dependencies cannot be read")
    tree = trace.tree
    chosen = layer_of(tree) if layer is None else layer
    origin = Origin(trace, tree, lambda other, key: _edge_of(other, level, chosen, key))
    grouped: dict[tuple[str, str, str | None], list[Passage]] = {}
    for passage in passages(tree, level, chosen):
        grouped.setdefault((passage.source, passage.target, passage.artifact), []).append(passage)
    edges = [Edge(*names, passages=tuple(taken), origin=origin) for names, taken in grouped.items()]
    return _graph(edges, chosen, _dangling(tree) if chosen == "artifact" else (), origin, level)


def _graph(
    edges: Sequence[Edge],
    layer: Layer,
    dangling: Sequence[Dangling] = (),
    origin: Origin | None = None,
    by: Level = "agent",
) -> DependencyGraph:
    ordered = tuple(sorted(edges, key=lambda edge: edge.key))
    nodes = tuple(sorted({name for edge in ordered for name in (edge.source, edge.target)}))
    return DependencyGraph(ordered, nodes, layer, tuple(dangling), origin, by)


def _edge_of(trace: Trace, by: Level, layer: Layer, key: tuple[str, str, str]) -> Edge:
    """The same edge of another trace; one that never happened where that has none."""
    source, target, artifact = key
    found = (edge for edge in dependencies(trace, by, layer).edges if edge.key == key)
    return next(found, Edge(source, target, artifact or None))


def _dangling(tree: SpanTree) -> list[Dangling]:
    consumed = {artifact for span in tree.spans for artifact in span.consumed}
    left = {artifact: span for span in tree.spans for artifact in span.produced if artifact not in consumed}
    return [Dangling(artifact, type_of(artifact), span) for artifact, span in left.items()]


def _spans(cycles: Cycles) -> Sequence[Span]:
    return list(dict.fromkeys(step.consumer for cycle in cycles for step in cycle.witness))


def _read(edge: Pair) -> tuple[str, str, str | None]:
    parts: list[object] = list(edge) if isinstance(edge, (tuple, list)) else []
    source, target, artifact = (*parts, None, None, None)[:3]
    if len(parts) not in (2, 3) or not (isinstance(source, str) and isinstance(target, str)):
        raise BadArgument(f"{edge!r} is no edge; write ('writer', 'critic') or ('writer', 'critic', 'Draft')")
    return source, target, None if artifact is None else str(artifact)
