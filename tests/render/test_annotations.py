from __future__ import annotations

from pytest_flock_trace.render.annotations import annotation_lines
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.session_result import SessionResult
from pytest_flock_trace.render.tally import TestSummary


def failed(nodeid: str, line: int = 7, message: str = "assert 1 == 2", **more: object) -> TestSummary:
    return TestSummary(nodeid, outcome="failed", failure=Failure("tests/test_a.py", line, message), **more)  # type: ignore[arg-type]


def lines_of(*tests: TestSummary, **more: object) -> list[str]:
    return annotation_lines(SessionResult(tests, **more), lambda file: f"repo/{file}")  # type: ignore[arg-type]


def test_a_failed_test_is_an_error_beside_its_line() -> None:
    assert lines_of(failed("test_a.py::test_it", message="assert 2 == 1\n  +2"), TestSummary("test_a.py::fine")) == [
        "::error file=repo/tests/test_a.py,line=7,title=test_a.py%3A%3Atest_it failed::assert 2 == 1%0A  +2"
    ]


def test_what_a_failure_draws_below_its_first_paragraph_stays_in_the_log() -> None:
    (line,) = lines_of(failed("t", message="writer took 3 s\n  over by 1 s\n\n█ path ▒ off it"))

    assert line.endswith("::writer took 3 s%0A  over by 1 s")


def test_an_unknown_line_is_left_out() -> None:
    assert lines_of(failed("t", line=0)) == ["::error file=repo/tests/test_a.py,title=t failed::assert 1 == 2"]


def test_a_session_that_went_well_has_none() -> None:
    assert lines_of(TestSummary("a"), TestSummary("b", outcome="skipped"), TestSummary("c", outcome="xfailed")) == []


def test_a_test_that_passed_at_last_is_a_warning_with_its_last_failure() -> None:
    tests = [failed("t", message="first"), failed("t", attempt=2, message="second"), TestSummary("t", attempt=3)]

    assert lines_of(*tests) == [
        "::warning file=repo/tests/test_a.py,line=7,title=t is flaky::attempt 2 failed, attempt 3 passed%0Asecond"
    ]


def test_a_test_that_failed_every_time_is_one_error() -> None:
    assert lines_of(failed("t"), failed("t", attempt=2, message="again")) == [
        "::error file=repo/tests/test_a.py,line=7,title=t failed::again"
    ]


def test_lost_tests_are_errors_and_remarks_and_notes_are_warnings() -> None:
    lines = lines_of(TestSummary("t", note="spans were lost"), lost=["u"], remarks=["'critc' was never seen"])

    assert lines == [
        "::error title=u lost::a worker died while it ran this test",
        "::warning title=t::spans were lost",
        "::warning title=flock trace::'critc' was never seen",
    ]


def test_ten_are_shown_errors_first_and_the_others_are_counted() -> None:
    noted = [TestSummary(f"noted{n}", note="spans were lost") for n in range(4)]
    lines = lines_of(*noted, *(failed(f"test{n}") for n in range(9)))

    assert [line.split("::")[1].split()[0] for line in lines] == ["error"] * 9 + ["warning", "notice"]
    assert lines[-1] == "::notice::flock trace: 3 warnings more in the log"


def test_both_kinds_that_are_left_out_are_counted() -> None:
    lines = lines_of(TestSummary("t", note="n"), *(failed(f"test{n}") for n in range(11)))

    assert len(lines) == 11
    assert lines[-1] == "::notice::flock trace: 1 error and 1 warning more in the log"


def test_a_test_that_fails_on_one_of_two_workers_has_failed_and_is_not_flaky() -> None:
    assert lines_of(failed("t", worker="gw0"), TestSummary("t", worker="gw1")) == [
        "::error file=repo/tests/test_a.py,line=7,title=t failed::assert 1 == 2"
    ]
