"""How an attempt at a test came out, put together from the reports of its phases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_flock_trace.model.text import cut_end, one_line
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.tally import BAD

_MOST_LINES = 10
_LONGEST_LINE = 240
_LONGEST_MESSAGE = _MOST_LINES * 1_000


@dataclass
class Ending:
    """What the reports of an attempt have said so far."""

    outcome: str = "passed"
    duration_ns: int = 0
    failure: Failure | None = None

    def add(self, report: pytest.TestReport, file: Path, redacted: Callable[[str], str]) -> None:
        """Take in one phase of a test in this file; the first failure is the one that counts, without secrets."""
        self.duration_ns += round(report.duration * 1e9)
        if self.outcome in BAD:
            return
        self.outcome = _outcome(report, self.outcome)
        if report.failed:
            self.failure = _failure(report, file, redacted)


def _outcome(report: pytest.TestReport, before: str) -> str:
    if report.failed:
        return "failed" if report.when == "call" else "error"
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    return "skipped" if report.skipped else before


def _failure(report: pytest.TestReport, file: Path, redacted: Callable[[str], str]) -> Failure:
    """At the line that failed if that is one of the test's own file, else at the test's first line."""
    shown, line, _ = report.location
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None and str(crash.path) == str(file):
        line = crash.lineno - 1
    message = report.longreprtext if crash is None else str(crash.message)
    return Failure(
        shown.replace("\\", "/"), 0 if line is None else line + 1, _first_lines(redacted(message[:_LONGEST_MESSAGE]))
    )


def _first_lines(message: str) -> str:
    lines = [cut_end(one_line(line), _LONGEST_LINE) for line in message.split("\n")]
    more = ["…"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])
