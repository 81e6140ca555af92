"""The item that stands for a test marked with `trace_trials`: one test to pytest, several trials in truth."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flock_trace.analysis.trial_claim import Settlement, TrialClaim
from pytest_flock_trace.analysis.trial_tally import TrialTally
from pytest_flock_trace.errors import BadArgument, BadSetting
from pytest_flock_trace.plugin.mutation import graded
from pytest_flock_trace.plugin.trial import Trial, run_trial

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.recording.attempt import TestRecord

MARKER = "trace_trials"


@dataclass(frozen=True)
class Demand:
    """What a marker asks for."""

    claim: TrialClaim
    stop_early: bool = True
    """Run no trial more once the claim is settled."""


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
        """What the latest trial recorded."""
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
        """Run as many as it takes, all of them anew if the gate is run again."""
        self.trials, self.settlement, self.grade = [], None, None
        began = perf_counter()
        try:
            while self._goes_on():
                self.recorded = None
                self.trials.append(run_trial(self.test, len(self.trials) + 1, self))
                self.trials[-1].record = self.recorded
                self._rate(self.trials[-1])
                self.settlement = self.demand.claim.settled(self.passed, self.failed)
        finally:
            self.seconds = perf_counter() - began
        self.user_properties[:] = self.telling.properties

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
        claim = self.demand.claim
        how = settled.how
        return TrialTally(claim.trials, claim.least, claim.rate, self.passed, self.failed, kept=settled.kept, how=how)

    @property
    def telling(self) -> Trial:
        """The first trial that failed, else the last."""
        return next((trial for trial in self.trials if not trial.passed), self.trials[-1])

    def _rate(self, trial: Trial) -> None:
        """Grade the checks as long as they are the latest: the next trial's take their place."""
        if self.grade is None and trial.passed and trial.leaving is None and trial.record is not None:
            self.grade = graded(trial.record)

    def _goes_on(self) -> bool:
        if self.trials and self.trials[-1].leaving is not None:
            return False
        unsettled = self.settlement is None or not self.demand.stop_early
        return unsettled and len(self.trials) < self.demand.claim.trials


GATE: pytest.StashKey[TrialGate] = pytest.StashKey()
"""The gate that runs a test."""


def demand_of(item: pytest.Item) -> Demand:
    """What the closest marker asks for; raises `BadSetting` for arguments that can't be meant."""
    marker = item.get_closest_marker(MARKER)
    assert marker is not None  # noqa: S101  # asked of marked items only
    try:
        signature(_demand).bind(*marker.args, **marker.kwargs)
        return _demand(*marker.args, **marker.kwargs)
    except (BadArgument, TypeError) as exc:
        raise BadSetting(f"marker {MARKER}: {exc}; write {MARKER}(20, at_least=0.9)") from exc


def demand_complaint(item: pytest.Item) -> str | None:
    """What is wrong with the item's marker, before it runs; None if nothing is."""
    if item.get_closest_marker(MARKER) is None:
        return None
    try:
        demand_of(item)
    except BadSetting as exc:
        return str(exc)
    return None


def _demand(n: object, *, at_least: object = 1.0, stop_early: bool = True) -> Demand:
    if not isinstance(stop_early, bool):
        raise BadArgument(f"stop_early={stop_early!r} is neither True nor False")
    return Demand(TrialClaim.of(n, at_least), stop_early)
