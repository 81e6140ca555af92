from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.analysis.step import Step
from pytest_flock_trace.analysis.trajectory import Trajectory, trajectory
from pytest_flock_trace.errors import BadArgument, NothingCaptured
from pytest_flock_trace.model.question import Question, Ratio
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace

NAMES = st.lists(st.sampled_from("abc"), max_size=6)


def run_of(*tools: str, name: str = "review") -> Trace:
    """A run of two agents, the first of which calls these tools, each with its own number."""
    calls = [
        Span(
            f"execute_tool {tool}",
            span_id=f"call {number}",
            parent_id="writer",
            start_ns=10 + number,
            attributes={"gen_ai.tool.name": tool, "gen_ai.tool.call.arguments": f'{{"n": {number}}}'},
        )
        for number, tool in enumerate(tools)
    ]
    agents = [
        Span("Agent.execute", span_id=agent, parent_id="run", start_ns=start, attributes={"agent.name": agent})
        for agent, start in (("writer", 1), ("critic", 50))
    ]
    root = Span(name, span_id="run", end_ns=99, attributes={RUN_ATTRIBUTE: name, "agent.name": "frame"})
    return Trace.of([root, *agents, *calls], name=name)


def ids(spans: Sequence[Span]) -> list[str]:
    return [span.span_id for span in spans]


def test_by_tool_every_call_is_a_step_with_its_arguments_and_span():
    steps = trajectory(run_of("plan", "search"))
    assert steps == [("plan", {"n": 0}), ("search", {"n": 1})]
    assert [step.span.span_id for step in steps] == ["call 0", "call 1"]


def test_by_agent_every_invocation_is_a_step():
    assert trajectory(run_of("plan"), by="agent") == ["writer", "critic"]


def test_a_function_names_the_steps_of_its_own():
    def call(span: Span) -> tuple[str, dict[str, int]] | None:
        return (span.name.split()[1], {"start": span.start_ns}) if span.tool else None

    steps = trajectory(run_of("plan"), by=call)
    assert steps == [("plan", {"start": 10})]
    assert steps[0].span.span_id == "call 0"


def test_a_function_is_never_asked_about_a_runs_root():
    assert trajectory(run_of("plan"), by=lambda span: span.name) == [
        "Agent.execute",
        "execute_tool plan",
        "Agent.execute",
    ]


def test_a_function_that_answers_with_no_step_is_refused():
    with pytest.raises(BadArgument, match="1 is no step"):
        trajectory(run_of("plan"), by=lambda span: 1)


@pytest.mark.parametrize("by", ["tools", None, 3])
def test_another_kind_of_step_is_refused(by):
    with pytest.raises(BadArgument, match="valid: tool, agent, a function"):
        trajectory(run_of("plan"), by=by)


def test_nothing_captured_has_no_trajectory():
    with pytest.raises(NothingCaptured, match="its trajectory cannot be read"):
        trajectory(Trace.of([]))


def test_a_trace_without_steps_has_an_empty_one():
    assert trajectory(run_of()) == []
    assert not trajectory(run_of())


def test_a_trajectory_is_a_sequence_of_steps_that_are_found_by_name():
    steps = Trajectory(["plan", "search", "search"])
    assert (len(steps), steps[0], steps[-1]) == (3, Step("plan"), Step("search"))
    assert "search" in steps
    assert "write" not in steps
    assert (steps.count("search"), steps.index("search")) == (2, 1)
    assert steps[1:] == ["search", "search"]


def test_it_equals_lists_of_names_and_pairs_and_other_trajectories():
    steps = Trajectory(["plan", ("search", {"q": [1]})])
    assert steps == ["plan", "search"]
    assert ("plan", ("search", {"q": [1]})) == steps
    assert steps == Trajectory(["plan", ("search", {"q": [1]})])
    assert steps != ["plan", ("search", {"q": [2]})]
    assert steps != ["plan"]
    assert steps != Trajectory(["plan", "search"])


def test_it_equals_nothing_that_is_no_list_of_steps():
    assert Trajectory(["a"]) != "a"
    assert Trajectory(["a"]).__eq__("a") is NotImplemented
    assert Trajectory(["a"]) != [1]


def test_equal_ones_hash_alike_even_where_arguments_do_not():
    steps = [("a", {"q": [1]}), "b"]
    assert hash(Trajectory(steps)) == hash(Trajectory(steps)) == hash(("a", "b"))


def test_it_prints_as_its_steps():
    assert repr(Trajectory(["plan", ("search", {"q": 1}), "write"])) == "<Trajectory plan → search → write>"
    assert repr(Trajectory([])) == "<Trajectory without steps>"
    assert repr(Trajectory(["a"] * 30)).endswith("→ a → … 10 more>")


