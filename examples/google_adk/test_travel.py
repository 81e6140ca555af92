"""What the agency really does; ADK's own instrumentation supplies the spans."""

from __future__ import annotations

import pytest
from travel import make_planner

from pytest_flock_trace import TracedRun, TracedRuns, dependencies, each, red, span, trajectory, usage


async def test_flights_and_hotels_are_asked_at_the_same_time(journey: TracedRun) -> None:
    assert span(agent="flights", overlapping=span(agent="hotels")) in journey


async def test_hotels_are_asked_again_when_the_first_answer_is_no(journey: TracedRun) -> None:
    first, second = journey.find(span(agent="hotels"))
    assert first.end_ns <= second.start_ns
    assert trajectory(journey) == [
        ("flights", {"request": "Monday"}),
        ("hotels", {"request": "in town"}),
        ("seats", {"day": "Monday"}),
        ("hotels", {"request": "by the sea"}),
    ]


async def test_only_the_agent_for_flights_looks_seats_up(journey: TracedRun) -> None:
    assert each(span(tool="seats"), under=span(agent="flights")) in journey


async def test_the_planner_alone_asks_others(journey: TracedRun) -> None:
    edges = dependencies(journey).edges
    assert {(edge.source, edge.target, edge.count) for edge in edges} == {
        ("planner", "flights", 1),
        ("planner", "hotels", 2),
    }


async def test_a_tool_that_fails_is_the_error_of_who_called_it(book, traced_run: TracedRuns) -> None:
    with pytest.raises(LookupError):
        await book(make_planner("Sunday"))
    (journey,) = traced_run.runs
    assert journey.one(span(tool="seats")).status == "error"
    assert red(journey)["flights"].errors == 1
    assert red(journey)["hotels"].errors == 0


@pytest.mark.usage_budget(tokens=400, calls=8)
async def test_the_planner_spends_most(journey: TracedRun) -> None:
    spent = usage(journey).by("agent")
    assert {agent: part.calls for agent, part in spent.items()} == {"planner": 3, "flights": 2, "hotels": 2}
    assert red(journey)["hotels"].count == 2
