"""Verdicts on the budgets of a test, some of whose examples may have been judged before others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import FlockTraceError, NothingCaptured, Vacuous

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.budget import Budget, BudgetVerdict, Conduct

_SUMS: Final = ("tokens", "calls", "cost")
"""What is used up by all examples together; of anything else the worst is told."""


class Verdicts:
    """Budgets are told apart by their numbers. One that could not be judged even once was not kept."""

    def __init__(self) -> None:
        self._found: dict[int, list[BudgetVerdict]] = {}
        self._unjudged: dict[int, str] = {}
        self._vacuous: dict[int, str] = {}

    def __contains__(self, number: int) -> bool:
        return any(number in known for known in (self._found, self._unjudged, self._vacuous))

    def add(self, number: int, budget: Budget, conduct: Conduct, *, lasting: bool) -> None:
        """Hold this budget against what a test or some examples of it did, which may not last."""
        try:
            found = budget.judge(conduct)
        except (Vacuous, NothingCaptured) as nothing:  # other examples may have what the budget speaks of
            self._vacuous.setdefault(number, f"{budget.title}: {nothing}")
        except FlockTraceError as failure:
            self._unjudged.setdefault(number, f"{budget.title}: {failure}")
        else:
            if not lasting:
                found = [replace(one, trace=None) if one.trace is conduct.whole else one for one in found]
            known = self._found.get(number)
            self._found[number] = found if known is None else [*map(_merged, known, found)]

    @property
    def found(self) -> list[BudgetVerdict]:
        """One on each limit."""
        return [one for _, found in sorted(self._found.items()) for one in found]

    @property
    def unjudged(self) -> list[str]:
        """Why there is none on a budget, such as a subject that never occurred, which nobody can call kept."""
        never = {number: why for number, why in self._vacuous.items() if number not in self._found}
        return [why for _, why in sorted({**never, **self._unjudged}.items())]


def _merged(one: BudgetVerdict, other: BudgetVerdict) -> BudgetVerdict:
    worse = max(one, other, key=lambda verdict: (verdict.use.share, verdict.use.measured))
    if worse.use.unit not in _SUMS:
        return worse
    from pytest_flock_trace.analysis.budget import headline

    use = replace(worse.use, measured=one.use.measured + other.use.measured)
    return replace(worse, use=use, lines=() if use.kept else [headline(use, "used"), *worse.lines[1:]])
