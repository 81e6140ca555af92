"""Where a session's results go: the plugin objects that print and write, in the one process that does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.environment.github import GitHubActions
from pytest_flock_trace.plugin.collected import CollectedTests
from pytest_flock_trace.plugin.reported import ReportedTests
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.plugin.summary import SummaryPrinter

if TYPE_CHECKING:
    from pytest_flock_trace.render.session_result import SessionResult

RESULT: pytest.StashKey[Callable[[], SessionResult]] = pytest.StashKey()


def outputs(config: pytest.Config, settings: Settings) -> Callable[[], SessionResult]:
    """What the session came to; first, register what takes in the tests' results and what makes something of them."""
    if RESULT not in config.stash:
        config.stash[RESULT] = _register(config, settings)
    return config.stash[RESULT]


def _register(config: pytest.Config, settings: Settings) -> Callable[[], SessionResult]:
    started_ns = time.time_ns()
    collected = CollectedTests(ReportedTests(config, settings))

    def result() -> SessionResult:
        from pytest_flock_trace.plugin.machine import session_environment
        from pytest_flock_trace.render.session_result import SessionResult

        return SessionResult(
            tests=collected.tests,
            environment=session_environment(started_ns),
            lost=collected.lost,
            remarks=collected.absences,
        )

    github = GitHubActions.read()
    plugins: dict[str, object] = {"collected": collected, "summary": SummaryPrinter(config, collected)}
    if settings.reports:
        from pytest_flock_trace.plugin.report_files import RENDERERS, ReportFiles

        if reports := [path for path in settings.reports if path.suffix.lower() in RENDERERS]:
            plugins["reports"] = ReportFiles(config, reports, result)
    if github.running:
        from pytest_flock_trace.plugin.github import GitHubOutput

        plugins["github"] = GitHubOutput(config, github, result)
    for name, plugin in plugins.items():
        config.pluginmanager.register(plugin, f"flock_trace_{name}")
    return result
