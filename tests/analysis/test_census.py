"""Many traces counted, and two counts held against each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.analysis.census import Census
from pytest_flock_trace.analysis.census_comparison import CensusComparison
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

MS = 1_000_000


def crew(*agents: str, root: str = "review", lasting: int = 9) -> Trace:
    spans = [Span(root, span_id="r", end_ns=100 * MS)]
    for at, name in enumerate(agents):
        attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
        more = {"start_ns": at * MS, "end_ns": (at + lasting) * MS, "attributes": attributes}
        spans.append(Span(f"invoke_agent {name}", span_id=f"s{at}", parent_id="r", **more))
    return Trace.of(spans)


def census(*counted: Trace) -> Census:
    found = Census()
    for trace in counted:
        found.add(trace, " ".join(span.label for span in trace))
    return found


def test_what_occurs_in_traces_is_counted():
    found = census(crew("writer", "critic"), crew("writer"))

    assert (found.traces, found.spans) == (2, 5)
    assert found.agents == {"writer": 2, "critic": 1}
    assert found.calls == {"review": 2, "invoke_agent writer": 2, "invoke_agent critic": 1}
    assert found.durations["invoke_agent writer"] == [9 * MS, 9 * MS]
    assert found.whole == {"review": [100 * MS, 100 * MS]}


def test_a_trace_without_spans_counts_for_nothing():
    assert census(Trace.of([])) == Census()


@given(st.lists(traces(), max_size=3))
def test_traces_do_not_differ_from_themselves(some: list[Trace]):
    found = CensusComparison(census(*some), census(*some))

    assert found.same_structure
    assert found.calls() == []
    assert {one.speed for one in found.times()} <= {"", "too few"}


@given(st.lists(traces(), max_size=3), st.lists(traces(), max_size=3))
def test_what_is_missing_one_way_is_added_the_other_way(some: list[Trace], others: list[Trace]):
    forth = CensusComparison(census(*some), census(*others))
    back = CensusComparison(census(*others), census(*some))
    turned = {"missing": "added", "added": "missing", "more": "fewer", "fewer": "more"}

    assert forth.same_structure == back.same_structure
    assert forth.edges_missing == back.edges_added
    assert [(one.what, turned[one.how]) for one in forth.calls()] == [(one.what, one.how) for one in back.calls()]
    assert len(forth.times()) == len(back.times())


def test_twice_as_many_traces_do_the_same_as_often():
    one = crew("writer", "critic", "critic")

    assert CensusComparison(census(one), census(one, one)).calls() == []


def test_what_occurs_more_often_a_trace_is_told():
    found = CensusComparison(census(crew("critic"), crew("critic")), census(crew("critic", "critic")))

    assert [(one.kind, one.what, one.before, one.now, one.how) for one in found.calls()] == [
        ("agent", "critic", 2, 2, "more"),
        ("span", "invoke_agent critic", 2, 2, "more"),
    ]


def test_structures_are_held_against_those_of_the_same_workflow():
    one, other = crew("writer"), crew("critic")
    found = CensusComparison(census(one, one, crew(root="old")), census(one, other, crew(root="new")))

    changes = {change.workflow: (len(change.before), len(change.now), len(change.both)) for change in found.structures}
    assert changes == {"review": (0, 1, 1), "old": (1, 0, 0), "new": (0, 1, 0)}


def test_time_is_judged_from_five_on_either_side():
    def judged(number: int) -> dict[str, str]:
        fast, slow = ([crew("critic", lasting=time) for _ in range(number)] for time in (9, 20))
        return {
            one.change.what: one.speed
            for one in CensusComparison(census(*fast), census(*slow)).times()
            if one.kind == "span"
        }

    assert judged(4) == {"invoke_agent critic": "too few", "review": "too few"}
    assert judged(8) == {"invoke_agent critic": "slower", "review": ""}
