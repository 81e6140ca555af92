"""What the dependency graph of a large trace costs, its cycles and their witnesses included."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from comparison import Row, compared, seconds

from pytest_flock_trace import Artifact, Span, Trace, dependencies

DEGREE = 10
"""Edges a node."""


def rows(*, small: bool) -> Iterator[Row]:
    """Edges, components and the first hundred cycles with witnesses, against a graph a tenth the size."""
    nodes = 100 if small else 2_000
    large, small = chatter(nodes), chatter(nodes // 10)
    graph = dependencies(large)
    if len(graph.nodes) != nodes or not graph.cycles:
        raise SystemExit(f"{len(graph.nodes)} nodes with {len(graph.cycles)} cycles are not what is to be measured")
    what = f"dependencies, {nodes:,} nodes, {len(graph.edges):,} edges"
    yield compared(what, "ms", lambda: _took(large), f"{nodes // 10:,} nodes", lambda: _took(small))


def chatter(agents: int) -> Trace:
    """Every agent has two turns, and takes up what others have produced before in each."""
    random = Random(agents)
    names = [f"agent {at:04}" for at in range(agents)]
    turns = [_turn(names[at % agents], at, random) for at in range(2 * agents)]
    return Trace.of([Span("workflow", span_id="root", end_ns=20 * agents), *turns])


def _turn(name: str, at: int, random: Random) -> Span:
    taken = random.sample(range(at), min(at, DEGREE // 2))
    return Span(
        f"invoke_agent {name}",
        span_id=f"turn {at}",
        parent_id="root",
        start_ns=10 * at,
        end_ns=10 * at + 8,
        attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name},
        consumed=[Artifact(f"draft {other}", "Draft") for other in taken],
        produced=[Artifact(f"draft {at}", "Draft")],
    )


def _took(trace: Trace) -> float:
    return seconds(lambda: [len(cycle.witness) for cycle in dependencies(trace).cycles]) * 1e3
