"""One time of a run in the baseline and at present: by how much it grew, and whether that says anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pytest_flock_trace.analysis.rank_test import p_greater
from pytest_flock_trace.analysis.red import percentile
from pytest_flock_trace.model.duration import Duration

LEAST_SHARE: Final = 0.10
"""By which a median must have grown to count as slower; what grew less is too small to matter."""
LEAST_GROWTH: Final = Duration("500us")
"""By which it must have grown in any case."""

WHOLE: Final = ""
"""Stands among the parts of a run for all of it."""


@dataclass(frozen=True)
class Change:
    """What one time was and is: that of the run, or of a part of it."""

    what: str
    """Who held this time on the critical path, or the label that spans have; `WHOLE` for the run."""
    before_ns: Sequence[int]
    """One number for each run of the baseline."""
    now_ns: Sequence[int]
    """One for each present run."""

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
    def matters(self) -> bool:
        """It grew by enough to count, chance or not."""
        return self.growth >= LEAST_GROWTH and int(self.growth) >= LEAST_SHARE * int(self.before)

    @property
    def could_matter(self) -> bool:
        """Its values are large enough to tell apart; which of them are the present ones plays no part in this."""
        return max((*self.before_ns, *self.now_ns), default=0) >= LEAST_GROWTH

    @property
    def p(self) -> float:
        """How likely the present values lie so high above the others by chance alone."""
        return p_greater(self.now_ns, self.before_ns)
