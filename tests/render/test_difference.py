"""What is said of two trees that differ: only what differs, where it stands, and how much there is."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import columns_of
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.difference import tree_difference
from pytest_flock_trace.render.shape import Shapes
from pytest_flock_trace.render.skeleton import skeleton
from pytest_flock_trace.render.tree_diff import changes
from pytest_flock_trace.render.tree_text import read_tree


def text(block: str) -> str:
    return dedent(block).strip("\n")


REVIEW = text("""
    review
      planner
        chat
      writer
        search ×2
        chat
      critic
        chat  ERROR
      publish
""")


def told(expected: str, actual: str) -> list[str]:
    difference = tree_difference(expected, actual)
    return [difference.head, *difference.lines]


def test_an_agent_that_is_missing_is_its_lines_and_nothing_else() -> None:
    assert told(REVIEW, REVIEW.replace("  writer\n    search ×2\n    chat\n", "")) == [
        "3 lines missing",
        "  in review",
        "- writer",
        "-   search ×2",
        "-   chat",
    ]


def test_an_agent_that_was_added_is_its_lines_and_nothing_else() -> None:
    assert told(REVIEW, REVIEW.replace("  publish", "  editor\n    chat\n  publish")) == [
        "2 lines added",
        "  in review",
        "+ editor",
        "+   chat",
    ]


def test_an_agent_of_another_name_that_did_the_same_was_relabelled() -> None:
    assert told(REVIEW, REVIEW.replace("writer", "author")) == [
        "1 line relabelled",
        "  in review",
        "~ writer  →  author",
    ]


def test_a_line_for_a_line_was_relabelled() -> None:
    assert told("a\n  b\n    c", "a\n  b\n    d")[1:] == ["  in a / b", "~ c  →  d"]


def test_a_different_outcome_or_attribute_is_the_same_line_read_differently() -> None:
    assert told(REVIEW, REVIEW.replace("  ERROR", ""))[1:] == ["  in review / critic", "~ chat  ERROR  →  chat"]
    assert told("a {n=1}\n  b", "a {n=2}\n  c") == [
        "2 lines relabelled",
        "~ a {n=1}  →  a {n=2}",
        "  in a {n=2}",
        "~ b  →  c",
    ]


def test_siblings_in_another_order_are_one_branch_that_moved() -> None:
    lines = told(
        REVIEW,
        text("""
        review
          planner
            chat
          critic
            chat  ERROR
          writer
            search ×2
            chat
          publish
    """),
    )

    assert lines == ["1 line moved", "  in review", "> critic  (in another order)"]


def test_a_branch_under_another_parent_moved_there() -> None:
    moved = text("""
        review
          planner
            chat
            writer
              search ×2
              chat
          critic
            chat  ERROR
          publish
    """)

    assert told(REVIEW, moved) == ["1 line moved", "  in review / planner", "> writer  (from review)"]
    assert told("a\n  b", "a\nb") == ["1 line moved", "> b  (from a)"]
    assert told("a\nb", "a\n  b") == ["1 line moved", "  in a", "> b  (from the top)"]


def test_of_repeats_only_those_that_came_or_went_are_told() -> None:
    assert told("a\n  b ×3", "a\n  b ×5")[1:] == ["  in a", "+ b ×2"]
    assert told("a\n  b ×3\n  c\n  b", "a\n  b ×4")[1:] == ["  in a", "- c"]
    assert told("a\n  b ×2\n    c", "a\n  b\n    c")[1:] == ["  in a", "- b", "-   c"]


def test_one_of_several_of_a_name_that_differs_below_is_looked_into() -> None:
    expected = "a\n  w\n    x\n  w\n    y\n  w\n    z"

    assert told(expected, expected.replace("y", "q")) == ["1 line relabelled", "  in a / w", "~ y  →  q"]


def test_everything_is_told_where_nothing_is_common() -> None:
    assert told("a\n  b", "c\n  d")[0] == "2 lines missing, 2 lines added"


def test_trees_that_only_look_different_are_said_to() -> None:
    assert told("a\n  b\n  b", "a\n  b ×2") == ["the same tree, written in another way"]


def test_twenty_lines_are_enough_and_the_rest_is_counted() -> None:
    expected = "\n".join(["a", *(f"  old {at}\n    x" for at in range(10)), "  b", "    c"])
    actual = "\n".join(["a", *(f"  new {at}" for at in range(10)), "  b", "    d"])

    lines = told(expected, actual)

    assert lines[0] == "20 lines missing, 10 lines added, 1 line relabelled"
    assert len(lines) == 21
    assert lines[1:3] == ["  in a", "- old 0"]
    assert lines[-1] == "… and then 2 lines missing, 10 lines added, 1 line relabelled"


def test_the_last_line_before_the_count_is_no_heading() -> None:
    expected = "\n".join(f"a {at}\n  b" for at in range(40))

    assert tree_difference(expected, expected.replace("  b", "  c"), limit=4).lines == [
        "  in a 0",
        "~ b  →  c",
        "… and then 39 lines relabelled",
    ]


def test_long_lines_and_long_paths_are_cut() -> None:
    path = "\n".join("  " * at + f"{at}{'x' * 30}" for at in range(9))

    lines = told(f"{path}\n{'  ' * 9}y", f"{path}\n{'  ' * 9}{'z' * 300}")[1:]

    assert [columns_of(line) <= 105 for line in lines] == [True, True]
    assert lines[0].startswith("  in …")
    assert lines[0].endswith(f" / 8{'x' * 30}")


@given(traces(max_size=15))
def test_a_tree_does_not_differ_from_itself(trace: Trace) -> None:
    shapes = Shapes()

    assert changes(read_tree(skeleton(trace), shapes), read_tree(skeleton(trace), shapes)) == []


@given(traces(max_size=15), traces(max_size=15))
def test_what_is_missing_one_way_round_is_added_the_other(one: Trace, other: Trace) -> None:
    """And what is expected plus what is told to differ is as many lines as there are."""
    shapes = Shapes()
    expected, actual = read_tree(skeleton(one), shapes), read_tree(skeleton(other), shapes)
    found = changes(expected, actual)

    def size(shape_list: list) -> int:
        return sum(1 + size(shape.children) for shape in shape_list)

    lost = size([change.shape for change in found if change.kind == "missing"])
    gained = size([change.shape for change in found if change.kind == "added"])
    assert size(expected) - lost + gained == size(actual)
    assert (found == []) == (expected == actual)


@given(traces(max_size=15), st.data())
def test_a_span_that_was_taken_out_is_one_branch_and_nothing_else(trace: Trace, data: st.DataObject) -> None:
    spans = [span.replace(name=f"call {at}", attributes=None, links=(), consumed=()) for at, span in enumerate(trace)]
    whole = Trace.of(spans)
    if not spans:
        return
    top = data.draw(st.sampled_from(whole.spans))
    gone = {top.span_id, *(span.span_id for span in whole.descendants(top))}
    rest = Trace.of(span for span in spans if span.span_id not in gone)

    told = tree_difference(skeleton(whole), skeleton(rest) if len(rest) else "", limit=99)

    assert {line[0] for line in told.lines if not line.startswith("  in ")} == {"-"}
    assert sum(line.startswith("-") for line in told.lines) == len(gone)


def test_thousands_of_siblings_that_repeat_can_be_compared() -> None:
    expected = "run\n" + "\n".join(f"  {name}" for name in "ab" * 2_000)
    actual = "run\n" + "\n".join(f"  {name}" for name in ["x", *"ba" * 2_000, "y"])

    assert len(tree_difference(expected, actual).lines) <= 20


@pytest.mark.parametrize("depth", [60, 10_000])
def test_a_difference_far_down_is_found(depth: int) -> None:
    chain = [Span("call", span_id=str(at), parent_id=str(at - 1) if at else None) for at in range(depth)]
    changed = [*chain[:-1], Span("other", span_id="x", parent_id=str(depth - 2))]

    lines = told(skeleton(Trace.of(chain)), skeleton(Trace.of(changed)))

    assert lines[0] == "1 line relabelled"
    assert re.fullmatch(r"~ call  →  other", lines[2])
