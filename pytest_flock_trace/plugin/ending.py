"""How an attempt at a test came out, put together from the reports of its phases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.render.outcomes import BAD

if TYPE_CHECKING:
    from pytest_flock_trace.render.failure import Failure

_MOST_LINES = 10
_LONGEST_LINE = 240
_LONGEST_MESSAGE = _MOST_LINES * 1_000


class Ending:
    """What the reports of an attempt have said so far."""

    __slots__ = ("duration_ns", "failure", "outcome")

    def __init__(self) -> None:
        self.outcome = "passed"
        self.duration_ns = 0
        self.failure: Failure | None = None

    def add(self, report: pytest.TestReport, file: Callable[[], Path], redacted: Callable[[str], str]) -> None:
        """Take in one phase of a test in this file; the first failure is the one that counts, without secrets."""
        self.duration_ns += round(report.duration * 1e9)
        if self.outcome in BAD or _is_unremarkable(report):
            return
        self.outcome = _outcome(report)
        if is_failure(report):
            self.failure = _failure(report, file(), redacted)


def _is_unremarkable(report: pytest.TestReport) -> bool:
    """The phase passed, as it should have."""
    return report.outcome == "passed" and not hasattr(report, "wasxfail")


def is_failure(report: pytest.TestReport) -> bool:
    """Also one that a plugin calls otherwise, since it attempts the test again."""
    return not (report.passed or report.skipped)


def _outcome(report: pytest.TestReport) -> str:
    if is_failure(report):
        return "failed" if report.when == "call" else "error"
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    return "skipped"


def _failure(report: pytest.TestReport, file: Path, redacted: Callable[[str], str]) -> Failure:
    """At the line that failed if that is one of the test's own file, else at the test's first line."""
    from pytest_flock_trace.render.failure import Failure

    shown, line, _ = report.location
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None and str(crash.path) == str(file):
        line = crash.lineno - 1
    message = report.longreprtext if crash is None else str(crash.message)
    return Failure(
        shown.replace("\\", "/"), 0 if line is None else line + 1, _first_lines(redacted(message[:_LONGEST_MESSAGE]))
    )


def _first_lines(message: str) -> str:
    from pytest_flock_trace.model.text import cut_end, one_line

    lines = [cut_end(one_line(line), _LONGEST_LINE) for line in message.split("\n")]
    more = ["…"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])
