"""What differs between two graphs that are written as diagrams."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import DependencyGraph
from pytest_flock_trace.render.diagram_difference import diagram_difference
from pytest_flock_trace.render.difference import Difference

EDGES = st.sets(
    st.tuples(*[st.sampled_from(["writer", "critic", 'q"u|o;te', "日本 語", "(external)"])] * 2), max_size=8
)


def told(before: list[tuple[str, ...]], after: list[tuple[str, ...]]) -> Difference:
    one, other = (DependencyGraph.from_edges(edges) for edges in (before, after))  # type: ignore[arg-type]
    return diagram_difference(one.mermaid(), other.mermaid())


def test_edges_that_came_and_went_are_told_by_their_names() -> None:
    difference = told(
        [("(external)", "writer", "Ticket"), ("writer", "critic", "Draft")],
        [("(external)", "writer", "Ticket"), ("writer", "critic", "Final [2]"), ("critic", "editor")],
    )

    assert difference.head == "1 edge missing, 2 edges added"
    assert difference.lines == ["+ critic -> editor", "- writer -> critic (Draft)", "+ writer -> critic (Final [2])"]


def test_a_diagram_of_somebody_else_is_compared_line_by_line() -> None:
    difference = diagram_difference("graph TD\n    a --> b\n", "graph TD\n    a --> b\n    b --> c\n")

    assert difference.head == "1 line added"
    assert difference.lines == ["  in graph TD", "+ b --> c"]


def test_a_graph_without_edges_is_a_graph() -> None:
    assert told([], [("a", "b")]).lines == ["+ a -> b"]


@given(EDGES, EDGES)
def test_the_lines_are_the_symmetric_difference_of_the_edges(
    before: set[tuple[str, str]], after: set[tuple[str, str]]
) -> None:
    lines = told([*before], [*after]).lines

    names = [line.removesuffix("  (on a cycle)") for line in lines]
    assert sorted(names) == sorted(
        [f"- {one} -> {other}" for one, other in before - after]
        + [f"+ {one} -> {other}" for one, other in after - before]
    )
