"""One measurement against another: taken in turn, so that a drifting machine is fair to both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One comparison."""

    what: str
    unit: str
    ours: float
    reference: str
    theirs: float
    target: float | None = None
    """What the ratio may be at most; None for a row that only informs."""

    @property
    def ratio(self) -> float:
        """Ours by theirs; infinite where theirs is nothing."""
        return self.ours / self.theirs if self.theirs > 0 else inf

    @property
    def met(self) -> bool | None:
        """The verdict; None where there is no target."""
        return None if self.target is None else self.ratio <= self.target


@dataclass(frozen=True)
class Unmeasured:
    """A comparison that cannot be made here."""

    what: str
    reason: str


Result = Row | Unmeasured


def compared(  # what a row says
    what: str,
    unit: str,
    ours: Callable[[], float],
    reference: str,
    theirs: Callable[[], float],
    *,
    target: float | None = None,
    rounds: int = ROUNDS,
) -> Row:
    """The medians of both, measured alternately after a warm-up."""
    ours(), theirs()
    found = in_turn({"ours": ours, "theirs": theirs}, rounds)
    return Row(what, unit, found["ours"], reference, found["theirs"], target)


def in_turn(measured: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each, one after the other in every round."""
    found = [{name: measure() for name, measure in measured.items()} for _ in range(rounds)]
    return {name: statistics.median(one[name] for one in found) for name in measured}


def limited(what: str, unit: str, ours: float, limit: float) -> Row:
    """What may not exceed a number, whatever others need."""
    return Row(what, unit, ours, "the limit", limit, 1.0)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of several calls, the first of which does not count."""
    work()
    return statistics.median(seconds(work) for _ in range(rounds))
