"""What networkx finds in a graph, drawn at random, is what is found here."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pytest_flock_trace import DependencyGraph
from pytest_flock_trace.model.cycles import components, shortest_cycle
from pytest_flock_trace.model.ways_round import LONGEST, MOST, ways_round

Pairs = list[tuple[str, str]]
ALL_NODES = [f"agent {at:02}" for at in range(20)]
NODES = st.sampled_from(ALL_NODES)
EDGES = st.lists(st.tuples(NODES, NODES), max_size=50)


def ring(nodes: list[str]) -> Pairs:
    return [*pairwise(nodes), (nodes[-1], nodes[0])]


LONG_RINGS = st.builds(
    lambda nodes, size: ring(nodes[:size]), st.permutations(ALL_NODES), st.integers(LONGEST + 1, LONGEST + 6)
)
SPARSE = st.lists(st.tuples(NODES, NODES), max_size=4)
GRAPHS = EDGES | st.builds(list.__add__, LONG_RINGS, SPARSE)
"""Graphs of many short cycles, and such as have long ones only."""


def targets(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, target in pairs:
        found.setdefault(source, []).append(target)
    return found


def cyclic(graph: nx.DiGraph) -> list[set[str]]:
    """Networkx also calls a node without a loop a component."""
    found = nx.strongly_connected_components(graph)
    return [nodes for nodes in found if len(nodes) > 1 or graph.has_edge(*nodes, *nodes)]


def canonical(cycle: list[str]) -> tuple[str, ...]:
    first = cycle.index(min(cycle))
    return (*cycle[first:], *cycle[:first])


def ranked(cycles: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(cycles, key=lambda cycle: (len(cycle), cycle))


def simple_cycles(graph: nx.DiGraph, longest: int | None = None) -> list[tuple[str, ...]]:
    return ranked({canonical(cycle) for cycle in nx.simple_cycles(graph, length_bound=longest)})


@given(GRAPHS)
def test_components_are_networkxs(pairs: Pairs) -> None:
    found = components(targets(pairs))

    assert sorted(map(sorted, found)) == sorted(map(sorted, cyclic(nx.DiGraph(pairs))))


@given(GRAPHS)
def test_a_shortest_cycle_is_as_short_as_networkxs_and_goes_where_edges_go(pairs: Pairs) -> None:
    graph = nx.DiGraph(pairs)
    for component in components(targets(pairs)):
        way = list(shortest_cycle(component, targets(pairs)))

        assert canonical(way) in simple_cycles(graph.subgraph(component), len(way))
        assert simple_cycles(graph.subgraph(component), len(way) - 1) == []


@given(GRAPHS)
def test_cycles_are_networkxs_the_shortest_first_each_from_its_first_node(pairs: Pairs) -> None:
    graph = nx.DiGraph(pairs)
    theirs = simple_cycles(graph, LONGEST)
    found = ways_round(targets(pairs))
    ours = [way for way in found.cycles if len(way) <= LONGEST]

    event("more than are listed" if len(theirs) > MOST else "all are listed")
    if len(theirs) > MOST:
        assert set(ours) <= set(theirs)
        assert [len(way) for way in ours] == [len(way) for way in theirs[:MOST]]
        assert ours == ranked(set(ours))
        assert found.cap == f"the first {MOST}"
    else:
        assert ours == theirs


@given(GRAPHS)
def test_a_component_of_long_cycles_tells_one_that_networkx_has_none_shorter_than(pairs: Pairs) -> None:
    graph = nx.DiGraph(pairs)
    without = [nodes for nodes in cyclic(graph) if not simple_cycles(graph.subgraph(nodes), LONGEST)]
    shortest = sorted(len(simple_cycles(graph.subgraph(nodes))[0]) for nodes in without)
    longer = [way for way in ways_round(targets(pairs)).cycles if len(way) > LONGEST]

    event(f"{len(without)} components of long cycles only")
    assert [len(way) for way in longer] == shortest
    for way in longer:
        assert set(ring(list(way))) <= set(graph.edges)


@given(GRAPHS)
def test_a_graph_has_networkxs_cycles_and_knows_which_edges_are_part_of_any(pairs: Pairs) -> None:
    drawn = DependencyGraph.from_edges([*pairs, *((one, other, "Draft") for one, other in pairs[:5])])
    graph = nx.DiGraph(pairs)

    assert [cycle.nodes for cycle in drawn.cycles] == list(ways_round(targets(pairs)).cycles)
    on_a_cycle = {edge for nodes in cyclic(graph) for edge in graph.subgraph(nodes).edges}
    assert {(edge.source, edge.target) for edge in drawn.cyclic} == on_a_cycle
    assert [edge for edge in drawn.edges if (edge.source, edge.target) in on_a_cycle] == list(drawn.cyclic)


@pytest.mark.parametrize("seed", range(5))
def test_components_of_a_graph_of_thousands_are_networkxs(seed: int) -> None:
    graph = nx.gnp_random_graph(2_000, 1 / 1_500, seed=seed, directed=True)
    found = components({node: list(graph[node]) for node in graph})

    assert sorted(map(sorted, found)) == sorted(map(sorted, cyclic(graph)))
    assert max(map(len, found)) > 100
