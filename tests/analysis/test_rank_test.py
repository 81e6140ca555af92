"""The rank test, against its definition: all ways to divide the values, looked at one by one."""

from __future__ import annotations

from itertools import combinations
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis import rank_test
from pytest_flock_trace.analysis.rank_test import least_p, p_greater
from pytest_flock_trace.errors import BadArgument

FEW_VALUES = st.lists(st.integers(0, 6), min_size=1, max_size=6)
MANY_VALUES = st.lists(st.integers(0, 10**12), min_size=1, max_size=6)


def wins(sample: list[int], reference: list[int]) -> float:
    """Mann and Whitney's U: pairs in which the sample's value is greater, ties by half."""
    return sum((one > other) + (one == other) / 2 for one in sample for other in reference)


def by_enumeration(sample: list[int], reference: list[int]) -> float:
    """The share of all divisions of the values at hand that let the sample win as often, or more often."""
    values = [*sample, *reference]
    reached, reaching = wins(sample, reference), 0
    for chosen in combinations(range(len(values)), len(sample)):
        one = [values[at] for at in chosen]
        other = [value for at, value in enumerate(values) if at not in chosen]
        reaching += wins(one, other) >= reached
    return reaching / comb(len(values), len(sample))


@given(FEW_VALUES | MANY_VALUES, FEW_VALUES | MANY_VALUES)
def test_the_p_value_is_the_share_of_divisions_that_reach_as_much(sample: list[int], reference: list[int]) -> None:
    assert p_greater(sample, reference) == pytest.approx(by_enumeration(sample, reference), rel=1e-12)


def test_the_textbook_example_has_the_p_value_that_r_prints() -> None:
    """Permeability of placental membranes: Hollander and Wolfe (1973), 69f., as in R's documentation of wilcox.test."""
    at_term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    earlier = [1.15, 0.88, 0.90, 0.74, 1.21]

    assert p_greater(at_term, earlier) == pytest.approx(0.1272, abs=5e-5)


@given(FEW_VALUES, FEW_VALUES, st.integers(1, 9), st.integers(-9, 9))
def test_only_order_counts(sample: list[int], reference: list[int], factor: int, shift: int) -> None:
    moved, reference_moved = ([factor * value + shift for value in side] for side in (sample, reference))

    assert p_greater(moved, reference_moved) == p_greater(sample, reference)


@pytest.mark.parametrize(("size", "reference_size"), [(1, 1), (5, 5), (3, 30), (30, 3)])
def test_samples_that_lie_apart_have_the_least_p_value_of_their_sizes(size: int, reference_size: int) -> None:
    above, below = list(range(100, 100 + size)), list(range(reference_size))

    assert p_greater(above, below) == pytest.approx(least_p(size, reference_size))
    assert p_greater(below, above) == 1


def test_equal_values_say_nothing() -> None:
    assert p_greater([7] * 6, [7] * 9) == 1
    assert p_greater([7] * 90, [7] * 90) == 1, "by the normal approximation, too"


@pytest.mark.parametrize("shift", [0, 5, 10, 20])
@pytest.mark.parametrize("step", [1, 7], ids=["no ties", "ties"])
def test_the_approximation_for_large_samples_is_close_to_the_exact_value(
    shift: int, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(shift)
    reference, sample = ([random.randrange(100) // step for _ in range(30)] for _ in range(2))
    sample = [value + shift // step for value in sample]
    exact = p_greater(sample, reference)
    monkeypatch.setattr(rank_test, "EXACT_UP_TO", 0)

    assert p_greater(sample, reference) == pytest.approx(exact, rel=0.2, abs=0.002)


def test_hundreds_of_values_are_no_trouble() -> None:
    assert p_greater(list(range(500, 1_000)), list(range(600))) < 1e-9
    assert p_greater(list(range(600)), list(range(500, 1_000))) > 0.999


@pytest.mark.parametrize(("sample", "reference"), [([], [1]), ([1], [])])
def test_nothing_can_not_be_compared(sample: list[int], reference: list[int]) -> None:
    with pytest.raises(BadArgument, match="a value on both sides"):
        p_greater(sample, reference)
