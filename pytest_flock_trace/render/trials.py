"""Trials as text: how many passed, what that tells, and why that was too few."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_flock_trace.analysis.trial_tally import TrialTally
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.render.table import table
from pytest_flock_trace.render.tally import TestSummary


def trial_table(tests: Iterable[TestSummary], *, width: int) -> list[str]:
    """A line for each test that is made of trials; none without."""
    found = [(test, test.trials) for test in tests if test.trials is not None]
    headers = ("passed", "of", "asked", "95% confidence", "pass^k", "settled by", "trials")
    rows = [
        (tally.passed, tally.run, _asked(tally), _interval(tally), _powers(tally), _settled(tally), _name(test))
        for test, tally in found
    ]
    return table(headers, rows, align="rrlllll", width=width).split("\n") if rows else []


def told(tally: TrialTally) -> str:
    """One line: `8 of 9 trials passed; pass rate 0.89, 95% confidence sequence 0.47 to 1.00; pass^2 0.78`."""
    powers = f"; {_powers(tally)}" if tally.powers else ""
    rate = tally.passed / tally.run
    return f"{_count(tally)} passed; pass rate {rate:.2f}, 95% confidence sequence {_interval(tally)}{powers}"


def refusal(tally: TrialTally) -> str:
    """Why that is not what was claimed."""
    if tally.how == "bound":
        return f"the chance to pass is below {tally.rate:g}"
    allowed = tally.trials - tally.least
    return f"{_asked(tally)} had to pass, so {allowed or 'none'} might fail and {tally.failed} did"


def _asked(tally: TrialTally) -> str:
    share = "" if tally.rate is None else f" ({tally.rate:g})"
    return f"{tally.least} of {tally.trials}{share}"


def _count(tally: TrialTally) -> str:
    return f"{tally.passed} of {count_of(tally.run, 'trial')}"


def _interval(tally: TrialTally) -> str:
    low, high = tally.interval
    return f"{low:.2f} to {high:.2f}"


def _powers(tally: TrialTally) -> str:
    return ", ".join(f"pass^{k} {power:.2f}" for k, power in tally.powers.items())


def _settled(tally: TrialTally) -> str:
    return "the bound" if tally.how == "bound" else "the count"


def _name(test: TestSummary) -> str:
    attempt = f" (attempt {test.attempt})" if test.attempt > 1 else ""
    return ("✗ " if test.failed else "") + test.nodeid + attempt
