from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from loops import Loop, loop
from strategies import traces

from pytest_flock_trace.analysis.learning.lesson import Lesson, learn
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


def broken(lesson: Lesson, trace: Trace) -> list[str]:
    """The rules that `flock-trace check` would report."""
    return [repr(one.rule) for one in lesson.rules if one.rule.verdict(trace).outcome == "failed"]


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    random = Random(20)
    return learn([loop(f"t{number}", random.randint(1, 3)) for number in range(20)])


def test_what_is_learnt_holds_in_more_runs_of_the_kind(lesson: Lesson) -> None:
    random = Random(21)

    assert [broken(lesson, loop("t", random.randint(1, 3))) for _ in range(20)] == [[]] * 20


@pytest.mark.parametrize(
    "trace",
    [
        loop("fourth round", 4),
        loop("missing review", 3, unreviewed=True),
        loop("no review", 1, unreviewed=True),
        loop("failing writer", 2, failing=True),
    ],
    ids=lambda trace: trace.name,
)
def test_what_is_learnt_does_not_hold_where_something_is_wrong(lesson: Lesson, trace: Trace) -> None:
    assert broken(lesson, trace)


def test_there_are_few_rules_and_none_is_superfluous(lesson: Lesson) -> None:
    assert len(lesson.rules) <= 12
    assert all(one.alone for one in lesson.rules)
    assert sum(one.alone for one in lesson.rules) == lesson.killed
    assert {one.support for one in lesson.rules} == {20}


def test_fewer_rules_can_be_asked_for_and_the_best_come_first() -> None:
    runs = [loop(f"t{number}", 2) for number in range(3)]
    few, many = learn(runs, most=2), learn(runs)

    assert len(few.rules) == 2
    assert few.rules[0] == many.rules[0]
    assert few.killed < many.killed


def test_what_happened_in_one_or_two_of_many_runs_teaches_nothing() -> None:
    odd = Loop("odd")
    odd.invoke("publisher", after=odd.invoke("writer"))
    odd.invoke("archivist", "shelve")
    lesson = learn([*(loop(f"t{number}", 2) for number in range(9)), odd.trace])

    assert not any("shelve" in repr(one.rule) and one.support < 3 for one in lesson.rules)


def test_traces_in_which_nobody_works_do_not_keep_a_rule_from_demanding_something() -> None:
    idle = [
        Trace.of([Span("set_up", span_id="a", end_ns=9), Span("read", span_id="b", parent_id="a", end_ns=5)])
        for _ in range(3)
    ]
    runs = [loop(f"t{at}", 1 + at % 3) for at in range(6)]
    lesson = learn([*runs, *idle])

    assert (lesson.traces, lesson.working) == (9, 6)
    assert {one.support for one in lesson.rules} == {6}
    assert "when(span(agent='*'), then=exactly(1, span(agent='publisher')))" in [repr(one.rule) for one in lesson.rules]
    assert [broken(lesson, trace) for trace in idle] == [[]] * 3


def test_where_there_are_neither_agents_nor_tools_spans_go_by_their_names() -> None:
    def pipeline(name: str) -> Trace:
        steps = [
            Span(step, span_id=f"{name}{step}", parent_id=name, trace_id=name, start_ns=at * 9, end_ns=at * 9 + 5)
            for at, step in enumerate(("fetch", "parse", "store"))
        ]
        return Trace.of([Span("pipeline", span_id=name, trace_id=name, end_ns=99), *steps])

    lesson = learn([pipeline(f"t{at}") for at in range(3)])

    assert all("agent" not in repr(one.rule) for one in lesson.rules)
    assert lesson.killed > lesson.mutants / 2


def test_traces_that_say_nothing_teach_nothing() -> None:
    assert learn([Trace.of([Span("root", span_id="a", end_ns=9)])]).rules == []


def test_progress_is_told_up_to_the_last_step() -> None:
    told: list[tuple[int, int]] = []
    learn([loop("t", 2)], progress=lambda done, of: told.append((done, of)))

    assert [done for done, _ in told] == list(range(len(told)))
    assert {of for _, of in told} == {len(told)}


@settings(max_examples=25)
@given(traces())
def test_no_rule_is_broken_by_what_it_was_learnt_from(trace: Trace) -> None:
    lesson = learn([trace])

    assert broken(lesson, trace) == []
    assert lesson.killed <= lesson.mutants
