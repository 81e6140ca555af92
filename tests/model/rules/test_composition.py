from __future__ import annotations

import pytest
from hypothesis import given
from strategies import rules, traces

from pytest_flock_trace import (
    Span,
    Trace,
    acyclic,
    at_least,
    at_most,
    each,
    exactly,
    never,
    order,
    precedence,
    response,
    span,
    when,
)
from pytest_flock_trace.errors import BadPattern

HOLDS, BROKEN, VACUOUS = never("x"), never("b"), response("x", "y")
VACUOUSLY_FINE = response("x", "y", vacuous_ok=True)


@pytest.fixture
def trace() -> Trace:
    return Trace.of(
        [
            Span("root", span_id="root", end_ns=99),
            Span("a", span_id="1", parent_id="root", start_ns=1, end_ns=2),
            Span("b", span_id="2", parent_id="root", start_ns=3, end_ns=4),
            Span("c", span_id="3", parent_id="root", start_ns=5, end_ns=6),
        ]
    )


@given(rules(), rules(), traces(max_size=8))
def test_combinations_mean_what_logic_says(one, other, trace):
    assert (one & other).holds(trace) == (one.holds(trace) and other.holds(trace))
    assert (one | other).holds(trace) == (one.holds(trace) or other.holds(trace))
    assert (~one).holds(trace) == (not one.holds(trace))


@given(rules(), rules(), traces(max_size=8))
def test_de_morgans_laws_hold(one, other, trace):
    assert (~(one & other)).holds(trace) == (~one | ~other).holds(trace)
    assert (~(one | other)).holds(trace) == (~one & ~other).holds(trace)


@given(rules())
def test_what_is_negated_twice_is_what_it_was(rule):
    assert ~~rule == rule
    assert hash(~~rule) == hash(rule)
    assert ~rule != rule


@given(rules(), rules(), traces(max_size=8).filter(lambda trace: trace.captured))
def test_all_pass_together_just_where_each_passes_alone(one, other, trace):
    assert (one & other).verdict(trace).passed == (one.verdict(trace).passed and other.verdict(trace).passed)


@given(rules(), rules(), traces(max_size=8).filter(lambda trace: trace.captured))
def test_one_that_passes_is_enough(one, other, trace):
    assert (one | other).verdict(trace).passed == (one.verdict(trace).passed or other.verdict(trace).passed)


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (HOLDS & HOLDS, "passed"),
        (HOLDS & BROKEN, "failed"),
        (HOLDS & VACUOUS, "vacuous"),
        (BROKEN & VACUOUS, "failed"),
        (VACUOUS & VACUOUS, "vacuous"),
        (HOLDS & VACUOUSLY_FINE, "passed"),
        (HOLDS | BROKEN, "passed"),
        (BROKEN | BROKEN, "failed"),
        (HOLDS | VACUOUS, "passed"),
        (BROKEN | VACUOUS, "vacuous"),
        (VACUOUS | VACUOUS, "vacuous"),
        (BROKEN | VACUOUSLY_FINE, "passed"),
        (~HOLDS, "failed"),
        (~BROKEN, "passed"),
        (~VACUOUS, "failed"),
        (~(HOLDS & BROKEN), "passed"),
        (~(BROKEN | BROKEN), "passed"),
        (~order("a", "x"), "vacuous"),
        (when("a", then=BROKEN | HOLDS), "passed"),
    ],
    ids=repr,
)
def test_a_combination_proves_as_much_as_its_parts(trace, rule, outcome):
    assert rule.verdict(trace).outcome == outcome


def test_a_broken_combination_tells_of_the_parts_that_are_broken(trace):
    rule = each("a", status="ok") & HOLDS & each("*", before="c")
    verdict = rule.verdict(trace)
    complaint = (
        "each(span('a'), status='ok'): not so for 1 of 1 span; "
        "each(span('*'), before=span('c')): not so for 2 of 4 spans"
    )
    assert verdict.lines() == [
        f"{rule!r} in trace 'trace': {complaint}",
        "  a  at +1 ns for 1 ns  unset — status is 'unset', expected 'ok'",
        "  root  at +0 ns for 99 ns  unset — ends before the start of no span('c')",
        "  c  at +5 ns for 1 ns  unset — ends before the start of no span('c')",
    ]
    assert [found.span_id for found in verdict.culprits] == ["1", "root", "3"]


