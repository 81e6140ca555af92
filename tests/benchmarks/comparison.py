"""One measurement against another: taken in turn, so that a drifting machine is fair to both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One comparison."""

    what: str
    unit: str
    ours: float
    reference: str
    theirs: float

    @property
    def ratio(self) -> float:
        """Ours by theirs."""
        return self.ours / self.theirs


def compared(what: str, unit: str, ours: Callable[[], float], reference: str, theirs: Callable[[], float]) -> Row:
    """The medians of both, measured alternately after a warm-up."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    mine, yours = (statistics.median(side) for side in zip(*pairs))
    return Row(what, unit, mine, reference, yours)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
