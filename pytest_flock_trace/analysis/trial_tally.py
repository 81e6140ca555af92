"""How the trials of one test came out: numbers, small enough to send between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pytest_flock_trace.analysis.confidence_sequence import Interval, confidence_sequence
from pytest_flock_trace.analysis.pass_power import pass_power

_POWERS = (2, 4, 8)


@dataclass(frozen=True)
class TrialTally:
    """The trials that were run, what was claimed of them, and what came of it."""

    trials: int
    """How many there were to be."""
    least: int
    """How many of these had to pass."""
    rate: float | None
    """What was claimed of the chance to pass; None where a count was claimed."""
    passed: int
    failed: int
    kept: bool
    how: Literal["count", "bound"]
    """What settled the claim, as in `Settlement`."""

    @property
    def run(self) -> int:
        """How many trials were run."""
        return self.passed + self.failed

    @property
    def interval(self) -> Interval:
        """The 95 % confidence sequence of the chance to pass, which holds whatever made the trials stop."""
        return confidence_sequence(self.passed, self.failed)

    @property
    def powers(self) -> Mapping[int, float]:
        """`pass^k` by k, for a few k."""
        return {k: pass_power(self.passed, self.run, k) for k in _POWERS if k <= self.run}
