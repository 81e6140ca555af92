from __future__ import annotations

from itertools import combinations, product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.pass_power import pass_power
from pytest_flock_trace.errors import BadArgument


@given(st.lists(st.booleans(), min_size=1, max_size=9), st.data())
def test_it_is_the_share_of_picks_in_which_every_trial_has_passed(outcomes: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(outcomes)))
    picks = [all(pick) for pick in combinations(outcomes, k)]

    assert pass_power(sum(outcomes), len(outcomes), k) == pytest.approx(sum(picks) / len(picks))


@pytest.mark.parametrize(("run", "k", "chance"), [(5, 2, 0.7), (6, 6, 0.9), (4, 1, 0.25)])
def test_it_has_no_bias(run: int, k: int, chance: float) -> None:
    mean = sum(comb(run, c) * chance**c * (1 - chance) ** (run - c) * pass_power(c, run, k) for c in range(run + 1))

    assert mean == pytest.approx(chance**k)


@pytest.mark.parametrize(("run", "k"), [*product([3], [0, -1, 4]), (0, 1)])
def test_more_trials_in_a_row_than_were_run_are_refused(run: int, k: int) -> None:
    with pytest.raises(BadArgument, match=f"k is a number from 1 to {run}"):
        pass_power(run, run, k)
