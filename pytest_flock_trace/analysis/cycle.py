"""Circular dependencies, each with one real round as its witness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pytest_flock_trace.model.check_log import compared, comparisons_are_checks
from pytest_flock_trace.model.passages import NOWHERE, Passage
from pytest_flock_trace.model.text import label_of

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.edge import Edge
    from pytest_flock_trace.model.question import Question
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True)
class Step:
    """One step of a round: the span that led to the next, and what it passed on."""

    edge: Edge
    producer: Span | None
    """None where it is not in the trace."""
    consumer: Span
    artifact: str | None
    """The artifact's id; None for a link or a call."""

    def __str__(self) -> str:
        what = " ".join(filter(None, (self.edge.artifact, self.artifact)))
        came = label_of(self.producer) if self.producer else self.edge.source
        return f"{came} -> {label_of(self.consumer)}" + (f" by {what}" if what else "")


@dataclass(frozen=True)
class Cycle:
    """Nodes that lead to one another in turn, from the alphabetically first; it equals a list of their names."""

    nodes: tuple[str, ...]
    witness: tuple[Step, ...] = field(default=(), compare=False, repr=False)
    """One round that really happened, each step from where the one before led to, as far as the trace has one."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Cycle):
            return self.nodes == other.nodes
        if isinstance(other, (list, tuple)):
            return list(self.nodes) == list(cast("Sequence[object]", other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.nodes)

    def __str__(self) -> str:
        return " → ".join([*self.nodes, self.nodes[0]])


@comparisons_are_checks
class Cycles(list[Cycle]):
    """All cycles of a graph, the shortest first. A failing comparison with `[]` tells a witness of each."""

    cap: str = ""
    """What kept others from being listed; empty if none is missing."""
    question: Question | None = None

    def __bool__(self) -> bool:
        if self.question is not None:
            compared(self.question, "is", other=True)
        return len(self) > 0

    __hash__ = None  # as every list


def witnessed(ways: Iterable[tuple[str, ...]], edges: Iterable[Edge], tree: SpanTree | None) -> list[Cycle]:
    """The cycles that go these ways, each with its witness where there is a trace."""
    if tree is None:
        return [Cycle(way) for way in ways]
    by_pair: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        by_pair.setdefault((edge.source, edge.target), []).append(edge)
    return [Cycle(way, _witness([by_pair[pair] for pair in zip(way, [*way[1:], way[0]])], tree)) for way in ways]


def _witness(steps: Sequence[Sequence[Edge]], tree: SpanTree) -> tuple[Step, ...]:
    """Passages along the edges, each from the invocation that the one before led to where there is such a chain."""
    hops = [[(edge, passage) for edge in between for passage in edge.passages] for between in steps]
    best: list[tuple[Edge, Passage]] = []
    for turn in range(len(hops)):  # a round may have begun with any of its nodes
        chain = _longest_chain([*hops[turn:], *hops[:turn]])
        if len(chain) > len(best):
            best = chain
        if len(best) == len(hops):
            break
    if len(best) < len(hops):
        best = [hop[0] for hop in hops if hop]
    return tuple(_step(edge, passage, tree) for edge, passage in best)


def _longest_chain(hops: Sequence[Sequence[tuple[Edge, Passage]]]) -> list[tuple[Edge, Passage]]:
    """The chain that gets farthest: forwards, what each passage can be reached by; then back from the last."""
    came: list[dict[int, tuple[Edge, Passage]]] = []
    for hop in hops:
        before = came[-1] if came else None
        reached = {
            passage.went_to: (edge, passage)
            for edge, passage in reversed(hop)
            if before is None or passage.came_from in before
        }
        if not reached:
            break
        came.append(reached)
    chain: list[tuple[Edge, Passage]] = []
    at = min(came[-1]) if came else NOWHERE
    for reached in reversed(came):
        chain.append(reached[at])
        at = chain[-1][1].came_from
    return chain[::-1]


def _step(edge: Edge, passage: Passage, tree: SpanTree) -> Step:
    producer = None if passage.producer == NOWHERE else tree.spans[passage.producer]
    return Step(edge, producer, tree.spans[passage.consumer], passage.identifier)
