"""Verdicts on the budgets of a test: of a property test those on the examples that used most."""

from __future__ import annotations

from pytest_flock_trace.analysis.budget import Budget, BudgetVerdict, Conduct
from pytest_flock_trace.errors import FlockTraceError, NothingCaptured, Vacuous
from pytest_flock_trace.recording.examples import Capture

Found = tuple[BudgetVerdict, Capture | None]
"""A verdict and, of an example, what it is about."""


class Verdicts:
    """Budgets are told apart by their numbers. One that could be judged in no example was not kept."""

    def __init__(self) -> None:
        self._found: dict[int, list[Found]] = {}
        self._unjudged: dict[int, str] = {}
        self._vacuous: dict[int, str] = {}

    def __contains__(self, number: int) -> bool:
        return any(number in known for known in (self._found, self._unjudged, self._vacuous))

    def add(self, number: int, budget: Budget, conduct: Conduct, capture: Capture | None = None) -> None:
        """Hold this budget against what a test or an example of it did."""
        try:
            verdicts = budget.judge(conduct)
        except (Vacuous, NothingCaptured) as nothing:  # another example may have what the budget speaks of
            self._vacuous.setdefault(number, f"{budget.title}: {nothing}")
        except FlockTraceError as failure:
            self._unjudged.setdefault(number, f"{budget.title}: {failure}")
        else:
            found = [(verdict, capture) for verdict in verdicts]
            known = self._found.get(number, found)
            self._found[number] = [max(pair, key=_used) for pair in zip(known, found, strict=True)]

    @property
    def found(self) -> list[Found]:
        """The verdict on each limit, by which most of it was used."""
        return [one for _, found in sorted(self._found.items()) for one in found]

    @property
    def unjudged(self) -> list[str]:
        """Why there is none on a budget, such as a subject that never occurred, which nobody can call kept."""
        never = {number: why for number, why in self._vacuous.items() if number not in self._found}
        return [why for _, why in sorted({**never, **self._unjudged}.items())]


def _used(found: Found) -> tuple[float, float]:
    use = found[0].use
    return use.share, use.measured
