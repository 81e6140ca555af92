from __future__ import annotations

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.red import red
from pytest_flock_trace.analysis.statistics import statistics
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace


def span(span_id: str, name: str, start: int, end: int, parent: str | None = "run", **traits: object) -> Span:
    return Span(name, span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, **traits)


def shop() -> Trace:
    return Trace.of(
        [
            span("run", "checkout", 0, 100, None, attributes={RUN_ATTRIBUTE: "checkout"}),
            span("1", "Cart.load", 0, 40, attributes={"shard": "a"}),
            span("2", "Db.query", 10, 20, "1", attributes={"shard": "a"}, status="error"),
            span("3", "Db.query", 15, 30, "1", attributes={"shard": 7}),
            span("4", "Cart.save", 50, 90, resource={"service.name": "ignored"}),
        ]
    )


def test_a_row_describes_the_spans_of_an_operation():
    assert vars(statistics(shop())["query"]) == {
        "count": 2,
        "errors": 1,
        "total": 25,
        "mean": 13,
        "min": 10,
        "max": 15,
        "p50": 13,
        "p95": 15,
        "p99": 15,
        "self_total": 25,
        "share": 0.25,
    }


def test_self_time_leaves_out_what_direct_children_cover():
    row = statistics(shop())["load"]
    assert (row.total, row.self_total, row.share) == (40, 20, 0.2)


def test_a_share_is_of_the_time_that_traces_took_and_not_of_the_time_between_them():
    first = span("1", "Cart.load", 0, 40, None)
    second = span("2", "Cart.save", 1_000, 1_060, None).replace(trace_id="other")
    assert statistics(Trace.of([first, second]))["save"].share == 0.6


def test_rows_come_by_count_then_by_name_and_leave_the_run_out():
    assert list(statistics(shop())) == ["query", "load", "save"]
    assert list(statistics(shop(), by="service")) == ["Cart", "Db"]
    assert list(statistics(shop(), by="name")) == ["Db.query", "Cart.load", "Cart.save"]


def test_an_attributes_values_are_subjects_as_text_and_spans_without_it_form_a_group():
    table = statistics(shop(), by="attributes.shard")
    assert {subject: row.count for subject, row in table.items()} == {"a": 2, "(without)": 1, "7": 1}


def test_agents_are_counted_by_their_invocations():
    trace = Trace.of(
        [
            Span("Agent.execute", span_id="1", end_ns=9, attributes={"agent.name": "writer"}),
            Span("Tool.call", span_id="2", parent_id="1", end_ns=9),
        ]
    )
    assert {subject: row.count for subject, row in statistics(trace, by="agent").items()} == {"writer": 1}


def test_a_function_may_say_the_subject_and_leave_spans_out():
    table = statistics(shop(), by=lambda span: len(span.name) if span.service else None)
    assert {subject: row.count for subject, row in table.items()} == {8: 2, 9: 2}


def test_several_fields_together_are_a_subject():
    table = statistics(shop(), by=("service", "attributes.shard"))
    assert table["Cart", "(without)"].total == 40
    assert list(table) == [("Cart", "(without)"), ("Cart", "a"), ("Db", "7"), ("Db", "a")]


def test_a_span_that_lacks_one_of_several_fields_is_left_out():
    trace = Trace.of([Span("lonely", span_id="1", end_ns=5)])
    assert dict(statistics(trace, by=("service", "operation"))) == {}


def test_an_unknown_field_is_refused_with_the_valid_ones():
    with pytest.raises(BadArgument, match=r"'serivce'.*service.*attributes\.KEY"):
        statistics(shop(), by="serivce")


def test_a_subject_that_is_not_there_is_explained_by_those_that_are():
    with pytest.raises(KeyError, match=r"no operation is 'safe'; did you mean 'save'\? \(seen: query, load, save\)"):
        statistics(shop())["safe"]


def test_every_number_can_be_asked_of_another_trace():
    row, other = statistics(shop())["load"], Trace.of([span("x", "Cart.load", 0, 10, None)])
    assert [getattr(row, name).question.ask(other) for name in vars(row)] == [1, 0, *[10] * 8, 1.0]
    empty = Trace.of([])
    assert [getattr(row, name).question.ask(empty) for name in vars(row)] == [0] * 11


def test_a_trace_without_duration_is_shared_by_nobody():
    assert statistics(Trace.of([span("x", "moment", 5, 5)]), by="name")["moment"].share == 0


def test_an_empty_trace_has_no_rows():
    assert dict(statistics(Trace.of([]))) == {}


@given(traces())
def test_totals_and_self_times_of_the_rows_are_those_of_the_spans(trace):
    rows = list(statistics(trace, by="name").values())
    assert sum(row.total for row in rows) == sum(span.duration for span in trace)
    assert sum(row.self_total for row in rows) == sum(map(trace.self_time, trace))
    for row in rows:
        assert row.min <= row.mean <= row.max
        assert row.min <= row.p50 <= row.p95 <= row.p99 <= row.max
        assert 0 <= row.self_total <= row.total


@given(traces())
def test_counts_errors_and_percentiles_agree_with_red(trace):
    table, reds = statistics(trace, by="operation"), red(trace, by="operation")
    assert list(table) == list(reds)
    for subject, row in table.items():
        other = reds[subject]
        assert (row.count, row.errors, row.p50, row.p95, row.p99) == (
            other.count,
            other.errors,
            other.p50,
            other.p95,
            other.p99,
        )
