from __future__ import annotations

from functools import reduce
from itertools import combinations
from operator import or_

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.learning.cover import cover

WORTH = [1.0] * 8
SETS = st.lists(st.integers(0, 2**8 - 1), max_size=7)


def together(sets: list[int]) -> int:
    return reduce(or_, sets, 0)


@given(SETS)
def test_those_chosen_hold_all_that_there_is(sets: list[int]) -> None:
    assert together([sets[at] for at in cover(sets, len(sets), WORTH)]) == together(sets)


@given(SETS)
def test_none_is_chosen_that_the_others_make_superfluous(sets: list[int]) -> None:
    chosen = cover(sets, len(sets), WORTH)
    whole = together(sets)

    assert all(together([sets[other] for other in chosen if other != at]) != whole for at in chosen)


@given(SETS, st.integers(1, 3))
def test_a_few_hold_nearly_as_much_as_any_few_can(sets: list[int], most: int) -> None:
    held = together([sets[at] for at in cover(sets, most, WORTH)]).bit_count()
    best = max((together(list(few)).bit_count() for few in combinations(sets, min(most, len(sets)))), default=0)

    assert len(cover(sets, most, WORTH)) <= most
    assert held >= (1 - (1 - 1 / most) ** most) * best


def test_of_equal_sets_the_first_is_taken() -> None:
    assert cover([0b01, 0b11, 0b11, 0b10], 4, WORTH) == [1]


def test_what_is_worth_more_is_taken_before_what_is_more() -> None:
    assert cover([0b0111, 0b1000], 1, [1, 1, 1, 4]) == [1]
    assert cover([0b0111, 0b1000], 1, [1, 1, 1, 2]) == [0]
