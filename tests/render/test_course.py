from __future__ import annotations

from hypothesis import given
from strategies import traces

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.course import course_of
from pytest_flock_trace.render.outline import indentation
from pytest_flock_trace.render.rerun import rerun
from pytest_flock_trace.render.shape import FAILED
from pytest_flock_trace.render.skeleton import skeleton


@given(traces())
def test_starts_are_the_lines_of_a_snapshot_without_its_folds(trace: Trace) -> None:
    course = course_of(trace)
    starts = [indentation(one.depth) + one.label for one in course if not one.failed]
    if all(" ×" not in line for line in skeleton(trace).split("\n")) and starts:
        assert starts == [line.removesuffix(FAILED) for line in skeleton(trace).split("\n")]
    assert len(starts) <= len(trace.tree)


@given(traces())
def test_the_next_run_of_the_same_program_takes_the_same_course(trace: Trace) -> None:
    assert course_of(trace) == course_of(rerun(trace))


def test_a_failure_comes_after_all_that_is_below_and_before_those_above() -> None:
    spans = [
        Span("review", span_id="a", end_ns=99, status="error"),
        Span("writer", span_id="b", parent_id="a", start_ns=1, end_ns=9, status="error"),
        Span("chat", span_id="c", parent_id="b", start_ns=2, end_ns=5),
        Span("critic", span_id="d", parent_id="a", start_ns=10, end_ns=20),
    ]
    course = [(one.label, one.depth, one.above, one.failed) for one in course_of(Trace.of(spans))]

    assert course.index(("writer", 1, "review", True)) > course.index(("chat", 2, "writer", False))
    assert course[-1] == ("review", 0, "", True)


def test_hidden_spans_are_no_part_of_it() -> None:
    spans = [Span("review", span_id="a", end_ns=9), Span("log", span_id="b", parent_id="a", end_ns=5)]

    assert [one.label for one in course_of(Trace.of(spans), hide="log")] == ["review"]


def test_a_trace_of_nothing_has_no_course() -> None:
    assert course_of(Trace.of([])) == ()
