from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.comparison import MODES, ORDERS, Comparison
from pytest_flock_trace.analysis.step import Step, as_steps
from pytest_flock_trace.errors import BadArgument

NAMES = st.lists(st.sampled_from("abc"), max_size=7)
ARGUMENTS = st.none() | st.dictionaries(st.sampled_from("pq"), st.sampled_from([1, [2]]))
STEPS = st.lists(st.builds(Step, st.sampled_from("ab"), ARGUMENTS), max_size=6)


def compare(done, expected, arguments="exact") -> Comparison:
    return Comparison(as_steps(list(done)), as_steps(list(expected)), arguments)


def holding(comparison: Comparison) -> set[str]:
    return {name for name, mode in MODES.items() if comparison.matches(mode)}


@pytest.mark.parametrize(
    ("done", "expected", "modes"),
    [
        ("ab", "ab", {"strict", "unordered", "subset", "superset", "in_order"}),
        ("ba", "ab", {"unordered", "subset", "superset"}),
        ("axb", "ab", {"superset", "in_order"}),
        ("bxa", "ab", {"superset"}),
        ("a", "ab", {"subset"}),
        ("aab", "ab", {"superset", "in_order"}),
        ("ac", "ab", set()),
        ("", "ab", {"subset"}),
        ("ab", "", {"superset", "in_order"}),
        ("", "", {"strict", "unordered", "subset", "superset", "in_order"}),
    ],
)
def test_each_mode_has_its_meaning(done, expected, modes):
    assert holding(compare(done, expected)) == modes


@given(NAMES, NAMES)
def test_of_names_the_modes_compare_how_often_each_occurs(done, expected):
    modes, had, wanted = holding(compare(done, expected)), Counter(done), Counter(expected)
    assert ("unordered" in modes) == (had == wanted)
    assert ("subset" in modes) == (not had - wanted)
    assert ("superset" in modes) == (not wanted - had)
    assert ("strict" in modes) == (done == expected)


@given(NAMES, NAMES)
def test_of_names_in_order_means_a_subsequence(done, expected):
    rest = iter(done)
    assert ("in_order" in holding(compare(done, expected))) == all(name in rest for name in expected)


@given(STEPS, STEPS, st.sampled_from(["exact", "ignore", "subset", "superset"]))
def test_modes_imply_one_another(done, expected, arguments):
    modes = holding(compare(done, expected, arguments))
    assert ("unordered" in modes) == ({"subset", "superset"} <= modes)
    assert "strict" not in modes or len(modes) == len(MODES)
    assert "in_order" not in modes or "superset" in modes


@given(STEPS, STEPS, st.sampled_from(["exact", "ignore", "subset", "superset"]))
def test_scores_lie_between_nothing_and_all_and_rise_as_order_matters_less(done, expected, arguments):
    comparison = compare(done, expected, arguments)
    exact, in_order, any_order = (comparison.score(order) for order in ORDERS)
    assert 0 <= exact <= in_order <= any_order <= 1
    assert (in_order == 1) == (exact == 1)
    assert (any_order == 1) == comparison.matches(MODES["unordered"])


@given(STEPS, STEPS)
def test_the_steps_kept_in_order_are_all_exactly_where_the_mode_holds(done, expected):
    comparison = compare(done, expected)
    assert (comparison.kept_order()[0] == len(expected)) == comparison.matches(MODES["in_order"])


def test_steps_are_paired_so_that_most_find_one():
    done = [("a", {"p": 1}), ("a", {"p": 2})]
    assert compare(done, ["a", ("a", {"p": 1})]).matches(MODES["unordered"])
    assert not compare(done, ["a", ("a", {"p": 3})]).matches(MODES["unordered"])


def test_arguments_that_cannot_be_hashed_are_compared():
    done = [("a", {"p": [{"x": {1, 2}}]}), ("a", {"p": []})]
    assert compare(done, done[::-1]).matches(MODES["unordered"])
    assert compare(done, [("a", {"p": [], "q": 1}), done[0]], "subset").matches(MODES["unordered"])


def test_ignored_arguments_compare_names_alone():
    assert compare([("a", {"p": 1}), "b"], [("a", {"p": 2}), ("b", {"q": 3})], "ignore").matches(MODES["strict"])


def test_scores_are_f1():
    assert compare("abc", "acd").score("in_order") == pytest.approx(2 * 2 / 6)
    assert compare("cab", "abcd").score("any_order") == pytest.approx(2 * 3 / 7)
    assert compare("", "a").score("in_order") == 0
    assert compare("", "").score("any_order") == 1


def test_what_is_left_over_stands_on_its_side():
    undone, unexpected = compare("abbx", "bcab").left_over()
    assert (undone, unexpected) == (["c"], ["x"])


def test_the_fewest_steps_are_in_the_way_of_an_exact_order():
    assert compare("xabc", "abc").unfitting("exact") == ["x"]
    assert compare("ba", "ab").unfitting("any_order") == []


def test_another_rule_for_arguments_is_refused():
    with pytest.raises(BadArgument, match="arguments='same'.*exact, ignore, subset, superset"):
        compare("a", "a", "same")


@pytest.mark.parametrize("arguments", ["exact", "ignore"])
def test_thousands_of_steps_are_compared(arguments):
    done = [("a", {"p": at % 50}) for at in range(1_000)] + ["b"] * 2_000
    comparison = compare(done, done[::-1], arguments)
    assert comparison.matches(MODES["unordered"])
    assert comparison.score("in_order") == pytest.approx(2 / 3)
