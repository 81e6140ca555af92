from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LEVELS, traces

from pytest_flock_trace import Span, Trace, acyclic, only_edges
from pytest_flock_trace.errors import BadArgument, BadPattern
from pytest_flock_trace.model.calls import Level, calls, returns
from pytest_flock_trace.model.passages import EXTERNAL, Passage, chain_rounds, passages


def agent(name: str, parent: str | None = None, *, span_id: str | None = None) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return Span(f"invoke_agent {name}", span_id=span_id or name, parent_id=parent, attributes=attributes)


def nested(*names: str) -> Trace:
    """Each agent below the one before, and below a root."""
    spans = [Span("root", span_id="-1")]
    spans += [agent(name, str(at - 1), span_id=str(at)) for at, name in enumerate(names)]
    return Trace.of(spans)


def services(*names: str) -> Trace:
    return Trace.of(Span(name, span_id=str(at), parent_id=str(at - 1) if at else None) for at, name in enumerate(names))


PING_PONG = nested("critic", "writer", "critic", "writer")


def test_a_crew_that_calls_itself_through_another_is_a_cycle():
    verdict = acyclic().verdict(PING_PONG)
    assert verdict.outcome == "failed"
    assert verdict.lines() == [
        "acyclic() in trace 'trace': 1 cycle of calls: critic → writer → critic",
        "  invoke_agent writer  at +0 ns for 0 ns  unset — called by critic",
        "  invoke_agent critic  at +0 ns for 0 ns  unset — called by writer",
    ]
    assert [found.span_id for found in verdict.culprits] == ["1", "2"]


def test_an_agent_that_calls_itself_is_a_cycle():
    verdict = acyclic().verdict(nested("writer", "writer"))
    assert verdict.outcome == "failed"
    assert "1 cycle of calls: writer → writer" in verdict.lines()[0]


def test_calls_that_add_up_to_a_cycle_over_several_chains_are_one():
    trace = Trace.of(
        [
            Span("root", span_id="root"),
            agent("a", "root", span_id="1"),
            agent("b", "1", span_id="2"),
            agent("b", "root", span_id="3"),
            agent("a", "3", span_id="4"),
        ]
    )
    assert acyclic().verdict(trace).outcome == "failed"
    assert acyclic(max_rounds=0).verdict(trace).outcome == "passed"


def test_every_cycle_is_told_the_shortest_first():
    trace = Trace.of(
        [
            *nested("a", "b", "c", "b", "a"),
            *(agent(name, f"x{at - 1}", span_id=f"x{at}") for at, name in enumerate("xyx")),
        ]
    )
    assert acyclic().verdict(trace).lines()[0].endswith("3 cycles of calls: a → b → a; b → c → b; x → y → x")


def test_calls_one_way_only_are_no_cycle():
    verdict = acyclic().verdict(nested("planner", "writer", "critic"))
    assert verdict.passed
    assert "there is no cycle" in verdict.lines()[0]
    assert len(verdict.lines()) == 3


@pytest.mark.parametrize(("most", "outcome"), [(0, "failed"), (1, "passed"), (2, "passed")])
def test_rounds_are_how_often_one_chain_comes_back(most, outcome):
    verdict = acyclic(max_rounds=most).verdict(PING_PONG)
    assert verdict.outcome == outcome
    assert f"one chain of calls comes back 1 time, expected at most {most}" in verdict.lines()[0]


def test_the_calls_that_come_back_too_often_are_the_culprits():
    verdict = acyclic(max_rounds=1).verdict(nested("a", "b", "a", "b", "a"))
    assert [found.span_id for found in verdict.culprits] == ["4"]
    assert verdict.lines()[1].endswith("— round 2 of one chain of calls")


def test_a_service_that_calls_itself_is_no_cycle_but_one_that_is_called_back_is():
    assert acyclic(by="service").verdict(services("A.x", "A.y")).outcome == "vacuous"
    assert acyclic(by="service").verdict(services("A.x", "A.y", "B.z")).passed
    back = services("A.x", "A.y", "B.z", "A.x")
    assert acyclic(by="service").verdict(back).outcome == "failed"
    assert acyclic(by="service", max_rounds=0).verdict(back).outcome == "failed"
    assert acyclic(by="service", max_rounds=1).verdict(back).passed


def test_an_operation_that_recurses_is_a_cycle():
    assert acyclic("operation").verdict(services("A.x", "B.x")).outcome == "failed"
    assert acyclic("operation", 1).verdict(services("A.x", "B.x")).passed


def named(trace: Trace, by: Level) -> list[Passage]:
    """What passed between parties of the trace."""
    return [one for one in passages(trace.tree, by, "artifact") if EXTERNAL not in (one.source, one.target)]


@given(traces(), st.sampled_from(LEVELS), st.integers(0, 2))
def test_a_graph_without_cycles_has_no_rounds(trace, by, most):
    called = max(returns(trace.tree, by).values(), default=0) if calls(trace.tree, by) else 0
    passed = max(chain_rounds(named(trace, by)).values(), default=0)
    assert acyclic(by, most).holds(trace) == (max(called, passed) <= most)
    if acyclic(by).holds(trace):
        assert acyclic(by, 0).holds(trace)


