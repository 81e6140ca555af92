"""Cycles that networkx and CRISP found."""

from __future__ import annotations

from oracles import by_id, oracle, oracle_span

from pytest_flock_trace import Trace
from pytest_flock_trace.model.calls import returns
from pytest_flock_trace.model.cycles import components, shortest_cycle

NETWORKX = oracle("graph/networkx_cycles.json")["cases"]
CRISP = oracle("graph/crisp_cycles.json")["cases"]


@by_id(NETWORKX)
def test_cycles_are_networkxs(case):
    edges: dict[str, list[str]] = {}
    for source, target in case["edges"]:
        edges.setdefault(source, []).append(target)
    found = components(edges)
    assert sorted(map(sorted, found)) == sorted(case["expected_cyclic_sccs"])
    for component in found:
        theirs = [cycle for cycle in case["expected_simple_cycles"] if component.issuperset(cycle)]
        ours = shortest_cycle(component, edges)
        start = ours.index(min(ours))
        assert [*ours[start:], *ours[:start]] in theirs
        assert len(ours) == min(map(len, theirs))


@by_id(CRISP)
def test_operations_that_come_back_on_their_call_path_are_crisps(case):
    spans = [oracle_span({"start": 0, "duration": 0, **row}) for row in case["spans"]]
    trace = Trace.of(spans)
    back = {trace.spans[at].span_id for at, number in returns(trace.tree, "operation").items() if number}
    assert back == case["expected"].keys()
    for span_id, path in case["expected"].items():
        (closing,) = (span for span in trace if span.span_id == span_id)
        above = trace.ancestors(closing)
        previous = [span.operation for span in above].index(closing.operation)
        line = [*reversed(above[: previous + 1]), closing]
        assert [f"[{span.service}] {span.operation}" for span in line] == path
