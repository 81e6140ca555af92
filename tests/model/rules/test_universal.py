from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import patterns, rules, traces

from pytest_flock_trace import Span, Trace, at_least, each, never, response, span, when
from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.relation import RELATIONS


@pytest.fixture
def trace() -> Trace:
    return Trace.of(
        [
            Span("root", span_id="root", end_ns=99),
            Span("researcher", span_id="r", parent_id="root", start_ns=1, end_ns=50),
            Span("tool.search", span_id="1", parent_id="r", start_ns=2, end_ns=3, status="ok"),
            Span("tool.fetch", span_id="2", parent_id="r", start_ns=4, end_ns=5, status="error"),
            Span("tool.delete", span_id="3", parent_id="root", start_ns=60, end_ns=70),
        ]
    )


@given(patterns(), st.sampled_from(list(RELATIONS)), patterns(), traces(max_size=8))
def test_each_stands_so_where_none_stands_otherwise(subject, relation, other, trace):
    demand = {relation: other}
    assert each(subject, **demand).holds(trace) == never(subject & ~span(**demand)).holds(trace)


@given(patterns(), st.sampled_from(("writer", "critic")), patterns(), traces(max_size=8))
def test_each_takes_several_conditions_of_which_all_must_hold(subject, actor, other, trace):
    both = each(subject, actor=actor, under=other)
    assert both.holds(trace) == (each(subject, actor=actor) & each(subject, under=other)).holds(trace)


@given(patterns(), rules(), traces(max_size=8))
def test_a_rule_with_a_condition_counts_only_where_it_is_met(subject, then, trace):
    met = bool(trace.count(subject))
    assert when(subject, then=then).holds(trace) == (then.holds(trace) if met else True)
    if trace.captured:
        verdict = when(subject, then=then).verdict(trace)
        finding = then.find(trace.tree)
        assert verdict.passed == (met and finding.holds and not finding.vacuous)
        assert (verdict.outcome == "vacuous") == (not met or finding.vacuous)


def test_those_that_stand_otherwise_are_the_culprits_with_what_they_miss(trace):
    verdict = each("tool.*", under="researcher").verdict(trace)
    assert [found.span_id for found in verdict.culprits] == ["3"]
    assert verdict.lines() == [
        "each(span('tool.*'), under=span('researcher')) in trace 'trace': not so for 1 of 3 spans",
        "  tool.delete  at +60 ns for 10 ns  unset — is below no span('researcher')",
    ]


def test_a_span_that_misses_several_conditions_is_told_all(trace):
    lines = each("tool.*", under="researcher", status="ok").verdict(trace).lines()
    assert lines[1].endswith("— status is 'error', expected 'ok'")
    assert lines[2].endswith("— is below no span('researcher'); status is 'unset', expected 'ok'")


def test_all_that_stand_so_are_the_evidence(trace):
    verdict = each("tool.*", under="root").verdict(trace)
    assert verdict.passed
    assert verdict.culprits == ()
    assert len(verdict.lines()) == 4


def test_each_of_none_is_vacuous(trace):
    assert each("tol.*", under="root").verdict(trace).outcome == "vacuous"
    assert each("tol.*", under="root", vacuous_ok=True).verdict(trace).outcome == "passed"


def test_many_that_stand_otherwise_are_all_culprits_though_not_each_is_explained(trace):
    many = Trace.of(Span("n", span_id=str(at), start_ns=at) for at in range(100))
    verdict = each("n", status="ok").verdict(many)
    assert len(verdict.culprits) == 100
    assert len(verdict.lines(None)) == 101
    assert verdict.lines(None)[1].endswith("— status is 'unset', expected 'ok'")


def test_when_names_the_match_that_calls_for_the_rule_if_the_rule_names_none(trace):
    verdict = when("researcher", then=at_least(1, "critic")).verdict(trace)
    assert [found.span_id for found in verdict.culprits] == ["r"]
    assert "no span has name='critic'" in "".join(verdict.lines())


def test_when_tells_what_breaks_its_rule(trace):
    lines = when("researcher", then=each("tool.*", under="researcher")).verdict(trace).lines()
    assert lines[1:] == ["  tool.delete  at +60 ns for 10 ns  unset — is below no span('researcher')"]


def test_when_is_as_vacuous_as_its_rule(trace):
    assert when("researcher", then=response("a", "b")).verdict(trace).outcome == "vacuous"
    assert when("researcher", then=response("a", "b", vacuous_ok=True)).verdict(trace).outcome == "passed"
    assert when("reseacher", then=never("tool.delete")).verdict(trace).outcome == "vacuous"
    assert when("reseacher", then=never("tool.delete"), vacuous_ok=True).verdict(trace).outcome == "passed"


def test_each_without_a_condition_is_refused():
    with pytest.raises(BadPattern, match=r"each\('a'\) says nothing of its matches; add a condition such as under=…"):
        each("a")


def test_each_refuses_conditions_that_do_not_exist():
    with pytest.raises(BadPattern, match="no condition 'undre'; did you mean 'under'"):
        each("a", undre="b")


@pytest.mark.parametrize("then", ["a", span("a"), None])
def test_then_that_is_no_rule_is_refused(then):
    with pytest.raises(BadPattern, match="is no rule; write one such as"):
        when("a", then=then)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (each("a", under="b", status="ok"), "each(span('a'), under=span('b'), status='ok')"),
        (each(span("a") | "b", agent="c"), "each(span('a') | span('b'), agent='c')"),
        (when("a", then=never("b")), "when(span('a'), then=never(span('b')))"),
    ],
)
def test_a_rule_reads_as_it_is_written(rule, text):
    assert repr(rule) == text
