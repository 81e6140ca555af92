from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.red import Red, red, summarize
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.question import Count, Ratio
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace

SECOND = 1_000_000_000


def invocation(number: int, agent: str, duration: int, *, status: str = "ok") -> Span:
    return Span(
        "Agent.execute",
        span_id=str(number),
        parent_id="run",
        start_ns=number,
        end_ns=number + duration,
        status=status,
        attributes={"agent.name": agent},
    )


def crew(*more: Span) -> Trace:
    run = Span("review", span_id="run", end_ns=2 * SECOND, attributes={RUN_ATTRIBUTE: "review"})
    return Trace.of(
        [
            run,
            invocation(1, "writer", 100),
            invocation(2, "writer", 200, status="error"),
            invocation(3, "critic", 50),
            Span("Tool.call", span_id="4", parent_id="1", start_ns=5, end_ns=9, status="error"),
            *more,
        ]
    )


def test_an_agent_is_counted_by_its_invocations():
    table = red(crew())
    assert {agent: row.count for agent, row in table.items()} == {"writer": 2, "critic": 1}


def test_an_agents_errors_are_those_of_its_invocations():
    table = red(crew())
    assert (table["writer"].errors, table["writer"].error_rate) == (1, 0.5)
    assert (table["critic"].errors, table["critic"].error_rate) == (0, 0)


def test_services_and_operations_count_every_span_but_the_run():
    assert {name: row.count for name, row in red(crew(), by="service").items()} == {"Agent": 3, "Tool": 1}
    assert {name: row.count for name, row in red(crew(), by="operation").items()} == {"execute": 3, "call": 1}


def test_a_span_without_a_service_has_no_row():
    assert dict(red(Trace.of([Span("lonely", span_id="1", end_ns=5)]), by="service")) == {}


def test_the_rate_is_per_second_of_the_trace():
    assert red(crew())["writer"].rate == 1.0


def test_there_is_no_rate_of_one_span_or_in_an_empty_window():
    assert red(crew())["critic"].rate is None
    moments = [Span("x", span_id=str(at), start_ns=5, end_ns=5) for at in range(3)]
    assert red(Trace.of(moments), by="operation")["x"].rate is None


def test_percentiles_interpolate_and_round_half_a_nanosecond_up():
    assert red(crew())["writer"].p50 == Duration(150)
    found = summarize([1, 2], errors=0, window_ns=0)
    assert (found.p50, found.p95, found.p99) == (2, 2, 2)


def test_subjects_come_by_count_then_by_name():
    more = [invocation(10, "zoe", 1), invocation(11, "zoe", 1), invocation(12, "adam", 1)]
    assert list(red(crew(*more))) == ["writer", "zoe", "adam", "critic"]


def test_a_subject_that_is_not_there_is_explained_by_those_that_are():
    table = red(crew())
    with pytest.raises(KeyError) as raised:
        table["writter"]
    assert str(raised.value) == "no agent is 'writter'; did you mean 'writer'? (seen: writer, critic)"
    assert table.get("writter") is None
    assert isinstance(table, Mapping)


def test_another_kind_of_subject_is_refused():
    with pytest.raises(BadArgument, match=r"'tool'.*agent, service, operation"):
        red(crew(), by="tool")


def test_an_empty_trace_has_no_rows():
    assert dict(red(Trace.of([]))) == {}


def test_every_number_carries_the_same_question_for_another_trace():
    writer = red(crew())["writer"]
    other = crew(invocation(10, "writer", 300), invocation(11, "writer", 300, status="error"))
    assert isinstance(writer.count, Count)
    assert isinstance(writer.error_rate, Ratio)
    assert isinstance(writer.rate, Ratio)
    answers = [number.question.ask(other) for number in (writer.count, writer.errors, writer.error_rate, writer.rate)]
    assert answers == [4, 2, 0.5, 2.0]
    assert writer.p50.question.ask(other) == 250
    assert writer.p50.question.ask(other).question.text == "p50 of agent 'writer' in trace 'trace'"


def test_a_subject_that_another_trace_lacks_counts_as_nothing_there():
    writer, other = red(crew())["writer"], Trace.of([invocation(1, "critic", 5)])
    assert writer.count.question.ask(other) == 0
    assert writer.error_rate.question.ask(other) == 0
    assert writer.rate.question.ask(other) is None
    assert writer.p99.question.ask(other) == Duration(0)
    assert writer.count.question.hint(other) == ["no agent is 'writer' (seen: critic)"]
    assert writer.count.question.hint(crew()) == []


def test_the_evidence_of_errors_are_the_spans_that_failed():
    writer, trace = red(crew())["writer"], crew()
    assert [span.span_id for span in writer.errors.question.evidence(trace)] == ["2"]
    assert [span.span_id for span in writer.error_rate.question.evidence(trace)] == ["2"]


def test_the_evidence_of_a_count_is_all_spans_and_of_a_percentile_the_slowest_first():
    writer, trace = red(crew())["writer"], crew()
    assert [span.span_id for span in writer.count.question.evidence(trace)] == ["1", "2"]
    assert [span.span_id for span in writer.p95.question.evidence(trace)] == ["2", "1"]


def test_pooled_samples_are_summarized_like_a_trace():
    row = red(crew())["writer"]
    pooled = summarize([200, 100], errors=1, window_ns=2 * SECOND)
    assert pooled == row
    assert pooled == Red(2, 1, 0.5, 1.0, Duration(150), Duration(195), Duration(199))


def test_no_samples_are_summarized_as_nothing():
    assert summarize([], errors=0, window_ns=SECOND) == Red(0, 0, 0.0, None, Duration(0), Duration(0), Duration(0))


@given(traces())
def test_operations_count_every_span_and_every_error_once(trace):
    table = red(trace, by="operation")
    assert sum(row.count for row in table.values()) == len(trace)
    assert sum(row.errors for row in table.values()) == sum(span.status == "error" for span in trace)


@given(traces())
def test_percentiles_lie_between_the_shortest_and_the_longest_span(trace):
    for operation, row in red(trace, by="operation").items():
        durations = [span.duration for span in trace if span.operation == operation]
        assert min(durations) <= row.p50 <= row.p95 <= row.p99 <= max(durations)
