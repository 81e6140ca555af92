"""What a session sends to a collector: the spans that its tests recorded, each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import pytest

from pytest_flock_trace.capture.recorder import the_recorder
from pytest_flock_trace.environment.otlp import OtlpExport
from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.recording.export import export_if_asked

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Ledger
    from pytest_flock_trace.capture.otlp.span_export import SpanExport
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.recording.attempt import TestRecord

_FROM_WORKER: Final = "flock_trace_export"


class SessionExport:
    """Sends from whatever process a test runs in; xdist's workers say what came of it to the one that prints."""

    def __init__(self, config: pytest.Config, redaction: Callable[[], Redaction]) -> None:
        self._is_worker = hasattr(config, "workerinput")
        self._output: dict[str, Any] = getattr(config, "workeroutput", {})
        self._redaction = redaction
        self._export: SpanExport | None = None
        self._handed_on: WeakKeyDictionary[Ledger, set[str]] = WeakKeyDictionary()
        self._open: list[TestRecord] = []
        self._sent = self._unsent = self._left = 0
        self._reason = ""
        self._complaints: dict[str, None] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Get ready, in the processes that run tests, before the first of them."""
        if session.items and not session.config.getoption("collectonly", default=False):
            self._export = export_if_asked(self._complain, tell_of_spans=lambda _: None)

    def add(self, record: TestRecord) -> None:
        """An attempt at a test has ended; what of it is still open is sent at the end, if it has ended by then."""
        if self._export is not None and self._hand_on(self._export, record):
            self._open.append(record)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Send the rest, for as long as that may take."""
        if self._export is not None:
            self._finish(self._export)
        if self._is_worker:
            numbers = self._sent, self._unsent, self._left
            self._output[_FROM_WORKER] = *numbers, self._reason, list(self._complaints)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended, and says what it has sent."""
        said = getattr(node, "workeroutput", {}).get(_FROM_WORKER)
        if said is not None:
            sent, unsent, left, reason, complaints = said
            self._sent, self._unsent, self._left = self._sent + sent, self._unsent + unsent, self._left + left
            self._reason = self._reason or reason
            self._complaints.update(dict.fromkeys(complaints))

    def pytest_report_header(self) -> str | None:
        """Say where spans go."""
        endpoint = _endpoint()
        return None if endpoint is None else f"flock-trace: spans go to {endpoint}"

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many were sent, or why they were not; a collector's trouble is none of the tests'."""
        if self._unsent:
            from pytest_flock_trace.capture.otlp.outbox import complaint

            self._complain(complaint(self._unsent, self._sent, _endpoint(), self._reason))
        elif self._sent:
            terminalreporter.write_line(f"flock-trace: {count_of(self._sent, 'span')} sent to {_endpoint()}")
        if self._left:
            what = count_of(self._left, "span")
            terminalreporter.write_line(f"flock-trace: {what} left to the exporters of the application's own provider")
        for text in self._complaints:
            terminalreporter.write_line(f"flock-trace: {text}", red=True)

    def _finish(self, export: SpanExport) -> None:
        for record in self._open:
            self._hand_on(export, record)
        export.close()
        if (outbox := export.outbox) is not None:
            self._sent, self._unsent, self._reason = outbox.sent, outbox.unsent, outbox.reason

    def _hand_on(self, export: SpanExport, record: TestRecord) -> bool:
        """Send what has ended and was not sent before, as part of this test or of another; True if any is open."""
        try:
            spans = {span.key: span for span in record.trace.tree.spans}
            fresh, is_open = self._fresh(record, spans)
            export.put([*map(Outgoing(self._redaction()), fresh)])
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as exc:  # noqa: BLE001  # of a user's hook
            self._complain(f"spans of {record.title} are not sent: {type(exc).__name__}: {exc}")
            return False
        return is_open

    def _fresh(self, record: TestRecord, spans: dict[tuple[str, str], Span]) -> tuple[list[Span], bool]:
        fresh: list[Span] = []
        is_open = False
        for ledger in record.ledgers:
            handed_on = self._handed_on.setdefault(ledger, set())
            for row in tuple(ledger.rows):
                key = format(row.context.trace_id, "032x"), format(row.context.span_id, "016x")
                if row.live is not None:
                    is_open = True
                elif key[1] not in handed_on and (span := spans.get(key)) is not None:
                    handed_on.add(key[1])
                    if the_recorder().providers.export_themselves(row.resource):
                        self._left += 1
                    else:
                        fresh.append(span)
            for received in tuple(ledger.received):  # which their process has sent to this one only
                if received.span_id not in handed_on and not received.unfinished:
                    handed_on.add(received.span_id)
                    if received.key in ledger.exported:
                        self._left += 1
                    else:
                        fresh.append(spans.get(received.key, received))
        return fresh, is_open

    def _complain(self, message: str) -> None:
        self._complaints[message] = None


def _endpoint() -> object:
    try:
        return OtlpExport.read().traces
    except BadSetting:
        return None
