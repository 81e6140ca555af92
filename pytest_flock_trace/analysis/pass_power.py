"""How likely several trials in a row all pass."""

from __future__ import annotations

from math import comb

from pytest_flock_trace.errors import BadArgument


def pass_power(passed: int, run: int, k: int) -> float:
    """`pass^k`: the share of all ways to pick `k` of the trials that were run in which every one has passed.

    Without bias for the chance that `k` new trials all pass, if the number of trials did not depend on how they came
    out. S. Yao and others: τ-bench, 2024. Raises `BadArgument` for a `k` below 1 or of more trials than were run.
    """
    if not 1 <= k <= run:
        raise BadArgument(f"pass^{k} can't be told from {run} trials; k is a number from 1 to {run}")
    return comb(passed, k) / comb(run, k)
