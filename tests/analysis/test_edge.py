"""What an edge between two parties is made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from strategies import LEVELS, traces

from pytest_flock_trace import Artifact, DependencyGraph, Edge, Span, Trace, dependencies
from pytest_flock_trace.errors import UnknownSubject
from pytest_flock_trace.model.passages import LAYERS
from pytest_flock_trace.plugin.explain import explain


def agent(name: str, at: int, **fields: Any) -> Span:
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    ids = {"span_id": f"{name}{at}", "parent_id": "root"}
    return Span(f"invoke_agent {name}", start_ns=at, end_ns=at + 20, attributes=said, **ids, **fields)


def step(name: str, parent: str, at: int, lasts: int, **fields: Any) -> Span:
    return Span(name, span_id=f"{name}{at}", parent_id=parent, start_ns=at, end_ns=at + lasts, **fields)


@pytest.fixture
def drafts() -> Trace:
    """The writer's model wrote two drafts, and the writer itself one; the critic's tool read two, once in vain."""
    return Trace.of(
        [
            Span("workflow", span_id="root", end_ns=500),
            agent("writer", 0),
            step("chat", "writer0", 2, 6, produced=["d1"]),
            agent("critic", 30),
            step("read", "critic30", 32, 5, consumed=[Artifact("d1", "Draft")], status="error"),
            agent("writer", 60),
            step("chat", "writer60", 62, 8, produced=["d2"]),
            agent("critic", 90),
            step("read", "critic90", 100, 7, consumed=[Artifact("d2", "Draft")]),
            agent("writer", 120, produced=["d3"]),
            agent("critic", 150, consumed=[Artifact("d3", "Draft")]),
        ],
        name="drafts",
    )


@pytest.fixture
def edge(drafts: Trace) -> Edge:
    (found,) = dependencies(drafts).edges
    return found


def test_an_edge_is_made_of_the_operations_that_passed_on_and_took_up_the_most_taken_first(edge: Edge) -> None:
    numbers = [
        (pair, part.count, part.errors, part.queue, part.p50, part.p95) for pair, part in edge.operations.items()
    ]
    assert numbers == [
        (("chat", "read"), 2, 1, 27, 6, 7),
        (("invoke_agent writer", "invoke_agent critic"), 1, 0, 10, 20, 20),
    ]
    assert (edge.count, edge.errors, edge.p50) == (3, 0, 20)


def test_a_number_of_an_operation_says_of_which_edge_it_is_and_shows_its_spans(edge: Edge) -> None:
    explanation = explain("==", edge.operations["chat", "read"].errors, 0)
    assert explanation is not None
    assert explanation.lines == [
        "1 == 0: errors of chat -> read (Draft) within writer -> critic (Draft) in trace 'drafts' is 1",
        "  read  at +32 ns for 5 ns  ERROR",
    ]


def test_it_can_be_asked_of_another_trace(edge: Edge, drafts: Trace) -> None:
    count = edge.operations["chat", "read"].count
    assert count.question.ask(Trace.of([*drafts][:5])) == 1
    assert count.question.ask(Trace.of([*drafts][:4])) == 0


def test_operations_that_are_no_part_of_it_are_refused_with_those_that_are(edge: Edge) -> None:
    with pytest.raises(UnknownSubject, match=r"no operations is \('chat', 'raed'\).*\('chat', 'read'\)"):
        edge.operations["chat", "raed"]


def test_what_nobody_here_produced_comes_from_outside() -> None:
    trace = Trace.of([Span("root", span_id="root", end_ns=90), agent("critic", 1, consumed=["d0"])])
    (edge,) = dependencies(trace).edges
    assert list(edge.operations) == [("(external)", "invoke_agent critic")]


def test_what_is_written_down_is_made_of_nothing() -> None:
    (edge,) = DependencyGraph.from_edges([("writer", "critic")]).edges
    assert dict(edge.operations) == {}


@given(traces())
def test_operations_add_up_to_their_edge(trace: Trace) -> None:
    if not trace.captured:
        return
    for by in LEVELS:
        for edge in (edge for layer in LAYERS for edge in dependencies(trace, by, layer).edges):
            parts = list(edge.operations.values())
            assert sum(part.count for part in parts) == edge.count
            assert all(part.spans and part.artifact == edge.artifact for part in parts)
