"""What the strategies draw is valid, varied and as their options say, and shrinks to next to nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from pytest_flock_trace import Span, Trace, dependencies, span, usage
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.strategies import artifact_flows, spans, traces, workflows
from pytest_flock_trace.strategies.any_shape import Row, span_lists, spans_of
from pytest_flock_trace.strategies.options import outcomes
from pytest_flock_trace.strategies.rows import packed

ANY = [traces, workflows, artifact_flows]
many = settings(max_examples=2_000, deadline=None, derandomize=True, database=None)
ERROR_UNDER_A_TOOL = span(status="error", under=span("execute_tool *"))


def smallest(strategy: st.SearchStrategy[Trace], condition: Callable[[Trace], bool]) -> Trace:
    """The smallest trace of this kind of which the condition is true."""
    return find(strategy, condition, settings=many)


@pytest.mark.parametrize("strategy", ANY)
@given(data=st.data())
def test_any_list_of_rows_is_a_valid_trace(strategy, data):
    trace = data.draw(strategy())

    assert not trace.orphans
    assert len({one.span_id for one in trace}) == len(trace)
    assert all(one.start_ns <= one.end_ns for one in trace)


@pytest.mark.parametrize("strategy", ANY)
@given(data=st.data(), least=st.integers(1, 5), more=st.integers(0, 5))
def test_sizes_are_kept_to(strategy, data, least, more):
    trace = data.draw(strategy(min_spans=least, max_spans=least + more))

    assert least <= len(trace) <= least + more


def test_relations_say_where_a_row_stands() -> None:
    drawn = spans_of([Row(relation) for relation in (1, 1, 1, 0, 2, 1, 3, 0)])

    assert [one.parent_id for one in drawn] == [None, "0", "1", "1", None, "4", None, None]


@given(span_lists(nested=True, causal=False))
def test_nested_children_end_by_the_end_of_their_parents(drawn):
    trace = Trace.of(drawn)
    for one in trace:
        parent = trace.parent(one)
        assert parent is None or one.end_ns <= parent.end_ns
        assert not any((one.links, one.consumed, one.produced, one.waits))


@given(workflows())
def test_a_workflow_is_one_invocation_within_which_all_else_happens(trace):
    (root,) = trace.roots

    assert root.agent is not None
    assert all(root.start_ns <= one.start_ns and one.end_ns <= root.end_ns for one in trace)
    assert all(bool(one.agent) + bool(one.tool) + one.name.startswith("chat ") == 1 for one in trace)
    assert not any(trace.children(one) for one in trace.find("chat *"))
    assert trace.count("chat *") == 0 or usage(trace).total_tokens > 0


@given(workflows(agents=["ada"], tools=["grep"], models=["tiny"], error_rate=0))
def test_a_workflow_has_the_names_that_it_is_given(trace):
    assert {one.name for one in trace} <= {"invoke_agent ada", "execute_tool grep", "chat tiny"}


@given(artifact_flows())
def test_an_artifact_is_taken_up_after_it_was_produced_only(trace):
    made = {artifact: one for one in trace for artifact in one.produced}

    for one in trace:
        assert all(made[artifact].end_ns <= one.start_ns for artifact in one.consumed)
        assert not (one.failed and one.produced)
    assert sum(len(one.produced) for one in trace) == len(made)


@pytest.mark.parametrize("rate", [0, 1])
@pytest.mark.parametrize("strategy", ANY)
@given(data=st.data())
def test_no_span_or_every_span_fails_where_the_rate_says_so(strategy, rate, data):
    assert {one.failed for one in data.draw(strategy(min_spans=1, error_rate=rate))} == {bool(rate)}


def test_the_smallest_workflow_is_an_agent_that_succeeds() -> None:
    (root,) = smallest(workflows(), lambda _: True)

    assert (root.label, root.status, int(root.duration)) == ("invoke_agent writer", "unset", 1_000_000)


@pytest.mark.parametrize("most", [12, 60])
def test_a_workflow_with_an_error_under_a_tool_shrinks_to_agent_tool_and_error(most):
    trace = smallest(workflows(max_spans=most), lambda drawn: drawn.count(ERROR_UNDER_A_TOOL) > 0)

    assert [(one.label, one.status, trace.ancestors(one)[::-1]) for one in trace] == [
        ("invoke_agent writer", "unset", []),
        ("execute_tool search", "unset", [trace.spans[0]]),
        ("chat small-model", "error", [*trace.spans[:2]]),
    ]


@pytest.mark.parametrize("most", [8, 40])
def test_a_flow_with_a_cycle_shrinks_to_an_agent_that_takes_up_what_it_has_produced(most):
    def is_cyclic(flow: Trace) -> bool:
        return any(one.consumed for one in flow) and bool(dependencies(flow).cycles)

    first, second = smallest(artifact_flows(max_spans=most), is_cyclic)

    assert (first.agent, first.consumed, len(first.produced)) == ("writer", (), 1)
    assert (second.agent, second.consumed, second.produced) == ("writer", first.produced, ())
    assert (int(first.duration), second.start_ns) == (1_000_000, first.end_ns)


def test_a_trace_of_any_shape_shrinks_to_the_spans_that_matter() -> None:
    def outlasts(trace: Trace) -> bool:
        parents = ((one, trace.parent(one)) for one in trace)
        return any(parent is not None and one.end_ns > parent.end_ns for one, parent in parents)

    first, second = smallest(traces(max_spans=40), outlasts)

    assert [first.label, second.label, int(first.duration), int(second.duration)] == ["publish", "publish", 0, 1]


@given(st.lists(st.lists(st.integers(), min_size=1, max_size=9), min_size=1, max_size=4), st.data())
def test_what_is_packed_is_one_of_each(choices, data):
    drawn = data.draw(packed(*choices))

    assert len(drawn) == len(choices)
    assert all(one in some for one, some in zip(drawn, choices, strict=True))


def test_each_choice_that_is_packed_occurs_beside_each_other_one() -> None:
    pairs = {(one, other) for one in "abc" for other in range(5)}

    for pair in pairs:
        assert find(packed("abc", range(5)), lambda drawn, pair=pair: drawn == pair, settings=many) == pair


@given(st.floats(0, 1))
def test_the_share_of_what_fails_is_the_error_rate(rate):
    some = outcomes(rate, ("fine", "well"), failed="failed")

    share = some.count("failed") / len(some)
    assert abs(share - rate) <= 1 / 64
    assert (share > 0, share < 1) == (rate > 0, rate < 1)
    assert some.count("fine") == some.count("well")


@given(st.from_type(Trace), st.from_type(Span), st.lists(st.from_type(Span), max_size=2), spans(names=["a"]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_types_are_enough_to_draw_by(trace, one, several, named):
    assert isinstance(trace, Trace)
    assert {type(drawn) for drawn in (one, *several)} == {Span}
    assert named.name == "a"


@pytest.mark.parametrize("order", [("hypothesis", "pytest_flock_trace"), ("pytest_flock_trace", "hypothesis")])
def test_types_are_known_whichever_package_comes_first(order):
    program = (
        f"import {order[0]}, {order[1]}\n"
        "from pytest_flock_trace import Trace\n"
        "from hypothesis import strategies as st\n"
        "st.from_type(Trace).validate()\n"
        "assert 'pytest_flock_trace.strategies.workflow' not in __import__('sys').modules"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_hypothesis_alone_loads_nothing_of_this_package_but_the_door() -> None:
    program = "import hypothesis, sys; print(*sorted(name for name in sys.modules if name.startswith('pytest_flock')))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert loaded.stdout.split() == [
        "pytest_flock_trace",
        "pytest_flock_trace.strategies",
        "pytest_flock_trace.strategies.registration",
    ]


@pytest.mark.parametrize("strategy", ANY)
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"max_spans": -1}, "max_spans=-1 is no number of spans"),
        ({"max_spans": 2.5}, r"max_spans=2\.5 is no number of spans"),
        ({"min_spans": True}, "min_spans=True is no number of spans"),
        ({"min_spans": 9, "max_spans": 3}, "min_spans=9 is more than max_spans=3"),
        ({"agents": []}, r"agents=\[\] has no name to draw"),
        ({"agents": "writer"}, "agents='writer' is no list of names"),
        ({"agents": ["writer", ""]}, "agents holds '', which is no name"),
        ({"error_rate": 2}, "error_rate=2 is no rate; write a number from 0 to 1"),
        ({"error_rate": "often"}, "error_rate='often' is no rate"),
        ({"error_rate": float("nan")}, "error_rate=nan is no rate"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_at_once(strategy, options, complaint):
    with pytest.raises(BadArgument, match=complaint):
        strategy(**options)


def test_the_names_of_tools_models_and_types_are_looked_at_as_well() -> None:
    for refused in (
        lambda: workflows(tools=[3]),  # type: ignore[list-item]
        lambda: workflows(models=()),
        lambda: artifact_flows(types="Draft"),
        lambda: workflows(min_spans=0),
        lambda: spans(names=[]),
    ):
        with pytest.raises(BadArgument):
            refused()
