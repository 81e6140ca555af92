"""The summary at the end of a session, printed from what its tests have handed over."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.capture.recorder import the_recorder
from pytest_flock_trace.plugin.collected import CollectedTests

if TYPE_CHECKING:
    from pytest_flock_trace.render.tally import TestSummary

_ROWS = 20
_LOG_WIDTH = 180


class SummaryPrinter:
    """Prints what tests recorded, in this process or in xdist's workers, once."""

    def __init__(self, config: pytest.Config, collected: CollectedTests) -> None:
        self._config = config
        self._collected = collected

    def pytest_report_header(self) -> list[str]:
        """Say that every test is recorded, and what stands in the way of it."""
        recorder = the_recorder()
        obstacle = recorder.obstacle()
        return ["flock-trace: recording every test", *([f"flock-trace: {obstacle}"] if obstacle else [])]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the tables."""
        if self._config.getoption("collectonly", default=False):
            return
        terminalreporter.section("flock trace")
        for line in self._lines():
            terminalreporter.write_line(line)

    def _lines(self) -> list[str]:
        from pytest_flock_trace.render.budgets import budget_table
        from pytest_flock_trace.render.grades import grade_lines
        from pytest_flock_trace.render.summary import agent_table, test_table
        from pytest_flock_trace.render.trials import trial_table

        tests = self._collected.tests
        width = self._config.get_terminal_writer().fullwidth
        if not sys.stdout.isatty():  # a log file or CI console has room for more than the assumed 80 columns
            width = max(width, _LOG_WIDTH)
        limit = None if self._config.get_verbosity() >= 2 else _ROWS
        lines = [*test_table(tests, width=width, limit=limit)]
        agents = agent_table(tests, width=width)
        lines.extend(["", *agents] if agents else [])
        budgets = budget_table(tests, width=width)
        lines.extend(["", *budgets] if budgets else [])
        trials = trial_table(tests, width=width)
        lines.extend(["", *trials] if trials else [])
        grades = grade_lines(tests, limit=limit)
        lines.extend(["", *grades] if grades else [])
        lines.extend(f"lost: a worker died while it ran {nodeid}" for nodeid in self._collected.lost)
        lines.extend(self._collected.absences.lines())
        lines.extend(self._advice(tests))
        for nodeid, text in self._collected.outlines.items():
            lines.extend(["", f"trace of {nodeid}", *text.splitlines()])
        for answer in self._config.hook.pytest_flock_trace_summary(config=self._config, tests=tests):
            lines.extend([answer] if isinstance(answer, str) else map(str, answer))
        return lines

    def _advice(self, tests: list[TestSummary]) -> list[str]:
        if not tests or any(test.spans for test in tests):
            return []
        if obstacle := the_recorder().obstacle():
            return [f"no test recorded a span: {obstacle}"]
        return [
            'no test recorded a span: open a run with `with traced_run("name"):` around code that makes spans',
            "`flock-trace init` writes a first such test, for the agent framework that it finds",
        ]
