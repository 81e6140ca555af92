from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.comparison import MODES, Comparison
from pytest_flock_trace.analysis.difference import differences
from pytest_flock_trace.analysis.step import Step, as_steps


def phrases(done, expected, mode: str) -> list[str]:
    return differences(Comparison(as_steps(list(done)), as_steps(list(expected))), MODES[mode])


def test_a_strict_match_fails_at_its_first_different_place():
    assert phrases("ab", "ba", "strict") == ["index 0: expected b, done a"]


def test_a_side_that_ends_early_has_nothing_there():
    assert phrases("a", "ab", "strict")[0] == "index 1: expected b, done nothing"
    assert phrases("ab", "a", "strict")[0] == "index 1: expected nothing, done b"


def test_a_strict_match_names_what_either_side_lacks():
    assert phrases("axxc", "abcc", "strict") == [
        "index 1: expected b, done x",
        "expected, not done: b, c",
        "done, not expected: x ×2",
    ]


def test_each_mode_names_only_what_it_minds():
    assert phrases("ax", "ab", "unordered") == ["expected, not done: b", "done, not expected: x"]
    assert phrases("ax", "ab", "subset") == ["done, not expected: x"]
    assert phrases("ax", "ab", "superset") == ["expected, not done: b"]
    assert phrases("ax", "ab", "in_order") == ["expected, not done: b"]


def test_an_order_that_is_broken_is_shown_where_it_breaks():
    assert phrases("cxab", "abc", "in_order") == ["no c after b at index 3"]


def test_arguments_that_differ_are_shown():
    assert phrases([("a", {"q": 1})], [("a", {"q": 2})], "superset") == ["expected, not done: a(q=2)"]


def test_arguments_that_were_never_recorded_are_said_to_be():
    assert phrases(["a"], [("a", {"q": 2})], "superset")[-1] == "arguments not recorded: a"
    assert phrases(["a"], ["b"], "superset") == ["expected, not done: b"]


def test_long_lists_and_long_steps_are_cut():
    assert phrases("", "abcdefgh", "superset") == ["expected, not done: a, b, c, d, e, … 3 more"]
    assert len(phrases([], [("a", {"q": "x" * 1_000})], "superset")[0]) < 100


@given(
    st.lists(st.builds(Step, st.sampled_from("ab"), st.sampled_from([None, {}, {"p": 1}])), max_size=5),
    st.lists(st.builds(Step, st.sampled_from("ab"), st.sampled_from([None, {}, {"p": 1}])), max_size=5),
    st.sampled_from([*MODES]),
)
def test_whatever_fails_has_a_reason(done, expected, mode):
    comparison = Comparison(done, expected)
    assert comparison.matches(MODES[mode]) or differences(comparison, MODES[mode])
