from __future__ import annotations

from hypothesis import given
from strategies import traces

from pytest_flock_trace.model.preorder import preorder


@given(traces())
def test_a_subtree_is_a_range_of_numbers(trace):
    tree = trace.tree
    numbers = preorder(tree.top_down, tree.parents)
    for top in range(len(tree)):
        subtree = {top, *tree.descendants(top)}
        assert {at for at in range(len(tree)) if numbers.holds(top, at)} == subtree


def test_what_the_order_leaves_out_is_below_nothing_and_holds_nothing():
    numbers = preorder([0, 3], parents=[-1, 2, 1, 0])
    assert not any(numbers.holds(top, 1) for top in range(4))
    assert not any(numbers.holds(1, at) for at in range(4))
