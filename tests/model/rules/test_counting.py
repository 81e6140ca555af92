from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import patterns, positive_patterns, traces

from pytest_flock_trace import Span, Trace, absence, at_least, at_most, each, exactly, existence, never, order, span
from pytest_flock_trace.errors import BadArgument, BadPattern

NUMBERS = st.integers(0, 4)


@pytest.fixture
def trace() -> Trace:
    """A root and three spans below it, of which two are called as the root is."""
    names = ("chat", "chat", "tool")
    below = [Span(name, span_id=str(at), parent_id="root", start_ns=at) for at, name in enumerate(names)]
    return Trace.of([Span("chat", span_id="root", start_ns=-1, end_ns=9), *below])


@given(NUMBERS, patterns(), traces(max_size=8))
def test_a_bound_is_held_against_the_number_of_matches(number, pattern, trace):
    count = int(trace.count(pattern))
    assert exactly(number, pattern).holds(trace) == (count == number)
    assert at_most(number, pattern).holds(trace) == (count <= number)
    assert never(pattern).holds(trace) == (count == 0)
    if not pattern.only_excludes:
        assert at_least(number, pattern).holds(trace) == (count >= number)


@given(NUMBERS, positive_patterns(), traces(max_size=8))
def test_exactly_is_at_least_and_at_most(number, pattern, trace):
    both = at_least(number, pattern) & at_most(number, pattern)
    assert both.holds(trace) == exactly(number, pattern).holds(trace)
    assert at_most(number, pattern).holds(trace) != at_least(number + 1, pattern).holds(trace)


@given(st.integers(1, 4), positive_patterns(), st.none() | patterns(), traces(max_size=8))
def test_existence_and_absence_are_opposites_among_the_events(number, pattern, among, trace):
    roots = set(trace.roots)
    others = set(trace.find(span() if among is None else among)) - roots
    count = len(others.intersection(trace.find(pattern)))
    assert existence(pattern, n=number, among=among).holds(trace) == (count >= number)
    assert absence(pattern, n=number, among=among).holds(trace) == (count < number)
    if among is not None:
        assert exactly(number, pattern, among=among).holds(trace) == (count == number)


def test_roots_count_except_as_events(trace):
    assert exactly(3, "chat").holds(trace)
    assert exactly(2, "chat", among="*").holds(trace)
    assert existence("chat", n=2).holds(trace)
    assert not existence("chat", n=3).holds(trace)
    assert absence("chat", n=3).holds(trace)


@pytest.mark.parametrize(
    ("rule", "outcome", "sentence"),
    [
        (exactly(3, "chat"), "passed", "3 spans match, expected exactly 3"),
        (exactly(2, "chat"), "failed", "3 spans match, expected exactly 2"),
        (exactly(0, "char"), "passed", "0 spans match, expected none"),
        (exactly(1, "char"), "failed", "0 spans match, expected exactly 1"),
        (exactly(0, "chat", among="nobody"), "vacuous", "would prove nothing: no span matches span('nobody')"),
        (at_least(1, "tool"), "passed", "1 span matches, expected at least 1"),
        (at_least(4, "chat"), "failed", "3 spans match, expected at least 4"),
        (at_least(0, "chat"), "vacuous", "would prove nothing: every trace has at least none"),
        (at_most(2, "chat"), "failed", "3 spans match, expected at most 2"),
        (at_most(2, "tool"), "passed", "1 span matches, expected at most 2"),
        (at_most(2, "char"), "vacuous", "would prove nothing: no span matches span('char')"),
        (at_most(2, "char", vacuous_ok=True), "passed", "0 spans match, expected at most 2"),
        (at_most(0, "char"), "passed", "0 spans match, expected none"),
        (never("char"), "passed", "0 spans match, expected none"),
        (never("chat"), "failed", "3 spans match, expected none"),
        (existence("chat", n=3), "failed", "2 events match, expected at least 3"),
        (existence("chat", n=0), "vacuous", "every trace has at least none"),
        (absence("chat", n=3), "passed", "2 events match, expected at most 2"),
        (absence("chat"), "failed", "2 events match, expected none"),
        (absence("char"), "passed", "0 events match, expected none"),
        (absence("char", n=2), "vacuous", "would prove nothing: no span matches span('char')"),
        (absence("char", n=2, vacuous_ok=True), "passed", "0 events match, expected at most 1"),
        (absence("char", among="nobody"), "vacuous", "would prove nothing: no span matches span('nobody')"),
    ],
    ids=repr,
)
def test_a_verdict_says_how_many_there_are(trace, rule, outcome, sentence):
    verdict = rule.verdict(trace)
    assert verdict.outcome == outcome
    assert sentence in verdict.lines()[0]


