from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_flock_trace import Span, Trace, order, span
from pytest_flock_trace.errors import BadPattern


def trace_of(*spans: tuple[str, int, int]) -> Trace:
    return Trace.of(
        [
            Span("root", span_id="root", start_ns=0, end_ns=1_000),
            *(
                Span(name, span_id=str(at), parent_id="root", start_ns=start, end_ns=end)
                for at, (name, start, end) in enumerate(spans)
            ),
        ]
    )


def a_chain_exists(trace: Trace, steps: list[str]) -> bool:
    """Whether some choice of different spans, one for each step, is in order."""
    choices = [[found for found in trace if found.name in step] for step in steps]
    return any(
        len(set(chain)) == len(chain) and all(one.end_ns <= other.start_ns for one, other in pairwise(chain))
        for chain in product(*choices)
    )


STEPS = st.lists(st.sampled_from(("a", "b", "ab", "abc", "d")), min_size=2, max_size=4)
SPANS = st.lists(
    st.builds(
        lambda name, start, length: (name, start, start + length), st.sampled_from("abc"), *[st.integers(0, 4)] * 2
    ),
    max_size=7,
)


@settings(max_examples=500)
@given(SPANS, STEPS)
@example([("a", 0, 0), ("b", 0, 0)], ["ab", "a"])
@example([("a", 0, 0), ("b", 0, 0), ("c", 0, 0)], ["abc", "ab", "a"])
@example([("b", 0, 2), ("a", 2, 2)], ["ab", "a"])
def test_order_holds_where_some_chain_of_different_spans_is_in_order(spans, steps):
    trace = trace_of(*spans)
    patterns = [span(step[0]) if len(step) == 1 else either(step) for step in steps]
    assert order(*patterns).holds(trace) == a_chain_exists(trace, steps)


def either(names: str):
    pattern = span(names[0])
    for name in names[1:]:
        pattern |= name
    return pattern


def test_other_matches_may_stand_before_or_between():
    trace = trace_of(("b", 1, 2), ("a", 3, 4), ("a", 5, 6), ("b", 7, 8))
    assert order("a", "b").holds(trace)
    assert order("b", "a", "b").holds(trace)
    assert not order("a", "b", "a").holds(trace)


def test_a_step_may_start_as_the_one_before_ends_but_not_sooner():
    assert order("a", "b").holds(trace_of(("a", 1, 3), ("b", 3, 4)))
    assert not order("a", "b").holds(trace_of(("a", 1, 3), ("b", 2, 4)))


def test_a_span_is_not_after_itself():
    assert not order("a", "a").holds(trace_of(("a", 1, 1)))
    assert order("a", "a").holds(trace_of(("a", 1, 1), ("a", 1, 1)))


def test_parents_and_children_are_not_in_order():
    assert not order("root", "a").holds(trace_of(("a", 1, 2)))


def test_a_chain_of_ten_thousand_matches_is_followed():
    trace = trace_of(*(("ab"[at % 2], at, at + 1) for at in range(10_000)))
    assert order(*["a", "b"] * 100).holds(trace)
    assert not order("b", *["a"] * 100, "c").holds(trace)


def test_the_chain_is_the_evidence():
    verdict = order("a", "b").verdict(trace_of(("b", 1, 2), ("a", 3, 4), ("b", 7, 8)))
    assert verdict.lines() == [
        "order(span('a'), span('b')) in trace 'trace': each step has a match after the one before",
        "  a  at +3 ns for 1 ns  unset",
        "  b  at +7 ns for 1 ns  unset",
        "by the clock only: no parent, link or artifact leads from a to b",
    ]


def test_what_comes_too_early_is_told():
    verdict = order("a", "b").verdict(trace_of(("b", 1, 2), ("a", 3, 4)))
    assert verdict.outcome == "failed"
    assert verdict.lines() == [
        "order(span('a'), span('b')) in trace 'trace': none that matches span('b') starts after the end of a at +3 ns",
        "  a  at +3 ns for 1 ns  unset — in order",
        "  b  at +1 ns for 1 ns  unset — too early",
    ]


def test_a_span_that_would_have_to_stand_twice_is_told_once():
    verdict = order("a", "a").verdict(trace_of(("a", 1, 2)))
    assert verdict.outcome == "failed"
    assert verdict.lines() == [
        "order(span('a'), span('a')) in trace 'trace': no other span matches span('a')",
        "  a  at +1 ns for 1 ns  unset — in order",
    ]


def test_a_step_that_never_occurs_fails_with_what_was_likely_meant():
    verdict = order("writer", "critic").verdict(trace_of(("writer", 1, 2), ("critc", 3, 4)))
    assert verdict.outcome == "failed"
    assert verdict.lines()[0].endswith("no span matches span('critic')")
    assert verdict.lines()[-1] == "no span has name='critic'; did you mean 'critc'?"


def test_that_something_is_not_in_order_proves_nothing_where_it_never_occurs():
    trace = trace_of(("a", 1, 2), ("b", 1, 2))
    assert (~order("a", "b")).verdict(trace).outcome == "passed"
    assert (~order("a", "c")).verdict(trace).outcome == "vacuous"


def test_order_reads_as_it_is_written():
    assert repr(order("a", span(agent="b"), "c")) == "order(span('a'), span(agent='b'), span('c'))"


def test_one_step_is_no_order():
    with pytest.raises(TypeError):
        order("a")
    with pytest.raises(BadPattern, match="3 is no pattern"):
        order("a", 3)
