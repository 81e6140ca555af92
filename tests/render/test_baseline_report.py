from __future__ import annotations

from pytest_flock_trace.analysis.baseline import Baseline
from pytest_flock_trace.analysis.baseline_comparison import RunComparison, compared
from pytest_flock_trace.analysis.baseline_sample import Sample
from pytest_flock_trace.render.baseline_report import differing_facts, listed, slower_lines, unjudged_lines

MS = 1_000_000
RUN = "test_it.py::test_it, run 'review'"
HERE, THERE = {"python": "3.12", "cpus": "2", "uvloop": "0.21"}, {"python": "3.11", "cpus": "2"}


def runs(number: int, critic: int, writer: int = 100, *, where: str = "here") -> list[Sample]:
    """The median is what is said."""
    path = {"invoke_agent critic": critic * MS, "invoke_agent writer": writer * MS}
    return [
        Sample("s", sum(path.values()) + at - number // 2, path, {"chat small": critic * MS}, where, "1")
        for at in range(number)
    ]


def judged(before: list[Sample], now: list[Sample]) -> list[RunComparison]:
    return compared(
        Baseline({"test_it.py::test_it": {"review": before}}),
        Baseline({"test_it.py::test_it": {"review": now}}),
        "here",
    )


def test_a_slower_run_names_who_carries_the_difference() -> None:
    assert slower_lines(judged(runs(21, 210, 100), runs(11, 306, 124))) == [
        f"slower: {RUN}: 310 ms → 430 ms (+120 ms, +39%; 21 runs in 1 session before, 11 now; p = 7.8e-09)",
        "  of +120 ms, 96 ms are invoke_agent critic: 210 ms → 306 ms on the path",
        "  and 24 ms are invoke_agent writer: 100 ms → 124 ms on the path",
        "  all spans of a label taken together: chat small 210 ms → 306 ms",
    ]


def test_a_part_that_is_slower_in_a_run_that_is_not_is_told_as_such() -> None:
    lines = slower_lines(judged(runs(20, 10, 1000), runs(10, 15, 1000)))

    assert lines[1:3] == [
        "  the run as a whole did not get slower by enough to count; a part of it did:",
        "  5 ms are invoke_agent critic: 10 ms → 15 ms on the path",
    ]


def test_nothing_slower_is_nothing_to_tell() -> None:
    same = judged(runs(20, 210), runs(10, 210))

    assert slower_lines(same) == []
    assert unjudged_lines(same, HERE, {"here": HERE}) == []


def test_too_few_runs_are_said_with_how_many_it_takes() -> None:
    assert unjudged_lines(judged(runs(20, 210), runs(1, 300)), HERE, {}) == [
        "not enough runs to judge the time of 1 run; repeat them or their test:",
        f"  {RUN}: 20 before, 1 now, needs 5 now; 310 ms → 400 ms",
    ]
    assert unjudged_lines(judged(runs(2, 210), runs(30, 300)), HERE, {})[1].endswith(
        "2 before, 30 now, needs 5 before; 310 ms → 400 ms"
    )


def test_time_from_another_environment_is_told_with_what_is_different_there() -> None:
    assert unjudged_lines(judged(runs(20, 210, where="there"), runs(10, 300)), HERE, {"there": THERE}) == [
        "recorded in another environment (python 3.11 → 3.12, uvloop (none) → 0.21), so time is told, not judged:",
        f"  {RUN}: 310 ms → 400 ms (+90 ms, +29%)",
    ]


def test_environments_that_are_the_same_have_no_difference() -> None:
    assert differing_facts(HERE, dict(HERE)) == ""


def test_long_lists_are_cut_and_counted() -> None:
    assert listed(map(str, range(12))) == [*map(str, range(10)), "  … and 2 more"]
