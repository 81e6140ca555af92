from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_flock_trace.render.elision import Gap, Rank, elide
from pytest_flock_trace.render.fold import Line

C, F, P, N = Rank.CULPRIT, Rank.FAILED, Rank.ON_PATH, Rank.PLAIN


def lines_at(*depths: int) -> list[Line]:
    above: dict[int, int] = {-1: -1}
    lines: list[Line] = []
    for at, depth in enumerate(depths):
        lines.append(Line([at], depth, above[depth - 1]))
        above[depth] = at
    return lines


def shown(depths: Sequence[int], limit: int | None, ranks: dict[int, Rank] | None = None) -> list[int | str]:
    """Indexes of the lines that stay and the text of the gaps."""
    given = [(ranks or {}).get(at, N) for at in range(len(depths))]
    kept = elide(lines_at(*depths), given, limit)
    return [str(line) if isinstance(line, Gap) else line.members[0] for line in kept]


FOREST = (0, 1, 2, 2, 1, 2, 2, 1, 2, 2)


@pytest.mark.parametrize("limit", [None, 10, 11])
def test_nothing_is_left_out_that_fits(limit: int | None) -> None:
    assert shown(FOREST, limit) == list(range(10))


@pytest.mark.parametrize(("limit", "lines"), [(0, []), (-1, []), (1, ["… 10 more spans"]), (2, [0, "… 9 more spans"])])
def test_the_tightest_limits_are_kept(limit: int, lines: list[int | str]) -> None:
    assert shown(FOREST, limit) == lines


def test_upper_levels_come_before_lower_ones() -> None:
    assert shown(FOREST, 7) == [0, 1, "… 2 more spans", 4, "… 2 more spans", 7, "… 2 more spans"]


def test_a_gap_of_one_line_is_filled_for_nothing() -> None:
    assert shown((0, 1, 2, 1), 3, {3: C}) == [0, "… 2 more spans", 3]
    assert shown((0, 1, 1, 1, 1), 4, {2: C, 4: C}) == ["… 2 more spans", 2, 3, 4]


def test_a_culprit_comes_with_its_ancestors_before_anything_else() -> None:
    ranks = {6: C, 2: F, 8: P}

    assert shown(FOREST, 6, ranks) == [0, "… 3 more spans, 1 failed", 4, 5, 6, "… 3 more spans"]


def test_failed_spans_come_before_the_path() -> None:
    assert shown(FOREST, 6, {2: P, 9: F}) == [0, 1, "… 5 more spans", 7, 8, 9]


def test_the_path_comes_before_upper_levels() -> None:
    assert shown(FOREST, 5, {9: P}) == [0, "… 6 more spans", 7, 8, 9]


def test_of_the_path_those_that_hold_most_of_it_come_first() -> None:
    lines = lines_at(0, 1, 1, 1, 1, 1, 1)

    kept = elide(lines, [P] * 7, 4, [0, 1, 1, 1, 9, 1, 1])

    assert [str(line) if isinstance(line, Gap) else line.members[0] for line in kept] == [
        0,
        "… 3 more spans",
        4,
        "… 2 more spans",
    ]


def test_where_failures_began_comes_before_those_who_passed_them_on() -> None:
    chain = tuple(range(100))

    assert shown(chain, 6, dict.fromkeys(range(90), F)) == [
        0,
        "… 86 more spans, 86 failed",
        87,
        88,
        89,
        "… 10 more spans",
    ]


def test_of_too_many_ancestors_the_nearest_and_the_topmost_stay() -> None:
    assert shown(tuple(range(10_000)), 7, {9_999: C}) == [0, 1, "… 9994 more spans", *range(9_996, 10_000)]


def test_culprits_beyond_the_limit_are_counted() -> None:
    assert shown((0, *[1] * 9), 4, dict.fromkeys(range(1, 10), C))[-1] == "… 7 more spans, 7 ✗"


def test_a_gap_counts_spans_and_not_lines() -> None:
    lines = [Line([0], 0, -1), Line([1, 2, 3], 1, 0), Line([4, 5], 1, 0)]
    gap = elide(lines, [N, F, N], 1)[0]

    assert str(gap) == "… 6 more spans, 3 failed"


def test_a_gap_stands_at_the_highest_level_that_it_leaves_out() -> None:
    kept = elide(lines_at(*FOREST), [N] * 3 + [C] + [N] * 5 + [C], 5)

    assert [line.depth for line in kept] == [0, 1, 2, 1, 2]
