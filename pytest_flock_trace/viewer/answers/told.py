"""What a session knows of its tests that no trace file holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.viewer.answers.portable import portable, ratio, whole

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.budget import BudgetUse
    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.render.tally import TestSummary

_QUOTED: Final = re.compile(r"""span=(['"])(?P<subject>.+?)\1""")
_PERCENTILE: Final = re.compile(r"percentile=(?P<level>\d+(?:\.\d+)?)")
_SURVIVORS: Final = 20
"""Told of each test; the JSON report has all."""


@dataclass(frozen=True)
class Told:
    """Summaries of the attempts at tests, by test id and number of the attempt. Empty for a file by itself."""

    attempts: Mapping[tuple[str, int], TestSummary] = field(default_factory=dict[tuple[str, int], "TestSummary"])

    @classmethod
    def of(cls, tests: Sequence[TestSummary]) -> Told:
        """What these summaries tell."""
        return cls({(test.nodeid, test.attempt): test for test in tests})

    def of_attempt(self, test: str, attempt: int) -> dict[str, Any]:
        """What a row of the tests says besides what the file knows."""
        found = self.attempts.get((test, attempt))
        if found is None:
            return {"note": None, "failed_at": None, "grade": None, "budgets": []}
        place = found.failure
        return {
            "note": portable(found.note) or None,
            "failed_at": None if place is None else {"file": portable(place.file), "line": place.line},
            "grade": None if found.grade is None else _grade(found.grade),
            "budgets": [_budget(use) for use in found.budgets],
        }

    def latency_budgets(self) -> list[dict[str, Any]]:
        """The limits on durations that tests were held against."""
        return [
            _limit(use, test.nodeid)
            for test in self.attempts.values()
            for use in test.budgets
            if use.unit == "duration"
        ]


def _budget(use: BudgetUse) -> dict[str, Any]:
    return {
        "budget": portable(use.budget),
        "subject": portable(use.subject),
        "unit": use.unit,
        "measured": ratio(use.measured),
        "limit": ratio(use.limit),
        "kept": use.kept,
    }


def _grade(grade: Grade) -> dict[str, Any]:
    """What became of changes to what the test recorded, and the first of those that nothing noticed."""
    shown = grade.survivors[:_SURVIVORS]
    return {
        "mutants": grade.mutants,
        "killed": grade.killed,
        "survivors": [{"sentence": portable(one.sentence), "remedy": portable(one.remedy) or None} for one in shown],
    }


def _limit(use: BudgetUse, test: str) -> dict[str, Any]:
    subject, percentile = _QUOTED.search(use.budget), _PERCENTILE.search(use.budget)
    return {
        "budget": portable(use.budget),
        "subject": portable(subject["subject"]) if subject else None,
        "percentile": float(percentile["level"]) if percentile else None,
        "limit": whole(use.limit),
        "test": portable(test),
    }
