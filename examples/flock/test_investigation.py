"""Fan-out, a loop of one agent with itself, and an agent that fails, as Flock's spans show them."""

from __future__ import annotations

import pytest
from flock import Flock
from investigation import LEADS, Tip, make_investigation

from pytest_flock_trace import TracedRun, TracedRuns, TraceSnapshot, acyclic, dependencies, exactly, red, span


@pytest.fixture
def investigate(traced_run: TracedRuns):
    """Follow a tip up; what happened."""

    async def investigate(newsroom: Flock) -> TracedRun:
        async with traced_run("investigation") as run:
            await newsroom.publish(Tip(text="the fountain is dry"))
            await newsroom.run_until_idle()
        return run

    return investigate


async def test_every_lead_is_followed_once_and_not_one_after_the_other(investigate) -> None:
    run = await investigate(make_investigation())
    run.check(exactly(len(LEADS), span(agent="reporter", caused_by=span(agent="planner"))))
    assert span(agent="reporter", overlapping=span(agent="reporter")) in run


async def test_the_graph_tells_a_fan_out_from_a_loop(investigate) -> None:
    graph = dependencies(await investigate(make_investigation()))
    counts = {(edge.source, edge.target): edge.count for edge in graph.edges}
    assert counts["planner", "reporter"] == 3
    assert counts["reporter", "editor"] == 3
    assert counts["editor", "editor"] == 3
    assert [cycle.nodes for cycle in graph.cycles] == [("editor",)]


async def test_the_graph_is_the_one_that_was_agreed_on(investigate, trace_snapshot: TraceSnapshot) -> None:
    assert dependencies(await investigate(make_investigation())) == trace_snapshot


async def test_the_editor_comes_back_to_its_own_story_once(investigate) -> None:
    run = await investigate(make_investigation())
    assert acyclic() not in run
    assert acyclic(max_rounds=1) in run
    assert run.count(span(agent="editor", caused_by=span(agent="editor"))) == 3


async def test_prevent_self_trigger_ends_the_loop(investigate) -> None:
    run = await investigate(make_investigation(rewrites_its_own=False))
    assert acyclic() in run
    assert run.count(span(agent="editor")) == 3


async def test_a_lead_that_fails_takes_nobody_along(investigate) -> None:
    run = await investigate(make_investigation(silent="the bank"))
    measured = red(run)
    assert (measured["reporter"].count, measured["reporter"].errors) == (3, 1)
    assert measured["planner"].errors == measured["editor"].errors == 0
    assert run.count(span(agent="editor", caused_by=span(agent="reporter"))) > 0
    assert "does not talk" in (run.one(span(agent="reporter", status="error")).status_description or "")
