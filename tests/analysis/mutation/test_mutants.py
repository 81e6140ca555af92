from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated_crew import MS, agent, review, tool
from strategies import traces

from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.analysis.mutation.look import look_of
from pytest_flock_trace.analysis.mutation.mutant import Mutant
from pytest_flock_trace.analysis.mutation.mutants import OPERATORS, mutants
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.rules.declare import precedence
from pytest_flock_trace.model.rules.universal import each
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


def of_kind(kind: str, trace: Trace | None = None) -> dict[str, Mutant]:
    made = mutants(trace or review(), most=1_000)
    return {mutant.sentence: mutant for mutant in made if mutant.kind == kind}


def names(trace: Trace) -> list[str]:
    return [one.label for one in trace.spans]


def test_a_span_is_dropped_with_all_below_it():
    mutant = of_kind("drop")["the writer never ran, nor 1 span below it"]
    assert names(mutant.trace) == ["review", "invoke_agent critic", "execute_tool lookup"]
    assert mutant.span.agent == "writer"


def test_a_span_is_bypassed_by_what_stood_below_it():
    mutant = of_kind("bypass")["the writer never ran, but what stands below it did"]
    search = mutant.trace.one(span(tool="search"))
    assert search.actor is None
    assert search.parent_id == "run"


def test_everything_stops_after_a_span():
    mutant = of_kind("cut short")["everything stopped after the writer"]
    assert names(mutant.trace) == ["review", "invoke_agent writer", "execute_tool search"]


def test_a_span_runs_twice_with_all_below_it_and_makes_artifacts_of_its_own():
    mutant = of_kind("repeat")["the writer ran twice"]
    assert Counter(names(mutant.trace))["invoke_agent writer"] == 2
    assert Counter(names(mutant.trace))["execute_tool search"] == 2
    made = [one.produced for one in mutant.trace.find(span(agent="writer"))]
    assert len({artifact for produced in made for artifact in produced}) == 2
    assert {mutant.copies[one.key] for one in mutant.trace if one.key in mutant.copies} == {
        ("t", "writer"),
        ("t", "search"),
    }


def test_spans_of_which_one_set_the_other_going_change_places_without_overlapping():
    mutant = of_kind("exchange")["the critic ran before the writer"]
    critic, writer = mutant.trace.find(span(agent="*"))
    assert (critic.agent, critic.start_ns, critic.end_ns) == ("critic", 1 * MS, 41 * MS)
    assert (writer.agent, writer.start_ns, writer.end_ns) == ("writer", 51 * MS, 90 * MS)
    lookup = mutant.trace.one(span(tool="lookup"))
    assert mutant.trace.parent(lookup) == critic
    assert (lookup.start_ns, lookup.end_ns) == (6 * MS, 11 * MS)
    assert not precedence(span(agent="writer"), span(agent="critic")).holds(mutant.trace)


def test_a_span_stands_beside_its_parent():
    mutant = of_kind("move out")["the tool search ran outside the writer"]
    assert mutant.trace.one(span(tool="search")).actor is None
    assert not each("execute_tool search", under=span(agent="writer")).holds(mutant.trace)


def test_a_span_stands_below_another():
    mutant = of_kind("move over")["the tool lookup ran under the writer"]
    assert mutant.trace.one(span(tool="lookup")).actor == "writer"


def test_what_did_not_fail_fails_and_what_failed_does_not():
    assert of_kind("fail")["the writer failed"].trace.one(span(status="error", agent="writer"))
    assert span(status="error") not in of_kind("succeed")["the critic did not fail"].trace


def test_a_span_loses_one_of_its_events():
    lost = of_kind("lose event")
    assert set(lost) == {f"the tool search had no event 'retry' ({number} of 2)" for number in (1, 2)}
    assert [len(mutant.trace.one(span(tool="search")).events) for mutant in lost.values()] == [1, 1]


def test_a_span_is_left_open_until_the_end():
    open_one = of_kind("leave open")["the writer never ended"].trace.one(span(agent="writer"))
    assert (open_one.unfinished, open_one.status, open_one.end_ns) == (True, "unset", 100 * MS)


def test_a_span_on_the_critical_path_takes_longer_and_everything_later_is_later():
    mutant = of_kind("slow")["the writer took 1 min longer"]
    writer, critic = mutant.trace.find(span(agent="*"))
    assert critic.start_ns - writer.end_ns == 10 * MS
    assert mutant.trace.duration == "60.1s"


def test_another_agent_or_tool_takes_the_place_of_one():
    agents, tools = of_kind("other agent"), of_kind("other tool")
    assert len(agents["the critic ran in the place of the writer"].trace.find(span(agent="critic"))) == 2
    assert "execute_tool search" not in tools["the tool lookup ran in the place of the tool search"].trace