def test_what_is_too_often_there_is_to_blame_and_else_what_comes_closest(trace):
    assert [found.span_id for found in never("chat").verdict(trace).culprits] == ["root", "0", "1"]
    missing = at_least(1, span("chat", status="error")).verdict(trace)
    assert [found.span_id for found in missing.culprits] == ["root"]
    assert "closest: chat at +0 ns — status is 'unset', expected 'error'" in missing.lines()


@pytest.mark.parametrize("number", [-1, 1.0, "2", True, None])
@pytest.mark.parametrize(
    "rule",
    [
        lambda number: exactly(number, "a"),
        lambda number: at_least(number, "a"),
        lambda number: at_most(number, "a"),
        lambda number: existence("a", n=number),
        lambda number: absence("a", n=number),
    ],
)
def test_what_is_no_count_is_refused(rule, number):
    with pytest.raises(BadArgument, match="is no count; give a whole number, 0 or more"):
        rule(number)


def test_fewer_than_none_is_refused():
    with pytest.raises(BadArgument, match="nothing happens fewer than 0 times; 1 means never"):
        absence("a", n=0)


@pytest.mark.parametrize(
    "rule",
    [lambda some: at_least(1, some), existence, lambda some: order("a", some), lambda some: order(some, "a")],
)
@pytest.mark.parametrize("pattern", [~span("a"), ~span("a") & ~span("b"), ~span("a") | "b"])
def test_to_demand_only_that_something_else_is_there_is_refused(rule, pattern):
    with pytest.raises(BadPattern, match="says only what a span is not"):
        rule(pattern)


def test_never_may_be_said_of_everything_else(trace):
    assert never(~span("chat") & ~span("tool")).holds(trace)
    assert not never(~span("chat")).holds(trace)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (never("a"), "never(span('a'))"),
        (exactly(2, "a"), "exactly(2, span('a'))"),
        (exactly(2, "a", among="b*"), "exactly(2, span('a'), among=span('b*'))"),
        (at_least(1, span(agent="a")), "at_least(1, span(agent='a'))"),
        (at_most(0, "a"), "at_most(0, span('a'))"),
        (existence("a"), "existence(span('a'))"),
        (existence("a", n=2, among="b"), "existence(span('a'), n=2, among=span('b'))"),
        (absence("a"), "absence(span('a'))"),
        (absence("a", n=3), "absence(span('a'), n=3)"),
    ],
)
def test_a_rule_reads_as_it_is_written(rule, text):
    assert repr(rule) == text


def test_rules_are_values():
    assert exactly(1, "a") == exactly(1, span("a"))
    assert len({never("a"), exactly(0, "a"), at_most(0, "a"), absence("a"), never("a", vacuous_ok=True)}) == 5
    assert never("a") != each("a", status="ok")


@pytest.mark.parametrize("rule", [exactly(2, "char"), at_least(2, "char"), existence("char", n=3)])
def test_that_something_does_not_happen_so_often_proves_nothing_where_it_never_does(trace, rule):
    assert rule.verdict(trace).outcome == "failed"
    assert (~rule).verdict(trace).outcome == "vacuous"


def test_roots_are_no_events_so_their_absence_proves_nothing():
    trace = Trace.of([Span("delete_db", span_id="1"), Span("chat", span_id="2", parent_id="1")])
    verdict = absence("delete_db").verdict(trace)
    assert verdict.outcome == "vacuous"
    assert verdict.lines()[0].endswith("what matches span('delete_db') is a root, and roots are no events")


def test_a_verdict_is_true_where_it_passed(trace):
    assert never("char").verdict(trace)
    assert not never("chat").verdict(trace)
