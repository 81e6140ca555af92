"""The files that `--flock-trace-report` asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from pytest_flock_trace.plugin.text_files import write_whole
from pytest_flock_trace.render.report_document import report_document
from pytest_flock_trace.render.session_markdown import session_markdown
from pytest_flock_trace.render.session_result import SessionResult

RENDERERS: Mapping[str, Callable[[SessionResult], str]] = {".json": report_document, ".md": session_markdown}
"""By suffix. Of `options.REPORTS`, the page alone is not made of the session's result."""


class ReportFiles:
    """Writes the reports when the session ends."""

    def __init__(self, config: pytest.Config, paths: Sequence[Path], result: Callable[[], SessionResult]) -> None:
        self._config = config
        self._paths = paths
        self._result = result
        self._complaints: Sequence[str] = ()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write; a report that can't be written makes a session fail that did not fail anyway."""
        if self._config.getoption("collectonly", default=False):
            return
        result = self._result()
        self._complaints = [complaint for path in self._paths if (complaint := _written(path, result))]
        fail(session, self._complaints)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what could not be written, and why."""
        tell(terminalreporter, self._complaints)


def fail(session: pytest.Session, complaints: Sequence[str]) -> None:
    """Have a session fail that did not fail anyway, where there is a complaint."""
    if complaints and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def tell(terminalreporter: pytest.TerminalReporter, complaints: Sequence[str]) -> None:
    """Print complaints, a line each."""
    for complaint in complaints:
        terminalreporter.write_line(f"flock-trace: {complaint}", red=True)


def _written(path: Path, result: SessionResult) -> str | None:
    """Write a report; what went wrong, None if nothing did."""
    try:
        write_whole(path, RENDERERS[path.suffix.lower()](result))
    except OSError as error:
        return f"the report {path} could not be written: {error}"
    return None
