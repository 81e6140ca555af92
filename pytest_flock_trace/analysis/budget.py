"""Budgets: what one is held against, what of it was used, and whether it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal, Protocol, TypeVar

from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

Unit = Literal["duration", "tokens", "calls", "cost", "error rate"]


@dataclass(frozen=True)
class Conduct:
    """What a test did."""

    runs: Sequence[Trace]
    """Its outermost runs that have closed, those of its fixtures included."""
    whole: Trace
    """Everything that it caused, in runs and outside them."""
    call_ns: int
    """How long its call phase took."""


@dataclass(frozen=True)
class BudgetUse:
    """How much of a budget a test used: numbers and names, small enough to send between processes."""

    budget: str
    """As its user wrote it: "latency_budget('250ms')"."""
    subject: str
    """What used most of it: "run 'review'"."""
    unit: Unit
    measured: float
    """Nanoseconds, tokens, calls, errors per span, or whatever currency the prices are in."""
    limit: float
    """In the same unit, scaled already."""
    session: bool = False
    """True for a budget of the session, which every test with a run is under."""

    @property
    def kept(self) -> bool:
        """True up to the limit and at it."""
        return self.measured <= self.limit

    @property
    def share(self) -> float:
        """The part of the limit that was used; infinite where the limit is 0 and was not kept."""
        if self.limit > 0:
            return self.measured / self.limit
        return inf if self.measured > 0 else 1.0


@dataclass(frozen=True)
class BudgetVerdict:
    """A budget held against a test."""

    use: BudgetUse
    lines: Sequence[str] = ()
    """Why it was not kept: budget, measured value, culprit and what would have to shrink; empty where it was."""
    trace: Trace | None = None
    """Where it was broken."""
    culprits: Sequence[Span] = field(default=())


def tightest(uses: Iterable[BudgetUse]) -> list[BudgetUse]:
    """Of several uses of each budget the one of which the largest share was used, in the order of the budgets."""
    found: dict[str, BudgetUse] = {}
    for use in uses:
        known = found.setdefault(use.budget, use)
        if use.share > known.share:
            found[use.budget] = use
    return list(found.values())


class Budget(Protocol):
    """A limit on what a test may use."""

    @property
    def title(self) -> str:
        """What messages call it: as its user wrote it."""
        ...

    def judge(self, conduct: Conduct) -> list[BudgetVerdict]:
        """A verdict for each number that it limits; raise `Vacuous` or `NothingCaptured` without a subject."""
        ...


def amount(value: float, unit: Unit) -> str:
    """A measured value as people read it: `250 ms`, `5,000 tokens`, `2 calls`, `0.0312`, `5%`."""
    if unit == "duration":
        return format_duration(round(value))
    if unit == "error rate":
        return f"{value * 100:.3g}%"
    if unit == "cost":
        return f"{value:.6g}"
    noun = unit.removesuffix("s")
    return f"{round(value):,} {noun if round(value) == 1 else unit}"


def headline(use: BudgetUse, verb: str, note: str = "") -> str:
    """The first line on a budget that was not kept: the budget, what broke it and by how much."""
    over = f"{amount(use.measured - use.limit, use.unit)} over"
    if use.unit == "error rate":
        over = "over"  # a difference of percentages reads as a percentage of something
    measured, limit = amount(use.measured, use.unit), amount(use.limit, use.unit)
    return f"{use.budget}: {use.subject} {verb} {measured}, {over} the limit of {limit}{note}"


_T = TypeVar("_T")
_LISTED = 4


def largest_share(parts: Sequence[tuple[str, _T]], size: Callable[[_T], float], excess: float) -> list[tuple[str, _T]]:
    """The fewest parts, largest first, that together are as large as the excess; all where even they are not."""
    taken: list[tuple[str, _T]] = []
    for part in sorted(parts, key=lambda part: (-size(part[1]), part[0])):
        if taken and sum(size(inner) for _, inner in taken) >= excess:
            break
        if size(part[1]) > 0:
            taken.append(part)
    return taken


def shrinkage(taken: Sequence[tuple[str, float]], whole: float, excess: float, unit: Unit) -> str:
    """A line on who used most and would have to use less: "writer accounts for 3 s of 4 s (75%) and …"."""
    part = sum(size for _, size in taken)
    names = [name if len(taken) == 1 else f"{name} ({amount(size, unit)})" for name, size in taken[:_LISTED]]
    names += [f"{len(taken) - _LISTED} more"] if len(taken) > _LISTED else []
    who = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    verb = "accounts" if len(taken) == 1 else "account"
    share = f"{amount(part, unit)} of {amount(whole, unit)} ({part / whole:.0%})" if whole else amount(part, unit)
    if part < excess:
        return f"{who} {verb} for {share}; {amount(excess - part, unit)} of what is too much is in no span"
    return f"{who} {verb} for {share} and would have to shrink by at least {amount(excess, unit)}"
