"""What leaves a test when it ends: the captured trace of a failed one, and its line in the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.environment.github import GitHubActions
from pytest_flock_trace.environment.otlp import OtlpExport
from pytest_flock_trace.plugin.absences import AbsenceReport
from pytest_flock_trace.plugin.activation import BASELINE
from pytest_flock_trace.plugin.collected import TOLD
from pytest_flock_trace.plugin.ending import Ending
from pytest_flock_trace.plugin.mutation import graded
from pytest_flock_trace.plugin.outputs import outputs
from pytest_flock_trace.plugin.properties import NOTHING, set_properties
from pytest_flock_trace.plugin.redacting import redaction_for, withholding
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.plugin.storing import session_store
from pytest_flock_trace.plugin.trial_gate import TrialGate
from pytest_flock_trace.recording.attempt import TestRecord
from pytest_flock_trace.render.silence import SECTION
from pytest_flock_trace.render.tally import RunSummary, TestSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree
    from pytest_flock_trace.plugin.session_export import SessionExport
    from pytest_flock_trace.plugin.session_store import SessionStore

_LINES = 32
_HOOK_ERRORS = (Exception, pytest.fail.Exception, pytest.skip.Exception)
"""What a user's hook may raise while a trace is read."""
_ATTEMPTS: pytest.StashKey[list[str]] = pytest.StashKey()
_ENDING: pytest.StashKey[Ending] = pytest.StashKey()


