"""Shapes: what looks the same is the same object, and the smaller text is the smaller shape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.render.shape import Shape, Shapes, folded

Nested = Any
"""A name, whether it failed, and a list of the same below it."""

TREES = st.recursive(
    st.tuples(st.sampled_from("ab"), st.booleans(), st.just([])),
    lambda below: st.tuples(st.sampled_from("ab"), st.booleans(), st.lists(below, max_size=3)),
    max_leaves=8,
)


def made(shapes: Shapes, tree: Nested) -> Shape:
    name, failed, below = tree
    return shapes.make(name, [made(shapes, inner) for inner in below], failed=failed)


def text(shape: Shape) -> str:
    return "\n".join("  " * depth + line for depth, line in shape.lines())


def test_neighbours_that_are_the_same_are_counted() -> None:
    shapes = Shapes()
    a, b = shapes.make("a", []), shapes.make("b", [])

    step = shapes.make("step", [a, a, b, a], failed=True)

    assert step.below == ((a, 2), (b, 1), (a, 1))
    assert step.children == [a, a, b, a]
    assert text(step) == "step  ERROR\n  a ×2\n  b\n  a"
    assert step.line(3) == "step ×3  ERROR"


@given(TREES, TREES)
def test_two_shapes_are_one_object_where_they_look_the_same(one: Nested, other: Nested) -> None:
    shapes = Shapes()

    assert (made(shapes, one) is made(shapes, other)) == (text(made(shapes, one)) == text(made(shapes, other)))


@given(TREES, TREES)
def test_shapes_have_the_order_of_their_lines(one: Nested, other: Nested) -> None:
    left, right = made(Shapes(), one), made(Shapes(), other)

    assert (left < right) == (list(left.lines()) < list(right.lines()))


@given(st.lists(st.sampled_from("ab")))
def test_folding_loses_nothing(names: Sequence[str]) -> None:
    shapes = Shapes()
    runs = folded([shapes.make(name, []) for name in names])

    assert [shape.text for shape, times in runs for _ in range(times)] == names
    assert all(one[0] is not other[0] for one, other in pairwise(runs))


def test_ten_thousand_levels_can_be_compared() -> None:
    shapes = Shapes()
    one, other = shapes.make("a", []), shapes.make("b", [])
    for _ in range(10_000):
        one, other = shapes.make("x", [one]), shapes.make("x", [other])

    assert one < other
    assert not other < one