def test_whoever_is_alone_is_replaced_by_somebody_else():
    alone = Trace.of([Span("root", span_id="r", end_ns=9), agent("writer", 1, 2, parent_id="r")])
    [sentence] = of_kind("other agent", alone)
    assert sentence == "somebody else ran in the place of the writer"


def test_an_artifact_is_not_taken_up_or_taken_up_by_another():
    lost = of_kind("lose artifact")["the critic did not take up what came from the writer"]
    assert dependencies(lost.trace, layer="artifact").edges != dependencies(review()).edges
    more = review(agent("editor", 92, 95))
    added = of_kind("add artifact", more)["the editor also took up what came from the writer"]
    assert dependencies(added.trace).edge("writer", "editor") is not None


def test_what_an_agent_made_sets_off_the_one_that_led_to_it():
    mutant = of_kind("come back")["what the critic made set off the writer again"]
    assert [str(cycle) for cycle in dependencies(mutant.trace).cycles] == ["critic → writer → critic"]
    assert mutant.trace.one("review").end_ns == 129 * MS


def test_an_agent_calls_the_one_that_called_it():
    nested = Trace.of(
        [
            Span("root", span_id="r", end_ns=99 * MS),
            agent("planner", 1, 90, parent_id="r"),
            agent("worker", 2, 80, parent_id="planner"),
        ]
    )
    mutant = of_kind("call back", nested)["the worker called the planner back"]
    assert [str(cycle) for cycle in dependencies(mutant.trace).cycles] == ["planner → worker → planner"]


def test_one_of_several_is_told_by_its_number():
    several = review(tool("again", "critic", 61, 62), tool("again", "critic", 63, 64).replace(span_id="again2"))
    assert "the tool again (2 of 2) never ran" in of_kind("drop", several)


def test_roots_of_runs_and_the_hooks_of_flock_are_left_alone():
    hook = Span("Agent.on_start", span_id="h", parent_id="writer", attributes={"module": "flock.core"})
    concerned = {mutant.span.name for mutant in mutants(review(hook), most=1_000)}
    assert concerned == {"invoke_agent writer", "execute_tool search", "invoke_agent critic", "execute_tool lookup"}


def test_only_the_spans_asked_for_are_concerned():
    assert {mutant.span.span_id for mutant in mutants(review(), among={("t", "search")})} == {"search"}


def test_their_number_is_bounded_and_every_kind_has_its_turn():
    kinds = [mutant.kind for mutant in mutants(review(), most=15)]
    assert len(kinds) == 15
    assert len(set(kinds)) >= 14


def test_an_empty_trace_has_none():
    assert list(mutants(Trace.of([]))) == []


@settings(max_examples=25, deadline=None)
@given(traces())
def test_the_same_seed_makes_the_same_ones(trace):
    first, second = ([(one.kind, one.sentence) for one in mutants(trace, seed=7, most=30)] for _ in range(2))
    assert first == second


@settings(max_examples=25, deadline=None)
@given(traces(), st.integers(0, 3))
def test_no_two_look_the_same_and_none_like_the_original(trace, seed):
    looks = [look_of(trace.tree), *(look_of(mutant.trace.tree) for mutant in mutants(trace, seed=seed, most=30))]
    assert len(set(looks)) == len(looks) <= 31


@settings(max_examples=25, deadline=None)
@given(traces())
def test_the_original_stays_as_it_is(trace):
    before = [(one, one.agent, one.status, one.end_ns) for one in trace.spans]
    list(mutants(trace, most=30))
    assert [(one, one.agent, one.status, one.end_ns) for one in trace.spans] == before


@settings(max_examples=25, deadline=None)
@given(traces())
def test_who_ran_what_is_as_if_the_spans_had_been_recorded_so(trace):
    for mutant in mutants(trace, most=30):
        anew = Trace.of(mutant.trace.spans)
        assert [(one.agent, one.actor) for one in anew] == [(one.agent, one.actor) for one in mutant.trace]


@pytest.mark.parametrize("kind", OPERATORS)
def test_every_kind_of_bug_befalls_some_trace(kind):
    nested = review(agent("editor", 60, 70, parent_id="critic"), agent("proof", 95, 99))
    assert of_kind(kind, nested)


def test_of_very_many_spans_some_of_each_kind_are_concerned():
    ids = [None, *(f"{at:04}" for at in range(1_200))]
    steps = enumerate(pairwise(ids))
    chain = [
        Span(f"step {at % 3}", span_id=own, parent_id=above, start_ns=at, end_ns=9_999) for at, (above, own) in steps
    ]
    found = list(mutants(Trace.of(chain), most=6))
    assert len(found) == 6
    assert all(int(mutant.span.span_id) < 600 for mutant in found)
    assert "(1 of 400)" in found[0].sentence
