from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.course import Waypoint
from pytest_flock_trace.analysis.divergence import divergences


def course(labels: str) -> list[Waypoint]:
    return [Waypoint(0, label, "", failed=label.isupper()) for label in labels]


def told(passing: list[str], failing: list[str]) -> list[tuple[tuple[int, ...], str, str]]:
    """The trials that part, what was to come and what came."""
    found = divergences([*map(course, passing)], [*map(course, failing)])
    return [(tuple(one.trials), _at(one.usual, one.column), _at(one.course, one.row)) for one in found]


def _at(one, place: int) -> str:
    return one[place].label if place < len(one) else "end"


def test_the_first_step_that_passing_trials_do_not_take() -> None:
    assert told(["abcd"] * 3, ["abxd", "abxy"]) == [((0, 1), "c", "x")]


def test_a_failing_end_comes_before_the_consequences() -> None:
    assert told(["abcd", "abcd"], ["abBA"]) == [((0,), "c", "B")]


def test_trials_that_part_in_different_places_are_told_apart() -> None:
    assert told(["abcd"] * 4, ["abcx", "ax", "ax"]) == [((1, 2), "b", "x"), ((0,), "d", "x")]


def test_a_way_that_passing_trials_go_too_tells_nothing() -> None:
    assert told(["abcd", "abcd", "abxcd"], ["abxcz"]) == [((0,), "d", "z")]


def test_what_only_some_trials_do_either_way_is_told_if_failing_ones_do_it_more_often() -> None:
    assert told(["abc"] * 9 + ["axbc"], ["axbc"] * 3) == [((0, 1, 2), "b", "x")]


def test_where_every_trial_has_a_way_of_its_own_what_failing_ones_share_counts() -> None:
    passing = ["a1bc", "a2bc", "a3bc", "abc"]

    assert told(passing, ["a4bx", "a5bx"]) == [((0, 1), "c", "x")]


def test_a_single_failing_trial_among_noisy_ones_parts_at_its_first_own_step() -> None:
    assert told(["a1bc", "a2bc", "abc"], ["a4bx"]) == [((0,), "b", "4")]


def test_trials_that_do_what_passing_ones_do_part_nowhere() -> None:
    assert told(["abc", "abd"], ["abc", "abd"]) == []


def test_without_passing_trials_there_is_nothing_to_part_from() -> None:
    assert told([], ["abc"]) == told(["abc"], []) == []


@given(st.integers(0, 10**6), st.integers(0, 7), st.integers(1, 6), st.integers(2, 9))
def test_a_planted_step_is_found_wherever_it_is(seed: int, at: int, failing: int, passing: int) -> None:
    random = Random(seed)
    usual = "abcdefgh"
    rest = "".join(random.sample(usual[at:], len(usual) - at))
    planted = usual[:at] + "!" + rest

    (found,) = divergences([course(usual)] * passing, [course(planted)] * failing)

    assert found.trials == list(range(failing))
    assert (found.column, found.row) == (at, at)
    assert found.course[found.row].label == "!"
