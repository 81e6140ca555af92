from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.model.portions import portions


@given(st.lists(st.integers(0, 9)), st.integers(1, 20))
def test_portions_are_as_large_as_allowed_and_together_everything(sizes: list[int], most: int) -> None:
    found = list(portions(((size, size) for size in sizes), most))

    assert [size for portion in found for size in portion] == sizes
    assert all(sum(portion) <= most or len(portion) == 1 for portion in found)
    assert all(sum(portion) + after[0] > most for portion, after in pairwise(found))
