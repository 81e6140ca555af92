from __future__ import annotations

import json
from dataclasses import replace

from sessions import attempt

from pytest_flock_trace.analysis.mutation.grade import Grade, Survivor
from pytest_flock_trace.render.grades import grade_lines
from pytest_flock_trace.render.tally import TestSummary

TWICE = Survivor("invoke_agent critic", "review", "the critic ran twice", "exactly(1, span(agent='critic'))")
FAILED = Survivor("invoke_agent writer", "review", "the writer failed")
WEAK = Grade(4, 2, 1, (TWICE, FAILED), took_ns=30_000_000)
STRONG = Grade(4, 4, 9, took_ns=10_000_000)


def graded(nodeid: str, grade: Grade | None) -> TestSummary:
    return replace(attempt(nodeid), grade=grade)


def test_the_weakest_tests_come_first_with_what_they_would_not_notice() -> None:
    tests = [graded("s.py::strong", STRONG), graded("t.py::weak", WEAK)]
    assert grade_lines(tests, limit=20) == [
        "do the assertions bite? 6 of 8 changes to what was recorded would be noticed (75%); asking took 40 ms",
        "noticed  of  checks  test",
        "    50%   4       1  t.py::weak",
        "   100%   4       9  s.py::strong",
        "",
        "nothing in t.py::weak would notice if",
        "  invoke_agent critic",
        "    the critic ran twice; exactly(1, span(agent='critic')) would",
        "  invoke_agent writer",
        "    the writer failed",
    ]


def test_a_file_notices_what_any_of_its_tests_does() -> None:
    other = replace(STRONG, noticed=(("review", "the critic ran twice"), ("review", "the critic failed")))
    lines = grade_lines([graded("t.py::weak", WEAK), graded("t.py::other", other)], limit=20)
    assert lines[2] == "    66%   3      10  t.py: any of 2 tests"
    assert lines[6:9] == ["nothing in t.py would notice if", "  invoke_agent writer", "    the writer failed"]


def test_without_grades_nothing_is_said() -> None:
    assert grade_lines([graded("t.py::it", None)], limit=20) == []


def test_tests_that_check_nothing_are_counted() -> None:
    assert grade_lines([graded("t.py::it", Grade())], limit=20) == [
        "do the assertions bite? nothing that was recorded is checked; asking took 0 ns",
        "1 test recorded spans and checked nothing of them",
    ]


def test_what_is_too_long_is_cut_unless_everything_is_wanted() -> None:
    many = tuple(replace(TWICE, span=f"span {at % 6}", sentence=f"{at} happened") for at in range(40))
    tests = [graded(f"{at}.py::it", replace(WEAK, survivors=many)) for at in range(4)]
    brief, full = grade_lines(tests, limit=2), grade_lines(tests, limit=None)
    assert "2 hidden, use -vv" in brief
    assert sum(line.startswith("nothing in") for line in grade_lines(tests * 2, limit=20)) == 4 + 5
    assert "    … 4 more, use -vv" in brief
    assert "  … 12 more of 2 spans, use -vv" in brief
    assert sum("happened" in line for line in full) == 160
    assert not any("-vv" in line for line in full)


def test_spans_of_several_runs_are_told_apart() -> None:
    both = replace(WEAK, survivors=(TWICE, replace(TWICE, run="second")))
    lines = grade_lines([graded("t.py::it", both)], limit=20)
    assert "  invoke_agent critic in run 'review'" in lines
    assert "  invoke_agent critic in run 'second'" in lines


def test_what_cannot_be_asked_again_is_said() -> None:
    lines = grade_lines([graded("t.py::it", replace(WEAK, reads=("one()", "sql()")))], limit=20)
    assert lines[-1] == "  but it also looks at spans itself (one(), sql()), which nobody can ask again"


def test_a_share_is_rounded_down_so_that_all_is_all() -> None:
    lines = grade_lines([graded("t.py::it", replace(WEAK, mutants=1000, killed=999))], limit=20)
    assert "(99%)" in lines[0]


def test_a_summary_carries_its_grade_between_processes() -> None:
    summary = graded("t.py::it", WEAK)
    assert TestSummary.from_values(json.loads(summary.to_json())) == summary
