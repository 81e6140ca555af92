from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.model.cycles import components, shortest_cycle

NODES = "abcde"
GRAPHS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=12)


def graph(edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    targets: dict[str, list[str]] = {}
    for source, target in edges:
        targets.setdefault(source, []).append(target)
    return targets


def simple_cycles(edges: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Every way round that passes no node twice, once for each node it can start from."""
    steps = set(edges)
    for length in range(1, len(NODES) + 1):
        for way in permutations(sorted({node for step in steps for node in step}), length):
            if steps.issuperset(pairwise((*way, way[0]))):
                yield way


def reached(edges: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    closed = set(edges)
    while more := {(one, end) for one, middle in closed for start, end in closed if middle == start} - closed:
        closed |= more
    return closed


@given(GRAPHS)
def test_a_component_is_the_nodes_that_lead_to_each_other(edges):
    paths = reached(edges)
    cyclic = {node for node, other in paths if node == other}
    expected = {frozenset(other for other in cyclic if {(node, other), (other, node)} <= paths) for node in cyclic}
    found = components(graph(edges))
    assert {frozenset(component) for component in found} == expected
    assert len(found) == len(expected)


@given(GRAPHS)
def test_the_shortest_cycle_of_a_component_is_a_real_way_round_and_none_is_shorter(edges):
    for component in components(graph(edges)):
        way = tuple(shortest_cycle(component, graph(edges)))
        within = [cycle for cycle in simple_cycles(edges) if component.issuperset(cycle)]
        assert way in within
        assert len(way) == min(map(len, within))


def test_a_shortest_cycle_starts_at_the_first_of_its_nodes_that_calls_anybody():
    edges = graph([("x", "b"), ("b", "c"), ("c", "a"), ("a", "b")])
    assert shortest_cycle({"a", "b", "c"}, edges) == ["b", "c", "a"]


def test_what_leads_nowhere_is_in_no_cycle():
    assert components({}) == []
    assert components({"a": ["b"]}) == []
    assert shortest_cycle({"a"}, {"a": ["b"]}) == ()


def test_a_loop_is_a_cycle_of_one():
    assert components({"a": ["a", "b"]}) == [{"a"}]
    assert shortest_cycle({"a"}, {"a": ["b", "a"]}) == ["a"]


def test_a_ring_of_one_thousand_is_found():
    edges = {at: [(at + 1) % 1_000] for at in range(1_000)}
    (ring,) = components(edges)
    assert len(ring) == 1_000
    assert shortest_cycle(ring, edges) == list(range(1_000))
