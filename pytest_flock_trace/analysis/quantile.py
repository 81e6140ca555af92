"""Quantiles by linear interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from pytest_flock_trace.errors import BadArgument


def quantile(values: Sequence[float], q: float) -> float:
    """The value below which the share `q` of the values lies, in any order given; `q` from 0 to 1.

    Hyndman and Fan's definition 7 ("R-7"), interpolated between neighbours: `quantile_cont` in SQL. Raises
    `BadArgument` without values or for a `q` outside 0 to 1.
    """
    if not values:
        raise BadArgument("there is no quantile of no values")
    if not 0 <= q <= 1:
        raise BadArgument(f"{q!r} is no quantile level; give a number from 0 to 1, such as 0.95")
    ordered = sorted(values)
    rank = (len(ordered) - 1) * q
    below = floor(rank)
    part = rank - below
    if part == 0:
        return float(ordered[below])
    low, high = ordered[below], ordered[below + 1]
    # DuckDB 2 rounds high * part and then the sum, but not low * (1 - part): the last bit shall be the same here
    return float(Fraction(low) * Fraction(1 - part) + Fraction(high * part))