class Handover:
    """Writes reports in the process that runs the tests and reads them in the one that prints."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._settings = settings
        self._config = config
        self._verbose = config.get_verbosity() >= 2
        self._absences = AbsenceReport()
        self._worker = ""
        self._store: SessionStore | None = None
        self._export: SessionExport | None = None
        self._redacted = withholding(config, settings)
        self._graphs = settings.asked and (bool(settings.reports) or GitHubActions.read().step_summary is not None)

    def pytest_configure(self, config: pytest.Config) -> None:
        """See which process this is; xdist's workers know it only now, and none of them prints or writes."""
        worker: dict[str, str] | None = getattr(config, "workerinput", None)
        if worker is not None:
            self._worker = worker["workerid"]
        result = outputs(config, self._settings) if worker is None and self._settings.asked else None
        self._store = session_store(config, self._settings, result)
        self._export = _session_export(config, self._settings)

    def report(self, item: pytest.Item, record: TestRecord, report: pytest.TestReport) -> None:
        """Add to the report what it should carry: a section if it failed, JSON if it is the last of its attempt."""
        item.stash.setdefault(_ENDING, Ending()).add(report, lambda: item.path, self._redacted)
        failed = report.failed or hasattr(report, "wasxfail")
        only_loaded = record.loaded and not record.rows_seen
        if failed and self._settings.show != "none" and not only_loaded:
            report.sections.append((_title(record), self._outline(record)))
        if report.when == "teardown":
            ending = item.stash[_ENDING]
            del item.stash[_ENDING]
            if self._settings.asked or self._store is not None:
                self._sign_off(item, record, report, ending)
            self._hand_on(item, record, report, ending)

    def _outline(self, record: TestRecord) -> str:
        from pytest_flock_trace.analysis.critical_path import critical_path
        from pytest_flock_trace.render.outline import outline

        try:
            shown = record.trials.failed or record
            trace = shown.trace
            limit = None if self._verbose else _LINES
            text = outline(
                trace, culprits=shown.culprits, path=critical_path(trace), limit=limit, hide=self._settings.hide
            )
        except _HOOK_ERRORS as error:  # a failing hook must not hide the test's own failure
            text = f"the trace could not be read: {type(error).__name__}: {error}"
        return self._redacted(text)

    def _sign_off(self, item: pytest.Item, record: TestRecord, report: pytest.TestReport, ending: Ending) -> None:
        """Hang the attempts so far on the report, as one JSON list since reports cross process boundaries.

        Earlier attempts ride along: rerun plugins do not send an attempt's last report when another follows.
        """
        attempts = item.stash.setdefault(_ATTEMPTS, [])
        summary = self._summary(item, record, ending, len(attempts) + 1)
        attempts.append(summary.to_json())
        if self._store is not None and not summary.note:
            self._store.add(summary, record.trace)
        if self._export is not None and not summary.note:
            self._export.add(record)
        setattr(report, TOLD, f"[{','.join(attempts)}]")
        if self._settings.asked:
            if lacking := self._lacking(record):
                report.flock_trace_absences = lacking  # type: ignore[attr-defined]  # reports carry extras
            set_properties((item, report), _properties(summary))

    def _hand_on(self, item: pytest.Item, record: TestRecord, report: pytest.TestReport, ending: Ending) -> None:
        """Hang on the report what those ask for who need not have asked for the summary."""
        passed = report.passed and record.passed and ending.outcome == "passed"
        if passed and (baseline := self._config.stash.get(BASELINE, None)):
            report.flock_trace_baseline = baseline.to_json(item, record)  # type: ignore[attr-defined]  # as above
        if self._settings.show == "all" and record.rows_seen:
            report.flock_trace_outline = self._outline(record)  # type: ignore[attr-defined]  # as above

    def remember(self, record: TestRecord) -> None:
        """Remember which names an example of a property test has borne, before it is forgotten."""
        if not self._settings.asked:
            return
        try:
            self._absences.learn(_trees(record))
        except _HOOK_ERRORS:  # the summary says of the last example that its spans can't be read
            return

    def _lacking(self, record: TestRecord) -> str:
        try:
            return self._absences.to_json(record.lacking, _trees(record))
        except _HOOK_ERRORS:  # the test's summary says that its spans can't be read
            return self._absences.to_json(record.lacking, ())

    def _summary(self, item: pytest.Item, record: TestRecord, ending: Ending, attempt: int) -> TestSummary:
        note = ""
        runs: list[RunSummary] = []
        ambient = None
        try:
            runs = [self._run_summary(run, run.name) for run in record.runs if run.outermost and not run.is_open]
            if not record.is_empty:
                ambient = self._run_summary(record.read_ambient(), "")
        except _HOOK_ERRORS as error:  # shown in the summary instead of ending the session
            note = f"the trace could not be read: {type(error).__name__}: {error}"
        return TestSummary(
            record.title,
            attempt,
            ending.outcome,
            tuple(runs),
            ambient,
            note,
            budgets=tuple(record.budgets),
            unbudgeted=record.unbudgeted,
            worker=self._worker,
            examples=record.examples.count,
            duration_ns=ending.duration_ns,
            failure=ending.failure,
            trials=item.tally if isinstance(item, TrialGate) else None,
            grade=_grade(item, record) if ending.outcome == "passed" and not note else None,
        )

    def _run_summary(self, trace: Trace, name: str) -> RunSummary:
        run_id = trace.tree.spans[0].trace_id if len(trace.tree) else ""
        return RunSummary.of(trace, run_id, name, graph=self._graphs)


def _properties(test: TestSummary) -> Sequence[tuple[str, object]]:
    if not (test.parts or test.budgets or test.trials is not None):
        return NOTHING
    from pytest_flock_trace.plugin.property_values import properties_of

    return properties_of(test)


def _title(record: TestRecord) -> str:
    """What is shown of a property test is one of its examples."""
    examples = record.examples
    return SECTION if examples.count < 2 else f"{SECTION} of the {examples.shown}, of {examples.count:,} that ran"


def _trees(record: TestRecord) -> list[SpanTree]:
    trees = [run.tree for run in record.runs if run.outermost and not run.is_open]
    if not record.is_empty:
        trees.append(record.read_ambient().tree)
    return [*trees, *(trace.tree for trace in record.loaded)]


def _grade(item: pytest.Item, record: TestRecord) -> Grade | None:
    """Of a test of trials, that of the first trial that passed."""
    return item.grade if isinstance(item, TrialGate) else graded(record)


def _session_export(config: pytest.Config, settings: Settings) -> SessionExport | None:
    """Only where every test is recorded: whoever just uses a fixture has not asked for anything to leave."""
    if not (settings.asked and OtlpExport.wanted()):
        return None
    from pytest_flock_trace.plugin.session_export import SessionExport

    export = SessionExport(config, lambda: redaction_for(config, settings))
    config.pluginmanager.register(export, "flock_trace_export")
    return export
