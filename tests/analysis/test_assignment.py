from __future__ import annotations

from functools import cache
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.assignment import assigned

WIDTH = 6


@given(st.lists(st.integers(0, 2**WIDTH - 1), max_size=7))
def test_no_assignment_has_more_pairs(rows):
    @cache
    def most(row: int, taken: int) -> int:
        if row == len(rows):
            return 0
        free = (bit for bit in range(WIDTH) if rows[row] >> bit & 1 and not taken >> bit & 1)
        return max([most(row + 1, taken), *(1 + most(row + 1, taken | 1 << bit) for bit in free)])

    assert len(assigned(rows, WIDTH)) == most(0, 0)


@given(st.lists(st.integers(0, 2**WIDTH - 1), max_size=7))
def test_every_pair_is_allowed_and_nothing_is_in_two(rows):
    pairs = assigned(rows, WIDTH)
    assert all(rows[row] >> column & 1 for row, column in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


def test_a_row_moves_to_make_room_for_another():
    assert assigned([0b11, 0b01], 2) == [(0, 1), (1, 0)]


def test_the_first_of_equal_rows_get_the_columns():
    assert assigned([0b11, 0b11, 0b11], 2) == [(0, 0), (1, 1)]


def test_nothing_is_assigned_to_nothing():
    assert assigned([], 0) == assigned([0, 0], 3) == assigned([0], 0) == []


def test_making_room_may_take_thousands_of_moves():
    count = 3_000
    chain = [1 << at | 1 << at + 1 for at in range(count - 1)]
    assert len(assigned([*chain, 1], count)) == count


def test_thousands_of_rows_without_room_are_told_quickly():
    column = [1 << 100, (1 << 2_000) - 1]
    assert len(assigned(Random(1).choices(column, k=20_000), 2_000)) == 2_000
