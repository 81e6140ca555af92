"""What a failing comparison says."""

from __future__ import annotations

import pytest

from pytest_flock_trace import Span, Trace, critical_path, red, span
from pytest_flock_trace.plugin.explain import explain

INVOKE = {"gen_ai.operation.name": "invoke_agent"}


@pytest.fixture
def trace() -> Trace:
    return Trace.of(
        [
            Span("workflow", span_id="1", end_ns=100_000_000),
            Span(
                "invoke_agent writer",
                span_id="2",
                parent_id="1",
                start_ns=0,
                end_ns=60_000_000,
                attributes={**INVOKE, "gen_ai.agent.name": "writer"},
            ),
            Span(
                "invoke_agent critic",
                span_id="3",
                parent_id="1",
                start_ns=60_000_000,
                end_ns=90_000_000,
                status="error",
                status_description="gave up",
                attributes={**INVOKE, "gen_ai.agent.name": "critic"},
            ),
        ],
        name="review",
    )


def lines(op: str, left: object, right: object) -> list[str]:
    explanation = explain(op, left, right)
    assert explanation is not None
    assert len(explanation.lines) <= 8
    return explanation.lines


def test_a_missing_span_is_explained_by_the_closest(trace: Trace) -> None:
    assert lines("in", span(agent="writer", status="error"), trace) == [
        "span(agent='writer', status='error') in trace 'review': none of 3 spans matches",
        "closest: invoke_agent writer at +0 ns — status is 'unset', expected 'error'",
    ]


def test_a_misspelt_value_is_answered_with_the_nearest(trace: Trace) -> None:
    assert lines("in", span(agent="critc"), trace)[1:] == ["no span has agent='critc'; did you mean 'critic'?"]
    assert lines("in", span(tool="search"), trace)[1:] == ["no span here has a tool at all"]


def test_an_unexpected_span_is_shown_with_its_error(trace: Trace) -> None:
    assert lines("not in", span(status="error"), trace) == [
        "span(status='error') not in trace 'review': 1 span matches",
        "  invoke_agent critic  at +60 ms for 30 ms  ERROR gave up",
    ]


def test_counts_show_what_they_counted(trace: Trace) -> None:
    assert lines("==", trace.count(span(agent="*")), 3) == [
        "2 == 3: count of span(agent='*') in trace 'review' is 2",
        "  invoke_agent writer  at +0 ns for 60 ms  unset",
        "  invoke_agent critic  at +60 ms for 30 ms  ERROR gave up",
    ]
    assert lines("==", trace.count(span(agent="publisher")), 1)[1].startswith("no span has agent='publisher'; seen:")


def test_the_measured_side_may_stand_on_the_right(trace: Trace) -> None:
    assert lines("<=", 5, trace.count(span(agent="*")))[0] == "5 <= 2: count of span(agent='*') in trace 'review' is 2"


def test_durations_and_rates_name_their_question(trace: Trace) -> None:
    assert lines("<=", critical_path(trace).time(agent="writer"), "10ms")[0].startswith("60 ms <= 10 ms: ")
    assert lines("==", red(trace)["critic"].errors, 0)[1] == "  invoke_agent critic  at +60 ms for 30 ms  ERROR gave up"
    assert lines("<=", trace.duration, "1ms")[0] == "100 ms <= 1 ms: duration of trace 'review' is 100 ms"


def test_a_senseless_comparison_is_left_to_speak_for_itself(trace: Trace) -> None:
    assert lines("==", trace.duration, True)[0].startswith("100 ms == True: ")


def test_foreign_comparisons_are_left_alone(trace: Trace) -> None:
    assert explain("==", 1, 2) is None
    assert explain("in", "x", ["y"]) is None
    assert explain("in", 3, trace) is None


def test_questions_can_be_asked_of_another_trace(trace: Trace) -> None:
    other = Trace.of([*trace, Span("chat", span_id="9", parent_id="3", start_ns=61_000_000, end_ns=62_000_000)])
    count = trace.count("chat")
    assert (count, count.question.ask(other)) == (0, 1)


def test_what_holds_is_not_explained_as_if_it_failed(trace: Trace) -> None:
    assert lines("in", span(agent="writer"), trace) == ["span(agent='writer') in trace 'review': 1 span matches"]
    assert lines("not in", "nobody", trace) == ["span('nobody') not in trace 'review': none of 3 spans matches"]
    assert explain("==", trace.count(span(agent="*")), 2) is None
    assert explain("<=", trace.duration, "1s") is None


def test_a_long_value_is_cut_in_the_middle(trace: Trace) -> None:
    long = Trace.of([*trace, Span("chat", span_id="9", attributes={"prompt": "a" * 100_000 + "z"})])
    for pattern in (span("chat", attributes={"prompt": "b"}), span(attributes={"prompt": "b" * 100_000})):
        assert max(map(len, lines("in", pattern, long))) < 700


def test_where_one_condition_is_all_there_is_what_the_spans_have_instead_is_said(trace: Trace) -> None:
    model = Trace.of([*trace, Span("chat", span_id="9", attributes={"model": "small"})])
    assert lines("in", span(attributes={"model": "large"}), model)[1:] == [
        "no span has 'large' as attribute 'model'; seen: 'small'"
    ]
    assert lines("in", span(slower_than="1h"), trace)[1:] == [
        "no span is slower than 1 h; the slowest is workflow at +0 ns, 100 ms"
    ]


def test_the_closest_span_is_the_one_of_that_name_not_the_one_that_came_first(trace: Trace) -> None:
    closest = lines("in", span(agent="critic", before=span(agent="writer")), trace)[1]
    assert closest.startswith("closest: invoke_agent critic at +60 ms — ")


def test_spans_that_should_not_have_been_found_are_shown(trace: Trace) -> None:
    assert lines("==", trace.find(span(status="error")), [])[1] == (
        "  invoke_agent critic  at +60 ms for 30 ms  ERROR gave up"
    )
