"""How an attempt at a test came out, put together from the reports of its phases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pytest_flock_trace.model.text import cut_end, one_line
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.tally import BAD

_MOST_LINES = 10
_LONGEST_LINE = 240


@dataclass
class Ending:
    """What the reports of an attempt have said so far."""

    outcome: str = "passed"
    duration_ns: int = 0
    failure: Failure | None = None

    def add(self, report: pytest.TestReport) -> None:
        """Take in one phase; the first failure is the one that counts."""
        self.duration_ns += round(report.duration * 1e9)
        if self.outcome in BAD:
            return
        self.outcome = _outcome(report, self.outcome)
        if report.failed:
            self.failure = _failure(report)


def _outcome(report: pytest.TestReport, before: str) -> str:
    if report.failed:
        return "failed" if report.when == "call" else "error"
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    return "skipped" if report.skipped else before


def _failure(report: pytest.TestReport) -> Failure:
    """At the line that failed if that is one of the test's own file, else at the test's first line."""
    file, line, _ = report.location
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None and report.fspath and str(crash.path).replace("\\", "/").endswith(f"/{report.fspath}"):
        line = crash.lineno - 1
    message = report.longreprtext if crash is None else str(crash.message)
    return Failure(file.replace("\\", "/"), 0 if line is None else line + 1, _first_lines(message))


def _first_lines(message: str) -> str:
    lines = [cut_end(one_line(line), _LONGEST_LINE) for line in message[: _MOST_LINES * 1_000].split("\n")]
    more = ["…"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])
