"""A session's side of a baseline: gathers what passing tests ran, judges its time, and keeps the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Final

import pytest

from pytest_flock_trace.analysis.baseline import Baseline
from pytest_flock_trace.analysis.baseline_comparison import RunComparison, compared
from pytest_flock_trace.analysis.baseline_sample import Sample
from pytest_flock_trace.errors import BadBaseline
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.plugin.baseline import TestRuns
from pytest_flock_trace.plugin.baseline_file import UPDATE_FLAG, replace, shown_path, to_update
from pytest_flock_trace.plugin.fingerprint import fingerprint, name_of
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.render.baseline_report import listed, slower_lines, unjudged_lines

SECTION: Final = "flock trace baseline"
NO_RUN: Final = "no run; open one with `with traced_run(...)`"


class BaselineSession:
    """Lives in the process that prints, which under xdist sees the tests of all workers."""

    def __init__(self, config: pytest.Config, settings: Settings, known: Baseline) -> None:
        self._config = config
        self._path = settings.baseline
        self._update_path = settings.baseline_update
        self._known = known
        self._stored = Baseline()
        if self._update_path is not None:
            self._stored = to_update(self._update_path, shown_path(self._update_path, config))
        self._tests: dict[str, dict[str, dict[str, Sample]]] = {}
        self._without: dict[str, dict[str, None]] = {}
        self._lines: list[str] = []
        self._began = datetime.now(timezone.utc).isoformat(timespec="seconds")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the runs of a test that has passed; a run that repetitions of a test share counts once."""
        if not (text := getattr(report, "flock_trace_baseline", "")):
            return
        test = TestRuns.from_json(text)
        if not test.runs:
            self._without.setdefault(test.note or NO_RUN, {})[test.test] = None
        for name, trace_id, sample in test.runs:
            self._tests.setdefault(test.test, {}).setdefault(name, {})[trace_id] = sample

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge and write, once the last test has ended."""
        if self._config.getoption("collectonly", default=False):
            return
        now = self._session()
        updated = self._stored.updated(now)
        good = [self._judge(now, updated), self._keep(now, updated)]
        for reason, tests in self._without.items():
            self._lines.extend(_noted(f"left out, {reason}", tests))
        if not all(good) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what came of it."""
        if self._lines:
            terminalreporter.section(SECTION)
        for line in self._lines:
            terminalreporter.write_line(line)

    def _session(self) -> Baseline:
        """The samples of this session, the newest first."""
        environment = fingerprint(self._config)
        name = name_of(environment)
        tests = {
            test: {run: _newest_first(samples, name, self._began) for run, samples in runs.items()}
            for test, runs in self._tests.items()
        }
        return Baseline(tests, {name: environment})

    def _judge(self, now: Baseline, updated: Baseline) -> bool:
        """Compare time; False if anything got slower. What an updated file holds of these tests is the present, too."""
        if self._path is None:
            return True
        ((name, here),) = now.environments.items()
        present = Baseline({test: updated.tests[test] for test in now.tests})
        comparisons = compared(self._known, present, name)
        unknown = [test for test in now.tests if test not in self._known.tests]
        counts = _counts(len(now.tests) - len(unknown), comparisons)
        self._lines.append(f"compared with {shown_path(self._path, self._config)}: {counts}")
        slower = slower_lines(comparisons)
        self._lines.extend([*slower, *unjudged_lines(comparisons, here, self._known.environments)])
        self._lines.extend(_noted(f"not in the baseline, {UPDATE_FLAG} adds them", unknown))
        return not slower

    def _keep(self, now: Baseline, updated: Baseline) -> bool:
        """Write the file to be updated; False if that can't be done."""
        if self._update_path is None:
            return True
        shown = shown_path(self._update_path, self._config)
        if not now.tests:
            self._lines.append(f"{shown} stays as it is: no test that passed had a run")
            return True
        try:
            replace(self._update_path, shown, updated)
        except BadBaseline as exc:
            self._lines.append(str(exc))
            return False
        samples = sum(len(named) for runs in now.tests.values() for named in runs.values())
        others = len(updated.tests) - len(now.tests)
        kept = f"; {count_of(others, 'other test')} kept" if others else ""
        self._lines.append(f"added to {shown}: {count_of(samples, 'run')} of {count_of(len(now.tests), 'test')}{kept}")
        return True


def _newest_first(named: Mapping[str, Sample], environment: str, session: str) -> list[Sample]:
    return [sample.recorded(environment, session) for sample in [*named.values()][::-1]]


def _counts(same: int, comparisons: Iterable[RunComparison]) -> str:
    judged = [comparison for comparison in comparisons if comparison.judged]
    slower = sum(bool(comparison.slower) for comparison in judged)
    verdict = f"{slower} slower" if slower else "nothing got slower"
    time = f"the time of {count_of(len(judged), 'run')} judged, {verdict}" if judged else "no time judged"
    return f"{count_of(same, 'test')} of the same structure; {time}"


def _noted(what: str, tests: Iterable[str]) -> list[str]:
    names = list(tests)
    return [f"{what}: {count_of(len(names), 'test')}", *listed(f"  {name}" for name in names)] if names else []
