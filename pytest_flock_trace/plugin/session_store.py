"""The trace file that a session writes: every recorded test with its spans."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from pytest_flock_trace.environment.tracing import Environment
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.recording.process import retention
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.attempts import AttemptRow
from pytest_flock_trace.store.file.session_view import part_of
from pytest_flock_trace.store.file.writer import TraceFile

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.render.summary import TestSummary

_AT_ONCE: Final = 5_000
"""Spans that wait in memory."""
_FROM_WORKER: Final = "flock_trace_store"
_TO_WORKER: Final = "flock_trace_session"


class SessionStore:
    """Writes in batches. xdist's workers put theirs beside the file, and the process that prints puts them in."""

    def __init__(
        self, config: pytest.Config, path: Path, redaction: Callable[[], Redaction], *, announced: bool = True
    ) -> None:
        environment = Environment.read()
        self.path = path
        self._announced = announced
        self._file = TraceFile(path, age=None if environment.trace_days is None else retention(environment))
        self._redaction = redaction
        self._input: dict[str, Any] | None = getattr(config, "workerinput", None)
        self._output: dict[str, Any] = getattr(config, "workeroutput", {})
        self.session = uuid4().hex if self._input is None else str(self._input[_TO_WORKER])
        self._spans: list[Span] = []
        self._tests: list[AttemptRow] = []
        self._written = 0
        self._complaints: dict[str, None] = {}

    def add(self, summary: TestSummary, trace: Trace) -> None:
        """An attempt at a test has ended."""
        outgoing = Outgoing(self._redaction())
        spans = [*map(outgoing, trace.tree.spans)]
        self._spans.extend(spans)
        self._tests.append(self._row(summary, spans))
        if len(self._spans) >= _AT_ONCE:
            self._flush()

    def ensure_file(self) -> None:
        """Make the file where nothing was recorded; raises `BadTraceFile` where it can't be."""
        if not self.path.exists():
            with opened(self.path):
                pass

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the rest; a file that can't be written makes a session fail that did not fail anyway."""
        self._flush()
        if self._input is not None:
            self._output[_FROM_WORKER] = self._written, list(self._complaints)
        else:
            self._complain(self._file.finish())
            if self._complaints and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker of xdist is about to be started. They share a session, unless each of them runs every test."""
        self.session = str(node.workerinput["testrunuid"])
        each = node.config.getoption("dist") == "each"
        node.workerinput[_TO_WORKER] = part_of(self.session, node.gateway.id) if each else self.session

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended, and says what it has written."""
        written, complaints = getattr(node, "workeroutput", {}).get(_FROM_WORKER, (0, []))
        self._written += written
        self._complaints.update(dict.fromkeys(complaints))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the traces are, or why they are not there."""
        if self._written and self._announced:
            terminalreporter.write_line(f"flock-trace: {count_of(self._written, 'test')} written to {self.path}")
        for complaint in self._complaints:
            terminalreporter.write_line(f"flock-trace: {complaint}", red=True)

    def _row(self, summary: TestSummary, spans: list[Span]) -> AttemptRow:
        return AttemptRow(
            self.session,
            summary.nodeid,
            summary.attempt,
            summary.outcome,
            summary.worker or None,
            time.time_ns() - summary.duration_ns,
            summary.duration_ns,
            None if summary.failure is None else summary.failure.message,
            list(dict.fromkeys(span.trace_id for span in spans)),
        )

    def _flush(self) -> None:
        spans, tests = self._spans, self._tests
        self._spans, self._tests = [], []
        try:
            if self._input is None:
                self._complain(self._file.write(spans, tests=tests))
            else:
                self._file.write_beside(spans, tests=tests)
        except BadTraceFile as exc:
            self._complaints[f"{count_of(len(spans), 'span')} of {count_of(len(tests), 'test')} are lost: {exc}"] = None
        else:
            self._written += len(tests)

    def _complain(self, trouble: BadTraceFile | None) -> None:
        if trouble is not None:
            self._complaints[f"{trouble}; the traces are kept in {self._file.spool.folder} until it can be used"] = None
