from __future__ import annotations

import pytest

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, TEST_ATTRIBUTE, Event, Span
from pytest_flock_trace.store.query import names, query

AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}
SUBJECTS = {
    "dependencies": "target",
    "dependency_operations": "target",
    "model_usage": "subject",
    "red": "subject",
    "statistics": "subject",
    "subject_series": "subject",
    "tool_usage": "subject",
}
"""The column in which a query that groups names what it groups by."""
GROUPS = [(name, by) for name in names() for by in query(name).by]


def invocation(number: int, start: int, end: int, **traits: object) -> Span:
    return Span("invoke_agent writer", span_id=str(number), start_ns=start, end_ns=end, attributes=AGENT, **traits)


def test_there_is_a_query_for_each_analysis():
    assert {"dependencies", "errors", "red", "slowest", "statistics"} <= set(names())


@pytest.mark.parametrize("name", names())
def test_every_query_says_what_it_is(name: str):
    one = query(name)

    assert one.name == name
    assert 3 < len(one.title) < 60
    assert len(one.about) > 40
    assert not one.sql.startswith("--")


@pytest.mark.parametrize("name", [name for name in names() if not query(name).needs])
def test_every_query_runs_as_it_stands_in_an_empty_store(recording, name: str):
    assert recording().sql(query(name).sql).fetchall() == []


@pytest.mark.parametrize(("name", "by"), GROUPS)
def test_a_query_that_groups_runs_by_each_column_it_names(recording, name: str, by: str):
    said = {"agent.name": "writer", "input.artifacts": '[{"id": "t1", "type": "crew.Ticket"}]'}
    said |= {"openinference.span.kind": "LLM", "llm.model_name": "gpt", "tool.name": "search"}
    run = Span("run", span_id="0", trace_id="t", attributes={RUN_ATTRIBUTE: "review", TEST_ATTRIBUTE: "test_it"})
    span = Span("Agent.execute", span_id="1", parent_id="0", trace_id="t", attributes=said)
    expected = {"agent": "writer", "service": "Agent", "operation": "execute", "name": "Agent.execute"}
    expected |= {"model": "gpt", "tool": "search", "trace_id": "t", "test": "test_it"}

    rows = recording(run, span).store.saved(name, by=by)
    assert rows.fetchone()[rows.columns.index(SUBJECTS[name])] == expected[by]


def test_every_query_that_groups_is_held_to_it():
    assert {name for name, _ in GROUPS} == set(SUBJECTS)


def test_no_two_queries_have_one_title():
    assert len({query(name).title for name in names()}) == len(names())


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_query_says_once_what_it_groups_by(name: str):
    assert query(name).sql.count(f"VALUES ('{query(name).by[0]}')") == 1


def test_a_column_that_a_query_does_not_group_by_is_refused():
    with pytest.raises(BadArgument, match="by='colour'.*agent, service, operation"):
        query("red", by="colour")


def test_a_query_that_does_not_group_refuses_any_column():
    with pytest.raises(BadArgument, match="by='agent'.*none"):
        query("slowest", by="agent")


def test_a_query_on_tables_that_only_files_hold_is_refused_by_a_test_s_store(recording):
    assert query("test_outcomes").needs == ("tests", "test_traces")

    with pytest.raises(BadArgument, match=r"'test_outcomes' asks of tests and test_traces.*ask it of a file"):
        recording().store.saved("test_outcomes")


def test_rates_are_told_of_times_that_lie_further_apart_than_64_bits_hold(recording):
    live = recording(invocation(1, -(2**63), 0), invocation(2, 0, 2**63 - 1))

    assert live.answer("red", "rate") == [(pytest.approx(2e9 / 2**64),)]
    assert live.answer("statistics", "count", by="agent") == [(2,)]


def test_red_counts_invocations_their_errors_and_their_rate(recording):
    live = recording(invocation(1, 0, 10), invocation(2, 5, 25, status="error"), invocation(3, 0, 2_000_000_000))

    rows = live.store.saved("red")

    assert rows.columns == ["subject", "count", "errors", "error_rate", "rate", "p50", "p95", "p99"]
    assert rows.fetchall() == [("writer", 3, 1, pytest.approx(1 / 3), 1.5, 20, 1_800_000_002, 1_960_000_000)]


def test_red_has_no_rate_for_one_span_or_where_no_time_passed(recording):
    assert recording(invocation(1, 0, 10)).store.saved("red").fetchone()[4] is None
    assert recording(invocation(1, 3, 3), invocation(2, 3, 3)).store.saved("red").fetchone()[4] is None


def test_run_roots_count_for_agents_only(recording):
    root = Span("review", span_id="1", attributes={**AGENT, RUN_ATTRIBUTE: "review"}, resource={"service.name": "crew"})
    store = recording(root).store

    assert [len(store.saved("red", by=by)) for by in ("agent", "service", "operation")] == [1, 0, 0]
    assert [len(store.saved("statistics", by=by)) for by in ("agent", "name")] == [1, 0]


def test_slowest_leaves_run_roots_out_and_stops_at_twenty(recording):
    root = Span("review", span_id="r", end_ns=10**9, attributes={RUN_ATTRIBUTE: "review"})
    rows = recording(root, *(Span("s", span_id=str(n), parent_id="r", end_ns=n) for n in range(30))).store.saved(
        "slowest"
    )

    assert rows.columns[:5] == ["label", "run", "duration", "self_time", "status_code"]
    assert [row[2] for row in rows] == list(range(29, 9, -1))
    assert rows.fetchone()[:5] == ("s", "review", 29, 29, "UNSET")


def test_errors_say_what_went_wrong_under_which_parent(recording):
    boom = Event("exception", 3, {"exception.type": "ValueError", "exception.message": "boom"})
    rows = recording(
        Span("parent", span_id="1", status="error", status_description="said", events=[boom], start_ns=0),
        Span("child", span_id="2", parent_id="1", status="error", events=[Event("log"), boom, boom], start_ns=1),
        Span("orphan", span_id="3", parent_id="lost", status="error", start_ns=2),
        Span("fine", span_id="4", parent_id="1", events=[boom]),
    ).store.saved("errors")

    assert rows.columns[:3] == ["label", "message", "parent"]
    assert [row[:3] for row in rows] == [
        ("parent", "said", None),
        ("child", "boom", "parent"),
        ("orphan", None, None),
    ]


def test_an_error_stands_once_where_ids_repeat(recording):
    rows = recording(
        Span("first", span_id="1", start_ns=0),
        Span("second", span_id="1", start_ns=5),
        Span("child", span_id="2", parent_id="1", status="error", start_ns=9),
    ).store.saved("errors")

    assert [row[:3] for row in rows] == [("child", None, "second")]
