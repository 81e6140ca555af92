"""The graph that nobody drew."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from strategies import LEVELS, traces

from pytest_flock_trace import Span, Trace, acyclic
from pytest_flock_trace.analysis.dependencies import DependencyGraph, dependencies
from pytest_flock_trace.errors import BadArgument, NothingCaptured
from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.passages import EXTERNAL
from pytest_flock_trace.plugin.explain import explain


def turn(name: str, at: int, took: str, gave: str, **fields: Any) -> Span:
    kinds = {"t": "Ticket", "d": "Draft", "r": "Review"}
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return Span(
        f"invoke_agent {name}",
        span_id=f"{name}{at}",
        parent_id="root",
        start_ns=at,
        end_ns=at + 8,
        attributes=attributes,
        consumed=[Artifact(took, kinds[took[0]])],
        produced=[Artifact(gave, kinds[gave[0]])],
        **fields,
    )


@pytest.fixture
def loop() -> Trace:
    return Trace.of(
        [
            Span("workflow", span_id="root", end_ns=100),
            turn("writer", 0, "t1", "d1"),
            turn("critic", 10, "d1", "r1"),
            turn("writer", 20, "r1", "d2", status="error"),
            turn("critic", 31, "d2", "r2"),
        ],
        name="loop",
    )


def test_what_goes_outside_is_measured_by_the_span_that_took_it() -> None:
    trace = Trace.of(
        [
            Span("workflow", span_id="root", end_ns=1000),
            turn("writer", 0, "t1", "d1"),
            Span("publish", span_id="p", parent_id="root", start_ns=20, end_ns=25, status="error", consumed=["d1"]),
            Span("clean up", span_id="z", parent_id="root", start_ns=30, end_ns=999),
        ]
    )
    published = dependencies(trace).edge("writer", EXTERNAL)

    assert published is not None
    assert [span.name for span in published.spans] == ["publish"]
    assert (published.count, published.errors, published.queue, published.p50) == (1, 1, 12, 5)


def test_edges_say_who_led_to_whom_by_what_and_how_it_went(loop: Trace) -> None:
    graph = dependencies(loop)
    assert graph.layer == "artifact"
    assert graph.nodes == (EXTERNAL, "critic", "writer")
    assert [(str(edge), edge.count, edge.errors, edge.error_rate) for edge in graph.edges] == [
        ("(external) -> writer (Ticket)", 1, 0, 0.0),
        ("critic -> writer (Review)", 1, 1, 1.0),
        ("writer -> critic (Draft)", 2, 0, 0.0),
    ]
    drafts = graph.edge("writer", "critic")
    assert drafts is not None
    assert (drafts.queue, drafts.p50, drafts.p95) == (2, 8, 8)
    assert graph.edge("critic", "planner") is None


def test_what_nobody_took_is_dangling(loop: Trace) -> None:
    (left,) = dependencies(loop).dangling
    assert (left.artifact, left.type, left.producer.span_id) == ("r2", "Review", "critic31")


def test_a_cycle_has_one_real_round_as_its_witness(loop: Trace) -> None:
    (cycle,) = dependencies(loop).cycles
    assert str(cycle) == "critic → writer → critic"
    assert cycle == ["critic", "writer"]
    assert [str(step) for step in cycle.witness] == [
        "invoke_agent critic -> invoke_agent writer by Review r1",
        "invoke_agent writer -> invoke_agent critic by Draft d2",
    ]


def test_a_failing_comparison_of_cycles_shows_the_round(loop: Trace) -> None:
    explanation = explain("==", dependencies(loop).cycles, [])
    assert explanation is not None
    assert explanation.lines == [
        "1 cycle on the artifact layer of trace 'loop'",
        "critic → writer → critic",
        "  invoke_agent critic -> invoke_agent writer by Review r1",
        "  invoke_agent writer -> invoke_agent critic by Draft d2",
    ]
    assert [span.span_id for span in explanation.culprits] == ["writer20", "critic31"]


def test_a_failing_number_shows_the_spans_it_counts(loop: Trace) -> None:
    edge = dependencies(loop).edge("critic", "writer")
    assert edge is not None
    explanation = explain("==", edge.errors, 0)
    assert explanation is not None
    assert explanation.lines[0] == "1 == 0: errors of critic -> writer (Review) in trace 'loop' is 1"
    assert edge.count.question.ask(Trace.of([*loop][:3], name="shorter")) == 0


def test_a_graph_that_is_written_down_equals_one_that_was_found(loop: Trace) -> None:
    drawn = [("writer", "critic", "Draft"), ("critic", "writer", "Review"), (EXTERNAL, "writer", "Ticket")]
    assert DependencyGraph.from_edges(drawn) == dependencies(loop)
    assert DependencyGraph.from_edges(drawn[:2]) != dependencies(loop)
    assert DependencyGraph.from_edges([*drawn, drawn[0]]).edge("writer", "critic").count == 2
    assert DependencyGraph.from_edges(drawn) != 3


def test_a_failing_comparison_of_graphs_lists_the_edges_that_came_and_went(loop: Trace) -> None:
    drawn = DependencyGraph.from_edges([("writer", "critic", "Draft"), ("critic", "publisher")])
    expected = [
        "the artifact layer of trace 'loop' is not as written down: 1 edge missing, 2 edges added",
        "+ (external) -> writer (Ticket)",
        "- critic -> publisher",
        "+ critic -> writer (Review)  (on a cycle)",
    ]
    for left, right in ((dependencies(loop), drawn), (drawn, dependencies(loop))):
        explanation = explain("==", left, right)
        assert explanation is not None
        assert explanation.lines == expected
        assert [span.span_id for span in explanation.culprits] == ["writer0", "writer20"]


def test_a_graph_that_was_found_is_compared_with_another_one(loop: Trace) -> None:
    shorter, same = ([*loop][:size] for size in (3, 4))
    assert explain("==", dependencies(Trace.of(same)), dependencies(loop)) is None
    explanation = explain("==", dependencies(Trace.of(shorter, name="shorter")), dependencies(loop))
    assert explanation is not None
    assert explanation.lines == [
        "the artifact layer of trace 'shorter' is not as the artifact layer of trace 'loop': 1 edge missing",
        "- critic -> writer (Review)",
    ]


def test_a_cycle_too_long_to_be_listed_beside_a_short_one_is_known_by_its_edges() -> None:
    long = [(f"n{at:02}", f"n{(at + 1) % 12:02}") for at in range(12)]
    graph = DependencyGraph.from_edges([*long, ("n00", "n01"), ("n01", "n00"), ("n05", "elsewhere"), (EXTERNAL, "n00")])
    assert graph.cycles == [["n00", "n01"]]
    assert graph.cycles.cap == "up to 8 long"
    assert {(edge.source, edge.target) for edge in graph.cyclic} == {*long, ("n01", "n00")}
    assert graph.mermaid().count(" ==> ") == 13
    assert graph.dot().count("color=") == 13


def test_a_graph_that_is_written_down_has_its_cycles() -> None:
    graph = DependencyGraph.from_edges(
        [("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), (EXTERNAL, "a"), ("a", EXTERNAL)]
    )
    assert graph.cycles == [["a", "b"], ["b", "c"]]
    assert graph.cycles[0].witness == ()
    assert DependencyGraph.from_edges([("a", "b")]).cycles == []


@pytest.mark.parametrize("edge", ["ab", ("a",), ("a", 3), 7])
def test_what_is_no_edge_is_refused(edge: Any) -> None:
    with pytest.raises(BadArgument, match="is no edge; write"):
        DependencyGraph.from_edges([edge])


def test_an_empty_trace_has_no_graph() -> None:
    with pytest.raises(NothingCaptured, match="so its dependencies cannot be read"):
        dependencies(Trace.of([]))


@pytest.mark.parametrize(
    ("arguments", "message"), [({"by": "agnet"}, "by='agnet'"), ({"layer": "calls"}, "layer='calls'")]
)
def test_another_level_or_layer_is_refused(loop: Trace, arguments: Any, message: str) -> None:
    with pytest.raises(BadArgument, match=message):
        dependencies(loop, **arguments)


@given(traces())
def test_rules_and_graphs_agree_on_cycles(trace: Trace) -> None:
    if not trace.captured:
        return
    for by in LEVELS:
        cycles = [dependencies(trace, by, layer).cycles for layer in ("artifact", "call")]
        assert acyclic(by).holds(trace) == (cycles == [[], []])
        for cycle in (cycle for found in cycles for cycle in found):
            assert len(cycle.witness) == len(cycle.nodes)
            assert [step.edge.source for step in cycle.witness] in _rotations(cycle.nodes)
            assert all(step.consumer in trace for step in cycle.witness)


def _rotations(nodes: tuple[str, ...]) -> list[list[str]]:
    return [[*nodes[at:], *nodes[:at]] for at in range(len(nodes))]
