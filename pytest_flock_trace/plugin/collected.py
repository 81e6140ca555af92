"""What the tests of a session have handed over, from this process and from xdist's workers."""

from __future__ import annotations

import json

import pytest

from pytest_flock_trace.plugin.absences import AbsenceChecks
from pytest_flock_trace.render.tally import TestSummary


class CollectedTests:
    """Takes in what the last report of each test carries, and reads it when it is asked for.

    Until then it stays the text that it came as, which is small and of no concern to the garbage collector.
    """

    def __init__(self) -> None:
        self._told: list[str] = []
        self._tests: dict[tuple[str, str, int], TestSummary] = {}
        self.outlines: dict[str, str] = {}
        """Printed traces by node id."""
        self.lost: list[str] = []
        """Node ids of the tests that xdist's workers died over."""
        self.absences = AbsenceChecks()

    @property
    def tests(self) -> list[TestSummary]:
        """Each attempt at each test, in the order the tests ended; with `--dist each`, of each worker."""
        for attempts in self._told:
            for values in json.loads(attempts):
                summary = TestSummary.from_values(values)
                self._tests[summary.nodeid, summary.worker, summary.attempt] = summary
        self._told.clear()
        return list(self._tests.values())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A report has arrived."""
        if attempts := getattr(report, "flock_trace", ""):
            self._told.append(attempts)
        if text := getattr(report, "flock_trace_absences", ""):
            self.absences.take(report.nodeid, text)
        if text := getattr(report, "flock_trace_outline", ""):
            self.outlines[report.nodeid] = text

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """An xdist worker died; the test it was running is all that is lost."""
        self.lost.append(crashitem)
