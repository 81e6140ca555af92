"""Every way round in a graph, against a search through all permutations of its nodes."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st
from oracles import by_id, oracle

from pytest_flock_trace.model.cycles import components
from pytest_flock_trace.model.ways_round import LONGEST, MOST, ways_round

NODES = "abcdef"
PAIRS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=14)
CASES = oracle("graph/networkx_cycles.json")["cases"]


def graph(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = {}
    for source, target in pairs:
        edges.setdefault(source, []).append(target)
    return edges


def ring(prefix: str, size: int) -> list[tuple[str, str]]:
    return [(f"{prefix}{at:02}", f"{prefix}{(at + 1) % size:02}") for at in range(size)]


@given(PAIRS)
def test_all_simple_cycles_are_found_the_shortest_first_each_from_its_first_node(pairs):
    steps = set(pairs)
    expected = {
        way
        for length in range(1, len(NODES) + 1)
        for way in permutations(NODES, length)
        if way[0] == min(way) and steps.issuperset(pairwise((*way, way[0])))
    }
    found = ways_round(graph(pairs))
    assert list(found.cycles) == sorted(expected, key=lambda way: (len(way), way))
    assert found.cap == ""


@by_id(CASES)
def test_cycles_are_networkxs(case):
    found = ways_round(graph(case["edges"]))
    theirs = [cycle for cycle in case["expected_simple_cycles"] if len(cycle) <= LONGEST]
    assert sorted(map(sorted, found.cycles)) == sorted(map(sorted, theirs))
    assert (not found.cycles) == case["acyclic"]


def test_a_component_with_long_cycles_only_tells_a_shortest_of_them():
    found = ways_round(graph([*ring("long", 40), *ring("short", 3)]))
    assert list(map(len, found.cycles)) == [3, 40]
    assert found.cap == f"up to {LONGEST} long"


def test_more_cycles_than_anybody_reads_are_cut_and_said_to_be():
    complete = [(one, other) for one in "abcdefgh" for other in "abcdefgh" if one != other]
    found = ways_round(graph(complete))
    assert len(found.cycles) == MOST
    assert found.cap == f"the first {MOST}"
    assert found.cycles[0] == ("a", "b")


def test_a_graph_with_countless_ways_that_hardly_lead_round_is_given_up_in_time():
    layers = [
        (f"{level:02}-{one}", f"{level + 1:02}-{other}")
        for level in range(9)
        for one in "abcdefghij"
        for other in "abcdefghij"
    ]
    found = ways_round(graph([*layers, ("09-a", "00-a")]))
    assert len(found.cycles) == 1
    assert len(components(graph([*layers, ("09-a", "00-a")]))) == 1
