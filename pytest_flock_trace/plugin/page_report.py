"""The page of `--flock-trace-report=report.html`: made of the trace file of the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pytest_flock_trace.errors import FlockTraceError
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.plugin.report_files import fail, tell
from pytest_flock_trace.plugin.session_store import SessionStore
from pytest_flock_trace.render.session_result import SessionResult


class PageReport:
    """Writes the page when the session has ended and its file holds what the workers of xdist recorded, too."""

    def __init__(
        self,
        config: pytest.Config,
        paths: Sequence[Path],
        store: SessionStore,
        result: Callable[[], SessionResult],
        redaction: Callable[[], Redaction],
    ) -> None:
        self._config = config
        self._paths = paths
        self._store = store
        self._result = result
        self._redaction = redaction
        self._complaints: Sequence[str] = ()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write; a page that can't be written makes a session fail that did not fail anyway."""
        if self._config.getoption("collectonly", default=False):
            return
        try:
            self._write()
        except FlockTraceError as error:
            self._complaints = [f"the report {self._paths[0]} could not be written: {error}"]
        fail(session, self._complaints)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why it could not be written."""
        tell(terminalreporter, self._complaints)

    def _write(self) -> None:
        from pytest_flock_trace.store.file.reading import viewed
        from pytest_flock_trace.store.file.session_view import SessionView
        from pytest_flock_trace.viewer.answers.overview import Head
        from pytest_flock_trace.viewer.answers.told import Told
        from pytest_flock_trace.viewer.document import Contents
        from pytest_flock_trace.viewer.report_file import write_report, writer_for

        writers = {path: writer_for(path) for path in self._paths}
        result, path = self._result(), self._store.path
        self._store.ensure_file()
        with viewed(path) as whole:
            contents = Contents(
                SessionView(whole, self._store.session),
                Head(_title(self._config, result), _now(), self._config.rootpath.name, kind="session"),
                path,
                told=Told.of(result.tests),
                redaction=self._redaction(),
                outgoing=None,  # the file has spans as they may leave
                among_all=whole,
            )
            for target, writer in writers.items():
                write_report(target, contents, writer)


def _title(config: pytest.Config, result: SessionResult) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in result.outcomes.items() if count)
    return f"{config.rootpath.name}: {outcomes or 'no tests'}"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
