from __future__ import annotations

from pytest_flock_trace.analysis.baseline import MOST_SAMPLES, Baseline, structures
from pytest_flock_trace.analysis.baseline_sample import Sample


def run(duration: int, structure: str = "a", environment: str = "here") -> Sample:
    return Sample(structure, duration, {"a": duration}, {}, environment, "2026-01-01")


def durations(baseline: Baseline, test: str = "test", name: str = "run") -> list[int]:
    return [sample.duration_ns for sample in baseline.tests[test][name]]


HERE, THERE = {"here": {"cpus": "2"}}, {"there": {"cpus": "4"}}
STORED = Baseline({"test": {"run": [run(1), run(2)]}, "other": {"run": [run(3)]}}, HERE)


def test_new_samples_come_first() -> None:
    updated = STORED.updated(Baseline({"test": {"run": [run(9)]}}, HERE))

    assert durations(updated) == [9, 1, 2]


def test_tests_that_did_not_run_are_kept() -> None:
    assert durations(STORED.updated(Baseline({"test": {"run": [run(9)]}}, HERE)), "other") == [3]
    assert STORED.updated(Baseline()) == STORED


def test_samples_of_another_structure_are_dropped() -> None:
    updated = STORED.updated(Baseline({"test": {"run": [run(9, "b")]}}, HERE))

    assert durations(updated) == [9]


def test_every_structure_of_the_session_is_kept() -> None:
    both = Baseline({"test": {"run": [run(8, "b"), run(9)]}}, HERE)

    assert durations(STORED.updated(both)) == [8, 9, 1, 2]
    assert list(structures(both.tests["test"]["run"])) == ["b", "a"]


def test_runs_that_a_test_has_no_more_are_dropped() -> None:
    assert list(STORED.updated(Baseline({"test": {"renamed": [run(9)]}}, HERE)).tests["test"]) == ["renamed"]


def test_only_the_newest_samples_are_kept() -> None:
    updated = STORED.updated(Baseline({"test": {"run": [run(at) for at in range(100, 100 + MOST_SAMPLES - 1)]}}, HERE))

    assert len(durations(updated)) == MOST_SAMPLES
    assert durations(updated)[0] == 100
    assert durations(updated)[-1] == 1


def test_environments_without_a_sample_are_forgotten() -> None:
    elsewhere = Baseline({"test": {"run": [run(9, "b", "there")]}, "other": {"run": [run(9, "b", "there")]}}, THERE)

    assert STORED.updated(elsewhere).environments == THERE
    assert STORED.updated(Baseline(environments=THERE)).environments == HERE
