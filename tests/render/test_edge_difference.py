"""What one dependency graph has and another has not."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import DependencyGraph
from pytest_flock_trace.render.edge_difference import edge_difference

EDGES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.sampled_from(["Draft", None])), max_size=6
)


def test_edges_that_came_and_went_stand_in_order_each_with_its_mark() -> None:
    expected = DependencyGraph.from_edges([("writer", "critic", "Draft"), ("critic", "writer"), ("a", "b")])
    actual = DependencyGraph.from_edges([("writer", "critic", "Poem"), ("critic", "writer")])
    found = edge_difference(expected, actual)
    assert found.head == "2 edges missing, 1 edge added"
    assert found.lines == ["- a -> b", "- writer -> critic (Draft)", "+ writer -> critic (Poem)  (on a cycle)"]


def test_an_edge_that_closes_a_cycle_says_so() -> None:
    chain = [("a", "b"), ("b", "c")]
    open_chain, closed_chain = DependencyGraph.from_edges(chain), DependencyGraph.from_edges([*chain, ("c", "a")])

    assert edge_difference(open_chain, closed_chain).lines == ["+ c -> a  (on a cycle)"]
    assert edge_difference(closed_chain, open_chain).lines == ["- c -> a"]


def test_names_stay_on_their_lines() -> None:
    found = edge_difference(DependencyGraph.from_edges([]), DependencyGraph.from_edges([("two\nlines", "b" * 500)]))
    (line,) = found.lines
    assert line.startswith(r"+ two\nlines -> bbb")
    assert len(line) < 200


@given(EDGES, EDGES)
def test_the_lines_are_exactly_the_edges_that_only_one_has(one: Any, other: Any) -> None:
    expected, actual = DependencyGraph.from_edges(one), DependencyGraph.from_edges(other)
    lines = [line.removesuffix("  (on a cycle)") for line in edge_difference(expected, actual).lines]
    assert sorted(line[2:] for line in lines if line[0] == "-") == sorted(
        map(str, set(expected.edges) - set(actual.edges))
    )
    assert sorted(line[2:] for line in lines if line[0] == "+") == sorted(
        map(str, set(actual.edges) - set(expected.edges))
    )
    assert bool(lines) == (expected != actual)
