"""What pytest's reports tell of tests that were run where nothing was recorded."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from pytest_flock_trace.plugin.ending import Ending, is_failure
from pytest_flock_trace.plugin.properties import NOTHING, bare_properties, set_properties
from pytest_flock_trace.plugin.redacting import withholding
from pytest_flock_trace.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_flock_trace.render.failure import Failure

_PHASES: Final = ("setup", "call", "teardown")


class SilentAttempt(NamedTuple):
    """All that is told of an attempt at a test that recorded nothing, as `TestSummary` calls it."""

    nodeid: str
    attempt: int
    outcome: str
    worker: str
    duration_ns: int
    failure: Failure | None


class ReportedTests:
    """Follows each attempt from report to report, in the process that prints."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._root = config.rootpath
        self._shows = settings.show != "none"
        self._redacted = withholding(config, settings)
        self._under_way: dict[tuple[str, str], Ending] = {}
        self._before: dict[tuple[str, str], int] = {}
        """How many attempts have ended."""

    def take(self, report: pytest.TestReport) -> SilentAttempt | None:
        """The attempt, once it has ended. What is said of a test without spans, the report says from now on."""
        if report.when not in _PHASES:  # what xdist says of a test whose worker has died
            return None
        key = _key(report)
        broken_off = self._end(key) if report.when == "setup" else None
        ending = self._under_way.get(key)
        if ending is None:
            ending = self._under_way[key] = Ending()
        bare_properties(report)
        ending.add(report, lambda: self._root / os.path.normpath(report.location[0]), self._redacted)
        if self._shows and (is_failure(report) or hasattr(report, "wasxfail")):
            from pytest_flock_trace.render.silence import NO_SPANS, SECTION

            report.sections.append((SECTION, NO_SPANS))
        if report.when != "teardown":
            return broken_off
        set_properties((report,), NOTHING)
        return self._end(key)

    def complete(self, report: pytest.TestReport, told: str) -> str:
        """What the test tells itself of its attempts, recording having begun while it was run."""
        key = _key(report)
        begun, before = self._under_way.pop(key, None), self._before.get(key, 0)
        if begun is None and not before:
            return told
        attempts = json.loads(told)
        if begun is not None:
            attempts[0]["duration_ns"] = begun.duration_ns + attempts[0].get("duration_ns", 0)
        for attempt in attempts:
            attempt["attempt"] = before + attempt.get("attempt", 1)
        return json.dumps(attempts)

    def _end(self, key: tuple[str, str]) -> SilentAttempt | None:
        """The attempt under way is over; plugins that attempt a test again may do so without a last report."""
        ending = self._under_way.pop(key, None)
        if ending is None:
            return None
        nodeid, worker = key
        number = self._before[key] = 1 + self._before.get(key, 0)
        return SilentAttempt(nodeid, number, ending.outcome, worker, ending.duration_ns, ending.failure)


def _key(report: pytest.TestReport) -> tuple[str, str]:
    worker: str = getattr(report, "worker_id", "")  # xdist's
    return report.nodeid, worker
