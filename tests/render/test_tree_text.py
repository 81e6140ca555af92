"""A tree that is read from its text is the tree that was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.outline import indentation
from pytest_flock_trace.render.shape import Shapes, folded
from pytest_flock_trace.render.skeleton import skeleton
from pytest_flock_trace.render.tree_text import read_tree


def rewritten(text: str) -> str:
    runs = folded(read_tree(text, Shapes()))
    lines = (line for shape, times in runs for line in shape.lines(times))
    return "\n".join(indentation(depth) + line for depth, line in lines)


@given(traces(max_size=20))
def test_a_skeleton_is_read_as_it_was_written(trace: Trace) -> None:
    assert rewritten(skeleton(trace)) == skeleton(trace)


def test_levels_that_are_numbers_are_read_as_levels() -> None:
    chain = [Span(f"call {at}", span_id=str(at), parent_id=str(at - 1) if at else None) for at in range(60)]
    text = skeleton(Trace.of([*chain, Span("(41) odd", span_id="x", parent_id="57")]))

    assert "(59) call 59" in text
    assert rewritten(text) == text


def test_a_number_in_front_of_a_label_higher_up_is_part_of_the_label() -> None:
    assert [shape.text for shape in read_tree("(2) a\n(3) b", Shapes())] == ["(2) a", "(3) b"]


def test_repeats_are_read_one_by_one() -> None:
    shapes = Shapes()
    (step,) = read_tree("step\n  call ×3  ERROR\n    chat ×2", shapes)

    assert [child.line() for child in step.children] == ["call  ERROR"] * 3
    assert step.children[0].children == [shapes.make("chat", [])] * 2


def test_what_stands_further_in_belongs_to_the_line_above_however_far() -> None:
    (top,) = read_tree("flowchart LR\n    a --> b\n    b --> c", Shapes())

    assert [child.text for child in top.children] == ["a --> b", "b --> c"]


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read_tree(text, Shapes())
