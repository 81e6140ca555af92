from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.alignment import aligned

WIDTH = 6


def longest(rows: Sequence[int], width: int) -> int:
    """The textbook's table."""
    above = [0] * (width + 1)
    for row in rows:
        line = [0]
        for column in range(width):
            line.append(above[column] + 1 if row >> column & 1 else max(above[column + 1], line[column]))
        above = list(map(max, above, line))
    return above[width]


@given(st.lists(st.integers(0, 2**WIDTH - 1), max_size=9))
def test_the_pairs_are_as_many_as_in_the_textbook(rows):
    assert len(aligned(rows, WIDTH)) == longest(rows, WIDTH)


@given(st.lists(st.integers(0, 2**WIDTH - 1), max_size=9))
def test_every_pair_is_allowed_and_both_sides_ascend(rows):
    pairs = aligned(rows, WIDTH)
    assert all(rows[row] >> column & 1 for row, column in pairs)
    assert all(row < next_row and column < after for (row, column), (next_row, after) in pairwise(pairs))


def test_equal_sequences_align_place_by_place():
    assert aligned([0b001, 0b010, 0b100], 3) == [(0, 0), (1, 1), (2, 2)]


def test_nothing_aligns_with_nothing():
    assert aligned([], 0) == aligned([0, 0], 3) == aligned([0], 0) == []


def test_thousands_of_rows_align():
    count = 5_000
    assert len(aligned([1 << count - 1 - at for at in range(count)], count)) == 1
    assert len(aligned([1 << at for at in range(count)], count)) == count
