from __future__ import annotations

from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.step import Step, agree, as_step, as_steps
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import Span

ARGUMENTS = st.dictionaries(st.sampled_from("pqr"), st.sampled_from([1, [1], {"x": 1}]))


def test_a_name_and_a_pair_are_steps():
    assert as_step("search") == Step("search")
    assert as_step(("search", {"q": 1})) == Step("search", {"q": 1})
    assert as_step(["search", None]) == Step("search")


@pytest.mark.parametrize("value", [None, 1, ("search",), ("a", "b"), (1, {}), ("a", {}, {}), {"a": 1}, ["a", [1]]])
def test_anything_else_is_no_step(value):
    with pytest.raises(BadArgument, match="is no step; a step is a name or"):
        as_step(value)
    assert Step("a") != value


@pytest.mark.parametrize("values", ["search", {"search": {}}, {"search"}, None, 3])
def test_what_has_no_order_is_no_sequence_of_steps(values):
    with pytest.raises(BadArgument, match="is no sequence of steps"):
        as_steps(values)


def test_an_iterator_is_a_sequence_of_steps():
    assert as_steps(name for name in "ab") == (Step("a"), Step("b"))


def test_the_arguments_of_a_step_are_a_copy():
    given_ones = {"q": 1}
    step = as_step(("search", given_ones))
    given_ones["q"] = 2
    assert step.arguments == {"q": 1}


def test_a_step_equals_its_name_and_its_pair_wherever_they_are_looked_for():
    step = Step("search", {"q": [1]})
    assert step == "search"
    assert step == ("search", {"q": [1]})
    assert step != "write"
    assert step != ("search", {"q": [2]})
    assert step in {"search", "write"}


def test_two_steps_are_equal_with_the_same_name_and_arguments_whatever_their_spans():
    assert Step("search", {}, Span("x", span_id="1")) == Step("search", {})
    assert Step("search", {}) != Step("search")


def test_a_step_that_is_expected_without_arguments_has_any():
    assert Step("search", {"q": 1}).fits(Step("search"))
    assert not Step("search", {"q": 1}).fits(Step("write"))


def test_the_arguments_are_a_subset_or_superset_of_the_expected_ones():
    some, all_of_them = {"p": [1]}, {"p": [1], "q": 2}
    assert [agree(rule, some, all_of_them) for rule in ("exact", "subset", "superset")] == [False, True, False]
    assert [agree(rule, all_of_them, some) for rule in ("exact", "subset", "superset")] == [False, False, True]
    assert not agree("subset", {"p": [2]}, all_of_them)


def test_nested_arguments_are_compared_whole():
    assert not agree("subset", {"filter": {"a": 1}}, {"filter": {"a": 1, "b": 2}})


@pytest.mark.parametrize("rule", ["exact", "subset", "superset"])
def test_unknown_arguments_are_taken_for_none_but_not_for_a_subset_of_some(rule):
    assert agree(rule, None, {})
    assert not agree(rule, None, {"q": 1})
    assert agree("ignore", None, {"q": 1})


def test_an_expected_argument_may_be_whatever_compares_equal():
    assert Step("search", {"q": "x"}) == ("search", {"q": ANY})
    assert Step("score", {"value": 0.1 + 0.2}).fits(Step("score", {"value": pytest.approx(0.3)}))


@given(ARGUMENTS, ARGUMENTS)
def test_arguments_are_equal_where_each_is_a_subset_of_the_other(had, expected):
    assert agree("exact", had, expected) == (agree("subset", had, expected) and agree("superset", had, expected))
    assert agree("subset", had, expected) == agree("superset", expected, had)


def test_a_step_prints_as_a_call():
    assert repr(Step("search")) == "<Step search>"
    assert repr(Step("search", {"q": "x", "n": 1})) == "<Step search(q='x', n=1)>"
    assert str(Step("search", {})) == "search()"
