"""What agents did, side by side or waiting for each other."""

from __future__ import annotations

from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span


def invocation(agent: str, number: int, start: int, end: int, **traits: object) -> Span:
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent}
    traits = {"trace_id": "t", **traits}
    return Span(f"invoke_agent {agent}", span_id=str(number), start_ns=start, end_ns=end, attributes=said, **traits)


def test_an_agent_has_its_invocations_and_what_happened_in_them(recording):
    live = recording(
        invocation("writer", 1, 0, 100),
        Span("chat", span_id="2", trace_id="t", parent_id="1", start_ns=10, end_ns=70, status="error"),
        Span(
            "look up", span_id="3", trace_id="t", parent_id="1", start_ns=70, end_ns=80, attributes={"tool.name": "x"}
        ),
        invocation("critic", 4, 75, 79, parent_id="3", status="error"),
        invocation("writer", 5, 0, 300, trace_id="u"),
    )

    rows = live.store.saved("agent_performance")
    assert rows.columns == [
        *("agent", "count", "errors", "error_rate", "total", "p50", "p95", "max", "traces"),
        *("spans", "failed_spans", "tools", "self_total"),
    ]
    assert rows.fetchall() == [
        ("writer", 2, 0, 0.0, 400, 200, 290, 300, 2, 4, 1, 1, 30 + 60 + 6 + 300),
        ("critic", 1, 1, 1.0, 4, 4, 4, 4, 1, 1, 1, 0, 4),
    ]


def test_invocations_that_touch_do_not_run_side_by_side(recording):
    live = recording(
        *(invocation("writer", number, start, start + 10) for number, start in enumerate((0, 10, 15, 18, 40))),
        invocation("critic", 7, 0, 5),
        invocation("critic", 8, 5, 9),
        invocation("idle", 9, 3, 3),
    )

    columns = ("agent", "count", "peak", "peak_at", "total", "busy", "overlapped", "mean")
    assert live.answer("concurrency", *columns) == [
        ("writer", 5, 3, 18, 50, 38, 10, 50 / 38),
        ("critic", 2, 1, 0, 9, 9, 0, 1.0),
        ("idle", 1, 1, 3, 0, 0, 0, 1.0),
    ]


def test_an_agent_waits_from_the_end_of_what_was_made_for_it_last(recording):
    live = recording(
        Span("publish", span_id="1", trace_id="t", start_ns=0, end_ns=10, produced=["a", "b"]),
        invocation("writer", 2, 15, 20, consumed=["a"], produced=["c"]),
        invocation("critic", 3, 50, 60, consumed=["a", "c", "unknown"]),
        invocation("critic", 4, 8, 9, consumed=["b"]),
        invocation("critic", 5, 70, 80, consumed=["unknown"]),
    )

    columns = ("agent", "waits", "total", "p50", "max", "share")
    assert live.answer("queue_times", *columns) == [
        ("critic", 2, 30, 15, 30, 30 / 41),
        ("writer", 1, 5, 5, 5, 5 / 10),
    ]


def test_the_way_of_an_artifact_is_told_from_who_made_it_to_whoever_took_it(recording):
    live = recording(
        Span("publish", span_id="1", trace_id="t", start_ns=0, end_ns=10, produced=[Artifact("a", "Ticket")]),
        invocation("writer", 2, 15, 20, consumed=["a", "x"], produced=[Artifact("c", "Draft")]),
        invocation("critic", 3, 5, 9, consumed=["a"]),
    )

    assert live.store.saved("artifact_flow").fetchall() == [
        ("a", "Ticket", "publish", "critic", 10, 5, 0, "t", "3"),
        ("a", "Ticket", "publish", "writer", 10, 15, 5, "t", "2"),
        ("x", None, "(external)", "writer", None, 15, None, "t", "2"),
        ("c", "Draft", "writer", None, 20, None, None, "t", "2"),
    ]


def test_time_in_which_spans_only_wait_is_idle(recording):
    run = {RUN_ATTRIBUTE: "review"}
    live = recording(
        Span("review", span_id="1", trace_id="t", end_ns=100, attributes=run),
        Span("run_until_idle", span_id="2", trace_id="t", parent_id="1", start_ns=5, end_ns=95, waits=True),
        Span("first", span_id="3", trace_id="t", parent_id="1", start_ns=10, end_ns=30),
        Span("inside", span_id="4", trace_id="t", parent_id="3", start_ns=12, end_ns=20),
        Span("second", span_id="5", trace_id="t", parent_id="1", start_ns=32, end_ns=40),
        Span("third", span_id="6", trace_id="t", parent_id="1", start_ns=70, end_ns=90),
        Span("alone", span_id="1", trace_id="u", end_ns=9),
        Span("busy", span_id="1", trace_id="v", end_ns=9),
        Span("all of it", span_id="2", trace_id="v", parent_id="1", end_ns=9),
    )

    rows = live.store.saved("idle_times")
    assert rows.columns == ["trace_id", "root", "duration", "idle", "share", "longest", "next", "gaps"]
    assert rows.fetchall() == [("t", "review", 100, 52, 0.52, 30, "third", 2)]
