from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_flock_trace.analysis.tabulation import tabulate
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.question import Count, Ratio
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True)
class Row:
    number: int
    part: float
    longest: Duration
    nothing: float | None = None


def measure(tree: SpanTree, positions: Sequence[int], window_ns: int) -> Row:
    durations = [tree.spans[at].duration for at in positions]
    return Row(len(positions), sum(durations) / window_ns, max(durations, default=Duration(0)))


def trace_of(*names: str) -> Trace:
    return Trace.of(Span(name, span_id=str(at), start_ns=at, end_ns=at + 10) for at, name in enumerate(names))


def test_numbers_become_the_kinds_that_carry_a_question():
    row = tabulate(trace_of("a", "b"), "name", measure)["a"]
    assert [type(value) for value in (row.number, row.part, row.longest)] == [Count, Ratio, Duration]
    assert row.nothing is None
    assert row.part.question.text == "part of name 'a' in trace 'trace'"


def test_a_question_is_answered_by_the_same_measure():
    row = tabulate(trace_of("a", "b"), "name", measure)["a"]
    assert row.number.question.ask(trace_of("a", "c", "a")) == 2
    assert row.number.question.ask(trace_of("b")) == 0


def test_a_table_keeps_to_the_spans_that_were_there_when_it_was_made():
    class Growing(Trace):
        grown = False

        @property
        def tree(self) -> SpanTree:
            return trace_of("b", "a", "a").tree if self.grown else trace_of("a", "b").tree

    trace = Growing(trace_of().tree)
    table = tabulate(trace, "name", measure)
    trace.grown = True
    assert table["a"].number == 1
    assert tabulate(trace, "name", measure)["a"].number == 2
