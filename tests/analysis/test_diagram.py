"""Dependency graphs as the text of diagrams."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import DependencyGraph

LOOP = DependencyGraph.from_edges(
    [
        ("writer", "critic", "Draft"),
        ("critic", "writer", "Review"),
        ("(external)", "writer", "Ticket"),
        ("writer", "end"),
    ]
)
NAMES = st.text(max_size=20)


def test_mermaid_has_a_line_for_each_node_and_edge_and_marks_the_cycle() -> None:
    assert LOOP.mermaid().splitlines() == [
        "flowchart LR",
        '    n_external_97114b(["#40;external#41;"])',
        '    n_critic["critic"]:::cycle',
        '    n_end["end"]',
        '    n_writer["writer"]:::cycle',
        '    n_external_97114b -->|"Ticket"| n_writer',
        '    n_critic ==>|"Review"| n_writer',
        '    n_writer ==>|"Draft"| n_critic',
        "    n_writer --> n_end",
        "    classDef cycle stroke:#d33,stroke-width:2px",
    ]


def test_dot_has_them_in_the_same_order() -> None:
    assert LOOP.dot().splitlines() == [
        "digraph dependencies {",
        "    rankdir=LR;",
        '    "(external)" [shape=plaintext];',
        '    "critic";',
        '    "end";',
        '    "writer";',
        '    "(external)" -> "writer" [label="Ticket"];',
        '    "critic" -> "writer" [label="Review", color="#d33"];',
        '    "writer" -> "critic" [label="Draft", color="#d33"];',
        '    "writer" -> "end";',
        "}",
    ]


def test_a_graph_without_edges_is_a_diagram_too() -> None:
    empty = DependencyGraph.from_edges([])
    assert (empty.mermaid(), empty.dot()) == ("flowchart LR\n", "digraph dependencies {\n    rankdir=LR;\n}\n")


@given(st.lists(st.tuples(NAMES, NAMES), max_size=8), st.tuples(NAMES, NAMES))
def test_another_edge_only_adds_lines_and_marks_the_cycle_that_it_closes(
    pairs: list[tuple[str, str]], another: tuple[str, str]
) -> None:
    graphs = [DependencyGraph.from_edges(edges) for edges in (pairs, [*pairs, another])]
    before, after = (_unmarked(graph) for graph in graphs)
    assert [line for line in after if line in set(before)] == before
    if len(graphs[0].cyclic) == len(graphs[1].cyclic):
        assert set(graphs[0].mermaid().splitlines()) <= set(graphs[1].mermaid().splitlines())


def _unmarked(graph: DependencyGraph) -> list[str]:
    """The lines of a diagram without what marks cycles."""
    lines = graph.mermaid().replace(":::cycle", "").replace("==>", "-->").splitlines()
    return [line for line in lines if "classDef" not in line]


@given(st.sets(NAMES, min_size=1, max_size=8))
def test_every_node_has_an_id_of_its_own_and_every_label_is_one_quoted_line(names: set[str]) -> None:
    graph = DependencyGraph.from_edges([(name, name, name) for name in names])
    nodes = [line for line in _unmarked(graph)[1:] if "-->" not in line]
    assert len({re.split(r"[\[(]", line)[0] for line in nodes}) == len(names)
    assert all(re.fullmatch(r' {4}n_\w*(\["[^"]+"\]|\(\["[^"]+"\]\))', line) for line in nodes)