def test_by_default_the_steps_and_their_arguments_are_all_the_same():
    steps = Trajectory([("plan", {"n": 0}), ("search", {"n": 1})])
    assert steps.matches(["plan", ("search", {"n": 1})])
    assert not steps.matches(["search", "plan"])
    assert not steps.matches(["plan", ("search", {"n": 2})])
    assert steps.matches(["plan", ("search", {"n": 2})], arguments="ignore")
    assert steps.matches(["plan", ("search", {"n": 1, "m": 1})], arguments="subset")
    assert steps.matches(["plan", ("search", {})], arguments="superset")


@given(NAMES, NAMES)
def test_every_shorthand_is_a_mode(done, expected):
    steps = Trajectory(done)
    assert steps.any_order(expected) == steps.matches(expected, mode="unordered")
    assert steps.subset(expected) == steps.matches(expected, mode="subset")
    assert steps.superset(expected) == steps.matches(expected, mode="superset")
    assert steps.in_order(expected) == steps.matches(expected, mode="in_order")


def test_every_shorthand_takes_the_rule_for_arguments():
    steps, expected = Trajectory([("a", {"p": 1})]), [("a", {"p": 2})]
    for shorthand in (steps.any_order, steps.subset, steps.superset, steps.in_order):
        assert shorthand(expected, arguments="ignore")
        assert not shorthand(expected)


@given(NAMES, NAMES)
def test_a_list_is_equal_exactly_where_it_matches(done, expected):
    assert (Trajectory(done) == expected) == Trajectory(done).matches(expected)


def test_a_match_that_fails_explains_itself():
    answer = trajectory(run_of("plan", "write")).matches(["plan", "search"])
    assert repr(answer) == (
        "False: no strict match; index 1: expected search, done write(n=1); "
        "expected, not done: search; done, not expected: write(n=1)"
    )
    assert repr(Trajectory(["a", "b"]).subset(["a"], arguments="ignore")) == (
        "False: no subset match (arguments: ignore); done, not expected: b"
    )


def test_a_match_of_a_trace_can_be_asked_of_another():
    answer = trajectory(run_of("plan", "write")).superset(name for name in ["plan", "search"])
    assert isinstance(answer.question, Question)
    assert answer.question.text == "superset match of trajectory by tool of trace 'review'"
    assert answer.question.ask(run_of("search", "plan")) == True  # noqa: E712  # an answer equals it
    assert answer.question.ask(run_of("search")) == False  # noqa: E712
    assert answer.question.hint(run_of("search")) == ["expected, not done: plan"]
    assert Trajectory(["plan"]).matches(["plan"]).question is None


def test_the_evidence_of_a_match_are_the_calls_it_minds():
    trace = run_of("plan", "write", "search")
    steps = trajectory(trace)
    assert ids(steps.matches(["plan", "search"]).question.evidence(trace)) == ["call 1"]
    assert ids(steps.subset(["plan", "search"]).question.evidence(trace)) == ["call 1"]
    assert ids(steps.superset(["plan", "cite"]).question.evidence(trace)) == []


def test_a_score_of_a_trace_carries_its_question():
    trace = run_of("plan", "write", "search")
    score = trajectory(trace).score(["plan", "search"], order="in_order")
    assert isinstance(score, Ratio)
    assert score == pytest.approx(0.8)
    assert score.question.text == "in_order score of trajectory by tool of trace 'review'"
    assert score.question.ask(run_of("plan")) == pytest.approx(2 / 3)
    assert ids(score.question.evidence(trace)) == ["call 1"]
    assert score.question.hint(run_of("plan")) == ["expected, not done: search"]


def test_a_score_of_steps_that_were_written_down_is_a_plain_number():
    assert type(Trajectory(["a", "b"]).score(["b", "a"], order="any_order")) is float


def test_scores_count_names_alone_unless_arguments_are_expected():
    steps = Trajectory([("a", {"n": 1}), "b"])
    assert steps.score(["a", "b"]) == 1
    assert steps.score([("a", {"n": 2}), "b"], "in_order") == 0.5
    assert steps.score([("a", {"n": 2}), "b"], "in_order", arguments="ignore") == 1


@pytest.mark.parametrize(
    ("keyword", "valid"),
    [("mode", "strict, unordered, subset, superset, in_order"), ("arguments", "exact, ignore, subset, superset")],
)
def test_another_mode_or_rule_is_refused(keyword, valid):
    with pytest.raises(BadArgument, match=f"{keyword}='other'.*valid: {valid}"):
        Trajectory(["a"]).matches(["a"], **{keyword: "other"})


def test_another_order_is_refused():
    with pytest.raises(BadArgument, match="order='strict'.*valid: exact, in_order, any_order"):
        Trajectory(["a"]).score(["a"], order="strict")


def test_one_step_is_no_sequence_of_steps():
    with pytest.raises(BadArgument, match="'search' is no sequence of steps"):
        Trajectory(["search"]).matches("search")


@given(traces())
def test_the_agents_of_a_trace_come_in_start_order(trace):
    if len(trace) > 1:
        assert trajectory(trace, by="agent") == [span.agent for span in trace if span.agent]
