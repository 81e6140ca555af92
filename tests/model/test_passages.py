"""Who led to whom on the artifact, the call and the service layer."""

from __future__ import annotations

from typing import Any

import pytest
from oracles import by_id, oracle

from pytest_flock_trace import Link, Span, Trace
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.passages import chain_rounds, layer_of, passages

SERVICEGRAPH = oracle("graph/otel_servicegraph.json")["cases"]
SPARK = [case for case in oracle("graph/jaeger_spark_dependencies.json")["cases"] if "spans" in case]


def agent(name: str, start: int, parent: str | None = "root", **fields: Any) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    fields = {"span_id": f"{name}{start}", "start_ns": start, "end_ns": start + 5, **fields}
    return Span(f"invoke_agent {name}", parent_id=parent, attributes=attributes, **fields)


def of(*spans: Span) -> Trace:
    return Trace.of([Span("root", span_id="root", end_ns=1000), *spans])


def pairs(trace: Trace, by: Any = "agent", layer: Any = "artifact") -> list[tuple[str, str, str | None]]:
    return [(one.source, one.target, one.artifact) for one in passages(trace.tree, by, layer)]


def test_an_artifact_leads_from_its_producer_to_each_consumer():
    trace = of(
        agent("writer", 0, produced=[Artifact("d1", "Draft")]),
        agent("critic", 10, consumed=[Artifact("d1", "Draft")]),
        agent("editor", 11, consumed=["d1"]),
    )
    assert pairs(trace) == [("writer", "critic", "Draft"), ("writer", "editor", "Draft")]


def test_what_nobody_here_produced_or_took_in_an_agent_is_external():
    trace = of(
        agent("writer", 0, consumed=["ticket"], produced=["d1"]),
        Span("fetch", span_id="f", parent_id="root", start_ns=20, consumed=["d1"]),
    )
    assert pairs(trace) == [("(external)", "writer", None), ("writer", "(external)", None)]


def test_an_artifact_comes_from_the_last_producer_that_had_started():
    trace = of(
        agent("a", 0, produced=["x"]),
        agent("b", 5, produced=["x"]),
        agent("c", 9, consumed=["x"]),
        agent("d", 12, produced=["x"]),
    )
    assert pairs(trace) == [("b", "c", None)]


def test_a_link_leads_from_the_agent_of_the_span_it_names():
    trace = of(
        agent("writer", 0),
        Span("publish", span_id="p", parent_id="writer0", start_ns=2, end_ns=3),
        agent("critic", 10, links=["p", Link("elsewhere", "u")]),
        agent("writer", 20, links=["critic10"]),
    )
    assert pairs(trace) == [("writer", "critic", None), ("critic", "writer", None)]


def test_a_link_beside_an_artifact_adds_nothing():
    trace = of(agent("writer", 0, produced=["x"]), agent("critic", 10, consumed=["x"], links=["writer0"]))
    assert len(pairs(trace)) == 1


def test_an_agent_may_lead_to_itself_but_not_within_one_invocation():
    trace = of(
        agent("writer", 0, produced=["x"]),
        Span("chat", span_id="c", parent_id="writer0", start_ns=1, end_ns=2, consumed=["x"]),
        agent("writer", 10, consumed=["x"]),
    )
    assert pairs(trace) == [("writer", "writer", None)]


def test_what_an_invocation_and_a_span_within_it_took_counts_once():
    trace = of(
        agent("writer", 0, produced=["x"]),
        agent("critic", 10, consumed=["x"], end_ns=30),
        Span("evaluate", span_id="e", parent_id="critic10", start_ns=11, end_ns=12, consumed=["x"]),
    )
    assert pairs(trace) == [("writer", "critic", None)]


def test_calls_lead_from_parents_to_children_across_what_lies_between():
    trace = of(
        agent("planner", 0, end_ns=50),
        Span("step", span_id="s", parent_id="planner0", start_ns=1, end_ns=40),
        agent("writer", 2, "s"),
    )
    assert pairs(trace, layer="call") == [("planner", "writer", None)]
    assert layer_of(trace.tree) == "call"


def test_a_trace_that_says_anything_of_artifacts_or_links_has_that_layer():
    assert layer_of(of(agent("writer", 0, produced=["x"])).tree) == "artifact"
    assert layer_of(of(agent("writer", 0, links=["root"])).tree) == "artifact"


def test_another_layer_is_refused():
    with pytest.raises(BadArgument, match="layer='calls' is no layer of dependencies; valid: artifact, call, service"):
        passages(of().tree, "agent", "calls")  # type: ignore[arg-type]  # the mistake


def test_rounds_count_how_often_a_chain_comes_back():
    turns = [
        agent("critic" if at % 2 else "writer", 10 * at, consumed=[f"x{at}"], produced=[f"x{at + 1}"])
        for at in range(5)
    ]
    trace = of(*turns)
    made = [one for one in passages(trace.tree, "agent", "artifact") if one.source != "(external)"]
    assert list(chain_rounds(made).values()) == [0, 1, 1, 2]


@by_id(SERVICEGRAPH)
def test_pairs_of_services_are_the_collectors(case):
    spans = [
        Span(
            "call",
            trace_id=row["trace_id"],
            span_id=row["span_id"],
            parent_id=row["parent_id"] or None,
            kind=row["kind"],
            start_ns=row["start"],
            end_ns=row["end"],
            resource={"service.name": row["service"]},
        )
        for row in case["spans"]
    ]
    real = [
        edge for edge in case["expected_edges"] if edge["connection_type"] != "virtual_node"
    ]  # ours has no such nodes
    found = pairs(Trace.of(spans), "service", "service")
    assert found == [(edge["client"], edge["server"], None) for edge in real]


@by_id(SPARK)
def test_services_that_are_parents_and_children_depend_on_each_other_as_sparks_do(case):
    spans = [
        Span(
            row["name"],
            span_id=row["span_id"],
            parent_id=row["parent_id"],
            service=row["service"],
            operation=row["name"],
        )
        for row in case["spans"]
    ]
    found = pairs(Trace.of(spans), "service", "service")
    assert sorted(found) == sorted((source, target, None) for source, target, _ in case["expected_edges"])
