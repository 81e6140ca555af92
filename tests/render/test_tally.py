from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.tally import AgentSamples, RunSummary, TestSummary


def made(name: str, span_id: str, parent: str | None, start: int, end: int, **more: Any) -> Span:
    return Span(name, span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, **more)


def agent(name: str, span_id: str, parent: str | None, start: int, end: int, **more: Any) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return made("invoke_agent", span_id, parent, start, end, attributes=attributes, **more)


def run_root(end: int, **more: Any) -> Span:
    return made("review", "root", None, 0, end, attributes={RUN_ATTRIBUTE: "review"}, **more)


def test_a_run_is_told_by_its_spans_its_agents_and_its_path() -> None:
    spans = [
        run_root(100, status="error"),
        made("Crew.run_until_idle", "idle", "root", 0, 100),
        agent("writer", "w", "idle", 0, 40),
        made("chat", "c", "w", 10, 40),
        agent("critic", "k", "idle", 60, 80, links=["w"], status="error"),
        agent("critic", "l", "idle", 62, 70),
    ]

    summary = RunSummary.of(Trace.of(spans), "t1", "review")

    assert summary == RunSummary(
        trace_id="t1",
        name="review",
        spans=5,
        errors=1,
        duration_ns=100,
        path_ns={"writer": 40, "critic": 20},
        waiting_ns=20,
        queueing_ns=20,
        agents={"writer": AgentSamples([40], 0), "critic": AgentSamples([20, 8], 1)},
    )
    assert summary.path_total_ns == 100


def test_the_path_of_a_run_is_that_of_its_root_alone() -> None:
    spans = [run_root(100), made("a", "a", "root", 0, 60), made("elsewhere", "e", "gone", 0, 500)]

    assert RunSummary.of(Trace.of(spans), "t", "review").path_ns == {"": 100}


def test_without_a_run_the_paths_of_all_roots_count_and_idle_time_does_not() -> None:
    spans = [agent("writer", "w", None, 0, 10), made("b", "b", None, 500, 530)]

    summary = RunSummary.of(Trace.of(spans), "t", "")

    assert summary.path_ns == {"writer": 10, "": 30}
    assert summary.duration_ns == 530
    assert TestSummary("test_a", ambient=summary).total_ns == 40


def test_an_empty_trace_and_a_run_without_spans_come_to_nothing() -> None:
    assert RunSummary.of(Trace.of([]), "t", "n") == RunSummary("t", "n")
    assert RunSummary.of(Trace.of([run_root(7)]), "t", "n").spans == 0


def test_a_test_counts_its_runs_and_what_was_outside_them() -> None:
    run = RunSummary("a", "a", spans=3, errors=1, duration_ns=50)
    ambient = RunSummary("b", "", spans=2, errors=1, duration_ns=900, path_ns={"": 7})

    test = TestSummary("test_a", runs=(run, run), ambient=ambient)

    assert (test.spans, test.errors, test.total_ns) == (8, 3, 107)


COUNTS = st.integers(0, 2**63)
AGENTS = st.dictionaries(st.text(max_size=5), st.builds(AgentSamples, st.lists(COUNTS, max_size=4), COUNTS), max_size=3)
RUNS = st.builds(
    RunSummary,
    trace_id=st.text(max_size=5),
    name=st.text(max_size=5),
    spans=COUNTS,
    errors=COUNTS,
    duration_ns=COUNTS,
    path_ns=st.dictionaries(st.text(max_size=5), COUNTS, max_size=3),
    waiting_ns=COUNTS,
    queueing_ns=COUNTS,
    agents=AGENTS,
)
TESTS = st.builds(
    TestSummary,
    nodeid=st.text(st.characters(codec=None)),  # lone surrogates too: a node id may come from undecodable bytes
    attempt=st.integers(1, 9),
    outcome=st.sampled_from(["passed", "failed", "skipped"]),
    runs=st.lists(RUNS, max_size=3).map(tuple),
    ambient=st.none() | RUNS,
    note=st.text(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine proves nothing
@given(TESTS)
def test_what_is_written_as_json_is_read_back_the_same(test: TestSummary) -> None:
    text = test.to_json()

    assert TestSummary.from_values(json.loads(text)) == test
    assert text.isascii()
    assert text.isprintable()
