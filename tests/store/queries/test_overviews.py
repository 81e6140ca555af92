"""Traces, workflows, correlations and what went on through time."""

from __future__ import annotations

from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span

RUN = {RUN_ATTRIBUTE: "review"}
WRITER = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}
CRITIC = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "critic"}


def test_a_trace_is_one_row_the_latest_first(recording):
    live = recording(
        Span("publish", span_id="1", trace_id="t", start_ns=10, end_ns=20),
        Span(
            "invoke_agent writer", span_id="2", trace_id="t", parent_id="1", start_ns=12, end_ns=90, attributes=WRITER
        ),
        Span(
            "invoke_agent critic", span_id="3", trace_id="t", parent_id="1", end_ns=30, start_ns=15, attributes=CRITIC
        ),
        Span("stray", span_id="4", trace_id="t", parent_id="lost", start_ns=11, end_ns=12, status="error"),
        Span("later", span_id="1", trace_id="u", start_ns=50, end_ns=51),
    )

    assert live.store.saved("traces").columns == [
        *("trace_id", "root", "start_time", "duration", "spans", "errors", "roots", "agents")
    ]
    assert live.store.saved("traces").fetchall() == [
        ("u", "later", 50, 1, 1, 0, 1, None),
        ("t", "publish", 10, 80, 4, 1, 2, "critic, writer"),
    ]


def test_a_workflow_fails_with_what_happens_in_it_even_if_itself_ends_well(recording):
    live = recording(
        Span("a", span_id="1", trace_id="t", end_ns=100, attributes=RUN),
        Span("step", span_id="2", trace_id="t", parent_id="1", end_ns=5, status="error"),
        Span("a", span_id="1", trace_id="u", end_ns=300, attributes=RUN, status="error"),
        Span("a", span_id="1", trace_id="v", end_ns=200, attributes=RUN),
        Span("background", span_id="1", trace_id="w", end_ns=7),
    )

    columns = ("workflow", "count", "failed", "own_errors", "failure_rate", "spans", "p50", "max")
    assert live.answer("workflows", *columns) == [
        ("review", 3, 2, 1, 2 / 3, 1 / 3, 200, 300),
        ("background", 1, 0, 0, 0.0, 0.0, 7, 7),
    ]


def test_a_run_inside_a_run_is_a_workflow_too(recording):
    live = recording(
        Span("outer", span_id="1", end_ns=100, attributes={RUN_ATTRIBUTE: "outer"}),
        Span("inner", span_id="2", parent_id="1", end_ns=50, attributes={RUN_ATTRIBUTE: "inner"}),
    )

    assert live.answer("workflows", "workflow", "spans") == [("inner", 0.0), ("outer", 1.0)]


def test_what_has_one_correlation_id_is_one_row_across_traces(recording):
    one, other = {"correlation_id": "c1"}, {"correlation_id": 7}
    live = recording(
        Span("publish", span_id="1", trace_id="t", start_ns=10, end_ns=20, attributes=one),
        Span("invoke_agent writer", span_id="1", trace_id="u", start_ns=15, end_ns=40, attributes={**WRITER, **one}),
        Span("late", span_id="2", trace_id="u", start_ns=50, end_ns=60, attributes=other, status="error"),
        Span("none", span_id="3", trace_id="u", start_ns=99),
        Span("empty", span_id="4", trace_id="u", attributes={"correlation_id": ""}),
        Span("mentioned", span_id="5", trace_id="u", attributes={"said": '"correlation_id"'}),
    )

    assert live.store.saved("correlations").fetchall() == [
        ("7", 1, 1, 1, 50, 10, None),
        ("c1", 2, 2, 0, 10, 30, "writer"),
    ]


def test_a_time_series_has_sixty_stretches_the_empty_ones_too(recording):
    live = recording(
        Span("run", span_id="0", end_ns=5_000, attributes=RUN),
        Span("a", span_id="1", parent_id="0", start_ns=1_000, end_ns=1_040, status="error"),
        Span("invoke_agent writer", span_id="2", parent_id="0", start_ns=1_009, end_ns=1_069, attributes=WRITER),
        Span("b", span_id="3", parent_id="0", start_ns=1_010, end_ns=1_011),
        Span("c", span_id="4", parent_id="0", start_ns=1_599, end_ns=1_599),
    )

    columns = ("start_time", "width", "count", "errors", "invocations", "error_rate", "rate", "p50", "p95")
    rows = live.answer("time_series", *columns)

    assert [row[0] for row in rows] == list(range(1_000, 1_600, 10))
    assert rows[0] == (1_000, 10, 2, 1, 1, 0.5, 2e8, 50, 59)
    assert rows[1] == (1_010, 10, 1, 0, 0, 0.0, 1e8, 1, 1)
    assert rows[2] == (1_020, 10, 0, 0, 0, None, 0.0, None, None)
    assert rows[-1][:3] == (1_590, 10, 1)


def test_a_time_series_of_a_moment_has_one_stretch(recording):
    columns = ("start_time", "width", "count")

    assert recording(Span("a", span_id="1", start_ns=5)).answer("time_series", *columns) == [(5, 1, 1)]


def test_a_time_series_never_has_more_than_sixty_stretches(recording):
    for extent in (1, 58, 59, 60, 61, 119, 120, 10**9 + 1):
        live = recording(Span("a", span_id="1", end_ns=1), Span("b", span_id="2", start_ns=extent, end_ns=extent))
        counts = [count for (count,) in live.answer("time_series", "count")]

        assert len(counts) <= 60
        assert sum(counts) == 2
