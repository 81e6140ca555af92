from __future__ import annotations

import pytest

from pytest_flock_trace.analysis.baseline import Baseline
from pytest_flock_trace.analysis.baseline_change import WHOLE, Change
from pytest_flock_trace.analysis.baseline_comparison import FEWEST_RUNS, RunComparison, compared
from pytest_flock_trace.analysis.baseline_sample import Sample

MS = 1_000_000


def run(
    critic: float, writer: float = 100.0, *, structure: str = "s", where: str = "here", session: str = "1"
) -> Sample:
    path = {"critic": round(critic * MS), "writer": round(writer * MS)}
    return Sample(structure, sum(path.values()), path, {"chat": path["critic"]}, where, session)


def around(critic: float, number: int, **more: str) -> list[Sample]:
    """Runs that differ by a little, none like another."""
    return [run(critic + at / 10, 100 - at / 100, **more) for at in range(number)]


def judged(before: list[Sample], now: list[Sample]) -> RunComparison:
    return compared(Baseline({"t": {"r": before}}), Baseline({"t": {"r": now}}), "here")[0]


def slower(comparison: RunComparison) -> list[str]:
    return [change.what for change in comparison.slower]


def test_a_part_that_grew_is_found_and_so_is_the_run() -> None:
    comparison = judged(around(200, 20), around(300, 10))

    assert comparison.judged
    assert slower(comparison) == [WHOLE, "critic"]
    assert comparison.whole.growth == pytest.approx(100 * MS, rel=0.01)
    assert [change.what for change in comparison.totals()] == ["chat"]


def test_a_part_may_be_slower_while_the_run_is_not_by_enough_to_matter() -> None:
    assert slower(judged(around(10, 20), around(15, 10))) == ["critic"]


def test_what_got_faster_or_stayed_is_not_slower() -> None:
    assert slower(judged(around(300, 20), around(200, 10))) == []
    assert slower(judged(around(200, 20), around(200, 10))) == []


@pytest.mark.parametrize(("before", "now"), [(200, 215), (0.5, 0.7)], ids=["less than a tenth", "a few microseconds"])
def test_a_growth_that_is_certain_but_small_does_not_matter(before: float, now: float) -> None:
    small = [run(before, at) for at in range(20)], [run(now, at) for at in range(20)]

    assert "critic" not in slower(judged(*small))


@pytest.mark.parametrize(("before", "now"), [(FEWEST_RUNS - 1, 30), (30, FEWEST_RUNS - 1), (1, 1)])
def test_with_few_runs_time_is_not_judged(before: int, now: int) -> None:
    comparison = judged(around(200, before), around(400, now))

    assert not comparison.judged
    assert comparison.slower == ()


def test_few_runs_that_could_never_be_found_different_are_too_few() -> None:
    """Five runs a side have a p-value of 1/252 at least, and three questions are asked at one in a hundred."""
    comparison = judged(around(200, 5), around(400, 5))

    assert not comparison.judged
    assert comparison.fewest_now == 6, "1/462 is below 0.01/3"
    assert judged(around(200, 5), around(400, 6)).judged
    assert slower(judged(around(200, 5), around(400, 6))) == [WHOLE, "critic"]


def test_tests_with_few_runs_do_not_count_against_those_with_enough() -> None:
    before = {f"few {at}": {"r": around(200, 5)} for at in range(50)} | {"enough": {"r": around(200, 10)}}
    now = {f"few {at}": {"r": around(400, 5)} for at in range(50)} | {"enough": {"r": around(400, 10)}}

    comparisons = compared(Baseline(before), Baseline(now), "here")

    assert [one.test for one in comparisons if one.judged] == ["enough"]
    assert [one.test for one in comparisons if one.slower] == ["enough"]


def test_runs_too_short_to_matter_are_judged_and_not_slower() -> None:
    comparison = judged([run(0, at / 1000) for at in range(5)], [run(0, 0.1 + at / 1000) for at in range(5)])

    assert comparison.judged
    assert comparison.slower == ()


def test_time_from_elsewhere_is_told_and_not_judged() -> None:
    comparison = judged(around(200, 20, where="there"), around(400, 10))

    assert comparison.elsewhere
    assert not comparison.judged
    assert comparison.slower == ()
    assert comparison.whole.growth == pytest.approx(200 * MS, rel=0.01)


def test_time_from_elsewhere_is_left_aside_where_there_is_some_from_here() -> None:
    comparison = judged([*around(100, 20, where="there"), *around(200, 20)], around(200, 10))

    assert not comparison.elsewhere
    assert len(comparison.before) == 20
    assert comparison.slower == ()


def test_runs_are_compared_with_those_of_the_same_structure() -> None:
    before = Baseline({"t": {"r": [*around(200, 20), *around(400, 20, structure="retried")]}})
    now = Baseline({"t": {"r": [*around(200, 10), *around(400, 10, structure="retried")]}, "new": {"r": [run(1)]}})

    comparisons = compared(before, now, "here")

    assert [(one.test, len(one.before), len(one.now)) for one in comparisons] == [("t", 20, 10), ("t", 20, 10)]
    assert not any(one.slower for one in comparisons)


def test_what_the_sessions_of_the_baseline_differ_by_is_no_news() -> None:
    two_sessions = [*around(200, 15, session="1"), *around(260, 15, session="2")]

    assert slower(judged(two_sessions, around(270, 10))) == []
    assert slower(judged(two_sessions, around(330, 10))) == [WHOLE, "critic"]


def test_sessions_of_few_runs_say_nothing_by_themselves() -> None:
    alone = [run(200 + at, session=str(at)) for at in range(19)]
    comparison = judged([*alone, run(900, session="20")], around(300, 10))

    assert slower(comparison) == [WHOLE, "critic"]


def test_a_part_that_is_new_on_the_path_counts_from_nothing() -> None:
    before, now = (
        [Sample("s", 100 * MS + at, path, {}, "here", "1") for at in range(20)] for path in ({}, {"x": 50 * MS})
    )

    assert slower(judged(before, now)) == ["x"]


def test_changes_are_differences_of_medians() -> None:
    change = Change("x", [[1, 2, 30], [4]], [10, 11, 12])

    assert (change.before, change.now, change.growth) == (3, 11, 8)
