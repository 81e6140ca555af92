"""What the tests of a session have handed over, from this process and from xdist's workers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from pytest_flock_trace.plugin.reported import ReportedTests, SilentAttempt

if TYPE_CHECKING:
    from pytest_flock_trace.render.tally import TestSummary

TOLD: Final = "flock_trace"
"""Attribute of the reports of a process that records: JSON if it is the last of a test's attempt, else empty."""


class CollectedTests:
    """Takes in what the last report of each test carries, and reads it when it is asked for.

    Until then it stays the text that it came as, which is small and of no concern to the garbage collector.
    """

    def __init__(self, reported: ReportedTests) -> None:
        self._reported = reported
        self._told: list[str | SilentAttempt] = []
        self._tests: dict[tuple[str, str, int], TestSummary] = {}
        self._absences: list[tuple[str, str]] = []
        self.outlines: dict[str, str] = {}
        """Printed traces by node id."""
        self.lost: list[str] = []
        """Node ids of the tests that xdist's workers died over."""

    @property
    def tests(self) -> list[TestSummary]:
        """Each attempt at each test, in the order the tests ended; with `--dist each`, of each worker."""
        from pytest_flock_trace.render.tally import TestSummary

        for told in self._told:
            attempts = (
                [TestSummary(**told._asdict())]
                if isinstance(told, SilentAttempt)
                else map(TestSummary.from_values, json.loads(told))
            )
            for summary in attempts:
                self._tests[summary.nodeid, summary.worker, summary.attempt] = summary
        self._told.clear()
        return list(self._tests.values())

    @property
    def silent(self) -> int | None:
        """How many attempts there were, if nothing was recorded at all; else None."""
        if self._tests or not all(isinstance(told, SilentAttempt) for told in self._told):
            return None
        return len(self._told)

    @property
    def absences(self) -> list[str]:
        """A line for each name that checks rest on and no test produced."""
        if not self._absences:
            return []
        from pytest_flock_trace.plugin.absences import AbsenceChecks

        checks = AbsenceChecks()
        for nodeid, text in self._absences:
            checks.take(nodeid, text)
        return checks.lines()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A report has arrived."""
        told: str | None = getattr(report, TOLD, None)
        if told is None:
            if (attempt := self._reported.take(report)) is not None:
                self._told.append(attempt)
            return
        if told:
            self._told.append(self._reported.complete(report, told))
        if text := getattr(report, "flock_trace_absences", ""):
            self._absences.append((report.nodeid, text))
        if text := getattr(report, "flock_trace_outline", ""):
            self.outlines[report.nodeid] = text

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """An xdist worker died; the test it was running is all that is lost."""
        self.lost.append(crashitem)