def test_a_span_that_breaks_several_parts_is_one_culprit_with_all_reasons(trace):
    verdict = (each("a", status="ok") & each("a", under="b")).verdict(trace)
    assert len(verdict.culprits) == 1
    assert verdict.lines()[1].endswith("— status is 'unset', expected 'ok'; is below no span('b')")


def test_a_negation_that_fails_shows_what_bears_out_the_rule(trace):
    verdict = (~order("a", "b")).verdict(trace)
    assert verdict.outcome == "failed"
    assert [found.span_id for found in verdict.culprits] == ["1", "2"]
    assert "order(span('a'), span('b')) holds: each step has a match after the one before" in verdict.lines()[0]


def test_a_negation_that_fails_for_what_is_absent_says_what_was_likely_meant(trace):
    verdict = (~never(span("B"))).verdict(Trace.of([*trace, Span("Bee", span_id="9", start_ns=9)]))
    assert verdict.outcome == "failed"
    assert any("no span has name='B'" in line for line in verdict.lines())


def test_a_vacuous_combination_gives_every_reason(trace):
    head = (VACUOUS & acyclic() & at_most(1, "z")).verdict(trace).lines()[0]
    reasons = ("no agent leads to another", *(f"no span matches span({name!r})" for name in "xyz"))
    assert head.endswith(f"would prove nothing: {' and '.join(reasons)}")


def test_all_parts_must_bear_an_empty_trace():
    empty = Trace.of([])
    bearing = never("x", vacuous_ok=True)
    assert (bearing & bearing).verdict(empty).passed
    assert (~~bearing).verdict(empty).passed
    assert (bearing & HOLDS).verdict(empty).outcome == "not captured"
    assert (bearing | HOLDS).verdict(empty).outcome == "not captured"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (HOLDS & BROKEN & VACUOUS, "never(span('x')) & never(span('b')) & response(span('x'), span('y'))"),
        (HOLDS & (BROKEN & VACUOUS), "never(span('x')) & never(span('b')) & response(span('x'), span('y'))"),
        (HOLDS | BROKEN | HOLDS, "never(span('x')) | never(span('b')) | never(span('x'))"),
        ((HOLDS | BROKEN) & HOLDS, "(never(span('x')) | never(span('b'))) & never(span('x'))"),
        (HOLDS | BROKEN & HOLDS, "never(span('x')) | (never(span('b')) & never(span('x')))"),
        (~(HOLDS & BROKEN), "~(never(span('x')) & never(span('b')))"),
        (~HOLDS & BROKEN, "~never(span('x')) & never(span('b'))"),
        (when("a", then=HOLDS | BROKEN), "when(span('a'), then=never(span('x')) | never(span('b')))"),
    ],
)
def test_a_combination_reads_as_it_is_written(rule, text):
    assert repr(rule) == text


def test_a_combination_mentions_the_patterns_of_all_parts():
    rule = when("a", then=~(precedence("b", "c", among="d") | at_least(1, "e")) & exactly(1, "f"))
    assert [repr(pattern) for pattern in rule.patterns] == [f"span({name!r})" for name in "abcdef"]


def test_combinations_are_values():
    assert HOLDS & BROKEN == never("x") & never("b")
    assert HOLDS & BROKEN != BROKEN & HOLDS
    assert HOLDS & BROKEN != HOLDS | BROKEN
    assert len({HOLDS & BROKEN, HOLDS & BROKEN, HOLDS | BROKEN, ~HOLDS}) == 3


@pytest.mark.parametrize("other", [span("a"), "a", None, True])
def test_a_rule_combines_with_nothing_but_rules(other):
    for combine in (lambda: HOLDS & other, lambda: HOLDS | other, lambda: other & HOLDS, lambda: other | HOLDS):
        with pytest.raises(TypeError):
            combine()


def test_and_or_not_are_refused_with_what_to_write():
    for wrong in (lambda: HOLDS and BROKEN, lambda: HOLDS or BROKEN, lambda: not HOLDS):
        with pytest.raises(BadPattern, match=r"never\(span\('x'\)\) is neither true nor false .* rules with & \| ~"):
            wrong()
