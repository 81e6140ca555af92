from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace import Span, Trace
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.calls import callers, calls, level_of, returns
from pytest_flock_trace.model.span import RUN_ATTRIBUTE

LEVELS = ("agent", "service", "operation")


def agent(name: str, parent: str | None = None, *, span_id: str | None = None) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return Span(f"invoke_agent {name}", span_id=span_id or name, parent_id=parent, attributes=attributes)


def chain(*names: str | None) -> Trace:
    """Each agent below the one before; None is a span of nobody's."""
    spans = []
    for at, name in enumerate(names):
        parent = str(at - 1) if at else None
        spans.append(agent(name, parent, span_id=str(at)) if name else Span("step", span_id=str(at), parent_id=parent))
    return Trace.of(spans)


def edges(trace: Trace, by: str = "agent") -> list[tuple[str, str]]:
    return [(call.source, call.target) for call in calls(trace.tree, level_of(by))]


def test_an_agent_calls_the_next_agent_below_it_whatever_stands_between():
    trace = chain("planner", None, None, "writer", "critic")
    assert edges(trace) == [("planner", "writer"), ("writer", "critic")]
    assert list(callers(trace.tree, "agent")) == [-1, 0, 0, 0, 3]


def test_a_call_names_the_spans_of_both():
    (call,) = calls(chain(None, "planner", None, "writer").tree, "agent")
    assert (call.caller, call.callee) == (1, 3)


def test_siblings_do_not_call_each_other():
    assert edges(Trace.of([Span("root", span_id="root"), agent("a", "root"), agent("b", "root")])) == []


def test_an_agent_and_an_operation_may_call_themselves_but_a_service_does_not():
    assert edges(chain("writer", "writer")) == [("writer", "writer")]
    same = Trace.of([Span("A.run", span_id="1"), Span("A.run", span_id="2", parent_id="1")])
    assert edges(same, "operation") == [("run", "run")]
    assert edges(same, "service") == []


def test_a_span_without_service_does_not_hide_who_called():
    trace = Trace.of(
        [Span("A.x", span_id="1"), Span("step", span_id="2", parent_id="1"), Span("B.y", span_id="3", parent_id="2")]
    )
    assert edges(trace, "service") == [("A", "B")]
    assert edges(trace, "operation") == [("x", "step"), ("step", "y")]


def test_the_root_of_a_run_is_nobody():
    run = Span("Test.run", span_id="1", attributes={RUN_ATTRIBUTE: "review"})
    trace = Trace.of([run, Span("A.x", span_id="2", parent_id="1"), Span("B.y", span_id="3", parent_id="2")])
    assert edges(trace, "service") == [("A", "B")]
    assert edges(trace, "operation") == [("x", "y")]


@pytest.mark.parametrize("by", ["agents", "", "tool"])
def test_an_unknown_level_is_refused_with_the_valid_ones(by):
    with pytest.raises(BadArgument, match="is no level of calls; valid: agent, service, operation"):
        level_of(by)


@pytest.mark.parametrize(
    ("names", "rounds"),
    [
        (["writer", "critic"], [0, 0]),
        (["writer", "critic", "writer"], [0, 0, 1]),
        (["critic", "writer", "critic", "writer"], [0, 0, 1, 1]),
        (["writer", "writer", "writer"], [0, 1, 2]),
        (["a", "b", "c", "b", "a", "b"], [0, 0, 0, 1, 1, 2]),
    ],
)
def test_each_return_of_a_chain_to_the_same_agent_is_counted(names, rounds):
    assert list(returns(chain(*names).tree, "agent").values()) == rounds


def test_chains_side_by_side_are_counted_apart():
    trace = Trace.of(
        [agent("a"), *(agent("b", "a", span_id=f"b{at}") for at in range(3)), agent("a", "b1", span_id="z")]
    )
    found = {trace.spans[at].span_id: number for at, number in returns(trace.tree, "agent").items()}
    assert found == {"a": 0, "b0": 0, "b1": 0, "b2": 0, "z": 1}


def test_spans_of_one_service_below_each_other_are_one_visit():
    names = ["A.x", "A.y", "B.z", "A.x", "A.y"]
    trace = Trace.of(
        Span(name, span_id=str(at), parent_id=str(at - 1) if at else None) for at, name in enumerate(names)
    )
    assert returns(trace.tree, "service") == {0: 0, 2: 0, 3: 1}


def test_what_is_left_of_a_visit_that_goes_on_is_still_that_visit():
    spans = [
        Span("A.x", span_id="1"),
        Span("A.y", span_id="2", parent_id="1", start_ns=1),
        Span("B.z", span_id="3", parent_id="1", start_ns=2),
        Span("A.x", span_id="4", parent_id="3", start_ns=3),
    ]
    assert returns(Trace.of(spans).tree, "service") == {0: 0, 2: 0, 3: 1}


def test_an_operation_without_a_name_is_left_as_any_other():
    trace = Trace.of([Span("root", span_id="0"), *(Span("", span_id=str(at), parent_id="0") for at in (1, 2, 3))])
    assert returns(trace.tree, "operation") == {0: 0, 1: 0, 2: 0, 3: 0}


@given(traces(), st.sampled_from(LEVELS))
def test_rounds_are_how_often_the_name_stands_among_the_callers(trace, by):
    tree = trace.tree
    above = callers(tree, by)
    mine = [None if span.run else getattr(span, by) for span in trace]
    for position, rounds in returns(tree, by).items():
        line = [position]
        while above[line[-1]] >= 0:
            line.append(above[line[-1]])
        visits = [mine[at] for at in line]
        if by == "service":  # a row of the same one is one visit
            visits = [name for name, before in zip(visits, [*visits[1:], None]) if name != before]
        assert rounds == visits.count(mine[position]) - 1


@given(traces(), st.sampled_from(LEVELS))
def test_the_caller_is_the_nearest_above_that_is_somebodys(trace, by):
    for position, caller in enumerate(callers(trace.tree, by)):
        named = [at for at in trace.tree.ancestors(position) if getattr(trace.spans[at], by) is not None]
        assert caller == (named[0] if named else -1)


def test_ten_thousand_calls_below_each_other_are_counted():
    names = ("writer", "critic")
    trace = chain(*(names[at % 2] for at in range(10_000)))
    assert len(calls(trace.tree, "agent")) == 9_999
    assert max(returns(trace.tree, "agent").values()) == 4_999
