"""One attempt at a test: what it recorded, and which attempt is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pytest_flock_trace.capture.host import hosted, join_test
from pytest_flock_trace.capture.ledger import Ledger, TestLedger
from pytest_flock_trace.errors import NoTestRunning
from pytest_flock_trace.model.check_log import CheckLog
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.recording.examples import Examples
from pytest_flock_trace.recording.recorded_trace import LiveTree, Reading, RecordedTrace, recorder
from pytest_flock_trace.recording.traced_run import TracedRun
from pytest_flock_trace.recording.trial_records import TrialRecords
from pytest_flock_trace.recording.verdicts import Verdicts

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.budget import BudgetUse


class TestTrace(RecordedTrace):
    """Everything a test caused until now: its runs, its fixtures' runs, and the spans outside every run."""

    __test__ = False

    @property
    def title(self) -> str:
        """What messages call this trace."""
        return f"test {self.name!r}"


class TestRecord(TestLedger):
    """One attempt at a test: its ambient spans, its runs, its trace and its store."""

    __test__ = False

    def __init__(self, nodeid: str, reading: Reading) -> None:
        super().__init__(nodeid)
        self.reading = reading
        self.runs: list[TracedRun] = []
        self.trace = TestTrace(nodeid, LiveTree(lambda: self.ledgers, reading), note_lacking)
        self.loaded: list[Trace] = []
        """What the test has loaded from files, which it has not caused."""
        self.culprits: list[Span] = []
        """Spans that explain why the test failed."""
        self.passed = False
        """The test's own code has come to its end."""
        self.judged: list[TracedRun] = []
        """Runs that have been held against the contracts on the test."""
        self.held = False
        """Anything has been held against them."""
        self.call_ns = 0
        """How long the call phase took."""
        self.held_elsewhere: list[TracedRun] = []
        """Runs that fixtures of a wider scope held open when the call ended."""
        self.budgeted = False
        """The test has been held against its budgets."""
        self.verdicts = Verdicts()
        """On each of its budgets."""
        self.budgets: list[BudgetUse] = []
        """How much was used of each."""
        self.unbudgeted = False
        """The session has a budget for the test's runs, and it had none."""
        self.compared: list[TracedRun] = []
        """Runs that have been held against the baseline of the test."""
        self.check_log: CheckLog | None = None
        """Takes down what the test checks, where that is to be asked again."""
        self.lacking: dict[Name, None] = {}
        """Names of accepted checks that no span of the trace checked bears, in the order of the checks."""
        self.trials = TrialRecords()
        """What each of them recorded is part of this record, too."""
        self.failures: tuple[type[BaseException], ...] = ()
        """What fails a run besides exceptions: a test framework's own way out."""
        self.opening: Callable[[], None] | None = None
        """Called before a run opens."""
        self.run_closed: Callable[[TracedRun], None] | None = None
        """Called with each run that has closed."""
        self.example_run_closed: Callable[[TracedRun], None] | None = None
        """Called with each run in which no error was raised, while an example of a property test goes on."""
        self.examples = Examples()
        """Those of a property test."""
        self.sections: list[tuple[str, str]] = []
        """Title and text of what explains a failure at length."""

    def take_down(self, log: CheckLog) -> None:
        """Have the checks of its traces taken down."""
        log.restart()
        self.check_log = self.trace.check_log = log

    @property
    def rows_seen(self) -> bool:
        """True where anything was recorded."""
        return any(not ledger.is_empty for ledger in self.ledgers)

    @property
    def is_empty(self) -> bool:
        """Nothing was recorded outside the runs, in the trials of the test either."""
        return super().is_empty and all(trial.is_empty for trial in self.trials.all)

    def adopt(self, trial: TestRecord, *, passed: bool) -> None:
        """What a trial recorded becomes part of this record, a run that trials share once."""
        from pytest_flock_trace.analysis.budget import tightest

        self.trials.add(trial, passed=passed)
        self.runs.extend(run for run in trial.runs if run not in self.runs)
        self.loaded.extend(trial.loaded)
        self.lacking.update(trial.lacking)
        self.unbudgeted = self.unbudgeted or trial.unbudgeted
        self.budgets = tightest([*self.budgets, *trial.budgets])

    def read_ambient(self) -> Trace:
        """The spans outside every run: all that it recorded where there was none, which may have been read already."""
        if not any(run.outermost for run in self.runs):
            return self.trace.with_tree(self.trace.recorded())
        parts = [self, *self.trials.all]
        rows = [row for part in parts for row in part.rows]
        spans = [*self.reading(rows), *self.reading.received(span for part in parts for span in part.received)]
        return self.trace.with_tree(SpanTree(spans, owned=True))

    def follow_example(self) -> None:
        """Speak of the running example, where the test has several."""
        self.examples.follow(self)

    def forget_findings(self) -> None:
        """What was found out about an example that is over explains no failure of the next."""
        self.culprits.clear()
        self.sections.clear()
        self.loaded.clear()
        self.judged.clear()

    def release(self) -> None:
        """Free the stores."""
        self.trace.close_store()
        for run in self.runs:
            run.close_store()

    @property
    def ledgers(self) -> list[Ledger]:
        """Its own, and those of its outermost runs."""
        ledgers: list[Ledger] = [self, *self.trials.all]
        ledgers.extend(run.ledger for run in self.runs if run.outermost)
        return ledgers


def running_test() -> TestRecord:
    """The test that is running; raise `NoTestRunning` if none is."""
    __tracebackhide__ = True
    test = joined_test()
    if test is None:
        raise NoTestRunning(
            "no captured test is running; request the fixture traced_run or run pytest with --flock-trace"
        )
    return test


def joined_test() -> TestRecord | None:
    """The test that is running; one that nobody foresaw would be recorded is recorded from now on."""
    if recorded_test() is None:
        join_test()
    test = recorded_test()
    if test is not None:
        test.follow_example()
    return test


def recorded_test() -> TestRecord | None:
    """The test that is running, if it is recorded; outside pytest there is none, and no recorder is made for it."""
    running = recorder().router.running if hosted() else None
    return running if isinstance(running, TestRecord) else None


def note_lacking(names: Iterable[Name]) -> None:
    """The running test has accepted a check of which no span bears these names."""
    if (test := recorded_test()) is not None:
        test.lacking.update(dict.fromkeys(names))
