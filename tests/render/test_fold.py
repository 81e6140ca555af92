from __future__ import annotations

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.fold import Line, fold, unfolded
from pytest_flock_trace.render.shown import Shown


def tree_of(text: str) -> SpanTree:
    """A tree from lines indented by their depth; spans start in the order of the lines."""
    spans: list[Span] = []
    above: list[str] = []
    for at, line in enumerate(text.split("\n")):
        depth = len(line) - len(line.lstrip())
        parent = above[depth - 1] if depth else None
        spans.append(Span(line.strip(), span_id=str(at), parent_id=parent, start_ns=at))
        above[depth:] = [str(at)]
    return SpanTree(spans)


def folded(text: str, apart: tuple[int, ...] = ()) -> list[str]:
    tree = tree_of(text)
    lines = fold(Shown.of(tree), [span.name for span in tree.spans], apart)
    return [f"{' ' * line.depth}{tree.spans[line.members[0]].name}{len(line.members)}" for line in lines]


def test_neighbours_that_look_the_same_share_a_line() -> None:
    assert folded("root\n a\n a\n b\n a") == ["root1", " a2", " b1", " a1"]


def test_roots_are_siblings() -> None:
    assert folded("a\na\nb") == ["a2", "b1"]


def test_subtrees_must_look_the_same_too() -> None:
    assert folded("root\n a\n  b\n a\n  b\n a\n  c") == ["root1", " a2", "  b2", " a1", "  c1"]


def test_a_line_below_a_folded_one_stands_for_its_counterparts() -> None:
    assert folded("root\n a\n  b\n  b\n  c\n a\n  b\n  b\n  c") == ["root1", " a2", "  b4", "  c2"]


def test_different_numbers_of_repeats_are_different_subtrees() -> None:
    assert folded("root\n a\n  b\n  b\n a\n  b") == ["root1", " a1", "  b2", " a1", "  b1"]


def test_a_span_apart_and_those_above_it_stand_alone() -> None:
    assert folded("root\n a\n  b\n a\n  b\n a\n  b", apart=(4,)) == [
        "root1",
        " a1",
        "  b1",
        " a1",
        "  b1",
        " a1",
        "  b1",
    ]
    assert folded("root\n a\n a\n a\n a", apart=(4,)) == ["root1", " a3", " a1"]


def test_a_line_knows_the_line_above_it() -> None:
    lines = unfolded(Shown.of(tree_of("root\n a\n  b\n a")))

    assert lines == [Line([0], 0, -1), Line([1], 1, 0), Line([2], 2, 1), Line([3], 1, 0)]


def test_no_spans_make_no_lines() -> None:
    assert unfolded(Shown.of(SpanTree([]))) == []
