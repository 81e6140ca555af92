from __future__ import annotations

import pytest

from pytest_flock_trace.render.scale import Scale

MS = 1_000_000


def test_times_go_to_the_nearest_column_and_the_end_just_behind_them() -> None:
    scale = Scale(start_ns=1_000, extent_ns=100, columns=10)

    assert [scale.column(1_000 + at) for at in (0, 4, 5, 10, 94, 100)] == [0, 0, 1, 1, 9, 10]


def test_stretches_that_follow_each_other_do_not_share_a_column() -> None:
    scale = Scale(0, 100, 10)

    assert [list(scale.cells(0, 33)), list(scale.cells(33, 70))] == [[0, 1, 2], [3, 4, 5, 6]]


@pytest.mark.parametrize(("start", "end", "cells"), [(51, 52, [5]), (50, 50, [5]), (100, 100, [9]), (99, 100, [9])])
def test_the_shortest_stretch_takes_a_column(start: int, end: int, cells: list[int]) -> None:
    assert list(Scale(0, 100, 10).cells(start, end)) == cells


def test_the_share_of_a_column_is_that_of_its_time() -> None:
    scale = Scale(0, 100, 10)

    assert [scale.share(cell, 5, 12) for cell in (0, 1, 2)] == pytest.approx([0.5, 0.2, 0])


def test_a_trace_without_duration_has_one_column_only() -> None:
    scale = Scale(7, 0, 10)

    assert list(scale.cells(7, 7)) == [0]
    assert scale.share(0, 7, 7) == 0
    assert scale.ticks() == "|0"


@pytest.mark.parametrize(
    ("extent", "ticks"),
    [
        (1240 * MS, "|0                |500 ms           |1 s"),
        (3, "|0             |1 ns          |2 ns"),
        (90 * 60_000 * MS, "|0             |30 min        |1 h"),
        (10**20, "|0"),
    ],
)
def test_ticks_are_round_times_at_their_columns(extent: int, ticks: str) -> None:
    assert Scale(0, extent, 45).ticks() == ticks
