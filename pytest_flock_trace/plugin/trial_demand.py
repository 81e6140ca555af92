"""What the marker of a test demands of its trials, and which of them it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import signature
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_flock_trace.errors import BadArgument, BadSetting

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.trial_claim import TrialClaim

MARKER = "trace_trials"


class Outcome(NamedTuple):
    """How a trial came out, as far as it decides whether others are needed."""

    passed: bool = True
    left: bool = False
    """It skipped itself or was expected to fail, which ends the test."""
    graded: bool = False
    """Its checks were graded, so that those of later trials need not be."""


_PASSED = Outcome()


class Demand(NamedTuple):
    """What a marker asks for."""

    claim: TrialClaim
    stop_early: bool = True
    """Run no trial more once the claim is settled."""

    def needed(self, outcomes: Mapping[int, Outcome]) -> Iterator[int]:
        """The numbers of the trials that it takes, in order, if those that have no outcome yet pass.

        So several that run trials at once begin none that would not have been run one after another, unless one of
        those under way fails. The outcomes are looked up as the numbers are asked for.
        """
        passed = failed = 0
        for number in range(1, self.claim.trials + 1):
            yield number
            outcome = outcomes.get(number, _PASSED)
            if outcome.left:
                return
            passed, failed = passed + outcome.passed, failed + (not outcome.passed)
            if self.stop_early and self.claim.settled(passed, failed) is not None:
                return


def demand_of(item: pytest.Item) -> Demand:
    """What the closest marker asks for; raises `BadSetting` for arguments that can't be meant."""
    marker = item.get_closest_marker(MARKER)
    assert marker is not None  # noqa: S101  # asked of marked items only
    try:
        signature(_demand).bind(*marker.args, **marker.kwargs)
        return _demand(*marker.args, **marker.kwargs)
    except (BadArgument, TypeError) as exc:
        raise BadSetting(f"marker {MARKER}: {exc}; write {MARKER}(20, at_least=0.9)") from exc


def demand_complaint(item: pytest.Item) -> str | None:
    """What is wrong with the item's marker, before it runs; None if nothing is."""
    if item.get_closest_marker(MARKER) is None:
        return None
    try:
        demand_of(item)
    except BadSetting as exc:
        return str(exc)
    return None


def _demand(n: object, *, at_least: object = 1.0, stop_early: bool = True) -> Demand:
    if not isinstance(stop_early, bool):
        raise BadArgument(f"stop_early={stop_early!r} is neither True nor False")
    from pytest_flock_trace.analysis.trial_claim import TrialClaim

    return Demand(TrialClaim.of(n, at_least), stop_early)
