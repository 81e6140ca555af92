"""What the trials of a test recorded, each by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.recording.attempt import TestRecord
    from pytest_flock_trace.recording.traced_run import TracedRun


@dataclass
class TrialRecords:
    """The records in the order of the trials; none where the test is not several."""

    all: list[TestRecord] = field(default_factory=list["TestRecord"])
    failed: TestRecord | None = None
    """The first that did not pass, which explains why the test fails."""
    unsound: list[TracedRun] = field(default_factory=list["TracedRun"])
    """Runs of trials that failed, which are no example of how the test should be."""

    def add(self, trial: TestRecord, *, passed: bool) -> None:
        """Another trial is over."""
        self.all.append(trial)
        if not passed:
            self.failed = self.failed or trial
            self.unsound.extend(run for run in trial.runs if not run.shared)
