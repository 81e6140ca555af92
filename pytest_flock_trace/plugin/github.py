"""Annotations and the step summary, where GitHub Actions runs the session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_flock_trace.environment.github import GitHubActions
from pytest_flock_trace.plugin.text_files import append
from pytest_flock_trace.render.annotations import annotation_lines
from pytest_flock_trace.render.session_markdown import SMALLEST, session_markdown
from pytest_flock_trace.render.session_result import SessionResult

LIMIT = 64_000
"""Bytes of one session's summary."""
_WHOLE_STEP = 1_000_000
"""Bytes of all that a step writes; GitHub shows nothing of a summary over 1 MiB."""


class GitHubOutput:
    """Tells GitHub what its pages can show."""

    def __init__(self, config: pytest.Config, github: GitHubActions, result: Callable[[], SessionResult]) -> None:
        self._config = config
        self._github = github
        self._result = result

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the annotations and add to the step summary, once everything else is said."""
        if self._config.getoption("collectonly", default=False):
            return
        result = self._result()
        for line in annotation_lines(result, self._located):
            terminalreporter.write_line(line)
        if self._github.step_summary is not None and (complaint := _add(self._github.step_summary, result)):
            terminalreporter.write_line(f"flock-trace: {complaint}")

    def _located(self, file: str) -> str:
        """Relative to the repository, as GitHub wants it; as it is outside of it."""
        path = os.path.normpath(self._config.rootpath / file)
        workspace = self._github.workspace
        if workspace is None or not Path(path).is_relative_to(workspace):
            return file
        return Path(path).relative_to(workspace).as_posix()


def _add(path: Path, result: SessionResult) -> str | None:
    """Add the session to the step summary; what went wrong, None if nothing did."""
    try:
        room = _WHOLE_STEP - (path.stat().st_size if path.exists() else 0)
        if room < SMALLEST:
            return f"no room is left in the step summary {path}"
        append(path, session_markdown(result, min(LIMIT, room)))
    except OSError as error:
        return f"the step summary {path} could not be written: {error}"
    return None
