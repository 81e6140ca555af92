"""The summary at the end of a session, printed from what its tests have handed over."""

from __future__ import annotations

import sys

import pytest

from pytest_flock_trace.plugin.activation import SESSION
from pytest_flock_trace.plugin.collected import CollectedTests

_ROWS = 20
_LOG_WIDTH = 180


class SummaryPrinter:
    """Prints what tests recorded, in this process or in xdist's workers, once."""

    def __init__(self, config: pytest.Config, collected: CollectedTests) -> None:
        self._config = config
        self._collected = collected

    def pytest_report_header(self) -> list[str]:
        """Say that every test is recorded, and what stands in the way of it."""
        obstacle = self._obstacle()
        return ["flock-trace: recording every test", *([f"flock-trace: {obstacle}"] if obstacle else [])]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the tables."""
        if self._config.getoption("collectonly", default=False):
            return
        terminalreporter.section("flock trace")
        for line in self._lines():
            terminalreporter.write_line(line)

    def _lines(self) -> list[str]:
        silent = self._collected.silent
        lines = self._tables() if silent is None else _silence(silent)
        lines.extend(f"lost: a worker died while it ran {nodeid}" for nodeid in self._collected.lost)
        lines.extend(self._collected.absences)
        lines.extend(self._advice() if silent or self._spanless() else [])
        for nodeid, text in self._collected.outlines.items():
            lines.extend(["", f"trace of {nodeid}", *text.splitlines()])
        asked = self._config.hook.pytest_flock_trace_summary
        if asked.get_hookimpls():
            for answer in asked(config=self._config, tests=self._collected.tests):
                lines.extend([answer] if isinstance(answer, str) else map(str, answer))
        return lines

    def _tables(self) -> list[str]:
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
        return lines

    def _spanless(self) -> bool:
        """There were tests, of which something is told, but no span."""
        return self._collected.silent is None and not any(test.spans for test in self._collected.tests)

    def _advice(self) -> list[str]:
        if obstacle := self._obstacle():
            return [f"no test recorded a span: {obstacle}"]
        return [
            'no test recorded a span: open a run with `with traced_run("name"):` around code that makes spans',
            "`flock-trace init` writes a first such test, for the agent framework that it finds",
        ]

    def _obstacle(self) -> str | None:
        """What keeps this process from recording, if it does so already and anything does."""
        if SESSION not in self._config.stash:
            return None
        from pytest_flock_trace.capture.recorder import the_recorder

        return the_recorder().obstacle()


def _silence(tests: int) -> list[str]:
    if not tests:
        return []
    from pytest_flock_trace.render.silence import silence

    return [silence(tests)]
