"""The item that stands for a test marked with `trace_trials`: one test to pytest, several trials in truth."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flock_trace.plugin.mutation import graded
from pytest_flock_trace.plugin.trial import Trial, run_trial
from pytest_flock_trace.plugin.trial_demand import MARKER, Demand, demand_complaint, demand_of

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.analysis.trial_claim import Settlement
    from pytest_flock_trace.analysis.trial_tally import TrialTally
    from pytest_flock_trace.plugin.trial_board import TrialBoard
    from pytest_flock_trace.recording.attempt import TestRecord
    from pytest_flock_trace.recording.carried import Carrier


class TrialGate(pytest.Item):
    """Runs its test as often as it takes to settle the claim, and passes if the claim is kept.

    It stands in the place of the test and is called what it is called, so selection, reruns, `--lf`, xdist and JUnit
    have one test. It asks for no fixture; the test does, anew in each trial.
    """

    def __init__(self, *, test: pytest.Item, demand: Demand, **about: Any) -> None:
        super().__init__(**about)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves some of it open
        self.test = test
        self.demand = demand
        self.trials: list[Trial] = []
        self.recorded: TestRecord | None = None
        """What the latest trial that was run here recorded."""
        self.board: TrialBoard | None = None
        """Where other processes take part in the trials; None where none does."""
        self.carrier: Carrier | None = None
        """Sends what trials have recorded that this process has run for the gate of another."""
        self.grade: Grade | None = None
        """How much the checks of the first trial that passed would notice, where that is asked for."""
        self.seconds = 0.0
        """How long the trials took."""
        self.settlement: Settlement | None = None
        self.own_markers.extend(test.own_markers)
        self.keywords.update(test.keywords)
        self.extra_keyword_matches.update(test.extra_keyword_matches)
        self.fixturenames: list[str] = []
        """None; plugins ask any item with their marker for them."""
        self.callspec: Any = getattr(test, "callspec", None)
        test.stash[GATE] = self

    @classmethod
    def around(cls, test: pytest.Item) -> pytest.Item:
        """The gate for a test that is marked; the test itself if it is not, or with what can't be meant."""
        if test.get_closest_marker(MARKER) is None or demand_complaint(test):
            return test
        demand = demand_of(test)
        parent: Any = test.parent  # which every item has
        about = {"name": test.name, "nodeid": test.nodeid, "test": test, "demand": demand}
        return cls.from_parent(parent, **about)  # pyright: ignore[reportUnknownMemberType]  # as above

    def reportinfo(self) -> Any:
        """Where the test is."""
        return self.test.reportinfo()

    def run_trials(self) -> None:
        """Run as many as it takes, all of them anew and here if the gate is run again.

        They count in the order of their numbers, whoever runs them and whenever they end: were quick ones counted
        first, the claim would be settled by what makes trials quick.
        """
        self.trials, self.settlement, self.grade = [], None, None
        began = perf_counter()
        try:
            with self._source() as trial:
                while self._goes_on():
                    self.trials.append(trial(len(self.trials) + 1))
                    self.grade = self.grade or self.trials[-1].grade
                    self.settlement = self.demand.claim.settled(self.passed, self.failed)
        finally:
            self.seconds = perf_counter() - began
        self.user_properties[:] = self.telling.properties

    def run_trial(self, number: int, nextitem: pytest.Item, *, rate: bool) -> Trial:
        """Run one here; where that is asked for, grade its checks if it passes: the next one's take their place."""
        self.recorded = None
        trial = run_trial(self.test, number, nextitem)
        trial.record = self.recorded
        if rate and trial.passed and trial.leaving is None and trial.record is not None:
            trial.grade = graded(trial.record)
        return trial

    def runtest(self) -> None:
        """Pass if the claim was kept."""
        __tracebackhide__ = True
        for trial in self.trials:
            if trial.leaving is not None:
                raise trial.leaving
        if self.settlement is not None and not self.settlement.kept:
            from pytest_flock_trace.plugin.trial_failure import explain_failure

            pytest.fail(explain_failure(self), pytrace=False)

    @property
    def passed(self) -> int:
        """How many trials have."""
        return sum(trial.passed for trial in self.trials)

    @property
    def failed(self) -> int:
        """How many trials have."""
        return len(self.trials) - self.passed

    @property
    def tally(self) -> TrialTally | None:
        """How the trials came out; None where the test left them, such as by skipping itself."""
        if (settled := self.settlement) is None or self.trials[-1].leaving is not None:
            return None
        from pytest_flock_trace.analysis.trial_tally import TrialTally

        claim = self.demand.claim
        how = settled.how
        return TrialTally(claim.trials, claim.least, claim.rate, self.passed, self.failed, kept=settled.kept, how=how)

    @property
    def telling(self) -> Trial:
        """The first trial that failed, else the last."""
        return next((trial for trial in self.trials if not trial.passed), self.trials[-1])

    @contextmanager
    def _source(self) -> Generator[Callable[[int], Trial], None, None]:
        """Where trials come from by their numbers: the processes that take part, the first time, or this one alone."""
        board, self.board = self.board, None
        lock = None if board is None else board.open_gate()
        if board is None or lock is None:
            yield lambda number: self.run_trial(number, self, rate=self.grade is None)
            return
        from pytest_flock_trace.plugin.trial_participant import Participant

        try:
            yield Participant(self, board, self).trial
        finally:
            lock.free()

    def _goes_on(self) -> bool:
        if self.trials and self.trials[-1].leaving is not None:
            return False
        unsettled = self.settlement is None or not self.demand.stop_early
        return unsettled and len(self.trials) < self.demand.claim.trials


GATE: pytest.StashKey[TrialGate] = pytest.StashKey()
"""The gate that runs a test."""
