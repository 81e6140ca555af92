"""One time of a run in the baseline and at present: by how much it grew, and whether that says anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pytest_flock_trace.analysis.rank_test import p_greater
from pytest_flock_trace.analysis.red import percentile
from pytest_flock_trace.model.duration import Duration

FEWEST_RUNS: Final = 5
"""On either side, before time is judged at all."""
LEAST_SHARE: Final = 0.10
"""By which a median must have grown to count as slower; what grew less is too small to matter."""
LEAST_GROWTH: Final = Duration("250us")
"""By which it must have grown in any case."""

WHOLE: Final = ""
"""Stands among the parts of a run for all of it."""


@dataclass(frozen=True)
class Change:
    """What one time was and is: that of the run, or of a part of it."""

    what: str
    """Who held this time on the critical path, or the label that spans have; `WHOLE` for the run."""
    sessions_ns: Sequence[Sequence[int]]
    """One number for each run of the baseline, by the session that recorded it."""
    now_ns: Sequence[int]
    """One for each present run."""

    @property
    def before_ns(self) -> list[int]:
        """One number for each run of the baseline."""
        return [time for session in self.sessions_ns for time in session]

    @property
    def before(self) -> Duration:
        """The median in the baseline."""
        return percentile(self.before_ns, 0.5)

    @property
    def now(self) -> Duration:
        """The median at present."""
        return percentile(self.now_ns, 0.5)

    @property
    def growth(self) -> Duration:
        """The difference of the medians; negative where it got faster."""
        return Duration(int(self.now) - int(self.before))

    @property
    def slowest_before(self) -> Duration:
        """The median of that session of the baseline which was slowest.

        A machine that is busy slows down a whole session, which no test of single runs can tell from a slower program;
        so what the baseline's own sessions differ by is no news. Sessions of fewer than `FEWEST_RUNS` runs say too
        little by themselves.
        """
        medians = [percentile(session, 0.5) for session in self.sessions_ns if len(session) >= FEWEST_RUNS]
        return max(self.before, *medians) if medians else self.before

    @property
    def matters(self) -> bool:
        """It grew by enough to count, chance or not: from the slowest session of the baseline on."""
        growth = int(self.now) - int(self.slowest_before)
        return growth >= LEAST_GROWTH and growth >= LEAST_SHARE * int(self.slowest_before)

    @property
    def could_matter(self) -> bool:
        """Its values are large enough to tell apart; which of them are the present ones plays no part in this."""
        return max((*self.before_ns, *self.now_ns), default=0) >= LEAST_GROWTH

    @property
    def p(self) -> float:
        """How likely the present values lie so high above the others by chance alone."""
        return p_greater(self.now_ns, self.before_ns)
