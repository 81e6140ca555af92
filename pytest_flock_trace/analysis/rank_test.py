"""How likely it is by chance alone that one sample lies as far above another as it does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import comb, erfc, sqrt

from pytest_flock_trace.errors import BadArgument

EXACT_UP_TO = 2_000
"""Values in both samples times values in the smaller one; beyond, the normal distribution stands in."""


def p_greater(sample: Sequence[float], reference: Sequence[float]) -> float:
    """The one-sided p-value of Mann and Whitney's test: small where the sample tends to be greater.

    Exact for small samples, ties included: the share of all ways to divide the values at hand into samples of these
    sizes that give the sample at least its sum of (mid-)ranks. For larger ones the normal approximation with
    corrections for ties and for continuity, whose tail is the heavier one. Raises `BadArgument` for an empty sample.

    H. B. Mann, D. R. Whitney: On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other,
    Annals of Mathematical Statistics 18 (1947); with ties as in E. L. Lehmann: Nonparametrics (1975), 1.4.
    """
    if not sample or not reference:
        raise BadArgument("a rank test needs a value on both sides")
    doubled = _doubled_ranks([*sample, *reference])
    reached = sum(doubled[: len(sample)])
    if len(doubled) * min(len(sample), len(reference)) > EXACT_UP_TO:
        return _normal(reached, doubled, len(sample))
    if len(sample) <= len(reference):
        return _share_reaching(reached, doubled, len(sample))
    # the fewer values of the reference are the quicker to divide, and theirs is the rest of the sum
    mirrored = [2 * len(doubled) + 2 - rank for rank in doubled]
    return _share_reaching(sum(mirrored[len(sample) :]), mirrored, len(reference))


def least_p(size: int, reference_size: int) -> float:
    """The smallest p-value that samples of these sizes can have."""
    return 1 / comb(size + reference_size, size)


def _doubled_ranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value from 1 up, so that the mean rank of values that tie is a whole number."""
    ranks = [0] * len(values)
    below = 0
    for _, group in groupby(sorted(range(len(values)), key=values.__getitem__), key=values.__getitem__):
        tied = list(group)
        for at in tied:
            ranks[at] = 2 * below + len(tied) + 1
        below += len(tied)
    return ranks


def _share_reaching(total: int, ranks: Sequence[int], size: int) -> float:
    """The share of subsets of this size whose ranks sum up to the total at least.

    `subsets[k]` is a polynomial as one integer: the digit at place s, in a base that no count reaches, counts the
    subsets of size k with sum s.
    """
    everything = comb(len(ranks), size)
    bits = everything.bit_length() + 1
    subsets = [1] + [0] * size
    for rank in ranks:
        for k in range(size, 0, -1):
            subsets[k] += subsets[k - 1] << (rank * bits)
    base = 1 << bits
    return (subsets[size] >> (total * bits)) % (base - 1) / everything  # modulo base - 1, a number is its digits' sum


def _normal(total: int, ranks: Sequence[int], size: int) -> float:
    count = len(ranks)
    mean = sum(ranks) / count
    variance = sum((rank - mean) ** 2 for rank in ranks) / (count - 1) * size * (count - size) / count
    if variance == 0:
        return 1.0
    return erfc((total - 1 - size * mean) / sqrt(2 * variance)) / 2  # half a rank, doubled, for continuity
