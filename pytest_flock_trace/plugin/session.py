"""One pytest session's recording: which test is running, what belongs to its fixtures, what it hands on."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter_ns
from typing import Any, TypeVar

import pytest

from pytest_flock_trace.capture.recorder import the_recorder
from pytest_flock_trace.capture.run import outside_every_run
from pytest_flock_trace.errors import TraceFailure
from pytest_flock_trace.model.check_log import CheckLog
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.plugin.activation import BASELINE, CONTRACT, THREAD, wants_recording
from pytest_flock_trace.plugin.collected import TOLD
from pytest_flock_trace.plugin.example_hints import hint_at
from pytest_flock_trace.plugin.flock import FlockManners
from pytest_flock_trace.plugin.handover import Handover
from pytest_flock_trace.plugin.marks import is_marked
from pytest_flock_trace.plugin.properties import bare_properties
from pytest_flock_trace.plugin.reading import reading_for
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.plugin.shared_runs import SharedRuns
from pytest_flock_trace.plugin.trial_gate import GATE, TrialGate
from pytest_flock_trace.plugin.trial_share import TrialShare
from pytest_flock_trace.recording.attempt import TestRecord
from pytest_flock_trace.recording.traced_run import TracedRun
from pytest_flock_trace.store.connection import shutdown

_T = TypeVar("_T")
RECORD: pytest.StashKey[TestRecord] = pytest.StashKey()
"""What the attempt under way has recorded."""


class CaptureSession:
    """The plugin object of a session that records."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._recorder = the_recorder()
        self._flock = FlockManners()
        self._shared = SharedRuns()
        self._handover = Handover(config, settings)
        self._current: TestRecord | None = None
        self._check_log = CheckLog() if settings.mutate else None
        self._recorder.acquire()
        config.pluginmanager.register(self._handover, "flock_trace_handover")

    def stop(self) -> None:
        """Stop recording and leave the process as it was."""
        self._recorder.release()
        self._flock.restore()
        if not self._recorder.in_use:
            shutdown()

    def join(self, item: pytest.Item) -> bool:
        """Record a test whose set-up has begun already; False if it is recorded anyway."""
        if RECORD in item.stash:
            return False
        record = self._begin(item)
        record.thread = self._config.stash.get(THREAD, record.thread)
        record.phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("(")[2].rstrip(")") or None
        self._recorder.router.running = self._current = record
        return True

    def working(self, fixture: pytest.FixtureDef[Any]) -> AbstractContextManager[None]:
        """While this fixture of the running test is set up, the runs that open are its own."""
        return nullcontext() if self._current is None else self._shared.working(fixture, self._current)

    def mark(self, culprits: Iterable[Span]) -> None:
        """Remember the spans that explain a failure of the running test."""
        if self._current is not None:
            self._current.culprits.extend(culprits)

    def illustrate(self, item: pytest.Item, title: str, text: str) -> None:
        """Have the report of a test that fails tell this at length, unless another example of it is tried after."""
        if self._current is None:
            item.add_report_section("call", title, text)
        else:
            self._current.sections.append((title, text))

    def retract(self, names: Iterable[Name]) -> None:
        """A check of the running test was not content not to find these names, after all."""
        if self._current is not None:
            for name in names:
                self._current.lacking.pop(name, None)

    # Innermost wrappers: what other plugins start around a phase is theirs, not the test's.

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, _T, _T]:
        """Begin an attempt; rerun plugins come here once per attempt."""
        if isinstance(item, TrialShare) or not (self._settings.asked or wants_recording(item)):
            return (yield)
        if is_marked(item) and (complaint := _complaint(item)):
            pytest.fail(complaint, pytrace=False)
        record = self._begin(item)
        if isinstance(item, TrialGate):
            self._adopt_trials(item, record)
        with self._phase(record, "setup"):
            try:
                return (yield)
            finally:
                self._shared.lend(item, record)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, _T, _T]:
        """The test itself, and whether what it did obeys the contracts on it."""
        record = item.stash.get(RECORD, None)
        with self._phase(record, "call"):
            started = perf_counter_ns()
            result = yield
            elapsed = perf_counter_ns() - started
        if record is not None:
            record.passed, record.call_ns = True, elapsed
            self._judge(item, record)
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, _T, _T]:
        """The end of an attempt: what comes later is late."""
        record = item.stash.get(RECORD, None)
        with self._phase(record, "teardown"):
            try:
                result = yield
            finally:
                if record is not None:
                    record.close()
        if record is not None and record.passed:
            self._judge(item, record)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, _T, _T]:
        """Note which fixture is at work, so that its runs become its own."""
        with self.working(fixturedef):
            return (yield)

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """A fixture that is gone lends its runs to no further test."""
        self._shared.forget(fixturedef)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hang the captured trace on a report that failed, and the test's summary on its last report."""
        record = item.stash.get(RECORD, None)
        while record is not None and record.sections:
            item.add_report_section("call", *record.sections.pop(0))
        report = yield
        if self._settings.asked:
            setattr(report, TOLD, "")  # of a test that recorded nothing it is known, not guessed
        bare_properties(report)
        if record is None:
            return report
        if call.excinfo is not None and isinstance(call.excinfo.value, TraceFailure):
            record.culprits.extend(call.excinfo.value.culprits)
        gate = item.stash.get(GATE, None)
        if gate is None:
            self._handover.report(item, record, report)
        else:
            gate.recorded = record
        if report.when == "teardown":
            record.release()
            del item.stash[RECORD]
        return report

    def _judge(self, item: pytest.Item, record: TestRecord) -> None:
        """Hold a test that has passed against its contracts, budgets and baseline; after its fixtures once more.

        A test of several trials is not: each of them was.
        """
        __tracebackhide__ = True
        if isinstance(item, TrialGate):
            return
        contract, marked = self._config.stash.get(CONTRACT, None), is_marked(item)
        if marked or contract is not None:
            from pytest_flock_trace.plugin.contracts import judge

            judge(item, record, contract)
        if marked or self._settings.budgets:
            from pytest_flock_trace.plugin.budgets import judge_budgets

            judge_budgets(item, record, self._settings)
        if baseline := self._config.stash.get(BASELINE, None):
            baseline.judge(item, record)

    def _adopt_trials(self, gate: TrialGate, record: TestRecord) -> None:
        for trial in gate.trials:
            if trial.record is not None:
                record.adopt(trial.record, passed=trial.passed)

    def _begin(self, item: pytest.Item) -> TestRecord:
        record = TestRecord(item.nodeid, reading_for(item, self._settings))
        record.failures = (pytest.fail.Exception,)
        if self._check_log is not None:
            record.take_down(self._check_log)
        record.opening = self._flock.quiet

        def run_closed(run: TracedRun) -> None:
            hint_at(run, record.examples)
            item.ihook.pytest_flock_trace_run_closed(item=item, run=run)

        def example_run_closed(run: TracedRun) -> None:
            __tracebackhide__ = True
            from pytest_flock_trace.plugin.contracts import judge_run

            judge_run(item, record, run, self._config.stash.get(CONTRACT, None))

        def example_ended(came_through: bool) -> None:  # the one thing to know of it
            __tracebackhide__ = True
            from pytest_flock_trace.plugin.budgets import keep_example
            from pytest_flock_trace.plugin.contracts import judge_example

            self._handover.remember(record)
            if came_through:
                judge_example(item, record)
                keep_example(item, record, self._settings)

        record.run_closed, record.example_run_closed = run_closed, example_run_closed
        record.examples.ended = example_ended
        item.stash[RECORD] = record
        self._recorder.ensure()
        return record

    @contextmanager
    def _phase(self, record: TestRecord | None, name: str) -> Generator[None, None, None]:
        """The test is running: spans that nobody else owns are its."""
        if record is None:
            yield
            return
        router = self._recorder.router
        outer = None if router.running is record else router.running
        self._flock.quiet()
        self._recorder.hand_down()
        record.phase = name
        router.running = self._current = record
        try:
            # a test of a session inside another test starts from nothing, as it would in a process of its own
            with nullcontext() if outer is None else outside_every_run():
                yield
        finally:
            router.running, self._current = outer, None
            router.resting = None if name == "teardown" else record
            record.phase = None


def _complaint(item: pytest.Item) -> str | None:
    """What is wrong with the item's markers; None if nothing is."""
    from pytest_flock_trace.plugin.budgets import budget_complaint
    from pytest_flock_trace.plugin.contracts import marker_complaint
    from pytest_flock_trace.plugin.trial_demand import demand_complaint

    return marker_complaint(item) or budget_complaint(item) or demand_complaint(item)
