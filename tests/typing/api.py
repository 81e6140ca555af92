"""The page of tests that users read first, with what each expression is known to be."""
# pyright: strict

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from typing_extensions import assert_type

from pytest_flock_trace import (
    Answer,
    Count,
    CriticalPath,
    DependencyGraph,
    Duration,
    Edge,
    Pattern,
    Rule,
    Selection,
    Span,
    Trace,
    TracedRun,
    TracedRuns,
    TraceSnapshot,
    TraceStore,
    Trajectory,
    Usage,
    Verdict,
    acyclic,
    at_least,
    critical_path,
    dependencies,
    each,
    edge_list,
    exactly,
    instrument,
    never,
    only_edges,
    order,
    precedence,
    red,
    response,
    skip_trace,
    span,
    trace_openai_agents,
    trajectory,
    uninstrument,
    usage,
    when,
)
from pytest_flock_trace.interop import span_query


class Crew(Protocol):
    async def publish(self, artifact: str) -> None: ...
    async def run_until_idle(self) -> None: ...


@pytest.fixture  # type: ignore[misc]  # pytest's own declaration has Any in it
async def review(traced_run: TracedRuns, crew: Crew) -> TracedRun:
    async with traced_run("customer_review") as run:
        await crew.publish("customer review")
        await crew.run_until_idle()
    return run


async def test_the_critic_answers_the_writer(review: TracedRun) -> None:
    assert span(agent="critic", after=span(agent="writer")) in review
    assert span(status="error") not in review
    assert review.count(span("llm.*", under=span(agent="critic"))) == 2
    assert each(span("tool.*"), under=span(agent="researcher")) in review
    assert response(span(agent="writer"), span(agent="critic"), within="2s") in review


async def test_no_agent_triggers_itself(review: TracedRun, trace_snapshot: TraceSnapshot) -> None:
    graph = dependencies(review)
    assert graph.cycles == []
    assert_type(graph, DependencyGraph)
    assert_type(graph.edges, tuple[Edge, ...])
    assert_type(graph.mermaid(), str)
    assert_type(graph.cyclic, tuple[Edge, ...])
    assert_type(edge_list(graph, operations=True, width=100, limit=20), str)
    for (source, target), edge in graph.edges[0].operations.items():
        assert_type((source, target, edge), tuple[str, str, Edge])
    assert acyclic() in review
    assert graph == trace_snapshot
    assert review == trace_snapshot
    assert review == trace_snapshot(name="models", attributes=["gen_ai.request.*"], hide=span("db.*"), collapse="t.*")
    assert only_edges("planner -> researcher", "planner -> writer", by="agent") in review


@pytest.mark.latency_budget("250ms")
@pytest.mark.latency_budget("80ms", span="llm.*", percentile=95)
@pytest.mark.latency_budget("80ms", span=span(agent="writer"), critical_path=True)
@pytest.mark.usage_budget(tokens=5_000, cost=0.05, calls=3, prices={"gpt-x*": (2.5, 10)})
@pytest.mark.error_budget(rate=0.05, by="agent")
@pytest.mark.trace_contract(never(span(status="error")), when("llm.*", then=at_least(1, span(agent="*"))))
async def test_is_fast_enough(review: TracedRun) -> None:
    assert critical_path(review).time(agent="writer") <= "120ms"
    assert red(review)["writer"].errors == 0
    assert usage(review).total_tokens <= 5_000
    assert usage(review, prices={"gpt-x*": (2.5, 10)}).cost < 0.05
    assert review.sql("select count(*) from spans").fetchone() == (len(review),)


def test_of_what_everything_is(review: TracedRun, trace_store: TraceStore) -> None:
    del trace_store
    pattern = span("llm.*", agent="critic", faster_than="2s", where=lambda one: one.duration > "1ms") | "chat *"
    assert_type(pattern, Pattern)
    assert_type(~pattern & "x", Pattern)
    assert_type(span_query({"name_equals": "chat"}), Pattern)
    assert_type(review.find(pattern), Selection)
    assert_type(review.find(pattern)[0], Span)
    assert_type(review.one("chat"), Span)
    assert_type(review.count(pattern), Count)
    assert_type(review.duration, Duration)
    assert_type(review.parent(review.one("chat")), Span | None)
    assert_type(critical_path(review), CriticalPath)
    rule = ~never("delete_*") | (exactly(2, "chat") & order("plan", "act") & precedence("a", "b", among="agent.*"))
    assert_type(rule, Rule)
    assert_type(rule.holds(review), bool)
    assert_type(rule.verdict(review), Verdict)
    assert_type(rule.verdict(review).culprits, Sequence[Span])
    assert_type(trajectory(review, by="agent"), Trajectory)
    assert_type(trajectory(review).matches([("search", {"q": "bees"}), "read"], mode="superset"), Answer)
    assert_type(trajectory(review).score(["search"], order="in_order"), float)
    assert_type(usage(review), Usage)
    assert_type(usage(review).by("agent")["writer"].calls, Count)
    review.check(rule, "chat")


def test_a_file_is_a_trace(traced_run: TracedRuns) -> None:
    night = traced_run.load(Path(".flock") / "traces.duckdb")
    assert_type(night, Trace)
    assert_type(night.trace_id, str | None)
    assert_type(night.traces, list[Trace])
    assert acyclic() not in traced_run.load("traces.duckdb", trace_id="f" * 32)
    assert dependencies(night).cycles == []


class Desk:
    @skip_trace
    def tick(self, times: int) -> str:
        return str(times)

    @skip_trace
    @staticmethod
    def tock() -> int:
        return 1


def test_auto_tracing(desk: Desk) -> None:
    instrument(Desk, services=["Desk"], ignore={"Desk.tick"})
    instrument([Desk])
    instrument("Desk")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(desk.tick(1), str)
    assert_type(Desk.tock(), int)
    uninstrument()
    trace_openai_agents()


def test_a_child_process_is_part_of_a_run(traced_run: TracedRuns) -> None:
    with traced_run("checkout", clock="loop") as run:
        environment: dict[str, str] = traced_run.env()
        assert environment["OTEL_TRACES_EXPORTER"] == "otlp"
    assert run.wait_for(span("charge *"), timeout="5s").service == "payments"
    assert run.wait_for("charge *", timeout=timedelta(seconds=5)).late