@pytest.mark.parametrize("rule", [acyclic(), acyclic(max_rounds=1), only_edges("a -> b")])
def test_where_nobody_calls_anybody_nothing_is_proven(rule):
    verdict = rule.verdict(nested("writer"))
    assert verdict.outcome == "vacuous"
    assert verdict.lines() == [f"{rule!r} in trace 'trace' would prove nothing: no agent leads to another"]


def test_a_graph_may_be_allowed_to_be_empty():
    assert acyclic(vacuous_ok=True).verdict(nested("writer")).passed
    assert only_edges("a -> b", vacuous_ok=True).verdict(nested("writer")).passed


@pytest.mark.parametrize("most", [-1, 1.5, "3", True])
def test_rounds_that_are_no_count_are_refused(most):
    with pytest.raises(BadArgument, match="is no count; give a whole number, 0 or more"):
        acyclic(max_rounds=most)


@pytest.mark.parametrize("make", [lambda: acyclic(by="agents"), lambda: only_edges("a -> b", by="agents")])
def test_an_unknown_level_is_refused(make):
    with pytest.raises(BadArgument, match="by='agents' is no level of calls; valid: agent, service, operation"):
        make()


CREW = Trace.of([*nested("planner", "researcher", "critic"), agent("writer", "0")])


@pytest.mark.parametrize(
    ("edges", "passes"),
    [
        (["planner -> researcher", "planner -> writer", "researcher -> critic"], True),
        (["planner -> *", "researcher -> critic"], True),
        (["* -> *"], True),
        (["planner->researcher", "planner  ->writer ", "researcher→critic"], True),
        (["planner -> r?searcher", "planner -> writer", "researcher -> critic", "critic -> nobody"], True),
        (["planner -> researcher", "planner -> writer"], False),
        (["researcher -> planner", "writer -> planner", "critic -> researcher"], False),
        (["plan -> *", "researcher -> critic"], False),
        (["Planner -> *", "researcher -> critic"], False),
        (["[p]lanner -> *", "researcher -> critic"], False),
    ],
)
def test_only_the_listed_calls_may_be_made(edges, passes):
    assert only_edges(*edges).verdict(CREW).outcome == ("passed" if passes else "failed")


def test_calls_that_are_not_listed_are_named_once_with_all_their_spans():
    trace = Trace.of([*nested("planner", "critic"), agent("critic", "0", span_id="again"), agent("writer", "0")])
    verdict = only_edges("planner -> writer").verdict(trace)
    assert verdict.lines()[0].endswith("not listed: planner -> critic")
    assert [found.span_id for found in verdict.culprits] == ["1", "again"]
    assert verdict.lines()[1].endswith("— called by planner")


def test_a_misspelt_edge_fails_with_the_calls_there_are():
    verdict = only_edges("planer -> critic").verdict(nested("planner", "critic"))
    assert verdict.lines()[0].endswith("not listed: planner -> critic")


def test_edges_may_be_of_services_or_operations():
    trace = services("A.x", "B.y", "B.z")
    assert only_edges("A -> B", by="service").verdict(trace).passed
    assert only_edges("x -> y", "y -> z", by="operation").verdict(trace).passed
    assert only_edges("A -> B", by="operation").verdict(trace).outcome == "failed"


@pytest.mark.parametrize(
    "edge",
    ["planner", "planner researcher", "-> writer", "planner ->", "", "a <- b", "a - > b", "a -> b -> c", 3, None],
)
def test_what_is_no_edge_is_refused(edge):
    with pytest.raises(BadPattern, match="is no edge; write each as 'planner -> researcher'"):
        only_edges("a -> b", edge)


def test_a_list_without_edges_is_refused():
    with pytest.raises(BadPattern, match="lists no edge"):
        only_edges()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (acyclic(), "acyclic()"),
        (acyclic("service"), "acyclic(by='service')"),
        (acyclic(max_rounds=0), "acyclic(max_rounds=0)"),
        (acyclic("operation", 2), "acyclic(by='operation', max_rounds=2)"),
        (only_edges("a->b", " c → d "), "only_edges('a -> b', 'c -> d')"),
        (only_edges("a->b", by="service"), "only_edges('a -> b', by='service')"),
    ],
)
def test_a_rule_reads_as_it_is_written(rule, text):
    assert repr(rule) == text


def test_ten_thousand_calls_below_each_other_are_judged():
    trace = nested(*(("writer", "critic")[at % 2] for at in range(10_000)))
    assert acyclic().verdict(trace).outcome == "failed"
    assert acyclic(max_rounds=4_999).verdict(trace).passed
    assert acyclic(max_rounds=4_998).verdict(trace).outcome == "failed"
    assert only_edges("writer -> critic", "critic -> writer").verdict(trace).passed
