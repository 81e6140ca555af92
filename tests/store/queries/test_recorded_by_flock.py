"""What the queries answer on files that Flock itself wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from oracles import trace_file

from pytest_flock_trace.store.file.reading import TraceFileView, viewed
from pytest_flock_trace.store.query import names, query

GROUPED = [(name, by) for name in names() for by in query(name).by or (None,)]
WITHOUT = {"error_patterns", "errors", "exceptions", "duplicates", "irregularities", "retries"}
"""These workflows succeed at once; nothing asks a model or a tool, and nobody has tested them."""
WITHOUT_AT_ALL = WITHOUT | {"model_usage", "tool_usage", "slowest_tests", "test_outcomes"}


@pytest.fixture(scope="module")
def loop() -> Iterator[TraceFileView]:
    """Writer and critic answer each other for three rounds."""
    with viewed(trace_file("flock/loop_traced.duckdb")) as view:
        yield view


@pytest.fixture(scope="module")
def linear() -> Iterator[TraceFileView]:
    """Three agents in a line."""
    with viewed(trace_file("flock/linear_traced.duckdb")) as view:
        yield view


def answer(view: TraceFileView, name: str, *columns: str) -> list[tuple[Any, ...]]:
    rows = view.saved(name)
    at = [rows.columns.index(column) for column in columns]
    return [tuple(row[each] for each in at) for row in rows]


@pytest.mark.parametrize(("name", "by"), GROUPED)
def test_every_query_answers_and_tells_something_where_there_is_something(
    loop: TraceFileView, linear: TraceFileView, name: str, by: str | None
):
    for view in (loop, linear):
        nothing = name in WITHOUT_AT_ALL or by == "test"
        assert (len(view.saved(name, by=by)) == 0) == nothing


def test_the_traces_of_a_loop(loop: TraceFileView):
    assert answer(loop, "traces", "root", "duration", "spans", "errors", "roots", "agents") == [
        ("loop_workflow", 67_172_938, 175, 0, 1, "critic, writer"),
        ("Flock.traced_run", 86_182, 1, 0, 1, None),
        ("Flock.agent", 197_704, 2, 0, 1, None),
        ("Flock.agent", 279_910, 2, 0, 1, None),
    ]


def test_its_workflows(loop: TraceFileView):
    assert answer(loop, "workflows", "workflow", "count", "failed", "spans", "max") == [
        ("Flock.agent", 2, 0, 1.0, 279_910),
        ("Flock.traced_run", 1, 0, 0.0, 86_182),
        ("loop_workflow", 1, 0, 174.0, 67_172_938),
    ]


def test_its_agents_take_turns(loop: TraceFileView):
    assert answer(loop, "agent_performance", "agent", "count", "errors", "traces") == [
        *answered(
            loop, "SELECT agent, count(*), 0, 1 FROM spans WHERE agent <> '' GROUP BY 1 ORDER BY sum(duration) DESC"
        )
    ]
    assert answer(loop, "concurrency", "agent", "count", "peak", "overlapped", "mean") == [
        ("critic", 3, 1, 0, 1.0),
        ("writer", 3, 1, 0, 1.0),
    ]


def answered(view: TraceFileView, query: str) -> list[tuple[Any, ...]]:
    return view.sql(query).fetchall()


def test_its_artifacts_go_to_and_fro(loop: TraceFileView):
    assert answer(loop, "artifact_flow", "artifact", "made_by", "taken_by") == [
        ("Ticket", "Flock.publish", "writer"),
        *[("Draft", "writer", "critic"), ("Review", "critic", "writer")] * 2,
        ("Draft", "writer", "critic"),
        ("Review", "critic", None),
    ]


def test_artifacts_wait_in_the_queue(loop: TraceFileView, linear: TraceFileView):
    assert answer(loop, "queue_times", "agent", "waits", "total", "p50", "max") == [
        ("critic", 3, 16_637_720, 5_613_295, 5_742_887),
        ("writer", 3, 12_744_562, 6_071_041, 6_239_279),
    ]
    assert answer(linear, "queue_times", "agent", "total") == [
        ("publisher", 5_619_114),
        ("reviewer", 5_372_961),
        ("writer", 448_503),
    ]


def test_most_of_what_flock_records_are_hooks(loop: TraceFileView):
    hooks = sum(hooks for (hooks,) in answer(loop, "noisy_operations", "hooks"))

    assert hooks == answered(loop, "SELECT count(*) FROM spans WHERE name LIKE '%.on\\_%' ESCAPE '\\'")[0][0] == 159


def test_everything_happens_below_the_first_publication(linear: TraceFileView):
    assert answer(linear, "fan_out", "label", "children", "labels")[0] == ("Flock.publish", 54, 21)
    assert answer(linear, "deep_chains", "depth", "root", "spans")[0] == (4, "linear_workflow", 94)


def test_one_correlation_holds_a_line_of_agents_together(linear: TraceFileView):
    assert answer(linear, "correlations", "spans", "traces", "duration", "agents") == [
        (66, 1, 36_426_096, "publisher, reviewer, writer")
    ]


def test_a_line_of_agents_has_idle_times(linear: TraceFileView):
    assert answer(linear, "idle_times", "root", "idle", "longest", "next", "gaps")[0] == (
        *("linear_workflow", 11_044_409, 462_393),
        *("CircuitBreakerComponent.on_agent_scheduled", 40),
    )


def test_a_line_of_agents_through_time(linear: TraceFileView):
    rows = answer(linear, "time_series", "width", "count", "invocations")

    assert [len(rows), sum(row[1] for row in rows), sum(row[2] for row in rows)] == [60, 101, 3]
    assert rows[0] == (657_528, 4, 0)


def test_the_largest_payloads_are_those_of_hooks(linear: TraceFileView):
    assert answer(linear, "payload_sizes", "label", "count", "bytes", "input_max", "output_max")[0] == (
        *("OutputUtilityComponent.on_post_evaluate", 3, 14_640),
        *(4_768, 611),
    )
