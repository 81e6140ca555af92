"""Which of many p-values are small enough, given that so many were looked at."""

from __future__ import annotations

from collections.abc import Sequence


def attainable(least: Sequence[float], level: float) -> list[int]:
    """Places of the tests that could be found significant at all; `least` holds the smallest p-value of each.

    The other ones don't count against these: with samples of a few values the smallest p-value is known beforehand,
    whatever the values are. R. E. Tarone: A Modified Bonferroni Method for Discrete Data, Biometrics 46 (1990).
    """
    number = 1
    while sum(p <= level / number for p in least) > number:
        number += 1
    return [at for at, p in enumerate(least) if p <= level / number]


def discovered(p_values: Sequence[float], level: float) -> set[int]:
    """Places of the p-values that are found; the expected share of false ones among them is at most the level.

    Where nothing is to be found, that is the chance to find anything. Y. Benjamini, Y. Hochberg: Controlling the False
    Discovery Rate, Journal of the Royal Statistical Society B 57 (1995); applied to `attainable` ones it is P. B.
    Gilbert's procedure for discrete data, Applied Statistics 54 (2005). It holds for tests that are independent or rise
    and fall together, as a run and its parts do.
    """
    ranked = sorted(range(len(p_values)), key=p_values.__getitem__)
    found = [rank for rank, at in enumerate(ranked, 1) if p_values[at] <= level * rank / len(p_values)]
    return set(ranked[: max(found, default=0)])
