"""What is claimed of the trials of one test, and from when on more of them can't change the answer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from pytest_flock_trace.analysis.confidence_sequence import above, below
from pytest_flock_trace.errors import BadArgument

_FINEST = 10**9
"""Rates are the decimal numbers that were typed: 0.7 of 10 are 7, though the double is a little more."""


@dataclass(frozen=True)
class Settlement:
    """The answer."""

    kept: bool
    how: Literal["count", "bound"]
    """`count`: no further trial can change how many pass. `bound`: the chance to pass is on one side of the rate."""


@dataclass(frozen=True)
class TrialClaim:
    """So many of so many trials pass; where a rate was claimed, of the workflow as well as of these trials.

    A count is claimed of these trials alone, and is settled once enough have passed or too many have failed. A rate is
    claimed of the chance to pass: it is settled, too, once the 95 % confidence sequence of that chance is on one side
    of it. So a workflow whose chance is the rate or more is refused by the bound with probability 5 % at most, one
    whose chance is less is accepted by it with probability 5 % at most, and where the trials end before either, their
    count decides, which near the rate is a matter of luck.
    """

    trials: int
    least: int
    """How many of all the trials have to pass."""
    rate: float | None = None
    """What was claimed of the chance to pass; None where a count was."""

    @classmethod
    def of(cls, trials: object, at_least: object) -> TrialClaim:
        """The claim as its user wrote it; raises `BadArgument` for what can't be meant."""
        if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
            raise BadArgument(f"{trials!r} is no number of trials; give a whole number, 1 or more")
        if isinstance(at_least, float) and 0 < at_least <= 1:
            exact = Fraction(at_least).limit_denominator(_FINEST)
            return cls(trials, ceil(exact * trials), at_least)
        if isinstance(at_least, int) and not isinstance(at_least, bool) and 1 <= at_least <= trials:
            return cls(trials, at_least)
        raise BadArgument(
            f"at_least={at_least!r} is neither a rate above 0.0 and up to 1.0 nor a count from 1 to {trials}"
        )

    def settled(self, passed: int, failed: int) -> Settlement | None:
        """The answer, if these trials give one; after the last they do."""
        if passed >= self.least:
            return Settlement(kept=True, how="count")
        if failed > self.trials - self.least:
            return Settlement(kept=False, how="count")
        if self.rate is not None and below(passed, failed, self.rate):
            return Settlement(kept=False, how="bound")
        if self.rate is not None and above(passed, failed, self.rate):
            return Settlement(kept=True, how="bound")
        return None
