from __future__ import annotations

from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.quantile import quantile
from pytest_flock_trace.errors import BadArgument

nanoseconds = st.lists(st.integers(0, 10**12), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ([7], 0.95, 7.0),
        ([1, 2], 0.5, 1.5),
        ([1, 2, 3, 4], 0.25, 1.75),
        ([4, 1, 3, 2], 0.0, 1.0),
        ([4, 1, 3, 2], 1.0, 4.0),
        ([0, 10], 0.99, 9.9),
    ],
)
def test_a_quantile_lies_between_its_neighbours_by_its_rank(values, q, expected):
    assert quantile(values, q) == pytest.approx(expected, rel=1e-15)


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=50))
def test_percentiles_are_pythons_inclusive_quantiles(values):
    expected = quantiles(values, n=100, method="inclusive")
    assert [quantile(values, level / 100) for level in range(1, 100)] == pytest.approx(expected, rel=1e-9, abs=1e-3)


@given(nanoseconds, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_level_has_no_lower_quantile(values, one, other):
    low, high = sorted((one, other))
    # the last bit of a double may differ between two levels that lie next to each other
    assert quantile(values, low) <= quantile(values, high) * (1 + 1e-15)
    assert min(values) * (1 - 1e-15) <= quantile(values, low) <= max(values) * (1 + 1e-15)


def test_no_values_have_no_quantile():
    with pytest.raises(BadArgument, match="no values"):
        quantile([], 0.5)


@pytest.mark.parametrize("level", [-0.1, 1.01, 95, float("nan")])
def test_a_level_outside_zero_to_one_is_refused(level):
    with pytest.raises(BadArgument, match="0 to 1"):
        quantile([1, 2], level)
